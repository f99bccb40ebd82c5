"""Milestones of a task (时间节点): steps on the way, each with its day and its share of the work.

The pilot sets them itself at any time. That one was reached is said with the progress: services/progress.py.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text, optional_line
from accounts.tokens import require_scope
from plans.models import Node, Task
from plans.services.arranging import EDIT, day_within, held, journal, must_be_leaf
from plans.services.progress import refresh_progress
from portal.errors import NotFound, Stale, WrongState, bad

LONGEST_NAME, LONGEST_EVIDENCE = 200, 300
MOST_NODES = 50
LARGEST_WEIGHT = Decimal("9999.99")
SHOWN = ("name_zh", "name_en", "due_on", "weight", "evidence")


@dataclass(frozen=True, slots=True)
class NodeInput:
    """A milestone: what is reached by when, its share of the work beside the others, what shows it."""

    name_zh: str
    due_on: dt.date | None
    weight: Decimal = Decimal(1)
    evidence: str = ""
    name_en: str = ""


@transaction.atomic
def add_node(task_uid: uuid.UUID, data: NodeInput, *, by: Actor, at: dt.datetime | None = None) -> Node:
    """Set one more milestone. Raises NotFound, WrongState (ended), RuleBroken (has parts), BadInput (its fields)."""
    task = held(task_uid, by)
    must_be_leaf(task)
    if task.nodes.count() >= MOST_NODES:
        raise bad("too_many", _("A task can have at most %(most)d milestones.") % {"most": MOST_NODES}, "name_zh")
    last = task.nodes.aggregate(last=Max("position"))["last"] or 0
    node = _filled(Node(task=task, position=last + 1), data)
    node.save()
    refresh_progress(task.plan)
    journal(task, "task.node_add", shown(node), by=by, at=at)
    return node


@transaction.atomic
def change_node(
    node_uid: uuid.UUID, data: NodeInput, revision: int, *, by: Actor, at: dt.datetime | None = None
) -> Node:
    """Word a milestone anew or move it; `revision` is that of its task.

    Raises NotFound, WrongState (ended), BadInput (its fields), Stale (both sides in `extra`).
    """
    node = _held(node_uid, by)
    before = shown(node)
    if node.task.revision != revision:
        text = _("Somebody else has changed this task since you opened it.")
        raise Stale(text, extra={"version": node.task.revision, "theirs": before})
    after = shown(_filled(node, data))
    if after != before:
        node.save()
        Task.objects.filter(pk=node.task_id).update(revision=revision + 1)
        node.task.revision = revision + 1
        refresh_progress(node.task.plan)
        journal(node.task, "task.node_change", {"before": before, "after": after}, by=by, at=at)
    return node


@transaction.atomic
def remove_node(node_uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> Task:
    """Take a milestone away. Raises NotFound, WrongState (ended, or the milestone was reached)."""
    node = _held(node_uid, by)
    task = node.task
    if node.done_on is not None:
        text = _("This milestone was reached and stays. Where that was a mistake, say so with the progress first.")
        raise WrongState(text)
    data = shown(node)
    node.delete()
    refresh_progress(task.plan)
    journal(task, "task.node_remove", data, by=by, at=at)
    return task


def shown(node: Node) -> dict[str, object]:
    """What a milestone says, for events and conflicts: figures and days as text."""
    return {name: str(getattr(node, name)) for name in SHOWN}


def _held(node_uid: uuid.UUID, by: Actor) -> Node:
    """A milestone of one's own plan, plan and task locked."""
    require_scope(by, EDIT)
    reach = Task.objects.visible_to(by, EDIT).values("pk")
    found = Node.objects.filter(uid=node_uid, task__in=reach).values_list("task__uid", flat=True).first()
    if found is None:
        raise NotFound
    task = held(found, by)
    node: Node | None = task.nodes.filter(uid=node_uid).first()
    if node is None:  # taken away while we waited for the lock
        raise NotFound
    node.task = task
    return node


def _filled(node: Node, data: NodeInput) -> Node:
    node.name_zh = line_of_text(data.name_zh, "name_zh", LONGEST_NAME)
    node.name_en = optional_line(data.name_en, "name_en", LONGEST_NAME)
    node.evidence = optional_line(data.evidence, "evidence", LONGEST_EVIDENCE)
    if data.due_on is None:
        raise bad("missing", _("Fill this in."), "due_on")
    node.due_on = day_within(data.due_on, "due_on") or data.due_on
    if not data.weight.is_finite() or not 0 <= data.weight <= LARGEST_WEIGHT:
        text = _("Give a weight from 0 to %(most)s.") % {"most": LARGEST_WEIGHT}
        raise bad("bad_weight", text, "weight")
    node.weight = data.weight.quantize(Decimal("0.01"))
    return node
