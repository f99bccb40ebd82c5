"""Requests to change an approved plan: beginning one, writing its rows. How it then moves: its workflow.

Every write names the `version` of the whole request that the writer saw, and raises it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text
from accounts.tokens import require_scope
from plans.change_rows import checked_beside, edit_of, items_of, name_of, narrowed, now_of
from plans.models import CHANGE_OPEN, ChangeItem, ChangeRequest, ChangeWriter, Plan, Task
from plans.task_edits import Edit
from portal.errors import NotFound, Stale, WrongState, bad
from records.journal import Note, write

EDIT = "plan.edit"
LONGEST_TITLE = 200
LONGEST_REASON = 4000
MOST_ROWS = 200
Kind = ChangeItem.Kind


@dataclass(frozen=True, slots=True)
class ChangeInput:
    """What the request is called, and why the plan shall change."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowInput:
    """One row: `kind` add, change or end; `task` None with change: the plan's head (`plans.task_edits.HEAD`).

    `wanted` in the JSON shapes of TaskInput; a change may name fields that stay as they are. `row`: the row of the
    request it replaces; without it a row about the same task is replaced, and otherwise a new one is put at the end.
    """

    kind: str
    task: uuid.UUID | None
    wanted: Mapping[str, Any]
    row: uuid.UUID | None = None


@transaction.atomic
def begin_change(plan_uid: uuid.UUID, data: ChangeInput, *, by: Actor, at: dt.datetime | None = None) -> ChangeRequest:
    """Begin a request against the edition in force. Raises NotFound, BadInput, WrongState (not approved; one open)."""
    require_scope(by, EDIT)
    rows = Plan.objects.visible_to(by, EDIT).select_related("programme", "pilot_area", "unit", "receiver")
    plan: Plan | None = rows.filter(uid=plan_uid).select_for_update(of=("self",)).first()
    if plan is None:
        raise NotFound
    if not plan.is_approved:
        raise WrongState(_("The plan is not approved yet: change it directly, no request is needed."))
    under_way = plan.changes.filter(status__in=CHANGE_OPEN).first()
    if under_way is not None:
        text = _("A change of this plan is under way already: “%(title)s”. Add to it, or finish or withdraw it first.")
        raise WrongState(text % {"title": under_way.title})
    change = ChangeRequest.objects.create(
        plan=plan,
        title=line_of_text(data.title, "title", LONGEST_TITLE),
        reason=_reason(data.reason),
        based_on=plan.edition,
        begun_by=by.user,
        begun_at=at or timezone.now(),
        is_demo=by.user.is_demo,
    )
    _written(change, by)
    note = Note(comment=change.reason, data={"based_on": change.based_on})
    write("plan_change.begin", change.as_subject(internal=True), by=by, at=change.begun_at, note=note)
    return change


@transaction.atomic
def edit_change(
    uid: uuid.UUID, data: ChangeInput, version: int, *, by: Actor, at: dt.datetime | None = None
) -> ChangeRequest:
    """Give it another title and reason. Raises NotFound, WrongState, Stale, BadInput."""
    change = _editable(uid, version, by)
    change.title, change.reason = line_of_text(data.title, "title", LONGEST_TITLE), _reason(data.reason)
    change.save(update_fields=["title", "reason"])
    _edited(change, "head", {"title": change.title}, by, at)
    return change


@transaction.atomic
def put_row(uid: uuid.UUID, data: RowInput, version: int, *, by: Actor, at: dt.datetime | None = None) -> ChangeItem:
    """Say what the plan shall say of one task instead, or of itself. Raises NotFound, WrongState, Stale, BadInput.

    Only fields that would be otherwise are kept; a row that changes nothing is refused.
    """
    change = _editable(uid, version, by)
    items = items_of(change)
    old = _replaced(items, data)
    beside = [edit_of(item) for item in items if item is not old]
    wanted = {name: value for name, value in data.wanted.items() if name != "uid"}
    if data.kind == Kind.ADD and old is not None and old.kind == Kind.ADD:
        wanted["uid"] = old.wanted["uid"]  # it may be the parent of another row
    edit = checked_beside(change.plan, Edit(data.kind, data.task, wanted), beside)
    item = old or ChangeItem(change=change, position=_last(change) + 1)
    if old is None and len(items) >= MOST_ROWS:
        raise bad("too_many_rows", _("At most %(most)d rows in one request.") % {"most": MOST_ROWS}, "kind")
    _fill(item, change.plan, edit)
    item.save()
    _edited(change, "row", {"kind": item.kind, "row": name_of(item)[:200]}, by, at)
    return item


