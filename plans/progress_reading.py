"""Progress as it is read on a day: overdue and slipping are worked out, never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan

from plans.calculations import TOLERANCE, is_slipping, overdue_days, rounded
from plans.models import Plan, Progress, Task, TaskState
from plans.services.progress import newest_of
from units.calendar import end_of

S = TaskState
OPEN = (S.NOT_STARTED, S.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One row of a plan as it stands on a day; of a row with parts: the latest of their dates, the worst of them."""

    task: Task
    state: str
    percent: Decimal
    finish_by: dt.date | None
    overdue_days: int
    is_slipping: bool
    latest: Progress | None = None

    @property
    def is_overdue(self) -> bool:
        return self.overdue_days > 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Leaves (not ended) of a plan on a day, counted. `percent` None: nothing to work on."""

    leaves: int = 0
    done: int = 0
    under_way: int = 0
    overdue: int = 0
    slipping: int = 0
    percent: Decimal | None = None
    stopped: int = 0

    @property
    def not_started(self) -> int:
        return self.leaves - self.done - self.under_way - self.stopped


def line_of(task: Task, day: dt.date, latest: Progress | None = None) -> TaskLine:
    """A row as it stands on a day; one with parts without what only its parts say (see `lines_of`)."""
    is_open = task.is_leaf and task.is_open
    return TaskLine(
        task=task,
        state=task.state,
        percent=task.percent,
        finish_by=task.finish_by if task.is_leaf else None,
        overdue_days=overdue_days(task.finish_by, day) if is_open else 0,
        is_slipping=is_open
        and is_slipping((task.latest_start, task.finish_by), task.percent, day, begun=task.state == S.UNDER_WAY),
        latest=latest,
    )


def lines_of(plan: Plan, day: dt.date, since: dt.date | None = None) -> list[TaskLine]:
    """All rows of a plan that are not ended, in the order of the tree, parents too. Two statements.

    `latest`: what was said last, of rows with parts None; with `since` only what was said on or after that day.
    """
    tasks = list(Task.objects.current().filter(plan=plan).order_by("path", "id"))
    start = end_of(since - dt.timedelta(days=1)) if since else None
    newest = newest_of((task.pk for task in tasks if task.is_leaf), start)
    lines = {task.pk: line_of(task, day, newest.get(task.pk)) for task in tasks}
    for task in reversed(tasks):  # the worst of the parts, from the bottom up
        if task.parent_id in lines:
            lines[task.parent_id] = _with_part(lines[task.parent_id], lines[task.pk])
    return [lines[task.pk] for task in tasks]


def _with_part(parent: TaskLine, part: TaskLine) -> TaskLine:
    return replace(
        parent,
        finish_by=max((day for day in (parent.finish_by, part.finish_by) if day), default=None),
        overdue_days=max(parent.overdue_days, part.overdue_days),
        is_slipping=parent.is_slipping or part.is_slipping,
    )


def summary_of(plan: Plan, day: dt.date) -> Summary:
    """One plan counted. One statement."""
    return summaries_of([plan], day).get(plan.pk, Summary())


def summaries_of(plans: Iterable[Plan], day: dt.date) -> dict[int, Summary]:
    """Plans (ids) counted, those without tasks too. One statement, however many plans."""
    keys = [plan.pk for plan in plans]
    found = counted_by(Task.objects.filter(plan__in=keys), "plan_id", day) if keys else {}
    return {key: found.get(key, Summary()) for key in keys}


def counted_by(tasks: QuerySet[Task], key: str, day: dt.date) -> dict[Any, Summary]:
    """Leaves of a queryset counted under a column of theirs. One statement."""
    rows = tasks.filter(is_leaf=True, ended_at__isnull=True).order_by().values(key).annotate(**counts(day))
    return {row[key]: summary_from(row) for row in rows}


def counts(day: dt.date) -> dict[str, Any]:
    """Aggregates over leaves for `summary_from`."""
    working = ~Q(state=S.STOPPED)
    return {
        "leaves": Count("pk"),
        "done": Count("pk", filter=Q(state=S.DONE)),
        "under_way": Count("pk", filter=Q(state=S.UNDER_WAY)),
        "stopped": Count("pk", filter=Q(state=S.STOPPED)),
        "overdue": Count("pk", filter=overdue_on(day)),
        "slipping": Count("pk", filter=slipping_on(day)),
        "weight_sum": Sum("weight", filter=working),
        "weight_done": Sum(F("weight") * F("percent"), filter=working),
    }


def summary_from(row: Mapping[str, Any]) -> Summary:
    weight = row["weight_sum"]
    percent = rounded(row["weight_done"] / weight) if weight else None
    names = ("leaves", "done", "under_way", "overdue", "slipping", "stopped")
    return Summary(percent=percent, **{name: row[name] for name in names})


def added(summaries: Sequence[Summary]) -> Summary:
    """Counts of several plans together; no percent, which plans of different weights do not have in common."""
    names = ("leaves", "done", "under_way", "overdue", "slipping", "stopped")
    return Summary(**{name: sum(getattr(one, name) for one in summaries) for name in names})


class _Days(Func):
    """Days from one date to another, as a whole number."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


def overdue_on(day: dt.date) -> Q:
    """The condition that a task is overdue on a day: a leaf, open, past its latest finish."""
    return Q(is_leaf=True, ended_at__isnull=True, state__in=OPEN, finish_by__lt=day)


def slipping_on(day: dt.date) -> Q:
    """The condition that a task is slipping on a day: the same as `calculations.is_slipping`, in SQL."""
    today = Cast(Value(day), DateField())
    span = _Days(F("finish_by"), F("latest_start")) + 1
    passed = _Days(today, F("latest_start")) * 100
    behind = Q(latest_start__lt=day) & Q(LessThan((F("percent") + TOLERANCE) * span, passed))
    late = Q(state=S.NOT_STARTED, latest_start__lt=day) | behind
    return Q(is_leaf=True, ended_at__isnull=True, state__in=OPEN, finish_by__gte=day) & late


MOST_SAID = 50


def history_of(task: Task) -> list[Progress]:
    """What was said of a leaf, the newest first; the last fifty."""
    return list(Progress.objects.filter(task=task).select_related("by", "unit").order_by("-at", "-id")[:MOST_SAID])
