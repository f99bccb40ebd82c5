"""A small chart of one indicator, worked out on the server: path, figures, targets, breaks. Coordinates are texts.

Lines of figures end at a break, because figures on its two sides cannot be compared.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.calculations import Point, expected
from indicators.calculations import moment as years
from indicators.figure_words import as_given, number
from indicators.models import Comparison, PathShape
from indicators.standing_shapes import IndicatorStanding, Shown

WIDTH, HEIGHT = 460, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 18, 26
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place of the chart, with its words. `kind`: reported, published, unverified, target, baseline."""

    x: str
    y: str
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines` join figures of one edition, `path` is what is expected, `forecast` where the pace so far leads; all
    are lists of points as SVG has them."""

    path: str
    forecast: str
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    breaks: tuple[Mark, ...]
    across: tuple[Mark, ...]
    upward: tuple[Mark, ...]
    today: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class _Frame:
    first: Decimal
    last: Decimal
    low: Decimal
    high: Decimal

    def x(self, day: dt.date) -> str:
        return self._x(years(day))

    def _x(self, when: Decimal) -> str:
        share = (when - self.first) / (self.last - self.first)
        return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.1f}"

    def year(self, year: int) -> str:
        return self._x(Decimal(year + 1))

    def y(self, value: Decimal) -> str:
        share = (value - self.low) / (self.high - self.low)
        return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a chart has to have room for: days and values."""

    begin: dt.date
    end: dt.date
    low: Decimal
    high: Decimal


def bounds_of(one: IndicatorStanding, *, ahead: bool = True) -> Bounds | None:
    """`ahead`: with room for where the pace so far leads.

    None where there is nothing to draw: targets alone, fewer than two numbers, or what is done or not done.
    """
    path = max((line.path for line in one.lines), key=len, default=())
    begun = [*_baselines(one), *((figure.day, figure.value) for figure in one.figures if figure.value is not None)]
    points = [
        *_targets(one),
        *begun,
        *((point.day, point.value) for point in (*path, *(forecast_of(one) if ahead else ()))),
    ]
    numbers = [(when, value) for when, value in points if value is not None]
    is_done = any(line.aim.comparison == Comparison.DONE for line in one.lines)
    if is_done or not begun or len(numbers) < 2 or len({when for when, _value in numbers}) < 2:
        return None
    days, values = [when for when, _value in numbers], [value for _when, value in numbers]
    return Bounds(min(days), max(days), min(values), max(values))


def joined(several: Iterable[Bounds | None]) -> Bounds | None:
    """Room for all of them, so that their charts can be compared."""
    found = [one for one in several if one]
    if not found:
        return None
    return Bounds(
        min(one.begin for one in found),
        max(one.end for one in found),
        min(one.low for one in found),
        max(one.high for one in found),
    )


def chart_of(one: IndicatorStanding, day: dt.date, within: Bounds | None = None) -> Chart | None:
    """`within`: the room of several that stand side by side; then without where the pace leads, which would take most
    of it. None where there is nothing to draw."""
    own = bounds_of(one)
    if own is None:
        return None
    room, ahead = within or own, () if within else forecast_of(one)
    figures = [figure for figure in one.figures if figure.value is not None]
    path = max((line.path for line in one.lines), key=len, default=())
    ticks, begin, end = _ticks([room.low, room.high]), room.begin, room.end
    frame = _Frame(years(begin) - Decimal("0.3"), years(end) + Decimal("0.3"), ticks[0], ticks[-1])
    return Chart(
        path=_polyline(frame, walked(path)),
        forecast=_polyline(frame, [(point.day, point.value) for point in ahead]),
        lines=tuple(_polyline(frame, [(f.day, f.value or Decimal(0)) for f in run]) for run in runs_of(figures)),
        marks=tuple(_marks(one, figures, frame)),
        breaks=tuple(Mark(frame.x(b.day), "", b.after.name) for b in one.breaks if begin < b.day < end),
        across=tuple(Mark(frame.year(year), "", str(year)) for year in _years(begin.year, end.year)),
        upward=tuple(Mark("", frame.y(tick), as_given(tick)) for tick in ticks),
        today=frame.x(day) if begin <= day <= end else "",
    )


def forecast_of(one: IndicatorStanding) -> tuple[Point, ...]:
    """From the latest figure to where the pace so far would be on the day of the target that matters most."""
    line = one.principal
    end = line.forecast if line else None
    if line is None or end is None or line.figure is None or line.figure.value is None:
        return ()
    return (Point(line.figure.day, line.figure.value), end)


def _targets(one: IndicatorStanding) -> list[tuple[dt.date, Decimal | None]]:
    """Each target at its day; both ends of a range."""
    return [
        (line.aim.due_on, value)
        for line in one.lines
        for value in (line.aim.value, line.aim.value_to)
        if line.aim.due_on
    ]


def _baselines(one: IndicatorStanding) -> list[tuple[dt.date, Decimal | None]]:
    return [(dt.date(row.year, 12, 31), row.value) for row in one.baselines]


def _marks(one: IndicatorStanding, figures: Iterable[Shown], frame: _Frame) -> Iterable[Mark]:
    for row in one.baselines:
        label = f"{row.year}: {as_given(row.value)}"
        yield Mark(frame.x(dt.date(row.year, 12, 31)), frame.y(row.value), label, "baseline")
    for when, value in _targets(one):
        if value is not None:
            yield Mark(frame.x(when), frame.y(value), as_given(value), "target")
    for figure in figures:
        value = figure.value or Decimal(0)
        kind = "unverified" if not figure.is_fact else "published" if figure.is_published else "reported"
        label = f"{figure.period}: {number(value, one.version.precision)}"
        yield Mark(frame.x(figure.day), frame.y(value), label, kind)


def walked(path: Sequence[Point]) -> list[tuple[dt.date, Decimal]]:
    """The path in steps fine enough to show how it bends."""
    if not path:
        return []
    days = [point.day for point in path]
    for one, other in itertools.pairwise(path):
        if other.shape == PathShape.COMPOUND:
            days += [dt.date(year, 12, 31) for year in range(one.day.year, other.day.year)]
        elif other.shape == PathShape.STEP:
            days.append(other.day - dt.timedelta(days=1))
    walked = [(when, expected(path, when)) for when in sorted(set(days)) if when >= path[0].day]
    return [(when, value) for when, value in walked if value is not None]


def runs_of(figures: Sequence[Shown]) -> list[list[Shown]]:
    """Verified figures of one edition after each other; a single one needs no line."""
    known = [figure for figure in figures if figure.is_fact]
    runs = [list(run) for _vintage, run in itertools.groupby(known, key=lambda figure: figure.vintage)]
    return [run for run in runs if len(run) > 1]


def _polyline(frame: _Frame, points: Iterable[tuple[dt.date, Decimal]]) -> str:
    return " ".join(f"{frame.x(when)},{frame.y(value)}" for when, value in points)


def _ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Round numbers from below the lowest to above the highest value, four or five of them."""
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or Decimal(1)
    size = Decimal(1).scaleb((spread / 4).adjusted())
    step = next(size * wide for wide in STEPS if size * wide >= spread / 4)
    ticks = [(low / step).to_integral_value("ROUND_FLOOR") * step]
    while ticks[-1] < high or len(ticks) < 2:
        ticks.append(ticks[-1] + step)
    return ticks


def _years(first: int, last: int) -> list[int]:
    """At most eight years under the chart."""
    return list(range(first, last + 1, (last - first) // 8 + 1))
