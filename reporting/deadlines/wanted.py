"""Who should owe what in a period, as one SQL source: dues are made, compared and mended from the same rows.

SQL by hand, because a cycle of 41,000 senders is opened by one INSERT … SELECT: rows that pass through Python cost
ten times as much. `wanted_sql` gives common table expressions ending in `wanted`; everything else goes on from there.
"""
# ruff: noqa: S608 - the statements are made of this room's own constants; every value is bound

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots.models import Capacity, PilotArea, Route
from portal.errors import BadInput
from reporting.deadlines.timetable import Timetable
from reporting.models import Cycle
from units.models import Programme, Unit


@dataclass(frozen=True, slots=True)
class Wanted:
    """A period of a programme with its dates. `asked`: a round of contacts asks these compilers (ids) only."""

    programme: Programme
    timetable: Timetable
    asked: tuple[int, ...] | None = None

    @property
    def shown(self) -> QuerySet[PilotArea]:
        return PilotArea.objects.filter(programme=self.programme).shown()


_UP = """
up AS MATERIALIZED (
  SELECT sender_id, receiver_id FROM pilots_route WHERE programme_id = %(programme)s AND capacity = 'compiler'
),
"""

_OWING = """
owing AS MATERIALIZED (
  SELECT p.reporting_unit_id AS unit_id, 'pilot' AS capacity, p.id AS pilot_area_id, r.receiver_id
    FROM ({shown}) p
    JOIN pilots_route r
      ON r.programme_id = %(programme)s AND r.sender_id = p.reporting_unit_id AND r.capacity = 'pilot'
  UNION ALL
  SELECT sender_id, 'compiler', NULL, receiver_id FROM up
),
"""

_ASKED = """
owing AS MATERIALIZED (
  SELECT sender_id AS unit_id, 'compiler' AS capacity, NULL::bigint AS pilot_area_id, receiver_id
    FROM up WHERE sender_id = ANY(%(asked)s)
),
"""

# The way up is the same for all senders of a receiver: it is walked once for each receiver, not for each sender.
# A sender that meets itself on it, or a receiver that comes twice, is a circle.
_WAY = """
way AS (
  SELECT first.receiver_id AS first_id, first.receiver_id AS at_id, ARRAY[first.receiver_id] AS chain,
         false AS is_circular
    FROM (SELECT DISTINCT receiver_id FROM owing) first
  UNION ALL
  SELECT way.first_id, up.receiver_id, way.chain || up.receiver_id, up.receiver_id = ANY(way.chain)
    FROM way JOIN up ON up.sender_id = way.at_id WHERE NOT way.is_circular
),
above AS MATERIALIZED (
  SELECT first_id, chain, is_circular FROM way
   WHERE is_circular OR NOT EXISTS (SELECT FROM up WHERE up.sender_id = way.at_id)
)
"""

# An office's own date goes before its receiver's, and that before everybody's (rows 0 and 1 of the timetable).
_DATED = """,
moments AS MATERIALIZED (
  SELECT * FROM unnest(%(n)s::int[], %(capacities)s::text[], %(receivers)s::bigint[], %(units)s::bigint[],
                       %(days)s::date[], %(times)s::time[], %(ends)s::timestamptz[])
           AS m (n, capacity, receiver_id, unit_id, due_on, due_time, due_end)
),
wanted AS (
  SELECT o.unit_id, o.capacity, o.pilot_area_id, o.receiver_id, a.chain, m.due_on, m.due_time, m.due_end
    FROM owing o
    JOIN above a ON a.first_id = o.receiver_id
    LEFT JOIN moments own ON own.unit_id = o.unit_id AND own.capacity = o.capacity
    LEFT JOIN moments theirs
      ON theirs.receiver_id = o.receiver_id AND theirs.capacity = o.capacity AND theirs.unit_id IS NULL
    JOIN moments m ON m.n = COALESCE(own.n, theirs.n, CASE o.capacity WHEN 'pilot' THEN 0 ELSE 1 END)
)
"""


