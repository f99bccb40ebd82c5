"""Pilot areas side by side: the same indicators of two to six of them, and which of them is ahead in each."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import Actor
from dashboards.brief_reports import PilotReports, reports_of_pilots
from dashboards.reading import Meanings, heat, meanings, pilots_for
from indicators.catalogue import unverified_fields
from indicators.models import Direction, IndicatorVersion, PilotPosition, Position
from portal.errors import NotFound, bad

LEAST, MOST = 2, 6
OFFERED = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator; `cells` in the order of the pilot areas. `best`, `worst`: their places, where more or less is
    better and they differ; several where they are equal."""

    version: IndicatorVersion
    cells: tuple[Position | None, ...]
    best: frozenset[int]
    worst: frozenset[int]


@dataclass(frozen=True, slots=True)
class Comparison:
    pilots: tuple[PilotPosition, ...]
    lines: tuple[Line, ...]
    meant: Meanings
    reports: Mapping[int, PilotReports]


def chosen(actor: Actor, given: Sequence[str]) -> list[PilotPosition]:
    """In the order given, each once. Raises BadInput for more than six, NotFound for what is out of reach."""
    uids = list(dict.fromkeys(_uid(text) for text in given if text))
    if len(uids) > MOST:
        text = _("At most %(most)d pilot areas fit side by side; %(count)d are chosen.")
        raise bad("too_many", text % {"most": MOST, "count": len(uids)}, "pilot")
    found = {row.pilot_area.uid: row for row in pilots_for(actor).filter(pilot_area__uid__in=uids)}
    if len(found) < len(uids):
        raise NotFound
    return [found[uid] for uid in uids]


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise bad("unknown_pilot", _("Choose pilot areas from the list: this is not one."), "pilot") from error


def compared(actor: Actor, pilots: Sequence[PilotPosition]) -> Comparison:
    """A constant number of statements. Raises BadInput for fewer than two."""
    if len(pilots) < LEAST:
        raise bad("too_few", _("Choose at least two pilot areas."), "pilot")
    rows = heat(pilots)
    meant = meanings({pk for row in rows for pk in row.cells})
    unsure = unverified_fields(version.pk for version in meant.values())
    lines = tuple(
        _line(version, tuple(row.cells.get(pk) for row in rows), _side(version, unsure.get(version.pk, frozenset())))
        for pk, version in meant.items()
    )
    return Comparison(tuple(pilots), lines, meant, reports_of_pilots([pilot.pk for pilot in pilots], actor))


def _side(version: IndicatorVersion, unsure: Collection[str]) -> int:
    """+1 where more is better, -1 where less is, 0 where neither is or nobody has verified which."""
    return 0 if "direction" in unsure else {Direction.UP: 1, Direction.DOWN: -1}.get(Direction(version.direction), 0)


def _line(version: IndicatorVersion, cells: tuple[Position | None, ...], side: int) -> Line:
    values = {place: cell.value for place, cell in enumerate(cells) if cell and cell.value is not None}
    ranked = {place: value * side for place, value in values.items()} if side else {}
    if len(set(ranked.values())) < 2:
        return Line(version, cells, frozenset(), frozenset())
    return Line(version, cells, _at(ranked, max(ranked.values())), _at(ranked, min(ranked.values())))


def _at(ranked: Mapping[int, Decimal], value: Decimal) -> frozenset[int]:
    return frozenset(place for place, found in ranked.items() if found == value)


def offered(actor: Actor, text: str, beside: Sequence[PilotPosition]) -> list[Any]:
    """Pilot areas in reach by a part of their name, those in danger first; none while nothing is asked."""
    if not text:
        return []
    named = Q(pilot_area__name_as_published__icontains=text) | Q(pilot_area__name_en__icontains=text)
    rows = pilots_for(actor).filter(named).exclude(pk__in=[pilot.pk for pilot in beside])
    return list(rows[:OFFERED])
