"""The forms of rules for dates, of what goes with them, and of the ladder. They work without JavaScript.

The form of a rule shows the fields of every function, and reads those of the one that is chosen.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import BadInput, Finding
from reporting.deadlines.facts import LONGEST_SOURCE, OFFICE_ZONE, RuleFacts
from reporting.deadlines.rulebook import place_name, rule_name
from reporting.deadlines.wording import NTH_WORDS
from reporting.models import (
    Anchor,
    Audience,
    DateFunction,
    DateRule,
    DeadlinePolicy,
    OnNonWorking,
    ReminderStep,
)
from reporting.services.ladders import BOUNDS, StepInput

type_choices = Iterable[tuple[Any, Any]]

GROUPS: dict[str, tuple[str, ...]] = {
    DateFunction.FIXED_DATE: ("fixed_month", "day"),
    DateFunction.NTH_WEEKDAY: ("weekday_month", "nth", "weekday"),
    DateFunction.AFTER_DUE: ("after", "working_days"),
}
"""The fields of each function; two of them ask for a month."""

MONTH_FIELDS = ("fixed_month", "weekday_month")


def _choice(label: Any, choices: type_choices, *, blank: bool = True) -> forms.TypedChoiceField:
    offered = [("", "—"), *choices] if blank else [*choices]
    return forms.TypedChoiceField(label=label, choices=offered, coerce=int, empty_value=None)


def _source() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("The document that sets this, or who decided it and when."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_SOURCE,
    )


def _time(label: Any, *, required: bool, help_text: Any = "") -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, help_text=help_text, widget=widget)


class RuleForm(forms.Form):
    """A rule: one function, its parameters, what becomes of a day off, the time, the source."""

    use_required_attribute = False  # a browser would ask for the fields of every function

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    place = forms.ChoiceField(label=gettext_lazy("Applies to"))
    function = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=DateFunction.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Only the fields of the rule you choose are read."),
    )
    fixed_month = _choice(gettext_lazy("month"), MONTHS.items())
    day = forms.IntegerField(label=gettext_lazy("day"))
    weekday_month = _choice(gettext_lazy("month"), MONTHS.items())
    nth = _choice(gettext_lazy("which one"), NTH_WORDS.items())
    weekday = _choice(gettext_lazy("weekday"), WEEKDAYS.items())
    after = forms.ChoiceField(label=gettext_lazy("Counted from"))
    working_days = forms.IntegerField(
        label=gettext_lazy("working days"), help_text=gettext_lazy("Negative: so many working days before.")
    )
    year_offset = _choice(
        gettext_lazy("Year"),
        [
            (0, gettext_lazy("that of the period")),
            (1, gettext_lazy("the year after")),
            (-1, gettext_lazy("the year before")),
        ],
        blank=False,
    )
    on_non_working = forms.ChoiceField(label=gettext_lazy("On a day off"), choices=OnNonWorking.choices)
    after_holiday_days = forms.IntegerField(
        label=gettext_lazy("n-th working day after"),
        required=False,
        help_text=gettext_lazy("Only where the date moves to the n-th working day after the days off."),
    )
    time_of_day = _time(
        gettext_lazy("Time of day"), required=False, help_text=gettext_lazy("Empty: until the end of the day.")
    )
    zone = forms.CharField(label=gettext_lazy("time zone"), max_length=60, initial=OFFICE_ZONE)
    source = _source()
    end_own_rules = forms.BooleanField(
        label=gettext_lazy("End offices' own rules that would then be later than what these offices owe"),
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        rule: DateRule | None = None,
        places: Sequence[tuple[str, str]] = (),
        followable: Sequence[DateRule] = (),
        may_end: bool = False,
    ) -> None:
        super().__init__(data, initial=_of_rule(rule) if rule else {"version": 0, "function": "fixed_date"})
        names = [("", "—"), *((str(row.uid), rule_name(row)) for row in followable)]
        self.fields["after"].choices = names  # type: ignore[attr-defined]
        self.fields["place"].choices = [_place(*place) for place in places]  # type: ignore[attr-defined]
        if rule is not None:
            del self.fields["place"]
        if not may_end:
            del self.fields["end_own_rules"]

    def full_clean(self) -> None:
        """The fields of the chosen function are asked for, and those of the others are not read."""
        chosen = GROUPS.get(str(self.data.get("function")), ())
        unread = [name for names in GROUPS.values() for name in names if name not in chosen]
        for name in unread:
            self.fields[name].disabled = True
            self.fields[name].required = False
        super().full_clean()
        for name in unread:
            self.fields[name].disabled = False
            self.fields[name].required = True

    def group(self, function: str) -> list[BoundField]:
        """The fields of one function."""
        return [self[name] for name in GROUPS[function]]

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Each function's words with its fields, as the page draws them."""
        return [(str(label), self.group(value)) for value, label in DateFunction.choices]

    def chosen_place(self) -> tuple[str, str]:
        kind, _dot, capacity = self.cleaned_data["place"].partition(".")
        return kind, capacity

    def facts(self) -> RuleFacts:
        """What was typed, of the chosen function alone."""
        given = self.cleaned_data
        read = GROUPS[given["function"]]
        chosen = {"month" if name in MONTH_FIELDS else name: given[name] for name in read}
        if "after" in chosen:
            chosen["after"] = uuid.UUID(chosen["after"]) if chosen["after"] else None
        names = ("function", "source", "year_offset", "time_of_day", "zone", "on_non_working")
        counts = given["on_non_working"] == OnNonWorking.AFTER_HOLIDAY
        days = given["after_holiday_days"] if counts else None
        return RuleFacts(**{name: given[name] for name in names}, **chosen, after_holiday_days=days)

    def refused(self, error: BadInput) -> BadInput:
        """The refusal with the names its fields have here."""
        month = next((name for name in GROUPS[self.cleaned_data["function"]] if name in MONTH_FIELDS), "function")
        names = {"month": month, "kind": "place", "capacity": "place"}
        found = tuple(Finding(f.code, f.message, names.get(f.target, f.target)) for f in error.findings)
        return BadInput(error.message, findings=found)


