"""Rows of a plan: adding, wording anew, moving, ending. Once a plan is approved, only by a change request (N4).

`apply` carries out what was checked, for a plan that is being written and for a change request that is approved.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.tokens import require_scope
from pilots.models import Clause, Document
from plans.models import Plan, PlanWriter, Task, TaskField
from plans.services.arranging import refresh_dates
from plans.services.progress import refresh_progress
from plans.task_edits import Edit, TaskInput, checked, shape_of, shown
from portal.errors import NotFound, Stale, WrongState
from records.journal import Note, write
from records.models import StoredFile

__all__ = ["Edit", "TaskInput", "add_task", "apply", "change_task", "checked", "editable", "remove_task", "settle"]
EDIT = "plan.edit"


def editable(uid: uuid.UUID, by: Actor) -> Plan:
    """The plan, its row locked, if this hat may write in it now. Raises NotFound, WrongState."""
    require_scope(by, EDIT)
    rows = Plan.objects.visible_to(by, EDIT).select_related(
        "programme", "pilot_area__programme", "pilot_area__batch", "unit", "receiver", "document", "original"
    )
    plan: Plan | None = rows.filter(uid=uid).select_for_update(of=("self",)).first()
    if plan is None:
        raise NotFound
    if plan.is_approved:
        raise WrongState(_("The plan is approved: what was approved changes by request only. Propose a change."))
    if not plan.is_editable:
        text = _("It is now “%(state)s” and cannot be edited. Reload the page to see what happened.")
        raise WrongState(text % {"state": plan.get_status_display()})
    return plan


@transaction.atomic
def add_task(plan_uid: uuid.UUID, data: TaskInput, *, by: Actor, at: dt.datetime | None = None) -> Task:
    """Add a row to a plan that is being written. Raises NotFound, WrongState, BadInput."""
    plan, now = editable(plan_uid, by), at or timezone.now()
    edit = checked(plan, Edit("add", None, shape_of(data)))
    apply(plan, [edit], at=now)
    task = plan.tasks.get(uid=edit.wanted["uid"])
    record(plan, "plan.task_add", task, dict(edit.wanted), by=by, at=now)
    return task


@transaction.atomic
def change_task(
    task_uid: uuid.UUID, data: TaskInput, revision: int, *, by: Actor, at: dt.datetime | None = None
) -> Task:
    """Word a row anew or move it. Raises NotFound, WrongState, BadInput, Stale (both sides in `extra`)."""
    task, now = _held(task_uid, by), at or timezone.now()
    before, given = shown(task), shape_of(data)
    if task.revision != revision:
        text = _("Somebody else has changed this task since you opened it.")
        raise Stale(text, extra={"version": task.revision, "theirs": before, "mine": given})
    edit = checked(task.plan, Edit("change", task.uid, given))
    wanted = {name: value for name, value in edit.wanted.items() if name == "after" or before[name] != value}
    if wanted.get("after") is None:
        wanted.pop("after", None)
    if wanted:
        apply(task.plan, [Edit("change", task.uid, wanted)], at=now)
        record(task.plan, "plan.task_change", task, wanted, by=by, at=now)
    return task.plan.tasks.get(pk=task.pk)


@transaction.atomic
def remove_task(task_uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> None:
    """Take a row and all its parts out of a plan that is being written. Raises NotFound, WrongState."""
    task, now = _held(task_uid, by), at or timezone.now()
    apply(task.plan, [Edit("end", task.uid)], at=now)
    record(task.plan, "plan.task_remove", task, shown(task), by=by, at=now)


def _held(task_uid: uuid.UUID, by: Actor) -> Task:
    """The row of a plan this hat may write in now; both locked, the plan first. Raises NotFound, WrongState."""
    require_scope(by, EDIT)
    found = Task.objects.visible_to(by, EDIT).current().filter(uid=task_uid).values_list("plan__uid").first()
    if found is None:
        raise NotFound
    plan = editable(found[0], by)
    rows = plan.tasks.current().select_related("parent", "clause").prefetch_related("fields")
    task: Task | None = rows.filter(uid=task_uid).first()
    if task is None:
        raise NotFound
    task.plan = plan
    return task


def record(plan: Plan, act: str, task: Task, data: dict[str, Any], *, by: Actor, at: dt.datetime) -> None:
    """The event, told to nobody beyond the office; and that this person wrote in the plan."""
    note = Note(outcome=f"{task.mark} {task.name_zh}".strip()[:200], data={"uid": str(task.uid), **data})
    write(act, plan.as_subject(internal=True), by=by, at=at, note=note)
    PlanWriter.objects.bulk_create([PlanWriter(plan=plan, user=by.user)], ignore_conflicts=True)


def apply(plan: Plan, edits: Sequence[Edit], *, at: dt.datetime) -> None:
    """Carry out edits that `checked` gave back, one after the other; ask nobody. Ends with `settle`."""
    rows = {task.uid: task for task in plan.tasks.current().select_for_update().order_by("path", "id")}
    found = _named(plan, edits)
    for edit in edits:
        if edit.kind == "add":
            uid = uuid.UUID(edit.wanted["uid"])
            rows[uid] = _stored(Task(plan=plan, uid=uid), edit.wanted, rows, found)
        elif edit.task is None:
            _change_head(plan, edit.wanted, found)
        elif edit.kind == "change":
            _stored(rows[edit.task], edit.wanted, rows, found)
        else:
            _end(rows, rows[edit.task], at)
    settle(plan)


type_rows = dict[uuid.UUID, Task]


def _named(plan: Plan, edits: Iterable[Edit]) -> Mapping[str, Any]:
    """What the edits name beside tasks, by uid or code."""
    wanted: dict[str, set[str]] = {name: set() for name in ("clause", "document", "original", "fields")}
    for edit in edits:
        for name, uids in wanted.items():
            value = edit.wanted.get(name) or ()
            uids |= {value} if isinstance(value, str) else set(value)
    models = {"clause": Clause, "document": Document, "original": StoredFile}
    found: dict[str, Any] = {
        str(row.uid): row for name, model in models.items() if wanted[name]
        for row in model._default_manager.filter(uid__in=wanted[name])
    }  # fmt: skip
    if wanted["fields"]:
        rows = TaskField.objects.filter(batch=plan.pilot_area.batch_id, code__in=wanted["fields"])
        found |= {row.code: row for row in rows}
    return found


PLAIN = ("level", "mark", "name_zh", "name_en", "text", "is_multi_plan", "weight", "evidence")


def _stored(task: Task, wanted: Mapping[str, Any], rows: type_rows, found: Mapping[str, Any]) -> Task:
    for name in PLAIN:
        if name in wanted:
            setattr(task, name, wanted[name])
    if "clause" in wanted:
        task.clause = found.get(wanted["clause"] or "")
    if "due_on" in wanted:
        task.due_on = dt.date.fromisoformat(wanted["due_on"]) if wanted["due_on"] else None
    moved = task.pk is None
    if "parent" in wanted:
        above = rows[uuid.UUID(wanted["parent"])] if wanted["parent"] else None
        moved = moved or (above.pk if above else None) != task.parent_id
        task.parent = above
    if moved or wanted.get("after"):
        _place(task, wanted.get("after"), rows)
    task.revision += 1
    task.save()
    if "fields" in wanted:
        task.fields.set([found[code] for code in wanted["fields"]])
    return task


def _place(task: Task, after: str | None, rows: type_rows) -> None:
    """A position behind the neighbour named, before all, or behind all; the others move up where they must."""
    beside = [row for row in rows.values() if row.parent_id == task.parent_id and row is not task]
    beside.sort(key=lambda row: (row.position, row.pk))
    number = len(beside)
    if after:
        number = next((n for n, row in enumerate(beside, 1) if str(row.uid) == after), 0)
    beside.insert(number, task)
    for position, row in enumerate(beside, 1):
        if row.position != position:
            row.position = position
            if row is not task:
                row.save(update_fields=["position"])


def _end(rows: type_rows, task: Task, at: dt.datetime) -> None:
    """The row and its parts stand no longer."""
    for row in [row for row in rows.values() if row.parent_id == task.pk]:
        _end(rows, row, at)
    task.ended_at = at
    task.save(update_fields=["ended_at"])
    del rows[task.uid]


def _change_head(plan: Plan, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name in {"document", "original"}:
            setattr(plan, name, found.get(value or ""))
        elif name in {"begins_on", "ends_on"}:
            setattr(plan, name, dt.date.fromisoformat(value))
        else:
            setattr(plan, name, value)
    plan.save(update_fields=[*wanted])


def settle(plan: Plan) -> None:
    """Write the caches of a plan's rows anew: paths, which are leaves, dates, progress. Constant statements."""
    rows = list(plan.tasks.current().order_by("position", "pk"))
    parts: dict[int | None, list[Task]] = {}
    for row in rows:
        parts.setdefault(row.parent_id, []).append(row)
    changed: list[Task] = []
    _walk(None, "", parts, changed)
    Task.objects.bulk_update(changed, ["path", "is_leaf", "position"])
    refresh_dates(plan)
    refresh_progress(plan)


def _walk(above: int | None, path: str, parts: Mapping[int | None, list[Task]], changed: list[Task]) -> None:
    for number, row in enumerate(parts.get(above, ()), 1):
        wanted = (number, f"{path}{number:04d}", row.pk not in parts)
        if (row.position, row.path, row.is_leaf) != wanted:
            row.position, row.path, row.is_leaf = wanted
            changed.append(row)
        _walk(row.pk, f"{row.path}.", parts, changed)
