"""The shapes of what is entered about oneself; they only fill the services' dataclass."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import MailRhythm
from records.preferences import PreferencesInput


class PreferencesForm(forms.Form):
    mail_rhythm = forms.ChoiceField(
        label=_("How mail comes"),
        choices=MailRhythm.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Invitations, new passwords and the like always come at once. What you are told in the portal is there at "
            "once, whatever you choose here."
        ),
    )

    def filled(self) -> PreferencesInput:
        return PreferencesInput(self.cleaned_data["mail_rhythm"])
