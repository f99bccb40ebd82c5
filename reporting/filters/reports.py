"""Filters of the report list; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from pilots.models import Capacity
from reporting.models import Cycle, CycleKind, Report, ReportQuerySet, ReportStatus, ReportVersion, exempt_now
from units.models import Unit

NOT_STARTED, OVERDUE = "not_started", "overdue"
STATES = [(NOT_STARTED, _("not started")), *ReportStatus.choices, (OVERDUE, _("overdue"))]
MISSING, IN_FORCE = "missing", "in_force"
EXEMPT = "exempt"
CHOICES = [
    *STATES,
    (MISSING, _("not reported yet")),
    (EXEMPT, _("exempt")),
    (IN_FORCE, _("accepted, also while being corrected")),
]
"""What may be asked for: the states as shown, and what the sentences of the overview count."""


class CycleFilter(filters.FilterSet):
    year = filters.NumberFilter(label=_("year"), min_value=2014, max_value=2200)
    kind = filters.ChoiceFilter(choices=CycleKind.choices, label=_("period"))

    class Meta:
        model = Cycle
        fields: tuple[str, ...] = ()


class CopyFilter(filters.FilterSet):
    year = filters.NumberFilter(field_name="report__due__cycle__year", label=_("year"), min_value=2014, max_value=2200)

    class Meta:
        model = ReportVersion
        fields: tuple[str, ...] = ()


class ReportFilter(filters.FilterSet):
    cycle = filters.ModelChoiceFilter(
        field_name="due__cycle",
        to_field_name="uid",
        queryset=Cycle.objects.none(),
        label=_("period"),
        help_text="`uid` of a row of `cycles/`.",
    )
    kind = filters.ChoiceFilter(
        field_name="due__cycle__kind", choices=CycleKind.choices, label=_("what"), help_text="Which kind of period."
    )
    state = filters.ChoiceFilter(choices=CHOICES, method="by_state", label=_("state"))
    capacity = filters.ChoiceFilter(field_name="due__capacity", choices=Capacity.choices, label=_("capacity"))
    receiver = filters.ModelChoiceFilter(
        field_name="due__receiver", to_field_name="uid", queryset=Unit.objects.none(), widget=HiddenInput,
        label=_("receiver"), help_text="`uid` of the unit that receives.",
    )  # fmt: skip
    q = filters.CharFilter(method="by_words", label=_("unit or pilot area"), help_text="A part of either name.")

    class Meta:
        model = Report
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, cycles: QuerySet[Cycle] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cycles is not None:
            self.form_field("cycle").queryset = cycles.select_related("programme")
            receivers = Unit.objects.filter(dues_to_receive__cycle__in=cycles.order_by())
            self.form_field("receiver").queryset = receivers.distinct()

    def by_state(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        if value == OVERDUE:
            return queryset.overdue()
        if value == MISSING:
            return queryset.owed()
        if value == EXEMPT:
            return queryset.filter(exempt_now())
        if value == IN_FORCE:
            return queryset.filter(accepted_version__isnull=False)
        if value == NOT_STARTED:
            return queryset.filter(status=ReportStatus.DRAFT, begun_at__isnull=True)
        if value == ReportStatus.DRAFT:
            return queryset.filter(status=value, begun_at__isnull=False)
        return queryset.filter(status=value)

    def form_field(self, name: str) -> Any:
        return self.filters[name].field

    def by_words(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        words = value.replace("\x00", "").strip()
        return queryset.filter(
            Q(due__unit__name_now__icontains=words)
            | Q(due__unit__name_en_now__icontains=words)
            | Q(due__pilot_area__name_as_published__icontains=words)
            | Q(due__pilot_area__name_en__icontains=words)
        )
