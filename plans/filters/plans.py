"""Filters of the list of plans; page and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots.models import PilotArea, Region
from plans.models import Plan, PlanStatus
from units.models import Division


class PlanFilter(filters.FilterSet):
    state = filters.ChoiceFilter(field_name="status", choices=PlanStatus.choices, label=_("state"))
    province = filters.ModelChoiceFilter(
        field_name="pilot_area__province",
        to_field_name="code_now",
        queryset=Division.objects.none(),
        label=_("province"),
        help_text="Official code of the province, six digits.",
    )
    region = filters.ChoiceFilter(field_name="pilot_area__region", choices=Region.choices, label=_("region"))
    q = filters.CharFilter(method="by_words", label=_("name"), max_length=100, help_text="A part of either name.")

    class Meta:
        model = Plan
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is not None:
            pilots = PilotArea.objects.filter(programme=actor.hat.programme_id)
            field: Any = self.filters["province"].field
            field.queryset = Division.objects.filter(pk__in=pilots.order_by().values("province")).order_by("sort_key")

    def by_words(self, queryset: QuerySet[Plan], name: str, value: str) -> QuerySet[Plan]:
        """In the title or the name of the pilot area."""
        found = Q(title__icontains=value) | Q(pilot_area__name_as_published__icontains=value)
        return queryset.filter(found | Q(pilot_area__name_en__icontains=value))
