"""The shapes of what is entered about a webhook; they only fill the services' dataclass."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from records.webhooks.addresses import LONGEST_URL
from records.webhooks.catalogue import by_family
from records.webhooks.services import LONGEST_NAME, WebhookInput


class WebhookForm(forms.Form):
    """`version` is what the person saw; a new webhook has none."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("What it is for"), max_length=LONGEST_NAME, help_text=_("For example the name of your system.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=_("Where your system takes messages: https, on the open internet."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Acts it is told of"),
        choices=by_family(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only acts of your own unit, and of those who report to it. Messages name no persons."),
    )

    def filled(self) -> WebhookInput:
        given = self.cleaned_data
        return WebhookInput(given["name"], given["url"], tuple(given["event_types"]))


class VersionForm(forms.Form):
    """An act without further questions, about the version the person saw."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
