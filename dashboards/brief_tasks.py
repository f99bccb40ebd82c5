"""The tasks a brief speaks of: what is overdue and what comes next in approved plans within reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from accounts.access import Actor
from dashboards.reading import together
from indicators.models import PilotPositionQuerySet
from plans.models import Task
from plans.progress_reading import OPEN, Summary, TaskLine, counts, line_of, overdue_on, summary_from
from plans.task_lists import VIEW, listed_tasks
from units.calendar import today

MOST = 4
"""As many overdue tasks are named, and as many of those due next."""


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks without parts, counted; the longest overdue and the next due by name. `coming` of pilot areas alone."""

    summary: Summary
    late: tuple[TaskLine, ...] = ()
    coming: tuple[TaskLine, ...] = ()
    is_demo: bool = False


def tasks_of_pilots(pilots: Sequence[int], actor: Actor) -> dict[int, Work]:
    """By pilot area (id), those with tasks within reach; two statements."""
    if not actor.can(VIEW):
        return {}
    day, rows = today(), listed_tasks(actor).filter(plan__pilot_area__in=pilots)
    late = Case(When(overdue_on(day), then=Value(True)), default=Value(False), output_field=BooleanField())
    place = Window(
        RowNumber(), partition_by=[F("plan__pilot_area"), F("late")], order_by=[F("finish_by").asc(), F("pk").asc()]
    )
    named = rows.filter(state__in=OPEN, finish_by__isnull=False).annotate(late=late).annotate(place=place)
    lines: dict[int, list[TaskLine]] = {}
    for task in named.filter(place__lte=MOST):
        lines.setdefault(task.plan.pilot_area_id, []).append(line_of(task, day))
    summed = _plain(rows).values("plan__pilot_area").annotate(**_sums(day))
    return {row["plan__pilot_area"]: _work(row, lines.get(row["plan__pilot_area"], ()), day) for row in summed}


def tasks_of_offices(places: Mapping[int, PilotPositionQuerySet], actor: Actor) -> dict[int, Work]:
    """By office (id): tasks of the pilot areas below it; two statements, and one for those that are named."""
    if not actor.can(VIEW):
        return {}
    day, of = today(), {}
    for office, pilots in places.items():
        rows = listed_tasks(actor).filter(plan__pilot_area__in=pilots.order_by().values("pk"))
        of[office] = _plain(rows).annotate(office=Value(office))
    summed = together(rows.values("office").annotate(**_sums(day)) for rows in of.values())
    late = together(
        rows.filter(overdue_on(day)).order_by("finish_by", "pk").values_list("office", "pk")[:MOST]
        for rows in of.values()
    )
    known = listed_tasks(actor).in_bulk({pk for _office, pk in late})
    lines: dict[int, list[TaskLine]] = {}
    for office, pk in late:
        lines.setdefault(office, []).append(line_of(known[pk], day))
    return {row["office"]: _work(row, lines.get(row["office"], ()), day) for row in summed}


def _plain(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Without what a list shows beside the rows: these are counted."""
    return rows.select_related(None).defer(None).order_by()


def _sums(day: dt.date) -> dict[str, Any]:
    return {**counts(day), "demo": Count("pk", filter=Q(plan__is_demo=True))}


def _work(row: Mapping[str, Any], lines: Iterable[TaskLine], day: dt.date) -> Work:
    ordered = sorted(lines, key=lambda line: (line.finish_by or day, line.task.pk))
    late = tuple(line for line in ordered if line.is_overdue)
    coming = tuple(line for line in ordered if not line.is_overdue)
    return Work(summary_from(row), late, coming, bool(row["demo"]))
