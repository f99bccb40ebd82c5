"""`python -m bench`: measures, prints the table, writes bench/latest.json; fails when a limit does not hold.

`python -m bench rollups` measures a part, by the module's or the scenario's name.

Everything happens in one transaction that is rolled back: the data stay as they were.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Sequence

import django

django.setup()

from django.core.cache import cache  # noqa: E402 - the models need the set-up above
from django.db import transaction  # noqa: E402

from bench import dashboards, exchange, measuring, planning, reminders, rollups, scenarios, tasks  # noqa: E402

SCENARIOS: tuple[Callable[[], Iterable[measuring.Row]], ...] = (
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
    tasks.lists_and_boards,
    dashboards.dashboards,
)


def main(wanted: Sequence[str]) -> int:
    """All scenarios, or those whose module or name is given; the rows of the others then stay as they were."""
    logging.getLogger("portal.request").setLevel(logging.WARNING)
    chosen = [
        one for one in SCENARIOS if not wanted or {one.__name__, one.__module__.removeprefix("bench.")} & {*wanted}
    ]
    rows: list[measuring.Row] = []
    with transaction.atomic():
        for scenario in chosen:
            rows += scenario()
        transaction.set_rollback(True)
    cache.close()
    measuring.save(rows, beside=bool(wanted))
    print(measuring.table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
