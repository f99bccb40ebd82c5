"""Shape of input on the pages about plans and their rows; each only fills what the services take."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from indicators.forms.targets import document_choices
from pilots.models import Clause, Document, PilotArea
from plans.models import BELOW, Level, Plan, Task
from plans.services.fields import LONGEST_CODE, FieldInput
from plans.services.plans import PlanInput
from plans.services.structure import LONGEST_REASON, StructureInput
from plans.task_edits import LONGEST_EVIDENCE, LONGEST_MARK, LONGEST_NAME, LONGEST_TEXT, TaskInput
from plans.tree import fields_of, goals_and_tasks, linkable_indicators

MOST_VERSIONS = 10**9 - 1
CLAUSE = "clause:"
FIRST = "first"


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _line(label: Any, most: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text)


def _lines(label: Any, most: int, rows: int = 4, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget, help_text=help_text)


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field: Any = form.fields[name]
    field.choices = list(choices)


class PlanForm(forms.Form):
    """The head of a plan."""

    version = _version()
    title = _line(_("Title"), LONGEST_NAME, required=True)
    title_en = _line(_("Title in English"), LONGEST_NAME)
    document = forms.ChoiceField(
        label=_("Document"), required=False, choices=(),
        help_text=_("What is not on the list has to be entered in the register of documents first."),
    )  # fmt: skip
    begins_on = _day(_("Begins on"), help_text=_("The first day on which work can be done."))
    ends_on = _day(_("Ends on"), help_text=_("The day by which everything is to be done."))

    def __init__(self, data: Any = None, *, plan: Plan | None = None) -> None:
        super().__init__(data)
        rows = Document.objects.order_by("-year", "number", "id")
        _offer(self, "document", [("", "—"), *((str(row.uid), str(row)[:100]) for row in rows)])
        self.initial = {"version": 0}
        if plan is not None:
            self.initial = {name: getattr(plan, name) for name in ("version", "title", "title_en")}
            self.initial |= {"begins_on": plan.begins_on, "ends_on": plan.ends_on}
            self.initial["document"] = str(plan.document.uid) if plan.document else ""

    def given(self) -> PlanInput:
        data = self.cleaned_data
        return PlanInput(
            data["title"], data["begins_on"], data["ends_on"], data["title_en"],
            uuid.UUID(data["document"]) if data["document"] else None,
        )  # fmt: skip


class BeginPlanForm(PlanForm):
    pilot_area = forms.ChoiceField(label=_("Pilot area"), choices=())
    field_order = ("pilot_area",)

    def __init__(self, data: Any = None, *, pilots: Iterable[PilotArea]) -> None:
        super().__init__(data)
        _offer(self, "pilot_area", [(str(pilot.uid), pilot.name) for pilot in pilots])


class TaskForm(forms.Form):
    """One row. Its level follows from what it is part of."""

    revision = _version()
    parent = forms.ChoiceField(label=_("Part of"), required=False, choices=())
    after = forms.ChoiceField(label=pgettext_lazy("task", "Place"), required=False, choices=())
    mark = _line(_("Number in the document"), LONGEST_MARK, help_text=_("As the document writes it: （二）, 2."))
    name_zh = _line(pgettext_lazy("task", "Name"), LONGEST_NAME, required=True)
    name_en = _line(_("Name in English"), LONGEST_NAME)
    text = _lines(_("Wording"), LONGEST_TEXT, 8, _("Word for word, where it comes from a document."))
    clause = forms.ChoiceField(label=_("Clause of the document"), required=False, choices=())
    fields_of_work = forms.MultipleChoiceField(
        label=_("Fields of work"), required=False, choices=(), widget=forms.CheckboxSelectMultiple
    )
    is_multi_plan = forms.BooleanField(label=_("Multi-plan integration (N7)"), required=False)
    weight = forms.DecimalField(label=_("Weight"), max_digits=6, decimal_places=2, initial=1)
    due_on = _day(_("To be done by"), required=False)
    evidence = _lines(_("What shows that it is done"), LONGEST_EVIDENCE, 3)

    def __init__(self, data: Any = None, *, plan: Plan, task: Task | None = None, parent: Task | None = None) -> None:
        super().__init__(data)
        self.plan, self.over = plan, {str(row.uid): row for row in goals_and_tasks(plan)}
        named = [(uid, f"{'　' * row.depth}{row}") for uid, row in self.over.items() if row != task]
        _offer(self, "parent", [("", gettext("nothing: it is a goal")), *named])
        above = task.parent if task else parent
        _offer(self, "after", self._places(task, above))
        _offer(self, "clause", _clauses(plan, task))
        _offer(self, "fields_of_work", ((row.code, row.name) for row in fields_of(plan)))
        if not self.fields["fields_of_work"].choices:  # type: ignore[attr-defined]
            del self.fields["fields_of_work"]
        self.initial = _initial(task) if task else {"revision": 0, "weight": 1}
        self.initial["parent"] = str(above.uid) if above else ""

    def _places(self, task: Task | None, above: Task | None) -> list[tuple[str, str]]:
        beside = self.plan.tasks.current().filter(parent=above).order_by("position", "id")
        stays = gettext("where it is") if task else gettext("at the end")
        after = [(str(row.uid), gettext("after %(task)s") % {"task": row}) for row in beside if row != task]
        return [("", stays), (FIRST, gettext("first")), *after]

    def given(self) -> TaskInput:
        data = self.cleaned_data
        over = self.over.get(data["parent"])
        after = (over.uid if over else self.plan.uid) if data["after"] == FIRST else _uid(data["after"])
        return TaskInput(
            level=(BELOW.get(Level(over.level), Level.MEASURE) if over else Level.GOAL).value,
            parent=over.uid if over else None,
            clause=_uid(data["clause"]),
            fields=tuple(data.get("fields_of_work", ())),
            weight=Decimal(data["weight"]),
            after=after,
            **{name: data[name] for name in PLAIN},
        )


PLAIN = ("mark", "name_zh", "name_en", "text", "is_multi_plan", "due_on", "evidence")


def _uid(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _initial(task: Task) -> dict[str, Any]:
    found = {name: getattr(task, name) for name in (*PLAIN, "revision", "weight")}
    found["clause"] = str(task.clause.uid) if task.clause else ""
    found["fields_of_work"] = [row.code for row in task.fields.all()]
    return found


def _clauses(plan: Plan, task: Task | None) -> list[tuple[str, str]]:
    """Those of the plan's document, and the one named already."""
    rows = list(Clause.objects.filter(document=plan.document_id)) if plan.document_id else []
    if task and task.clause and task.clause not in rows:
        rows.append(task.clause)
    return [("", "—"), *((str(row.uid), row.title) for row in rows)]


