"""Roll-ups: all of them against an INSERT … SELECT of the same rows; one acceptance, whatever there is elsewhere.

And what hangs on them while people work: saving a grid of eighteen figures.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import Role
from bench.figures import BRANCH, SIZES, YEARS, Measured, a_measured_programme
from bench.measuring import Row, check_constraints, count, median_ms, ratio, undone
from bench.scenarios import NoData, actor_of_role, statements
from indicators.grid import grid_of
from indicators.models import Figure, Indicator, Observation
from indicators.rollups import audit, rebuild
from indicators.services.drafting import FigureInput
from indicators.services.observations import Bringing, record
from records.seals import seal
from reporting.figures import sheet_of
from reporting.models import EDITABLE, CycleKind, Report
from reporting.services.figures import save_report_figures
from units.keys import new_uid

RUNS = {246: 7, 2_850: 3, 41_000: 1}
REBUILD_LIMIT = 2
STATEMENTS_PER_ANCESTOR = 5
ELSEWHERE_LIMIT = 1.5
GRID_LIMIT = 8
MEMORY = "256MB"


def rebuilding_and_accepting() -> Iterator[Row]:
    """Both at all three sizes, on the same figures."""
    accepting = {}
    for places in SIZES:
        measured = a_measured_programme(places)
        work = functools.partial(undone, functools.partial(rebuild, measured.programme))
        floor = functools.partial(undone, _by_hand(measured))
        warm = 1 if places < max(SIZES) else 0
        name = f"roll-ups: all of {places:,} places, 18 × {len(YEARS)}"
        yield ratio(name, work, floor, REBUILD_LIMIT, times=RUNS[places], warm=warm)
        rebuild(measured.programme)
        _as_in_use()
        if places == min(SIZES):  # comparing takes as long as computing; in the small it says the same
            yield count(f"roll-ups: {places:,} places, audit finds", len(audit(measured.programme)), 0, "differences")
        accept = functools.partial(undone, _acceptance(measured))
        yield count(
            f"roll-ups: an acceptance among {places:,}",
            statements(accept),
            STATEMENTS_PER_ANCESTOR * len(BRANCH),
        )
        accepting[places] = median_ms(accept, times=15, warm=3)
    first = accepting[min(SIZES)]
    for places in SIZES[1:]:
        times = round(accepting[places] / first, 2)
        yield Row(
            f"roll-ups: an acceptance, {places:,} / 246 places", times, "× floor", round(first, 3), ELSEWHERE_LIMIT
        )


def _as_in_use() -> None:
    """What waits to be checked is checked, and the planner knows the new rows, as it does minutes after a rebuild."""
    check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE indicators_rollup, indicators_expectation")


def _acceptance(measured: Measured) -> functools.partial[int]:
    """The 18 figures of one place's newest year, accepted: recorded, settled, rolled up."""
    place, programme, now = measured.leaf(1), measured.programme, timezone.now()
    proof = seal("bench", new_uid(), {"bench": True})
    what = Bringing(programme, programme.owner, programme.owner, [programme.owner_id], proof, now, None, is_demo=True)
    plan = Indicator.objects.filter(plan_number__isnull=False).order_by("plan_number")
    figures: list[Figure] = [
        Observation(
            division=place, indicator=indicator, year=YEARS[-1], part="year", value=Decimal(50 + number),
            numerator=Decimal(50 + number), denominator=Decimal(100), status="final", source="bench",
        )
        for number, indicator in enumerate(plan)
    ]  # fmt: skip
    return functools.partial(record, what, figures)


def _by_hand(measured: Measured) -> functools.partial[None]:
    """The floor: one INSERT … SELECT that joins the same hierarchy and writes the same rows."""

    def work(programme: int, top: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
            cursor.execute(_FLOOR, {"programme": programme, "top": top})

    return functools.partial(work, measured.programme.pk, measured.top.path_now)


def grid() -> Iterator[Row]:
    """Eighteen cells saved at once, and the page's grid read, in statements."""
    reports = Report.objects.filter(status__in=EDITABLE, due__capacity="pilot", due__cycle__kind=CycleKind.YEAR_END)
    for report in reports.select_related("due__cycle__programme", "due__unit", "due__pilot_area").order_by("pk"):
        sheet = sheet_of(report)
        rows = grid_of(sheet).rows[:18] if sheet else []
        if len(rows) == 18:
            break
    else:
        raise NoData("no report with a grid of eighteen figures is being written")
    writer = actor_of_role(Role.DRAFTER, unit=report.due.unit_id)
    inputs = [
        FigureInput(
            division=row.asked.division.uid, indicator=row.asked.indicator.code, revision=row.revision,
            absence="not_available", reason="bench", note=str(timezone.now()),
        )
        for row in rows
    ]  # fmt: skip
    save = functools.partial(undone, functools.partial(save_report_figures, report.uid, inputs, by=writer))
    # `undone` sets the constraints once more than the portal would
    yield count("grid: 18 cells saved at once", statements(save) - 2, GRID_LIMIT)


_FLOOR = """
WITH up AS MATERIALIZED (
  SELECT d.id AS place, above.id AS ancestor
  FROM units_division d
  CROSS JOIN LATERAL unnest(string_to_array(trim(both '/' FROM d.path_now), '/')::bigint[]) AS above (id)
  WHERE d.path_now LIKE %(top)s || '%%' AND d.level = 'township' AND above.id <> d.id),
expected AS MATERIALIZED (SELECT ancestor, count(*)::int AS expected FROM up GROUP BY ancestor)
INSERT INTO indicators_rollup (programme_id, division_id, indicator_id, year, part, expected, reported, counted,
  not_applicable, total, numerator, denominator, weighted, weight, weight_not_applicable, status, has_demo, updated_at)
SELECT %(programme)s, up.ancestor, o.indicator_id, o.year, o.part, expected.expected, count(o.value)::int,
  count(o.value)::int, count(*) FILTER (WHERE o.absence = 'not_applicable')::int, coalesce(sum(o.value), 0),
  coalesce(sum(o.numerator), 0), coalesce(sum(o.denominator), 0), 0, 0, 0, min(o.status), bool_or(o.is_demo), now()
FROM indicators_observation o
JOIN up ON up.place = o.division_id
JOIN expected ON expected.ancestor = up.ancestor
WHERE o.programme_id = %(programme)s AND o.is_in_force
GROUP BY up.ancestor, o.indicator_id, o.year, o.part, expected.expected
"""
