"""Filters of the list of key projects across pilot areas; page and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots.models import PilotArea
from plans.ledger_reading import late, projects_seen
from plans.models import KeyProject, ProjectState
from units.calendar import today
from units.models import Division


class ProjectFilter(filters.FilterSet):
    province = filters.ModelChoiceFilter(
        field_name="plan__pilot_area__province",
        to_field_name="code_now",
        queryset=Division.objects.none(),
        label=_("province"),
        help_text="Official code of the province, six digits.",
    )
    pilot_area = filters.ModelChoiceFilter(
        field_name="plan__pilot_area",
        to_field_name="uid",
        queryset=PilotArea.objects.none(),
        label=_("pilot area"),
        help_text="`uid` of a row of `pilots/`.",
    )
    state = filters.ChoiceFilter(choices=ProjectState.choices, label=_("stage"))
    late = filters.ChoiceFilter(
        choices=(("yes", _("only those late")),), method="only_late", label=_("next node"),
        help_text="`yes`: the day of the next node is over, and the project goes on.",
    )  # fmt: skip
    q = filters.CharFilter(
        method="by_words", label=_("name"), max_length=100, help_text="A part of the name, or of who runs it."
    )

    class Meta:
        model = KeyProject
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is None:
            return
        pilots = PilotArea.objects.filter(plan__in=projects_seen(actor).order_by().values("plan"))
        provinces = Division.objects.filter(pk__in=pilots.order_by().values("province"))
        self.form_field("pilot_area").queryset = pilots
        self.form_field("province").queryset = provinces.order_by("sort_key", "pk")

    def form_field(self, name: str) -> Any:
        return self.filters[name].field

    def only_late(self, queryset: QuerySet[KeyProject], name: str, value: str) -> QuerySet[KeyProject]:
        return queryset.filter(late(today()))

    def by_words(self, queryset: QuerySet[KeyProject], name: str, value: str) -> QuerySet[KeyProject]:
        return queryset.filter(Q(name__icontains=value) | Q(owner__icontains=value))