class IndicatorsForm(forms.Form):
    indicators = forms.MultipleChoiceField(
        label=_("Indicators"), required=False, choices=(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, task: Task) -> None:
        super().__init__(data)
        _offer(self, "indicators", ((row.code, row.name) for row in linkable_indicators(task.plan)))
        self.initial = {"indicators": [row.code for row in task.indicators.all()]}


class RemoveForm(forms.Form):
    """Nothing but the button."""


class FieldForm(forms.Form):
    """A field of work of a batch that could not be sourced."""

    version = _version()
    code = _line(_("Code"), LONGEST_CODE, required=True, help_text=_("Small letters, digits, hyphens."))
    name_zh = _line(pgettext_lazy("task", "Name"), LONGEST_NAME, required=True)
    name_en = _line(_("Name in English"), LONGEST_NAME)
    source = _lines(_("Source"), 2000, 3, _("The document that names it. Without one it is shown as not verified."))

    def __init__(self, data: Any = None, *, field: Any = None) -> None:
        super().__init__(data)
        self.initial = {"version": 0}
        if field is not None:
            del self.fields["code"]
            self.initial = {name: getattr(field, name) for name in ("version", "name_zh", "name_en", "source")}

    def given(self) -> FieldInput:
        return FieldInput(*(self.cleaned_data[name] for name in ("name_zh", "name_en", "source")))


class StructureForm(forms.Form):
    seen = _version()
    name = _line(_("In short"), 100, required=True, help_text=_("For example: 一主四副多点."))
    text = _lines(_("Description"), 8000, 8, _("Word for word, where it comes from a document."))
    clause = forms.ChoiceField(label=_("Clause of the document"), required=False, choices=())
    reason = _lines(_("Why it changed"), LONGEST_REASON, 2)

    def __init__(self, data: Any = None, *, last: Any = None) -> None:
        super().__init__(data)
        groups = [(name, rows) for name, rows in document_choices() if isinstance(rows, list)]
        only = [(name, [(value, label) for value, label in rows if value.startswith(CLAUSE)]) for name, rows in groups]
        _offer(self, "clause", [("", "—"), *((name, rows) for name, rows in only if rows)])
        self.initial = {"seen": 0}
        if last is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.initial = {"seen": last.number, "name": last.name, "text": last.text}
            self.initial["clause"] = f"{CLAUSE}{last.clause.uid}" if last.clause else ""

    def given(self) -> StructureInput:
        data = self.cleaned_data
        clause = _uid(data["clause"].removeprefix(CLAUSE))
        return StructureInput(data["name"], data["text"], clause, data.get("reason", ""))
