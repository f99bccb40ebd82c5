"""What happened and what is on its way out or in: events, seals, outbox, notices, answers, imports, webhooks, jobs."""

from records.models.answers import StoredAnswer
from records.models.events import Digest, Event, EventQuerySet, MailFailure, Notice, OutboxMessage, Seal
from records.models.files import FileKind, StoredFile
from records.models.imports import ColumnMapping, ImportedObject, ImportRun, ImportRunQuerySet, ImportStatus
from records.models.jobs import Job, JobQuerySet, JobState, PassRecord
from records.models.webhooks import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookState

__all__ = [
    "ColumnMapping",
    "DeliveryState",
    "Digest",
    "Event",
    "EventQuerySet",
    "FileKind",
    "ImportRun",
    "ImportRunQuerySet",
    "ImportStatus",
    "ImportedObject",
    "Job",
    "JobQuerySet",
    "JobState",
    "MailFailure",
    "Notice",
    "OutboxMessage",
    "PassRecord",
    "Seal",
    "StoredAnswer",
    "StoredFile",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookState",
]
