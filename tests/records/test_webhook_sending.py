"""Sending: signed, bounded, tried again, given up, paused; real requests to a real server on this machine."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from accounts.access import Actor
from records import tasks
from records.models import Event, OutboxMessage, Webhook, WebhookAttempt, WebhookDelivery
from records.webhooks import post as posting
from records.webhooks import sending
from records.webhooks.sending import CLAIM, WAITS, finish, send, send_waiting, take
from records.webhooks.services import perform, redeliver
from records.webhooks.signing import signature
from tests.records.test_webhook_fan_out import a_webhook, an_act
from tests.records.webhook_receiver import Receiver, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback_by_name() -> Iterator[None]:
    with override_settings(WEBHOOK_HOSTS=frozenset({"localhost"})):
        yield


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def hook(unit_admin: Actor, receiver: Receiver) -> Webhook:
    return a_webhook(unit_admin, url=receiver.url)


@pytest.fixture
def waiting(hook: Webhook, luzhou_drafter: Actor) -> WebhookDelivery:
    an_act(luzhou_drafter)
    tasks.seal_events()
    found: WebhookDelivery = hook.deliveries.get()
    return found


def later(delivery: WebhookDelivery) -> dt.datetime:
    """When it may be tried again, its webhook's rest over."""
    delivery.refresh_from_db()
    webhook = Webhook.objects.get(pk=delivery.webhook_id)
    return max(delivery.not_before, webhook.rest_until or delivery.not_before) + dt.timedelta(seconds=1)


def pass_over() -> int:
    return send_waiting(threads=1) + send_waiting(failing=True, threads=1)


def test_it_arrives_once_and_signed(hook: Webhook, waiting: WebhookDelivery, receiver: Receiver) -> None:
    assert [tasks.send_webhooks(), tasks.send_webhooks(), tasks.send_failing_webhooks()] == [1, 0, 0]
    (came,) = receiver.came
    assert came.path == "/in"
    assert came.body.decode() == waiting.body
    assert came.headers["content-type"] == "application/json"
    assert came.headers["host"] == f"localhost:{receiver.port}"
    assert came.headers["webhook-id"] == str(waiting.uid)
    stamp = int(came.headers["webhook-timestamp"])
    assert abs(stamp - timezone.now().timestamp()) < 60
    assert came.headers["webhook-signature"] == signature(hook.secret, str(waiting.uid), stamp, waiting.body)
    waiting.refresh_from_db()
    attempt = waiting.attempts.get()
    assert (waiting.state, waiting.tries, waiting.answer_code) == ("delivered", 1, 200)
    assert (attempt.answer_code, attempt.answer, attempt.error) == (200, "ok", "")


def test_both_secrets_sign_while_one_replaces_the_other(
    hook: Webhook, waiting: WebhookDelivery, receiver: Receiver, unit_admin: Actor
) -> None:
    new = perform(hook.uid, "rotate", expected_version=0, by=unit_admin)
    pass_over()
    stamp = int(receiver.came[0].headers["webhook-timestamp"])
    given = receiver.came[0].headers["webhook-signature"].split()
    assert given == [signature(key, str(waiting.uid), stamp, waiting.body) for key in (new.secret, hook.secret)]
    assert new.secret != hook.secret
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        redeliver(waiting.uid, by=unit_admin)
        pass_over()
    assert len(receiver.came[1].headers["webhook-signature"].split()) == 1


def test_what_fails_is_tried_again_ever_later_and_given_up(waiting: WebhookDelivery, receiver: Receiver) -> None:
    receiver.answer = 500
    waits = []
    pass_over()
    for _number in WAITS:
        before = timezone.now()
        moment = later(waiting)
        waits.append(waiting.not_before - before)
        assert waiting.given_up_at is None
        Webhook.objects.update(failing_since=moment)  # whether it is paused is another test's question
        with time_machine.travel(moment):
            assert pass_over() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, waiting.last_error) == ("failed", len(WAITS) + 1, "HTTP 500")
    assert set(receiver.ids()) == {str(waiting.uid)}
    assert WebhookAttempt.objects.count() == len(receiver.came) == 12
    assert dt.timedelta(days=2.5) < sum(WAITS, dt.timedelta()) < dt.timedelta(days=3.1)


