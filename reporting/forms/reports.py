"""Shape of input on pages; each only fills what the services and the engine take."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import Actor
from records.workflow import LONGEST_COMMENT, Request, Transition
from reporting.deadlines.rulebook import RuleBook
from reporting.forms.planning import HurryForm
from reporting.models import REPORT_KINDS, Cycle, DueScope, Report
from reporting.rules import LONGEST_REMARK
from reporting.services.feeds import LONGEST_NAME
from reporting.timeliness import years
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

    due_on = forms.DateField(
        label=_("New due date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        report: Report = kwargs["report"]
        self._propose_date(report)
        self.sections = list(report.due.cycle.template.sections.all())
        for section in self.sections:
            self.fields[f"remark_{section.code}"] = forms.CharField(
                label=_("Remark on “%(title)s”") % {"title": section.title},
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                max_length=LONGEST_REMARK,
            )

    def _propose_date(self, report: Report) -> None:
        """The day the programme's rule gives, and in words by which rule."""
        field, book = self.fields["due_on"], RuleBook.of(report.due.cycle.programme)
        if book.found_policy is None:
            field.required, field.initial = True, max(report.due.due_on, today() + dt.timedelta(days=7))
            return
        field.initial = book.return_date(today(), report.due)
        count = book.found_policy.return_days
        field.help_text = ngettext(
            "By the programme's rule: %(count)d working day from today by the sender's calendar. Empty: the same.",
            "By the programme's rule: %(count)d working days from today by the sender's calendar. Empty: the same.",
            count,
        ) % {"count": count}

    def data_for_act(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        remarks = {section.code: cleaned.get(f"remark_{section.code}") or "" for section in self.sections}
        given = {"due_on": cleaned["due_on"]} if cleaned.get("due_on") else {}
        return {**given, "remarks": {k: v for k, v in remarks.items() if v.strip()}}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CycleForm(HurryForm):
    """A period of reporting; the service checks it against what exists."""

    field_order = ("year", "kind", "opens_on", "pilots_due_on", "compilers_due_on", "date_source")

    year = forms.IntegerField(label=_("year"), min_value=2014, max_value=2100)
    kind = forms.ChoiceField(label=_("period"), choices=REPORT_KINDS)
    opens_on = _day(_("opens on"))
    pilots_due_on = _day(_("pilot areas report by"))
    compilers_due_on = _day(_("compilers report by"))
    date_source = forms.CharField(
        label=_("Whose dates these are"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


class ContactRoundForm(HurryForm):
    """A contact round; the service checks it."""

    field_order = ("year", "opens_on", "due_on", "date_source")

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


class FeedForm(forms.Form):
    """A calendar subscription. `once` marks this form, so that sending it again makes no second one."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("What it is for"),
        max_length=LONGEST_NAME,
        help_text=_("The calendar program that will use it, for example: phone, Outlook at the office."),
    )
    scope = forms.ChoiceField(label=_("Shows"), choices=DueScope.choices)


class TimelinessForm(forms.Form):
    """Which periods the statistics are about; the address holds it."""

    NEEDS_CYCLE = _("Name a period: the `uid` of a row of `cycles/`.")

    year = forms.TypedChoiceField(label=_("year"), required=False, coerce=int, empty_value=None)
    cycle = forms.ModelChoiceField(
        label=_("period"), required=False, to_field_name="uid", queryset=Cycle.objects.none(), empty_label=_("all")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["year"].choices = [("", _("the latest")), *((year, year) for year in years(actor))]
        cycles = Cycle.objects.filter(programme=actor.hat.programme_id).select_related("programme")
        fields["cycle"].queryset = cycles
