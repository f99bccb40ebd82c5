"""Filters of the history page; they live in the address, so that a view can be sent to a colleague."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Event, EventQuerySet
from records.words import ACTS

DAY = forms.DateInput(attrs={"type": "date"})


class EventFilter(django_filters.FilterSet):
    act = django_filters.ChoiceFilter(label=_("Act"), empty_label=_("all acts"), choices=list(ACTS.items()))
    unit = django_filters.CharFilter(label=_("Unit"), method="named", max_length=100)
    since = django_filters.DateFilter(label=_("from"), field_name="at", lookup_expr="date__gte", widget=DAY)
    until = django_filters.DateFilter(label=_("to"), field_name="at", lookup_expr="date__lte", widget=DAY)

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def named(self, queryset: EventQuerySet, name: str, value: Any) -> EventQuerySet:
        """The unit the act was about, or the one that acted, by its name then or now."""
        return queryset.filter(
            Q(unit__name_now__icontains=value)
            | Q(unit__name_en_now__icontains=value)
            | Q(acting_unit_name__icontains=value)
        )
