"""Shape of input on the pages about figures beside the reports; each only fills what the services take."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.grid import typed_of
from indicators.models import Absence, FigureStatus, Part, Supplement
from indicators.rows_typed import LONGEST_ANSWER
from indicators.services.drafting import FigureInput
from indicators.services.supplements import FIRST_YEAR, LONGEST_REASON, LONGEST_TITLE, FilledRow
from indicators.supplements import Row
from indicators.typed import measures_for
from pilots.models import PilotArea
from records.workflow import LONGEST_COMMENT, Transition

NUMBERS = ("numerator", "denominator", "value")
ANSWER = "answer-"


class BeginForm(forms.Form):
    """What for, of which pilot area, and a name that tells it apart."""

    what = forms.ChoiceField(label=_("Figures"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, help_text=_("For example: final figures of 2025.")
    )
    reason = forms.CharField(
        label=_("Why these come now"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_REASON,
        required=False,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, final: Iterable[PilotArea], shared: Iterable[PilotArea]) -> None:
        super().__init__(data)
        choices = [(f"final:{pilot.uid}", gettext("Came later: %(pilot)s") % {"pilot": pilot.name}) for pilot in final]
        choices += [(f"shared:{p.uid}", gettext("For others to use: %(pilot)s") % {"pilot": p.name}) for p in shared]
        field: Any = self.fields["what"]
        field.choices = choices
        field.initial = choices[0][0] if choices else None

    def chosen(self) -> tuple[str, uuid.UUID]:
        """Purpose and pilot area."""
        purpose, _colon, uid = self.cleaned_data["what"].partition(":")
        return Supplement.Purpose(purpose).value, uuid.UUID(uid)


class PastPeriodForm(forms.Form):
    """Which past period rows are chosen of."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=2200)
    part = forms.ChoiceField(label=_("Period"), choices=Part.choices, required=False)


class SupplementActForm(forms.Form):
    """One act: the version the person saw, and the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    comment = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT, required=False
    )

    def __init__(self, data: Any = None, *, transition: Transition, version: int) -> None:
        super().__init__(data)
        self.fields["version"].initial = version
        if transition.needs_comment:
            self.fields["comment"].required, self.fields["comment"].label = True, _("Reason")


class RowForm(forms.Form):
    """One row as cells. What is typed goes to the service as it is: it says what cannot be read, cell by cell."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    numerator = forms.CharField(label=_("Numerator"), required=False, strip=False)
    denominator = forms.CharField(label=_("Denominator"), required=False, strip=False)
    value = forms.CharField(label=_("Value"), required=False, strip=False)
    measure = forms.ChoiceField(label=_("Unit of measure"), required=False)
    status = forms.ChoiceField(label=_("How settled"), choices=FigureStatus.choices, required=False)
    absence = forms.ChoiceField(label=_("Number or why not"), choices=Absence.choices, required=False)
    reason = forms.CharField(label=_("Why not"), required=False)
    source = forms.CharField(label=_("Source"), required=False)
    note = forms.CharField(label=_("Note"), required=False)

    def __init__(self, row: Row, data: Any = None) -> None:
        self.row = row
        super().__init__(data, prefix=row.key, initial=_initial(row))
        self._measures()
        self._answers()
        if not row.version.is_rate:
            del self.fields["numerator"], self.fields["denominator"]
        for name, field in self.fields.items():
            number = " num" if name in NUMBERS else ""
            shown = "form-control" if name.startswith(ANSWER) else f"figure-cell{number}"
            words = f"{row.version.name} {row.figure.period} · {field.label}"
            field.widget.attrs |= {"class": shown, "aria-label": words, "autocomplete": "off"}
        for name in ("reason", "source", "note"):
            self.fields[name].widget.attrs["placeholder"] = str(self.fields[name].label)

    def _measures(self) -> None:
        found = measures_for(self.row.version)
        field: Any = self.fields["measure"]
        field.choices = [(measure.value, measure.label) for measure in found]
        if not self.initial["measure"]:
            self.initial["measure"] = found[0].value

    def _answers(self) -> None:
        for flaw in self.row.flaws:
            if not flaw.is_error:
                self.fields[f"{ANSWER}{flaw.code}"] = forms.CharField(
                    label=_("Explanation"), required=False, max_length=LONGEST_ANSWER,
                    widget=forms.Textarea(attrs={"rows": 1}),
                )  # fmt: skip

    @property
    def is_posted(self) -> bool:
        return self.is_bound and self.add_prefix("revision") in self.data

    def checks(self) -> list[tuple[Any, Any]]:
        """Each flaw with the field of its answer; None for an error."""
        return [(flaw, None if flaw.is_error else self[f"{ANSWER}{flaw.code}"]) for flaw in self.row.flaws]

    def filled(self) -> FilledRow:
        """The row as the service takes it; asked for when the form is valid."""
        given = self.cleaned_data
        figure = self.row.figure
        answers = {name.removeprefix(ANSWER): text for name, text in given.items() if name.startswith(ANSWER)}
        texts = {name: given.get(name) or "" for name in (*NUMBERS, "absence", "reason", "source", "note")}
        return FilledRow(
            figure.year,
            figure.part,
            FigureInput(
                division=figure.division.uid, indicator=figure.indicator.code, revision=given["revision"] or 0,
                measure=given["measure"], status=given["status"] or figure.status, answers=answers, **texts,
            ),
        )  # fmt: skip


def _initial(row: Row) -> dict[str, Any]:
    figure = row.figure
    names = ("revision", "status", "absence", "reason", "source", "note")
    answers = {f"{ANSWER}{flaw.code}": said for flaw, said in row.answered}
    return {**{name: getattr(figure, name) for name in names}, **typed_of(figure, row.version), **answers}
