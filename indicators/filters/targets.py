"""Filters of the targets and baselines of a pilot area."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.filters.observations import YES_NO
from indicators.models import Baseline, Target

ENDED = "`true`: also those that stand no longer. Left out: only those that stand."


class CitedFilter(filters.FilterSet):
    """By indicator; only what stands, unless asked otherwise."""

    indicator = filters.CharFilter(
        field_name="indicator__code", label=_("indicator"), max_length=60, help_text="Code of the indicator."
    )
    with_ended = filters.ChoiceFilter(
        choices=YES_NO, method="as_they_are", label=_("with those that stand no longer"), help_text=ENDED
    )

    def as_they_are(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("with_ended") == "true" else rows.filter(ended_at__isnull=True)


class TargetFilter(CitedFilter):
    class Meta:
        model = Target
        fields: tuple[str, ...] = ()


class BaselineFilter(CitedFilter):
    class Meta:
        model = Baseline
        fields: tuple[str, ...] = ()
