"""Shape of input on the pages of the catalogue; each only fills what the services take."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.measures import Measure
from indicators.models import (
    AskedIndicator,
    Direction,
    Frequency,
    Indicator,
    IndicatorVersion,
    RollUpMethod,
    Series,
)
from indicators.services.asked import LONGEST_SOURCE as LONGEST_ASKED_SOURCE
from indicators.services.asked import AskedRow
from indicators.services.catalogue import LONGEST_CODE, LONGEST_REASON
from indicators.version_facts import (
    FIELDS,
    LONGEST,
    LONGEST_SOURCE,
    MOST_DECIMALS,
    OTHERS,
    VersionFacts,
    facts_of,
)
from pilots.models import PilotArea
from units.calendar import today
from units.models import Division, Unit

MOST_VERSIONS = 10**9 - 1
NOTHING = [("", "—")]
LAST = 10**6


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _line(name: str, label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST[name], required=required, help_text=help_text)


def _text(name: str, label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=LONGEST[name], required=False, help_text=help_text, widget=widget)


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=24, decimal_places=MOST_DECIMALS, required=False, help_text=help_text
    )


def _choice(label: Any, choices: Iterable[Any], help_text: Any = "", *, required: bool = True) -> forms.ChoiceField:
    offered = [*choices] if required else [*NOTHING, *choices]
    return forms.ChoiceField(label=label, choices=offered, required=required, help_text=help_text)


def _other(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=NOTHING, required=False, help_text=help_text)


RATE_ONLY = _("Only for a rate.")
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("What is measured"), ("name_zh", "name_en", "group_zh", "group_en", "caliber_zh", "caliber_en")),
    (_("How it is counted"), ("measure", "precision", "frequency", "lowest", "highest", "is_cumulative", "series")),
    (_("Which way is better"), ("direction", "best_from", "best_to", "criterion_zh", "criterion_en")),
    (_("Where it applies"), ("levels", "applies_by", "applies_over", "department")),
    (
        _("How figures of places make one"),
        ("method", "weight", "numerator_zh", "numerator_en", "denominator_zh", "denominator_en", "numerator",
         "denominator", "scale", "part_measure"),
    ),
)  # fmt: skip


class VersionForm(forms.Form):
    """All that a version says, in groups."""

    version = _version()
    since = _day(_("Counts from"), _("Periods that end on this day or later are judged by it."))
    name_zh = _line("name_zh", _("name"), required=True)
    name_en = _line("name_en", _("English name"))
    group_zh = _line("group_zh", _("group"))
    group_en = _line("group_en", _("group in English"))
    caliber_zh = _text("caliber_zh", _("definition"), _("What is counted and what is not, as the document has it."))
    caliber_en = _text("caliber_en", _("definition in English"))
    measure = _choice(_("unit of measure"), Measure.choices, _("Figures are kept in it; it cannot be changed later."))
    precision = forms.IntegerField(label=_("decimals shown"), min_value=0, max_value=MOST_DECIMALS)
    frequency = _choice(_("frequency"), Frequency.choices, _("Nothing yearly is asked at mid-year."))
    lowest = _number(_("lowest possible value"))
    highest = _number(_("highest possible value"))
    is_cumulative = forms.BooleanField(label=_("counts on from a beginning: it cannot fall"), required=False)
    series = _choice(
        _("re-based by"), Series.choices[1:], _("Figures of two editions are not compared."), required=False
    )
    direction = _choice(_("direction"), Direction.choices)
    best_from = _number(_("best range from"), _("Only where a range is best."))
    best_to = _number(_("best range to"))
    criterion_zh = _text("criterion_zh", _("criterion of completion"), _("Only for a goal in words."))
    criterion_en = _text("criterion_en", _("criterion in English"))
    levels = forms.MultipleChoiceField(
        label=_("only places of these levels"), choices=Division.Level.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: places of all levels."),
    )  # fmt: skip
    applies_by = _other(_("only where this indicator"))
    applies_over = _number(_("is above"))
    department = _other(_("department responsible"))
    method = _choice(_("roll-up"), RollUpMethod.choices)
    weight = _other(_("weighted by"), _("Needed for a weighted mean; otherwise coverage is counted by it."))
    numerator_zh = _line("numerator_zh", _("numerator"), RATE_ONLY)
    numerator_en = _line("numerator_en", _("numerator in English"))
    denominator_zh = _line("denominator_zh", _("denominator"), RATE_ONLY)
    denominator_en = _line("denominator_en", _("denominator in English"))
    numerator = _other(_("indicator that measures the numerator"), RATE_ONLY)
    denominator = _other(_("indicator that measures the denominator"), RATE_ONLY)
    scale = forms.DecimalField(
        label=_("times"), max_digits=12, decimal_places=MOST_DECIMALS, initial=1,
        help_text=_("numerator ÷ denominator × this: 100 for percent, otherwise 1."),
    )  # fmt: skip
    part_measure = _choice(_("unit of numerator and denominator"), Measure.choices, RATE_ONLY, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=LONGEST_SOURCE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where what is new here comes from: a document, or who decided it and when."),
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        others: Sequence[Indicator],
        departments: Sequence[Unit],
        of: IndicatorVersion | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(of))
        names = [*NOTHING, *((row.code, row.name) for row in others)]
        for name in OTHERS:
            self.fields[name].choices = names  # type: ignore[attr-defined]
        offices = [*NOTHING, *((str(unit.uid), unit.name) for unit in departments)]
        self.fields["department"].choices = offices  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[Any, list[BoundField]]]:
        return [(label, [self[name] for name in names]) for label, names in GROUPS]

    def facts(self) -> VersionFacts:
        given = {name: self.cleaned_data[name] for name in (*FIELDS, "source")}
        department = uuid.UUID(given["department"]) if given["department"] else None
        return VersionFacts(**{**given, "levels": tuple(given["levels"]), "department": department})


def _initial(version: IndicatorVersion | None) -> dict[str, Any]:
    if version is None:
        plain = asdict(VersionFacts("", "", ""))
        return {**plain, "version": 0, "since": today().replace(month=1, day=1)}
    facts = asdict(facts_of(version))
    return {**facts, "version": version.indicator.version, "since": today()}


class OwnForm(VersionForm):
    """An own indicator: whose, under which code, and what it means."""

    pilot_area = forms.ChoiceField(label=_("Pilot area"))
    code = forms.CharField(
        label=_("code"), max_length=LONGEST_CODE,
        help_text=_("Small letters, digits and hyphens. It stands in addresses and files and never changes."),
    )  # fmt: skip
    field_order: Any = ("version", "pilot_area", "code", "since")

    def __init__(self, data: Any = None, *, areas: Sequence[PilotArea], **offered: Any) -> None:
        super().__init__(data, **offered)
        self.fields["since"].required = False
        self.fields["since"].help_text = _("Left empty: it always meant this.")
        self.fields["pilot_area"].choices = [(str(row.uid), row.name) for row in areas]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """From when it is not asked any more, and why."""

    version = _version()
    on = _day(_("No longer asked from"), _("A period that ends on this day or later has no cell for it."))
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class MapForm(forms.Form):
    """What an own indicator counts towards."""

    version = _version()
    to = forms.ChoiceField(
        label=_("Counts towards"), required=False,
        help_text=_("Only shared indicators measured alike can be chosen."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, indicator: Indicator, others: Sequence[Indicator]) -> None:
        mapped = indicator.mapped_to.code if indicator.mapped_to else ""
        super().__init__(data, initial={"version": indicator.version, "to": mapped})
        offered = [("", _("nothing: it stays out of wider roll-ups")), *((row.code, row.name) for row in others)]
        self.fields["to"].choices = offered  # type: ignore[attr-defined]


class AskedForm(forms.Form):
    """The list a programme asks for: each row's place, whether it is compulsory, whether it stays; and what joins."""

    version = _version()

    def __init__(self, data: Any = None, *, rows: Sequence[AskedIndicator], others: Sequence[Indicator], saw: int):
        super().__init__(data, initial={"version": saw})
        self.rows = rows
        for number, row in enumerate(rows, start=1):
            code = row.indicator.code
            self.fields[f"place-{code}"] = forms.IntegerField(
                label=pgettext_lazy("in a list", "place"), initial=number, required=False, min_value=1, max_value=LAST
            )
            self.fields[f"compulsory-{code}"] = forms.BooleanField(
                label=_("compulsory"), initial=row.is_compulsory, required=False
            )
            self.fields[f"keep-{code}"] = forms.BooleanField(label=_("asked"), initial=True, required=False)
        self.fields["add"] = forms.MultipleChoiceField(
            label=_("Ask for these besides"), choices=[(row.code, row.name) for row in others], required=False,
            widget=forms.CheckboxSelectMultiple, help_text=_("They come last; give them a place afterwards."),
        )  # fmt: skip
        self.fields["source"] = forms.CharField(
            label=_("Source"), max_length=LONGEST_ASKED_SOURCE, widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Which document or decision the list follows."),
        )  # fmt: skip

    def lines(self) -> list[tuple[AskedIndicator, BoundField, BoundField, BoundField]]:
        """Each row with its three fields, as the page draws them."""
        codes = [(row, row.indicator.code) for row in self.rows]
        return [(row, self[f"place-{code}"], self[f"compulsory-{code}"], self[f"keep-{code}"]) for row, code in codes]

    def asked(self) -> tuple[AskedRow, ...]:
        """The list as it is to be; a row without a place comes after those that have one."""
        given = self.cleaned_data
        kept = [row.indicator.code for row in self.rows if given[f"keep-{row.indicator.code}"]]
        kept.sort(key=lambda code: given[f"place-{code}"] or LAST)
        return (*(AskedRow(code, given[f"compulsory-{code}"]) for code in kept), *(AskedRow(c) for c in given["add"]))
