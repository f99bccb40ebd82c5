"""Tasks across plans: who finds which, which are one's own, who answers for those of a page, and what asks for work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.access import Actor
from plans.duties import HeldDuty, held
from plans.models import Duty, Plan, PlanStatus, Task, TaskState, Tier
from plans.progress_reading import OPEN, TaskLine, line_of, overdue_on, slipping_on
from units.calendar import today

VIEW = "plan.view"
MOST = 200
"""As many rows of a list are counted and paged through; whoever wants others narrows it."""


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A leaf as a list shows it: where it stands, and who answers for it."""

    line: TaskLine
    lead: str = ""
    persons: Sequence[str] = field(default_factory=tuple)

    @property
    def task(self) -> Task:
        return self.line.task


def listed_tasks(by: Actor) -> QuerySet[Task]:
    """Leaves of approved plans in reach that are not ended; the ones to be finished first stand first."""
    rows = Task.objects.visible_to(by, VIEW).current().leaves().filter(plan__status=PlanStatus.APPROVED)
    related = rows.select_related("plan__pilot_area", "plan__programme", "parent__parent")
    found: QuerySet[Task] = related.defer("text", "parent__text", "parent__parent__text").order_by("finish_by", "id")
    return found


def mine(by: Actor) -> QuerySet[Any]:
    """Rows (their keys) for which this office or person answers, in any tier, also from the row above.

    A duty from above does not count where the row has its own in that tier.
    """
    whose = Q(person=by.user.pk) | Q(unit=by.hat.unit_id)
    duties = Duty.objects.filter(whose, ended_at__isnull=True).order_by()
    parts = duties.annotate(part=F("task__parts")).filter(part__isnull=False)
    below = duties.annotate(part=F("task__parts"), piece=F("task__parts__parts")).filter(piece__isnull=False)
    return duties.values("task").union(
        parts.filter(~_own("part")).values("part"), below.filter(~_own("part"), ~_own("piece")).values("piece")
    )


def _own(row: str) -> Exists:
    """Whether the row has a duty of its own in the tier: it stands before the one from above."""
    own = Duty.objects.filter(task=OuterRef(row), tier=OuterRef("tier"), ended_at__isnull=True)
    return Exists(own.order_by())


def by_state(rows: QuerySet[Task], wanted: str, day: dt.date) -> QuerySet[Task]:
    """Rows in a state, or open, overdue, slipping on a day."""
    if wanted == "open":
        return rows.filter(state__in=OPEN)
    if wanted == "overdue":
        return rows.filter(overdue_on(day))
    if wanted == "slipping":
        return rows.filter(slipping_on(day))
    return rows.filter(state=wanted) if wanted in TaskState.values else rows


def shown(tasks: Sequence[Task], day: dt.date) -> list[ListedTask]:
    """The rows of a page with who answers. One statement, however many."""
    around: dict[int, Task] = {}
    for task in tasks:
        above = [task.parent.parent, task.parent] if task.parent else []
        for row in (*above, task):
            if row is not None:
                around.setdefault(row.pk, row)
    rows = sorted(around.values(), key=lambda task: task.path)
    duties = Duty.objects.filter(task__in=list(around), ended_at__isnull=True).select_related("unit", "person")
    found = held(rows, duties.order_by("task_id", "tier", "id"))
    return [
        ListedTask(
            line_of(task, day),
            lead="、".join(_names(found[task.pk].get(Tier.LEAD, []))),
            persons=_names(found[task.pk].get(Tier.PERSON, [])),
        )
        for task in tasks
    ]


def _names(duties: Sequence[HeldDuty]) -> list[str]:
    return [one.duty.who for one in duties]


def overdue_of_mine(by: Actor) -> QuerySet[Task]:
    """What this office or person answers for and is late with: for the desk. The latest first."""
    if not by.can("task.progress"):
        return Task.objects.none()
    rows = listed_tasks(by).filter(overdue_on(today()), plan__programme=by.hat.programme_id)
    return rows.filter(pk__in=mine(by))


def approved_plans(by: Actor) -> QuerySet[Plan]:
    """Plans in reach that are worked on, in the order of the pilot areas."""
    rows = Plan.objects.visible_to(by, VIEW).filter(status=PlanStatus.APPROVED).for_lists()
    found: QuerySet[Plan] = rows.select_related("pilot_area__province").order_by("pilot_area__sort_key", "id")
    return found
