"""What is known already when figures are checked: read once, in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from indicators.checks.shapes import Fact, Key
from indicators.models import IndicatorVersion, Observation, Relation, Vintage, period_end
from indicators.typed import BadNumber, read


@dataclass(frozen=True, slots=True)
class Ledger:
    """Figures in force and published ones of some places, how indicators hang together, and what they are called."""

    by_place: Mapping[tuple[int, int], tuple[Fact, ...]] = field(default_factory=dict)
    """(place, indicator) → what is known of them, the oldest period first."""
    parts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Indicator → the indicators that together make it."""
    not_above: Sequence[tuple[int, int]] = ()
    """Pairs (lower, upper): the first is never above the second where that holds."""
    vintages: Sequence[tuple[str, int, int]] = ()
    """(series, from year, id), the latest first: a figure without a vintage has the usual one of its year."""

    @classmethod
    def of(
        cls,
        programme_id: int | None,
        division_ids: Collection[int],
        indicator_ids: Collection[int],
        year: int,
    ) -> Ledger:
        """All that checks of these places and indicators compare with, of all years up to `year`. Four statements.

        Figures in force in the programme (in none where `programme_id` is None), and all published ones that were not
        withdrawn: where two published figures contradict each other, a check is to see both.
        """
        relations = list(Relation.objects.values_list("kind", "lower_id", "upper_id"))
        wanted = _with_related(set(indicator_ids), relations)
        versions = _versions(wanted)
        rows = Observation.objects.filter(
            Q(programme__isnull=True, withdrawn_at__isnull=True) | Q(programme=programme_id, is_in_force=True),
            division_id__in=set(division_ids), indicator_id__in={row.indicator_id for row in versions},
            year__lte=year, value__isnull=False,
        )  # fmt: skip
        return cls.holding(
            _facts(rows, versions),
            parts=_parts(relations),
            not_above=[(lower, upper) for kind, lower, upper in relations if kind == Relation.Kind.NOT_ABOVE],
            vintages=list(Vintage.objects.order_by("-from_year", "id").values_list("series", "from_year", "id")),
        )

    @classmethod
    def holding(
        cls,
        facts: Iterable[Fact],
        *,
        parts: Mapping[int, tuple[int, ...]] | None = None,
        not_above: Sequence[tuple[int, int]] = (),
        vintages: Sequence[tuple[str, int, int]] = (),
    ) -> Ledger:
        """A ledger of known figures, in a defined order whatever order they come in."""
        by_place: defaultdict[tuple[int, int], list[Fact]] = defaultdict(list)
        for fact in facts:
            by_place[fact.key.division_id, fact.key.indicator_id].append(fact)
        ordered = {place: tuple(sorted(found, key=_order)) for place, found in by_place.items()}
        latest_first = sorted(vintages, key=lambda row: -row[1])
        return cls(ordered, parts or {}, not_above, latest_first)

    def about(self, key: Key) -> tuple[Fact, ...]:
        """What is known of this place and indicator, the oldest period first."""
        return self.by_place.get((key.division_id, key.indicator_id), ())

    def vintage(self, series: str, year: int, vintage_id: int | None) -> int | None:
        """The edition a figure is of: the one it names, else the usual one of its year. None: the series has none."""
        if vintage_id is not None or not series:
            return vintage_id
        return next((pk for kind, since, pk in self.vintages if kind == series and since <= year), None)

    def settled(self, key: Key) -> Fact | None:
        """What counts in exactly this period: what the programme accepted before what is published."""
        found = [fact for fact in self.about(key) if fact.key == key and fact.is_in_force and fact.is_verified]
        return min(found, key=lambda fact: fact.is_published, default=None)


def _order(fact: Fact) -> tuple[object, ...]:
    return fact.key.day, fact.is_published, not fact.is_in_force, str(fact.uid or ""), fact.value


def _with_related(wanted: set[int], relations: list[tuple[str, int, int]]) -> set[int]:
    """The indicators, what they are compared with, and the other parts of the same whole."""
    near = {pk for _, lower, upper in relations if {lower, upper} & wanted for pk in (lower, upper)}
    siblings = {lower for kind, lower, upper in relations if kind == Relation.Kind.PART and upper in near}
    return wanted | near | siblings


def _versions(indicators: set[int]) -> list[IndicatorVersion]:
    """All versions of these and of what their rates are made of."""
    rates = IndicatorVersion.objects.filter(indicator_id__in=indicators)
    return list(
        IndicatorVersion.objects.filter(
            Q(indicator_id__in=indicators)
            | Q(indicator_id__in=rates.filter(numerator__isnull=False).values("numerator"))
            | Q(indicator_id__in=rates.filter(denominator__isnull=False).values("denominator"))
        )
    )


def _parts(relations: list[tuple[str, int, int]]) -> dict[int, tuple[int, ...]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for kind, lower, upper in relations:
        if kind == Relation.Kind.PART:
            found[upper].append(lower)
    return {whole: tuple(parts) for whole, parts in found.items()}


def _facts(rows: Iterable[Observation], versions: list[IndicatorVersion]) -> list[Fact]:
    by_indicator: defaultdict[int, list[IndicatorVersion]] = defaultdict(list)
    for version in versions:
        by_indicator[version.indicator_id].append(version)
    return [_fact(row, by_indicator[row.indicator_id]) for row in rows]


def _fact(row: Observation, versions: list[IndicatorVersion]) -> Fact:
    day = period_end(row.year, row.part)
    version = next((version for version in versions if day in version.valid), versions[-1])
    value = row.value if row.value is not None else Decimal(0)
    return Fact(
        key=Key(row.division_id, row.indicator_id, row.year, row.part), value=value,
        step=step_of(row.entered, row.entered_measure, version, value), measure=version.measure, name=version.name,
        status=row.status, vintage_id=row.vintage_id, is_verified=row.is_fact,
        is_published=row.programme_id is None, is_in_force=row.is_in_force, source=row.source, uid=row.uid,
    )  # fmt: skip


def step_of(entered: str, measure: str, version: IndicatorVersion, value: Decimal) -> Decimal:
    """One unit of the last digit a figure was given with; by its value where what was typed cannot be read.

    By the value alone 205.0 is 205: coarser than it was given, so no check becomes stricter by it.
    """
    try:
        number = read(entered, measure, version)
    except (BadNumber, ValueError):
        return last_digit(value)
    return number.step if number.value == value else last_digit(value)


def last_digit(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
