"""The outbox while its dispatchers are killed without warning: nothing lost, every notice exactly once."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from accounts.access import Actor
from records.models import Notice, OutboxMessage
from records.outbox import Message, tell

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.realtime,
    pytest.mark.database,
    pytest.mark.broker,
]
KILLS, KILLS_IN_SOAK = 20, 400
AT_ONCE = 2
PATIENCE = 60.0
MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE)
Start = Callable[[], int]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    return folder


@pytest.fixture
def start(db: None, letters: Path) -> Iterator[Start]:
    """Starts one more dispatcher on the test's own database and returns its process id."""
    given = connection.settings_dict
    host, user = quote(given["HOST"] or "localhost", safe=""), quote(given["USER"] or "")
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    url = f"postgres://{user}{password}@{host}{port}/{given['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "PORTAL_MODE": "test", "PORTAL_MAIL_URL": f"file://{letters}"}
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.dispatcher"],
        cwd=settings.BASE_DIR, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert nursery.stdin and nursery.stdout
    stdin, stdout = nursery.stdin, nursery.stdout
    assert stdout.readline() == "ready\n"

    def one_more() -> int:
        stdin.write("\n")
        stdin.flush()
        return int(stdout.readline())

    yield one_more
    stdin.close()
    nursery.wait(timeout=10)
    stdout.close()


def kill_many(kills: int, start: Start, reader: Actor, dice: random.Random) -> int:
    """Two at work all the time, one of them killed at a moment nobody chose; returns how many rows were written."""
    alive, written = [start() for _number in range(AT_ONCE)], 0
    for number in range(kills):
        for channel in (OutboxMessage.Channel.NOTICE, OutboxMessage.Channel.MAIL):
            message = Message("report.received", {"report": f"{number}"}, "/")
            written += tell([reader.user] * 15, message, channel=channel)
        time.sleep(dice.uniform(0.01, 0.25))
        os.kill(alive.pop(dice.randrange(AT_ONCE)), signal.SIGKILL)
        alive.append(start())
    deadline = time.monotonic() + PATIENCE
    while OutboxMessage.objects.filter(sent_at__isnull=True).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in alive:
        os.kill(process, signal.SIGKILL)
    return written


@pytest.mark.parametrize("kills", [KILLS, pytest.param(KILLS_IN_SOAK, marks=pytest.mark.soak)])
def test_nothing_is_lost_and_every_notice_arrives_once(
    kills: int, start: Start, letters: Path, luzhou_drafter: Actor
) -> None:
    written = kill_many(kills, start, luzhou_drafter, random.Random(kills))  # noqa: S311 - moments, not secrets
    rows = OutboxMessage.objects.all()
    assert rows.count() == written == kills * 30
    assert not rows.filter(sent_at__isnull=True).exists()
    notices = rows.filter(channel=OutboxMessage.Channel.NOTICE)
    assert set(Notice.objects.values_list("message", flat=True)) == set(notices.values_list("pk", flat=True))
    assert Notice.objects.count() == notices.count()
    posted = Counter(i.decode() for file in letters.iterdir() for i in MESSAGE_ID.findall(file.read_bytes()))
    mails = rows.filter(channel=OutboxMessage.Channel.MAIL)
    assert set(posted) == {str(uid) for uid in mails.values_list("uid", flat=True)}
    assert posted.total() - len(posted) <= kills
