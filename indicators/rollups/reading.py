"""Reading roll-ups: the figure its sums make, how much of what there should be is in it, and what it is made of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accounts.access import Actor, Reach, units_for
from indicators.models import (
    AskedIndicator,
    Expectation,
    Indicator,
    IndicatorVersion,
    Observation,
    ObservationQuerySet,
    RollUp,
    RollUpMethod,
    period_end,
)
from indicators.partials import Coverage, Latest, Partial, coverage, rolled_value
from pilots.models import PilotArea
from portal.errors import NotFound
from units.calendar import today
from units.models import Division, DivisionVersion, Programme

VIEW = "rollup.view"
COUNTS = ("expected", "reported", "counted", "not_applicable")
SUMS = ("total", "numerator", "denominator", "weighted", "weight", "weight_not_applicable")


@dataclass(frozen=True, slots=True)
class Rolled:
    """A roll-up with its figure. `row` is None where nobody below has answered yet."""

    indicator: Indicator
    version: IndicatorVersion
    row: RollUp | None
    value: Decimal | None
    coverage: Coverage
    own: Observation | None = None
    """The place's own figure, where it has one and the reader may see it."""

    @property
    def is_rolled(self) -> bool:
        return self.version.method != RollUpMethod.NONE

    @property
    def is_mixed(self) -> bool:
        """Figures of two vintages are in it: not comparable with either."""
        return self.row is not None and self.row.oldest_vintage_id != self.row.newest_vintage_id


@dataclass(frozen=True, slots=True)
class Below:
    """A place directly below: its own figure if it is a pilot, else what its own places come to."""

    place: Division
    is_pilot: bool
    rolled: Rolled | None
    figure: Observation | None
    """In reach of the reader only."""
    has_figure: bool


def partial(row: RollUp) -> Partial:
    """`row.latest` should be selected with it."""
    last = row.latest
    latest = Latest(last.recorded_at, last.pk, last.value) if last and last.value is not None else None
    return Partial(**{name: getattr(row, name) for name in (*COUNTS, *SUMS)}, latest=latest)


def rows_for(by: Actor) -> QuerySet[RollUp]:
    """Roll-ups in reach, with what reading needs."""
    rows = RollUp.objects.visible_to(by, VIEW)
    return rows.select_related("indicator", "division", "latest", "oldest_vintage", "newest_vintage", "programme")


def read(rows: Sequence[RollUp]) -> list[Rolled]:
    """Each with its figure and coverage; rows whose indicator has no meaning on that day are left out.

    Two statements, however many rows there are.
    """
    versions = _Versions.of({row.indicator_id for row in rows})
    meant = [(row, versions.on(row.indicator_id, period_end(row.year, row.part))) for row in rows]
    weights = _weights([(row, version) for row, version in meant if version])
    return [_rolled(row, version, weights) for row, version in meant if version]


Place = tuple[int, int, int, int, str]


def _rolled(row: RollUp, version: IndicatorVersion, weights: Mapping[Place, RollUp]) -> Rolled:
    sums = partial(row)
    value = rolled_value(version.method, sums, version.scale)
    return Rolled(row.indicator, version, row, value, coverage(sums, _whole(row, version, weights)))


def _weights(rows: Iterable[tuple[RollUp, IndicatorVersion]]) -> dict[Place, RollUp]:
    wanted = {(r.programme_id, r.division_id, v.weight_id, r.year, r.part) for r, v in rows if v.weight_id}
    if not wanted:
        return {}
    programmes, places, indicators, years, parts = (set(column) for column in zip(*wanted, strict=True))
    found = RollUp.objects.filter(
        programme__in=programmes, division__in=places, indicator__in=indicators, year__in=years, part__in=parts
    )
    return {(r.programme_id, r.division_id, r.indicator_id, r.year, r.part): r for r in found}


def _whole(row: RollUp, version: IndicatorVersion, weights: Mapping[Place, RollUp]) -> Decimal | None:
    """The weight of all places expected; None unless it is known of every one of them."""
    if version.weight_id is None:
        return None
    found = weights.get((row.programme_id, row.division_id, version.weight_id, row.year, row.part))
    if found is None or not found.counted == found.expected == row.expected:
        return None
    return found.total


@dataclass(frozen=True, slots=True)
class _Versions:
    of_indicator: Mapping[int, Sequence[IndicatorVersion]]

    @classmethod
    def of(cls, indicators: Collection[int]) -> _Versions:
        found: dict[int, list[IndicatorVersion]] = defaultdict(list)
        for version in IndicatorVersion.objects.filter(indicator__in=indicators).select_related("weight"):
            found[version.indicator_id].append(version)
        return cls(found)

    def on(self, indicator: int, day: dt.date) -> IndicatorVersion | None:
        return next((v for v in self.of_indicator.get(indicator, ()) if day in v.valid), None)


# -- one place -------------------------------------------------------------------------------------------------


