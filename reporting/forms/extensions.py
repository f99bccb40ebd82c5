"""Shape of input on the pages about more time; each only fills what the services take."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from records.workflow import LONGEST_COMMENT, Transition
from reporting.day_words import day_in_words
from reporting.models import Extension
from units.models import Division


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT)


class MoreTimeForm(forms.Form):
    """Until when, and why."""

    due_on = _day(_("New due date"))
    reason = _reason()

    def __init__(self, data: Any = None, *, latest: dt.date) -> None:
        super().__init__(data)
        self.fields["due_on"].help_text = _("At the latest %(day)s.") % {"day": day_in_words(latest)}


class ReasonForm(forms.Form):
    reason = _reason()


class ExemptEndForm(forms.Form):
    """Why it is owed again; a new date where the present one is not to stand."""

    due_on = _day(_("New due date"), required=False, help_text=_("Empty: the present date stands."))
    reason = _reason()


class ExtensionActForm(forms.Form):
    """One decision on a request: the version the person saw, the reason, and for granting the day."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    due_on = _day(_("New due date"), required=False, help_text=_("Empty: the date asked for."))
    comment = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT, required=False
    )

    def __init__(self, data: Any = None, *, transition: Transition, extension: Extension) -> None:
        super().__init__(data)
        self.fields["version"].initial = extension.version
        if transition.name == "grant":
            self.fields["due_on"].initial = extension.asked_due_on
        else:
            del self.fields["due_on"]
        if transition.needs_comment:
            self.fields["comment"].required, self.fields["comment"].label = True, _("Reason")


class RegionForm(forms.Form):
    """Who is to get more time, and until when: what is shown before anything is done."""

    region: Any = forms.ModelChoiceField(
        label=_("Region"), queryset=Division.objects.none(), to_field_name="uid", required=False,
        empty_label=_("all my senders"),
    )  # fmt: skip
    due_on = _day(_("New due date"))

    def __init__(self, data: Any = None, *, regions: QuerySet[Division]) -> None:
        super().__init__(data)
        field: Any = self.fields["region"]
        field.queryset = regions


class BlanketForm(RegionForm):
    """The same with the reason; who and until when were chosen before."""

    reason = _reason()

    def __init__(self, data: Any = None, *, regions: QuerySet[Division]) -> None:
        super().__init__(data, regions=regions)
        for name in ("region", "due_on"):
            self.fields[name].widget = forms.HiddenInput()
