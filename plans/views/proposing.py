"""Pages that propose one row of a change request: a task worded anew, added or ended; the plan's own head.

Where no request is being written, the row begins one: its title and reason are asked for on the same page.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.change_rows import items_of
from plans.changes import change_to_write
from plans.forms.changes import ProposeEndForm, ProposeForm, ProposeHeadForm
from plans.models import ChangeItem, ChangeRequest, Level, Plan, Task
from plans.services.changes import RowInput, propose, put_row
from plans.tree import EDIT, reach_plan, reach_task
from plans.views.changes import ChangeAct, url_of
from plans.views.plans import OnePlan, trail
from plans.views.plans import url_of as url_of_plan
from plans.views.tasks import OneTask, task_trail, task_url
from plans.wording import LABELS, Names
from portal.errors import NotFound, Stale
from portal.http import ActPage

Kind = ChangeItem.Kind


class Proposing(ActPage):
    """What the pages share: the plan, the request that is being written, what it says of the same row already."""

    action = EDIT
    revision = "revision"
    plan: Plan
    change: ChangeRequest | None = None
    item: ChangeItem | None = None
    done: ChangeRequest | None = None

    def find(self, plan: Plan, task: Task | None) -> None:
        self.plan = plan
        self.change = change_to_write(plan, self.actor)
        rows = items_of(self.change) if self.change is not None else []
        own = [row for row in rows if row.kind != Kind.ADD and row.task_id == (task.pk if task else None)]
        self.item = own[0] if own else None

    def put(self, row: RowInput, form: Any, seen: int) -> str:
        self.done = propose(self.plan.uid, row, form.head(), seen, by=self.actor)
        return _("Part of the change request “%(title)s” now.") % {"title": self.done.title}

    def consequence(self) -> str:
        if not self.plan.is_approved:
            return _("The plan is not approved yet: change it directly, no request is needed.")
        if self.change is None:
            return _("What was approved stays as it is until the request is approved. One request at a time.")
        if not self.change.is_editable:
            words = _("A change request is on its way: “%(title)s”. Nothing can be added to it now.")
            return words % {"title": self.change.title}
        return _("This becomes part of the change request “%(title)s”.") % {"title": self.change.title}

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        """What the request says of the row meanwhile."""
        if self.item is None:
            return []
        names = Names(self.plan, self.item.wanted.items())
        return [(LABELS[name], names.text(name, value)) for name, value in self.item.wanted.items() if name in LABELS]


class ProposeView(OneTask, Proposing):
    """One task as the plan shall say it."""

    action = EDIT
    template = "plans/propose.html"
    filled: ProposeForm

    def prepare(self, **named: Any) -> None:
        self.task = reach_task(named["uid"], self.actor, EDIT)
        if self.task.ended_at is not None:
            raise NotFound
        self.find(self.task.plan, self.task)

    def more(self) -> dict[str, Any]:
        return {"end_url": reverse("plans:propose-end", args=[self.task.uid])}

    def form(self, data: Any = None) -> Form:
        self.filled = ProposeForm(data, plan=self.plan, change=self.change, task=self.task, item=self.item)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        row = RowInput(Kind.CHANGE, self.task.uid, self.filled.wanted())
        return self.put(row, self.filled, given["revision"])

    def words(self) -> tuple[str, str]:
        return _("Propose a change: %(task)s") % {"task": self.task}, _("Put it into the request")

    def back(self) -> str:
        return url_of(self.done) if self.done else task_url(self.task)

    def trail(self) -> list[tuple[str, Any]]:
        return task_trail(self.task)


class ProposeEndView(ProposeView):
    """That a task shall end, with all its parts."""

    template = "act.html"
    danger = True
    ending: ProposeEndForm

    def form(self, data: Any = None) -> Form:
        self.ending = ProposeEndForm(data, change=self.change)
        return self.ending

    def act(self, given: dict[str, Any]) -> str:
        return self.put(RowInput(Kind.END, self.task.uid, {}), self.ending, given["revision"])

    def words(self) -> tuple[str, str]:
        return _("Propose to end: %(task)s") % {"task": self.task}, _("Put it into the request")

    def consequence(self) -> str:
        text = super().consequence()
        if self.task.parts.filter(ended_at__isnull=True).exists():
            parts = _("All its parts end with it.")
            return f"{text} {parts}"
        return text


class ProposeAddView(OnePlan, Proposing):
    """A row the plan shall have in addition; `?parent=` says below which."""

    action = EDIT
    filled: ProposeForm

    def prepare(self, **named: Any) -> None:
        plan = reach_plan(named["uid"], self.actor, EDIT)
        self.find(plan, None)
        self.item, self.parent = None, self._parent(plan, self.request.GET.get("parent", ""))

    @staticmethod
    def _parent(plan: Plan, text: str) -> Task | None:
        try:
            uid = uuid.UUID(text)
        except ValueError:
            return None
        found: Task | None = plan.tasks.current().exclude(level=Level.MEASURE).filter(uid=uid).first()
        return found

    def form(self, data: Any = None) -> Form:
        self.filled = ProposeForm(data, plan=self.plan, change=self.change, parent=self.parent)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        return self.put(RowInput(Kind.ADD, None, self.filled.wanted()), self.filled, given["revision"])

    def words(self) -> tuple[str, str]:
        return _("Propose a goal, task or measure in addition"), _("Put it into the request")

    def back(self) -> str:
        return url_of(self.done) if self.done else url_of_plan(self.plan)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)


class ProposeHeadView(OnePlan, Proposing):
    """Title, document and dates of the plan as they shall be."""

    action = EDIT
    revision = "version"
    filled: ProposeHeadForm

    def prepare(self, **named: Any) -> None:
        self.find(reach_plan(named["uid"], self.actor, EDIT), None)

    def form(self, data: Any = None) -> Form:
        self.filled = ProposeHeadForm(data, plan=self.plan, change=self.change, item=self.item)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        kept = {name: value for name, value in (self.item.wanted if self.item else {}).items() if name == "original"}
        row = RowInput(Kind.CHANGE, None, {**kept, **self.filled.wanted()})
        return self.put(row, self.filled, given["version"])

    def words(self) -> tuple[str, str]:
        return _("Propose another title, document or dates of the plan"), _("Put it into the request")

    def back(self) -> str:
        return url_of(self.done) if self.done else url_of_plan(self.plan)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)


class ChangeRowView(ChangeAct):
    """A row the request adds, worded anew."""

    revision = "revision"
    item: ChangeItem
    filled: ProposeForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = ChangeItem.objects.filter(uid=named["row"], change__uid=named["uid"], kind=Kind.ADD)
        return super().within_reach(actor, **named) and rows.exists()

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        rows = [row for row in items_of(self.change) if row.uid == named["row"] and row.kind == Kind.ADD]
        if not rows:
            raise NotFound
        self.item = rows[0]

    def form(self, data: Any = None) -> Form:
        self.filled = ProposeForm(data, plan=self.change.plan, change=self.change, item=self.item)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        row = RowInput(Kind.ADD, None, self.filled.wanted(), self.item.uid)
        put_row(self.change.uid, row, given["revision"], by=self.actor)
        return _("The request is saved.")

    def words(self) -> tuple[str, str]:
        return _("Word an added row anew"), _("Save")
