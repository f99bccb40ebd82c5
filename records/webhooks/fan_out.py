"""From the history to the webhooks: each sealed act becomes a delivery for every webhook that asked for its kind.

The sealer numbers events without gaps, in one order, after they were committed. Each webhook remembers the number
it has been brought up to, and its deliveries are written in the transaction that moves that number on: whatever
dies, no act is passed over and none is taken twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from records.locks import Lock, held
from records.models import Event, Webhook, WebhookDelivery
from records.webhooks.catalogue import EVENT_TYPES, body_of

BATCH = 500


def fan_out() -> int:
    """Look at everything sealed since the last pass; returns how many deliveries were written.

    One pass at a time: whoever comes second leaves at once.
    """
    written = 0
    while (more := _pass()) is not None:
        written += more
    return written


def newest() -> int:
    """The last number of the chain of events."""
    found: int | None = Event.objects.aggregate(last=Max("chain_number"))["last"]
    return found or 0


@transaction.atomic
def _pass() -> int | None:
    """One batch of events for all webhooks, in as many statements for one webhook as for a thousand.

    None when every webhook is up to date. A paused webhook stays where it is and catches up when it goes on.
    """
    if not held(Lock.FAN_OUT):
        return None
    last = newest()
    # In one order, because acts on webhooks lock them too.
    behind = list(Webhook.objects.live().filter(watermark__lt=last).order_by("id").select_for_update())
    if not behind:
        return None
    start = min(webhook.watermark for webhook in behind)
    rows = Event.objects.filter(chain_number__gt=start, chain_number__lte=start + BATCH)
    events = list(rows.select_related("programme", "unit").order_by("chain_number"))
    end = min(start + BATCH, last)
    made = WebhookDelivery.objects.bulk_create(_deliveries(events, behind), ignore_conflicts=True)
    Webhook.objects.filter(pk__in=[webhook.pk for webhook in behind], watermark__lt=end).update(watermark=end)
    return len(made)


def _deliveries(events: Sequence[Event], behind: Sequence[Webhook]) -> Iterator[WebhookDelivery]:
    now = timezone.now()
    for event in events:
        if event.act not in EVENT_TYPES:
            continue
        body = ""
        for webhook in behind:
            if (event.chain_number or 0) > webhook.watermark and concerns(event, webhook):
                body = body or body_of(event)
                yield WebhookDelivery(
                    webhook=webhook, event=event, event_type=event.act, body=body, created_at=now, not_before=now
                )


def concerns(event: Event, webhook: Webhook) -> bool:
    """What the unit may know: its own acts and those it receives. What is internal to a sender names no receiver."""
    if event.act not in webhook.event_types or event.programme_id != webhook.programme_id:
        return False
    return webhook.unit_id in {event.unit_id, event.receiver_id}
