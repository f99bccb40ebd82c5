"""Pages that arrange a task: its days, what it waits for, its milestones. Each is one form and one button."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from plans.forms.arranging import ArrangeForm, NeedForm, NodeForm
from plans.models import Dependency, Node, Task
from plans.services.arranging import arrange, stop_waiting, wait_for
from plans.services.nodes import add_node, change_node, remove_node
from plans.tree import EDIT, reach_task
from plans.views.tasks import task_trail, task_url
from portal.errors import NotFound, Stale
from portal.http import ActPage
from units.models import in_language

LABELS = {
    "days": gettext_lazy("Days it takes"),
    "begins_on": gettext_lazy("Not before"),
    "name_zh": gettext_lazy("What is reached"),
    "name_en": gettext_lazy("In English"),
    "due_on": gettext_lazy("By"),
    "weight": gettext_lazy("Share of the work"),
    "evidence": gettext_lazy("What shows it"),
}


def free() -> str:
    """What may be said beside every form here."""
    return _("The pilot area arranges this itself at any time; nothing of it needs approval. All dates follow at once.")


class Arranging(ActPage):
    """An act on one current row of one's own plan."""

    action = EDIT
    task: Task

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and cls.rows(actor).filter(uid=named["uid"]).exists()

    @classmethod
    def rows(cls, actor: Actor) -> Any:
        """What the page's address names, within reach."""
        return Task.objects.visible_to(actor, EDIT)

    def prepare(self, **named: Any) -> None:
        self.task = reach_task(named["uid"], self.actor, EDIT)

    def consequence(self) -> str:
        return free()

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        return [(LABELS[name], str(value or "")) for name, value in error.extra["theirs"].items()]

    def back(self) -> str:
        return task_url(self.task)

    def trail(self) -> list[tuple[str, Any]]:
        return task_trail(self.task)


class ArrangeView(Arranging):
    revision = "revision"
    filled: ArrangeForm

    def form(self, data: Any = None) -> Form:
        self.filled = ArrangeForm(data, task=self.task)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        task = arrange(self.task.uid, self.filled.given(), given["revision"], by=self.actor)
        if task.latest_start is None:
            return _("Saved. It must be finished by %(finish)s.") % {"finish": task.finish_by}
        words = {"start": task.latest_start, "finish": task.finish_by}
        return _("Saved. It must begin by %(start)s and be finished by %(finish)s.") % words

    def words(self) -> tuple[str, str]:
        return _("Days: %(task)s") % {"task": self.task}, _("Save")


class NeedAddView(Arranging):
    filled: NeedForm

    def form(self, data: Any = None) -> Form:
        leaves = self.task.plan.tasks.current().leaves().exclude(pk=self.task.pk).order_by("path", "id")
        self.filled = NeedForm(data, tasks=leaves)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        need = wait_for(self.task.uid, self.filled.given(), by=self.actor)
        return _("It waits for “%(needs)s” now.") % {"needs": need.needs}

    def words(self) -> tuple[str, str]:
        return _("What it waits for: %(task)s") % {"task": self.task}, _("Let it wait")


class NeedEndView(Arranging):
    need: Dependency

    @classmethod
    def rows(cls, actor: Actor) -> Any:
        return Dependency.objects.filter(task__in=Task.objects.visible_to(actor, EDIT).values("pk"))

    def prepare(self, **named: Any) -> None:
        found = self.rows(self.actor).select_related("task", "needs").filter(uid=named["uid"]).first()
        if found is None:
            raise NotFound
        self.need = found
        self.task = reach_task(found.task.uid, self.actor, EDIT)

    def form(self, data: Any = None) -> Form:
        return Form(data)

    def act(self, given: dict[str, Any]) -> str:
        stop_waiting(self.need.uid, by=self.actor)
        return _("It does not wait for “%(needs)s” any more.") % {"needs": self.need.needs}

    def words(self) -> tuple[str, str]:
        return _("Wait no more for: %(needs)s") % {"needs": self.need.needs}, _("Take the dependency away")


class NodeAddView(Arranging):
    filled: NodeForm

    def form(self, data: Any = None) -> Form:
        self.filled = NodeForm(data, task=self.task)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        node = add_node(self.task.uid, self.filled.given(), by=self.actor)
        return _("The milestone “%(node)s” is set.") % {"node": node.name}

    def words(self) -> tuple[str, str]:
        return _("Set a milestone: %(task)s") % {"task": self.task}, _("Set")


class OneNode(Arranging):
    node: Node

    @classmethod
    def rows(cls, actor: Actor) -> Any:
        return Node.objects.filter(task__in=Task.objects.visible_to(actor, EDIT).values("pk"))

    def prepare(self, **named: Any) -> None:
        found = self.rows(self.actor).select_related("task").filter(uid=named["uid"]).first()
        if found is None:
            raise NotFound
        self.node = found
        self.task = reach_task(found.task.uid, self.actor, EDIT)

    def named(self) -> str:
        return in_language(self.node.name_zh, self.node.name_en)


class NodeView(OneNode):
    revision = "revision"
    filled: NodeForm

    def form(self, data: Any = None) -> Form:
        self.filled = NodeForm(data, task=self.task, node=self.node)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        change_node(self.node.uid, self.filled.given(), given["revision"], by=self.actor)
        return _("The milestone is changed.")

    def words(self) -> tuple[str, str]:
        return _("Milestone: %(node)s") % {"node": self.named()}, _("Save")


class NodeRemoveView(OneNode):
    danger = True

    def form(self, data: Any = None) -> Form:
        return Form(data)

    def act(self, given: dict[str, Any]) -> str:
        remove_node(self.node.uid, by=self.actor)
        return _("The milestone is taken away.")

    def words(self) -> tuple[str, str]:
        return _("Take away the milestone: %(node)s") % {"node": self.named()}, _("Take it away")
