"""Working days over the years as they really were, against a second library, and by counting day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import chinese_calendar
import holidays
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from units import calendar
from units.calendar import OFFICE_TIME, Calendar, calendars, end_of, office_day
from units.models import AnnouncedYear, CalendarDay, Unit

D = dt.date
ONE_DAY = dt.timedelta(days=1)
NATION = Calendar()

KNOWN_DIFFERENCES: Mapping[dt.date, str] = {
    D(2005, 12, 31): "a make-up day of the New Year of 2006, announced with 2006: chinesecalendar has it not"
}
"""Where the two libraries disagree, with the reason. None of it lies in the portal's years (2014 on)."""


def test_both_libraries_agree_day_by_day() -> None:
    other = holidays.country_holidays("CN", years=range(calendar.FIRST_KNOWN, calendar.LAST_KNOWN + 1))
    day, found = D(calendar.FIRST_KNOWN, 1, 1), set()
    while day.year <= calendar.LAST_KNOWN:
        if NATION.is_working(day) != other.is_working_day(day):
            found.add(day)
        day += ONE_DAY
    assert found == set(KNOWN_DIFFERENCES)
    assert not [day for day in found if day.year >= 2014]


SPRING_FESTIVAL = [
    # the last working day before it, the first after it, make-up days that fell on a weekend
    (D(2014, 1, 30), D(2014, 2, 7), [D(2014, 1, 26), D(2014, 2, 8)]),
    (D(2015, 2, 17), D(2015, 2, 25), [D(2015, 2, 15), D(2015, 2, 28)]),
    (D(2016, 2, 6), D(2016, 2, 14), [D(2016, 2, 6), D(2016, 2, 14)]),
    (D(2017, 1, 26), D(2017, 2, 3), [D(2017, 1, 22), D(2017, 2, 4)]),
    (D(2018, 2, 14), D(2018, 2, 22), [D(2018, 2, 11), D(2018, 2, 24)]),
    (D(2019, 2, 3), D(2019, 2, 11), [D(2019, 2, 2), D(2019, 2, 3)]),
    (D(2020, 1, 23), D(2020, 2, 3), [D(2020, 1, 19)]),  # prolonged to 2 February by the State Council
    (D(2021, 2, 10), D(2021, 2, 18), [D(2021, 2, 7), D(2021, 2, 20)]),
    (D(2022, 1, 30), D(2022, 2, 7), [D(2022, 1, 29), D(2022, 1, 30)]),
    (D(2023, 1, 20), D(2023, 1, 28), [D(2023, 1, 28), D(2023, 1, 29)]),
    (D(2024, 2, 9), D(2024, 2, 18), [D(2024, 2, 4), D(2024, 2, 18)]),
    (D(2025, 1, 27), D(2025, 2, 5), [D(2025, 1, 26), D(2025, 2, 8)]),
    (D(2026, 2, 14), D(2026, 2, 24), [D(2026, 2, 14), D(2026, 2, 28)]),
]


@pytest.mark.parametrize(("before", "after", "made_up"), SPRING_FESTIVAL, ids=lambda value: str(value)[:10])
def test_spring_festival(before: dt.date, after: dt.date, made_up: list[dt.date]) -> None:
    assert NATION.after(before, 1) == after
    assert NATION.after(after, -1) == before
    assert NATION.working_days(before, after) == 1
    assert NATION.next_working(before + ONE_DAY) == after
    assert NATION.previous_working(after - ONE_DAY) == before
    assert all(day.weekday() >= 5 and NATION.is_working(day) for day in made_up)


