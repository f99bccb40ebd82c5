"""Filters of the list of figures that count."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from indicators.catalogue import seen
from indicators.models import Indicator, Observation, ObservationQuerySet, Part
from pilots.facts import programmes_seen
from pilots.models import PilotArea
from units.models import Division, Programme

FIRST_YEAR, LAST_YEAR = 1900, 2100
IN_FORCE = "`true`: the one that counts of each programme, place, indicator and period; `false`: the others."
YES_NO = (("true", _("yes")), ("false", _("no")))


class ObservationFilter(filters.FilterSet):
    """By what a figure is of, who it is from, and whether it counts."""

    division = filters.ModelChoiceFilter(
        to_field_name="uid", queryset=Division.objects.all(), label=_("place"),
        help_text="`uid` of a division.",
    )  # fmt: skip
    pilot_area = filters.ModelChoiceFilter(
        method="of_pilot", to_field_name="uid", queryset=PilotArea.objects.none(), label=_("pilot area"),
        help_text="`uid` of a row of `pilots/`: figures of all its places.",
    )  # fmt: skip
    indicator = filters.ModelChoiceFilter(
        to_field_name="code", queryset=Indicator.objects.none(), label=_("indicator"),
        help_text="Its code, as in `indicators/`.",
    )  # fmt: skip
    year = filters.NumberFilter(
        label=_("year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0,
        help_text="The year the figure is about.",
    )  # fmt: skip
    part = filters.ChoiceFilter(choices=Part.choices, label=_("period"), help_text="`year` or `h1`.")
    programme = filters.ModelChoiceFilter(
        to_field_name="code", queryset=Programme.objects.none(), label=_("programme"),
        help_text="Only figures accepted in it; published ones belong to none.",
    )  # fmt: skip
    published = filters.ChoiceFilter(
        choices=YES_NO, method="by_published", label=_("published"),
        help_text="`true`: published series only; `false`: accepted ones only.",
    )  # fmt: skip
    in_force = filters.ChoiceFilter(choices=YES_NO, method="by_force", label=_("counts"), help_text=IN_FORCE)
    recorded_since = filters.IsoDateTimeFilter(
        field_name="recorded_at", lookup_expr="gte", label=_("recorded since"),
        help_text="An instant with its offset; for whoever fetches what is new.",
    )  # fmt: skip
    withdrawn_since = filters.IsoDateTimeFilter(
        field_name="withdrawn_at", lookup_expr="gte", label=_("withdrawn on or after"),
        help_text="An instant with its offset; what counts no longer since then.",
    )  # fmt: skip

    class Meta:
        model = Observation
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is None:
            return
        fields: Any = {name: part.field for name, part in self.filters.items()}
        fields["pilot_area"].queryset = PilotArea.objects.visible_to(actor, "pilot.view").shown()
        fields["indicator"].queryset = seen(actor)
        fields["programme"].queryset = programmes_seen(actor)

    def of_pilot(self, queryset: ObservationQuerySet, name: str, value: PilotArea) -> QuerySet[Observation]:
        return queryset.filter(division__in=value.divisions.values("pk"))

    def by_published(self, queryset: ObservationQuerySet, name: str, value: str) -> QuerySet[Observation]:
        return queryset.filter(programme__isnull=value == "true")

    def by_force(self, queryset: ObservationQuerySet, name: str, value: str) -> QuerySet[Observation]:
        return queryset.filter(is_in_force=value == "true")
