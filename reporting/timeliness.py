"""Was it in time? For each period and capacity, and for each sender, computed on read from what was submitted.

What counts is the first submission that was not recalled: against the first date the sender was given, and against
the date that stood when it was submitted. A date that was moved is counted openly as moved, never as kept. Nobody is
ranked: senders stand in the order of their names.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, condition
from pilots.models import Capacity
from portal.errors import type_text
from reporting.models import Cycle, Extension, ExtensionStatus, Report, ReportVersion, overdue_now
from units.calendar import OFFICE_TIME, calendars, office_day

ACTION = "cycle.view"
FIRST, LATER, LATE, MISSING, OPEN, EXEMPT = "first", "later", "late", "missing", "open", "exempt"
OUTCOMES: tuple[tuple[str, type_text], ...] = (
    (FIRST, _("in by the first date")),
    (LATER, _("in by a later date that was given")),
    (LATE, _("in late")),
    (MISSING, _("not in, the date has passed")),
    (OPEN, _("not in, not due yet")),
    (EXEMPT, _("exempt")),
)
"""How a report stands; each has exactly one."""

Key = tuple[int, str]
"""Of a period (its id) and a capacity."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How the reports of one period and capacity stand. Days are working days by each sender's calendar."""

    cycle: Cycle
    capacity: Capacity
    first: int = 0
    later: int = 0
    late: int = 0
    missing: int = 0
    open: int = 0
    exempt: int = 0
    overdue_again: int = 0
    returns: int = 0
    returned: int = 0
    extensions: int = 0
    extended: int = 0
    median_days_late: float | None = None
    longest_days_late: int | None = None

    @property
    def submitted(self) -> int:
        return self.first + self.later + self.late

    @property
    def expected(self) -> int:
        return self.submitted + self.missing + self.open


def standing(actor: Actor) -> QuerySet[Any]:
    """The reports in reach, each with `submitted_at`, the instant that was late then (`end_then`), and `outcome`."""
    versions = ReportVersion.objects.filter(report=OuterRef("pk")).exclude(outcome=ReportVersion.Outcome.RECALLED)
    first = versions.order_by("number")
    rows: Any = Report.objects.visible_to(actor, ACTION)
    found: QuerySet[Any] = rows.annotate(
        submitted_at=Subquery(first.values("submitted_at")[:1], output_field=DateTimeField()),
        end_then=Subquery(first.values("due_end")[:1], output_field=DateTimeField()),
    ).annotate(outcome=_outcome())
    return found


def _outcome() -> Case:
    """Whoever submits in time and on the first day has kept the first date, whatever was given later."""
    nothing = Q(submitted_at__isnull=True)
    return Case(
        When(nothing & Q(due__exempted_at__isnull=False), then=Value(EXEMPT)),
        When(nothing & Q(due__due_end__lte=timezone.now()), then=Value(MISSING)),
        When(nothing, then=Value(OPEN)),
        When(submitted_at__gte=F("end_then"), then=Value(LATE)),
        When(due__first_due_on__gte=TruncDate("submitted_at", tzinfo=OFFICE_TIME), then=Value(FIRST)),
        default=Value(LATER),
        output_field=CharField(),
    )


