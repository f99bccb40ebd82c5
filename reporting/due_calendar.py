"""What is due, by day: for one's unit, for what it receives, for everything in reach.

Statements do not grow with the dues: a month is counted in the database, and only the reports of days with few of
them are read one by one.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor, Reach, units_for
from pilots.models import Capacity
from portal.errors import BadInput, Finding
from reporting.models import (
    Cycle,
    DueScope,
    Report,
    ReportQuerySet,
    answered_now,
    exempt_now,
    overdue_now,
    owed_now,
)
from units.calendar import Calendar, calendars, is_provisional, today

FEW = 3
"""So many reports of one day are named one by one; more are counted by period and capacity."""

FIRST_YEAR, LAST_YEAR = 2014, 2200
OWED, OVERDUE, IN, EXEMPT = "owed", "overdue", "in", "exempt"
MONTH = re.compile(r"(201[4-9]|20[2-9][0-9]|21[0-9]{2}|2200)-(0[1-9]|1[0-2])")
"""A month of these years, as an address writes it; the API's document says the same."""


def default_scope(actor: Actor) -> DueScope:
    """Whose dues somebody looks at first: who owes nothing looks at what comes in, an auditor at everything."""
    if Reach.PROGRAMME in units_for(actor, "report.view"):
        return DueScope.ALL
    programme = actor.programme
    return DueScope.RECEIVED if programme and programme.owner_id == actor.hat.unit_id else DueScope.OWN


def dues(actor: Actor, scope: str) -> ReportQuerySet:
    """The reports in reach whose due a scope shows; a report and its due are one to one."""
    rows: ReportQuerySet = Report.objects.visible_to(actor, "report.view")
    return in_scope(rows, actor, scope)


def in_scope(rows: ReportQuerySet, actor: Actor, scope: str) -> ReportQuerySet:
    if scope == DueScope.OWN:
        return rows.filter(due__unit=actor.hat.unit_id)
    return rows.filter(due__receiver=actor.hat.unit_id) if scope == DueScope.RECEIVED else rows


def in_state(rows: ReportQuerySet, state: str) -> ReportQuerySet:
    """Owed (overdue or not), overdue, in, exempt. A report is owed, in or exempt, never two of them."""
    now = {OWED: owed_now, OVERDUE: overdue_now, IN: answered_now, EXEMPT: exempt_now}[state]
    return rows.filter(now())


def state_of(report: Report) -> str:
    """The same of one row; `overdue` before `owed`."""
    if report.is_owed:
        return OVERDUE if report.is_overdue else OWED
    return EXEMPT if report.is_exempt else IN


