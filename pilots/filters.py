"""Filters of the list of pilot areas; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pilots.models import Batch, PilotArea, PilotAreaQuerySet, Region
from units.models import Division


class PilotAreaFilter(filters.FilterSet):
    batch = filters.ModelChoiceFilter(queryset=Batch.objects.none(), to_field_name="number", label=_("batch"))
    region = filters.ChoiceFilter(choices=Region.choices, label=_("region"))
    province = filters.ModelChoiceFilter(
        queryset=Division.objects.none(), to_field_name="code_now", label=_("province")
    )
    category = filters.ChoiceFilter(choices=(), label=_("category"))
    q = filters.CharFilter(method="by_words", label=_("name"))

    class Meta:
        model = PilotArea
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, choices_from: QuerySet[PilotArea] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices_from is None:
            return
        pilots = choices_from.order_by()
        self.form_field("batch").queryset = Batch.objects.filter(pk__in=pilots.values("batch"))
        self.form_field("province").queryset = Division.objects.filter(pk__in=pilots.values("province"))
        categories = pilots.exclude(category="").values_list("category", flat=True).distinct()
        self.form_field("category").choices = [(c, c) for c in sorted(categories)]

    def form_field(self, name: str) -> Any:
        return self.filters[name].field

    def by_words(self, queryset: PilotAreaQuerySet, name: str, value: str) -> PilotAreaQuerySet:
        words = value.replace("\x00", "").strip()
        return queryset.filter(
            Q(name_as_published__icontains=words)
            | Q(name_en__icontains=words)
            | Q(divisions__name_now__icontains=words)
            | Q(divisions__code_now__startswith=words)
        ).distinct()
