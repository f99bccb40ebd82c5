"""`python -m bench`: measures, prints the table, writes bench/latest.json; fails when a limit does not hold.

Everything happens in one transaction that is rolled back: the data stay as they were.
"""

from __future__ import annotations

import logging
import sys

import django

django.setup()

from django.core.cache import cache  # noqa: E402 - the models need the set-up above
from django.db import transaction  # noqa: E402

from bench import exchange, measuring, planning, reminders, rollups, scenarios  # noqa: E402


def main() -> int:
    logging.getLogger("portal.request").setLevel(logging.WARNING)
    rows: list[measuring.Row] = []
    with transaction.atomic():
        for scenario in (
            scenarios.pages,
            scenarios.overviews,
            scenarios.autosave,
            scenarios.outbox,
            exchange.reads,
            exchange.keyed_writes,
            exchange.imports,
            exchange.webhooks,
            planning.opening,
            reminders.passes,
            rollups.grid,
            rollups.rebuilding_and_accepting,
        ):
            rows += scenario()
        transaction.set_rollback(True)
    cache.close()
    measuring.save(rows)
    print(measuring.table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