NATIONAL_DAY = [
    (2014, D(2014, 9, 30), D(2014, 10, 8), [D(2014, 9, 28), D(2014, 10, 11)]),
    (2015, D(2015, 9, 30), D(2015, 10, 8), [D(2015, 10, 10)]),
    (2016, D(2016, 9, 30), D(2016, 10, 8), [D(2016, 10, 8), D(2016, 10, 9)]),
    (2017, D(2017, 9, 30), D(2017, 10, 9), [D(2017, 9, 30)]),  # with the Mid-autumn Festival
    (2018, D(2018, 9, 30), D(2018, 10, 8), [D(2018, 9, 29), D(2018, 9, 30)]),
    (2019, D(2019, 9, 30), D(2019, 10, 8), [D(2019, 9, 29), D(2019, 10, 12)]),
    (2020, D(2020, 9, 30), D(2020, 10, 9), [D(2020, 9, 27), D(2020, 10, 10)]),
    (2021, D(2021, 9, 30), D(2021, 10, 8), [D(2021, 9, 26), D(2021, 10, 9)]),
    (2022, D(2022, 9, 30), D(2022, 10, 8), [D(2022, 10, 8), D(2022, 10, 9)]),
    (2023, D(2023, 9, 28), D(2023, 10, 7), [D(2023, 10, 7), D(2023, 10, 8)]),
    (2024, D(2024, 9, 30), D(2024, 10, 8), [D(2024, 9, 29), D(2024, 10, 12)]),
    (2025, D(2025, 9, 30), D(2025, 10, 9), [D(2025, 9, 28), D(2025, 10, 11)]),
    (2026, D(2026, 9, 30), D(2026, 10, 8), [D(2026, 9, 20), D(2026, 10, 10)]),
]


@pytest.mark.parametrize(("year", "before", "after", "made_up"), NATIONAL_DAY, ids=lambda value: str(value)[:10])
def test_national_day(year: int, before: dt.date, after: dt.date, made_up: list[dt.date]) -> None:
    assert NATION.after(before, 1) == after
    assert NATION.previous_working(D(year, 10, 3)) == before
    assert all(day.weekday() >= 5 and NATION.is_working(day) for day in made_up)


@pytest.mark.parametrize(
    ("day", "number", "found"),
    [
        (D(2024, 2, 28), 1, D(2024, 2, 29)),  # a leap day is a day like others
        (D(2024, 3, 1), -1, D(2024, 2, 29)),
        (D(2023, 2, 28), 1, D(2023, 3, 1)),
        (D(2016, 2, 29), 15, D(2016, 3, 21)),
        (D(2026, 4, 30), 1, D(2026, 5, 6)),  # the end of a month, before Labour Day
        (D(2018, 12, 28), 1, D(2018, 12, 29)),  # a Saturday, made up for 31 December
        (D(2018, 12, 29), 1, D(2019, 1, 2)),  # over the turn of the year
        (D(2019, 1, 2), -2, D(2018, 12, 28)),
        (D(2026, 6, 30), 15, D(2026, 7, 21)),  # compilers, by the portal's own rule
        (D(2026, 12, 15), 15, D(2027, 1, 5)),  # into a year that is only provisional
        (D(2026, 6, 20), 0, D(2026, 6, 20)),
    ],
)
def test_so_many_working_days_on(day: dt.date, number: int, found: dt.date) -> None:
    assert NATION.after(day, number) == found


