"""Shape of input on the pages about contacts and leading groups; each only fills what the services take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.contacts import Seat
from pilots.models import ContactField, GroupRank, LeadingGroup
from pilots.services.contacts import LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT
from pilots.services.groups import LONGEST_DOCUMENT, LONGEST_GROUP_NAME
from units.calendar import today

MOST_VERSIONS = 10**9 - 1


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PersonForm(forms.Form):
    """A person for one of the two kinds: name, the fields of the newest form, the day they began."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)
    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, data: Any = None, *, seat: Seat) -> None:
        super().__init__(data)
        for field, text in seat.answers:
            self.fields[f"field_{field.code}"] = _input_of(field, text)
        self.fields["since"] = _day(_("In this role since"), required=False)
        self.fields["since"].help_text = _("Left empty: from today; unchanged where the name stays the same.")
        contact = seat.contact
        self.initial = {
            "seen": seat.version,
            "name": contact.name if contact else "",
        }


def _input_of(field: ContactField, text: str) -> forms.CharField:
    """One field of the form. A required one may stay empty: what is missing is shown as such, not refused."""
    made = forms.CharField(label=field.title, required=False, max_length=LONGEST_TEXT, initial=text)
    made.widget.attrs["autocomplete"] = "off"
    helps = [str(_("Asked for; without it the contact counts as incomplete."))] if field.is_required else []
    if field.kind == ContactField.Kind.PHONE:
        made.widget.input_type = "tel"
        helps.append(str(_("Stored encrypted and shown masked. Left masked, the number of the same person stays.")))
    if field.kind == ContactField.Kind.MAIL:
        made.widget.input_type = "email"
    made.help_text = " ".join(helps)
    return made


class RevealForm(forms.Form):
    reason = forms.CharField(label=_("What for"), required=False, max_length=LONGEST_REASON)


class GroupForm(forms.Form):
    """The facts of a leading group."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)
    name = forms.CharField(label=_("Name of the leading group"), max_length=LONGEST_GROUP_NAME)
    document_number = forms.CharField(
        label=_("Founding document"),
        required=False,
        max_length=LONGEST_DOCUMENT,
        help_text=_("Its number, for example 某府办发〔2026〕1号."),
    )
    founded_on = _day(_("Founded on"), required=False)

    def __init__(self, data: Any = None, *, group: LeadingGroup | None = None) -> None:
        super().__init__(data)
        self.initial = {"version": 0}
        if group:
            names = ("version", "name", "document_number", "founded_on")
            self.initial = {name: getattr(group, name) for name in names}


class MemberForm(forms.Form):
    rank = forms.ChoiceField(label=_("Tier"), choices=GroupRank.choices)
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    post = forms.CharField(label=_("Post"), required=False, max_length=LONGEST_TEXT)
    department = forms.CharField(label=_("Department"), required=False, max_length=LONGEST_TEXT)
    since = _day(_("In the group since"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.initial = {"since": today()}


class EndMemberForm(forms.Form):
    until = _day(_("No longer in the group from"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.initial = {"until": today()}
