"""The transition table of change requests (N4): approval applies their rows and seals the plan's next edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from accounts.models import Role
from plans import change_rules as rules
from plans.change_rows import all_checked, items_of
from plans.models import ChangeRequest, ChangeStatus, Plan
from plans.plan_telling import AUTHORS, About, tell_of
from plans.services.editions import seal_edition
from plans.services.tasks import apply
from records import workflow as engine
from records.seals import seal
from records.workflow import Act, Transition, Workflow
from units.models import Unit

S = ChangeStatus


def _tell(topic: str, change: ChangeRequest, act: Act, unit: Unit, *roles: Role) -> None:
    plan = change.plan

    def names() -> dict[str, object]:
        return {"change": change.title, "plan": plan.title, "pilot": plan.pilot_area.name, "unit": plan.unit.name}

    tell_of(topic, About("plan_change", f"/plan-changes/{change.uid}/", plan.programme, names), act, unit, *roles)


def content_of(change: ChangeRequest, act: Act) -> dict[str, Any]:
    """What is sealed: of which plan and edition, why, who signed, and each row with what stood there."""
    return {
        "plan": change.plan.uid,
        "based_on": change.based_on,
        "title": change.title,
        "reason": change.reason,
        "signed_by": act.by.user.uid,
        "signed_at": act.at,
        "items": [
            {
                "kind": item.kind,
                "task": item.task.uid if item.task is not None else None,
                "before": item.before,
                "wanted": item.wanted,
            }
            for item in items_of(change)
        ],
    }


def _sent_for_signing(change: ChangeRequest, act: Act) -> None:
    _tell("sent_for_signing", change, act, change.plan.unit, Role.LEAD)


def _sent_back(change: ChangeRequest, act: Act) -> None:
    _tell("sent_back", change, act, change.plan.unit, Role.DRAFTER)


def _submitted(change: ChangeRequest, act: Act) -> Mapping[str, Any]:
    """What is signed is sealed; whoever signs is who sends."""
    change.seal = seal("plan_change", change.uid, content_of(change, act), at=act.at)
    change.submitted_by, change.submitted_at = act.by.user, act.at
    change.decided_by, change.decided_at, change.comment = None, None, ""
    change.save(update_fields=["seal", "submitted_by", "submitted_at", "decided_by", "decided_at", "comment"])
    _tell("submitted", change, act, change.plan.receiver, Role.REVIEWER)
    alone = {"exemption": True} if rules.has_written(change, act) else {}
    return {"sha256": change.seal.sha256, "number": change.seal.number, "rows": change.items.count(), **alone}


def _recalled(change: ChangeRequest, act: Act) -> None:
    _tell("recalled", change, act, change.plan.receiver, Role.REVIEWER)


def _decide(change: ChangeRequest, act: Act) -> None:
    change.decided_by, change.decided_at, change.comment = act.by.user, act.at, act.comment
    change.save(update_fields=["decided_by", "decided_at", "comment"])


def _returned(change: ChangeRequest, act: Act) -> None:
    _decide(change, act)
    _tell("returned", change, act, change.plan.unit, *AUTHORS)


def _refused(change: ChangeRequest, act: Act) -> None:
    _decide(change, act)
    _tell("refused", change, act, change.plan.unit, *AUTHORS)


def _approved(change: ChangeRequest, act: Act) -> Mapping[str, Any]:
    """The rows become what the plan says, and the new wording its next edition."""
    _decide(change, act)
    needed = ("programme", "pilot_area__batch", "unit", "receiver", "document", "original")
    plan = Plan.objects.select_related(*needed).select_for_update(of=("self",)).get(pk=change.plan_id)
    edits = all_checked(plan, items_of(change))
    apply(plan, edits, at=act.at)
    edition = seal_edition(plan, at=act.at, by=act.by.user, change=change)
    change.plan = plan
    _tell("approved", change, act, plan.unit, *AUTHORS)
    return {"edition": edition.number, "sha256": edition.seal.sha256, "rows": len(edits)}


def _withdrawn(change: ChangeRequest, act: Act) -> None:
    """The receiver learns of it where it has seen the request before."""
    if change.seal_id is not None:
        _tell("withdrawn", change, act, change.plan.receiver, Role.REVIEWER)


def _states(*states: ChangeStatus) -> frozenset[str]:
    return frozenset(state.value for state in states)


SOUND = (rules.something_changes, rules.of_this_edition, rules.rows_fit)

CHANGE: Workflow[ChangeRequest] = Workflow(
    kind="plan_change",
    rows=lambda: ChangeRequest.objects.select_related(
        "plan__programme", "plan__pilot_area__batch", "plan__unit", "plan__receiver", "plan__document",
        "plan__original", "seal", "begun_by", "submitted_by", "decided_by",
    ),
    transitions=(
        Transition(
            "send_for_signing", _("send for signing"), _states(S.DRAFT, S.RETURNED), S.SIGNING, "plan.edit",
            internal=True, rules=SOUND, effect=_sent_for_signing, primary=True,
            hint=_("The lead of your unit reads the request and signs it."),
        ),
        Transition(
            "take_back", _("take back from signing"), _states(S.SIGNING), S.DRAFT, "plan.edit", internal=True,
            hint=_("The request can be edited again."),
        ),
        Transition(
            "withdraw", pgettext_lazy("request", "withdraw"),
            _states(S.DRAFT, S.RETURNED), S.WITHDRAWN, "plan.edit", effect=_withdrawn,
            hint=_("The plan stays as it is. The request stays on record as withdrawn."),
        ),
        Transition(
            "submit", _("sign and submit"), _states(S.SIGNING), S.SUBMITTED, "plan.submit",
            rules=(*SOUND, rules.signer_did_not_write), effect=_submitted, primary=True,
            hint=_("The request is sealed and goes to the receiver. The plan stays as it is until it is approved."),
        ),
        Transition(
            "send_back", _("send back to the drafter"), _states(S.SIGNING), S.DRAFT, "plan.submit",
            internal=True, needs_comment=True, effect=_sent_back, hint=_("Say what is to be changed before you sign."),
        ),
        Transition(
            "recall", _("recall"), _states(S.SUBMITTED), S.DRAFT, "plan.submit", effect=_recalled,
            hint=_("The receiver has not decided yet. You can edit the request again, and it must be signed again."),
        ),
        Transition(
            "approve", _("approve"), _states(S.SUBMITTED), S.APPROVED, "plan.review",
            rules=(rules.decider_is_not_the_author, rules.of_this_edition, rules.rows_fit), effect=_approved,
            primary=True, hint=_("The plan says from then on what the request asks for: a new edition is sealed."),
        ),
        Transition(
            "return", _("return"), _states(S.SUBMITTED), S.RETURNED, "plan.review", needs_comment=True,
            effect=_returned, hint=_("Say what is wrong. The sender can correct the request and send it again."),
        ),
        Transition(
            "refuse", _("refuse"), _states(S.SUBMITTED), S.REFUSED, "plan.review", needs_comment=True,
            rules=(rules.decider_is_not_the_author,), effect=_refused,
            hint=_("The plan stays as it is, and this request is closed. Say why."),
        ),
    ),
)  # fmt: skip


def perform(
    change: ChangeRequest, request: engine.Request, *, by: Actor, at: dt.datetime | None = None
) -> ChangeRequest:
    """Carry out one transition; see `records.workflow.perform` for what it raises."""
    return engine.perform(CHANGE, change.pk, request, by=by, at=at)


def available(change: ChangeRequest, by: Actor) -> list[Transition]:
    return engine.available(CHANGE, change, by)
