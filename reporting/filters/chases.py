"""The filter of chases and calls."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from reporting.models import Chase


class ChaseFilter(filters.FilterSet):
    cycle = filters.UUIDFilter(
        field_name="due__cycle__uid", label=_("period"), help_text="`uid` of a row of `cycles/`."
    )
    report = filters.UUIDFilter(
        field_name="due__report__uid", label=_("report"), help_text="`uid` of a row of `reports/`."
    )
    means = filters.ChoiceFilter(choices=Chase.Means.choices, label=_("how"))

    class Meta:
        model = Chase
        fields: tuple[str, ...] = ()
