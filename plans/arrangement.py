"""How a plan's work is arranged, read for reckoning: its leaves as activities, what waits for what as edges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plans.models import Dependency, Plan, Task, TaskState
from plans.scheduling import Activity, Edge, Schedule, schedule

type_dates = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The rows of a plan in tree order, its leaves as activities by primary key, and the edges between them.

    `idle` are dependencies that do not count: one of the two has parts by now, or has ended.
    """

    plan: Plan
    tasks: list[Task]
    activities: list[Activity]
    edges: list[Edge]
    dependencies: list[Dependency]
    idle: list[Dependency]

    def schedule(self, today: dt.date | None = None) -> Schedule:
        """The dates as arranged, or with `today` as they look from there. Raises Cycle."""
        return schedule(self.activities, self.edges, self.plan.begins_on, self.plan.ends_on, today)


def arrangement_of(plan: Plan) -> Arrangement:
    """Everything of a plan that dates are reckoned from: two statements."""
    tasks = list(Task.objects.current().filter(plan=plan).order_by("path", "id"))
    by_key = {task.pk: task for task in tasks}
    found = list(
        Dependency.objects.filter(task__plan=plan, task__ended_at=None)
        .select_related("task", "needs")
        .order_by("task__path", "needs__path", "id")
    )
    leaves = {task.pk for task in tasks if task.is_leaf}
    counting = [one for one in found if one.task_id in leaves and one.needs_id in leaves]
    return Arrangement(
        plan=plan,
        tasks=tasks,
        activities=activities_of(tasks),
        edges=[Edge(one.needs_id, one.task_id, one.lag_days) for one in counting],
        dependencies=counting,
        idle=[one for one in found if one.task_id in by_key and one not in counting],
    )


def activities_of(tasks: Sequence[Task]) -> list[Activity]:
    """The leaves among the current rows of a plan; what a row is part of bounds it too."""
    by_key = {task.pk: task for task in tasks}
    found = []
    for task in tasks:
        if task.is_leaf:
            dues = [row.due_on for row in _upward(task, by_key) if row.due_on is not None]
            found.append(
                Activity(
                    key=task.pk, name=str(task), days=task.days, not_before=task.begins_on,
                    due=min(dues, default=None), done_on=_done_on(task), left=_left(task),
                )
            )  # fmt: skip
    return found


def _upward(task: Task, by_key: dict[int, Task]) -> list[Task]:
    """The row itself and each it is part of."""
    rows = [task]
    while (above := by_key.get(rows[-1].parent_id or 0)) is not None:
        rows.append(above)
    return rows


def _done_on(task: Task) -> dt.date | None:
    """Stopped work holds nobody up: for a look ahead it lies where it was due to begin with."""
    return task.done_on if task.state == TaskState.DONE else None


def _left(task: Task) -> int | None:
    """Days still to go of what is under way, or of what was stopped (none); None where it has not begun."""
    if task.state == TaskState.STOPPED:
        return 0
    if task.state != TaskState.UNDER_WAY:
        return None
    rest = Decimal(task.days or 0) * (100 - task.percent) / 100
    return int(rest.to_integral_value(ROUND_CEILING))


def dates_of(found: Arrangement, dates: Schedule) -> dict[int, type_dates]:
    """Latest finish and latest start of every row: a leaf's own, a row's with parts from its leaves."""
    known: dict[int, type_dates] = {}
    parts: dict[int, list[type_dates]] = {}
    for task in reversed(found.tasks):  # parts stand behind what they are part of
        row = dates.rows.get(task.pk)
        if row is not None:
            known[task.pk] = (row.latest_finish, row.latest_start if task.days else None)
        else:
            known[task.pk] = _spanning(parts.get(task.pk, ()))
        if task.parent_id is not None:
            parts.setdefault(task.parent_id, []).append(known[task.pk])
    return known


def _spanning(parts: Sequence[type_dates]) -> type_dates:
    finishes = [finish for finish, _start in parts if finish is not None]
    starts = [start for _finish, start in parts if start is not None]
    return max(finishes, default=None), min(starts, default=None)
