"""Webhooks, their deliveries and attempts as the API takes and shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records.models import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookState
from records.models.webhooks import TEST
from records.webhooks.addresses import LONGEST_URL
from records.webhooks.catalogue import EVENT_TYPES, label
from records.webhooks.services import LONGEST_NAME, Act, WebhookInput, shown_url
from records.words import ACTS


class WebhookIn(serializers.Serializer[Any]):
    """Name, address, and the kinds of acts to be told of."""

    name = serializers.CharField(max_length=LONGEST_NAME, help_text="What it is for; unique within the unit.")
    url = serializers.CharField(max_length=LONGEST_URL, help_text="https, on the open internet.")
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=list(EVENT_TYPES.items())), allow_empty=False, max_length=200
    )

    def filled(self) -> WebhookInput:
        given = self.validated_data
        return WebhookInput(given["name"], given["url"], tuple(given["event_types"]))


class WebhookUnit(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class WebhookRow(serializers.Serializer[Webhook]):
    """A webhook in a list."""

    uid = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="In full for who manages it; else its host and `/…`.")
    event_types = serializers.ListField(child=serializers.CharField())
    unit = WebhookUnit()
    programme = serializers.CharField(source="programme.code")
    state = serializers.ChoiceField(choices=WebhookState.choices)
    state_label = serializers.CharField(source="state.label")
    created_at = serializers.DateTimeField()

    def get_url(self, webhook: Webhook) -> str:
        return shown_url(webhook, self.context["actor"])


class WebhookAct(serializers.Serializer[Act]):
    """What this person may do with it now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the label of this one
    hint = serializers.CharField()


class WebhookDetail(WebhookRow):
    """A webhook; its secret is never shown again."""

    version = serializers.IntegerField()
    paused_at = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.ChoiceField(choices=Webhook.Reason.choices, allow_blank=True)
    pause_reason_label = serializers.CharField(source="get_pause_reason_display")
    ended_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    former_secret_until = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()
    failed = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_former_secret_until(self, webhook: Webhook) -> str | None:
        until = webhook.previous_secret_until
        return until.isoformat() if until else None

    def get_waiting(self, webhook: Webhook) -> int:
        count: int = webhook.deliveries.in_state(DeliveryState.WAITING).count()
        return count

    def get_failed(self, webhook: Webhook) -> int:
        count: int = webhook.deliveries.in_state(DeliveryState.FAILED).count()
        return count

    @extend_schema_field(WebhookAct(many=True))
    def get_actions(self, webhook: Webhook) -> Any:
        return WebhookAct(self.context["actions"], many=True).data


class WebhookWithSecret(WebhookDetail):
    """The answer to making one and to renewing its secret: the only times the secret is shown."""

    secret = serializers.SerializerMethodField(help_text="Empty unless it was made by this very request.")

    def get_secret(self, webhook: Webhook) -> str:
        return webhook.secret if self.context.get("shows_secret") else ""


class DeliveryRow(serializers.Serializer[WebhookDelivery]):
    """One message to one webhook. `uid` is its `webhook-id`."""

    uid = serializers.UUIDField()
    event_type = serializers.ChoiceField(choices=[*EVENT_TYPES.items(), (TEST, ACTS[TEST])])
    event_type_label = serializers.SerializerMethodField()
    event_uid = serializers.UUIDField(source="event.uid", allow_null=True, default=None)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    state_label = serializers.CharField(source="state.label")
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    given_up_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.SerializerMethodField()
    tries = serializers.IntegerField()
    answer_code = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()

    def get_event_type_label(self, delivery: WebhookDelivery) -> str:
        return label(delivery.event_type)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_attempt_at(self, delivery: WebhookDelivery) -> str | None:
        return delivery.not_before.isoformat() if delivery.state == DeliveryState.WAITING else None


class AttemptRow(serializers.Serializer[WebhookAttempt]):
    at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    answer_code = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField()
    error = serializers.CharField()


class DeliveryDetail(DeliveryRow):
    """One message with its text and every attempt at it, newest first."""

    webhook = serializers.UUIDField(source="webhook.uid")
    body = serializers.CharField()
    attempts = AttemptRow(many=True, source="attempts.all")


class EventType(serializers.Serializer[Any]):
    """A kind of act a webhook can be told of."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the label of this one
