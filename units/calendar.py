"""The offices' calendar: today, working days, when a day ends. Dates are days in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from django.utils import timezone

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """Today in the offices' time zone."""
    return timezone.localdate()


def office_day(at: dt.datetime) -> dt.date:
    """The day an instant falls on in the offices' time, whatever the zone it is given in."""
    return at.astimezone(OFFICE_TIME).date()


def end_of(day: dt.date) -> dt.datetime:
    """The first instant that is late: midnight after the day, in the offices' time."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), OFFICE_TIME).astimezone(dt.UTC)


def is_working_day(day: dt.date) -> bool:
    """Public holidays and make-up days as announced; of a year not announced yet, Monday to Friday (provisional)."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after_working_days(day: dt.date, number: int) -> dt.date:
    """The working day that comes `number` working days after a day."""
    while number > 0:
        day += dt.timedelta(days=1)
        number -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def working_days(after: dt.date, until: dt.date) -> int:
    """Working days after one day up to and including another; negative when `until` lies before."""
    if until < after:
        return -working_days(until, after)
    days = (after + dt.timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(map(is_working_day, days))
