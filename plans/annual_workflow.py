"""The transition table of annual plans (N10), and what each transition brings about.

A department's own drafter writes and its lead signs. What the pilot's office writes for a department that has nobody
here is sent by whoever wrote it; either way a lead of the pilot's office approves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role
from plans import annual_rules as rules
from plans.annual_content import content_of
from plans.models import AnnualPlan, AnnualStatus
from plans.plan_telling import AUTHORS, About, tell_of
from records import workflow as engine
from records.seals import seal
from records.workflow import Act, Transition, Workflow
from units.models import Unit

S = AnnualStatus


def _tell(topic: str, row: AnnualPlan, act: Act, unit: Unit, *roles: Role) -> None:
    def names() -> dict[str, object]:
        return {"department": row.name, "year": row.year, "pilot": row.plan.pilot_area.name}

    about = About("annual", f"/annual-plans/{row.uid}/", row.plan.programme, names)
    tell_of(topic, about, act, unit, *roles)


def _sent(row: AnnualPlan, act: Act) -> Mapping[str, Any]:
    """What is signed is sealed. What was decided before is in the history."""
    row.seal = seal("annual_plan", row.uid, content_of(row, act.by.user, act.at), at=act.at)
    row.submitted_by, row.submitted_at = act.by.user, act.at
    row.decided_by, row.decided_at, row.comment = None, None, ""
    row.save(update_fields=["seal", "submitted_by", "submitted_at", "decided_by", "decided_at", "comment"])
    _tell("submitted", row, act, row.receiver, Role.LEAD)
    alone = {"exemption": True} if not keeps_itself(row) and rules.has_written(row, act) else {}
    return {"sha256": row.seal.sha256, "number": row.seal.number, "tasks": row.rows.count(), **alone}


def _recalled(row: AnnualPlan, act: Act) -> None:
    _tell("recalled", row, act, row.receiver, Role.LEAD)


def _decide(topic: str, row: AnnualPlan, act: Act) -> None:
    row.decided_by, row.decided_at, row.comment = act.by.user, act.at, act.comment
    row.save(update_fields=["decided_by", "decided_at", "comment"])
    _tell(topic, row, act, row.unit, *AUTHORS)


def _approved(row: AnnualPlan, act: Act) -> None:
    _decide("approved", row, act)


def _returned(row: AnnualPlan, act: Act) -> None:
    _decide("returned", row, act)


def _reopened(row: AnnualPlan, act: Act) -> None:
    _decide("reopened", row, act)


def keeps_itself(row: AnnualPlan) -> bool:
    """Whether the pilot's office keeps it, for itself or for a department that has nobody here."""
    return row.unit_id == row.receiver_id


def comes_from_elsewhere(row: AnnualPlan) -> bool:
    return not keeps_itself(row)


def _states(*states: AnnualStatus) -> frozenset[str]:
    return frozenset(state.value for state in states)


SOUND = (rules.something_planned, rules.tasks_still_stand, rules.demands_written, rules.persons_named)

ANNUAL: Workflow[AnnualPlan] = Workflow(
    kind="annual_plan",
    prefix="annual.",
    rows=lambda: AnnualPlan.objects.select_related(
        "plan__programme", "plan__pilot_area", "plan__unit", "department", "unit", "receiver", "seal", "begun_by",
        "submitted_by", "decided_by",
    ),
    transitions=(
        Transition(
            "submit", _("sign and submit"), _states(S.DRAFT, S.RETURNED), S.SUBMITTED, "annual.submit",
            rules=(*SOUND, rules.signer_did_not_write), effect=_sent, primary=True, when=comes_from_elsewhere,
            hint=_("The annual plan is sealed and goes to the pilot's office, which approves it or returns it."),
        ),
        Transition(
            "recall", _("recall"), _states(S.SUBMITTED), S.DRAFT, "annual.submit", effect=_recalled,
            when=comes_from_elsewhere,
            hint=_("It has not been decided on yet. You can edit it again, and it must be signed again."),
        ),
        Transition(
            "send", _("send for approval"), _states(S.DRAFT, S.RETURNED), S.SUBMITTED, "annual.edit", rules=SOUND,
            effect=_sent, primary=True, when=keeps_itself,
            hint=_("The annual plan is sealed, and the lead of your unit approves it or returns it."),
        ),
        Transition(
            "take_back", _("take back"), _states(S.SUBMITTED), S.DRAFT, "annual.edit", effect=_recalled,
            when=keeps_itself, hint=_("It has not been decided on yet. You can edit it again."),
        ),
        Transition(
            "approve", _("approve"), _states(S.SUBMITTED), S.APPROVED, "annual.approve",
            rules=(rules.decider_is_not_the_author,), effect=_approved, primary=True,
            hint=_("The department's year is settled. You can open it again if things change."),
        ),
        Transition(
            "return", _("return"), _states(S.SUBMITTED), S.RETURNED, "annual.approve", needs_comment=True,
            effect=_returned, hint=_("Say what is to be changed. The department corrects it and sends it again."),
        ),
        Transition(
            "reopen", _("open again"), _states(S.APPROVED), S.RETURNED, "annual.approve", needs_comment=True,
            effect=_reopened, hint=_("Say why. The department changes its year and sends it again for approval."),
        ),
    ),
)  # fmt: skip


def perform(row: AnnualPlan, request: engine.Request, *, by: Actor, at: dt.datetime | None = None) -> AnnualPlan:
    """Carry out one transition; see `records.workflow.perform` for what it raises."""
    return engine.perform(ANNUAL, row.pk, request, by=by, at=at)


def available(row: AnnualPlan, by: Actor) -> list[Transition]:
    return engine.available(ANNUAL, row, by)
