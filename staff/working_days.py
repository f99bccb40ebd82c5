"""The calendar of one year as it is shown: what differs from Monday to Friday, with its source, and the months."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version as version_of

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import Actor
from portal.errors import BadInput, Finding
from staff.announcements import Line
from staff.announcements import written as as_lines
from staff.services.working_days import FIRST_YEAR, keeps_everybodys, kept_by, last_year, may_announce
from units.calendar import FIRST_KNOWN, LAST_KNOWN, calendars, library_says, occasion, today
from units.models import AnnouncedYear, CalendarDay, Unit


class Layer(TextChoices):
    """Who says so; each lies over the one before."""

    LIBRARY = "library", pgettext_lazy("days off", "published")
    EVERYBODY = "everybody", gettext_lazy("entered for everybody")
    UNIT = "unit", gettext_lazy("of your unit")


@dataclass(frozen=True, slots=True)
class Span:
    """Days on end that are alike. `row` is there for a single day that was entered; `can_remove`: by the reader.

    `is_in_force` is false where a layer above says otherwise.
    """

    first: dt.date
    last: dt.date
    is_working: bool
    name: str
    source: str
    layer: Layer
    is_in_force: bool = True
    row: CalendarDay | None = None
    can_remove: bool = False

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a month's table. `sign` is "off" for a day off that has a name or lies in the week, "work" for a
    working day of a weekend, else "".
    """

    day: dt.date
    is_working: bool
    sign: str
    title: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    first: dt.date
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """`version` is that of the announcement; 0 where none was entered."""

    year: int
    unit: Unit
    is_known: bool
    announcement: AnnouncedYear | None
    spans: tuple[Span, ...]
    months: tuple[Month, ...]
    keeps: str
    can_announce: bool

    @property
    def version(self) -> int:
        return self.announcement.version if self.announcement else 0

    @property
    def past_months(self) -> tuple[Month, ...]:
        """Of this year, what lies before this month: folded away on a phone. None of another year."""
        now = today()
        return self.months[: now.month - 1] if self.year == now.year else ()

    @property
    def other_months(self) -> tuple[Month, ...]:
        return self.months[len(self.past_months) :]

    @property
    def is_provisional(self) -> bool:
        """Neither in the library nor entered: Monday to Friday stand in."""
        return not self.is_known and self.announcement is None

    @property
    def working_days(self) -> int:
        return sum(month.working_days for month in self.months)


def year_asked_for(given: str) -> int:
    """The year an address names, this year where it names none."""
    if not given:
        return today().year
    if given.isdecimal() and len(given) == 4 and FIRST_YEAR <= int(given) <= last_year():
        return int(given)
    words = {"first": FIRST_YEAR, "last": last_year()}
    text = _("Choose a year from %(first)d to %(last)d.") % words
    raise BadInput(text, findings=(Finding("invalid", text, "year"),))


def working_year(actor: Actor, year: int) -> WorkingYear:
    """Three statements at most, whatever was entered."""
    rows = list(
        CalendarDay.objects.filter(Q(unit=None) | Q(unit=actor.hat.unit_id), day__year=year)
        .select_related("announcement")
        .order_by("day", "unit")
    )
    entered = _by_day(rows)
    return WorkingYear(
        year=year,
        unit=actor.unit,
        is_known=FIRST_KNOWN <= year <= LAST_KNOWN,
        announcement=AnnouncedYear.objects.filter(year=year).first(),
        spans=_spans(rows, year, actor),
        months=tuple(_month(actor, dt.date(year, number, 1), entered) for number in range(1, 13)),
        keeps=_keeps(actor),
        can_announce=may_announce(year, actor),
    )


def _keeps(actor: Actor) -> str:
    if not actor.can("workdays.edit"):
        return ""
    return Layer.EVERYBODY if keeps_everybodys(actor) else Layer.UNIT


def announced_lines(row: AnnouncedYear | None) -> str:
    """What was entered, as it can be corrected and pasted again."""
    days = row.days.order_by("day") if row else ()
    lines: list[Line] = []
    for found in days:
        last = lines[-1] if lines else None
        same = last and (last.is_working, last.name) == (found.is_working, found.name)
        if last and same and found.day - last.last == dt.timedelta(days=1):
            lines[-1] = Line(last.number, last.first, found.day, found.is_working, found.name)
        else:
            lines.append(Line(len(lines) + 1, found.day, found.day, found.is_working, found.name))
    return as_lines(lines)


def _by_day(rows: Iterable[CalendarDay]) -> Mapping[dt.date, CalendarDay]:
    """The row in force of each day: the office's over everybody's."""
    found: dict[dt.date, CalendarDay] = {}
    for row in rows:
        if row.unit_id is not None or row.day not in found:
            found[row.day] = row
    return found


def _spans(rows: list[CalendarDay], year: int, actor: Actor) -> tuple[Span, ...]:
    """The library's days and those entered, in the order of the year; alike and on end taken together."""
    entered = _by_day(rows)
    mine = kept_by(actor) if actor.can("workdays.edit") else None
    found = [_of_library(day, source) for source in [_library()] for day in _special(year) if day not in entered]
    for row in rows:
        keeps = actor.can("workdays.edit") and row.unit_id == (mine.pk if mine else None)
        layer = Layer.EVERYBODY if row.unit_id is None else Layer.UNIT
        single = row if row.announcement_id is None else None
        in_force = entered[row.day] is row
        can_remove = keeps and single is not None
        found.append(Span(row.day, row.day, row.is_working, row.name, row.source, layer, in_force, single, can_remove))
    found.sort(key=lambda span: (span.first, span.layer))
    return tuple(_joined(found))


def _of_library(day: dt.date, source: str) -> Span:
    return Span(day, day, library_says(day), occasion(day), source, Layer.LIBRARY)


def _library() -> str:
    return _("notices of the State Council, as the library chinesecalendar %(version)s has them") % {
        "version": version_of("chinesecalendar")
    }


def _special(year: int) -> Iterable[dt.date]:
    """Days off and make-up days of the library; ordinary weekends are none."""
    day = dt.date(year, 1, 1)
    while day.year == year:
        if occasion(day):
            yield day
        day += dt.timedelta(days=1)


def _joined(days: Iterable[Span]) -> Iterable[Span]:
    span: Span | None = None
    for day in days:
        if span and not span.row and not day.row and _alike(span, day):
            span = Span(span.first, day.last, span.is_working, span.name, span.source, span.layer, span.is_in_force)
            continue
        if span:
            yield span
        span = day
    if span:
        yield span


def _alike(one: Span, other: Span) -> bool:
    on_end = other.first - one.last == dt.timedelta(days=1)
    return on_end and _what(one) == _what(other)


def _what(span: Span) -> tuple[object, ...]:
    return span.is_working, span.name, span.source, span.layer, span.is_in_force


def _month(actor: Actor, first: dt.date, entered: Mapping[dt.date, CalendarDay]) -> Month:
    found = calendars().of(actor.hat.unit_id)
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    cells = tuple(
        tuple(_cell(day, found.is_working(day), entered.get(day)) if day.month == first.month else None for day in week)
        for week in weeks
    )
    return Month(first, cells, sum(cell.is_working for week in cells for cell in week if cell))


def _cell(day: dt.date, is_working: bool, row: CalendarDay | None) -> Cell:
    name = row.name or row.source if row else occasion(day)
    weekend = day.weekday() >= 5
    sign = "work" if is_working and weekend else "off" if not is_working and (name or not weekend) else ""
    return Cell(day, is_working, sign, name, day == today())
