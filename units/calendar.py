"""The offices' calendar: today, working days, when a day ends. Dates are days in Asia/Shanghai.

What is a working day is said by three layers: the library (public holidays and make-up days as announced), over it
the rows entered for everybody (the announcement of a year the library does not know yet), over these the rows of one
office (its own closures). Of a year nobody announced yet the library's place is taken by Monday to Friday, and such
a year is provisional.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar import constants
from django.utils import timezone

from units.models import AnnouncedYear, CalendarDay, in_language

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
FIRST_KNOWN, LAST_KNOWN = min(constants.holidays).year, max(constants.holidays).year
"""The years whose announcements the library holds."""


def today() -> dt.date:
    """Today in the offices' time zone."""
    return timezone.localdate()


def office_day(at: dt.datetime) -> dt.date:
    """The day an instant falls on in the offices' time, whatever the zone it is given in."""
    return at.astimezone(OFFICE_TIME).date()


def end_of(day: dt.date, time: dt.time | None = None) -> dt.datetime:
    """The first instant that is late: midnight after the day, or the time of the day, in the offices' time."""
    if time is None:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), OFFICE_TIME).astimezone(dt.UTC)
    return dt.datetime.combine(day, time, OFFICE_TIME).astimezone(dt.UTC)


@lru_cache(maxsize=64)
def _announced(year: int) -> tuple[bool, ...]:
    """For each day of a year whether it is a working day, by the library; Monday to Friday where it is silent."""
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=n) for n in range((dt.date(year, 12, 31) - first).days + 1)]
    if FIRST_KNOWN <= year <= LAST_KNOWN:
        return tuple(bool(chinese_calendar.is_workday(day)) for day in days)
    return tuple(day.weekday() < 5 for day in days)


@lru_cache(maxsize=64)
def _counted(year: int) -> tuple[int, ...]:
    """How many working days of a year lie before its n-th day (0 for the first); the last entry is all of them."""
    return tuple(accumulate(_announced(year), initial=0))


def _index(day: dt.date) -> int:
    return day.timetuple().tm_yday - 1


def library_says(day: dt.date) -> bool:
    """Whether a day is a working day before anything was entered: as announced, else Monday to Friday."""
    return _announced(day.year)[_index(day)]


def occasion(day: dt.date) -> str:
    """What a day off or a make-up day belongs to, in the reader's language; '' for ordinary days."""
    found = constants.holidays.get(day) or constants.workdays.get(day)
    return in_language(chinese_calendar.Holiday(found).chinese, found) if found else ""


@dataclass(frozen=True)
class Calendar:
    """The working days of one office: `changes` says which days are not what the library says."""

    changes: Mapping[dt.date, bool] = field(default_factory=dict)

    def is_working(self, day: dt.date) -> bool:
        changed = self.changes.get(day)
        return _announced(day.year)[_index(day)] if changed is None else changed

    def after(self, day: dt.date, number: int) -> dt.date:
        """The working day that comes `number` working days after a day; before it where the number is negative.

        None after a day is the day itself, whatever it is.
        """
        step = dt.timedelta(days=1 if number >= 0 else -1)
        number = abs(number)
        while number > 0:
            day += step
            number -= self.is_working(day)
        return day

    def next_working(self, day: dt.date) -> dt.date:
        """The day itself where it is a working day, else the next that is."""
        return day if self.is_working(day) else self.after(day, 1)

    def previous_working(self, day: dt.date) -> dt.date:
        """The day itself where it is a working day, else the last before it that is."""
        return day if self.is_working(day) else self.after(day, -1)

    def working_days(self, after: dt.date, until: dt.date) -> int:
        """Working days after one day up to and including another; negative when `until` lies before."""
        if until < after:
            return -self.working_days(until, after)
        return self._before_end_of(until) - self._before_end_of(after) + self._whole_years(after, until)

    def _before_end_of(self, day: dt.date) -> int:
        """Working days of the day's year up to and including it, with what was changed."""
        count = _counted(day.year)[_index(day) + 1]
        return count + sum(
            is_working - _announced(changed.year)[_index(changed)]
            for changed, is_working in self.changes.items()
            if changed.year == day.year and changed <= day
        )

    def _whole_years(self, after: dt.date, until: dt.date) -> int:
        """The working days of the years from that of `after` up to that of `until`, without the last."""
        return sum(self._before_end_of(dt.date(year, 12, 31)) for year in range(after.year, until.year))


@dataclass(frozen=True)
class Calendars:
    """Everybody's calendar, and those of the offices that have days of their own."""

    nation: Calendar
    own: Mapping[int, Calendar]

    def of(self, unit_id: int | None) -> Calendar:
        """The calendar of an office (its id)."""
        return self.nation if unit_id is None else self.own.get(unit_id, self.nation)


@dataclass
class _Reading:
    found: Calendars | None = None


_reading: ContextVar[_Reading | None] = ContextVar("calendars", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Inside, the rows are read once, when first asked for: a request, a pass."""
    token = _reading.set(_Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def forget() -> None:
    """Read anew when next asked: whoever changes the rows says so."""
    if (reading := _reading.get()) is not None:
        reading.found = None


def calendars() -> Calendars:
    """All calendars, by one statement; once only inside `one_reading()`."""
    reading = _reading.get()
    if reading is None:
        return _read()
    if reading.found is None:
        reading.found = _read()
    return reading.found


def _read() -> Calendars:
    rows: dict[int | None, dict[dt.date, bool]] = {None: {}}
    for unit, day, is_working in CalendarDay.objects.order_by().values_list("unit", "day", "is_working"):
        rows.setdefault(unit, {})[day] = is_working
    nation = rows.pop(None)
    own = {unit: Calendar({**nation, **days}) for unit, days in rows.items() if unit is not None}
    return Calendars(Calendar(nation), own)


def is_provisional(year: int) -> bool:
    """Whether the public holidays of a year are neither in the library nor entered: Monday to Friday stand in."""
    if FIRST_KNOWN <= year <= LAST_KNOWN:
        return False
    return not AnnouncedYear.objects.filter(year=year).exists()


def is_working_day(day: dt.date) -> bool:
    """By everybody's calendar."""
    return calendars().nation.is_working(day)


def after_working_days(day: dt.date, number: int) -> dt.date:
    """The working day that comes `number` working days after a day, by everybody's calendar."""
    return calendars().nation.after(day, number)


def working_days(after: dt.date, until: dt.date) -> int:
    """Working days after one day up to and including another, by everybody's calendar; negative when it lies before."""
    return calendars().nation.working_days(after, until)
