"""A pass of reminders with a tenth of the dues due, against the bare rows it writes; statements whatever the number."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from accounts.models import Role
from bench.measuring import Row, check_constraints, count, ratio, undone
from bench.scenarios import statements
from bench.units import a_programme, people
from reporting.models import Cycle, CycleKind, Due, ReminderStep
from reporting.reminders import remind
from reporting.services.cycles import CycleInput, open_cycle
from units.calendar import OFFICE_TIME, calendars, end_of, today
from units.models import Programme

SIZES = (2_850, 41_000)
RUNS = {2_850: 7, 41_000: 3}
ONE_IN = 10
LIMIT = 3
MOST_STATEMENTS = 12


def passes() -> Iterator[Row]:
    """Ledger, outbox and events of a pass: at most three times the INSERT … SELECT of the same rows."""
    seen = []
    for senders in SIZES:
        programme = a_programme(senders).programme
        people(programme, (Role.DRAFTER,))
        cycle, now = _due_tomorrow(programme)
        work, floor = (functools.partial(undone, act) for act in (functools.partial(remind, now), _by_hand(cycle)))
        name = f"reminders: a tenth of {senders:,} dues"
        yield ratio(name, work, floor, LIMIT, times=RUNS[senders], warm=1)
        seen.append(statements(work))
        yield count(name, seen[-1], MOST_STATEMENTS)
        ReminderStep.objects.filter(programme=programme).delete()  # its dues are out of the next measurement
    yield count("reminders: statements more for more dues", max(seen) - min(seen), 0)


def _due_tomorrow(programme: Programme) -> tuple[Cycle, dt.datetime]:
    """A cycle in which one due in ten has reached a step this morning, and the moment of the pass."""
    day = today()
    near = calendars().nation.after(day, 1)
    later = day + dt.timedelta(days=120)
    given = CycleInput(programme, later.year, CycleKind.MID_YEAR, day - dt.timedelta(days=9), later, later, "bench")
    cycle = open_cycle(given, by=None)
    said = dt.datetime.combine(calendars().nation.after(near, -2), dt.time(12), OFFICE_TIME)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reporting_due SET dated_at = %s, due_on = CASE WHEN id %% %s = 0 THEN %s ELSE due_on END,"
            " due_end = CASE WHEN id %% %s = 0 THEN %s ELSE due_end END WHERE cycle_id = %s",
            [said, ONE_IN, near, ONE_IN, end_of(near), cycle.pk],
        )
        cursor.execute("ANALYZE reporting_due, reporting_report, reporting_reminder")
    check_constraints()  # what the setting-up left would else be checked in every run, on both sides
    return cycle, dt.datetime.combine(calendars().nation.after(near, -1), dt.time(23), OFFICE_TIME)


def _by_hand(cycle: Cycle) -> Callable[[], object]:
    """The floor: the same rows of the ledger, the outbox and the history, by the least SQL."""
    step = ReminderStep.objects.get(programme=cycle.programme, offset=-1)
    near = Due.objects.filter(cycle=cycle).order_by("due_on").values_list("due_on", flat=True)[0]
    given: dict[str, Any] = {"cycle": cycle.pk, "near": near, "step": step.pk, "programme": cycle.programme_id}

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR, given)

    return work


_FLOOR = """
WITH told AS MATERIALIZED (
  SELECT portal_uuid7() AS uid, due.id AS due, due.due_end, due.unit_id, report.uid AS report, hat.user_id,
    unit.name_now
  FROM reporting_due due
  JOIN reporting_report report ON report.due_id = due.id
  JOIN units_unit unit ON unit.id = due.unit_id
  JOIN accounts_membership hat ON hat.unit_id = due.unit_id AND hat.role = 'drafter'
  WHERE due.cycle_id = %(cycle)s AND due.due_on = %(near)s),
ledger AS (
  INSERT INTO reporting_reminder (uid, due_id, due_end, step_id, recipient_id, channel, outcome, at)
  SELECT uid, due, due_end, %(step)s, user_id, 'notice', 'sent', now() FROM told),
event AS (
  INSERT INTO records_event (
    uid, at, act, user_name, role, acting_unit_name, origin, programme_id, subject_kind, subject_uid, subject_label,
    unit_id, outcome, comment, data, previous_hash, hash)
  SELECT portal_uuid7(), now(), 'due.remind', '', '', '', '', %(programme)s, 'report', report, name_now, unit_id,
    '', '',
    jsonb_build_object('anchor', 'due', 'offset', -1, 'people', 1), '', ''
  FROM told)
INSERT INTO records_outboxmessage (
  uid, channel, topic, recipient_id, programme_id, params, path, created_at, not_before, attempts, last_error,
  with_mail)
SELECT uid, 'notice', 'reminder.before', user_id, %(programme)s,
  jsonb_build_object('report', name_now, 'unit', name_now, 'due', %(near)s::text, 'left', ''),
  '/reports/' || report || '/', now(), now(), 0, '', false
FROM told
"""
