"""Making what a cycle owes what it should owe, in one statement: nobody sees half of it.

SQL by hand, like `wanted` and `differences`, whose comparison it carries out. Foreign keys are checked when the
transaction ends, so that a due goes in the same statement as its report and the reminders sent for it.
"""
# ruff: noqa: S608 - the statements are made of this room's own constants; every value is bound

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from reporting.deadlines.differences import Outcome, compared_sql
from reporting.deadlines.wanted import IN_ORDER, Wanted, due_params
from reporting.models import Cycle

_MEND = f""",
moved AS (
  UPDATE reporting_due d SET receiver_id = c.receiver_id, chain = c.chain, first_due_on = c.due_on, due_on = c.due_on,
         due_time = c.due_time, due_end = c.due_end,
         dated_at = CASE WHEN d.due_end = c.due_end THEN d.dated_at ELSE %(now)s END
    FROM compared c WHERE c.outcome = '{Outcome.MOVE.value}' AND d.id = c.due_id RETURNING d.id
),
added AS (
  INSERT INTO reporting_due (uid, cycle_id, unit_id, capacity, pilot_area_id, receiver_id, chain, first_due_on, due_on,
                             due_time, due_end, dated_at, exempt_reason)
  SELECT portal_uuid7(), %(cycle)s, unit_id, capacity, pilot_area_id, receiver_id, chain, due_on, due_on, due_time,
         due_end, %(now)s, '' FROM compared WHERE outcome = '{Outcome.ADD.value}'{IN_ORDER} RETURNING id
),
reports AS (
  INSERT INTO reporting_report (uid, due_id, status, version, signed_sheet)
  SELECT portal_uuid7(), id, 'draft', 0, '' FROM added ORDER BY id
),
gone AS (SELECT due_id, unit_id FROM compared WHERE outcome = '{Outcome.REMOVE.value}'),
gone_reminders AS (DELETE FROM reporting_reminder x USING gone WHERE x.due_id = gone.due_id),
gone_reports AS (DELETE FROM reporting_report x USING gone WHERE x.due_id = gone.due_id),
gone_dues AS (DELETE FROM reporting_due x USING gone WHERE x.id = gone.due_id)
SELECT
       (SELECT COALESCE(array_agg(id), '{{}}') FROM added),
       (SELECT COALESCE(array_agg(id), '{{}}') FROM moved),
       (SELECT COALESCE(array_agg(unit_id), '{{}}') FROM gone)
"""


@dataclass(frozen=True, slots=True)
class Mended:
    """Ids of the dues added and moved, and of the units that owe no more."""

    added: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    released: tuple[int, ...] = ()


def lock_dues(cycle: Cycle) -> None:
    """Nobody begins a report of the cycle, and none gets more time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM reporting_report r JOIN reporting_due d ON d.id = r.due_id"
            " WHERE d.cycle_id = %s AND r.begun_at IS NULL AND r.status = 'draft' ORDER BY r.id"
            " FOR UPDATE OF r, d) locked",
            [cycle.pk],
        )


def mend(cycle: Cycle, wanted: Wanted) -> Mended:
    """Add, move and remove what `differences` says; what somebody has begun stays as it is. One statement."""
    sql, params = compared_sql(cycle, wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql + _MEND, {**params, **due_params(cycle)})
        added, moved, released = cursor.fetchone()
    return Mended(tuple(added), tuple(moved), tuple(released))