def _place(kind: str, capacity: str) -> tuple[str, str]:
    return f"{kind}.{capacity}", place_name(kind, capacity)


def _of_rule(rule: DateRule) -> dict[str, Any]:
    names = ("version", "function", "day", "nth", "weekday", "working_days", "year_offset", "on_non_working")
    found = {name: getattr(rule, name) for name in (*names, "after_holiday_days", "time_of_day", "zone")}
    month = "weekday_month" if rule.function == DateFunction.NTH_WEEKDAY else "fixed_month"
    after = str(rule.after.uid) if rule.after else ""
    # The portal's own proposal is no source for what somebody decides.
    return {**found, month: rule.month, "after": after, "source": "" if rule.is_ours else rule.source}


class EndForm(forms.Form):
    """Ending an own rule: the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def _bounded(label: Any, name: str) -> forms.IntegerField:
    least, most = BOUNDS[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most)


class PolicyForm(forms.Form):
    """What goes with all dates of a programme."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    open_days_before = _bounded(
        gettext_lazy("A period opens this many days before the first due date"), "open_days_before"
    )
    least_fill_days = _bounded(gettext_lazy("Least time to fill in, in working days"), "least_fill_days")
    return_days = _bounded(gettext_lazy("A return is due again after this many working days"), "return_days")
    chase_again_hours = _bounded(
        gettext_lazy("The same report is chased again only after this many hours"), "chase_again_hours"
    )
    send_at = _time(gettext_lazy("Reminders go out at"), required=True)
    source = _source()

    def __init__(self, data: Any = None, *, policy: DeadlinePolicy | None) -> None:
        initial: dict[str, Any] = {"version": 0}
        if policy is not None:
            initial = {name: getattr(policy, name) for name in (*BOUNDS, "send_at", "version")}
            initial["source"] = "" if policy.is_ours else policy.source
        super().__init__(data, initial=initial)


NUMBERS = re.compile(r"[\s,;\u3001]+")
MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
LADDER_FIELDS: dict[tuple[str, str], tuple[Any, Any]] = {
    (Anchor.OPENING, Audience.DRAFTERS): (
        gettext_lazy("After the opening: drafters"),
        gettext_lazy("0 is the day the period opens."),
    ),
    (Anchor.OPENING, Audience.LEADS): (gettext_lazy("After the opening: leads"), ""),
    (Anchor.DUE, Audience.DRAFTERS): (
        gettext_lazy("Around the due date: drafters"),
        gettext_lazy("Negative: so many working days before; 0 is the due date."),
    ),
    (Anchor.DUE, Audience.LEADS): (gettext_lazy("Around the due date: leads"), ""),
    (Anchor.DUE, Audience.RECEIVER): (
        gettext_lazy("After the due date: the receiver's reviewers"),
        gettext_lazy("The office the report goes to, and nobody above it."),
    ),
    (Anchor.TASK, Audience.PERSONS): (
        gettext_lazy("Around the latest finish of a task: responsible persons"),
        gettext_lazy("Negative: so many working days before; 0 is the day itself."),
    ),
    (Anchor.TASK, Audience.DRAFTERS): (
        gettext_lazy("After the latest finish of a task: drafters of the plan's office"),
        "",
    ),
    (Anchor.TASK, Audience.LEADS): (gettext_lazy("After the latest finish of a task: leads of the plan's office"), ""),
}


class LadderForm(forms.Form):
    """The whole ladder: for each audience the working days on which it is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, steps: Sequence[ReminderStep], version: int) -> None:
        super().__init__(data, initial={"version": version})
        for key, (label, help_text) in LADDER_FIELDS.items():
            numbers = [step.offset for step in steps if (step.anchor, step.audience) == key]
            written = ", ".join(str(number) for number in numbers)
            field = forms.CharField(label=label, help_text=help_text, required=False, max_length=300, initial=written)
            self.fields[_name(*key)] = field

    def clean(self) -> dict[str, Any]:
        for key in LADDER_FIELDS:
            self._read(_name(*key))
        return self.cleaned_data

    def _read(self, name: str) -> None:
        typed = unicodedata.normalize("NFKC", self.cleaned_data.get(name, "")).translate(MINUS)
        words = [word for word in NUMBERS.split(typed) if word]
        try:
            self.cleaned_data[name] = [_whole_number(word) for word in words]
        except ValueError as error:
            self.add_error(name, _("“%(word)s” is no whole number.") % {"word": str(error)[:20]})

    def steps(self) -> tuple[StepInput, ...]:
        """The rungs in the order of the fields."""
        return tuple(
            StepInput(anchor, offset, audience)
            for anchor, audience in LADDER_FIELDS
            for offset in self.cleaned_data[_name(anchor, audience)]
        )

    def refused(self, error: BadInput) -> BadInput:
        """The refusal at the field each step was written in: `steps.2.offset` is the third of them all."""
        names = [_name(step.anchor, step.audience) for step in self.steps()]
        found = tuple(_at_field(finding, names) for finding in error.findings)
        return BadInput(error.message, findings=found)


def _at_field(finding: Finding, names: Sequence[str]) -> Finding:
    match finding.target.split("."):
        case ["steps", number, *_rest]:
            return Finding(finding.code, finding.message, names[int(number)])
    return finding


def _name(anchor: str, audience: str) -> str:
    return f"{anchor}_{audience}"


def _whole_number(word: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", word):
        raise ValueError(word)
    return int(word)
