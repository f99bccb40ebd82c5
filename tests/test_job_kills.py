"""Long jobs with real workers: killed in the middle, followed and cancelled from another connection."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.access import Actor
from records import jobs
from records.jobs import kinds, running
from records.models import Job, JobState, OutboxMessage, PassRecord
from tests import job_worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.realtime, pytest.mark.database]
PATIENCE = 40.0
Worker = Callable[[int, float], "subprocess.Popen[bytes]"]


@pytest.fixture
def worker() -> Iterator[Worker]:
    """`worker(rows, pause)`: one more worker on the test's own database."""
    given = connection.settings_dict
    host, user = quote(given["HOST"] or "localhost", safe=""), quote(given["USER"] or "")
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    url = f"postgres://{user}{password}@{host}{port}/{given['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "PORTAL_MODE": "test", "PORTAL_STATEMENT_SECONDS": "2"}
    started: list[subprocess.Popen[bytes]] = []

    def one_more(rows: int, pause: float) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "tests.job_worker", str(rows), str(pause)]
        started.append(subprocess.Popen(program, cwd=settings.BASE_DIR, env=environment))
        return started[-1]

    yield one_more
    for process in started:
        process.kill()
        process.wait(timeout=10)


@pytest.fixture
def job(unit_admin: Actor) -> Iterator[Job]:
    jobs.register(job_worker.kind(1, 0))
    yield jobs.start(job_worker.NAME, {"mark": "m"}, label="测试", by=unit_admin)
    del kinds._kinds[job_worker.NAME]


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def rows() -> int:
    return PassRecord.objects.filter(name__startswith="row-m-").count()


def cut_between_two_rows() -> bool:
    """Whether a connection was cut that has stored a row and not yet ended its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'idle in transaction' AND query LIKE 'INSERT INTO \"records_passrecord\"%'"
        )
        found: tuple[int] = cursor.fetchone()
    return found[0] > 0


def test_killed_in_the_middle_it_is_done_once(worker: Worker, job: Job) -> None:
    first = worker(400, 0.05)
    wait_for(lambda: fresh(job).done > 0)
    assert (fresh(job).state, rows()) == (JobState.RUNNING, 0)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(timeout=10)
    # Two minutes later.
    Job.objects.update(beat_at=timezone.now() - running.SILENT)
    worker(7, 0), worker(7, 0)
    wait_for(lambda: fresh(job).state is JobState.DONE)
    assert (fresh(job).attempts, fresh(job).result, rows()) == (2, {"rows": 7}, 7)
    assert OutboxMessage.objects.filter(topic="job.done", channel=OutboxMessage.Channel.NOTICE).count() == 1


def test_progress_is_seen_outside_and_cancelling_stops_it(worker: Worker, job: Job, unit_admin: Actor) -> None:
    worker(2000, 0.05)
    wait_for(lambda: 0 < fresh(job).done < fresh(job).total == 2000)
    asked = jobs.cancel(fresh(job), unit_admin)
    assert asked.state is JobState.RUNNING and not jobs.acts_for(asked, unit_admin)
    wait_for(lambda: fresh(job).state is JobState.CANCELLED)
    assert rows() == 0


def test_a_statement_beyond_the_limit_of_workers_fails_the_job(worker: Worker, job: Job) -> None:
    Job.objects.update(params={"mark": "m", "sleep": 60})
    worker(1, 0)
    wait_for(lambda: fresh(job).state is JobState.FAILED)
    assert fresh(job).error == str(kinds.TookTooLong()) and rows() == 0


def test_a_database_that_goes_away_is_no_failure(worker: Worker, job: Job) -> None:
    """The connection is cut in the middle: nothing is left, and the job is done at the next pass."""
    worker(60, 0.05)
    wait_for(cut_between_two_rows)
    wait_for(lambda: fresh(job).state is JobState.DONE)
    assert (fresh(job).attempts, rows()) == (2, 60)
