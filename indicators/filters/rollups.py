"""By which roll-ups are listed in the API."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator, Part, RollUp
from units.models import Division

FIRST_YEAR, LAST_YEAR = 1900, 2100


class RollUpFilter(filters.FilterSet):
    division = filters.ModelChoiceFilter(
        to_field_name="uid", queryset=Division.objects.all(), label=_("place"),
        help_text="`uid` of a division: what the places below it come to.",
    )  # fmt: skip
    indicator = filters.ModelChoiceFilter(
        to_field_name="code", queryset=Indicator.objects.shared(), label=_("indicator"),
        help_text="Its code, as in `indicators/`; own indicators of pilot areas are in the one they are mapped to.",
    )  # fmt: skip
    year = filters.NumberFilter(
        label=_("year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0,
        help_text="The year the figures are about.",
    )  # fmt: skip
    part = filters.ChoiceFilter(choices=Part.choices, label=_("period"), help_text="`year` or `h1`.")

    class Meta:
        model = RollUp
        fields: tuple[str, ...] = ()
