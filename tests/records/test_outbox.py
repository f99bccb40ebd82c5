"""The outbox in one process: what is told to whom, once; what fails waits longer each time."""

from __future__ import annotations

import datetime as dt
import smtplib
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.access import Actor
from accounts.models import MailRhythm, Role, User
from records import outbox, tasks, topics
from records.models import MailFailure, Notice, OutboxMessage
from records.outbox import MAX_ATTEMPTS, Message, deliver_notices, dispatch_waiting, people_of, send_mail, tell
from tests.conftest import MONDAY_MORNING

pytestmark = pytest.mark.django_db
MAIL = OutboxMessage.Channel.MAIL
RECEIVED = Message("report.received", {"report": "某报告", "who": "某人"}, "/reports/1/")


def test_a_notice_arrives_once(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    people = [luzhou_drafter.user, luzhou_lead.user]
    assert tell(people, RECEIVED) == 2
    assert dispatch_waiting() == 2
    assert dispatch_waiting() == 0
    assert [notice.user for notice in Notice.objects.order_by("id")] == people
    assert all(row.sent_at and row.attempts == 1 for row in OutboxMessage.objects.all())


def test_a_mail_has_its_own_id_and_the_link(luzhou_drafter: Actor) -> None:
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    assert dispatch_waiting() == 1
    (letter,) = mail.outbox
    row = OutboxMessage.objects.get()
    assert str(row.uid) in letter.extra_headers["Message-ID"]
    assert letter.to == [luzhou_drafter.user.email]
    assert letter.body.endswith("/reports/1/")
    assert "某报告" in letter.subject


def test_a_subject_with_a_line_break_cannot_add_a_header(luzhou_drafter: Actor) -> None:
    tell([luzhou_drafter.user], Message("report.received", {"report": "A\nBcc: x@y.example"}), channel=MAIL)
    dispatch_waiting()
    row = OutboxMessage.objects.get()
    assert mail.outbox == [] or "\n" not in mail.outbox[0].subject
    assert row.sent_at or row.last_error


def refuse(row: OutboxMessage) -> None:
    raise smtplib.SMTPRecipientsRefused({row.recipient.email: (550, b"no such mailbox")})


def out_of_reach(row: OutboxMessage) -> None:
    raise ConnectionRefusedError("no server")


def test_what_fails_waits_twice_as_long_each_time_and_is_given_up_at_last(
    luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_send", refuse)
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    waits = []
    for _number in range(MAX_ATTEMPTS):
        row = OutboxMessage.objects.get()
        with time_machine.travel(row.not_before + dt.timedelta(seconds=1)):
            assert dispatch_waiting() == 0
            row.refresh_from_db()
            waits.append(row.not_before - timezone.now())
    assert row.given_up_at
    assert row.last_error.startswith("SMTPRecipientsRefused")
    assert all(later + dt.timedelta(seconds=5) >= sooner for sooner, later in pairwise(waits))
    assert max(waits) <= dt.timedelta(hours=1)


def test_one_failure_does_not_hold_up_the_others(luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_send", refuse)
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    tell([luzhou_drafter.user], RECEIVED)
    assert dispatch_waiting() == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("hours", [1, 6, 50])
def test_a_server_away_for_hours_makes_nobody_give_up(
    luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    tell([luzhou_drafter.user] * 3, RECEIVED, channel=MAIL)
    with monkeypatch.context() as away:
        away.setattr(outbox, "_send", out_of_reach)
        for minute in range(0, hours * 60, 5):
            with time_machine.travel(MONDAY_MORNING + dt.timedelta(minutes=minute)):
                assert send_mail() == 0
    assert not OutboxMessage.objects.exclude(given_up_at=None).exists()
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(hours=hours, minutes=1)):
        assert send_mail() == 3
    assert not MailFailure.objects.exists()


def test_what_is_refused_only_for_now_is_tried_for_days(luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    busy = smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"try later")})
    failing(monkeypatch, [busy] * 200)
    for hour in range(6 * 24):
        assert not OutboxMessage.objects.exclude(given_up_at=None).exists() or hour > 5 * 24
        with time_machine.travel(MONDAY_MORNING + dt.timedelta(hours=hour)):
            send_mail()
    assert OutboxMessage.objects.get().given_up_at


def test_a_server_that_closes_is_out_of_reach(luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    tell([luzhou_drafter.user] * 2, RECEIVED, channel=MAIL)
    failing(monkeypatch, [smtplib.SMTPRecipientsRefused({"a@b.example": (421, b"closing")})])
    assert send_mail() == 0
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {0}


def refused_times(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as refused:
        refused.setattr(outbox, "_send", refuse)
        for _attempt in range(number):
            OutboxMessage.objects.update(not_before=timezone.now())
            send_mail()


def test_a_mailbox_that_refuses_three_times_is_noted_once_until_a_mail_is_taken(
    luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    refused_times(2, monkeypatch)
    assert not MailFailure.objects.exists()
    refused_times(2, monkeypatch)
    failure = MailFailure.objects.get()
    assert "no such mailbox" in failure.error
    OutboxMessage.objects.update(not_before=timezone.now())
    assert send_mail() == 1
    failure.refresh_from_db()
    assert failure.ended_at


def test_no_address_is_a_refusal(luzhou_drafter: Actor) -> None:
    User.objects.filter(pk=luzhou_drafter.user.pk).update(email="")
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    assert send_mail() == 0
    assert OutboxMessage.objects.get().last_error.startswith("Unaddressed")


def test_a_notice_goes_with_a_mail_to_whoever_chose_so(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    luzhou_lead.user.mail_rhythm = MailRhythm.AT_ONCE
    assert tell([luzhou_drafter.user, luzhou_lead.user], RECEIVED) == 2
    rows = OutboxMessage.objects.order_by("id").values_list("channel", "recipient", "with_mail")
    drafter, lead = luzhou_drafter.user.pk, luzhou_lead.user.pk
    assert list(rows) == [("notice", drafter, False), ("notice", lead, True), ("mail", lead, False)]
    deliver_notices()
    assert dict(Notice.objects.values_list("user", "with_mail")) == {drafter: False, lead: True}


def failing(monkeypatch: pytest.MonkeyPatch, errors: list[Exception | None]) -> None:
    """Each next mail meets the next of the errors; None is a mail that is sent."""
    real, coming = outbox._send, iter(errors)

    def send(row: OutboxMessage) -> None:
        if error := next(coming):
            raise error
        real(row)

    monkeypatch.setattr(outbox, "_send", send)


@pytest.mark.parametrize("error", [TimeoutError("no answer"), smtplib.SMTPServerDisconnected("gone")])
def test_a_dead_mail_server_ends_the_pass_after_one_mail(
    luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tell([luzhou_drafter.user] * 3, RECEIVED, channel=MAIL)
    failing(monkeypatch, [error, None, None])
    assert send_mail() == 0
    first, second, third = OutboxMessage.objects.order_by("id")
    assert (first.attempts, second.attempts, third.attempts) == (0, 0, 0), "it is not the mail's fault"
    assert first.not_before > timezone.now()
    assert send_mail() == 2, "the next pass does not begin with the mail that failed"


@pytest.mark.parametrize(
    "error",
    [
        TypeError("words that cannot be put together"),
        KeyError("x"),
        mail.BadHeaderError("a line break"),
        smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}),
        smtplib.SMTPDataError(554, b"refused\x00"),
    ],
)
def test_a_mail_that_cannot_be_sent_holds_up_no_other(
    luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tell([luzhou_drafter.user] * 3, RECEIVED, channel=MAIL)
    failing(monkeypatch, [error, None, None])
    assert send_mail() == 2
    first = OutboxMessage.objects.order_by("id")[0]
    assert (first.attempts, first.sent_at) == (1, None)
    assert first.last_error.startswith(type(error).__name__)


def test_wrong_values_of_a_message_are_its_own_trouble(luzhou_drafter: Actor) -> None:
    tell([luzhou_drafter.user] * 2, RECEIVED, channel=MAIL)
    first = OutboxMessage.objects.order_by("id")[0]
    OutboxMessage.objects.filter(pk=first.pk).update(topic="no.such")
    assert send_mail() == 1
    first.refresh_from_db()
    assert first.last_error.startswith("KeyError")


def test_notices_go_out_whatever_becomes_of_mail(luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    tell([luzhou_drafter.user], RECEIVED)
    failing(monkeypatch, [])
    assert tasks.dispatch() == 1
    assert Notice.objects.count() == 1
    assert deliver_notices() == 0


def test_each_channel_wakes_its_own_task_once(
    luzhou_drafter: Actor,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(outbox, "_nudge", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        for channel in (MAIL, OutboxMessage.Channel.NOTICE) * 2:
            tell([luzhou_drafter.user], RECEIVED, channel=channel)
    assert woken == ["records.send_mail", "records.dispatch"]


def test_what_is_not_due_yet_waits(luzhou_drafter: Actor) -> None:
    tell([luzhou_drafter.user], RECEIVED, at=timezone.now() + dt.timedelta(hours=1))
    assert dispatch_waiting() == 0


def test_a_topic_without_words_is_a_programming_error(luzhou_drafter: Actor) -> None:
    with pytest.raises(ImproperlyConfigured):
        tell([luzhou_drafter.user], Message("no.such"))
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_topic_can_be_said_without_any_value(topic: str) -> None:
    said = topics.words(topic, {})
    assert said.title
    assert "%(" not in said.title + said.body


def test_each_person_is_told_once_and_only_the_active(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    roles = (Role.DRAFTER, Role.LEAD)
    unit, programme = luzhou_drafter.unit, luzhou_drafter.programme
    assert people_of(unit, programme, roles) == [luzhou_drafter.user, luzhou_lead.user]
    luzhou_lead.user.is_active = False
    luzhou_lead.user.save()
    assert people_of(unit, programme, roles) == [luzhou_drafter.user]


def test_mail_in_a_folder_keeps_its_id(luzhou_drafter: Actor, tmp_path: Path) -> None:
    tell([luzhou_drafter.user], RECEIVED, channel=MAIL)
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=str(tmp_path)):
        assert dispatch_waiting() == 1
    (letter,) = tmp_path.iterdir()
    assert f"<{OutboxMessage.objects.get().uid}@" in letter.read_text()
