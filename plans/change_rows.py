"""The rows of a change request as edits of its plan: checked together, and what each changes, before and after."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from plans.models import ChangeItem, ChangeRequest, Plan, Task
from plans.task_edits import FACTS, HEAD, Edit, checked, shown, shown_head
from portal.errors import BadInput, Finding

HAVE_NO_PLACE = frozenset({"after"})
"""Fields that say where a row goes, and of which a plan holds no value of its own."""


def items_of(change: ChangeRequest) -> list[ChangeItem]:
    """Its rows in their order, with what showing them needs."""
    rows = change.items.select_related("task__parent", "task__clause__document").prefetch_related("task__fields")
    return list(rows.order_by("position", "id"))


def edit_of(item: ChangeItem) -> Edit:
    return Edit(item.kind, item.task.uid if item.task is not None else None, item.wanted)


def checked_beside(plan: Plan, edit: Edit, beside: Sequence[Edit]) -> Edit:
    """The edit in form, held against the plan as the other rows leave it: its dates as well as its tasks.

    Raises BadInput naming each field.
    """
    return checked(with_head(plan, beside), edit, beside)


def with_head(plan: Plan, edits: Iterable[Edit]) -> Plan:
    """A copy of the plan, not to be stored, that runs as long as the request wants it to."""
    found = copy.copy(plan)
    for edit in edits:
        if edit.kind == "change" and edit.task is None:
            for name in ("begins_on", "ends_on"):
                if edit.wanted.get(name):
                    setattr(found, name, dt.date.fromisoformat(edit.wanted[name]))
    return found


def all_checked(plan: Plan, items: Sequence[ChangeItem]) -> list[Edit]:
    """Every row in form and in an order that can be carried out: the head, then the rest as they stand, then what ends.

    Raises BadInput, each finding pointing at its row.
    """
    order = sorted(items, key=lambda item: (_rank(item), item.position, item.pk))
    done: list[Edit] = []
    findings: list[Finding] = []
    for item in order:
        try:
            done.append(checked_beside(plan, edit_of(item), done))
        except BadInput as error:
            findings += [Finding(f.code, f"{name_of(item)}：{f.message}", f"{item.uid}.{f.target}") for f in _of(error)]
    if findings:
        raise BadInput(str(findings[0].message), findings=tuple(findings))
    return done


def _of(error: BadInput) -> tuple[Finding, ...]:
    return error.findings or (Finding(error.code, str(error)),)


def _rank(item: ChangeItem) -> int:
    if item.kind == ChangeItem.Kind.CHANGE and item.task_id is None:
        return 0
    return 2 if item.kind == ChangeItem.Kind.END else 1


def name_of(item: ChangeItem) -> str:
    """What the row is about, in a few words."""
    if item.task is not None:
        return str(item.task)
    if item.kind == ChangeItem.Kind.ADD:
        return f"{item.wanted.get('mark', '')} {item.wanted.get('name_zh', '')}".strip()
    return _("the plan itself")


def now_of(plan: Plan, task: Task | None, *, is_new: bool = False) -> dict[str, Any]:
    """What the plan says now of the task, or of itself; nothing of a row that is to be added."""
    if is_new:
        return {}
    return shown_head(plan) if task is None else shown(task)


def narrowed(wanted: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Only what would be otherwise than it is."""
    return {
        name: value
        for name, value in wanted.items()
        if (value if name in HAVE_NO_PLACE else now.get(name) != value)
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a row: what stands in the plan and what is wanted, in JSON shapes. None: there is no such side."""

    field: str
    before: Any
    after: Any


def compared(item: ChangeItem) -> list[Compared]:
    """Field by field, in the order of the form. Of a row added or ended: all that say something."""
    order = (*FACTS, *(name for name in HEAD if name not in FACTS))
    if item.kind == ChangeItem.Kind.CHANGE:
        return [Compared(name, item.before.get(name), item.wanted[name]) for name in order if name in item.wanted]
    said = item.wanted if item.kind == ChangeItem.Kind.ADD else item.before
    is_new = item.kind == ChangeItem.Kind.ADD
    return [
        Compared(name, None if is_new else said[name], said[name] if is_new else None)
        for name in order
        if said.get(name)
    ]  # fmt: skip
