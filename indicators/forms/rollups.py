"""Of which place and period roll-ups are shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import Part

FIRST_YEAR, LAST_YEAR = 2000, 2100


class PeriodForm(forms.Form):
    """Year and part; the place and the indicator whose places below are shown come along unseen."""

    place = forms.UUIDField(required=False, widget=forms.HiddenInput)
    indicator = forms.SlugField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(label=_("year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    part = forms.ChoiceField(label=_("period"), required=False, choices=Part.choices)
