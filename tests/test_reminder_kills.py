"""Reminders while everything that sends them is killed: one row of the ledger and one notice, whatever dies.

Real processes on the test's own database; where the broker is what dies, a server of its own.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import override_settings

from accounts.models import MailRhythm, Role, User
from bench.units import a_programme, people
from records.models import Event, Notice, OutboxMessage
from records.outbox import deliver_notices, send_mail
from reporting.models import CycleKind, DeadlinePolicy, Due, Reminder
from reporting.reminders import remind
from reporting.services.cycles import CycleInput, open_cycle
from tests.reminding import MailServer
from units.calendar import OFFICE_TIME, Calendar, calendars, end_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.realtime,
    pytest.mark.database,
    pytest.mark.broker,
]
DUES = 2000
WITH_MAIL = 20
"""One drafter in so many has chosen mail at once."""
DUE_ON = dt.date(2026, 6, 30)
STEPS = {-14: "06-09", -7: "06-18", -3: "06-25", -1: "06-29", 0: "06-30", 1: "07-01", 3: "07-03", 7: "07-09"}
PATIENCE = 90.0
AT_ONCE = 4
MESSAGE_ID = re.compile(r"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE)
Start = Callable[[], int]


def moment(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{day}T09:00").replace(tzinfo=OFFICE_TIME)


def owe(number: int, due_on: dt.date = DUE_ON, dated: dt.datetime | None = None) -> int:
    """So many offices owe by one day, each with one drafter; how many of these want mail at once."""
    programme = a_programme(number, levels=(31,)).programme
    people(programme, (Role.DRAFTER,))
    opens_on = due_on - dt.timedelta(days=60)
    later = due_on + dt.timedelta(days=60)
    cycle = open_cycle(CycleInput(programme, 2026, CycleKind.MID_YEAR, opens_on, due_on, later, "test"), by=None)
    said = dated or dt.datetime.combine(opens_on, dt.time(12), OFFICE_TIME)
    Due.objects.filter(cycle=cycle).update(due_on=due_on, due_end=end_of(due_on), dated_at=said)
    OutboxMessage.objects.all().delete()  # what the opening told
    drafters = User.objects.filter(memberships__programme=programme)
    at_once = list(drafters.order_by("id").values_list("pk", flat=True)[::WITH_MAIL])
    User.objects.filter(pk__in=at_once).update(mail_rhythm=MailRhythm.AT_ONCE)
    return len(at_once)


def environment(letters: Path, **more: str) -> dict[str, str]:
    """For a process on the test's own database."""
    given = connection.settings_dict
    host, user = quote(given["HOST"] or "localhost", safe=""), quote(given["USER"] or "")
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    url = f"postgres://{user}{password}@{host}{port}/{given['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "PORTAL_MODE": "test", "PORTAL_MAIL_URL": f"file://{letters}", **more}


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def all_sent(notices: int) -> bool:
    waiting = OutboxMessage.objects.filter(sent_at__isnull=True)
    return Notice.objects.count() >= notices and not waiting.exists()


def told_exactly_once(steps: Sequence[int], dues: int, mails: int) -> None:
    """Every due, step and drafter: one row of the ledger, one notice, one event; a mail to whoever wants it."""
    sent = Reminder.objects.filter(outcome="sent")
    notices = sent.filter(channel="notice")
    assert Counter(notices.values_list("step__offset", flat=True)) == dict.fromkeys(steps, dues)
    assert len(set(notices.values_list("due", "step", "recipient"))) == len(steps) * dues == notices.count()
    assert set(Notice.objects.values_list("message__uid", flat=True)) == set(notices.values_list("uid", flat=True))
    assert Notice.objects.count() == OutboxMessage.objects.filter(channel="notice").count() == len(steps) * dues
    assert sent.filter(channel="mail").count() == len(steps) * mails
    events = Event.objects.filter(act="due.remind").values_list("subject_uid", "data__offset")
    assert len(set(events)) == events.count() == len(steps) * dues


def posted(letters: Path) -> Counter[str]:
    """Message-ID → how often it was posted."""
    return Counter(found for file in letters.iterdir() for found in MESSAGE_ID.findall(file.read_text()))


def mails_arrived(found: Counter[str], duplicates: int) -> None:
    """Each mail at least once, under the uid of its row in the ledger."""
    mails = Reminder.objects.filter(channel="mail", outcome="sent").values_list("uid", flat=True)
    assert set(found) == {str(uid) for uid in mails}
    assert found.total() - len(found) <= duplicates


# --- workers killed in the middle of passes -------------------------------------------------------------------


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    return folder


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """What the workers take for now."""
    file = tmp_path / "now"
    file.write_text(moment("05-10").isoformat())
    return file


@pytest.fixture
def start(db: None, letters: Path, clock: Path) -> Iterator[Start]:
    """Starts one more worker on the test's own database and returns its process id."""
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.reminding", str(clock)],
        cwd=settings.BASE_DIR, env=environment(letters), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
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


def let_pass(day: str, clock: Path) -> None:
    """It becomes that day for all workers at once: no worker reads half a date."""
    other = clock.with_suffix(".new")
    other.write_text(moment(day).isoformat())
    other.rename(clock)


