"""Filters of the lists of change requests and guided plans; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import ChangeRequest, ChangeStatus, GuidedKind, GuidedPlan, GuidedStatus
from plans.waiting import guided_waiting

WAITING, MINE, RECEIVED = "waiting", "mine", "received"
WHICH = (
    (WAITING, _("waiting for me")),
    (MINE, _("of my unit")),
    (RECEIVED, pgettext_lazy("change requests", "received")),
)


class ChangeFilter(filters.FilterSet):
    state = filters.ChoiceFilter(field_name="status", choices=ChangeStatus.choices, label=_("state"))

    class Meta:
        model = ChangeRequest
        fields: tuple[str, ...] = ()


class GuidedFilter(filters.FilterSet):
    which = filters.ChoiceFilter(choices=WHICH, method="by_part", label=_("which"))
    kind = filters.ChoiceFilter(choices=GuidedKind.choices, label=_("kind"))
    state = filters.ChoiceFilter(field_name="status", choices=GuidedStatus.choices, label=_("state"))
    pilot_area = filters.ModelChoiceFilter(
        to_field_name="uid",
        queryset=PilotArea.objects.none(),
        label=_("pilot area"),
        help_text="`uid` of a row of `pilots/`.",
    )

    class Meta:
        model = GuidedPlan
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if actor is not None:
            seen = GuidedPlan.objects.visible_to(actor, "plan.view")
            field: Any = self.filters["pilot_area"].field
            field.queryset = PilotArea.objects.filter(pk__in=seen.values("pilot_area"))

    def by_part(self, queryset: QuerySet[GuidedPlan], name: str, value: str) -> QuerySet[GuidedPlan]:
        """What asks something of the reader, what their own unit sends, what it is sent."""
        if self.actor is None:
            return queryset
        if value == WAITING:
            return queryset.filter(pk__in=guided_waiting(self.actor).values("pk"))
        unit = self.actor.hat.unit_id
        return queryset.filter(Q(unit=unit) if value == MINE else Q(receiver=unit))
