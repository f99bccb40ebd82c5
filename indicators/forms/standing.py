"""On which day: the one parameter of a pilot area's standing."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST, LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


class DayForm(forms.Form):
    """The day as of which the standing is asked; left out: today."""

    day = forms.DateField(
        label=_("As of"),
        required=False,
        validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
