"""What a pilot area is asked for in a period: what its programme asks, and its own indicators besides (N16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from indicators.figure_words import as_given
from indicators.models import (
    AskedIndicator,
    Frequency,
    Indicator,
    IndicatorVersion,
    Observation,
    Part,
    period_end,
)
from pilots.models import PilotArea
from units.models import Division, in_language

RELATED = ("indicator", "applies_by", "weight", "numerator", "denominator", "department")
Known = dict[tuple[int, int], Decimal]
"""The newest figure of (place, indicator), as far as one is known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell of a grid: an indicator asked of a place. `not_applicable` says in words why not, empty where it is."""

    indicator: Indicator
    version: IndicatorVersion
    division: Division
    is_compulsory: bool
    is_own: bool
    not_applicable: str = ""


def versions_on(indicators: Collection[int], day: dt.date, *, or_last: bool = False) -> dict[int, IndicatorVersion]:
    """What each of these indicators meant on a day, by indicator; none for those without a version then.

    `or_last`: for those what they last meant, one statement more.
    """
    rows = IndicatorVersion.objects.select_related(*RELATED)
    found = {version.indicator_id: version for version in rows.filter(indicator__in=indicators, valid__contains=day)}
    if or_last and (left := set(indicators) - found.keys()):
        found |= {version.indicator_id: version for version in rows.filter(indicator__in=left).order_by("valid")}
    return found


def asked_of(pilot_area: PilotArea, year: int, part: str) -> list[Asked]:
    """Place by place, the programme's in its order, then the pilot area's own. At mid-year only what fits it."""
    compulsory = _in_order(pilot_area, year, part)
    versions = list(compulsory)
    places = list(pilot_area.divisions.order_by("sort_key", "id"))
    known = _known_sizes(pilot_area, versions, year)
    return [
        Asked(
            indicator=version.indicator,
            version=version,
            division=place,
            is_compulsory=compulsory[version],
            is_own=version.indicator.pilot_area_id is not None,
            not_applicable=why_not(version, place, known),
        )
        for place in places
        for version in versions
    ]


def asked_in(pilot_area: PilotArea, year: int, part: str) -> QuerySet[IndicatorVersion]:
    """What is asked of a pilot area in a period, as it is meant on its last day. Nothing yearly at mid-year."""
    rows = IndicatorVersion.objects.filter(
        Q(Exists(_asking(pilot_area))) | Q(indicator__pilot_area=pilot_area), valid__contains=period_end(year, part)
    )
    return rows if part == Part.YEAR else rows.filter(frequency=Frequency.HALF_YEARLY)


def _asking(pilot_area: PilotArea) -> QuerySet[AskedIndicator]:
    """The entry of the programme's list about the indicator of the row outside."""
    return AskedIndicator.objects.filter(programme=pilot_area.programme_id, indicator=OuterRef("indicator"))


def _in_order(pilot_area: PilotArea, year: int, part: str) -> dict[IndicatorVersion, bool]:
    """In their order, each with whether it is compulsory; one statement, for it is asked at every step of a report."""
    asked = _asking(pilot_area)
    found = (
        asked_in(pilot_area, year, part)
        .annotate(
            position=Subquery(asked.values("position")),
            asked=Subquery(asked.values("pk")),
            is_compulsory=Subquery(asked.values("is_compulsory")),
        )
        .select_related(*RELATED)
        .order_by(F("position").asc(nulls_last=True), "asked", "indicator__sort_key", "indicator_id")
    )
    return {version: bool(version.is_compulsory) for version in found}


def why_not(version: IndicatorVersion, place: Division, known: Known) -> str:
    """Why an indicator does not apply to a place, in words; empty where it does, or where nobody can tell."""
    if version.levels and place.level not in version.levels:
        return _("Asked only of places of these levels: %(levels)s.") % {"levels": level_words(version.levels)}
    if version.applies_by is None or version.applies_over is None:
        return ""
    size = known.get((place.pk, version.applies_by.pk))
    if size is None or size > version.applies_over:
        return ""
    return _("Asked only where %(indicator)s is above %(bound)s; here it is %(value)s.") % {
        "indicator": version.applies_by.name,
        "bound": as_given(version.applies_over),
        "value": as_given(size),
    }


def level_words(levels: Iterable[str]) -> str:
    return in_language("、", ", ").join(str(Division.Level(level).label) for level in levels)


def _known_sizes(pilot_area: PilotArea, versions: Iterable[IndicatorVersion], year: int) -> Known:
    """The newest verified figure, of the programme or published, of what decides whether an indicator applies."""
    deciding = {version.applies_by_id for version in versions if version.applies_by_id}
    if not deciding:
        return {}
    rows = (
        Observation.objects.in_force()
        .facts()
        .filter(Q(programme=pilot_area.programme_id) | Q(programme__isnull=True))
        .filter(division__pilot_areas=pilot_area, indicator__in=deciding, year__lte=year, value__isnull=False)
        .order_by("year", "part", "recorded_at", "id")
        .values_list("division_id", "indicator_id", "value")
    )
    return {(division, indicator): value for division, indicator, value in rows if value is not None}