def wanted_sql(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """`WITH RECURSIVE …` up to the expression `wanted` (unit_id, capacity, pilot_area_id, receiver_id, chain, due_on,
    due_time, due_end), and its parameters."""
    sql, params = _owing_sql(wanted)
    rows = wanted.timetable.rows
    params |= {
        "n": list(range(len(rows))),
        "capacities": [str(row.capacity) for row in rows],
        "receivers": [row.receiver_id for row in rows],
        "units": [row.unit_id for row in rows],
        "days": [row.moment.day for row in rows],
        "times": [row.moment.time for row in rows],
        "ends": [row.moment.end for row in rows],
    }
    return sql + _DATED, params


def _owing_sql(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Who owes, and the way above each receiver."""
    params: dict[str, Any] = {"programme": wanted.programme.pk}
    if wanted.asked is not None:
        return f"WITH RECURSIVE {_UP}{_ASKED}{_WAY}", {**params, "asked": list(wanted.asked)}
    shown, given = wanted.shown.order_by().values("id", "reporting_unit_id").query.sql_with_params()
    names = [f"shown_{number}" for number in range(len(given))]
    owing = _OWING.format(shown=shown % tuple(f"%({name})s" for name in names))
    return f"WITH RECURSIVE {_UP}{owing}{_WAY}", {**params, **dict(zip(names, given, strict=True))}


def refuse_circles(wanted: Wanted) -> None:
    """Raises BadInput that names the way, where somebody's route leads back to where it began."""
    sql, params = _owing_sql(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} SELECT o.unit_id || a.chain FROM owing o JOIN above a ON a.first_id = o.receiver_id"
            " WHERE a.is_circular OR o.unit_id = ANY(a.chain) ORDER BY o.unit_id LIMIT 1",
            params,
        )
        found = cursor.fetchone()
    if found is not None:
        raise BadInput(
            _("The routes of this programme lead in a circle: %(way)s. Mend them first.") % {"way": _named(found[0])}
        )


def _named(way: list[int]) -> str:
    """From where the way comes round to the first step it walks again."""
    again = next((n for n, step in enumerate(way) if step in way[:n]), len(way) - 1)
    circle = way[way.index(way[again]) : again + 1]
    units = Unit.objects.in_bulk(circle)
    return " → ".join(units[step].name for step in circle)


def make_dues(cycle: Cycle, wanted: Wanted) -> int:
    """Dues and empty reports of a cycle that has none yet, in two statements; how many. Ask `refuse_circles` first."""
    sql, params = wanted_sql(wanted)
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT_DUES}{sql}{SELECT_DUES} FROM wanted{IN_ORDER}", {**params, **due_params(cycle)})
        made: int = cursor.rowcount
        cursor.execute(INSERT_REPORTS, {"cycle": cycle.pk})
    return made


INSERT_DUES = (
    "INSERT INTO reporting_due (uid, cycle_id, unit_id, capacity, pilot_area_id, receiver_id, chain, first_due_on,"
    " due_on, due_time, due_end, dated_at, exempt_reason) "
)
SELECT_DUES = (
    " SELECT portal_uuid7(), %(cycle)s, unit_id, capacity, pilot_area_id, receiver_id, chain, due_on,"
    " due_on, due_time, due_end, %(now)s, ''"
)
IN_ORDER = " ORDER BY capacity DESC, unit_id, pilot_area_id"
"""Pilot areas first, whatever way the database joins: ids are the last tie-breaker of lists."""
INSERT_REPORTS = (
    "INSERT INTO reporting_report (uid, due_id, status, version, signed_sheet)"
    " SELECT portal_uuid7(), d.id, 'draft', 0, '' FROM reporting_due d"
    " WHERE d.cycle_id = %(cycle)s AND NOT EXISTS (SELECT FROM reporting_report r WHERE r.due_id = d.id)"
    " ORDER BY d.id"
)


def due_params(cycle: Cycle) -> Mapping[str, Any]:
    return {"cycle": cycle.pk, "now": timezone.now()}


def without_route(programme: Programme) -> int:
    """Shown pilot areas that send to nobody, and so owe nothing."""
    route = Route.objects.filter(programme=programme, sender=OuterRef("reporting_unit"), capacity=Capacity.PILOT)
    return PilotArea.objects.filter(programme=programme).shown().filter(~Exists(route)).count()
