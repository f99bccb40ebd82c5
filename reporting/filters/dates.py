"""Filters of the list of rules for dates."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from pilots.models import Capacity
from reporting.models import REPORT_KINDS, DateRule
from units.models import Unit


class DateRuleFilter(django_filters.FilterSet):
    """By period, capacity and the office that set them."""

    kind = django_filters.ChoiceFilter(label=_("period"), choices=REPORT_KINDS)
    capacity = django_filters.ChoiceFilter(label=_("capacity"), choices=Capacity.choices)
    setter = django_filters.ModelChoiceFilter(
        label=_("Set by"), queryset=Unit.objects.all(), to_field_name="uid", help_text="uid of the office."
    )

    class Meta:
        model = DateRule
        fields: tuple[str, ...] = ()
