"""Opening a cycle for every county, and for every township, against the bare rows it makes."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator

from django.db import connection

from accounts.models import Role
from bench.measuring import Row, check_constraints, count, ratio, undone
from bench.scenarios import statements
from bench.units import a_programme, people
from reporting.models import Cycle, CycleKind
from reporting.services.cycles import CycleInput, open_cycle
from units.calendar import today
from units.models import Programme

SIZES = (2_850, 41_000)
RUNS = {2_850: 7, 41_000: 3}
WITH_DRAFTER = 10
"""One office in so many has somebody to tell."""
LIMIT = 3
MOST_STATEMENTS = 30


def opening() -> Iterator[Row]:
    """Dues, reports, events, telling: at most three times the INSERT … SELECT of the same dues and reports."""
    seen = []
    check_constraints()  # what waits to be checked since before is not this work's
    for senders in SIZES:
        programme = a_programme(senders).programme
        people(programme, (Role.DRAFTER,), one_in=WITH_DRAFTER)
        model = _open(programme, 0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE reporting_due, reporting_report")
        work = functools.partial(undone, functools.partial(_open, programme, 1))
        floor = functools.partial(undone, functools.partial(_copy, model))
        name = f"open a cycle for {senders:,} senders"
        yield ratio(name, work, floor, LIMIT, times=RUNS[senders], warm=1)
        seen.append(statements(work))
        yield count(name, seen[-1], MOST_STATEMENTS)
    yield count("open a cycle: statements more for more senders", max(seen) - min(seen), 0)


def _open(programme: Programme, year: int) -> Cycle:
    """The mid-year period of a year from now on, open from today, so that everybody is told."""
    day = today()
    due, later = day + dt.timedelta(days=60), day + dt.timedelta(days=90)
    given = CycleInput(programme, day.year + year, CycleKind.MID_YEAR, day, due, later, "bench")
    return open_cycle(given, by=None)


def _copy(model: Cycle) -> None:
    """The floor: the same rows again under a new cycle, by the least SQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reporting_cycle (uid, programme_id, year, kind, number, occasion, template_id, opens_on,"
            " pilots_due_on, compilers_due_on, date_source, by_rule, hurry_reason, is_demo)"
            " SELECT portal_uuid7(), programme_id, year + 1, kind, number, occasion, template_id, opens_on,"
            " pilots_due_on, compilers_due_on, date_source, by_rule, hurry_reason, is_demo FROM reporting_cycle"
            " WHERE id = %s RETURNING id",
            [model.pk],
        )
        copied = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO reporting_due (uid, cycle_id, unit_id, capacity, pilot_area_id, receiver_id, chain,"
            " first_due_on, due_on, due_time, due_end, dated_at, exempt_reason) SELECT portal_uuid7(), %s, unit_id,"
            " capacity, pilot_area_id, receiver_id, chain, first_due_on, due_on, due_time, due_end, dated_at,"
            " exempt_reason FROM reporting_due WHERE cycle_id = %s",
            [copied, model.pk],
        )
        cursor.execute(
            "INSERT INTO reporting_report (uid, due_id, status, version, signed_sheet)"
            " SELECT portal_uuid7(), id, 'draft', 0, '' FROM reporting_due WHERE cycle_id = %s",
            [copied],
        )
