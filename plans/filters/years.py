"""Filters of annual plans and of the yearly assessment; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots.models import PilotArea
from plans.assessments import FIRST_YEAR, usual_year, with_gaps, with_inclusion
from plans.models import AnnualPlan, AnnualStatus, Inclusion, Plan
from units.models import Division

LATEST_YEAR = 2200


class AnnualFilter(filters.FilterSet):
    year = filters.NumberFilter(label=_("year"), min_value=FIRST_YEAR, max_value=LATEST_YEAR, decimal_places=0)
    state = filters.ChoiceFilter(field_name="status", choices=AnnualStatus.choices, label=_("state"))
    plan = filters.ModelChoiceFilter(
        to_field_name="uid", queryset=Plan.objects.none(), label=_("plan"), help_text="`uid` of a row of `plans/`."
    )

    class Meta:
        model = AnnualPlan
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is not None:
            seen = AnnualPlan.objects.visible_to(actor, "plan.view")
            field: Any = self.filters["plan"].field
            field.queryset = Plan.objects.filter(pk__in=seen.order_by().values("plan")).select_related("pilot_area")


class AssessmentFilter(filters.FilterSet):
    """Over pilot areas: `year` says of which year their entries are asked, the last one where it is left out."""

    year = filters.NumberFilter(
        method="of_year", label=_("year"), min_value=FIRST_YEAR, max_value=LATEST_YEAR,
        decimal_places=0,
        help_text="Left out: last year.",
    )  # fmt: skip
    inclusion = filters.ChoiceFilter(choices=Inclusion.choices, method="by_inclusion", label=_("in the assessment"))
    gaps = filters.ChoiceFilter(
        choices=(("yes", _("gaps only")),), method="by_gaps", label=_("rows"), help_text="`yes`: gaps only."
    )
    province = filters.ModelChoiceFilter(
        field_name="province",
        to_field_name="code_now",
        queryset=Division.objects.none(),
        label=_("province"),
        help_text="Official code of the province, six digits.",
    )

    class Meta:
        model = PilotArea
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is not None:
            pilots = PilotArea.objects.filter(programme=actor.hat.programme_id)
            field: Any = self.filters["province"].field
            field.queryset = Division.objects.filter(pk__in=pilots.order_by().values("province")).order_by("sort_key")

    @property
    def asked_year(self) -> int:
        """The year asked for; the usual one where it cannot be read."""
        given = self.form.cleaned_data.get("year") if self.is_bound and self.form.is_valid() else None
        return int(given) if given is not None else usual_year()

    def of_year(self, queryset: QuerySet[PilotArea], name: str, value: object) -> QuerySet[PilotArea]:
        return queryset  # every pilot area has every year

    def by_inclusion(self, queryset: QuerySet[PilotArea], name: str, value: str) -> QuerySet[PilotArea]:
        return with_inclusion(queryset, self.asked_year, value)

    def by_gaps(self, queryset: QuerySet[PilotArea], name: str, value: str) -> QuerySet[PilotArea]:
        return with_gaps(queryset, self.asked_year)
