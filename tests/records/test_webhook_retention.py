"""The log of deliveries does not grow without end: what ended long ago goes, what waits stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.access import Actor
from portal.celery import app
from records import tasks
from records.models import Event, Webhook, WebhookAttempt, WebhookDelivery
from records.webhooks.fan_out import fan_out
from records.webhooks.retention import DELIVERED_KEPT_FOR, FAILED_KEPT_FOR
from records.webhooks.services import perform
from tests.records.test_webhook_fan_out import a_webhook, an_act

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def hook(unit_admin: Actor, luzhou_drafter: Actor) -> Webhook:
    """With five deliveries, an attempt at each."""
    webhook = a_webhook(unit_admin)
    for _number in range(5):
        an_act(luzhou_drafter)
    tasks.seal_events()
    for delivery in webhook.deliveries.all():
        WebhookAttempt.objects.create(delivery=delivery, at=timezone.now(), milliseconds=1)
    return webhook


def test_what_ended_long_ago_is_deleted_and_nothing_else(hook: Webhook) -> None:
    now = timezone.now()
    delivered, fresh, failed, still, waiting = hook.deliveries.order_by("pk")
    for delivery, column, at in (
        (delivered, "sent_at", now - DELIVERED_KEPT_FOR - DAY),
        (fresh, "sent_at", now - DELIVERED_KEPT_FOR + DAY),
        (failed, "given_up_at", now - FAILED_KEPT_FOR - DAY),
        (still, "given_up_at", now - FAILED_KEPT_FOR + DAY),
        (waiting, "created_at", now - 2 * FAILED_KEPT_FOR),
    ):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(**{column: at})
    assert [tasks.clear_deliveries(), tasks.clear_deliveries()] == [2, 0]
    assert set(hook.deliveries.values_list("pk", flat=True)) == {fresh.pk, still.pk, waiting.pk}
    assert WebhookAttempt.objects.count() == 3
    assert Event.objects.filter(act="report.submit").count() == 5
    assert fan_out() == 0  # nothing is written again for the acts that were told


def test_a_secret_that_is_valid_no_longer_is_not_kept(hook: Webhook, unit_admin: Actor) -> None:
    perform(hook.uid, "rotate", expected_version=0, by=unit_admin)
    call_command("clear_deliveries")
    hook.refresh_from_db()
    assert hook.previous_secret
    Webhook.objects.update(previous_secret_until=timezone.now())
    call_command("clear_deliveries")
    hook.refresh_from_db()
    assert (hook.previous_secret, hook.previous_secret_until) == ("", None)
    assert hook.secrets_on(timezone.now()) == [hook.secret]


def test_beat_does_it() -> None:
    assert app.conf.beat_schedule["clear-deliveries"]["task"] == tasks.clear_deliveries.name
