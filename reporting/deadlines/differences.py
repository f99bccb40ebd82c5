"""What a cycle owes against what it should owe: told before anything is done, and done only as it was told.

SQL by hand for the same reason as `wanted`: both sides are compared in the database, and what is shown of it are
counts and the first rows. The statements are always the same few, however many dues there are.
"""
# ruff: noqa: S608 - the statements are made of this room's own constants; every value is bound

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from pilots.models import PilotArea
from records.seals import canonical
from reporting.deadlines.wanted import Wanted, wanted_sql
from reporting.models import Cycle
from units.models import Unit

SHOWN = 50
"""Rows of each kind that are shown; of the rest there are the counts."""


class Outcome(StrEnum):
    """What becomes of a due when a cycle is made or made again."""

    ADD = "add"
    MOVE = "move"
    REMOVE = "remove"
    KEPT = "kept"
    SAME = "same"


# What somebody has begun is neither moved nor deleted. Begun is whatever a person did to it or was granted for it
# (a date given when an exemption ended leaves no row, but another date than the first);
# that it was chased only keeps it from being deleted, together with the log of it.
BEGUN = """(
  r.begun_at IS NOT NULL OR r.status <> 'draft' OR r.accepted_version_id IS NOT NULL OR d.exempted_at IS NOT NULL
  OR d.due_on <> d.first_due_on
  OR EXISTS (SELECT FROM reporting_reportversion v WHERE v.report_id = r.id)
  OR EXISTS (SELECT FROM reporting_writer w WHERE w.report_id = r.id)
  OR EXISTS (SELECT FROM reporting_reportsection s WHERE s.report_id = r.id)
  OR EXISTS (SELECT FROM reporting_reportfigure f WHERE f.report_id = r.id)
  OR EXISTS (SELECT FROM reporting_basis b WHERE b.report_id = r.id)
  OR EXISTS (SELECT FROM reporting_basis b WHERE b.due_id = d.id)
  OR EXISTS (SELECT FROM reporting_extension e WHERE e.due_id = d.id)
)"""

# A date that was extended, or given anew at a return, is held against the first one: it is not the plan's to undo.
_COMPARED = f""",
standing AS MATERIALIZED (
  SELECT d.id, d.unit_id, d.capacity, d.pilot_area_id, d.receiver_id, d.chain, d.first_due_on, d.due_on, d.due_time,
         d.due_end, {BEGUN} AS is_begun, EXISTS (SELECT FROM reporting_chase c WHERE c.due_id = d.id) AS is_chased
    FROM reporting_due d JOIN reporting_report r ON r.due_id = d.id WHERE d.cycle_id = %(cycle)s
),
compared AS (
  SELECT s.id AS due_id, COALESCE(w.unit_id, s.unit_id) AS unit_id, COALESCE(w.capacity, s.capacity) AS capacity,
         COALESCE(w.pilot_area_id, s.pilot_area_id) AS pilot_area_id,
         w.receiver_id, w.chain, w.due_on, w.due_time, w.due_end, s.receiver_id AS receiver_before,
         s.due_on AS due_on_before, s.due_time AS due_time_before,
         s.due_end AS due_end_before, s.due_end IS DISTINCT FROM w.due_end AS is_redated,
         CASE
           WHEN s.id IS NULL THEN 'add'
           WHEN w.unit_id IS NULL THEN CASE WHEN s.is_begun OR s.is_chased THEN 'kept' ELSE 'remove' END
           WHEN s.receiver_id = w.receiver_id AND s.chain = w.chain AND
                CASE WHEN s.due_on = s.first_due_on THEN s.due_on = w.due_on AND s.due_end = w.due_end
                     ELSE s.first_due_on = w.due_on END THEN 'same'
           WHEN s.is_begun THEN 'kept'
           ELSE 'move'
         END AS outcome
    FROM standing s
    FULL JOIN wanted w ON w.unit_id = s.unit_id AND w.capacity = s.capacity
         AND COALESCE(w.pilot_area_id, 0) = COALESCE(s.pilot_area_id, 0)
)
"""

