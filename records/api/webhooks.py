"""The API's rooms for webhooks and their deliveries."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from records.api.history import EventPages
from records.models import Webhook, WebhookDelivery
from records.webhooks import services
from records.webhooks.catalogue import EVENT_TYPES
from records.webhooks.filters import DeliveryFilter, WebhookFilter
from records.webhooks.serializers import (
    DeliveryDetail,
    DeliveryRow,
    EventType,
    WebhookDetail,
    WebhookIn,
    WebhookRow,
    WebhookWithSecret,
)

SHOWS_SECRET = "rotate"  # noqa: S105 - the name of an act


class WebhookRoomView(ApiView):
    """What the rooms of one webhook share."""

    action_needed = services.VIEW

    def shown(self, webhook: Webhook, shape: type[WebhookDetail] = WebhookDetail, **how: Any) -> Response:
        """`shows_secret` and `status` may be given besides."""
        shows_secret = how.pop("shows_secret", False)
        acts = services.available(webhook, self.actor)
        context = {"actor": self.actor, "actions": acts, "shows_secret": shows_secret}
        answer = with_etag(Response(shape(webhook, context=context).data, **how), webhook.version)
        if shows_secret:
            answer["Cache-Control"] = "no-store"
        return answer

    def given(self, request: Request) -> services.WebhookInput:
        given = WebhookIn(data=request.data)
        given.is_valid(raise_exception=True)
        return given.filled()


class WebhookList(WebhookRoomView, ListAPIView[Webhook]):
    """The webhooks in reach, also those that have ended."""

    queryset = Webhook.objects.none()
    serializer_class = WebhookRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = WebhookFilter
    ordering_fields: ClassVar = {"name": "name", "created_at": "created_at"}

    def get_queryset(self) -> QuerySet[Webhook]:
        rows: QuerySet[Webhook] = Webhook.objects.visible_to(self.actor, self.action_needed)
        return rows.select_related("unit", "programme").order_by("unit__sort_key", "unit_id", "name", "id")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}

    @extend_schema(
        operation_id="webhooks_create", request=WebhookIn, responses={201: WebhookWithSecret}, extensions=refuses(422)
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Subscribe your unit. The answer carries the secret for checking signatures: it is shown only now.

        The address is looked up and must be on the open internet. What is sealed from now on is sent to it.
        """
        require(self.actor, services.MANAGE)
        webhook = services.subscribe(self.given(request), by=self.actor)
        return self.shown(webhook, WebhookWithSecret, shows_secret=True, status=201)


class WebhookRoom(WebhookRoomView):
    serializer_class = WebhookDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One webhook, how it stands, and what may be done with it (`actions`)."""
        return self.shown(services.webhook_in_reach(uid, by=self.actor))

    @extend_schema(
        parameters=[if_match("The version that was changed, in quotes.", required=True)],
        request=WebhookIn,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change name, address and the kinds of acts, all three. What waits goes to the new address."""
        require(self.actor, services.MANAGE)
        services.webhook_in_reach(uid, by=self.actor, action=services.MANAGE)
        version = required_version(request)
        data = self.given(request)
        return self.shown(services.change(uid, data, expected_version=version, by=self.actor))


class WebhookActRoom(WebhookRoomView):
    action_needed = services.MANAGE
    serializer_class = WebhookWithSecret

    @extend_schema(
        operation_id="webhooks_act",
        parameters=[if_match("The webhook's version, in quotes.", required=True)],
        request=None,
        extensions=refuses(409, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of the webhook's `actions`: test, pause, resume, rotate, redeliver, end.

        `rotate` answers with the new `secret`; the former one stays valid for 24 hours, and until then each message
        carries both signatures. `redeliver` puts every failed delivery on its way again.
        """
        services.webhook_in_reach(uid, by=self.actor, action=services.MANAGE)
        act = services.act_named(name)
        webhook = services.perform(uid, act.name, expected_version=required_version(request), by=self.actor)
        return self.shown(webhook, WebhookWithSecret, shows_secret=act.name == SHOWS_SECRET)


class DeliveryPages(EventPages):
    ordering = ("-created_at", "-id")


class DeliveryList(ApiView, ListAPIView[WebhookDelivery]):
    """What was or will be sent to one webhook, newest first; `?state=failed` lists the failures."""

    action_needed = services.VIEW
    queryset = WebhookDelivery.objects.none()
    serializer_class = DeliveryRow
    pagination_class = DeliveryPages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = DeliveryFilter

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        webhook = services.webhook_in_reach(self.kwargs["uid"], by=self.actor)
        rows: QuerySet[WebhookDelivery] = webhook.deliveries.select_related("event", "webhook")
        return rows


class DeliveryRoom(ApiView):
    action_needed = services.VIEW
    serializer_class = DeliveryDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One delivery: its text as it was signed, and every attempt with what the target answered."""
        return Response(DeliveryDetail(services.delivery_in_reach(uid, by=self.actor)).data)


class RedeliverRoom(ApiView):
    action_needed = services.MANAGE
    serializer_class = DeliveryDetail

    @extend_schema(request=None, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Put one delivery on its way again, under the same `webhook-id`."""
        return Response(DeliveryDetail(services.redeliver(uid, by=self.actor)).data)


class EventTypeList(ApiView, ListAPIView[Any]):
    """The kinds of acts a webhook can be told of, in words."""

    action_needed = services.VIEW
    serializer_class = EventType

    def get_queryset(self) -> Any:
        return [{"name": name, "label": label} for name, label in EVENT_TYPES.items()]
