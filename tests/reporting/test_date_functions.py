"""Named functions for due dates over real years: each policy, each edge (the issue's table, Must show 2)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.deadlines.functions import (
    LAST,
    ImpossibleDate,
    Moment,
    UnknownZone,
    after_due,
    fixed_date,
    moment_at,
    nth_weekday,
    on_working_day,
    zone_named,
)
from units.calendar import Calendar, end_of

DAY = dt.date.fromisoformat
NATION = Calendar()

DAYS_OFF = """
2014-01-31 2014-01-30 2014-02-07 2014-02-07 2014-02-08 Spring Festival; Saturday 8 February made up for it
2014-10-01 2014-09-30 2014-10-08 2014-10-08 2014-10-09 National Day
2014-10-11 2014-10-11 2014-10-11 2014-10-11 2014-10-11 a Saturday that is a make-up day is no day off
2015-02-24 2015-02-17 2015-02-25 2015-02-25 2015-02-26 the last day of Spring Festival
2016-12-31 2016-12-30 2017-01-03 2017-01-03 2017-01-04 the end of a year, New Year's Day on a Sunday
2017-01-31 2017-01-26 2017-02-03 2017-02-03 2017-02-04 Spring Festival over the end of a month
2018-06-30 2018-06-29 2018-07-02 2018-07-02 2018-07-03 30 June on a Saturday
2018-12-15 2018-12-14 2018-12-17 2018-12-17 2018-12-18 15 December on a Saturday
2019-05-04 2019-04-30 2019-05-05 2019-05-05 2019-05-06 the next day is a Sunday, made up for Labour Day
2019-06-30 2019-06-28 2019-07-01 2019-07-01 2019-07-02 30 June on a Sunday
2020-02-29 2020-02-28 2020-03-02 2020-03-02 2020-03-03 the leap day on a Saturday
2020-10-05 2020-09-30 2020-10-09 2020-10-09 2020-10-10 eight days off, then a Friday and a Saturday of work
2021-10-01 2021-09-30 2021-10-08 2021-10-08 2021-10-09 National Day, Saturday 9 October made up for it
2022-12-31 2022-12-30 2023-01-03 2023-01-03 2023-01-04 New Year's Eve belongs to the next year's days off
2023-09-30 2023-09-28 2023-10-07 2023-10-07 2023-10-08 Mid-Autumn and National Day in one, a weekend of work after
2024-02-10 2024-02-09 2024-02-18 2024-02-18 2024-02-19 the Sunday after is a make-up day
2024-06-30 2024-06-28 2024-07-01 2024-07-01 2024-07-02 30 June on a Sunday
2025-10-08 2025-09-30 2025-10-09 2025-10-09 2025-10-10 the eighth day off
2025-06-30 2025-06-30 2025-06-30 2025-06-30 2025-06-30 a Monday stays
2026-02-15 2026-02-14 2026-02-24 2026-02-24 2026-02-25 nine days off; the Saturday before is a make-up day
2026-02-28 2026-02-28 2026-02-28 2026-02-28 2026-02-28 the last of February is a Saturday of work
2026-10-03 2026-09-30 2026-10-08 2026-10-08 2026-10-09 National Day
"""
"""The date · previous · next · the first and the second working day after the days off · why it stands here."""


@pytest.mark.parametrize("line", DAYS_OFF.strip().splitlines(), ids=lambda line: line[:10])
def test_what_becomes_of_a_day_off(line: str) -> None:
    day, previous, following, first, second = (DAY(word) for word in line.split()[:5])
    assert on_working_day(day, "keep", NATION) == day
    assert on_working_day(day, "previous", NATION) == previous
    assert on_working_day(day, "next", NATION) == following
    assert on_working_day(day, "after_holiday", NATION, 1) == first
    assert on_working_day(day, "after_holiday", NATION, 2) == second


FIXED = [
    (2016, 2, 29, "2016-02-29"),
    (2017, 2, 29, "2017-02-28"),
    (2020, 2, 29, "2020-02-29"),
    (2100, 2, 29, "2100-02-28"),
    (2018, 2, 28, "2018-02-28"),
    (2026, 6, 30, "2026-06-30"),
    (2014, 12, 15, "2014-12-15"),
]


@pytest.mark.parametrize(("year", "month", "day", "found"), FIXED)
def test_fixed_dates(year: int, month: int, day: int, found: str) -> None:
    assert fixed_date(year, month, day) == DAY(found)


WEEKDAYS = [
    (2014, 6, 0, LAST, "2014-06-30"),
    (2018, 6, 4, LAST, "2018-06-29"),
    (2020, 2, 5, LAST, "2020-02-29"),
    (2021, 2, 6, LAST, "2021-02-28"),
    (2024, 12, 0, 1, "2024-12-02"),
    (2025, 6, 6, 1, "2025-06-01"),
    (2025, 6, 6, 4, "2025-06-22"),
    (2026, 6, 0, 1, "2026-06-01"),
    (2026, 12, 4, 3, "2026-12-18"),
]


@pytest.mark.parametrize(("year", "month", "weekday", "nth", "found"), WEEKDAYS)
def test_weekdays_of_a_month(year: int, month: int, weekday: int, nth: int, found: str) -> None:
    assert nth_weekday(year, month, weekday, nth) == DAY(found)


@pytest.mark.parametrize(("month", "day"), [(6, 31), (2, 30), (4, 31), (13, 1), (0, 1), (1, 0)])
def test_a_date_no_year_has_is_refused(month: int, day: int) -> None:
    with pytest.raises(ImpossibleDate):
        fixed_date(2024, month, day)


@pytest.mark.parametrize(("weekday", "nth"), [(4, 5), (4, 0), (4, -2), (7, 1), (-1, 1)])
def test_a_weekday_not_every_month_has_is_refused(weekday: int, nth: int) -> None:
    with pytest.raises(ImpossibleDate):
        nth_weekday(2026, 6, weekday, nth)


AFTER = [
    ("2026-06-30", 15, "2026-07-21"),
    ("2020-09-30", 1, "2020-10-09"),
    ("2020-09-30", 2, "2020-10-10"),
    ("2023-10-09", -1, "2023-10-08"),
    ("2023-10-07", -1, "2023-09-28"),
    ("2025-12-15", 15, "2026-01-06"),
    ("2024-02-29", 0, "2024-02-29"),
]


@pytest.mark.parametrize(("base", "number", "found"), AFTER)
def test_working_days_after_another_due(base: str, number: int, found: str) -> None:
    assert after_due(moment_at(DAY(base), None), number, NATION) == DAY(found)


MOMENTS = [
    ("2026-06-30", None, "Asia/Shanghai", "2026-06-30", None),
    ("2026-06-30", "18:00", "Asia/Shanghai", "2026-06-30", "18:00"),
    ("2026-06-30", "18:00", "Asia/Urumqi", "2026-06-30", "20:00"),
    ("2026-06-30", "22:00", "Asia/Urumqi", "2026-06-30", None),
    ("2026-06-30", "23:30", "Asia/Urumqi", "2026-07-01", "01:30"),
    ("2024-02-29", "22:30", "Asia/Urumqi", "2024-03-01", "00:30"),
    ("2025-12-31", "23:59", "Asia/Urumqi", "2026-01-01", "01:59"),
    ("2026-06-30", "18:00", "UTC", "2026-07-01", "02:00"),
    ("2026-06-30", "00:30", "Asia/Tokyo", "2026-06-29", "23:30"),
    ("2026-06-30", "12:00", "America/New_York", "2026-06-30", None),
    ("2026-12-15", "12:00", "America/New_York", "2026-12-16", "01:00"),
]


@pytest.mark.parametrize(("day", "time", "zone", "office_day", "office_time"), MOMENTS)
def test_a_time_in_a_zone_is_kept_in_office_time(
    day: str, time: str | None, zone: str, office_day: str, office_time: str | None
) -> None:
    at = dt.time.fromisoformat(time) if time else None
    moment = moment_at(DAY(day), at, ZoneInfo(zone))
    assert (moment.day, moment.time) == (DAY(office_day), dt.time.fromisoformat(office_time) if office_time else None)
    assert moment.end == end_of(moment.day, moment.time)
    if at:
        assert moment.end == dt.datetime.combine(DAY(day), at, ZoneInfo(zone))


@pytest.mark.parametrize("name", ["Asia/Beijing", "", "../etc/passwd", "Asia", "/etc/localtime", "北京", "a" * 300])
def test_a_zone_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_named(name)


DATES = st.dates(dt.date(2013, 1, 1), dt.date(2040, 12, 31))
POLICIES = st.sampled_from(["keep", "next", "previous", "after_holiday"])
CLOSED = st.builds(
    lambda days: Calendar(dict(days)),
    st.lists(st.tuples(st.dates(dt.date(2025, 12, 1), dt.date(2026, 12, 31)), st.booleans()), max_size=25),
)


@given(DATES, POLICIES, st.integers(1, 12), CLOSED)
def test_never_on_a_day_off_unless_it_stays(day: dt.date, policy: str, nth: int, calendar: Calendar) -> None:
    found = on_working_day(day, policy, calendar, nth)
    if policy == "keep" or calendar.is_working(day):
        assert found == day
    else:
        assert calendar.is_working(found)
        assert found < day if policy == "previous" else found > day


@given(DATES, DATES, POLICIES, CLOSED)
def test_a_later_date_is_never_due_earlier(one: dt.date, other: dt.date, policy: str, calendar: Calendar) -> None:
    """True of every policy but the n-th day after the days off with n > 1, which jumps over the day after them."""
    first, then = sorted((one, other))
    assert on_working_day(first, policy, calendar) <= on_working_day(then, policy, calendar)


@given(DATES, DATES, st.integers(-60, 60), CLOSED)
def test_counting_from_a_later_due_never_ends_earlier(
    one: dt.date, other: dt.date, number: int, calendar: Calendar
) -> None:
    first, then = (Moment(day, None, end_of(day)) for day in sorted((one, other)))
    assert after_due(first, number, calendar) <= after_due(then, number, calendar)
    if number:
        assert calendar.is_working(after_due(first, number, calendar))
    assert calendar.working_days(first.day, after_due(first, max(number, 0), calendar)) == max(number, 0)


@given(DATES, st.times(), st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "UTC", "America/New_York"]))
def test_the_end_is_the_same_instant_in_any_zone(day: dt.date, time: dt.time, zone: str) -> None:
    moment = moment_at(day, time, ZoneInfo(zone))
    assert moment.end == dt.datetime.combine(day, time, ZoneInfo(zone))
    assert moment.end == end_of(moment.day, moment.time)
