"""Filters of what is due; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.forms import DateInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from reporting.due_calendar import EXEMPT, IN, OVERDUE, OWED, in_scope, in_state
from reporting.models import Cycle, DueScope, Report, ReportQuerySet
from units.models import Unit

STATES = (
    (OWED, pgettext_lazy("due", "owed")),
    (OVERDUE, _("overdue")),
    (IN, pgettext_lazy("due", "in")),
    (EXEMPT, _("exempt")),
)


def _day(label: Any, lookup: str, help_text: str) -> filters.DateFilter:
    widget = DateInput(attrs={"type": "date"})
    return filters.DateFilter(
        field_name="due__due_on", lookup_expr=lookup, label=label, widget=widget, input_formats=["%Y-%m-%d"],
        help_text=help_text,
    )  # fmt: skip


class DueFilter(filters.FilterSet):
    """`from` and `to` are added below: the one is a word of Python."""

    scope = filters.ChoiceFilter(
        choices=DueScope.choices, method="by_scope", label=_("shows"), widget=HiddenInput,
        help_text="`own`: what one's unit owes; `received`: what it receives; `all`, or left out: all in reach.",
    )  # fmt: skip
    cycle = filters.ModelChoiceFilter(
        field_name="due__cycle", to_field_name="uid", queryset=Cycle.objects.none(), label=_("period"),
        help_text="`uid` of a row of `cycles/`.",
    )  # fmt: skip
    state = filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("state"),
        help_text="`owed` counts those overdue too; each due is owed, in or exempt.",
    )  # fmt: skip
    unit = filters.ModelChoiceFilter(
        field_name="due__unit", to_field_name="uid", queryset=Unit.objects.none(), widget=HiddenInput,
        label=_("Unit"), help_text="`uid` of the unit that owes.",
    )  # fmt: skip

    class Meta:
        model = Report
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if actor is not None:
            cycles: QuerySet[Cycle] = Cycle.objects.filter(programme=actor.hat.programme_id)
            fields: Any = {name: part.field for name, part in self.filters.items()}
            fields["cycle"].queryset = cycles.select_related("programme")
            fields["unit"].queryset = Unit.objects.filter(dues__cycle__in=cycles.order_by()).distinct()

    def by_scope(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return in_scope(queryset, self.actor, value) if self.actor else queryset

    def by_state(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return in_state(queryset, value)


DAYS = {
    "from": _day(_("from"), "gte", "Due on this day or later."),
    "to": _day(pgettext_lazy("due", "until"), "lte", "Due on this day or earlier."),
}
DueFilter.declared_filters.update(DAYS)
DueFilter.base_filters.update(DAYS)


class DuePageFilter(DueFilter):
    """On the page the filter also keeps which of the two views is shown."""

    view = filters.CharFilter(method="shown_as", widget=HiddenInput)

    def shown_as(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset
