"""Progress of one plan as a board and by chapter, and of many by province."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from accounts.access import Actor
from plans.calculations import rounded, weighted
from plans.models import Plan, Task, TaskState
from plans.progress_reading import Summary, TaskLine, lines_of, overdue_on, slipping_on
from plans.task_lists import VIEW, ListedTask, shown
from plans.tree import shows_rows
from units.models import Division

MOST_IN_A_COLUMN = 50
S = TaskState


@dataclass(frozen=True, slots=True)
class Column:
    """Leaves in one state, the ones to be finished first on top; `left_out`: how many more there are."""

    state: TaskState
    rows: Sequence[ListedTask]
    left_out: int = 0

    @property
    def total(self) -> int:
        return len(self.rows) + self.left_out


def board_of(plan: Plan, by: Actor, day: dt.date) -> list[Column]:
    """The leaves of a plan in reach, a column for each state. Two statements."""
    if not shows_rows(plan, by):
        return []
    rows = Task.objects.visible_to(by, VIEW).current().leaves().filter(plan=plan)
    tasks = list(rows.select_related("parent__parent").defer("text").order_by("finish_by", "path", "id"))
    found: dict[str, list[Task]] = {state.value: [] for state in S}
    for task in tasks:
        task.plan = plan
        found[task.state].append(task)
    lines = {one.task.pk: one for one in shown([t for rows in found.values() for t in rows[:MOST_IN_A_COLUMN]], day)}
    return [
        Column(
            state,
            [lines[task.pk] for task in found[state.value][:MOST_IN_A_COLUMN]],
            max(len(found[state.value]) - MOST_IN_A_COLUMN, 0),
        )
        for state in S
    ]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A row with parts (a goal or task) and its leaves counted; a leaf on top stands for itself."""

    task: Task
    depth: int
    summary: Summary


def chapters_of(plan: Plan, by: Actor, day: dt.date) -> tuple[list[Chapter], Summary]:
    """The upper rows of a plan in reach, in the order of the tree, each with what lies below it; and all together.

    Three statements.
    """
    if not shows_rows(plan, by):
        return [], Summary()
    seen = set(Task.objects.visible_to(by, VIEW).filter(plan=plan).values_list("pk", flat=True))
    lines = [line for line in lines_of(plan, day) if line.task.pk in seen]
    leaves = [line for line in lines if line.task.is_leaf]
    upper = [line.task for line in lines if not line.task.is_leaf or line.task.parent_id is None]
    found = [Chapter(row, row.depth, counted([leaf for leaf in leaves if _is_in(leaf.task, row)])) for row in upper]
    return found, counted(leaves)


def _is_in(leaf: Task, row: Task) -> bool:
    return leaf.pk == row.pk or leaf.path.startswith(f"{row.path}.")


def counted(leaves: Sequence[TaskLine]) -> Summary:
    """Leaves that have been read, counted."""
    states = [line.state for line in leaves]
    working = [(line.task.weight, line.percent) for line in leaves if line.state != S.STOPPED]
    return Summary(
        leaves=len(leaves),
        done=states.count(S.DONE),
        under_way=states.count(S.UNDER_WAY),
        overdue=sum(line.is_overdue for line in leaves),
        slipping=sum(line.is_slipping for line in leaves),
        percent=weighted(working),
        stopped=states.count(S.STOPPED),
    )


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """The pilot areas of a province together; `percent` is the mean over them, each counting the same."""

    province: Division
    pilots: int
    leaves: int
    done: int
    overdue: int
    slipping: int
    percent: Decimal | None


def by_province(plans: QuerySet[Plan], day: dt.date) -> list[ProvinceRow]:
    """Plans counted by the province of their pilot area, in the order of the provinces. Three statements."""
    key = "pilot_area__province"
    rows = plans.order_by().values(key)
    sums = rows.annotate(pilots=Count("pk"), leaves=Sum("leaf_count"), done=Sum("done_count"), mean=Avg(F("percent")))
    late = Task.objects.filter(overdue_on(day) | slipping_on(day), plan__in=plans.order_by().values("pk"))
    behind = (
        late.order_by()
        .values(place=F(f"plan__{key}"))
        .annotate(overdue=Count("pk", filter=Q(finish_by__lt=day)), slipping=Count("pk", filter=Q(finish_by__gte=day)))
    )
    counts = {row["place"]: (row["overdue"], row["slipping"]) for row in behind}
    found = {row[key]: row for row in sums}
    places = Division.objects.filter(pk__in=list(found)).order_by("sort_key", "id")
    return [
        ProvinceRow(
            place, row["pilots"], row["leaves"], row["done"], *counts.get(place.pk, (0, 0)),
            rounded(row["mean"]) if row["mean"] is not None else None,
        )
        for place in places
        for row in (found[place.pk],)
    ]  # fmt: skip
