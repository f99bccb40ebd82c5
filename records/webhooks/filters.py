"""Filters of webhooks and of their deliveries; they live in the address."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import DeliveryState, Webhook, WebhookDelivery, WebhookState
from records.models.webhooks import DeliveryQuerySet, WebhookQuerySet
from records.webhooks.catalogue import EVENT_TYPES


class WebhookFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=WebhookState.choices, method="in_state")
    unit = django_filters.CharFilter(
        label=_("Unit"), method="of_unit", max_length=100, help_text="A part of the unit's name."
    )

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = ()

    def in_state(self, queryset: WebhookQuerySet, name: str, value: str) -> WebhookQuerySet:
        return queryset.in_state(value)

    def of_unit(self, queryset: WebhookQuerySet, name: str, value: str) -> WebhookQuerySet:
        return queryset.filter(Q(unit__name_now__icontains=value) | Q(unit__name_en_now__icontains=value))


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=DeliveryState.choices, method="in_state")
    event_type = django_filters.ChoiceFilter(label=_("Act"), choices=list(EVENT_TYPES.items()))

    class Meta:
        model = WebhookDelivery
        fields: tuple[str, ...] = ()

    def in_state(self, queryset: DeliveryQuerySet, name: str, value: str) -> DeliveryQuerySet:
        return queryset.in_state(value)
