"""The form that says how far a task is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models import Node, Task, TaskState
from plans.progress_rules import LONGEST_REASON, LONGEST_TEXT, ProgressInput

REACHED = "reached."


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class ProgressForm(forms.Form):
    """A day for each milestone stands first: the percentage rests on them."""

    state = forms.ChoiceField(label=_("State"), choices=TaskState.choices)
    percent = forms.DecimalField(
        label=_("Progress, %"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why other than the milestones say"), required=False, max_length=LONGEST_REASON,
        help_text=_("Only where you give another percentage than the milestones make."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What happened"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A sentence or two. It is offered for the next report."),
    )  # fmt: skip
    done_on = _day(_("Done on"), _("Only for what is done."))

    def __init__(self, data: Any = None, *, task: Task, nodes: Sequence[Node]) -> None:
        state = task.state if task.state != TaskState.NOT_STARTED else TaskState.UNDER_WAY
        start = {"state": state, "done_on": task.done_on}
        if not nodes:
            start["percent"] = f"{task.percent.normalize():f}"
        super().__init__(data, initial=start)
        self.nodes = nodes
        for node in nodes:
            label = gettext("Reached on: %(node)s") % {"node": node.name}
            due = gettext("By %(day)s; share of the work %(weight)s. Empty: not reached.")
            field = _day(label, due % {"day": node.due_on, "weight": f"{node.weight.normalize():f}"})
            field.initial = node.done_on
            self.fields[f"{REACHED}{node.uid}"] = field
        if nodes:
            self.fields["percent"].help_text = gettext("Left empty, it is what the milestones reached make.")
            self.order_fields(["state", *(f"{REACHED}{node.uid}" for node in nodes)])
        else:
            del self.fields["reason"]

    def given(self) -> ProgressInput:
        data = self.cleaned_data
        reached: dict[uuid.UUID, dt.date | None] = {node.uid: data[f"{REACHED}{node.uid}"] for node in self.nodes}
        return ProgressInput(
            data["state"], data["percent"], data["text"], data.get("reason", ""), data["done_on"], reached
        )
