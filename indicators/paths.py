"""Paths: what a value is expected to be on a day, between points that are known. Pure.

Time is counted in calendar years, a day being its share of its own year, so that steps from one 31 December to the
next are equal, as anybody would work them out by hand; leap years make no difference to that.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.models import PathShape


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day. `shape`: how the way to it runs, where it is not that of the whole path."""

    day: dt.date
    value: Decimal
    shape: str = ""
    vintage: str = ""


def moment(day: dt.date) -> Decimal:
    """The end of a day in years: 31 December 2013 is 2014, 30 June 2015 a little less than 2015.5."""
    days = 366 if calendar.isleap(day.year) else 365
    return day.year + Decimal(day.timetuple().tm_yday) / days


def years_between(first: dt.date, last: dt.date) -> Decimal:
    return moment(last) - moment(first)


def expected(points: Sequence[Point], day: dt.date, shape: str = PathShape.LINEAR) -> Decimal | None:
    """What the path through the points comes to on a day; the last value after it, None before the first.

    An even rate of growth needs values above zero at both ends; where there are none the way is even.
    """
    path = sorted(points, key=lambda point: point.day)
    if not path or day < path[0].day:
        return None
    for one, other in itertools.pairwise(path):
        if day < other.day:
            return _between(one, other, day, other.shape or shape)
    return path[-1].value


def _between(one: Point, other: Point, day: dt.date, shape: str) -> Decimal:
    share = years_between(one.day, day) / years_between(one.day, other.day)
    if shape == PathShape.STEP:
        return one.value
    if shape == PathShape.COMPOUND and one.value > 0 and other.value > 0:
        low, high = sorted((one.value, other.value))
        return min(max(one.value * (other.value / one.value) ** share, low), high)
    return one.value + (other.value - one.value) * share


def moment_of(points: Sequence[Point], value: Decimal, near: Decimal, shape: str = PathShape.LINEAR) -> Decimal | None:
    """When the path comes to a value (years, as `moment`), the time nearest to `near`; None where it never does."""
    path = sorted(points, key=lambda point: point.day)
    found = [
        when
        for one, other in itertools.pairwise(path)
        if (when := _moment_between(one, other, value, other.shape or shape)) is not None
    ]
    return min(found, key=lambda when: abs(when - near), default=None)


def _moment_between(one: Point, other: Point, value: Decimal, shape: str) -> Decimal | None:
    low, high = sorted((one.value, other.value))
    if shape == PathShape.STEP or low == high or not low <= value <= high:
        return None
    if shape == PathShape.COMPOUND and low > 0:
        share = (value / one.value).ln() / (other.value / one.value).ln()
    else:
        share = (value - one.value) / (other.value - one.value)
    return moment(one.day) + years_between(one.day, other.day) * share