def senders(actor: Actor, cycle: Cycle) -> QuerySet[Any]:
    """Each sender of a period with how its report stands, how often it was returned and given more time."""
    returns = ReportVersion.objects.filter(report=OuterRef("pk"), outcome=ReportVersion.Outcome.RETURNED)
    granted = Extension.objects.filter(due=OuterRef("due"), status=ExtensionStatus.GRANTED)
    rows: Any = standing(actor).filter(due__cycle=cycle)
    found: QuerySet[Any] = rows.for_lists().annotate(returns=_number(returns), extensions=_number(granted))
    return found.order_by("due__unit__sort_key", "due__capacity", "id")


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as a subquery."""
    counted = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def days_late(report: Any) -> int | None:
    """Of a row of `senders`: working days between the date that stood then and the submission; None when in time."""
    if report.outcome != LATE:
        return None
    return _late(report.due.unit_id, report.end_then, report.submitted_at)


def _late(unit_id: int, end: dt.datetime, submitted_at: dt.datetime) -> int:
    last_day = office_day(end - dt.timedelta(microseconds=1))
    return max(0, calendars().of(unit_id).working_days(last_day, office_day(submitted_at)))


def timeliness(actor: Actor, year: int | None = None, cycle: Cycle | None = None) -> list[Timeliness]:
    """Each period in reach with its capacities, the latest first. Six statements, however many reports."""
    within = Q(due__cycle=cycle) if cycle else Q(due__cycle__year=year) if year else Q()
    rows = standing(actor).filter(within).order_by()
    found: dict[Key, dict[str, Any]] = defaultdict(dict)
    again = Count("pk", filter=overdue_now() & Q(submitted_at__isnull=False))
    for key, values in _grouped(rows, "outcome", number=Count("pk"), again=again):
        found[key][values["outcome"]] = values["number"]
        found[key]["overdue_again"] = found[key].get("overdue_again", 0) + values["again"]
    _add_moves(found, actor, within)
    for key, late in _days_late(rows).items():
        found[key] |= {"median_days_late": statistics.median(late), "longest_days_late": max(late)}
    cycles = Cycle.objects.select_related("programme").in_bulk({cycle_id for cycle_id, _capacity in found})
    all_of_them = [Timeliness(cycles[key[0]], Capacity(key[1]), **values) for key, values in found.items()]
    return sorted(all_of_them, key=_latest_first)


def _latest_first(row: Timeliness) -> tuple[Any, ...]:
    return -row.cycle.year, -row.cycle.opens_on.toordinal(), -row.cycle.pk, row.capacity != Capacity.PILOT


def _grouped(rows: QuerySet[Any], *more: str, prefix: str = "due__", **counts: Any) -> list[tuple[Key, dict[str, Any]]]:
    cycle, capacity = f"{prefix}cycle", f"{prefix}capacity"
    counted = rows.order_by().values(cycle, capacity, *more).annotate(**counts)
    return [((row[cycle], row[capacity]), row) for row in counted]


def _add_moves(found: dict[Key, dict[str, Any]], actor: Actor, within: Q) -> None:
    """How often reports were returned and given more time, and how many reports that were: one statement each."""
    reports = Report.objects.filter(condition(Report.ACCESS, actor, ACTION) & within)
    returned = ReportVersion.objects.filter(outcome=ReportVersion.Outcome.RETURNED, report__in=reports)
    numbers: dict[str, Any] = {"number": Count("pk"), "reports": Count("report", distinct=True)}
    for key, values in _grouped(returned, prefix="report__due__", **numbers):
        found[key] |= {"returns": values["number"], "returned": values["reports"]}
    granted = Extension.objects.filter(status=ExtensionStatus.GRANTED, due__report__in=reports)
    numbers = {"number": Count("pk"), "reports": Count("due", distinct=True)}
    for key, values in _grouped(granted, **numbers):
        found[key] |= {"extensions": values["number"], "extended": values["reports"]}


def _days_late(rows: QuerySet[Any]) -> Mapping[Key, list[int]]:
    """Working days of each late submission."""
    found: dict[Key, list[int]] = defaultdict(list)
    late = rows.filter(outcome=LATE).values_list("due__cycle", "due__capacity", "due__unit", "end_then", "submitted_at")
    for cycle, capacity, unit, end, submitted_at in late:
        found[cycle, capacity].append(_late(unit, end, submitted_at))
    return found


def years(actor: Actor) -> list[int]:
    """The years with periods of the hat's programme, the latest first."""
    rows = Cycle.objects.filter(programme=actor.hat.programme_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())
