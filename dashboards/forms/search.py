"""What is searched for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.finding import Kind
from dashboards.matching import LONGEST


class SearchForm(forms.Form):
    """Words, and the one kind that is wanted; neither must be given."""

    q = forms.CharField(
        label=_("What are you looking for?"), required=False, max_length=LONGEST,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
        help_text=_("Several words narrow the search: a place and a period, for example. Pinyin works too."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Only"), required=False, choices=[("", _("everything")), *Kind.choices])