def places_for(by: Actor) -> QuerySet[Division]:
    """The places whose roll-ups are in reach."""
    reaches = units_for(by, VIEW)
    if by.hat.programme_id is None:
        return Division.objects.none()
    if Reach.PROGRAMME in reaches:
        return Division.objects.all()
    if Reach.OWN in reaches:
        return Division.objects.filter(path_now__startswith=by.unit.division.path_now)
    return Division.objects.none()


def place_or_404(uid: object, by: Actor) -> Division:
    """The place asked for, or one's own."""
    place = places_for(by).filter(Q(uid=uid) if uid else Q(pk=by.unit.division_id)).first()
    if place is None:
        raise NotFound
    return place


def newest_year(place: Division, by: Actor) -> int:
    """The last year of which there is anything below the place; this year where there is nothing."""
    rows = RollUp.objects.visible_to(by, VIEW).filter(division=place).order_by("-year")
    return rows.values_list("year", flat=True).first() or today().year


def rolled_up(programme: Programme, place: Division, year: int, part: str, by: Actor) -> list[Rolled]:
    """What the places below come to: all indicators the programme asks for, and all that somebody has given."""
    day = period_end(year, part)
    rows = {r.indicator_id: r for r in rows_for(by).filter(programme=programme, division=place, year=year, part=part)}
    found = {rolled.indicator.pk: rolled for rolled in read(list(rows.values()))}
    asked = AskedIndicator.objects.filter(programme=programme, indicator__pilot_area__isnull=True)
    missing = [a.indicator for a in asked.select_related("indicator") if a.indicator_id not in rows]
    versions, expected = _Versions.of({i.pk for i in missing}), _expected(programme, [place], day)
    for indicator in missing:
        if version := versions.on(indicator.pk, day):
            number = _counted(expected.get(place.pk, {}), version)
            found[indicator.pk] = Rolled(indicator, version, None, None, Coverage(0, 0, number, 0))
    own = {o.indicator_id: o for o in _figures(programme, [place], year, part, by)}
    rolled = [_with_own(one, own.get(pk)) for pk, one in found.items()]
    return sorted(rolled, key=lambda one: (one.indicator.plan_number or 1000, one.indicator.sort_key, one.indicator.pk))


def _with_own(one: Rolled, own: Observation | None) -> Rolled:
    return Rolled(one.indicator, one.version, one.row, one.value, one.coverage, own)


def _expected(programme: Programme, places: Collection[Division], day: dt.date) -> dict[int, dict[str, int]]:
    """For each place how many are expected below it, by level."""
    rows = Expectation.objects.filter(programme=programme, division__in=places, valid__contains=day)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for place, level, number in rows.values_list("division_id", "level").annotate(n=Sum("count")).order_by():
        found[place][level] = number
    return found


def _counted(expected: Mapping[str, int], version: IndicatorVersion) -> int:
    return sum(number for level, number in expected.items() if not version.levels or level in version.levels)


def _figures(
    programme: Programme, places: Collection[Division], year: int, part: str, by: Actor
) -> QuerySet[Observation]:
    seen: ObservationQuerySet = Observation.objects.visible_to(by, "figure.view").in_force()
    return seen.filter(programme=programme, division__in=places, year=year, part=part)


def below(programme: Programme, place: Division, rolled: Rolled, year: int, part: str, by: Actor) -> list[Below]:
    """The places directly below a place that have a share in one of its roll-ups, or should have one."""
    day, version = period_end(year, part), rolled.version
    spans = DivisionVersion.objects.filter(parent=place, valid__contains=day).select_related("division")
    children = sorted((span.division for span in spans), key=lambda child: (child.sort_key, child.pk))
    areas = PilotArea.objects.shown().filter(programme=programme, divisions__in=children)
    pilots = set(areas.values_list("divisions", flat=True))
    expected = _expected(programme, children, day)
    rows = rows_for(by).filter(
        programme=programme, division__in=children, indicator=rolled.indicator, year=year, part=part
    )
    sums = {one.row.division_id: one for one in read(list(rows)) if one.row}
    given = (
        Observation.objects.in_force()
        .facts()
        .filter(programme=programme, division__in=pilots, indicator=rolled.indicator, year=year, part=part)
    )
    answered = set(given.values_list("division_id", flat=True))
    figures = _figures(programme, children, year, part, by).filter(indicator=rolled.indicator)
    shown = {figure.division_id: figure for figure in figures}
    return [
        Below(child, child.pk in pilots, None if child.pk in pilots else sums.get(child.pk) or Rolled(
            rolled.indicator, version, None, None, Coverage(0, 0, _counted(expected.get(child.pk, {}), version), 0)),
            shown.get(child.pk), child.pk in answered)
        for child in children
        if _has_a_share(child, version, pilots, expected)
    ]  # fmt: skip


def _has_a_share(
    child: Division, version: IndicatorVersion, pilots: Collection[int], expected: Mapping[int, Mapping[str, int]]
) -> bool:
    if child.pk in pilots:
        return not version.levels or child.level in version.levels
    return _counted(expected.get(child.pk, {}), version) > 0
