"""All roll-ups of a programme in one statement, and what they stand on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from indicators.rollups import statements as sql
from indicators.rollups.scope import affected_by, sources_of
from indicators.rollups.tables import tables
from records.locks import Lock, take
from units.models import Programme

_EXPECTATIONS = """
INSERT INTO indicators_expectation (programme_id, division_id, valid, level, count)
SELECT %(programme)s, division_id, valid, level, count FROM rollup_expected
"""

MANY = 10_000
"""After so many new rows the next acceptance, planned by the old statistics, would read tables from end to end."""


@transaction.atomic
def rebuild(programme: Programme, only: Collection[int] | None = None) -> int:
    """Compute every roll-up of a programme anew (`only`: of these indicators); returns how many rows it wrote.

    Rows that were right are left alone; those below which nobody has answered are deleted. How many places are
    expected where is counted anew first.
    """
    take(Lock.ROLL_UPS)
    parameters: dict[str, Any] = {"programme": programme.pk, "now": timezone.now()}
    given, rows, gone = sql.GIVEN, "merged", "true"
    if only is not None:
        parameters |= {"only": sorted(only), "sources": sorted(sources_of(only))}
        given = f"{sql.GIVEN} AND indicator_id = ANY (%(sources)s)"
        rows = "(SELECT * FROM merged WHERE indicator_id = ANY (%(only)s))"
        gone = "stored.indicator_id = ANY (%(only)s)"
    with tables(programme), connection.cursor() as cursor:
        cursor.execute("DELETE FROM indicators_expectation WHERE programme_id = %(programme)s", parameters)
        cursor.execute(_EXPECTATIONS, parameters)
        cursor.execute(
            f"WITH given AS NOT MATERIALIZED ({given}), {sql.FIGURE}, {sql.SPREAD},"
            f" {sql.ready('rollup_expected', rows)}, {sql.gone(gone)} {sql.WRITE}",
            parameters,
        )
        written: int = cursor.rowcount
        if written > MANY:
            cursor.execute("ANALYZE indicators_rollup, indicators_expectation")
    return written


def structure_changed() -> None:
    """Places, their parents or pilot areas have changed: everything may have. In the transaction of the change."""
    for programme in Programme.objects.order_by("pk"):
        rebuild(programme)


def meaning_changed(indicators: Collection[int]) -> None:
    """Versions or mappings of these indicators (ids) have changed. In the transaction of the change.

    Own ones that are not mapped count nowhere: nobody waits for them.
    """
    only = set[int]().union(*affected_by(indicators).values())
    if not only:
        return
    for programme in Programme.objects.order_by("pk"):
        rebuild(programme, only)
