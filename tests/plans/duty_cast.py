"""Who answers for the plan of plan_cast, for tests. The offices are of the register; the people are made up."""

from __future__ import annotations

from typing import Any

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import AnnualPlan, Duty, Plan, Task, Tier
from plans.services.annual import AnnualInput, AnnualRowInput, begin, save_rows
from plans.services.duties import DutyInput, Holder, give
from tests.plans.plan_cast import A, a_plan, task_of
from units.models import Unit

BUREAU = "luzhou-statistics"
GOAL, WATER, HOUSEHOLDS = "目标（虚构）", "供水任务（虚构）", "户籍任务（虚构）"


def bureau() -> Unit:
    return Unit.objects.get(key=BUREAU)


def named(task: Task, tier: Tier, by: Actor, **holder: object) -> Duty:
    return give(task.uid, DutyInput(tier.value, Holder(**holder)), by=by)  # type: ignore[arg-type]


def answered(plan: Plan, by: Actor) -> None:
    """Leaders at the goal, the bureau leads the first task, a named office the second; persons at the tasks."""
    goal = task_of(plan, GOAL)
    named(goal, Tier.PRINCIPAL, by, name="市长（虚构）")
    named(goal, Tier.DEPUTY, by, name="副市长（虚构）")
    named(task_of(plan, WATER), Tier.LEAD, by, unit=bureau().uid)
    named(task_of(plan, HOUSEHOLDS), Tier.LEAD, by, name="公安局（虚构）")
    for name in (WATER, HOUSEHOLDS):
        named(task_of(plan, name), Tier.PERSON, by, name="某某（虚构）")


def an_annual(plan: Plan, by: Actor, year: int = 2026) -> AnnualPlan:
    """Begun and filled in: the bureau's by its own drafter, that of the named office by the pilot's."""
    own = by.hat.unit_id != plan.unit_id
    given = AnnualInput(year, bureau().uid) if own else AnnualInput(year, None, "公安局（虚构）")
    row = begin(plan.uid, given, by=by)
    rows = [
        AnnualRowInput(one.task.uid, "完成主体工程（虚构）", 100, one.revision)
        for one in row.rows.select_related("task")
    ]
    return save_rows(row.uid, rows, by=by)


def duty_world(pilot: PilotArea, by: Actor) -> dict[str, Any]:
    """For the access matrix: a duty of the pilot area's approved plan; an annual plan its office keeps, returned."""
    plan = Plan.objects.filter(pilot_area=pilot, status="approved").first() or a_plan(pilot=pilot)
    task = task_of(plan, A)
    duty = Duty.objects.create(task=task, tier=Tier.DEPUTY, name="副市长（虚构）", recorded_by=by.user)
    Duty.objects.create(task=task, tier=Tier.LEAD, name="水务局（虚构）", recorded_by=by.user)
    row = AnnualPlan.objects.create(
        plan=plan, year=2026, name="公安局（虚构）", unit=plan.unit, receiver=plan.unit, status="returned",
        chain=[plan.unit_id, *plan.chain], seal=plan.seal, begun_by=by.user,
    )  # fmt: skip
    row.rows.create(task=task, requirement="完成（虚构）", percent=100)
    return {"duties": duty.uid, "annual-plans": row.uid}
