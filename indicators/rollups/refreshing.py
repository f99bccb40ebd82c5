"""The roll-ups of the ancestors of some places, level by level: each from what lies directly below it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from indicators.rollups import statements as sql
from indicators.rollups.keys import FigureKey
from indicators.rollups.scope import affected_by, sources_of
from records.locks import Lock, take
from units.models import Programme


@transaction.atomic
def refresh(programme: Programme, keys: Collection[FigureKey]) -> int:
    """Compute anew what hangs on these figures of places: returns how many roll-ups that was.

    One statement for each level of the tree above them, however many units there are elsewhere.
    """
    take(Lock.ROLL_UPS)
    affected = affected_by({key.indicator_id for key in keys})
    keys = [key for key in keys if affected.get(key.indicator_id)]
    tree = _Tree.above(programme, keys)
    levels: dict[int, set[FigureKey]] = defaultdict(set)
    for key in keys:
        for place in tree.ancestors(key.division_id, key.day):
            above = {FigureKey(place, shared, key.year, key.part) for shared in affected[key.indicator_id]}
            levels[tree.depth(place, key.day)] |= above
    sources = sources_of({key.indicator_id for wanted in levels.values() for key in wanted}) if levels else set()
    for depth in sorted(levels, reverse=True):
        _compute(programme, sorted(levels[depth]), sources)
    return sum(map(len, levels.values()))


@dataclass(frozen=True, slots=True)
class _Tree:
    """The way up from some places on some days."""

    parents: Mapping[tuple[int, dt.date], int]
    pilots: Collection[int]

    @classmethod
    def above(cls, programme: Programme, keys: Collection[FigureKey]) -> _Tree:
        starts = sorted({(key.division_id, key.day) for key in keys})
        places, days = [place for place, _day in starts], [day for _place, day in starts]
        with connection.cursor() as cursor:
            cursor.execute(sql.WAY_UP, {"programme": programme.pk, "places": places, "days": days})
            rows: list[tuple[int, dt.date, int | None, bool]] = cursor.fetchall()
        parents = {(place, day): parent for place, day, parent, _pilot in rows if parent}
        return cls(parents, {place for place, _day, _parent, is_pilot in rows if is_pilot})

    def ancestors(self, place: int, day: dt.date) -> Iterator[int]:
        """The places above a pilot, nearest first, up to the next pilot: beyond that only its own figure counts."""
        if place not in self.pilots:
            return
        for above in self._up(place, day):
            yield above
            if above in self.pilots:
                return

    def depth(self, place: int, day: dt.date) -> int:
        return sum(1 for _above in self._up(place, day))

    def _up(self, place: int, day: dt.date) -> Iterator[int]:
        for _step in range(sql.MOST_STEPS):
            above = self.parents.get((place, day))
            if above is None:
                return
            yield above
            place = above


def _compute(programme: Programme, wanted: Collection[FigureKey], sources: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.LEVEL,
            {
                "programme": programme.pk,
                "now": timezone.now(),
                "sources": sorted(sources),
                "places": [key.division_id for key in wanted],
                "indicators": [key.indicator_id for key in wanted],
                "years": [key.year for key in wanted],
                "parts": [key.part for key in wanted],
                "days": [key.day for key in wanted],
            },
        )
