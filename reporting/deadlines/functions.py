"""The named functions a rule for a due date chooses among. Pure: no database, no clock, nobody's language but errors'.

A date goes through three hands. A function gives the raw date (`fixed_date`, `nth_weekday`, `after_due`); a policy
says what becomes of a day off (`on_working_day`); a time of day in a zone makes it a `Moment` in the offices' time.
The policy looks at the date where the rule means it: 18:00 on a Friday in Ürümqi's time stays that Friday, even if
a later hour of the same evening is already Saturday in the offices' time.
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from units.calendar import OFFICE_TIME, Calendar, end_of

LAST = -1
"""The n of the last weekday of a month."""

NTHS = (1, 2, 3, 4, LAST)
"""Which weekday of a month a rule may name. A fifth one is not in every month: who means it says ‘the last’."""

ONE_DAY = dt.timedelta(days=1)


class ImpossibleDate(ValueError):
    """There is no such date in any year, or no such weekday in every month."""


class UnknownZone(ValueError):
    """No time zone has this name."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is due: the day and time in the offices' time, and the first instant that is late (UTC).

    `time` is None where the whole day counts.
    """

    day: dt.date
    time: dt.time | None
    end: dt.datetime


def fixed_date(year: int, month: int, day: int) -> dt.date:
    """The same date each year. 29 February is the last day of February in a year that has none.

    Raises ImpossibleDate for a date no year has (31 June).
    """
    if (month, day) == (2, 29) and not gregorian.isleap(year):
        return dt.date(year, 2, 28)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise ImpossibleDate(f"{month}-{day}") from error


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    """The first to fourth weekday (0 is Monday) of a month, or its last (-1).

    Raises ImpossibleDate for a fifth: most months have none, and a rule must give a date each year.
    """
    if nth not in NTHS or not 0 <= weekday <= 6 or not 1 <= month <= 12:
        raise ImpossibleDate(f"{month} {weekday} {nth}")
    if nth == LAST:
        end = dt.date(year, month, gregorian.monthrange(year, month)[1])
        return end - ((end.weekday() - weekday) % 7) * ONE_DAY
    first = dt.date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * ONE_DAY


def after_due(moment: Moment, number: int, calendar: Calendar) -> dt.date:
    """The working day so many working days after another due date; before it where the number is negative."""
    return calendar.after(moment.day, number)


def keep(day: dt.date, calendar: Calendar, nth: int = 1) -> dt.date:
    """A day off stays the date."""
    del calendar, nth
    return day


def following(day: dt.date, calendar: Calendar, nth: int = 1) -> dt.date:
    """The next working day, where the date is a day off."""
    del nth
    return calendar.next_working(day)


def preceding(day: dt.date, calendar: Calendar, nth: int = 1) -> dt.date:
    """The working day before, where the date is a day off."""
    del nth
    return calendar.previous_working(day)


def after_holiday(day: dt.date, calendar: Calendar, nth: int = 1) -> dt.date:
    """The n-th working day after the run of days off that contains the date; a working day stays.

    A make-up day (调休) is a working day: it ends the run, and it counts. As no day of the run is one, counting from
    the date itself comes to the same as counting from the run's end.
    """
    return day if calendar.is_working(day) else calendar.after(day, nth)


ON_NON_WORKING = {"keep": keep, "next": following, "previous": preceding, "after_holiday": after_holiday}
"""The policies by the name a rule stores (`reporting.models.OnNonWorking`)."""


def on_working_day(day: dt.date, policy: str, calendar: Calendar, nth: int = 1) -> dt.date:
    """What a policy makes of a date: the date itself where it is a working day."""
    return ON_NON_WORKING[policy](day, calendar, nth)


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name in the IANA list. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise UnknownZone(name) from error


def moment_at(day: dt.date, time: dt.time | None, zone: ZoneInfo = OFFICE_TIME) -> Moment:
    """The day, or a time on the day in a zone, as the offices keep it.

    Without a time the whole day counts, in the offices' time: a zone alone says nothing. A zone whose evening lies
    beyond midnight in the offices' time changes the day; midnight itself is the end of the day before.
    """
    if time is None:
        return Moment(day, None, end_of(day))
    local = dt.datetime.combine(day, time, zone).astimezone(OFFICE_TIME)
    if local.time() == dt.time():
        before = local.date() - ONE_DAY
        return Moment(before, None, end_of(before))
    return Moment(local.date(), local.time(), end_of(local.date(), local.time()))
