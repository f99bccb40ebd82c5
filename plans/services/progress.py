"""How far a task is: what is said of it, and what follows for everything above it.

The caches on tasks and plans are worked out from what was said (append-only), the milestones and the tree: they can be
made anew at any time, and `refresh_progress` does nothing else.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.tokens import require_scope
from plans.calculations import percent_of_nodes, weighted
from plans.models import Node, Plan, Progress, Task, TaskState
from plans.progress_rules import ProgressInput, Said, settled
from portal.errors import NotFound, WrongState
from records.journal import Note, write
from units.calendar import office_day

__all__ = ["RECORD", "ProgressInput", "may_record", "record", "refresh_progress", "why_not"]

S = TaskState
RECORD = "task.progress"
CACHED = ("state", "percent", "done_on", "progressed_at")


def may_record(task: Task, by: Actor) -> bool:
    """Whether this hat may say now how far this task is: the very question `record` asks, as an answer."""
    return not why_not(task) and Task.objects.visible_to(by, RECORD).filter(pk=task.pk).exists()


def why_not(task: Task) -> str:
    """Why nothing can be said of a task now, as a sentence; '' where something can."""
    if not task.plan.is_approved:
        return _("The plan is not approved yet. Say how far a task is once it is.")
    if task.ended_at is not None:
        return _("This task was ended by a change of the plan. Its history stays; nothing is added to it.")
    if not task.is_leaf:
        return _("This row has parts: its progress is worked out from them. Say it of the parts.")
    return ""


@transaction.atomic
def record(task_uid: uuid.UUID, data: ProgressInput, *, by: Actor, at: dt.datetime | None = None) -> Progress:
    """Say how far a leaf is; milestones reached are noted with it, and everything above follows.

    Raises NotFound (not one's own, and one does not answer for it), WrongState (plan not approved, row with parts or
    ended), BadInput (state, percent, reason, text, done_on, `reached.<uid>`).
    """
    require_scope(by, RECORD)
    now = at or timezone.now()
    task = _reach(task_uid, by)
    plan = Plan.objects.select_for_update().get(pk=task.plan_id)
    nodes = list(Node.objects.filter(task=task))
    said = settled(data, nodes, task.percent, office_day(now))
    _reach_nodes(nodes, data.reached)
    stored = Progress.objects.create(
        task=task,
        state=data.state,
        percent=said.percent,
        by_nodes=said.by_nodes,
        reason=said.reason,
        text=said.text,
        done_on=data.done_on,
        at=now,
        by=by.user,
        unit=by.unit,
        is_demo=by.user.is_demo,
    )
    refresh_progress(plan)
    write("task.progress", task.as_subject(internal=True), by=by, at=now, note=_note(task, data, said))
    return stored


def _reach(uid: uuid.UUID, by: Actor) -> Task:
    rows = Task.objects.visible_to(by, RECORD).select_related("plan__pilot_area", "plan__programme")
    task: Task | None = rows.select_related("plan__unit", "plan__receiver").filter(uid=uid).first()
    if task is None:
        raise NotFound
    if why := why_not(task):
        raise WrongState(why)
    return task


def _note(task: Task, data: ProgressInput, said: Said) -> Note:
    facts = {"state": [task.state, data.state], "percent": [str(task.percent), str(said.percent)]}
    return Note(outcome=data.state, comment=said.text or said.reason, data=facts)


def _reach_nodes(nodes: Sequence[Node], reached: Mapping[uuid.UUID, dt.date | None]) -> None:
    changed = [node for node in nodes if node.uid in reached and node.done_on != reached[node.uid]]
    for node in changed:
        node.done_on = reached[node.uid]
    Node.objects.bulk_update(changed, ["done_on"])


def refresh_progress(plan: Plan) -> None:
    """Work out the caches of a plan anew: leaves from what was said last and their milestones, the rest from them.

    At most five statements, however many rows. The plan given is brought up to date too.
    """
    rows = list(Task.objects.filter(plan=plan, ended_at__isnull=True).order_by("-path", "-id"))
    before = {row.pk: _cached(row) for row in rows}
    leaves = [row for row in rows if row.is_leaf]
    newest = newest_of(row.pk for row in leaves)
    nodes = _nodes_of(plan)
    for leaf in leaves:
        _settle_leaf(leaf, newest.get(leaf.pk), nodes.get(leaf.pk, []))
    under: dict[int, list[Task]] = {}
    for row in rows:  # from the bottom up: `path` of a part is longer than that of what it is part of
        if not row.is_leaf:
            _settle_parent(row, under.get(row.pk, []))
        if row.parent_id is not None:
            under.setdefault(row.parent_id, []).extend([row] if row.is_leaf else under.get(row.pk, []))
    Task.objects.bulk_update([row for row in rows if _cached(row) != before[row.pk]], CACHED)
    plan.percent = percent_of(leaves)
    plan.leaf_count = len(leaves)
    plan.done_count = sum(leaf.state == S.DONE for leaf in leaves)
    plan.save(update_fields=["percent", "leaf_count", "done_count"])


def _cached(row: Task) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in CACHED)


def newest_of(tasks: Iterable[int], since: dt.datetime | None = None) -> dict[int, Progress]:
    """What was said last of each of these tasks (ids), with who said it. One statement."""
    rows = Progress.objects.filter(task__in=list(tasks)).select_related("by", "unit")
    if since is not None:
        rows = rows.filter(at__gte=since)
    return {row.task_id: row for row in rows.order_by("task_id", "-at", "-id").distinct("task_id")}


def _nodes_of(plan: Plan) -> dict[int, list[Node]]:
    found: dict[int, list[Node]] = {}
    for node in Node.objects.filter(task__plan=plan):
        found.setdefault(node.task_id, []).append(node)
    return found


def _settle_leaf(leaf: Task, said: Progress | None, nodes: Sequence[Node]) -> None:
    """What was said last counts; while under way without a reason of its own, the milestones do."""
    by_nodes = percent_of_nodes((node.weight, node.done_on is not None) for node in nodes)
    leaf.state = said.state if said else S.NOT_STARTED
    leaf.percent = said.percent if said else Decimal(0)
    leaf.done_on = said.done_on if said else None
    leaf.progressed_at = said.at if said else None
    if by_nodes is not None and leaf.state in (S.NOT_STARTED, S.UNDER_WAY) and not (said and said.reason):
        leaf.percent = by_nodes
        leaf.state = S.UNDER_WAY if by_nodes else leaf.state


def _settle_parent(row: Task, leaves: Sequence[Task]) -> None:
    """A row with parts: its percent is theirs by weight, its state what they have in common."""
    working = [leaf for leaf in leaves if leaf.state != S.STOPPED]
    states = {leaf.state for leaf in working}
    row.percent = percent_of(leaves) or Decimal(0)
    row.progressed_at = max((leaf.progressed_at for leaf in leaves if leaf.progressed_at), default=None)
    row.done_on = None
    if not working:
        row.state = S.STOPPED if leaves else S.NOT_STARTED
    elif states == {S.DONE}:
        row.state = S.DONE
        row.done_on = max((leaf.done_on for leaf in working if leaf.done_on), default=None)
    else:
        row.state = S.NOT_STARTED if states == {S.NOT_STARTED} else S.UNDER_WAY


def percent_of(leaves: Iterable[Task]) -> Decimal | None:
    """Percent of several leaves by weight, stopped ones left out; None where nothing has a weight."""
    return weighted((leaf.weight, leaf.percent) for leaf in leaves if leaf.state != S.STOPPED)
