"""Shape of input on the pages about contacts and leading groups; each only fills what the services take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.contacts import Seat
from pilots.models import Clause, ContactField, Document, GroupRank, LeadingGroup, Validity
from pilots.services.contacts import LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT
from pilots.services.documents import (
    FACTS,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_KIND,
    LONGEST_NOTE,
    LONGEST_NUMBER,
    LONGEST_TITLE,
    LONGEST_WORDING,
)
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


def _line(label: Any, most: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text)


def _lines(label: Any, most: int, help_text: Any = "", rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget, help_text=help_text)


class DocumentForm(forms.Form):
    """What a document says of itself (L13)."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)
    number = _line(
        _("Document number"),
        LONGEST_NUMBER,
        help_text=_("For example 某府发〔2026〕1号. Brackets of any kind become 〔〕. Without one, give the source."),
    )
    name_zh = _line(_("Title"), LONGEST_TITLE, required=True)
    name_en = _line(_("Title in English"), LONGEST_TITLE)
    kind = _line(_("Kind of document"), LONGEST_KIND, help_text="通知、意见、方案……")
    issuer = _line(_("Issued by"), LONGEST_TITLE)
    index_number = _line(_("Index number"), LONGEST_NUMBER)
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR,
        help_text=_("Left empty: the year of its number, or of its dates."),
    )  # fmt: skip
    signed_on = _day(_("Signed on"), required=False)
    published_on = _day(_("Published on"), required=False)
    dates_note = _line(
        _("About the dates"), LONGEST_TITLE, help_text=_("What is said of days that nobody has verified.")
    )
    validity = forms.ChoiceField(label=_("Validity"), choices=Validity.choices)
    source = _lines(_("Where it can be found"), LONGEST_NOTE)
    note = _lines(_("Note"), LONGEST_NOTE)

    def __init__(self, data: Any = None, *, document: Document | None = None) -> None:
        super().__init__(data)
        self.initial = {"version": 0, "validity": Validity.UNKNOWN.value}
        if document:
            self.initial = {name: getattr(document, name) for name in ("version", *FACTS)}


class ClauseForm(forms.Form):
    """A passage that can be cited."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)
    title_zh = _line(_("Heading"), LONGEST_TITLE, required=True, help_text=_("As the document has it: 二、发展目标."))
    title_en = _line(_("Heading in English"), LONGEST_TITLE)
    text = _lines(_("Wording"), LONGEST_WORDING, help_text=_("Word for word; leave out with ……"), rows=6)

    def __init__(self, data: Any = None, *, clause: Clause | None = None) -> None:
        super().__init__(data)
        self.initial = {"version": 0}
        if clause:
            self.initial = {name: getattr(clause, name) for name in ("title_zh", "title_en", "text")}
            self.initial["version"] = clause.document.version
