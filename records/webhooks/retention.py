"""How long the log of deliveries is kept; the acts themselves stay in the history."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from records.models import Webhook, WebhookAttempt, WebhookDelivery

DELIVERED_KEPT_FOR = dt.timedelta(days=90)
FAILED_KEPT_FOR = dt.timedelta(days=365)
"""Longer, because what failed can still be redelivered."""
BATCH = 1000


def clear_old() -> int:
    """Delete deliveries that ended long ago, with their attempts; returns how many. What waits always stays.

    Secrets that were renewed and are valid no longer go too. Safe twice, late and in parallel.
    """
    now = timezone.now()
    Webhook.objects.filter(previous_secret_until__lte=now).update(previous_secret="", previous_secret_until=None)
    ended = Q(sent_at__lt=now - DELIVERED_KEPT_FOR) | Q(given_up_at__lt=now - FAILED_KEPT_FOR)
    deleted = 0
    while more := _delete(ended):
        deleted += more
    return deleted


@transaction.atomic
def _delete(ended: Q) -> int:
    """One batch. Its rows are locked, so that none is being put on its way again meanwhile."""
    rows = WebhookDelivery.objects.filter(ended).order_by("id").select_for_update(skip_locked=True)
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    WebhookAttempt.objects.filter(delivery__in=keys).delete()
    WebhookDelivery.objects.filter(pk__in=keys).delete()
    return len(keys)
