"""Shape of input on pages; each only fills what the services and the engine take."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.workflow import LONGEST_COMMENT, Request, Transition
from reporting.models import REPORT_KINDS, Report
from reporting.rules import LONGEST_REMARK
from units.calendar import today


class ActForm(forms.Form):
    """One transition: the version the person saw, and the reason where one is asked for."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    comment = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_COMMENT,
        required=False,
    )

    def __init__(self, *args: Any, transition: Transition, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.transition = transition
        self.fields["version"].initial = report.version
        if transition.needs_comment:
            self.fields["comment"].required = True
        else:
            self.fields["comment"].label = _("Note")

    def data_for_act(self) -> dict[str, Any]:
        return {}

    def request(self) -> Request:
        cleaned = self.cleaned_data
        return Request(
            name=self.transition.name,
            comment=cleaned.get("comment") or "",
            expected_version=cleaned["version"],
            data=self.data_for_act(),
        )


class ReturnForm(ActForm):
    """A return: reason, new due date, and a remark for each section concerned."""

    due_on = forms.DateField(label=_("New due date"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        report: Report = kwargs["report"]
        self.fields["due_on"].initial = max(report.due.due_on, today() + dt.timedelta(days=7)).isoformat()
        self.sections = list(report.due.cycle.template.sections.all())
        for section in self.sections:
            self.fields[f"remark_{section.code}"] = forms.CharField(
                label=_("Remark on “%(title)s”") % {"title": section.title},
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                max_length=LONGEST_REMARK,
            )

    def data_for_act(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        remarks = {section.code: cleaned.get(f"remark_{section.code}") or "" for section in self.sections}
        return {"due_on": cleaned["due_on"], "remarks": {k: v for k, v in remarks.items() if v.strip()}}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CycleForm(forms.Form):
    """A period of reporting; the service checks it against what exists."""

    year = forms.IntegerField(label=_("year"), min_value=2014, max_value=2100)
    kind = forms.ChoiceField(label=_("period"), choices=REPORT_KINDS)
    opens_on = _day(_("opens on"))
    pilots_due_on = _day(_("pilot areas report by"))
    compilers_due_on = _day(_("compilers report by"))
    date_source = forms.CharField(
        label=_("Whose dates these are"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


class ContactRoundForm(forms.Form):
    """A contact round; the service checks it."""

    year = forms.IntegerField(label=_("year"), min_value=2014, max_value=2100)
    opens_on = _day(_("opens on"))
    due_on = _day(_("due on"))
    date_source = forms.CharField(
        label=_("Whose dates these are"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


def act_form(transition: Transition, report: Report, data: Any = None) -> ActForm:
    """The form of one transition of one report."""
    kind = ReturnForm if transition.name == "return" else ActForm
    return kind(data, transition=transition, report=report)
