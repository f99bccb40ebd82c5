"""`python -m tests.job_worker ROWS SECONDS`: a worker that does long jobs until somebody kills it.

Its jobs write one row after the other, so that a test can see how far a killed one came: nowhere.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from records.jobs import JobKind, Progress

NAME = "test-rows"


def kind(rows: int, pause: float) -> JobKind:
    """So many rows of the database, with a pause after each."""
    from django.db import connection

    from records.jobs import JobKind
    from records.models import PassRecord

    def run(progress: Progress) -> Mapping[str, Any]:
        progress.begin(rows)
        if progress.params.get("sleep"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [progress.params["sleep"]])
        for number in range(rows):
            PassRecord.objects.create(name=f"row-{progress.params['mark']}-{number}")
            time.sleep(pause)
            progress.step()
        return {"rows": rows}

    return JobKind(NAME, "Rows", "import.run", run)


def main() -> None:
    django.setup()
    from records.jobs import register, run_waiting

    register(kind(int(sys.argv[1]), float(sys.argv[2])))
    while True:
        run_waiting()
        time.sleep(0.05)


if __name__ == "__main__":
    main()
