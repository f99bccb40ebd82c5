"""Filters of the list of figures beside the reports; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from indicators.models import Supplement, SupplementStatus
from indicators.supplements import waiting_for
from pilots.models import PilotArea

WAITING, MINE, RECEIVED, OFFERED = "waiting", "mine", "received", "offered"
WHICH = (
    (WAITING, _("waiting for me")),
    (MINE, _("of my unit")),
    (RECEIVED, _("received")),
    (OFFERED, _("open for use")),
)


class SupplementFilter(filters.FilterSet):
    which = filters.ChoiceFilter(choices=WHICH, method="by_part", label=_("which"))
    purpose = filters.ChoiceFilter(choices=Supplement.Purpose.choices, label=_("purpose"))
    state = filters.ChoiceFilter(field_name="status", choices=SupplementStatus.choices, label=_("state"))
    pilot_area = filters.ModelChoiceFilter(
        to_field_name="uid",
        queryset=PilotArea.objects.none(),
        label=_("pilot area"),
        help_text="`uid` of a row of `pilots/`.",
    )

    class Meta:
        model = Supplement
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if actor is not None:
            seen = Supplement.objects.visible_to(actor, "figure.view")
            field: Any = self.filters["pilot_area"].field
            field.queryset = PilotArea.objects.filter(pk__in=seen.values("pilot_area"))

    def by_part(self, queryset: QuerySet[Supplement], name: str, value: str) -> QuerySet[Supplement]:
        """What asks something of the reader, what their own unit gives, what it is sent, what it may use."""
        if self.actor is None:
            return queryset
        unit = self.actor.hat.unit_id
        final, shared = (Q(purpose=purpose) for purpose in (Supplement.Purpose.FINAL, Supplement.Purpose.SHARED))
        if value == WAITING:
            return queryset.filter(pk__in=waiting_for(self.actor).values("pk"))
        wanted = {
            MINE: Q(unit=unit),
            RECEIVED: final & Q(receiver=unit),
            OFFERED: shared & Q(status=SupplementStatus.OFFERED),
        }[value]
        return queryset.filter(wanted)
