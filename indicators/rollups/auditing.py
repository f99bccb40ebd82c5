"""Stored roll-ups held against what the figures come to: one statement, and nothing is written but scratch tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from indicators.models import Indicator, Part
from indicators.rollups import statements as sql
from indicators.rollups.tables import tables
from units.models import Division, Programme

_COMPARED = """
SELECT {keys}, stored.division_id IS NOT NULL, {name}.division_id IS NOT NULL, {old}, {new}
FROM {name} FULL JOIN (SELECT * FROM {table} WHERE programme_id = %(programme)s) AS stored ON {same}
WHERE ({old}) IS DISTINCT FROM ({new})
ORDER BY {order}
"""


def _comparison(name: str, table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    return _COMPARED.format(
        name=name,
        table=table,
        keys=", ".join(f"coalesce({name}.{column}, stored.{column})" for column in key),
        old=", ".join(f"stored.{column}" for column in columns),
        new=", ".join(f"{name}.{column}" for column in columns),
        same=" AND ".join(f"{name}.{column} = stored.{column}" for column in key),
        order=", ".join(str(number) for number in range(1, len(key) + 1)),
    )


_ROLLUPS = (
    f"WITH given AS NOT MATERIALIZED ({sql.GIVEN}), {sql.FIGURE}, {sql.SPREAD},"
    f" {sql.ready('rollup_expected')} {_comparison('ready', 'indicators_rollup', sql.KEY, sql.COLUMNS)}"
)
_EXPECTED_KEY = ("division_id", "level", "valid")
_EXPECTATIONS = _comparison("rollup_expected", "indicators_expectation", _EXPECTED_KEY, ("count",))


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not as it should be. `stored` and `computed`: the columns that differ; None: there is no row."""

    place: str
    what: str
    period: str
    stored: Mapping[str, Any] | None
    computed: Mapping[str, Any] | None

    @property
    def words(self) -> str:
        where = f"{self.place} · {self.what} · {self.period}"
        if self.stored is None:
            return _("%(where)s: the row is missing; it should be %(computed)s") % {
                "where": where,
                "computed": _listed(self.computed),
            }
        if self.computed is None:
            return _("%(where)s: there should be no row; stored is %(stored)s") % {
                "where": where,
                "stored": _listed(self.stored),
            }
        return _("%(where)s: stored is %(stored)s, it should be %(computed)s") % {
            "where": where,
            "stored": _listed(self.stored),
            "computed": _listed(self.computed),
        }


def _listed(values: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{name} {value}" for name, value in (values or {}).items())


def audit(programme: Programme) -> list[Difference]:
    """Every roll-up, and every count of places expected, that is not what the figures and the tree come to."""
    with tables(programme):
        rollups = _rows(_ROLLUPS, programme)
        expectations = _rows(_EXPECTATIONS, programme)
    places = Division.objects.in_bulk({row[0] for row in (*rollups, *expectations)})
    indicators = Indicator.objects.in_bulk({row[1] for row in rollups})
    found = [
        Difference(places[p].name, _("places expected, %(level)s") % {"level": Division.Level(level).label}, str(span),
                   *_different(rest, ("count",)))
        for p, level, span, *rest in expectations
    ]  # fmt: skip
    found += [
        Difference(places[p].name, indicators[i].name, f"{y} {Part(part).label}", *_different(rest, sql.COLUMNS))
        for p, i, y, part, *rest in rollups
    ]
    return found


def _rows(statement: str, programme: Programme) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"programme": programme.pk})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _different(rest: list[Any], columns: tuple[str, ...]) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    has_stored, has_computed, *values = rest
    old, new = values[: len(columns)], values[len(columns) :]
    if not (has_stored and has_computed):
        both = [dict(zip(columns, side, strict=True)) for side in (old, new)]
        return (both[0] if has_stored else None), (both[1] if has_computed else None)
    changed = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return {columns[at]: old[at] for at in changed}, {columns[at]: new[at] for at in changed}
