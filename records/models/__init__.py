"""What happened and what is on its way out or in: events, seals, outbox, notices, answers, imports, webhooks."""

from records.models.answers import StoredAnswer
from records.models.events import Event, EventQuerySet, Notice, OutboxMessage, Seal
from records.models.imports import ColumnMapping, ImportedObject, ImportRun, ImportRunQuerySet, ImportStatus
from records.models.webhooks import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookState

__all__ = [
    "ColumnMapping",
    "DeliveryState",
    "Event",
    "EventQuerySet",
    "ImportRun",
    "ImportRunQuerySet",
    "ImportStatus",
    "ImportedObject",
    "Notice",
    "OutboxMessage",
    "Seal",
    "StoredAnswer",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookState",
]