def test_a_year_nobody_announced_is_monday_to_friday(db: None) -> None:
    year = calendar.LAST_KNOWN + 1
    days = [D(year, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert all(NATION.is_working(day) == (day.weekday() < 5) for day in days)
    assert calendar.is_provisional(year)
    assert not calendar.is_provisional(calendar.LAST_KNOWN)
    AnnouncedYear.objects.create(year=year, source="S")
    assert not calendar.is_provisional(year)


WIDE = st.dates(D(2003, 1, 1), D(2029, 12, 31))
CHANGES = st.dictionaries(st.dates(D(2014, 1, 1), D(2028, 12, 31)), st.booleans(), max_size=40)
CALENDARS = st.builds(Calendar, CHANGES)


def counted(found: Calendar, after: dt.date, until: dt.date) -> int:
    """Day by day, by the words of the definition."""
    if until < after:
        return -counted(found, until, after)
    return sum(found.is_working(after + dt.timedelta(days=n)) for n in range(1, (until - after).days + 1))


@given(CALENDARS, WIDE, WIDE)
def test_counting_agrees_with_counting_day_by_day(found: Calendar, one: dt.date, other: dt.date) -> None:
    assert found.working_days(one, other) == counted(found, one, other)


@given(CALENDARS, WIDE, st.integers(-60, 60))
def test_there_and_back(found: Calendar, day: dt.date, number: int) -> None:
    """Going on so many working days and counting them are inverse; where one arrives is a working day."""
    reached = found.after(day, number)
    assert number == 0 or found.is_working(reached)
    if number >= 0 or found.is_working(day):
        assert found.working_days(day, reached) == number
        assert not found.is_working(day) or found.after(reached, -number) == day
    else:  # a day off lies before no working day of its own
        assert found.working_days(reached - ONE_DAY, day) == -number


@given(CALENDARS, WIDE, st.integers(0, 400), st.integers(-40, 40), st.integers(0, 20))
def test_later_is_never_earlier(found: Calendar, day: dt.date, later: int, number: int, more: int) -> None:
    other = day + dt.timedelta(days=later)
    assert found.after(day, number) <= found.after(other, number)
    assert found.after(day, number) <= found.after(day, number + more)
    assert found.working_days(day, day) == 0
    assert found.working_days(day, other) >= 0
    assert found.previous_working(day) <= day <= found.next_working(day)


@given(CALENDARS, WIDE, WIDE, WIDE)
def test_stretches_add_up(found: Calendar, one: dt.date, two: dt.date, three: dt.date) -> None:
    assert found.working_days(one, two) + found.working_days(two, three) == found.working_days(one, three)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (dt.datetime(2026, 6, 30, 15, 59, 59, 999999, dt.UTC), D(2026, 6, 30)),
        (dt.datetime(2026, 6, 30, 16, 0, tzinfo=dt.UTC), D(2026, 7, 1)),
        (dt.datetime(2024, 2, 28, 16, 0, tzinfo=dt.UTC), D(2024, 2, 29)),
        (dt.datetime(2026, 6, 30, 23, 59, 59, tzinfo=OFFICE_TIME), D(2026, 6, 30)),
        (dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC), D(2027, 1, 1)),
    ],
)
def test_days_turn_at_the_offices_midnight(at: dt.datetime, day: dt.date) -> None:
    assert office_day(at) == day


@pytest.mark.parametrize(
    ("day", "time", "end"),
    [
        (D(2026, 6, 30), None, dt.datetime(2026, 6, 30, 16, 0, tzinfo=dt.UTC)),
        (D(2024, 2, 28), None, dt.datetime(2024, 2, 28, 16, 0, tzinfo=dt.UTC)),
        (D(2026, 12, 31), None, dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)),
        (D(2026, 6, 30), dt.time(18, 0), dt.datetime(2026, 6, 30, 10, 0, tzinfo=dt.UTC)),
        (D(2026, 6, 30), dt.time(0, 0), dt.datetime(2026, 6, 29, 16, 0, tzinfo=dt.UTC)),
    ],
)
def test_the_first_instant_that_is_late(day: dt.date, time: dt.time | None, end: dt.datetime) -> None:
    assert end_of(day, time) == end
    if time is None:
        assert office_day(end - dt.timedelta(microseconds=1)) == day
        assert office_day(end) == day + ONE_DAY


def test_an_office_lays_its_days_over_everybody_s(db: None) -> None:
    office, other = Unit.objects.order_by("pk")[:2]
    monday, saturday = D(2026, 7, 6), D(2026, 7, 11)
    CalendarDay.objects.create(day=monday, is_working=False, source="S")
    CalendarDay.objects.create(day=saturday, is_working=True, source="S")
    CalendarDay.objects.create(unit=office, day=monday, is_working=True, source="S")
    found = calendars()
    assert [found.nation.is_working(day) for day in (monday, saturday)] == [False, True]
    assert [found.of(office.pk).is_working(day) for day in (monday, saturday)] == [True, True]
    assert found.of(other.pk) == found.of(None) == found.nation


def test_one_reading_takes_one_statement_until_somebody_writes(db: None) -> None:
    with CaptureQueriesContext(connection) as captured, calendar.one_reading():
        for _number in range(3):
            assert calendar.is_working_day(D(2026, 7, 6))
        assert len(captured) == 1
        CalendarDay.objects.create(day=D(2026, 7, 6), is_working=False, source="S")
        assert calendar.is_working_day(D(2026, 7, 6))
        calendar.forget()
        assert not calendar.is_working_day(D(2026, 7, 6))


def test_days_are_called_by_their_holiday() -> None:
    assert calendar.occasion(D(2026, 2, 17)) == "春节"
    assert calendar.occasion(D(2026, 2, 28)) == "春节"
    assert calendar.occasion(D(2026, 3, 2)) == ""
    assert {chinese_calendar.Holiday(name).chinese for name in chinese_calendar.constants.holidays.values()}
