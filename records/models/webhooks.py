"""What systems of offices are told: webhooks, what is delivered to each, and every attempt at it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.fields import EncryptedText
from accounts.models import User
from records.models.events import Event
from units.keys import PublicKey
from units.models import Programme, Unit

TEST = "webhook.test"
"""The type of a delivery that stands for no act: somebody wanted to see whether it arrives."""


class WebhookState(models.TextChoices):
    """Never stored: read from the columns."""

    ACTIVE = "active", pgettext_lazy("webhook", "active")
    FAILING = "failing", pgettext_lazy("webhook", "does not answer as it should")
    PAUSED = "paused", pgettext_lazy("webhook", "paused")
    ENDED = "ended", pgettext_lazy("webhook", "ended")


class WebhookQuerySet(ScopedQuerySet["Webhook"]):
    def live(self) -> Self:
        """Neither paused nor ended."""
        return self.filter(paused_at__isnull=True, ended_at__isnull=True)

    def in_state(self, state: str) -> Self:
        """The same cases as `Webhook.state`, as a condition."""
        live = self.live()
        return {
            WebhookState.ACTIVE: live.filter(failing_since__isnull=True),
            WebhookState.FAILING: live.filter(failing_since__isnull=False),
            WebhookState.PAUSED: self.filter(paused_at__isnull=False, ended_at__isnull=True),
            WebhookState.ENDED: self.filter(ended_at__isnull=False),
        }[WebhookState(state)]


class Webhook(PublicKey):
    """A unit's wish to be told of some kinds of acts at one address. Ended, never deleted.

    `watermark` is the number in the chain of events up to which acts have been looked at. `busy_until` is set by
    the dispatcher that is sending; `rest_until` after a failure, so that a target that is down is asked less often.
    """

    class Reason(models.TextChoices):
        """Why it was paused."""

        BY_HAND = "by_hand", _("by a person")
        GONE = "gone", _("the target answered that it is gone (410)")
        FAILING = "failing", _("nothing could be delivered for days")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="webhooks")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    name = models.CharField(_("what it is for"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    event_types = ArrayField(models.CharField(max_length=60), verbose_name=_("acts"))
    secret = EncryptedText(max_length=None)
    previous_secret = EncryptedText(max_length=None, blank=True, default="")
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    watermark = models.BigIntegerField()
    version = models.PositiveIntegerField(default=0, help_text="The optimistic lock of acts on it.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Attempts since the last one that succeeded.")
    failing_since = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = WebhookQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit")

    class Meta:
        verbose_name = _("webhook")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "programme", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="webhook_name_once",
                violation_error_message=_("Your unit already has a webhook of this name."),
            ),
            models.CheckConstraint(
                condition=~models.Q(event_types=[]),
                name="webhook_has_events",
                violation_error_message=_("Choose at least one kind of act."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> WebhookState:
        if self.ended_at:
            return WebhookState.ENDED
        if self.paused_at:
            return WebhookState.PAUSED
        return WebhookState.FAILING if self.failing_since else WebhookState.ACTIVE

    def secrets_on(self, moment: dt.datetime) -> list[str]:
        """What deliveries are signed with: the newest first, the one before it for as long as both are valid."""
        former = self.previous_secret_until is not None and moment < self.previous_secret_until
        return [self.secret, self.previous_secret] if former else [self.secret]


class DeliveryState(models.TextChoices):
    """Never stored: read from the columns."""

    WAITING = "waiting", pgettext_lazy("delivery", "waiting")
    DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
    FAILED = "failed", pgettext_lazy("delivery", "failed")


class DeliveryQuerySet(ScopedQuerySet["WebhookDelivery"]):
    def in_state(self, state: str) -> Self:
        return {
            DeliveryState.WAITING: self.filter(sent_at__isnull=True, given_up_at__isnull=True),
            DeliveryState.DELIVERED: self.filter(sent_at__isnull=False),
            DeliveryState.FAILED: self.filter(given_up_at__isnull=False),
        }[DeliveryState(state)]


class WebhookDelivery(PublicKey):
    """One act on its way to one webhook. Its `uid` goes out as `webhook-id` and is the same at every attempt.

    State is told by the columns: `sent_at` set → delivered; `given_up_at` set → failed; otherwise waiting.
    """

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    event_type = models.CharField(max_length=60)
    body = models.TextField(help_text="The JSON as it is signed and sent.")
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Since it was last put on its way.")
    answer_code = models.PositiveSmallIntegerField(null=True, help_text="The last attempt's HTTP status, if any.")
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = DeliveryQuerySet.as_manager()
    ACCESS = AccessPaths(programme="webhook__programme", unit="webhook__unit")

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "event"], name="webhook_delivers_an_event_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(given_up_at__isnull=True),
                name="webhook_delivery_one_end",
                violation_error_message=_("A delivery is either delivered or given up."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_of_webhook"),
            models.Index(
                fields=["webhook", "not_before", "id"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="delivery_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} → {self.webhook_id}"

    @property
    def state(self) -> DeliveryState:
        if self.sent_at:
            return DeliveryState.DELIVERED
        return DeliveryState.FAILED if self.given_up_at else DeliveryState.WAITING


class WebhookAttempt(models.Model):
    """One attempt at a delivery and what came of it; written after it, so a dispatcher that died left none."""

    delivery = models.ForeignKey(WebhookDelivery, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    answer_code = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="How the target's answer begins.")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.answer_code or self.error}"
