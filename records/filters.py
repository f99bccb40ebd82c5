"""Filters of the history page; they live in the address, so that a view can be sent to a colleague."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from records.models import Event, EventQuerySet, Notice
from records.words import ACTS

DAY = forms.DateInput(attrs={"type": "date"})
ISO = ["%Y-%m-%d"]
NAMED = "A part of the name of the unit the act was about, or of the one that acted."
SINCE, UNTIL = "From this day on.", "Up to and with this day."
"""For the API's document, which is English; the page has its labels."""


class NoticeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[("unread", _("unread")), ("read", _("read"))], method="by_state"
    )

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()

    def by_state(self, queryset: QuerySet[Notice], name: str, value: str) -> QuerySet[Notice]:
        return queryset.filter(read_at__isnull=value == "unread")


class EventFilter(django_filters.FilterSet):
    act = django_filters.ChoiceFilter(label=_("Act"), empty_label=_("all acts"), choices=list(ACTS.items()))
    unit = django_filters.CharFilter(label=_("Unit"), method="named", max_length=100, help_text=NAMED)
    since = django_filters.DateFilter(
        label=_("from"), field_name="at", lookup_expr="date__gte", widget=DAY, input_formats=ISO, help_text=SINCE
    )
    until = django_filters.DateFilter(
        label=_("to"), field_name="at", lookup_expr="date__lte", widget=DAY, input_formats=ISO, help_text=UNTIL
    )

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def named(self, queryset: EventQuerySet, name: str, value: str) -> EventQuerySet:
        """The unit the act was about, or the one that acted, by its name then or now."""
        return queryset.filter(
            Q(unit__name_now__icontains=value)
            | Q(unit__name_en_now__icontains=value)
            | Q(acting_unit_name__icontains=value)
        )
