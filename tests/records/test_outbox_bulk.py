"""The outbox filled by one statement: who is told what by which channel, and that unknown topics stay outside."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.access import Actor
from accounts.models import MailRhythm, User
from records.models import OutboxMessage
from records.outbox import TASKS
from records.outbox_bulk import MAIL, NOTICE, queue_selected, tell_selected

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 6, 15, 0, 30, tzinfo=dt.UTC)
NEWS = """
SELECT portal_uuid7(), id, 'report.received'::text, NULL::bigint, jsonb_build_object('report', name), '/reports/'
FROM accounts_user WHERE email LIKE %s
"""


@pytest.fixture
def people(luzhou_drafter: Actor, luzhou_lead: Actor) -> tuple[User, User]:
    """Who reads one mail a day, and who wants each at once."""
    luzhou_lead.user.mail_rhythm = MailRhythm.AT_ONCE
    luzhou_lead.user.save()
    return luzhou_drafter.user, luzhou_lead.user


def test_notice_for_all_and_a_mail_of_its_own_for_who_wants_it_at_once(
    people: tuple[User, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    daily, at_once = people
    with django_assert_num_queries(3):  # one and its savepoint
        assert tell_selected(NEWS, ["luzhou.%"], at=MORNING) == 3
    rows = OutboxMessage.objects.all()
    assert sorted(rows.values_list("channel", "recipient")) == sorted(
        [(NOTICE, daily.pk), (NOTICE, at_once.pk), (MAIL, at_once.pk)]
    )
    assert len(set(rows.values_list("uid", flat=True))) == 3
    assert {(row.created_at, row.not_before, row.attempts, row.path) for row in rows} == {
        (MORNING, MORNING, 0, "/reports/")
    }
    assert {row.params["report"] for row in rows} == {daily.name, at_once.name}


@pytest.mark.parametrize(("channels", "count"), [((NOTICE,), 2), ((MAIL,), 1)])
def test_only_the_channels_asked_for(people: tuple[User, User], channels: tuple[str, ...], count: int) -> None:
    assert tell_selected(NEWS, ["luzhou.%"], channels=channels) == count
    assert set(OutboxMessage.objects.values_list("channel", flat=True)) <= set(channels)


def test_a_select_may_say_the_channel_and_name_its_values(people: tuple[User, User]) -> None:
    select = """SELECT uid, 'mail', id, 'report.received', NULL::bigint, '{}'::jsonb, ''
                FROM accounts_user WHERE id = %(who)s"""
    assert queue_selected(select, {"who": people[0].pk}) == 1
    row = OutboxMessage.objects.get()
    assert (row.uid, row.channel, row.recipient) == (people[0].uid, MAIL, people[0])


def test_each_channel_is_woken_once_after_commit(
    people: tuple[User, User],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("records.outbox._nudge", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        tell_selected(NEWS, ["luzhou.%"])
        tell_selected(NEWS, ["luzhou.%"])
        tell_selected(NEWS, ["nobody%"])
    assert sorted(woken) == sorted(TASKS.values())


def test_topic_without_words_is_refused_and_nothing_is_queued(people: tuple[User, User]) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"made\.up"):
        tell_selected(NEWS.replace("report.received", "made.up"), ["luzhou.%"])
    assert not OutboxMessage.objects.exists()
