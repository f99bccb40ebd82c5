"""How the pilot areas' latest figures of one indicator are spread: in steps of equal width, and by quartiles.

Each pilot area counts once, with the figure its position is judged by. Four statements, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, CharField, Count, DecimalField, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, ExtractYear, Floor

from dashboards.filters import WORST
from dashboards.reading import together
from indicators.models import IndicatorVersion, Position

STEPS = (1, 2, 5, 10)
MOST_BINS = 12
NO_TARGET = ""
KINDS = (*(verdict.value for verdict in WORST), NO_TARGET)
"""In this order within a step: worst first, then those without a target."""
SPREAD_BY = ("batch", "category", "region")


class Counts(NamedTuple):
    """As `KINDS`."""

    off_track: int
    at_risk: int
    on_track: int
    ahead: int
    unknown: int
    no_target: int


class Five(NamedTuple):
    """Between two values halfway, as offices do."""

    lowest: Decimal
    first_quartile: Decimal
    median: Decimal
    third_quartile: Decimal
    highest: Decimal


class Quartiles(Aggregate):
    """Of a group, as `Five`."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[0, 0.25, 0.5, 0.75, 1]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DecimalField(max_digits=40, decimal_places=6))

    def convert_value(self, value: Any, expression: Any, connection: Any) -> Five | None:
        return None if value is None else Five(*(Decimal(str(one)) for one in value))


@dataclass(frozen=True, slots=True)
class Bin:
    """From `low` up to but without `high`."""

    low: Decimal
    high: Decimal
    counts: Counts

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of those with a number; `side` as `SPREAD_BY`, '' for all of them."""

    side: str
    key: Any
    count: int
    five: Five


@dataclass(frozen=True, slots=True)
class Distribution:
    """`asked`: pilot areas with the indicator; `counted`: those with a number. `years`: of which years the figures."""

    asked: int
    counted: int
    demo: int
    years: Mapping[int, int]
    bins: tuple[Bin, ...]
    spreads: tuple[Spread, ...]

    @property
    def whole(self) -> Spread | None:
        return next((one for one in self.spreads if one.side == ""), None)

    def by(self, side: str) -> list[Spread]:
        return [one for one in self.spreads if one.side == side]


def distribution(rows: QuerySet[Position], version: IndicatorVersion) -> Distribution:
    """Of the positions of one indicator; figures in its unit."""
    bare, numbers = rows.order_by().select_related(None), Q(value__isnull=False)
    whole = bare.aggregate(
        asked=Count("pk"), counted=Count("pk", filter=numbers), demo=Count("pk", filter=Q(is_demo=True) & numbers),
        low=Min("value"), high=Max("value"), five=Quartiles("value"),
    )  # fmt: skip
    if not whole["counted"]:
        return Distribution(whole["asked"], 0, 0, {}, (), ())
    valued = bare.filter(numbers)
    spreads = [Spread("", "", whole["counted"], whole["five"]), *_spreads(valued)]
    return Distribution(
        whole["asked"],
        whole["counted"],
        whole["demo"],
        _years(valued),
        tuple(_bins(valued, edges(whole["low"], whole["high"], version.precision))),
        tuple(spreads),
    )


def _years(rows: QuerySet[Position]) -> dict[int, int]:
    by_year = rows.annotate(year=ExtractYear("figure_on")).values_list("year").annotate(Count("pk")).order_by("-year")
    return {year: number for year, number in by_year if year}


def edges(low: Decimal, high: Decimal, precision: int) -> list[Decimal]:
    """Round numbers of equal distance, from at or below the lowest to above the highest value; at most a dozen steps.

    No step is finer than the indicator's own decimals.
    """
    least = Decimal(1).scaleb(-precision)
    raw = max((high - low) / MOST_BINS, least)
    size = Decimal(1).scaleb(raw.adjusted())
    step = next(size * wide for wide in STEPS if size * wide >= raw)
    found = [(low / step).to_integral_value("ROUND_FLOOR") * step]
    while found[-1] <= high:
        found.append(found[-1] + step)
    return found


def _bins(rows: QuerySet[Position], borders: Sequence[Decimal]) -> list[Bin]:
    begin, step = borders[0], borders[1] - borders[0]
    number = Floor((F("value") - begin) / step)
    counted: dict[tuple[int, str], int] = {}
    for place, verdict, count in rows.annotate(place=number).values_list("place", "verdict").annotate(Count("pk")):
        counted[int(place), verdict] = count
    return [
        Bin(low, low + step, Counts(*(counted.get((place, kind), 0) for kind in KINDS)))
        for place, low in enumerate(borders[:-1])
    ]


def _spreads(rows: QuerySet[Position]) -> list[Spread]:
    """Of all sides in one statement, each in the order of its keys."""
    queries = (
        rows.annotate(side=Value(side), key=Cast(f"pilot__{side}", CharField()))
        .values_list("side", "key")
        .annotate(number=Count("pk"), five=Quartiles("value"))
        for side in SPREAD_BY
    )
    found = [Spread(side, _key(side, key), number, Five(*five)) for side, key, number, five in together(queries)]
    return sorted(found, key=lambda one: (SPREAD_BY.index(one.side), one.key is None, one.key or ""))


def _key(side: str, text: str | None) -> int | str | None:
    """A batch by its id; the others by what is published."""
    return int(text) if side == "batch" and text else text
