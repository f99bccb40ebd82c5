"""Several dispatchers, dead ones and slow targets: real threads, processes and connections."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts.access import Actor
from records import tasks
from records.models import Webhook, WebhookDelivery
from records.webhooks import post as posting
from records.webhooks.sending import send_waiting
from tests.records.test_webhook_fan_out import a_webhook, an_act
from tests.records.webhook_receiver import Receiver, receiving
from tests.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.realtime]


@pytest.fixture(autouse=True)
def loopback_by_name() -> Iterator[None]:
    with override_settings(WEBHOOK_HOSTS=frozenset({"localhost"})):
        yield


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def acts(by: Actor, number: int) -> None:
    for _number in range(number):
        an_act(by)
    tasks.seal_events()


def environment_of_this_database() -> dict[str, str]:
    given = connection.settings_dict
    host, user = quote(given["HOST"] or "localhost", safe=""), quote(given["USER"] or "")
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    url = f"postgres://{user}{password}@{host}{port}/{given['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "PORTAL_MODE": "test", "PORTAL_WEBHOOK_HOSTS": "localhost"}


def test_a_dispatcher_killed_between_sending_and_marking(
    unit_admin: Actor, luzhou_drafter: Actor, receiver: Receiver
) -> None:
    hook = a_webhook(unit_admin, url=receiver.url)
    acts(luzhou_drafter, 1)
    receiver.answer = lambda handler: time.sleep(30)  # it has the message, and the answer never comes
    sender = subprocess.Popen(
        [sys.executable, "-m", "tests.records.webhook_sender"],
        cwd=Path(__file__).resolve().parents[2], env=environment_of_this_database(),
    )  # fmt: skip
    assert receiver.arrived.wait(timeout=60)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait(timeout=10)
    receiver.answer = 200
    assert send_waiting(threads=1) == 0  # its claim still holds
    Webhook.objects.update(busy_until=timezone.now())  # the time is up
    assert send_waiting(threads=1) == 1
    assert receiver.ids() == [str(hook.deliveries.get().uid)] * 2
    assert hook.deliveries.get().state == "delivered"


def test_many_dispatchers_send_each_message_once(unit_admin: Actor, luzhou_drafter: Actor, receiver: Receiver) -> None:
    for name in "abcde":
        a_webhook(unit_admin, url=receiver.url, name=name)
    acts(luzhou_drafter, 4)
    at_once(*[tasks.send_webhooks, tasks.send_failing_webhooks] * 3)
    assert set(Counter(receiver.ids()).values()) == {1}
    assert len(receiver.came) == 20
    assert not WebhookDelivery.objects.filter(sent_at__isnull=True).exists()


def test_claims_hold_without_the_lock_of_the_pass(
    unit_admin: Actor, luzhou_drafter: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the lock of the pass is lost with its connection, no message is sent by two at once."""
    monkeypatch.setattr("records.webhooks.sending.held_throughout", _everybody)
    for name in "abc":
        a_webhook(unit_admin, url=receiver.url, name=name)
    acts(luzhou_drafter, 6)
    at_once(*[lambda: send_waiting(threads=1)] * 6)
    assert set(Counter(receiver.ids()).values()) == {1}
    assert len(receiver.came) == 18


class _everybody:
    def __init__(self, failing: bool) -> None:
        self.failing = failing

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *error: object) -> None:
        """Nothing to give back."""


def test_targets_that_do_not_answer_hold_up_no_others(
    unit_admin: Actor, luzhou_drafter: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 3.0)

    def silence(handler: Any) -> None:
        time.sleep(4)

    with receiving(silence) as slow:
        for number in range(3):
            a_webhook(unit_admin, url=slow.url, name=f"slow {number}")
        quick = a_webhook(unit_admin, url=receiver.url, name="quick")
        acts(luzhou_drafter, 5)
        began = time.monotonic()
        send_waiting()
        spent = time.monotonic() - began
    assert len(receiver.came) == 5
    assert quick.deliveries.filter(sent_at__isnull=False).count() == 5
    assert max(one.sent_at for one in quick.deliveries.all() if one.sent_at) < min(
        attempt.at for hook in Webhook.objects.exclude(pk=quick.pk) for one in hook.deliveries.all()
        for attempt in one.attempts.all()
    )  # fmt: skip
    assert spent < 8
    # The next pass of this lane has nothing of theirs in it any more.
    acts(luzhou_drafter, 1)
    began = time.monotonic()
    assert send_waiting() == 1
    assert time.monotonic() - began < 2


def test_two_fan_outs_write_each_delivery_once(unit_admin: Actor, luzhou_drafter: Actor) -> None:
    hook = a_webhook(unit_admin)
    for _number in range(30):
        an_act(luzhou_drafter)
    at_once(*[tasks.seal_events] * 4)
    tasks.seal_events()
    assert hook.deliveries.count() == 30
