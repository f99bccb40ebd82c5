"""Shape of input on the pages about annual plans and the yearly assessment."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.models import Document
from plans.annual import YearLine
from plans.annual_drawing import Department, Drawn
from plans.assessments import FIRST_YEAR, AssessmentLine
from plans.models import Inclusion, Plan
from plans.services.annual import FULL, LONGEST_REQUIREMENT, AnnualInput, AnnualRowInput
from plans.services.assessments import LONGEST_DOCUMENT, LONGEST_LINE, LONGEST_NOTE, AssessmentInput
from records.workflow import LONGEST_COMMENT, Transition
from units.calendar import today

UNIT, NAME = "unit:", "name:"


class AnnualBeginForm(forms.Form):
    """For which department and year."""

    department = forms.ChoiceField(label=_("Department"))
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=2200)

    def __init__(self, data: Any = None, *, plan: Plan, departments: Sequence[Department], year: int | None) -> None:
        latest = min(max(today().year, plan.begins_on.year), plan.ends_on.year)
        super().__init__(data, initial={"year": year or latest})
        field: Any = self.fields["department"]
        field.choices = [(_key(one), one.unit.name if one.unit else one.name) for one in departments]

    def given(self) -> AnnualInput:
        kind, _colon, value = self.cleaned_data["department"].partition(":")
        if f"{kind}:" == UNIT:
            return AnnualInput(self.cleaned_data["year"], uuid.UUID(value))
        return AnnualInput(self.cleaned_data["year"], None, value)


def _key(one: Department) -> str:
    return f"{UNIT}{one.unit.uid}" if one.unit else f"{NAME}{one.name}"


class YearRowForm(forms.Form):
    """One task of the year. A task that is not in yet is taken in by its tick."""

    keep = forms.BooleanField(label=_("in the annual plan"), required=False)
    requirement = forms.CharField(
        label=_("What is to be reached this year"), max_length=LONGEST_REQUIREMENT, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    percent = forms.IntegerField(label=_("At the end of the year, %"), min_value=0, max_value=FULL, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, line: YearLine | Drawn, data: Any = None) -> None:
        self.line = line
        self.task = line.row.task if isinstance(line, YearLine) else line.task
        super().__init__(data, prefix=str(self.task.uid), initial=_initial(line))
        for name in ("requirement", "percent", "keep"):
            label = f"{self.task.name} · {self.fields[name].label}"
            self.fields[name].widget.attrs |= {"aria-label": label, "autocomplete": "off"}

    @property
    def is_new(self) -> bool:
        return isinstance(self.line, Drawn)

    def given(self) -> AnnualRowInput | None:
        """As the service takes it; None for a task that stays out."""
        given = self.cleaned_data
        if self.is_new and not given["keep"]:
            return None
        return AnnualRowInput(
            self.task.uid, given["requirement"], given["percent"], given["revision"] or 0, keep=given["keep"]
        )


def _initial(line: YearLine | Drawn) -> dict[str, Any]:
    if isinstance(line, Drawn):
        return {"keep": False, "percent": FULL if line.ends_this_year else None, "revision": 0}
    row = line.row
    return {"keep": True, "requirement": row.requirement, "percent": row.percent, "revision": row.revision}


class AnnualActForm(forms.Form):
    """One act: the version the person saw, and the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    comment = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT, required=False
    )

    def __init__(self, data: Any = None, *, transition: Transition, version: int) -> None:
        super().__init__(data, initial={"version": version})
        if transition.needs_comment:
            self.fields["comment"].required, self.fields["comment"].label = True, _("Reason")


class DiscardForm(forms.Form):
    """Nothing to fill in."""


class AssessmentForm(forms.Form):
    """One pilot area in one year."""

    inclusion = forms.ChoiceField(
        label=_("Are the goals of the pilot part of the government's yearly assessment?"), choices=Inclusion.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    document = forms.ChoiceField(label=_("Document that says so (register)"), required=False)
    document_text = forms.CharField(
        label=_("Or the document's name and number"), max_length=LONGEST_DOCUMENT, required=False
    )
    assessed_by = forms.CharField(label=_("Assessed by"), max_length=LONGEST_LINE, required=False)
    result = forms.CharField(
        label=_("Result"), max_length=LONGEST_LINE, required=False, help_text=_("As it was published, word for word.")
    )
    result_on = forms.DateField(
        label=_("Result of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, line: AssessmentLine, documents: Sequence[Document]) -> None:
        row = line.assessment
        initial: dict[str, Any] = {"version": 0, "inclusion": Inclusion.NOT_SAID}
        if row is not None:
            names = ("inclusion", "document_text", "assessed_by", "result", "result_on", "note", "version")
            initial = {name: getattr(row, name) for name in names}
            initial["document"] = str(row.document.uid) if row.document else ""
        super().__init__(data, initial=initial)
        field: Any = self.fields["document"]
        field.choices = [("", "—"), *((str(one.uid), str(one)) for one in documents)]

    def given(self) -> AssessmentInput:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        document = uuid.UUID(given["document"]) if given["document"] else None
        return AssessmentInput(**given | {"document": document})
