"""Pilot areas and their positions in reach, as pages, files and the API show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from accounts.access import Actor
from dashboards.tallies import VIEW, viewpoint
from indicators.models import (
    Freshness,
    IndicatorVersion,
    PilotPosition,
    PilotPositionQuerySet,
    Position,
    PositionCount,
    PositionQuerySet,
)
from portal.errors import NotFound
from reporting.models import Cycle
from reporting.overview import cycles_for
from units.calendar import today

Meanings = Mapping[int, IndicatorVersion]
"""What each indicator (id) means today."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A pilot area and its positions, by indicator (id)."""

    pilot: PilotPosition
    cells: Mapping[int, Position]


def pilots_for(actor: Actor) -> PilotPositionQuerySet:
    """Pilot areas in reach, those with the most targets in danger first."""
    rows = PilotPosition.objects.visible_to(actor, VIEW)
    return rows.select_related("pilot_area", "batch", "unit").worst_first()


def positions_for(actor: Actor) -> PositionQuerySet:
    """Positions in reach, with what a row shows."""
    rows: PositionQuerySet = Position.objects.visible_to(actor, VIEW)
    return rows.select_related("pilot__pilot_area", "pilot__batch", "indicator")


def by_gap(rows: QuerySet[Position]) -> QuerySet[Position]:
    """Furthest behind first; those nobody can judge last."""
    return rows.order_by(F("gap").asc(nulls_last=True), "pilot")


def newest_changes(actor: Actor, most: int) -> list[Position]:
    """The latest figures with which a verdict became another, worse ones before better ones of the same day."""
    rows = positions_for(actor).exclude(change=0).order_by("-figure_on", "change", "id")
    return list(rows[:most])


def heat(pilots: Sequence[PilotPosition]) -> list[HeatRow]:
    """The rows of a table pilot areas × indicators; one statement."""
    cells: dict[int, dict[int, Position]] = {pilot.pk: {} for pilot in pilots}
    for row in Position.objects.filter(pilot__in=pilots, indicator__pilot_area__isnull=True):
        cells[row.pilot_id][row.indicator_id] = row
    return [HeatRow(pilot, cells[pilot.pk]) for pilot in pilots]


def meanings(indicators: Iterable[int], day: dt.date | None = None) -> Meanings:
    """In the order of the catalogue."""
    return _today(IndicatorVersion.objects.filter(indicator__in=set(indicators)), day or today())


def _today(versions: QuerySet[IndicatorVersion], when: dt.date) -> dict[int, IndicatorVersion]:
    found: dict[int, IndicatorVersion] = {}
    catalogue = (F("indicator__plan_number").asc(nulls_last=True), "indicator__sort_key", "valid")
    for version in versions.select_related("indicator").order_by(*catalogue):
        if version.indicator_id not in found or when in version.valid:
            found[version.indicator_id] = version
    return found


def categories_for(actor: Actor) -> set[str]:
    """As published, of pilot areas with targets below one's office; from the sums, so few rows are read."""
    rows = PositionCount.objects.filter(programme=actor.hat.programme_id, office=viewpoint(actor))
    return set(rows.order_by().values_list("category", flat=True).distinct())


def meaning_or_404(code: str) -> IndicatorVersion:
    """What an indicator that all pilot areas share means today. Raises NotFound."""
    found = _today(IndicatorVersion.objects.filter(indicator__code=code, indicator__pilot_area__isnull=True), today())
    if not found:
        raise NotFound
    return next(iter(found.values()))


def together(queries: Iterable[QuerySet[Any, Any]]) -> list[Any]:
    """The rows of several queries, one after the other, in one statement; none of none."""
    rows = list(queries)
    if not rows:
        return []
    first, *others = rows
    return list(first.union(*others, all=True) if others else first)


def newest_period(actor: Actor) -> Cycle | None:
    """Of reports, the newest that has begun."""
    if not actor.can("cycle.view"):
        return None
    cycles = [cycle for cycle in cycles_for(actor) if not cycle.is_of_contacts]
    return next((cycle for cycle in cycles if cycle.opens_on <= today()), None)


def freshness(actor: Actor) -> str:
    """The version of all that is shown of positions to this person: changes with every one written below the office.

    Of whoever looks at all of a programme, the version of its owner.
    """
    numbers = Freshness.objects.filter(
        programme=actor.hat.programme_id, office__in={viewpoint(actor).pk, actor.hat.unit_id}
    )
    parts = [f"{office}.{number}" for office, number in numbers.order_by("office").values_list("office", "number")]
    return "-".join([today().isoformat(), *parts])
