"""The transition table of plans (方案要点, N4), and what each transition brings about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role
from plans import plan_rules as rules
from plans.models import Plan, PlanStatus
from plans.plan_content import content_of
from plans.plan_telling import AUTHORS, About, tell_of
from plans.services.editions import seal_edition
from records import workflow as engine
from records.seals import seal
from records.workflow import Act, Transition, Workflow
from units.models import Unit

S = PlanStatus


def _tell(topic: str, plan: Plan, act: Act, unit: Unit, *roles: Role) -> None:
    def names() -> dict[str, object]:
        return {"plan": plan.title, "pilot": plan.pilot_area.name, "unit": plan.unit.name}

    tell_of(topic, About("plan", f"/plans/{plan.uid}/", plan.programme, names), act, unit, *roles)


def _sent_for_signing(plan: Plan, act: Act) -> None:
    _tell("sent_for_signing", plan, act, plan.unit, Role.LEAD)


def _sent_back(plan: Plan, act: Act) -> None:
    _tell("sent_back", plan, act, plan.unit, Role.DRAFTER)


def _submitted(plan: Plan, act: Act) -> Mapping[str, Any]:
    """What is signed is sealed; whoever signs is who sends."""
    signed = {"signed_by": act.by.user.uid, "signed_at": act.at}
    plan.seal = seal("plan", plan.uid, {**content_of(plan), **signed}, at=act.at)
    plan.submitted_by, plan.submitted_at = act.by.user, act.at
    plan.decided_by, plan.decided_at, plan.comment = None, None, ""
    plan.save(update_fields=["seal", "submitted_by", "submitted_at", "decided_by", "decided_at", "comment"])
    _tell("submitted", plan, act, plan.receiver, Role.REVIEWER)
    alone = {"exemption": True} if rules.has_written(plan, act) else {}
    return {"sha256": plan.seal.sha256, "number": plan.seal.number, **alone}


def _recalled(plan: Plan, act: Act) -> None:
    _tell("recalled", plan, act, plan.receiver, Role.REVIEWER)


def _decide(plan: Plan, act: Act) -> None:
    plan.decided_by, plan.decided_at, plan.comment = act.by.user, act.at, act.comment
    plan.save(update_fields=["decided_by", "decided_at", "comment"])


def _returned(plan: Plan, act: Act) -> None:
    _decide(plan, act)
    _tell("returned", plan, act, plan.unit, *AUTHORS)


def _approved(plan: Plan, act: Act) -> Mapping[str, Any]:
    """The wording becomes edition 1; from now on it changes by request only."""
    _decide(plan, act)
    edition = seal_edition(plan, at=act.at, by=act.by.user)
    _tell("approved", plan, act, plan.unit, *AUTHORS)
    return {"edition": edition.number, "sha256": edition.seal.sha256}


def _states(*states: PlanStatus) -> frozenset[str]:
    return frozenset(state.value for state in states)


SOUND = (rules.something_planned, rules.dates_in_order)

PLAN: Workflow[Plan] = Workflow(
    kind="plan",
    rows=lambda: Plan.objects.select_related(
        "programme", "pilot_area__batch", "pilot_area__reporting_unit", "unit", "receiver", "document", "original",
        "seal", "begun_by", "submitted_by", "decided_by",
    ),
    transitions=(
        Transition(
            "send_for_signing", _("send for signing"), _states(S.DRAFT, S.RETURNED), S.SIGNING, "plan.edit",
            internal=True, rules=SOUND, effect=_sent_for_signing, primary=True,
            hint=_("The lead of your unit reads the plan and signs it."),
        ),
        Transition(
            "take_back", _("take back from signing"), _states(S.SIGNING), S.DRAFT, "plan.edit", internal=True,
            hint=_("The plan can be edited again."),
        ),
        Transition(
            "submit", _("sign and submit"), _states(S.SIGNING), S.SUBMITTED, "plan.submit",
            rules=(*SOUND, rules.signer_did_not_write), effect=_submitted, primary=True,
            hint=_("The plan is sealed and goes to the receiver. You can recall it until it is decided."),
        ),
        Transition(
            "send_back", _("send back to the drafter"), _states(S.SIGNING), S.DRAFT, "plan.submit",
            internal=True, needs_comment=True, effect=_sent_back, hint=_("Say what is to be changed before you sign."),
        ),
        Transition(
            "recall", _("recall"), _states(S.SUBMITTED), S.DRAFT, "plan.submit", effect=_recalled,
            hint=_("The receiver has not decided yet. You can edit the plan again, and it must be signed again."),
        ),
        Transition(
            "approve", _("approve"), _states(S.SUBMITTED), S.APPROVED, "plan.review",
            rules=(rules.decider_is_not_the_author,), effect=_approved, primary=True,
            hint=_(
                "What is approved changes by change request only from then on. How the work is scheduled, who answers "
                "and how far it is stays with the pilot area."
            ),
        ),
        Transition(
            "return", _("return"), _states(S.SUBMITTED), S.RETURNED, "plan.review", needs_comment=True,
            effect=_returned, hint=_("Say what is wrong. The sender can correct the plan and send it again."),
        ),
    ),
)  # fmt: skip


def perform(plan: Plan, request: engine.Request, *, by: Actor, at: dt.datetime | None = None) -> Plan:
    """Carry out one transition; see `records.workflow.perform` for what it raises."""
    return engine.perform(PLAN, plan.pk, request, by=by, at=at)


def available(plan: Plan, by: Actor) -> list[Transition]:
    return engine.available(PLAN, plan, by)
