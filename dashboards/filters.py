"""By what pilot areas and their positions are narrowed; pages, files and the API use the same."""

from __future__ import annotations

from typing import Any, cast

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from dashboards.tallies import Narrowed, viewpoint
from indicators.calculations import Verdict
from indicators.models import Indicator, PilotPosition, Position
from pilots.models import Batch, Capacity, Region, Route
from units.models import Unit

WORST = (Verdict.OFF_TRACK, Verdict.AT_RISK, Verdict.ON_TRACK, Verdict.AHEAD, Verdict.UNKNOWN)
VERDICTS = tuple((verdict.value, verdict.label) for verdict in WORST)
LONGEST = 100


class SidesFilter(filters.FilterSet):
    """What counts can be narrowed by as well. `path`: from the row to its pilot area's."""

    path = ""
    batch = filters.ModelChoiceFilter(
        method="by_batch", to_field_name="number", queryset=Batch.objects.none(), label=_("batch"),
        help_text="Number of the batch.",
    )  # fmt: skip
    category = filters.CharFilter(
        method="by_category", label=_("category"), max_length=40, help_text="The category as published."
    )
    region = filters.ChoiceFilter(method="by_region", choices=Region.choices, label=_("region"))
    sender = filters.ModelChoiceFilter(
        method="by_sender", to_field_name="uid", queryset=Unit.objects.none(), label=_("sender"),
        help_text="`uid` of the office that sends to yours: the pilot areas below it, and its own.",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is not None:
            programme, fields = actor.hat.programme_id, cast("dict[str, Any]", self.filters)
            fields["batch"].field.queryset = Batch.objects.filter(programme=programme)
            sends = Route.objects.filter(programme=programme, receiver=viewpoint(actor), capacity=Capacity.COMPILER)
            senders = Unit.objects.filter(pk__in=sends.order_by().values("sender")).select_related("division")
            fields["sender"].field.queryset = senders.order_by("sort_key", "pk")

    def by_batch(self, rows: QuerySet[Any], name: str, value: Batch) -> QuerySet[Any]:
        return rows.filter(**{f"{self.path}batch": value})

    def by_category(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{self.path}category": value})

    def by_region(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{self.path}region": value})

    def by_sender(self, rows: QuerySet[Any], name: str, value: Unit) -> QuerySet[Any]:
        return rows.filter(Q(**{f"{self.path}chain__contains": [value.pk]}) | Q(**{f"{self.path}unit": value}))

    @property
    def narrowed(self) -> Narrowed:
        """The same for counts."""
        given = self.form.cleaned_data if self.is_bound and self.is_valid() else {}
        batch, sender, indicator = given.get("batch"), given.get("sender"), given.get("indicator")
        return Narrowed(
            indicator.pk if indicator else None,
            sender.pk if sender else None,
            batch.pk if batch else None,
            given.get("category") or "",
            given.get("region") or "",
        )


class PilotFilter(SidesFilter):
    verdict = filters.ChoiceFilter(
        method="by_verdict", choices=VERDICTS, label=_("with a target"), help_text="At least one target stands so."
    )
    q = filters.CharFilter(method="by_words", label=_("name"), max_length=LONGEST, help_text="A part of the name.")

    class Meta:
        model = PilotPosition
        fields: tuple[str, ...] = ()

    def by_verdict(self, rows: QuerySet[PilotPosition], name: str, value: str) -> QuerySet[PilotPosition]:
        return rows.filter(**{f"{value}__gt": 0})

    def by_words(self, rows: QuerySet[PilotPosition], name: str, value: str) -> QuerySet[PilotPosition]:
        return rows.filter(Q(pilot_area__name_as_published__icontains=value) | Q(pilot_area__name_en__icontains=value))


class PositionFilter(SidesFilter):
    path = "pilot__"
    indicator = filters.ModelChoiceFilter(
        to_field_name="code", queryset=Indicator.objects.all(), label=_("indicator"), help_text="Its code."
    )
    verdict = filters.ChoiceFilter(choices=VERDICTS, label=_("stands"))
    change = filters.ChoiceFilter(
        method="by_change", choices=(("fell", _("worse")), ("rose", _("better"))), label=_("since the figure before"),
        help_text="`fell`: the verdict became worse with the latest figure; `rose`: better.",
    )  # fmt: skip

    class Meta:
        model = Position
        fields: tuple[str, ...] = ()

    def by_change(self, rows: QuerySet[Position], name: str, value: str) -> QuerySet[Position]:
        return rows.filter(change__lt=0) if value == "fell" else rows.filter(change__gt=0)
