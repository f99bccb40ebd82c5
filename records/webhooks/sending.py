"""Sending what waits: claim a webhook, send its oldest delivery, write down what came of it.

A claim is a column with a time limit and no open transaction, so a dispatcher that dies loses nothing: when the
time is up another sends the same delivery again, under the same `webhook-id`. At least once, never concurrently.

Webhooks that do not answer are sent to in a lane of their own: however many of them wait for a timeout, those that
do answer are not held up. A failing webhook rests between attempts; its deliveries wait longer each time.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role
from records.journal import Note, Subject, write
from records.locks import Lock, held_throughout
from records.models import Webhook, WebhookAttempt, WebhookDelivery
from records.models.webhooks import WebhookQuerySet
from records.outbox import Message, people_of, tell
from records.webhooks.post import Answer, post
from records.webhooks.signing import headers

log = logging.getLogger(__name__)

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1 / 6, 1 / 2, 2, 10, 30, 60, 180, 360, 720, 1440, 1440))
"""Between one attempt and the next: almost three days in all; then the delivery has failed."""
PAUSE_AFTER = dt.timedelta(days=2.5)
"""A webhook to which nothing could be delivered for so long pauses itself."""
LONGEST_REST = dt.timedelta(minutes=5)
CLAIM = dt.timedelta(seconds=90)
"""Longer than looking up a name and a whole request may take together."""
THREADS = 8
PASS_SECONDS = 45.0
KEPT = 1000
"""Characters of an answer that the log of attempts keeps."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is this dispatcher's to send until the time is up."""

    delivery: WebhookDelivery
    until: dt.datetime


def send_waiting(*, failing: bool = False, threads: int = THREADS, seconds: float = PASS_SECONDS) -> int:
    """One pass over one lane; returns how many attempts were made. Whoever comes second leaves at once."""
    with held_throughout(Lock.FAILING_WEBHOOKS if failing else Lock.WEBHOOKS) as ours:
        if not ours:
            return 0
        waiting = claimable(failing)[:threads].count()
        until = time.monotonic() + seconds
        if waiting <= 1 or threads == 1:
            return _work(failing, until)
        with ThreadPoolExecutor(waiting) as pool:
            return sum(pool.map(lambda _number: _work_apart(failing, until), range(waiting)))


def _work_apart(failing: bool, until: float) -> int:
    try:
        return _work(failing, until)
    finally:
        connection.close()  # each thread has its own


def _work(failing: bool, until: float) -> int:
    made = 0
    while time.monotonic() < until and (claim := take(failing)) is not None:
        finish(claim, send(claim.delivery))
        made += 1
    return made


def claimable(failing: bool) -> WebhookQuerySet:
    """The webhooks of a lane with something to send now, which nobody is sending to; in turn."""
    now = timezone.now()
    due = WebhookDelivery.objects.in_state("waiting").filter(webhook=OuterRef("pk"), not_before__lte=now)
    rows: WebhookQuerySet = Webhook.objects.in_state("failing" if failing else "active")
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=now)
    rested = Q(rest_until__isnull=True) | Q(rest_until__lte=now)
    return rows.filter(free, rested, Exists(due)).order_by(F("busy_until").asc(nulls_first=True), "id")


@transaction.atomic
def take(failing: bool) -> Claim | None:
    """Claim a webhook and its oldest waiting delivery; None when there is nothing to do."""
    webhook = claimable(failing).select_for_update(skip_locked=True, of=("self",)).first()
    if webhook is None:
        return None
    waiting = webhook.deliveries.in_state("waiting").filter(not_before__lte=timezone.now())
    delivery = waiting.select_related("webhook").order_by("not_before", "id").first()
    if delivery is None:
        return None
    webhook.busy_until = timezone.now() + CLAIM
    webhook.save(update_fields=["busy_until"])
    return Claim(delivery, webhook.busy_until)


def send(delivery: WebhookDelivery) -> Answer:
    """One attempt. Signed now: a receiver refuses what was signed minutes ago."""
    webhook, now = delivery.webhook, timezone.now()
    signed = headers(webhook.secrets_on(now), str(delivery.uid), now, delivery.body)
    with translation.override(settings.LANGUAGE_CODE):
        return post(webhook.url, delivery.body.encode(), {"Content-Type": "application/json", **signed})


@transaction.atomic
def finish(claim: Claim, answer: Answer) -> None:
    """Write the attempt down and give the webhook free. The webhook is locked first, as acts on it do."""
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("unit", "programme")
    webhook = rows.get(pk=claim.delivery.webhook_id)
    delivery = WebhookDelivery.objects.select_for_update().get(pk=claim.delivery.pk)
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=timezone.now(),
        milliseconds=answer.milliseconds,
        answer_code=answer.code,
        answer=answer.text[:KEPT],
        error=answer.error,
    )
    delivery.tries += 1
    delivery.answer_code, delivery.last_error = answer.code, answer.error
    if answer.accepted:
        _delivered(webhook, delivery)
    else:
        _failed(webhook, delivery, answer)
    delivery.save()
    if webhook.busy_until == claim.until:  # otherwise the claim ran out, and another has it
        webhook.busy_until = timezone.now()  # last in the row, so that all have their turn
    webhook.save()


def _delivered(webhook: Webhook, delivery: WebhookDelivery) -> None:
    delivery.sent_at, delivery.given_up_at = timezone.now(), None
    webhook.failures, webhook.failing_since, webhook.rest_until = 0, None, None


def _failed(webhook: Webhook, delivery: WebhookDelivery, answer: Answer) -> None:
    """Wait longer each time, with some chance in it, so that what failed together does not come back together."""
    now = timezone.now()
    if delivery.sent_at is None and delivery.given_up_at is None:
        if delivery.tries > len(WAITS):
            delivery.given_up_at = now
        else:
            wait = WAITS[delivery.tries - 1]
            delivery.not_before = now + wait + wait * (secrets.randbelow(100) / 1000)
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.rest_until = now + min(dt.timedelta(seconds=5 * 2 ** min(webhook.failures, 10)), LONGEST_REST)
    log.warning("webhook failed", extra={"delivery": str(delivery.uid), "tries": delivery.tries})
    if webhook.paused_at is None and webhook.ended_at is None:
        if answer.code == GONE:
            _pause(webhook, Webhook.Reason.GONE)
        elif now - webhook.failing_since >= PAUSE_AFTER:
            _pause(webhook, Webhook.Reason.FAILING)


def _pause(webhook: Webhook, reason: Webhook.Reason) -> None:
    """The portal itself pauses it and tells the administrators of its unit."""
    webhook.paused_at, webhook.pause_reason = timezone.now(), reason
    webhook.version += 1
    subject = Subject("webhook", webhook.uid, webhook.name, webhook.programme, webhook.unit)
    write("webhook.pause", subject, by=None, note=Note(outcome="active → paused", data={"reason": reason.value}))
    message = Message(
        f"webhook.{reason.value}",
        {"webhook": webhook.name},
        path=reverse("webhook", args=[webhook.uid]),
        programme=webhook.programme,
    )
    tell(people_of(webhook.unit, webhook.programme, [Role.UNIT_ADMIN]), message)
