"""What is written down of a call."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.services.chasing import LONGEST_NAME, LONGEST_NOTE


class CallForm(forms.Form):
    spoken_to = forms.CharField(label=_("Spoken to"), max_length=LONGEST_NAME, help_text=_("Name and post."))
    promised_on = forms.DateField(
        label=_("Promised by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day they said the report would come. The due date stays as it is."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4})
    )
