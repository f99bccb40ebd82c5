"""Forms of planning: what was seen, and why the senders get so little time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.services.hurrying import LONGEST_REASON, MOST_HOURS, Hurry


class HurryForm(forms.Form):
    """Why there is little time, and how long one report takes: only for whoever may hurry others."""

    hurry_reason = forms.CharField(
        label=_("Why the senders get so little time"),
        help_text=_("Only where they get less than the least time. They read it with the report."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_REASON,
        required=False,
    )
    burden_hours = forms.DecimalField(
        label=_("Hours one report takes, by your estimate"),
        max_digits=6,
        decimal_places=1,
        min_value=0,
        max_value=MOST_HOURS,
        required=False,
    )

    def without_hurry(self) -> None:
        """Leave the two out, for a hat that may not."""
        del self.fields["hurry_reason"], self.fields["burden_hours"]


class PlanForm(HurryForm):
    """Do what was shown: its digest says what that was."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, hurries: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hurries:
            self.without_hurry()

    @property
    def hurry(self) -> Hurry:
        given = self.cleaned_data
        return Hurry(given.get("hurry_reason") or "", given.get("burden_hours"))
