"""Pages about one row of a plan: the row itself, adding, wording anew, moving, taking out, its indicators."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.forms.plans import IndicatorsForm, RemoveForm, TaskForm
from plans.models import BELOW, Level, Task
from plans.progress_reading import line_of
from plans.services.plans import link_indicators
from plans.services.tasks import add_task, change_task, remove_task
from plans.tree import EDIT, VIEW, may_arrange, may_edit, parts_of, reach_plan, reach_task
from plans.views.dates_section import dates_section
from plans.views.duty_section import duty_section
from plans.views.plans import TASK_CHIPS, OnePlan, trail, url_of
from plans.views.progress_section import progress_section
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView
from units.calendar import today

SECTIONS: tuple[Callable[[Task, Actor], dict[str, Any]], ...] = (
    progress_section,
    dates_section,
    duty_section,
)
"""What the parts of the page (_task_dates.html, _task_duties.html, _task_progress.html) need: each gives its own."""


def task_url(task: Task) -> str:
    return reverse("plans:task", args=[task.uid])


def task_trail(task: Task) -> list[tuple[str, Any]]:
    """The way to a row's pages: its plan, what it is part of, itself."""
    above = [row for row in (task.parent.parent if task.parent else None, task.parent) if row is not None]
    return [*trail(task.plan), *((task_url(row), str(row)) for row in above), (task_url(task), str(task))]


class OneTask(PortalView):
    """What the pages about one row share: it is found within the reader's reach."""

    action = VIEW
    task: Task

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Task.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class TaskView(OneTask):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        task = reach_task(uid, self.actor)
        line = line_of(task, today())
        context: dict[str, Any] = {
            "task": task,
            "plan": task.plan,
            "line": line,
            "chip": TASK_CHIPS[line.state],
            "facts": task_facts(task),
            "parts": [(part, TASK_CHIPS[part.state]) for part in parts_of(task, self.actor, today())],
            "indicators": list(task.indicators.all()),
            "may_edit": may_edit(task.plan, self.actor) and task.ended_at is None,
            "may_arrange": may_arrange(task.plan, self.actor) and task.ended_at is None,
            "may_have_parts": task.level in BELOW,
            "crumbs": [*task_trail(task)[:-1], ("", str(task))],
        }
        for section in SECTIONS:
            context |= section(task, self.actor)
        return render(request, "plans/task.html", context)


def task_facts(task: Task) -> list[dict[str, Any]]:
    """What was approved of the row, beside its wording."""
    facts: list[dict[str, Any]] = [{"label": _("Level"), "value": task.get_level_display()}]
    if task.parent:
        facts.append({"label": _("Part of"), "value": str(task.parent), "url": task_url(task.parent)})
    if task.clause:
        url = reverse("indicators:document", args=[task.clause.document.uid])
        cited = f"{task.clause.document.number} {task.clause.title}".strip()
        facts.append({"label": _("Clause of the document"), "value": cited, "url": url})
    if fields := [_named(row) for row in task.fields.all()]:
        facts.append({"label": _("Fields of work"), "value": "；".join(fields)})
    if task.is_multi_plan:
        facts.append({"label": _("Multi-plan integration (N7)"), "value": _("yes")})
    facts += [
        {"label": _("Weight"), "value": f"{task.weight.normalize():f}"},
        {"label": _("To be done by"), "value": task.due_on},
        {"label": _("What shows that it is done"), "value": task.evidence},
    ]
    return facts


def _named(field: Any) -> str:
    """A field of work nobody could source is not shown as a fact."""
    return str(field.name) if field.is_fact else _("%(name)s (not verified)") % {"name": field.name}


class TaskFormPage(ActPage):
    """The form of one row."""

    action = EDIT
    filled: TaskForm

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fields = self.filled.fields
        return [(fields[name].label, text) for name, text in error.extra["theirs"].items() if name in fields and text]


class TaskAddView(OnePlan, TaskFormPage):
    """Add a row to a plan that is being written; `?parent=` says below which."""

    action = EDIT

    def prepare(self, **named: Any) -> None:
        self.plan = reach_plan(named["uid"], self.actor, EDIT)
        self.parent = self._parent(self.request.GET.get("parent", ""))

    def _parent(self, text: str) -> Task | None:
        try:
            uid = uuid.UUID(text)
        except ValueError:
            return None
        found: Task | None = self.plan.tasks.current().exclude(level=Level.MEASURE).filter(uid=uid).first()
        return found

    def form(self, data: Any = None) -> Form:
        self.filled = TaskForm(data, plan=self.plan, parent=self.parent)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        task = add_task(self.plan.uid, self.filled.given(), by=self.actor)
        return _("Added: %(task)s.") % {"task": task}

    def words(self) -> tuple[str, str]:
        return _("Add a goal, task or measure"), _("Add")

    def consequence(self) -> str:
        return _("Part of nothing it is a goal; part of a goal a task; part of a task a measure.")

    def back(self) -> str:
        return url_of(self.plan)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)


class TaskAct(OneTask, ActPage):
    """An act on one row of one's own plan."""

    action = EDIT

    def prepare(self, **named: Any) -> None:
        self.task = reach_task(named["uid"], self.actor, EDIT)
        if self.task.ended_at is not None:
            raise NotFound

    def back(self) -> str:
        return task_url(self.task)

    def trail(self) -> list[tuple[str, Any]]:
        return task_trail(self.task)


class TaskEditView(TaskAct, TaskFormPage):
    """Word a row anew or move it. Once the plan is approved: the way to a change request."""

    revision = "revision"

    def form(self, data: Any = None) -> Form:
        self.filled = TaskForm(data, plan=self.task.plan, task=self.task)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        change_task(self.task.uid, self.filled.given(), given["revision"], by=self.actor)
        return _("The task is saved.")

    def words(self) -> tuple[str, str]:
        return _("Word “%(task)s” anew or move it") % {"task": self.task.name}, _("Save")

    def consequence(self) -> str:
        if self.task.plan.is_approved:
            return _("The plan is approved: what was approved changes by request only. Propose a change.")
        return ""


class TaskRemoveView(TaskAct):
    """Take a row out of a plan that is being written."""

    danger = True

    def form(self, data: Any = None) -> Form:
        return RemoveForm(data)

    def act(self, given: dict[str, Any]) -> str:
        remove_task(self.task.uid, by=self.actor)
        return _("Taken out: %(task)s.") % {"task": self.task}

    def words(self) -> tuple[str, str]:
        return _("Take “%(task)s” out of the plan") % {"task": self.task.name}, _("Take out")

    def consequence(self) -> str:
        return _("Its parts go with it. The history keeps what it said.")

    def back(self) -> str:
        return url_of(self.task.plan)


class TaskIndicatorsView(TaskAct):
    """By which indicators a row is measured: at any time, without approval."""

    def form(self, data: Any = None) -> Form:
        return IndicatorsForm(data, task=self.task)

    def act(self, given: dict[str, Any]) -> str:
        link_indicators(self.task.uid, given["indicators"], by=self.actor)
        return _("The indicators are saved.")

    def words(self) -> tuple[str, str]:
        return _("Indicators of “%(task)s”") % {"task": self.task.name}, _("Save")

    def consequence(self) -> str:
        return _("Needs no approval: it does not change what was approved.")