_SUMMED = """
SELECT outcome, capacity, COALESCE(receiver_id, receiver_before), count(*), min(due_on) FILTER (WHERE is_redated),
       min(due_on) FILTER (WHERE due_end <= %(now)s AND due_end_before > %(now)s),
       CASE WHEN outcome = 'same' THEN '' ELSE encode(sha256(convert_to(string_agg(
         concat_ws('|', due_id, unit_id, pilot_area_id, receiver_id, chain::text, due_on, due_end), E'\\n'
         ORDER BY unit_id, pilot_area_id, due_id), 'UTF8')), 'hex') END
  FROM compared GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_COLUMNS = (
    "c.outcome, c.due_id, c.unit_id, c.capacity, c.pilot_area_id, c.receiver_id, c.due_on, c.due_time,"
    " c.receiver_before, c.due_on_before, c.due_time_before"
)


class Raw(NamedTuple):
    """One row of `compared`; what is wanted is empty where nothing is, what stands where nothing stands."""

    outcome: str
    due_id: int | None
    unit_id: int
    capacity: str
    pilot_area_id: int | None
    receiver_id: int | None
    due_on: dt.date | None
    due_time: dt.time | None
    receiver_before: int | None
    due_on_before: dt.date | None
    due_time_before: dt.time | None


@dataclass(frozen=True, slots=True)
class Row:
    """Who owes what to whom by when, and what stood before. Nothing wanted: it is owed no more."""

    outcome: Outcome
    unit: Unit
    capacity: str
    pilot_area: PilotArea | None
    receiver: Unit | None
    due_on: dt.date | None
    due_time: dt.time | None
    receiver_before: Unit | None
    due_on_before: dt.date | None
    due_time_before: dt.time | None

    @property
    def is_redirected(self) -> bool:
        return self.receiver_before is not None and self.receiver != self.receiver_before

    @property
    def is_redated(self) -> bool:
        return self.due_on_before is not None and (self.due_on, self.due_time) != (
            self.due_on_before,
            self.due_time_before,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """So many in one capacity to one receiver."""

    outcome: Outcome
    capacity: str
    receiver: Unit
    count: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Counts by outcome, by capacity and receiver; the earliest date that is new; and the digest of all of it.

    Who only gets another receiver keeps the date: that is not a new one.
    """

    groups: tuple[Group, ...]
    earliest_new: dt.date | None
    digest: str
    into_the_past: dt.date | None = None
    """The earliest date that has passed already and would take the place of one still to come."""

    def count(self, *outcomes: str) -> int:
        return sum(group.count for group in self.groups if group.outcome in outcomes)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: self.count(outcome) for outcome in Outcome}

    @property
    def owing(self) -> int:
        """How many will owe when it is done; what is kept although it is no longer wanted still owes."""
        return self.count(Outcome.ADD, Outcome.MOVE, Outcome.KEPT, Outcome.SAME)

    @property
    def changes(self) -> int:
        return self.count(Outcome.ADD, Outcome.MOVE, Outcome.REMOVE)

    def by_receiver(self) -> list[tuple[str, Unit, int]]:
        """Capacity, receiver and how many will owe to it: pilot areas first, receivers in their usual order."""
        found: dict[tuple[str, Unit], int] = {}
        for group in self.groups:
            if group.outcome != Outcome.REMOVE:
                key = (group.capacity, group.receiver)
                found[key] = found.get(key, 0) + group.count
        return sorted(
            ((capacity, unit, count) for (capacity, unit), count in found.items()),
            key=lambda row: (row[0] != "pilot", row[1].sort_key),
        )


def differences(cycle: Cycle | None, wanted: Wanted) -> Differences:
    """What making a cycle, or making it again, would do: two statements."""
    rows = _fetch(cycle, wanted, _SUMMED, {"now": timezone.now()})
    units = Unit.objects.in_bulk({receiver for _outcome, _capacity, receiver, *_rest in rows})
    groups = tuple(
        Group(Outcome(outcome), capacity, units[receiver], count)
        for outcome, capacity, receiver, count, *_others in rows
    )
    changed = [row for row in rows if row[0] in (Outcome.ADD, Outcome.MOVE)]
    new, past = ([row[place] for row in changed if row[place] is not None] for place in (4, 5))
    digests = [[outcome, capacity, receiver, digest] for outcome, capacity, receiver, *_days, digest in rows if digest]
    return Differences(groups, min(new, default=None), digest_of(digests), min(past, default=None))


def digest_of(parts: Sequence[Any]) -> str:
    """SHA-256 over plain values."""
    return hashlib.sha256(canonical({"parts": list(parts)}).encode()).hexdigest()


def first_rows(cycle: Cycle | None, wanted: Wanted) -> dict[str, list[Row]]:
    """The first fifty rows of each outcome, in the order of the units: three statements."""
    raw = _fetch(
        cycle,
        wanted,
        f" SELECT {_COLUMNS} FROM (SELECT compared.*, u.sort_key, row_number() OVER ("
        "  PARTITION BY outcome ORDER BY capacity DESC, u.sort_key, pilot_area_id) AS place"
        f" FROM compared JOIN units_unit u ON u.id = unit_id) c WHERE place <= {SHOWN} ORDER BY outcome, place",
    )
    found: dict[str, list[Row]] = {}
    for row in _named(Raw(*values) for values in raw):
        found.setdefault(row.outcome.value, []).append(row)
    return found


def listed(wanted: Wanted, *, offset: int, limit: int) -> list[Row]:
    """A page of who will owe what, pilot areas first: three statements."""
    raw = _fetch(
        None,
        wanted,
        f" SELECT {_COLUMNS} FROM compared c JOIN units_unit u ON u.id = unit_id"
        " ORDER BY capacity DESC, u.sort_key, pilot_area_id LIMIT %(limit)s OFFSET %(offset)s",
        {"limit": limit, "offset": offset},
    )
    return list(_named(Raw(*values) for values in raw))


def compared_sql(cycle: Cycle | None, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """`WITH RECURSIVE …` up to `compared`, and its parameters. Of a cycle that does not exist everything is added."""
    sql, params = wanted_sql(wanted)
    return sql + _COMPARED, {**params, "cycle": cycle.pk if cycle else 0}


def _fetch(cycle: Cycle | None, wanted: Wanted, select: str, more: dict[str, Any] | None = None) -> list[Any]:
    sql, params = compared_sql(cycle, wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql + select, {**params, **(more or {})})
        rows: list[Any] = cursor.fetchall()
    return rows


def _named(rows: Iterable[Raw]) -> Iterable[Row]:
    rows = list(rows)
    ids = {row.unit_id for row in rows} | {row.receiver_id for row in rows} | {row.receiver_before for row in rows}
    units = Unit.objects.in_bulk(ids - {None})
    pilots = PilotArea.objects.in_bulk({row.pilot_area_id for row in rows} - {None})
    for row in rows:
        yield Row(
            outcome=Outcome(row.outcome),
            unit=units[row.unit_id],
            capacity=row.capacity,
            pilot_area=pilots[row.pilot_area_id] if row.pilot_area_id else None,
            receiver=units[row.receiver_id] if row.receiver_id else None,
            due_on=row.due_on,
            due_time=row.due_time,
            receiver_before=units[row.receiver_before] if row.receiver_before else None,
            due_on_before=row.due_on_before,
            due_time_before=row.due_time_before,
        )
