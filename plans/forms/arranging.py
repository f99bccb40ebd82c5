"""Shape of input on the pages that arrange the work of a plan; each only fills what the services take."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.models import Node, Task
from plans.services.arranging import FIRST_DAY, LAST_DAY, MOST_DAYS, ArrangeInput, NeedInput
from plans.services.nodes import LARGEST_WEIGHT, LONGEST_EVIDENCE, LONGEST_NAME, NodeInput

LARGEST_REVISION = 2**31 - 1


def _day(label: Any, *, required: bool, help_text: Any = "") -> forms.DateField:
    limits = {"type": "date", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
    widget = forms.DateInput(attrs=limits, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _revision() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST_REVISION)


class ArrangeForm(forms.Form):
    """Days and the earliest day."""

    days = forms.IntegerField(
        label=_("Days it takes"), required=False, min_value=1, max_value=MOST_DAYS,
        help_text=_("Calendar days, the first and the last counted. Empty: not known yet, counts as no day."),
    )  # fmt: skip
    begins_on = _day(
        _("Not before"), required=False, help_text=_("Only where something else than the tasks it waits for holds it.")
    )
    revision = _revision()

    def __init__(self, data: Any = None, *, task: Task) -> None:
        super().__init__(
            data, initial={"days": task.days, "begins_on": task.begins_on, "revision": task.revision}
        )  # fmt: skip

    def given(self) -> ArrangeInput:
        return ArrangeInput(self.cleaned_data["days"], self.cleaned_data["begins_on"])


class NeedForm(forms.Form):
    """What it waits for, and the days between."""

    needs = forms.ChoiceField(label=_("Waits for"))
    lag_days = forms.IntegerField(
        label=_("Days between"), required=False, min_value=0, max_value=MOST_DAYS, initial=0,
        help_text=_("Calendar days that must pass after it is finished, for example while something is on display."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, tasks: Iterable[Task]) -> None:
        super().__init__(data)
        field: Any = self.fields["needs"]
        field.choices = [("", _("Choose a task")), *((str(task.uid), str(task)) for task in tasks)]

    def given(self) -> NeedInput:
        return NeedInput(uuid.UUID(self.cleaned_data["needs"]), self.cleaned_data["lag_days"] or 0)


class NodeForm(forms.Form):
    """A milestone."""

    name_zh = forms.CharField(label=_("What is reached"), max_length=LONGEST_NAME)
    name_en = forms.CharField(label=_("In English"), max_length=LONGEST_NAME, required=False)
    due_on = _day(_("By"), required=True)
    weight = forms.DecimalField(
        label=_("Share of the work"), required=False, min_value=0, max_value=LARGEST_WEIGHT, decimal_places=2,
        help_text=_("Beside the other milestones of the task: twice the number is twice the work. Empty: 1."),
    )  # fmt: skip
    evidence = forms.CharField(label=_("What shows it"), max_length=LONGEST_EVIDENCE, required=False)
    revision = _revision()

    def __init__(self, data: Any = None, *, task: Task, node: Node | None = None) -> None:
        initial: dict[str, Any] = {"revision": task.revision, "weight": Decimal(1)}
        if node is not None:
            initial |= {
                name: getattr(node, name) for name in ("name_zh", "name_en", "due_on", "weight", "evidence")
            }  # fmt: skip
        super().__init__(data, initial=initial)

    def given(self) -> NodeInput:
        data = self.cleaned_data
        weight = data["weight"] if data["weight"] is not None else Decimal(1)
        return NodeInput(data["name_zh"], data["due_on"], weight, data["evidence"], data["name_en"])