@transaction.atomic
def drop_row(
    uid: uuid.UUID, row: uuid.UUID, version: int, *, by: Actor, at: dt.datetime | None = None
) -> ChangeRequest:
    """Take a row out. Raises NotFound, WrongState, Stale, BadInput (another row stands on it)."""
    change = _editable(uid, version, by)
    item = next((item for item in items_of(change) if item.uid == row), None)
    if item is None:
        raise NotFound
    own = item.wanted.get("uid") if item.kind == Kind.ADD else None
    if own and change.items.exclude(pk=item.pk).filter(wanted__parent=own).exists():
        raise bad(
            "stood_upon", _("Another row of this request is part of what this one adds. Take that out first."), "row"
        )
    name = name_of(item)[:200]
    item.delete()
    _edited(change, "row_out", {"kind": item.kind, "row": name}, by, at)
    return change


@transaction.atomic
def propose(
    plan_uid: uuid.UUID,
    data: RowInput,
    head: ChangeInput | None = None,
    seen: int | None = None,
    *,
    by: Actor,
    at: dt.datetime | None = None,
) -> ChangeRequest:
    """One row into the request that is being written, seen at version `seen`, or into a new one under `head`.

    Raises as `begin_change` and `put_row`; WrongState where the open request is on its way already.
    """
    require_scope(by, EDIT)
    change = ChangeRequest.objects.visible_to(by, EDIT).filter(plan__uid=plan_uid, status__in=CHANGE_OPEN).first()
    if change is None:
        change = begin_change(plan_uid, head or ChangeInput("", ""), by=by, at=at)
        seen = None
    put_row(change.uid, data, change.version if seen is None else seen, by=by, at=at)
    change.refresh_from_db()
    return change


def _editable(uid: uuid.UUID, version: int, by: Actor) -> ChangeRequest:
    """The request, its row locked, if this hat may write in it now and saw its newest state."""
    require_scope(by, EDIT)
    needed = ("plan__programme", "plan__pilot_area__batch", "plan__unit", "plan__receiver", "plan__document")
    rows = ChangeRequest.objects.visible_to(by, EDIT).select_related(*needed, "plan__original")
    change: ChangeRequest | None = rows.filter(uid=uid).select_for_update(of=("self",)).first()
    if change is None:
        raise NotFound
    if not change.is_editable:
        text = _("It is now “%(state)s” and cannot be edited. Reload the page to see what happened.")
        raise WrongState(text % {"state": change.get_status_display()})
    if change.version != version:
        raise Stale(
            _("Somebody changed this after you opened it. Reload the page, look at it again, then decide."),
            extra={"version": change.version},
        )
    return change


def _replaced(items: list[ChangeItem], data: RowInput) -> ChangeItem | None:
    """The row this one takes the place of. Raises NotFound where a row is named that is not there."""
    if data.row is not None:
        found = next((item for item in items if item.uid == data.row), None)
        if found is None:
            raise NotFound
        return found
    if data.kind == Kind.ADD:
        return None
    return next((i for i in items if i.kind != Kind.ADD and (i.task.uid if i.task else None) == data.task), None)


def _fill(item: ChangeItem, plan: Plan, edit: Edit) -> None:
    """Raises BadInput where nothing would change, or the row is about another task than before."""
    task = None
    if edit.task is not None:
        rows = Task.objects.current().filter(plan=plan).select_related("parent", "clause").prefetch_related("fields")
        task = rows.get(uid=edit.task)
    if not item._state.adding and item.task_id != (task.pk if task else None):
        raise bad("other_task", _("This row is about another task. Take it out, and put a new one in."), "task")
    now = now_of(plan, task, is_new=edit.kind == Kind.ADD)
    wanted = edit.wanted if edit.kind == Kind.ADD else narrowed(edit.wanted, now)
    if edit.kind == Kind.CHANGE and not wanted:
        raise bad("nothing_changes", _("The plan says this already. Change at least one field."), "wanted")
    item.kind, item.task, item.wanted = edit.kind, task, dict(wanted)
    item.before = now if edit.kind == Kind.END else {name: now[name] for name in wanted if name in now}


def _last(change: ChangeRequest) -> int:
    return change.items.aggregate(last=Max("position"))["last"] or 0


def _edited(change: ChangeRequest, what: str, data: Mapping[str, Any], by: Actor, at: dt.datetime | None) -> None:
    change.version += 1
    change.save(update_fields=["version"])
    _written(change, by)
    note = Note(data={"what": what, **data})
    write("plan_change.edit", change.as_subject(internal=True), by=by, at=at, note=note)


def _written(change: ChangeRequest, by: Actor) -> None:
    ChangeWriter.objects.bulk_create([ChangeWriter(change=change, user=by.user)], ignore_conflicts=True)


def _reason(text: str) -> str:
    found = text.replace("\x00", "").strip()
    if not found:
        raise bad("reason_missing", _("Give a reason."), "reason")
    if len(found) > LONGEST_REASON:
        words = _("The reason is too long: at most %(most)d characters.") % {"most": LONGEST_REASON}
        raise bad("reason_too_long", words, "reason")
    return found