def test_after_a_failure_it_arrives_and_all_is_well(
    hook: Webhook, waiting: WebhookDelivery, receiver: Receiver
) -> None:
    receiver.answer = 503
    pass_over()
    hook.refresh_from_db()
    assert (hook.state, hook.failures) == ("failing", 1)
    assert pass_over() == 0
    receiver.answer = 204
    with time_machine.travel(later(waiting)):
        assert pass_over() == 1
    hook.refresh_from_db()
    waiting.refresh_from_db()
    assert (hook.state, hook.failures, waiting.state, waiting.tries) == ("active", 0, "delivered", 2)


def redirect(handler: Any) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def endless(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def drip(handler: Any) -> None:
    """An answer that never comes to an end, one byte at a time, each in good time."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)


def silence(handler: Any) -> None:
    time.sleep(2)


def nonsense(handler: Any) -> None:
    handler.wfile.write(b"no http at all\r\n\r\n")


def hang_up(handler: Any) -> None:
    handler.connection.close()


@pytest.mark.parametrize(
    ("answer", "code", "error"),
    [
        (redirect, 307, "HTTP 307"),
        (404, 404, "HTTP 404"),
        (silence, None, "ReadTimeoutError"),
        (drip, None, "TimeoutError"),
        (nonsense, None, "ProtocolError"),
        (hang_up, None, "ProtocolError"),
    ],
)
def test_what_is_no_success(
    answer: Any, code: int | None, error: str, waiting: WebhookDelivery, receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(posting, "TIMEOUT", 0.5)
    monkeypatch.setattr(posting, "WHOLE", 1.5)
    receiver.answer = answer
    began = time.monotonic()
    pass_over()
    assert time.monotonic() - began < 4
    waiting.refresh_from_db()
    assert (waiting.state, waiting.answer_code) == ("waiting", code)
    assert waiting.last_error.startswith(error)
    assert len(receiver.came) == 1


def test_an_endless_answer_is_a_success_of_which_little_is_kept(waiting: WebhookDelivery, receiver: Receiver) -> None:
    receiver.answer = endless
    pass_over()
    attempt = waiting.attempts.get()
    assert attempt.answer_code == 200
    assert len(attempt.answer) == sending.KEPT


def test_nobody_listens(waiting: WebhookDelivery) -> None:
    with receiving() as gone:
        Webhook.objects.update(url=gone.url)
    pass_over()
    waiting.refresh_from_db()
    assert waiting.last_error.startswith("NewConnectionError")


def test_a_host_that_is_not_allowed_any_more_gets_nothing(waiting: WebhookDelivery, receiver: Receiver) -> None:
    with override_settings(WEBHOOK_HOSTS=frozenset()):
        pass_over()
    waiting.refresh_from_db()
    assert waiting.last_error.startswith("not_https")
    assert receiver.came == []


def test_proxies_of_the_environment_play_no_part(
    waiting: WebhookDelivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        pass_over()
        assert (len(receiver.came), len(proxy.came)) == (1, 0)


def test_gone_pauses_at_once_and_is_told(hook: Webhook, waiting: WebhookDelivery, receiver: Receiver) -> None:
    receiver.answer = 410
    pass_over()
    hook.refresh_from_db()
    waiting.refresh_from_db()
    assert (hook.state, hook.pause_reason, hook.version, waiting.state) == ("paused", "gone", 1, "waiting")
    message = OutboxMessage.objects.get(topic="webhook.gone")
    assert message.path == f"/webhooks/{hook.uid}/"
    event = Event.objects.get(act="webhook.pause")
    assert (event.user, event.data) == (None, {"reason": "gone"})


def test_days_of_failure_pause_it_and_resuming_goes_on(
    hook: Webhook, waiting: WebhookDelivery, receiver: Receiver, unit_admin: Actor
) -> None:
    receiver.answer = 500
    pass_over()
    with time_machine.travel(timezone.now() + sending.PAUSE_AFTER + dt.timedelta(hours=1)):
        pass_over()
        hook.refresh_from_db()
        assert (hook.state, hook.pause_reason) == ("paused", "failing")
        assert OutboxMessage.objects.filter(topic="webhook.failing", recipient=unit_admin.user).count() == 1
        assert pass_over() == 0
        receiver.answer = 200
        perform(hook.uid, "resume", expected_version=hook.version, by=unit_admin)
        assert pass_over() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == ("delivered", 1)


@pytest.mark.parametrize("column", ["paused_at", "ended_at"])
def test_nothing_goes_to_a_webhook_that_is_paused_or_has_ended(
    column: str, waiting: WebhookDelivery, receiver: Receiver
) -> None:
    Webhook.objects.update(**{column: timezone.now()})
    assert pass_over() == 0
    assert receiver.came == []


def test_who_dies_before_marking_is_followed_by_the_same_message(waiting: WebhookDelivery, receiver: Receiver) -> None:
    claim = take(failing=False)
    assert claim
    send(claim.delivery)  # and here the process ends
    assert pass_over() == 0  # the claim still holds
    with time_machine.travel(timezone.now() + CLAIM + dt.timedelta(seconds=1)):
        assert pass_over() == 1
    assert receiver.ids() == [str(waiting.uid)] * 2
    waiting.refresh_from_db()
    assert waiting.state == "delivered"


def test_a_mark_that_comes_too_late_takes_no_claim_away(waiting: WebhookDelivery, hook: Webhook) -> None:
    late = take(failing=False)
    with time_machine.travel(timezone.now() + CLAIM + dt.timedelta(seconds=1)):
        second = take(failing=False)
        assert late and second
        finish(late, send(late.delivery))
        hook.refresh_from_db()
        assert hook.busy_until == second.until
        finish(second, posting.Answer(error="too late"))
    waiting.refresh_from_db()
    assert waiting.state == "delivered"


def test_redelivering_keeps_the_number_and_the_log(
    waiting: WebhookDelivery, receiver: Receiver, unit_admin: Actor
) -> None:
    pass_over()
    redeliver(waiting.uid, by=unit_admin)
    assert pass_over() == 1
    assert receiver.ids() == [str(waiting.uid)] * 2
    assert receiver.came[0].body == receiver.came[1].body
    assert waiting.attempts.count() == 2


def test_all_failures_are_put_on_their_way_again(
    hook: Webhook, waiting: WebhookDelivery, receiver: Receiver, unit_admin: Actor, luzhou_drafter: Actor
) -> None:
    for _number in range(2):
        an_act(luzhou_drafter)
    tasks.seal_events()
    hook.deliveries.update(given_up_at=timezone.now())
    perform(hook.uid, "redeliver", expected_version=0, by=unit_admin)
    assert pass_over() == 3
    assert len(set(receiver.ids())) == 3
    assert Event.objects.get(act="webhook.redeliver").data == {"deliveries": 3}


def test_a_test_goes_out_and_is_marked_as_one(hook: Webhook, receiver: Receiver, unit_admin: Actor) -> None:
    perform(hook.uid, "test", expected_version=0, by=unit_admin)
    pass_over()
    message = json.loads(receiver.came[0].body)
    assert (message["type"], message["subject"]["uid"]) == ("webhook.test", str(hook.uid))


def test_each_has_its_turn(unit_admin: Actor, luzhou_drafter: Actor, receiver: Receiver) -> None:
    """Three webhooks with three deliveries each: none waits for all of another's."""
    for name in "abc":
        a_webhook(unit_admin, url=f"{receiver.url}/{name}", name=name)
    for _number in range(3):
        an_act(luzhou_drafter)
    tasks.seal_events()
    assert pass_over() == 9
    assert [came.path[-1] for came in receiver.came] == list("abc" * 3)
