"""Filters of the lists of places and offices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from units.calendar import today
from units.models import Division, DivisionVersion, Programme, Unit


class DivisionFilter(filters.FilterSet):
    """Places as they were on a day (`on`; today when it is not said)."""

    on = filters.DateFilter(
        input_formats=["%Y-%m-%d"],
        label=_("on"),
        method="whenever",
        help_text="Names and codes of this day; today if left out.",
    )
    q = filters.CharFilter(
        label=_("name"), method="named", max_length=100, help_text="A part of the name, Chinese or English."
    )
    code = filters.CharFilter(
        label=_("code"), field_name="code", max_length=12, help_text="Exactly this official code."
    )
    level = filters.ChoiceFilter(label=_("level"), field_name="division__level", choices=Division.Level.choices)

    class Meta:
        model = DivisionVersion
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[DivisionVersion]) -> QuerySet[DivisionVersion]:
        day = self.form.cleaned_data.get("on") or today()
        parents = DivisionVersion.objects.filter(valid__contains=day)
        rows: QuerySet[DivisionVersion] = super().filter_queryset(queryset.filter(valid__contains=day))
        return rows.prefetch_related(Prefetch("parent__versions", queryset=parents, to_attr="on_day"))

    def whenever(self, queryset: QuerySet[Any], name: str, value: dt.date) -> QuerySet[Any]:
        """The day narrows the list even when it is not given: see `filter_queryset`."""
        return queryset

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name_zh__icontains=value) | Q(name_en__icontains=value))


class UnitFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("name"), method="named", max_length=100, help_text="A part of the name, Chinese or English."
    )
    kind = filters.ChoiceFilter(label=_("kind"), choices=Unit.Kind.choices)

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name_now__icontains=value) | Q(name_en_now__icontains=value))


class ProgrammeFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("name"), method="named", max_length=100, help_text="A part of the name.")

    class Meta:
        model = Programme
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name_zh__icontains=value) | Q(name_en__icontains=value))