@pytest.mark.parametrize(
    ("steps", "kills"),
    [((-1,), 10), pytest.param(tuple(STEPS), 100, marks=pytest.mark.soak)],
)
def test_workers_killed_at_random_points(
    steps: tuple[int, ...], kills: int, start: Start, clock: Path, letters: Path
) -> None:
    mails, dice = owe(DUES), random.Random(kills)  # noqa: S311 - moments, not secrets
    Due.objects.update(dated_at=moment(STEPS[steps[0]]) - dt.timedelta(days=1))
    alive = [start() for _number in range(AT_ONCE)]
    for number, step in enumerate(steps, start=1):
        let_pass(STEPS[step], clock)
        for _kill in range(kills * number // len(steps) - kills * (number - 1) // len(steps)):
            time.sleep(dice.uniform(0.02, 0.5))
            os.kill(alive.pop(dice.randrange(AT_ONCE)), signal.SIGKILL)
            alive.append(start())
        wait_until(lambda told=number: all_sent(told * DUES))  # type: ignore[misc]
    for process in alive:
        os.kill(process, signal.SIGKILL)
    told_exactly_once(steps, DUES, mails)
    mails_arrived(posted(letters), kills)


# --- beat and workers as they run, the broker, the mail server -------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[str, Callable[[], subprocess.Popen[bytes]]]]:
    """A broker of the test's own: its address, and what starts it (again)."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis or Valkey to start")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        words = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
        begun.append(subprocess.Popen(words, stdout=subprocess.DEVNULL))
        return begun[-1]

    yield f"redis://127.0.0.1:{port}/0", run
    for server in begun:
        server.kill()
        server.wait()


@pytest.fixture
def celery(letters: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a real `celery` process of the portal's application, with a beat that hurries."""
    begun: list[subprocess.Popen[bytes]] = []

    def run(address: str, *words: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"celery-{len(begun)}.log").open("wb")
        command = [sys.executable, "-m", "celery", "-A", "tests.reminding_app", *words]
        given = environment(letters, REDIS_URL=address)
        begun.append(
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=given, stdout=log, stderr=log, start_new_session=True)
        )
        log.close()
        return begun[-1]

    yield run
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def owe_since_days(number: int) -> int:
    """Dues with steps reached on the last days, of which nobody was told: beat was down. Told at any hour."""
    calendar: Calendar = calendars().nation
    today = dt.datetime.now(OFFICE_TIME).date()
    due_on = calendar.after(today, -1)
    mails = owe(number, due_on, dated=dt.datetime.now(dt.UTC) - dt.timedelta(days=30))
    DeadlinePolicy.objects.update(send_at=dt.time(0, 0))
    return mails


@pytest.mark.parametrize(("dues", "hands"), [(100, 2), pytest.param(DUES, 4, marks=pytest.mark.soak)])
def test_two_beats_several_workers_a_broker_that_is_killed_and_days_without_beat(
    dues: int,
    hands: int,
    broker: tuple[str, Callable[[], subprocess.Popen[bytes]]],
    celery: Callable[..., subprocess.Popen[bytes]],
    letters: Path,
    tmp_path: Path,
) -> None:
    address, run = broker
    mails = owe_since_days(dues)
    server = run()
    worker = ("worker", "--pool", "solo", "--queues", "portal,mail", "--loglevel", "warning", "--without-mingle")
    workers = [celery(address, *worker, "--hostname", f"w{number}@%h") for number in range(hands)]
    for number in range(2):
        celery(address, "beat", "--schedule", str(tmp_path / f"beat-{number}"), "--loglevel", "warning")
    wait_until(lambda: Notice.objects.exists())
    os.killpg(workers[0].pid, signal.SIGKILL)
    server.kill()
    server.wait()
    time.sleep(1)
    run()
    wait_until(lambda: all_sent(dues))
    told_exactly_once((1,), dues, mails)
    overtaken = Reminder.objects.filter(outcome="overtaken").values_list("step__offset", flat=True)
    assert set(overtaken) == {-14, -7, -3, -1, 0}
    mails_arrived(posted(letters), duplicates=1)


def test_three_days_without_beat_are_one_message(db: None) -> None:
    mails = owe(50)
    for day in ("06-09", "06-10", "06-18", "06-25"):
        remind(moment(day))
    assert remind(moment("07-01")) == 50 + mails  # the steps of the 29th and the 30th passed by
    rows = Reminder.objects.filter(channel="notice")
    assert Counter(rows.values_list("step__offset", "outcome")) == dict.fromkeys(
        [(-14, "sent"), (-7, "sent"), (-3, "sent"), (-1, "overtaken"), (0, "overtaken"), (1, "sent")], 50
    )


def test_a_mail_server_that_refuses_for_an_hour_delays_and_doubles_nothing(db: None) -> None:
    mails = owe(200)
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}
    with MailServer() as server, override_settings(**smtp, EMAIL_PORT=server.port):
        server.refuses = True
        with time_machine.travel(moment("06-09")) as hand:
            remind()
            _minutes(60, hand)
            assert (server.letters, server.refused > 0, Notice.objects.count()) == ([], True, 200)
            server.refuses = False
            _minutes(90, hand)
        told_exactly_once((-14,), 200, mails)
        mails_arrived(Counter(found for text in server.letters for found in MESSAGE_ID.findall(text)), 0)


def _minutes(number: int, hand: time_machine.Traveller) -> None:
    """Both passes once a minute."""
    for _minute in range(number):
        deliver_notices()
        send_mail()
        hand.shift(60)
