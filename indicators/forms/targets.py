"""Shape of input on the pages that set targets and baselines; each only fills what the services take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.figure_words import plain
from indicators.measures import Measure, alike
from indicators.models import Comparison, FigureStatus, Indicator, PathShape, Target, Vintage
from indicators.services.baselines import BaselineInput
from indicators.services.citing import FIRST_YEAR, LAST_YEAR, LONGEST_NOTE, LONGEST_REASON, LONGEST_WORDING, Saying
from indicators.services.targets import Demand
from indicators.targets import meanings, settable
from pilots.models import Document, PilotArea

LONGEST_NUMBER = 60
CLAUSE, DOCUMENT = "clause:", "document:"
SAYING = ("as_written", "source", "note", "vintage")
DEMAND = ("comparison", "value", "value_to", "measure", "due_on", "shape", "is_year_inferred")


def _lines(label: Any, most: int, rows: int = 2, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, help_text=help_text)


class ReasonForm(forms.Form):
    """An act that needs nothing but why."""

    reason = _lines(_("Reason"), LONGEST_REASON, required=True)


class SayingForm(forms.Form):
    """Who says so, and why it is done. `document` holds a document or one of its clauses."""

    document = forms.ChoiceField(
        label=_("Document and clause"), required=False, choices=(),
        help_text=_("What is not on the list has to be entered in the register of documents first."),
    )  # fmt: skip
    as_written = forms.CharField(
        label=_("As written there"), required=False, max_length=LONGEST_WORDING, help_text=_("Word for word.")
    )
    source = _lines(_("Source"), LONGEST_NOTE, help_text=_("Required where no document is chosen."))
    vintage = forms.ChoiceField(
        label=_("Edition of the series"), required=False, choices=(),
        help_text=_("Left empty: the one in force when it was said. Figures of another are not held against it."),
    )  # fmt: skip
    note = _lines(_("Note"), LONGEST_NOTE)
    reason = _lines(_("Reason"), LONGEST_REASON, required=True)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self._choices("document", document_choices())
        editions = Vintage.objects.order_by("series", "from_year")
        self._choices("vintage", [("", "—"), *((row.code, row.name) for row in editions)])

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def saying(self) -> Saying:
        """What was given, for the services."""
        kind, _colon, uid = self.cleaned_data["document"].partition(":")
        cited = {kind: uid} if uid else {}
        return Saying(**cited, **{name: self.cleaned_data[name] for name in SAYING})


def document_choices() -> list[tuple[Any, Any]]:
    """Every document on the register with its clauses, the newest first."""
    found: list[tuple[Any, Any]] = [("", _("none"))]
    for row in Document.objects.prefetch_related("clauses").order_by("-year", "number", "id"):
        name = f"{row.number} {row.name}".strip()
        whole = (f"{DOCUMENT}{row.uid}", _("as a whole"))
        found.append((name[:80], [whole, *((f"{CLAUSE}{c.uid}", c.title) for c in row.clauses.all())]))
    return found


def indicator_choices(pilot: PilotArea) -> list[tuple[Any, Any]]:
    """What the pilot area can have targets for, with the unit of each."""
    rows = list(settable(pilot))
    versions = meanings(row.pk for row in rows)
    return [(row.code, f"{row.name} ({versions[row.pk].get_measure_display()})") for row in rows if row.pk in versions]


def measure_choices(indicator: Indicator | None) -> list[tuple[Any, Any]]:
    """The units a figure can be typed in: of a known indicator those alike, otherwise all."""
    version = meanings([indicator.pk]).get(indicator.pk) if indicator else None
    units = alike(version.measure) if version else list(Measure)
    return [("", _("the indicator's own")), *((unit.value, unit.label) for unit in units)]


class TargetForm(SayingForm):
    """A target to be set, or with `before` to be replaced."""

    indicator = forms.ChoiceField(label=_("Indicator"), choices=())
    comparison = forms.ChoiceField(label=_("Comparison"), choices=Comparison.choices)
    value = forms.CharField(
        label=_("Value"), required=False, max_length=LONGEST_NUMBER,
        help_text=_("As written: 52.2, 42万, 80%. Left empty for what is done or not done."),
    )  # fmt: skip
    value_to = forms.CharField(
        label=_("upper value"), required=False, max_length=LONGEST_NUMBER, help_text=_("Of a range only: 3 to 5.")
    )
    measure = forms.ChoiceField(label=_("Unit"), required=False, choices=())
    due_on = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Of a year its last day. Left empty: at all times."),
    )  # fmt: skip
    is_year_inferred = forms.BooleanField(
        label=_("The document does not give the year in that sentence"), required=False,
        help_text=_("Say in the note what it is inferred from."),
    )  # fmt: skip
    shape = forms.ChoiceField(label=_("Path"), choices=PathShape.choices, required=False)
    field_order = ("indicator", *DEMAND, "document", *SAYING, "reason")

    def __init__(
        self, data: Any = None, *, pilot: PilotArea, before: Target | None = None, indicator: str = ""
    ) -> None:
        super().__init__(data, initial=_as_typed(before) if before else {"indicator": indicator})
        self._choices("indicator", indicator_choices(pilot))
        self._choices("measure", measure_choices(before.indicator if before else None))
        if before:
            del self.fields["indicator"]

    def demand(self) -> Demand:
        """What was given, for the services."""
        given = {name: self.cleaned_data[name] for name in DEMAND}
        return Demand(**{**given, "shape": given["shape"] or PathShape.LINEAR.value})


def _as_typed(target: Target) -> dict[str, Any]:
    """A target as the form would have been filled in for it."""
    numbers = {"value": target.value, "value_to": target.value_to}
    same = ("comparison", "due_on", "shape", "is_year_inferred", "as_written", "source", "note")
    whole = f"{DOCUMENT}{target.document.uid}" if target.document else ""
    return {
        **{name: getattr(target, name) for name in same},
        **{name: "" if number is None else plain(number) for name, number in numbers.items()},
        "document": f"{CLAUSE}{target.clause.uid}" if target.clause else whole,
        "vintage": target.vintage.code if target.vintage else "",
    }


class BaselineForm(SayingForm):
    """A baseline to be set."""

    indicator = forms.ChoiceField(label=_("Indicator"), choices=())
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    value = forms.CharField(label=_("Value"), max_length=LONGEST_NUMBER, help_text=_("As written: 43.29, 1.2万, 80%."))
    measure = forms.ChoiceField(label=_("Unit"), required=False, choices=())
    status = forms.ChoiceField(label=_("How settled"), required=False, choices=())
    is_chosen = forms.BooleanField(label=_("Draw the path from this one"), required=False)
    field_order = ("indicator", "year", "value", "measure", "status", "is_chosen", "document", *SAYING, "reason")

    def __init__(self, data: Any = None, *, pilot: PilotArea, indicator: str = "") -> None:
        super().__init__(data, initial={"indicator": indicator})
        self._choices("indicator", indicator_choices(pilot))
        self._choices("measure", measure_choices(None))
        self._choices("status", [("", _("nobody says")), *FigureStatus.choices])

    def baseline(self, pilot: PilotArea) -> BaselineInput:
        """What was given, for the services."""
        names = ("indicator", "year", "value", "reason", "measure", "status", "is_chosen")
        return BaselineInput(pilot.uid, saying=self.saying(), **{name: self.cleaned_data[name] for name in names})