def most_urgent_first(rows: ReportQuerySet) -> ReportQuerySet:
    """What is owed by its date, then everything else, the latest first."""
    return rows.order_by(
        Case(When(owed_now(), then=Value(0)), default=Value(1)),
        Case(When(owed_now(), then=F("due__due_end"))),
        "-due__due_end",
        "due__unit__sort_key",
        "id",
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are expected on a day, and how they stand; `overdue` are among those owed."""

    count: int = 0
    units: int = 0
    owed: int = 0
    overdue: int = 0
    answered: int = 0
    exempt: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The reports of one day, period and capacity."""

    cycle: Cycle
    capacity: Capacity
    counts: Counts


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: what it is in the calendar, and what is due on it."""

    day: dt.date
    in_month: bool
    is_today: bool
    is_working: bool
    counts: Counts
    reports: tuple[Report, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def is_day_off(self) -> bool:
        """A day off that is no weekend."""
        return not self.is_working and self.day.weekday() < 5

    @property
    def is_make_up(self) -> bool:
        """A weekend day that is worked."""
        return self.is_working and self.day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Month:
    """A month from Monday to Sunday, with the days of its neighbours that fill the first and the last week."""

    first: dt.date
    weeks: tuple[tuple[Day, ...], ...]
    is_provisional: bool

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week if day.in_month]

    @property
    def with_dues(self) -> list[Day]:
        return [day for day in self.days if day.counts.count]

    @property
    def shown_with_dues(self) -> list[Day]:
        """With the days of the neighbours: whatever the grid counts can be read below it on a phone."""
        return [day for week in self.weeks for day in week if day.counts.count]

    @property
    def previous(self) -> str:
        return _name(self.first - dt.timedelta(days=1))

    @property
    def next(self) -> str:
        return _name(self.first + dt.timedelta(days=31))


def _name(day: dt.date) -> str:
    return f"{day:%Y-%m}" if FIRST_YEAR <= day.year <= LAST_YEAR else ""


def month_named(text: str) -> dt.date:
    """The first day of the month an address names ('2026-07'), of this month where it names none. BadInput."""
    if not text:
        return today().replace(day=1)
    match = MONTH.fullmatch(text)
    if not match:
        words = _("Name a month as year and number, for example 2026-07.")
        raise BadInput(words, findings=(Finding("bad_month", words, "month"),))
    return dt.date(int(match[1]), int(match[2]), 1)


def scope_named(text: str, actor: Actor) -> DueScope:
    """The scope an address names, or the one a hat looks at first. BadInput."""
    if not text:
        return default_scope(actor)
    if text not in DueScope.values:
        words = _("Choose what is shown: %(scopes)s.") % {"scopes": ", ".join(DueScope.values)}
        raise BadInput(words, findings=(Finding("bad_scope", words, "scope"),))
    return DueScope(text)


def month(actor: Actor, scope: str, first: dt.date) -> Month:
    """A month with what is due on each of its days, by the calendar of one's own office. At most six statements."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    rows = dues(actor, scope).filter(due__due_on__gte=weeks[0][0], due__due_on__lte=weeks[-1][-1])
    counted = counts_by_day(rows)
    quiet = [day for day, counts in counted.items() if counts.count <= FEW]
    named = _named(rows, quiet) if quiet else {}
    grouped = _grouped(rows.exclude(due__due_on__in=quiet)) if len(quiet) < len(counted) else {}
    own = calendars().of(actor.hat.unit_id)
    days = _Days(first, own, counted, named, grouped)
    return Month(first, tuple(tuple(map(days.of, week)) for week in weeks), is_provisional(first.year))


@dataclass(frozen=True, slots=True)
class _Days:
    first: dt.date
    calendar: Calendar
    counted: Mapping[dt.date, Counts]
    named: Mapping[dt.date, list[Report]]
    grouped: Mapping[dt.date, list[Group]]

    def of(self, day: dt.date) -> Day:
        return Day(
            day=day,
            in_month=day.month == self.first.month,
            is_today=day == today(),
            is_working=self.calendar.is_working(day),
            counts=self.counted.get(day, Counts()),
            reports=tuple(self.named.get(day, ())),
            groups=tuple(self.grouped.get(day, ())),
        )


def _aggregates() -> dict[str, Count]:
    now = timezone.now()
    return {
        "count": Count("id"),
        "units": Count("due__unit", distinct=True),
        "owed": Count("id", filter=owed_now()),
        "overdue": Count("id", filter=overdue_now(now)),
        "answered": Count("id", filter=answered_now()),
        "exempt": Count("id", filter=exempt_now()),
    }


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts(**{name: row[name] for name in Counts.__slots__})


def counts_by_day(rows: QuerySet[Report]) -> dict[dt.date, Counts]:
    """One statement."""
    found: Iterable[Any] = rows.order_by().values("due__due_on").annotate(**_aggregates())
    return {row["due__due_on"]: _counts(row) for row in found}


def _named(rows: ReportQuerySet, days: list[dt.date]) -> dict[dt.date, list[Report]]:
    found = defaultdict(list)
    for report in rows.for_lists().filter(due__due_on__in=days).order_by("due__due_end", "due__unit__sort_key", "id"):
        found[report.due.due_on].append(report)
    return found


def _grouped(rows: ReportQuerySet) -> dict[dt.date, list[Group]]:
    keys = ("due__due_on", "due__cycle", "due__capacity")
    counted = list(rows.order_by(*keys).values(*keys).annotate(**_aggregates()))
    cycles = Cycle.objects.in_bulk({row["due__cycle"] for row in counted})
    found = defaultdict(list)
    for row in counted:
        group = Group(cycles[row["due__cycle"]], Capacity(row["due__capacity"]), _counts(row))
        found[row["due__due_on"]].append(group)
    return found


def not_done_before(day: dt.date) -> Q:
    """What a calendar still shows on a day: what is owed whenever it was due, and what was due since that day."""
    return owed_now() | Q(due__due_on__gte=day)
