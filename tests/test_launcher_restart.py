"""Reminders while the whole launcher is killed and started again: PostgreSQL and Valkey die with it, in mid-pass."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from portal_launcher import processes
from tests import test_launcher as launcher
from tests.test_reminder_kills import DUES, STEPS, moment, posted

pytestmark = [pytest.mark.database, pytest.mark.realtime, pytest.mark.soak]
running = launcher.running
WORKERS = 2
SENT = "SELECT count(*) FROM reporting_reminder WHERE outcome = 'sent' AND channel = 'notice'"
TOLD = """
SELECT count(*), count(DISTINCT (told.due_id, told.step_id, told.recipient_id)), count(message.id), count(notice.id),
  (SELECT count(*) FROM records_notice), (SELECT count(*) FROM records_outboxmessage WHERE sent_at IS NULL)
FROM reporting_reminder told
LEFT JOIN records_outboxmessage message ON message.uid = told.uid
LEFT JOIN records_notice notice ON notice.message_id = message.id
WHERE told.outcome = 'sent' AND told.channel = 'notice'
"""
MAILS = "SELECT count(*) FROM reporting_reminder WHERE outcome = 'sent' AND channel = 'mail'"


def ask(var: Path, question: str) -> tuple[int, ...]:
    """One row of the launcher's own database."""
    noted = json.loads((var / "running.json").read_text())
    with psycopg2.connect(noted["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row: tuple[int, ...] = cursor.fetchone() or ()
    connection.close()
    return row


def manage(var: Path, *words: str) -> None:
    done = launcher.launch("manage", *words, PORTAL_VAR=str(var))
    assert done.returncode == 0, done.stderr


@contextmanager
def workers(var: Path, clock: Path) -> Iterator[None]:
    """Processes that remind, deliver and send on the launcher's servers; they end at the latest with the block."""
    noted = json.loads((var / "running.json").read_text())
    given = launcher.launcher_env(**noted)
    with (clock.parent / "workers").open("ab") as log:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.reminding", str(clock)],
            cwd=launcher.REPO, env=given, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    assert nursery.stdin and nursery.stdout
    assert nursery.stdout.readline() == "ready\n"
    begun = []
    for _number in range(WORKERS):
        nursery.stdin.write("\n")
        nursery.stdin.flush()
        begun.append(int(nursery.stdout.readline()))
    try:
        yield
    finally:
        for process in begun:
            if processes.alive(process):
                os.kill(process, signal.SIGKILL)
        nursery.stdin.close()
        nursery.wait(timeout=10)
        nursery.stdout.close()


def test_launcher_killed_in_the_middle_of_a_pass_and_started_again(
    running: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    var, first = running
    clock = tmp_path / "now"
    clock.write_text(moment(STEPS[-1]).isoformat())
    manage(var, "migrate", "--verbosity", "0")
    manage(var, "load_reference")
    manage(var, "shell", "-c", f"from tests.test_reminder_kills import owe; owe({DUES})")
    with workers(var, clock):
        assert launcher.wait_for(lambda: ask(var, "SELECT count(*) FROM records_notice")[0] > 0, 60)
        first.kill()
        first.wait()
        assert launcher.wait_for(lambda: not launcher.processes_of(var), 20)
    second = launcher.launch_servers(var)
    try:
        launcher.wait_until_served(var)
        assert ask(var, "SELECT count(*) FROM records_outboxmessage WHERE sent_at IS NULL")[0] > 0
        with workers(var, clock):
            assert launcher.wait_for(lambda: ask(var, SENT)[0] >= DUES and ask(var, TOLD)[-1] == 0, 90)
        assert ask(var, TOLD) == (DUES,) * 5 + (0,)
        letters = posted(var / "mail")
        assert len(letters) == ask(var, MAILS)[0] > 0
        assert letters.total() - len(letters) <= 1
    finally:
        second.kill()
        second.wait()
