"""Filters of the list of extensions; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from reporting.models import Cycle, Extension, ExtensionStatus

MINE, TO_DECIDE = "mine", "to_decide"
WHICH = ((MINE, _("of my unit")), (TO_DECIDE, _("to decide by me")))


class ExtensionFilter(filters.FilterSet):
    which = filters.ChoiceFilter(choices=WHICH, method="by_part", label=_("which"))
    cycle = filters.ModelChoiceFilter(
        field_name="due__cycle",
        to_field_name="uid",
        queryset=Cycle.objects.none(),
        label=_("period"),
        help_text="`uid` of a row of `cycles/`.",
    )
    state = filters.ChoiceFilter(field_name="status", choices=ExtensionStatus.choices, label=_("state"))

    class Meta:
        model = Extension
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if actor is not None:
            cycles = Cycle.objects.filter(programme=actor.hat.programme_id).select_related("programme")
            field: Any = self.filters["cycle"].field
            field.queryset = cycles

    def by_part(self, queryset: QuerySet[Extension], name: str, value: str) -> QuerySet[Extension]:
        """What one's own unit asked for or was given; or what waits for one's own decision."""
        if self.actor is None:
            return queryset
        if value == MINE:
            return queryset.filter(due__unit=self.actor.hat.unit_id)
        reach = Extension.objects.visible_to(self.actor, "extension.decide").filter(status=ExtensionStatus.REQUESTED)
        return queryset.filter(pk__in=reach.values("pk"))
