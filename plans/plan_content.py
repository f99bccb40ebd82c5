"""What is sealed of a plan, and in what two wordings of it differ.

Everything is in plain JSON values, so that a stored edition and a fresh reading of the rows compare field by field:
uids and dates as text, decimals as text with two places, fields of work by their codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from pilots.models import Clause
from plans.models import Plan, Task

HEAD = ("title", "title_en", "document", "original", "begins_on", "ends_on")
"""What is approved of the plan itself."""
WORDING = (
    "level", "parent", "mark", "name_zh", "name_en", "text", "clause", "fields", "is_multi_plan", "weight", "due_on",
    "evidence",
)  # fmt: skip
"""What is approved of each task."""


def content_of(plan: Plan) -> dict[str, Any]:
    """The plan as it stands: its head and its current tasks in the order of the tree. Three statements beside it."""
    tasks = plan.tasks.current().select_related("parent", "clause__document").prefetch_related("fields")
    return {
        "programme": plan.programme.code,
        "pilot_area": str(plan.pilot_area.uid),
        "unit": str(plan.unit.uid),
        "unit_name": plan.unit.name_now,
        "title": plan.title,
        "title_en": plan.title_en,
        "document": _document(plan),
        "original": _original(plan),
        "begins_on": str(plan.begins_on),
        "ends_on": str(plan.ends_on),
        "source": plan.source,
        "tasks": [task_content(task) for task in tasks.order_by("path", "id")],
    }


def task_content(task: Task) -> dict[str, Any]:
    """What is approved of one task, with its uid."""
    return {
        "uid": str(task.uid),
        "level": str(task.level),
        "parent": str(task.parent.uid) if task.parent is not None else None,
        "mark": task.mark,
        "name_zh": task.name_zh,
        "name_en": task.name_en,
        "text": task.text,
        "clause": _clause(task.clause),
        "fields": sorted(field.code for field in task.fields.all()),
        "is_multi_plan": task.is_multi_plan,
        "weight": f"{task.weight:.2f}",
        "due_on": str(task.due_on) if task.due_on else None,
        "evidence": task.evidence,
    }


def _document(plan: Plan) -> dict[str, str] | None:
    document = plan.document
    return None if document is None else {"uid": str(document.uid), "name": f"{document.number} {document.name_zh}"}


def _original(plan: Plan) -> dict[str, Any] | None:
    file = plan.original
    return None if file is None else {"name": file.name, "size": file.size, "sha256": file.sha256}


def _clause(clause: Clause | None) -> dict[str, str] | None:
    if clause is None:
        return None
    return {"uid": str(clause.uid), "name": f"{clause.document.number} {clause.title_zh}".strip()}


class Kind(StrEnum):
    HEAD = "head"
    ADD = "add"
    CHANGE = "change"
    MOVE = "move"
    END = "end"


KINDS = tuple((kind.value, kind.value) for kind in Kind)
"""As the API's fields take them."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as it stands in the content."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not the same in both: `uid` and `name` of the task ('' and the title for the plan itself).

    `fields` are those that differ; of a row added or ended, all that say something. MOVE: only its place among its
    neighbours is another.
    """

    kind: Kind
    uid: str
    mark: str
    name: str
    fields: tuple[FieldChange, ...] = ()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """From one wording to the other: the head, then the tasks in their new order, then those that ended."""
    old = {task["uid"]: task for task in before["tasks"]}
    new = {task["uid"]: task for task in after["tasks"]}
    found = []
    if head := changed(before, after, HEAD):
        found.append(Difference(Kind.HEAD, "", "", after["title"], head))
    moved = _moved(list(old.values()), list(new.values()))
    for uid, task in new.items():
        if uid not in old:
            found.append(_row(Kind.ADD, task, changed({}, task, WORDING)))
        elif fields := changed(old[uid], task, WORDING):
            found.append(_row(Kind.CHANGE, task, fields))
        elif uid in moved:
            found.append(_row(Kind.MOVE, task))
    ended = [task for uid, task in old.items() if uid not in new]
    return [*found, *(_row(Kind.END, task, changed(task, {}, WORDING)) for task in ended)]


def changed(before: Mapping[str, Any], after: Mapping[str, Any], fields: tuple[str, ...]) -> tuple[FieldChange, ...]:
    """The fields that differ. Empty text, an empty list, False and nothing are alike where one side has no row."""
    pairs = [FieldChange(name, before.get(name), after.get(name)) for name in fields]
    if not before or not after:
        return tuple(pair for pair in pairs if pair.before or pair.after)
    return tuple(pair for pair in pairs if _identity(pair.before) != _identity(pair.after))


def _identity(value: Any) -> Any:
    """A document or clause is itself whatever it is called today."""
    return value.get("uid", value) if isinstance(value, Mapping) else value


def _row(kind: Kind, task: Mapping[str, Any], fields: tuple[FieldChange, ...] = ()) -> Difference:
    return Difference(kind, task["uid"], task["mark"], task["name_zh"], fields)


def _moved(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> set[str]:
    """Those that left the order of their neighbours: as few as tell the one order from the other."""
    found: set[str] = set()
    for parent in {task["parent"] for task in new}:
        was = [task["uid"] for task in old if task["parent"] == parent]
        now = [task["uid"] for task in new if task["parent"] == parent]
        both = set(was) & set(now)
        was, now = [uid for uid in was if uid in both], [uid for uid in now if uid in both]
        blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        found |= both - {uid for block in blocks for uid in was[block.a : block.a + block.size]}
    return found
