"""The daily mail: who gets it when, what is in it, and that nothing ever comes by mail twice."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Actor
from accounts.models import MailRhythm, User
from records import digests, topics
from records.digests import make_digests, next_day, waiting
from records.models import Digest, Notice, OutboxMessage
from records.outbox import Message, deliver_notices, dispatch_waiting, send_mail, tell
from records.outbox_bulk import tell_selected
from tests.conftest import MONDAY_MORNING, Hire

pytestmark = pytest.mark.django_db
EIGHT = MONDAY_MORNING.replace(hour=8)
FRIDAY_NOON = MONDAY_MORNING.replace(day=12, hour=12)
HOUR = dt.timedelta(hours=1)


def news(name: str, topic: str = "report.received") -> Message:
    return Message(topic, {"report": name, "who": "某人"}, f"/reports/{name}/")


def told(person: User, name: str, at: dt.datetime = EIGHT, **more: str) -> None:
    with time_machine.travel(at):
        tell([person], news(name, **more))
        deliver_notices()


def choose(person: User, rhythm: str) -> None:
    User.objects.filter(pk=person.pk).update(mail_rhythm=rhythm)
    person.mail_rhythm = rhythm


def test_one_mail_with_everything_since_the_last(luzhou_drafter: Actor) -> None:
    told(luzhou_drafter.user, "甲", FRIDAY_NOON)
    told(luzhou_drafter.user, "乙")
    assert make_digests() == 1
    assert make_digests() == 0
    assert send_mail() == 1
    (letter,) = mail.outbox
    assert "6月15日" in letter.subject
    assert letter.body.index("1. ") < letter.body.index("甲") < letter.body.index("2. ") < letter.body.index("乙")
    assert "http" in letter.body and "/reports/甲/" in letter.body
    assert letter.body.rstrip().endswith("/preferences/")
    assert letter.extra_headers["Date"].endswith("+0800")
    assert set(Notice.objects.values_list("digest__day", flat=True)) == {dt.date(2026, 6, 15)}


@pytest.mark.parametrize(
    ("at", "made"),
    [
        (MONDAY_MORNING.replace(hour=8, minute=59), 0),
        (MONDAY_MORNING.replace(hour=9), 1),
        (MONDAY_MORNING.replace(hour=23, minute=59), 1),
        (MONDAY_MORNING.replace(day=14), 0),  # a Sunday
        (MONDAY_MORNING.replace(day=19), 0),  # the Dragon Boat Festival
    ],
)
def test_from_nine_in_office_time_on_working_days(luzhou_drafter: Actor, at: dt.datetime, made: int) -> None:
    told(luzhou_drafter.user, "甲", FRIDAY_NOON)
    assert make_digests(at.astimezone(dt.UTC)) == made


def test_what_is_told_later_waits_for_the_next_working_day(luzhou_drafter: Actor) -> None:
    told(luzhou_drafter.user, "甲", FRIDAY_NOON)
    assert make_digests(FRIDAY_NOON + HOUR) == 0, "it was told after nine"
    assert next_day(luzhou_drafter.user, FRIDAY_NOON + HOUR) == dt.date(2026, 6, 15)
    assert make_digests(MONDAY_MORNING) == 1


@pytest.fixture
def chased(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(topics.TOPICS, "due.test", ("Asked for: %(report)s", ""))
    return "due.test"


def test_what_is_due_does_not_wait_for_tomorrow_but_comes_once_a_day(luzhou_drafter: Actor, chased: str) -> None:
    told(luzhou_drafter.user, "甲", MONDAY_MORNING, topic=chased)
    assert make_digests(MONDAY_MORNING + HOUR) == 1
    told(luzhou_drafter.user, "乙", MONDAY_MORNING + HOUR * 2, topic=chased)
    assert make_digests(MONDAY_MORNING + HOUR * 3) == 0
    assert make_digests(MONDAY_MORNING + HOUR * 24) == 1


def test_what_is_due_stands_first(luzhou_drafter: Actor, chased: str) -> None:
    told(luzhou_drafter.user, "甲")
    told(luzhou_drafter.user, "乙", topic=chased)
    make_digests()
    send_mail()
    assert "reports/乙" in mail.outbox[0].body.split("2. ")[0]


def test_days_of_outage_end_in_one_digest(luzhou_drafter: Actor) -> None:
    for day in (8, 9, 10, 11, 12):
        told(luzhou_drafter.user, f"第{day}日", MONDAY_MORNING.replace(day=day))
    assert make_digests() == 1
    assert Digest.objects.get().notices.count() == 5


def test_what_was_read_is_not_repeated(luzhou_drafter: Actor) -> None:
    told(luzhou_drafter.user, "甲")
    Notice.objects.update(read_at=timezone.now())
    assert make_digests() == 0


def test_in_the_language_of_its_reader_at_the_time_of_sending(luzhou_drafter: Actor) -> None:
    told(luzhou_drafter.user, "甲")
    make_digests()
    User.objects.update(language="en")
    send_mail()
    assert mail.outbox[0].subject == "Pilot Portal, June 15: 1 new"


def test_at_once_means_a_mail_of_its_own_and_no_digest(luzhou_drafter: Actor) -> None:
    choose(luzhou_drafter.user, MailRhythm.AT_ONCE)
    told(luzhou_drafter.user, "甲")
    assert send_mail() == 1
    assert mail.outbox[0].body.endswith("/reports/甲/")
    choose(luzhou_drafter.user, MailRhythm.DAILY)
    assert make_digests() == 0


def test_after_a_change_to_at_once_a_last_digest_brings_what_was_told_before(luzhou_drafter: Actor) -> None:
    told(luzhou_drafter.user, "甲")
    choose(luzhou_drafter.user, MailRhythm.AT_ONCE)
    told(luzhou_drafter.user, "乙")
    assert make_digests() == 1
    assert [notice.path for notice in Digest.objects.get().notices.all()] == ["/reports/甲/"]


def test_a_closed_account_gets_none(luzhou_drafter: Actor) -> None:
    told(luzhou_drafter.user, "甲")
    User.objects.update(is_active=False)
    assert make_digests() == 0
    assert waiting().count() == 1


def test_as_many_statements_for_many_as_for_one(hire: Hire, luzhou_drafter: Actor) -> None:
    counts = []
    for number in (1, 20):
        for extra in range(number):
            told(hire(f"reader{number}.{extra}", "lgo-510500", "viewer").user, "甲")
        with CaptureQueriesContext(connection) as context:
            assert make_digests() == number
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_killed_in_the_middle_nothing_is_lost_and_nothing_comes_twice(
    luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(luzhou_drafter.user, "甲")
    with monkeypatch.context() as broken:
        broken.setattr(digests, "nudge_after_commit", lambda task: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_digests()
    assert not Digest.objects.exists()
    assert waiting().count() == 1
    assert make_digests() == 1
    assert dispatch_waiting() == 1


STEPS = ("tell", "deliver", "choose", "digest", "send", "read", "wait", "die")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(STEPS), min_size=5, max_size=60))
def test_whatever_happens_each_notice_comes_by_mail_once(luzhou_drafter: Actor, seed: int, steps: list[str]) -> None:
    Notice.objects.all().delete()
    Digest.objects.all().delete()
    OutboxMessage.objects.all().delete()
    mail.outbox.clear()
    life = Life(luzhou_drafter.user, random.Random(seed))  # noqa: S311 - moments, not secrets
    for step in steps:
        life.do(step)
    life.end()
    came = Counter(name for letter in mail.outbox for name in life.names if f"/reports/{name}/" in letter.body)
    assert came.keys() | life.read == life.names
    assert set(came.values()) <= {1}
    days = list(Digest.objects.values_list("day", flat=True))
    assert len(days) == len(set(days))


class Life:
    """One person for some weeks, with steps in any order."""

    def __init__(self, person: User, dice: random.Random) -> None:
        self.person, self.dice, self.now = person, dice, EIGHT
        self.names: set[str] = set()
        self.read: set[str] = set()

    def do(self, step: str) -> None:
        self.now += dt.timedelta(minutes=self.dice.randrange(240))
        with time_machine.travel(self.now):
            getattr(self, f"_{step}")()

    def end(self) -> None:
        for _day in range(12):
            for step in ("deliver", "digest", "send"):
                self.do(step)
            self.now = self.now.replace(hour=10) + dt.timedelta(days=1)

    def _tell(self) -> None:
        name = f"n{len(self.names)}"
        self.names.add(name)
        tell([self.person], news(name))

    def _deliver(self) -> None:
        deliver_notices()

    def _choose(self) -> None:
        choose(self.person, self.dice.choice(list(MailRhythm)))

    def _digest(self) -> None:
        make_digests()

    def _send(self) -> None:
        send_mail()

    def _wait(self) -> None:
        self.now += dt.timedelta(hours=self.dice.randrange(100))

    def _read(self) -> None:
        for notice in Notice.objects.filter(read_at__isnull=True):
            if not notice.with_mail and notice.digest_id is None:
                self.read.add(notice.path.split("/")[2])
            Notice.objects.filter(pk=notice.pk).update(read_at=timezone.now())

    def _die(self) -> None:
        """The pass is killed before it commits."""
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(digests, "nudge_after_commit", lambda task: 1 / 0)
            try:
                make_digests()
            except ZeroDivisionError:
                return


@pytest.fixture(autouse=True)
def empty_mail_box() -> Iterator[None]:
    yield
    mail.outbox.clear()


def test_what_is_told_by_one_statement_keeps_the_same_rule(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    choose(luzhou_lead.user, MailRhythm.AT_ONCE)
    select = (
        "SELECT portal_uuid7(), id, 'report.received', NULL::bigint, '{}'::jsonb, '/reports/x/' "
        "FROM accounts_user WHERE id = ANY(%s)"
    )
    with time_machine.travel(EIGHT):
        assert tell_selected(select, [[luzhou_drafter.user.pk, luzhou_lead.user.pk]]) == 3
        deliver_notices()
    assert make_digests() == 1
    assert send_mail() == 2
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([luzhou_drafter.user.email, luzhou_lead.user.email])
