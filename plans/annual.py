"""Reading annual plans: who finds which, what each task of the year looks like, who has none yet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.access import Actor
from plans.annual_drawing import Department, Drawn, Reading, department_of, span_of
from plans.annual_workflow import ANNUAL
from plans.duties import HeldDuty
from plans.models import AnnualPlan, AnnualStatus, AnnualTask, Plan, Tier
from plans.tree import reach_plan
from portal.errors import NotFound
from records.models import Event

VIEW, EDIT = "plan.view", "annual.edit"


def listed_annual(by: Actor) -> QuerySet[AnnualPlan]:
    """One's own, those one receives, those below: the newest year first."""
    rows = ANNUAL.rows().visible_to(by, VIEW).annotate(task_count=Count("rows"))
    found: QuerySet[AnnualPlan] = rows.order_by("-year", "plan__pilot_area__sort_key", "name", "id")
    return found


def reach_annual(uid: uuid.UUID, by: Actor, action: str = VIEW) -> AnnualPlan:
    """One of them. Raises NotFound."""
    found: AnnualPlan | None = ANNUAL.rows().visible_to(by, action).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def shows_tasks(row: AnnualPlan, by: Actor) -> bool:
    """Its own office sees the tasks always; the others as they were sent, not while they are being changed."""
    return row.unit_id == by.hat.unit_id or row.status in (AnnualStatus.SUBMITTED, AnnualStatus.APPROVED)


def events_of(row: AnnualPlan, by: Actor) -> QuerySet[Event]:
    """What happened to it, the newest first, as far as the reader may know."""
    rows = Event.objects.about("annual_plan", row.uid)
    if row.unit_id != by.hat.unit_id:
        rows = rows.known_beyond_the_unit()
    return rows.order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class YearLine:
    """One task of the year as it is shown; `drawn` None: its span does not touch the year any more."""

    row: AnnualTask
    drawn: Drawn | None
    persons: tuple[HeldDuty, ...]


def lines_of(row: AnnualPlan) -> list[YearLine]:
    """The tasks of an annual plan in tree order; three statements."""
    reading = Reading.of(row.plan)
    rows = row.rows.select_related("task__parent").order_by("task__path", "id")
    return [
        YearLine(
            one,
            span_of(row.plan, one.task, row.year),
            tuple(reading.duties.get(one.task_id, {}).get(Tier.PERSON, ())),
        )
        for one in rows
    ]


def not_taken_in(row: AnnualPlan) -> list[Drawn]:
    """What the schedule has for this department and year beside what is in already."""
    there = set(row.rows.values_list("task", flat=True))
    return [one for one in Reading.of(row.plan).drawn(department_of(row), row.year) if one.task.pk not in there]


def departments_for(plan: Plan, by: Actor) -> list[Department]:
    """For whom this hat may begin an annual plan: the pilot's office for every department that leads something,

    an office of the register for itself.
    """
    if not by.can(EDIT) or not plan.is_approved or by.hat.programme_id != plan.programme_id:
        return []
    found = Reading.of(plan).departments()
    if by.hat.unit_id == plan.unit_id:
        return found
    return [one for one in found if one.unit is not None and one.unit.pk == by.hat.unit_id]


@dataclass(frozen=True, slots=True)
class YearOf:
    """A plan's year: the annual plans the reader finds, and the departments that have something to do and no plan."""

    plan: Plan
    year: int
    rows: Sequence[AnnualPlan]
    without: Sequence[Department]


def year_of(plan_uid: uuid.UUID, year: int, by: Actor) -> YearOf:
    """Raises NotFound (the plan is out of reach)."""
    plan = reach_plan(plan_uid, by)
    rows = list(listed_annual(by).filter(plan=plan, year=year))
    written = AnnualPlan.objects.filter(plan=plan, year=year)
    return YearOf(plan, year, rows, Reading.of(plan).without(year, written) if plan.is_approved else ())
