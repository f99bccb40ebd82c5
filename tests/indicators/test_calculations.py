"""The arithmetic of figures: what holds for any numbers, and the examples one can work out by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import calculations as c
from indicators.calculations import Aim, Point, Reading, Reason, Verdict

THRESHOLDS = c.Thresholds(D("0.05"), D("0.05"), D("0.15"), D("0.05"))
TARGET = Aim("at_least", D("52.2"), due_on=dt.date(2017, 12, 31))
END_2016 = dt.date(2016, 12, 31)
START = Point(dt.date(2013, 12, 31), D("43.29"))

values = st.decimals(-(10**9), 10**9, places=6)
positive = st.decimals("0.000001", 10**9, places=6)
days = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))
shapes = st.sampled_from(["linear", "compound", "step"])


@st.composite
def paths(draw: st.DrawFn, *, rising: bool = False) -> list[Point]:
    when = sorted(draw(st.lists(days, min_size=2, max_size=5, unique=True)))
    what = draw(st.lists(values, min_size=len(when), max_size=len(when)))
    return [Point(*one) for one in zip(when, sorted(what) if rising else what, strict=True)]


@st.composite
def leaves(draw: st.DrawFn) -> c.Partial:
    method = draw(st.sampled_from(["sum", "ratio", "weighted", "count_yes", "latest"]))
    at = dt.datetime.combine(draw(days), dt.time(), dt.UTC)
    return c.partial_of(
        method,
        draw(st.none() | values),
        absence=draw(st.sampled_from(["", "not_applicable", "not_available"])),
        parts=(draw(st.none() | values), draw(st.none() | positive)),
        weight=draw(st.none() | positive),
        latest=c.Latest(at, draw(st.integers(1, 10**6)), draw(values)),
    )


@pytest.mark.parametrize(
    ("value", "precision", "shown"),
    [
        ("0.5", 0, "1"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("49.965", 2, "49.97"),
        ("-0.004", 2, "0.00"),
        ("7", 1, "7.0"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, precision: int, shown: str) -> None:
    assert str(c.rounded(D(value), precision)) == shown


def test_a_rate_of_nothing_is_none_and_a_rate_of_zero_is_zero() -> None:
    assert c.rate(D(1), D(0), D(100)) is None
    assert c.rate(D(0), D(5), D(100)) == 0
    assert c.rounded(c.rate(D("229.6"), D("427.1"), D(100)) or D(0), 2) == D("53.76")


@given(paths(rising=True), days, days, shapes)
def test_a_path_between_rising_points_never_falls(path: list[Point], one: dt.date, other: dt.date, shape: str) -> None:
    first, last = (c.expected(path, day, shape) for day in sorted((one, other)))
    assert first is None or (last is not None and first <= last)


@given(paths(), shapes)
def test_a_path_goes_through_its_points(path: list[Point], shape: str) -> None:
    assert all(c.expected(path, point.day, shape) == point.value for point in path)
    assert c.expected(path, path[0].day - dt.timedelta(1), shape) is None
    assert c.expected(path, dt.date(2041, 1, 1), shape) == path[-1].value


@given(paths(), days)
def test_a_path_stays_between_the_points_beside_it(path: list[Point], day: dt.date) -> None:
    for one, other in pairwise(path):
        if one.day <= day < other.day:
            found = c.expected(path, day, "linear")
            assert found is not None
            assert min(one.value, other.value) <= c.rounded(found, 9) <= max(one.value, other.value)


def test_the_three_shapes_by_hand() -> None:
    path = [Point(dt.date(2013, 12, 31), D(40)), Point(dt.date(2015, 12, 31), D("48.4"))]
    middle = dt.date(2014, 12, 31)
    assert c.expected(path, middle, "linear") == D("44.2")
    assert c.rounded(c.expected(path, middle, "compound") or D(0), 6) == 44
    assert c.expected(path, middle, "step") == 40
    assert c.expected([replace(path[0], value=D(0)), path[1]], middle, "compound") == D("24.2")


def judged(
    value: D | str | None, year: int = 2016, *, aim: Aim = TARGET, start: Point | None = START, **fact: object
) -> c.Judgement:
    figure = Reading(dt.date(year, 12, 31), None if value is None else D(value), **fact)  # type: ignore[arg-type]
    return c.judge(figure, aim, start, dt.date(2017, 6, 30), THRESHOLDS)


def test_a_figure_behind_its_path_says_by_how_much_and_how_long() -> None:
    found = judged("48.5")
    assert found.expected == D("49.9725")
    assert found.gap == D("-1.4725")
    assert (found.verdict, found.reason) == (Verdict.OFF_TRACK, Reason.BEHIND)
    assert c.rounded((found.gap_years or D(0)) * 12, 0) == -8
    assert found.pace_needed == D("3.7")
    assert c.rounded(found.pace_so_far or D(0), 4) == D("1.7367")


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("50.5", "ahead"), ("49.98", "on_track"), ("49.6", "on_track"), ("49", "at_risk"), ("48", "off_track")],
)
def test_verdicts_by_shares_of_the_way(value: str, verdict: str) -> None:
    assert judged(value).verdict == verdict


@given(values, values, st.sampled_from(["at_least", "at_most"]), st.integers(2014, 2018), values)
def test_a_better_figure_never_has_a_worse_verdict(one: D, other: D, comparison: str, year: int, began: D) -> None:
    aim, start = replace(TARGET, comparison=comparison), replace(START, value=began)
    found = [judged(value, year, aim=aim, start=start) for value in sorted((one, other))]
    worse, better = found if comparison == "at_least" else reversed(found)
    assert c.ORDER.index(worse.verdict) <= c.ORDER.index(better.verdict)


@given(values, values, values, st.integers(2014, 2018), st.sampled_from(["linear", "step"]))
def test_down_is_up_seen_from_below(value: D, goal: D, began: D, year: int, shape: str) -> None:
    up = replace(TARGET, value=goal, shape=shape)
    down = replace(up, comparison="at_most", value=-goal)
    one = judged(value, year, aim=up, start=replace(START, value=began))
    other = judged(-value, year, aim=down, start=replace(START, value=-began))
    assert (one.verdict, one.reason, one.gap, one.gap_years) == (
        other.verdict,
        other.reason,
        other.gap,
        other.gap_years,
    )


@pytest.mark.parametrize(
    ("aim", "value", "verdict", "gap"),
    [
        (Aim("at_least", D(80)), "80", "on_track", "0"),
        (Aim("at_least", D(80)), "79", "off_track", "-1"),
        (Aim("at_most", D(100)), "101", "off_track", "-1"),
        (Aim("about", D(85)), "81", "on_track", "-4"),
        (Aim("about", D(85)), "99", "on_track", "14"),
        (Aim("about", D(85), direction="range"), "99", "off_track", "-14"),
        (Aim("range", D(3), D(5)), "4", "on_track", "0"),
        (Aim("range", D(3), D(5)), "6", "off_track", "-1"),
        (Aim("range", D(3), D(5)), "2", "off_track", "-1"),
        (Aim("exactly", D(3)), "4", "off_track", "-1"),
        (Aim("done"), "1", "on_track", "0"),
        (Aim("done"), "0", "off_track", "-1"),
    ],
)
def test_what_binds_on_every_day_is_met_or_missed(aim: Aim, value: str, verdict: str, gap: str) -> None:
    found = judged(value, aim=aim, start=None)
    assert (found.verdict, found.gap) == (verdict, D(gap))
    assert found.reason == (Reason.MET if verdict == "on_track" else Reason.MISSED)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (c.judge(None, TARGET, START, dt.date(2017, 1, 1), THRESHOLDS), "no_figure"),
        (judged("48", start=None), "no_baseline"),
        (judged("48", is_fact=False), "unverified_figure"),
        (judged("48", aim=replace(TARGET, is_fact=False)), "unverified_target"),
        (judged("48", vintage="2020", aim=replace(TARGET, vintage="2010")), "other_vintage"),
        (judged("48", vintage="2020", start=replace(START, vintage="2010")), "other_vintage"),
        (judged("43.29", 2013), "too_early"),
        (judged("0", aim=replace(TARGET, comparison="done", value=None)), "not_done_yet"),
        (c.judge(Reading(END_2016, D(50)), TARGET, START, dt.date(2018, 2, 1), THRESHOLDS), "due_figure_missing"),
        (judged(None, absence="not_applicable"), "not_applicable"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(found: c.Judgement, reason: str) -> None:
    assert (found.verdict, found.reason) == (Verdict.UNKNOWN, reason)


def test_the_figure_of_the_due_day_decides_and_nothing_of_the_future() -> None:
    readings = [Reading(dt.date(year, 12, 31), D(year)) for year in (2015, 2017, 2018, 2016)]
    asked = {day: c.figure_for(readings, TARGET, dt.date(*day)) for day in ((2015, 6, 1), (2017, 6, 1), (2019, 1, 1))}
    assert [found and found.day.year for found in asked.values()] == [None, 2016, 2017]


def test_a_target_to_be_hit_exactly_is_approached_from_either_side() -> None:
    aim = Aim("range", D(3), D(5), dt.date(2017, 12, 31))
    up, down = replace(START, value=D(0)), replace(START, value=D(9))
    assert judged("2.25", aim=aim, start=up).verdict == Verdict.ON_TRACK
    assert judged("6", aim=aim, start=down).gap == 0
    assert judged("4", aim=aim, start=up).verdict == Verdict.AHEAD
    assert judged("7", aim=aim, start=up).verdict == Verdict.OFF_TRACK


@given(leaves(), leaves(), leaves())
def test_combining_hangs_neither_on_order_nor_on_grouping(one: c.Partial, two: c.Partial, three: c.Partial) -> None:
    assert c.combine([one, two, three]) == c.combine([three, one, two])
    assert c.combine([c.combine([one, two]), three]) == c.combine([one, c.combine([two, three])])
    assert c.combine([one]) == one
    assert c.combine([]) == c.Partial()


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=30))
def test_a_rate_of_places_is_the_sum_by_the_sum(parts: list[tuple[D, D]]) -> None:
    leaves = [c.partial_of("ratio", c.rate(n, d, D(100)), parts=(n, d)) for n, d in parts]
    whole = c.rate(sum((n for n, _ in parts), D(0)), sum((d for _, d in parts), D(0)), D(100))
    assert c.rolled_value("ratio", c.combine(leaves), D(100)) == whole


def test_zero_is_not_missing_is_not_not_applicable() -> None:
    zero, missing = c.partial_of("sum", D(0)), c.partial_of("sum", None)
    never = c.partial_of("sum", None, absence="not_applicable")
    assert c.rolled_value("sum", zero, D(1)) == 0
    assert c.rolled_value("sum", missing, D(1)) is None
    found = c.coverage(c.combine([zero, missing, never]))
    assert (found.counted, found.reported, found.of, found.expected) == (1, 1, 2, 3)
    assert not found.is_complete
    assert c.coverage(c.combine([zero, never])).is_complete


def test_what_cannot_be_counted_is_reported_all_the_same() -> None:
    bare = c.partial_of("ratio", D("52.2"))
    weightless = c.partial_of("weighted", D("52.2"))
    assert (bare.reported, bare.counted, weightless.reported, weightless.counted) == (1, 0, 1, 0)
    assert c.rolled_value("ratio", bare, D(100)) is None


@given(st.lists(st.tuples(values, positive), min_size=1, max_size=20))
def test_a_weighted_mean_lies_among_its_values(pairs: list[tuple[D, D]]) -> None:
    whole = c.combine(c.partial_of("weighted", value, weight=weight) for value, weight in pairs)
    mean = c.rolled_value("weighted", whole, D(1))
    assert mean is not None
    assert min(v for v, _ in pairs) <= c.rounded(mean, 6) <= max(v for v, _ in pairs)
    assert c.coverage(whole, whole.weight * 2).weight_share == D("0.5")


def test_other_methods_by_hand() -> None:
    early, late = (c.Latest(dt.datetime(2016, month, 1, tzinfo=dt.UTC), 1, D(month)) for month in (1, 5))
    whole = c.combine([c.partial_of("latest", D(5), latest=late), c.partial_of("latest", D(1), latest=early)])
    assert c.rolled_value("latest", whole, D(1)) == 5
    assert c.rolled_value("none", whole, D(1)) is None
    yes = c.combine(c.partial_of("count_yes", D(said)) for said in (1, 0, 1))
    assert c.rolled_value("count_yes", yes, D(1)) == 2
