"""What the statements stand on, as temporary tables: with statistics the planner joins millions rightly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from indicators.rollups import statements as sql
from units.models import Programme

MEMORY = "256MB"
"""For the sums of one programme: below that they go to disk, and it takes three times as long."""


@contextmanager
def tables(programme: Programme) -> Iterator[None]:
    """They are there inside, of one programme; what the planner is told besides holds inside too."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in sql.TABLES:
            cursor.execute(sql.table(name), {"programme": programme.pk})
            cursor.execute(f"ANALYZE {name}")
        cursor.execute("CREATE INDEX ON rollup_expected (division_id)")
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        # Everything joins by equality as well: looping over millions is never right, however few the planner expects.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        yield
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
        cursor.execute("DROP TABLE " + ", ".join(reversed(sql.TABLES)))
