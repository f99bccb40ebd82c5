"""The transition table of figures beside the reports (ADR 23), and what each transition brings about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role
from indicators import supplement_rules as rules
from indicators.models import Supplement, SupplementStatus
from indicators.services.observations import Bringing, record
from indicators.supplement_checks import rows_read
from indicators.supplement_content import content_of
from records import workflow as engine
from records.outbox import people_of
from records.seals import seal
from records.telling import News, tell_each
from records.workflow import Act, Transition, Workflow
from units.models import Unit

S = SupplementStatus
AUTHORS = (Role.DRAFTER, Role.LEAD)


def tell_of(topic: str, supplement: Supplement, act: Act, unit: Unit, *roles: Role) -> None:
    """One notice to each who holds one of the roles at a unit, but not to whoever did it."""

    def values() -> dict[str, object]:
        place, sender = supplement.pilot_area.name, supplement.unit.name
        return {
            "figures": supplement.title, "pilot": place, "unit": sender, "who": act.by.user.name,
            "comment": act.comment or "—",
        }  # fmt: skip

    people = people_of(unit, supplement.programme, roles)
    news = News(f"supplement.{topic}", f"/supplements/{supplement.uid}/", supplement.programme, values)
    tell_each([person for person in people if person.pk != act.by.user.pk], news, at=act.at)


def _tell_users(topic: str, supplement: Supplement, act: Act) -> None:
    """Whoever fills in figures of these places."""
    tell_of(topic, supplement, act, supplement.pilot_area.reporting_unit, *AUTHORS)


def _sent_for_signing(supplement: Supplement, act: Act) -> None:
    tell_of("sent_for_signing", supplement, act, supplement.unit, Role.LEAD)


def _sent_back(supplement: Supplement, act: Act) -> None:
    tell_of("sent_back", supplement, act, supplement.unit, Role.DRAFTER)


def _sealed(supplement: Supplement, act: Act) -> Mapping[str, Any]:
    """What is signed is sealed; whoever signs is who sends. What was decided before is in the history."""
    supplement.seal = seal("supplement", supplement.uid, content_of(supplement, act.by.user, act.at), at=act.at)
    supplement.submitted_by, supplement.submitted_at = act.by.user, act.at
    supplement.decided_by, supplement.decided_at, supplement.comment = None, None, ""
    columns = ("seal", "submitted_by", "submitted_at", "decided_by", "decided_at", "comment")
    supplement.save(update_fields=columns)
    data = {"sha256": supplement.seal.sha256, "number": supplement.seal.number}
    alone = {"exemption": True} if rules.has_written(supplement, act) else {}
    return {**data, "figures": len(rows_read(supplement).given), **alone}


def _submitted(supplement: Supplement, act: Act) -> Mapping[str, Any]:
    found = _sealed(supplement, act)
    tell_of("submitted", supplement, act, supplement.receiver, Role.REVIEWER)
    return found


def _offered(supplement: Supplement, act: Act) -> Mapping[str, Any]:
    found = _sealed(supplement, act)
    _tell_users("offered", supplement, act)
    return found


def _recalled(supplement: Supplement, act: Act) -> None:
    tell_of("recalled", supplement, act, supplement.receiver, Role.REVIEWER)


def _decide(supplement: Supplement, act: Act) -> None:
    supplement.decided_by, supplement.decided_at, supplement.comment = act.by.user, act.at, act.comment
    supplement.save(update_fields=["decided_by", "decided_at", "comment"])


def _returned(supplement: Supplement, act: Act) -> None:
    _decide(supplement, act)
    tell_of("returned", supplement, act, supplement.unit, *AUTHORS)


def _accepted(supplement: Supplement, act: Act) -> Mapping[str, Any]:
    """The figures count from now on, and the roll-ups above follow. The report of the period stays as it is."""
    if supplement.seal is None:
        raise ValueError(f"{supplement.uid} was submitted without a seal")
    _decide(supplement, act)
    what = Bringing(
        programme=supplement.programme,
        unit=supplement.unit,
        receiver=supplement.receiver,
        chain=supplement.chain,
        seal=supplement.seal,
        at=act.at,
        by=act.by.user,
        is_demo=supplement.is_demo,
    )
    number = record(what, rows_read(supplement).given)
    tell_of("accepted", supplement, act, supplement.unit, *AUTHORS)
    return {"figures": number}


def _withdrawn(supplement: Supplement, act: Act) -> None:
    _decide(supplement, act)
    _tell_users("withdrawn", supplement, act)


def _discarded(supplement: Supplement, act: Act) -> None:
    """The receiver learns of it where it has seen these figures before."""
    _decide(supplement, act)
    if supplement.seal_id is not None:
        tell_of("discarded", supplement, act, supplement.receiver, Role.REVIEWER)


def _is_final(supplement: Supplement) -> bool:
    return supplement.purpose == Supplement.Purpose.FINAL


def _is_shared(supplement: Supplement) -> bool:
    return supplement.purpose == Supplement.Purpose.SHARED


def _states(*states: SupplementStatus) -> frozenset[str]:
    return frozenset(state.value for state in states)


SOUND = (rules.something_given, rules.absence_explained, rules.figures_sound)

SUPPLEMENT: Workflow[Supplement] = Workflow(
    kind="supplement",
    rows=lambda: Supplement.objects.select_related(
        "programme", "pilot_area__reporting_unit", "unit", "receiver", "seal", "begun_by", "submitted_by", "decided_by"
    ),
    transitions=(
        Transition(
            "send_for_signing", _("send for signing"), _states(S.DRAFT, S.RETURNED), S.SIGNING, "supplement.edit",
            internal=True, rules=(*SOUND, rules.would_count), effect=_sent_for_signing, primary=True,
            hint=_("The lead of your unit looks at the figures and signs them."),
        ),
        Transition(
            "take_back", _("take back from signing"), _states(S.SIGNING), S.DRAFT, "supplement.edit", internal=True,
            hint=_("The figures can be edited again."),
        ),
        Transition(
            "discard", _("discard"), _states(S.DRAFT, S.RETURNED), S.WITHDRAWN, "supplement.edit", internal=True,
            effect=_discarded, hint=_("These figures are not sent. They stay on record as withdrawn."),
        ),
        Transition(
            "submit", _("sign and submit"), _states(S.SIGNING), S.SUBMITTED, "supplement.submit",
            rules=(*SOUND, rules.would_count, rules.signer_did_not_write), effect=_submitted, primary=True,
            when=_is_final,
            hint=_("The figures are sealed and go to the receiver. You can recall them until it decides."),
        ),
        Transition(
            "offer", _("sign and open for use"), _states(S.SIGNING), S.OFFERED, "supplement.submit",
            rules=(*SOUND, rules.signer_did_not_write), effect=_offered, primary=True, when=_is_shared,
            hint=_("The figures are sealed and at once offered to whoever fills in figures of these places."),
        ),
        Transition(
            "send_back", _("send back to the drafter"), _states(S.SIGNING), S.DRAFT, "supplement.submit",
            internal=True, needs_comment=True, effect=_sent_back, hint=_("Say what is to be changed before you sign."),
        ),
        Transition(
            "recall", _("recall"), _states(S.SUBMITTED), S.DRAFT, "supplement.submit", effect=_recalled,
            hint=_("The receiver has not decided yet. You can edit the figures again, and they must be signed again."),
        ),
        Transition(
            "accept", _("accept"), _states(S.SUBMITTED), S.ACCEPTED, "supplement.review",
            rules=(rules.decider_is_not_the_author,), effect=_accepted, primary=True,
            hint=_("The figures count from then on, and roll-ups follow. The report of the period stays as it is."),
        ),
        Transition(
            "return", _("return"), _states(S.SUBMITTED), S.RETURNED, "supplement.review", needs_comment=True,
            effect=_returned, hint=_("Say what is wrong. The sender can correct the figures and send them again."),
        ),
        Transition(
            "withdraw", _("withdraw"), _states(S.OFFERED), S.WITHDRAWN, "supplement.submit", needs_comment=True,
            effect=_withdrawn,
            hint=_("The figures are not offered any more; whoever fills in figures of these places learns why."),
        ),
    ),
)  # fmt: skip


def perform(supplement: Supplement, request: engine.Request, *, by: Actor, at: dt.datetime | None = None) -> Supplement:
    """Carry out one transition; see `records.workflow.perform` for what it raises."""
    return engine.perform(SUPPLEMENT, supplement.pk, request, by=by, at=at)


def available(supplement: Supplement, by: Actor) -> list[Transition]:
    return engine.available(SUPPLEMENT, supplement, by)
