"""The transition table of implementation and action plans (N11): the receiver's opinion is what they are sent for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from accounts.models import Role
from plans import guided_rules as rules
from plans.models import GuidedPlan, GuidedStatus
from plans.plan_telling import AUTHORS, About, tell_of
from records import workflow as engine
from records.seals import seal
from records.workflow import Act, Transition, Workflow
from units.models import Unit

S = GuidedStatus


def _tell(topic: str, guided: GuidedPlan, act: Act, unit: Unit, *roles: Role) -> None:
    def names() -> dict[str, object]:
        return {
            "plan": guided.title, "kind": guided.get_kind_display(), "pilot": guided.pilot_area.name,
            "unit": guided.unit.name,
        }  # fmt: skip

    tell_of(topic, About("guided_plan", f"/guided-plans/{guided.uid}/", guided.programme, names), act, unit, *roles)


def content_of(guided: GuidedPlan, act: Act) -> dict[str, Any]:
    """What is sealed: whose document, which bytes, who signed."""
    return {
        "kind": guided.kind,
        "title": guided.title,
        "year": guided.year,
        "note": guided.note,
        "programme": guided.programme.code,
        "pilot_area": guided.pilot_area.uid,
        "unit": guided.unit.uid,
        "receiver": guided.receiver.uid,
        "file": {"name": guided.file.name, "sha256": guided.file.sha256} if guided.file else None,
        "signed_by": act.by.user.uid,
        "signed_at": act.at,
    }


def _submitted(guided: GuidedPlan, act: Act) -> Mapping[str, Any]:
    """Sealed and sent. The opinion of the last time stands in the history."""
    row = seal("guided_plan", guided.uid, content_of(guided, act), at=act.at)
    guided.submitted_by, guided.submitted_at = act.by.user, act.at
    guided.decided_by, guided.decided_at, guided.opinion = None, None, ""
    guided.save(update_fields=["submitted_by", "submitted_at", "decided_by", "decided_at", "opinion"])
    _tell("submitted", guided, act, guided.receiver, Role.REVIEWER)
    alone = {"exemption": True} if rules.has_written(guided, act) else {}
    return {"sha256": row.sha256, "number": row.number, **alone}


def _recalled(guided: GuidedPlan, act: Act) -> None:
    _tell("recalled", guided, act, guided.receiver, Role.REVIEWER)


def _with_opinion(guided: GuidedPlan, act: Act) -> None:
    guided.decided_by, guided.decided_at, guided.opinion = act.by.user, act.at, act.comment
    guided.save(update_fields=["decided_by", "decided_at", "opinion"])


def _agreed(guided: GuidedPlan, act: Act) -> None:
    _with_opinion(guided, act)
    _tell("agreed", guided, act, guided.unit, *AUTHORS)


def _returned(guided: GuidedPlan, act: Act) -> None:
    _with_opinion(guided, act)
    _tell("returned", guided, act, guided.unit, *AUTHORS)


def _withdrawn(guided: GuidedPlan, act: Act) -> None:
    """The receiver learns of it where it has seen the document before."""
    if guided.submitted_at is not None:
        _tell("withdrawn", guided, act, guided.receiver, Role.REVIEWER)


def _states(*states: GuidedStatus) -> frozenset[str]:
    return frozenset(state.value for state in states)


GUIDED: Workflow[GuidedPlan] = Workflow(
    kind="guided_plan",
    rows=lambda: GuidedPlan.objects.select_related(
        "programme", "pilot_area__batch", "pilot_area__reporting_unit", "unit", "receiver", "file", "written_by",
        "submitted_by", "decided_by",
    ),
    transitions=(
        Transition(
            "submit", _("sign and submit"), _states(S.DRAFT, S.RETURNED), S.SUBMITTED, "plan.submit",
            rules=(rules.document_attached, rules.signer_did_not_write), effect=_submitted, primary=True,
            hint=_("The document goes to the receiver for its opinion. You can recall it until it is decided."),
        ),
        Transition(
            "recall", _("recall"), _states(S.SUBMITTED), S.DRAFT, "plan.submit", effect=_recalled,
            hint=_("The receiver has not decided yet. You can change the document and send it again."),
        ),
        Transition(
            "agree", _("agree, with an opinion"), _states(S.SUBMITTED), S.AGREED, "plan.review", needs_comment=True,
            rules=(rules.decider_is_not_the_author,), effect=_agreed, primary=True,
            hint=_("Your opinion stands beside the document from then on."),
        ),
        Transition(
            "return", _("return, with an opinion"), _states(S.SUBMITTED), S.RETURNED, "plan.review",
            needs_comment=True, rules=(rules.decider_is_not_the_author,), effect=_returned,
            hint=_("Say what is to be changed. The sender can correct the document and send it again."),
        ),
        Transition(
            "withdraw", pgettext_lazy("request", "withdraw"),
            _states(S.DRAFT, S.RETURNED), S.WITHDRAWN, "plan.edit", effect=_withdrawn,
            hint=_("The document is not sent. It stays on record as withdrawn."),
        ),
    ),
)  # fmt: skip


def perform(guided: GuidedPlan, request: engine.Request, *, by: Actor, at: dt.datetime | None = None) -> GuidedPlan:
    """Carry out one transition; see `records.workflow.perform` for what it raises."""
    return engine.perform(GUIDED, guided.pk, request, by=by, at=at)


def available(guided: GuidedPlan, by: Actor) -> list[Transition]:
    return engine.available(GUIDED, guided, by)
