"""What goes into a meeting pack, as it stands in an address."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.packs import Choice


class UidList(forms.Field):
    """Uids by the same name, as often as there are."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[uuid.UUID]:
        try:
            return [uuid.UUID(text) for text in value or ()]
        except ValueError as error:
            raise forms.ValidationError(_("This address names something that does not exist.")) from error


class PackForm(forms.Form):
    pilot = UidList(label=_("Pilot areas"), required=False)
    office = UidList(label=_("Offices"), required=False)
    overview = forms.BooleanField(label=_("Overview of my office"), required=False)

    def choice(self) -> Choice:
        """Of a valid form."""
        given = self.cleaned_data
        return Choice(given["pilot"], given["office"], given["overview"])
