"""What can be asked of a plan's approved wording: a task added, worded anew, moved or ended; its head changed.

One shape for everything that does so: the pages and the API of a plan being written, its workbook, and the rows of a
change request, which wait in `ChangeItem.wanted`. Here the shape is checked; `plans.services.tasks` carries it out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from accounts.personal import line_of_text, lines_of_text, optional_line
from pilots.models import Clause, Document
from plans.models import BELOW, Level, Plan, Task, TaskField
from portal.errors import BadInput, Finding, bad
from records.models import StoredFile
from units.keys import new_uid

LONGEST_NAME = 200
LONGEST_MARK = 20
LONGEST_TEXT = 8000
LONGEST_EVIDENCE = 2000
MOST_WEIGHT = Decimal("9999.99")
KINDS = ("add", "change", "end")
HEAD = ("title", "title_en", "document", "original", "begins_on", "ends_on")


@dataclass(frozen=True, slots=True)
class TaskInput:
    """One row of a plan as approved. `clause`, `parent`: uids; `fields`: codes of fields of work of the batch.

    `after`: the neighbour it follows; the row it is part of (a goal: the plan) to stand first; None: where it is, or
    last where it is new there.
    """

    level: str
    parent: uuid.UUID | None = None
    mark: str = ""
    name_zh: str = ""
    name_en: str = ""
    text: str = ""
    clause: uuid.UUID | None = None
    fields: tuple[str, ...] = ()
    is_multi_plan: bool = False
    weight: Decimal = Decimal(1)
    due_on: dt.date | None = None
    evidence: str = ""
    after: uuid.UUID | None = None


FACTS = tuple(found.name for found in fields(TaskInput))


@dataclass(frozen=True, slots=True)
class Edit:
    """`kind` add, change or end. `task`: uid of the row; None: a new one, or with change the plan's head (HEAD).

    `wanted` in JSON shapes, by the names of TaskInput: an add may leave out what has a default and brings the `uid`
    of the new row, so that further rows can be part of it; a change holds only what changes; an end holds nothing.
    """

    kind: str
    task: uuid.UUID | None
    wanted: Mapping[str, Any] = field(default_factory=dict)


def shape_of(data: TaskInput) -> dict[str, Any]:
    """A typed input in JSON shapes."""
    found = {name: getattr(data, name) for name in FACTS}
    for name in ("parent", "clause", "after", "due_on"):
        found[name] = None if found[name] is None else str(found[name])
    return found | {"weight": f"{data.weight:f}", "fields": list(data.fields)}


def shown(task: Task) -> dict[str, Any]:
    """What the plan says of a row now, in the same shapes, without its place among its neighbours."""
    return {
        "level": str(task.level),
        "parent": None if task.parent is None else str(task.parent.uid),
        "mark": task.mark,
        "name_zh": task.name_zh,
        "name_en": task.name_en,
        "text": task.text,
        "clause": None if task.clause is None else str(task.clause.uid),
        "fields": sorted(found.code for found in task.fields.all()),
        "is_multi_plan": task.is_multi_plan,
        "weight": f"{task.weight:.2f}",
        "due_on": None if task.due_on is None else str(task.due_on),
        "evidence": task.evidence,
    }


def shown_head(plan: Plan) -> dict[str, Any]:
    """The same of the plan itself: document and original file by their uids."""
    return {
        "title": plan.title,
        "title_en": plan.title_en,
        "document": None if plan.document is None else str(plan.document.uid),
        "original": None if plan.original is None else str(plan.original.uid),
        "begins_on": str(plan.begins_on),
        "ends_on": str(plan.ends_on),
    }


def checked(plan: Plan, edit: Edit, beside: Sequence[Edit] = ()) -> Edit:
    """The edit with its values brought into form. Raises BadInput naming each field that is wrong.

    `beside`: other edits of the same request, already checked: rows they add can be named, rows they end cannot.
    """
    if edit.kind not in KINDS:
        raise bad("unknown_kind", _("Choose one of the offered ones."), "kind")
    if edit.kind != "add" and edit.task is None:
        return Edit("change", None, _checked_head(plan, edit))
    tree = _tree(plan, beside)
    row = tree.get(edit.task) if edit.task else None
    if edit.kind != "add" and row is None:
        raise bad("unknown_task", _("The plan has no such task now. Reload the page."), "task")
    if edit.kind == "end":
        return Edit("end", edit.task, {})
    values = _values(plan, edit.wanted, is_new=edit.kind == "add")
    now = {} if row is None else {"level": row.level, "parent": row.parent, "uid": edit.task}
    _check_place(plan, tree, now | values)
    if row is None:
        values["uid"] = str(_uid(edit.wanted.get("uid"), "uid") or new_uid())
    return Edit(edit.kind, edit.task if row is not None else None, values)


@dataclass(frozen=True, slots=True)
class _Row:
    level: str
    parent: str | None


Tree = Mapping[uuid.UUID, _Row]


def _tree(plan: Plan, beside: Sequence[Edit]) -> Tree:
    """Every row there will be, by its uid."""
    rows = plan.tasks.current().select_related("parent").only("uid", "level", "parent__uid")
    tree = {row.uid: _Row(row.level, str(row.parent.uid) if row.parent else None) for row in rows}
    for edit in beside:
        if edit.kind == "add":
            tree[uuid.UUID(edit.wanted["uid"])] = _Row(edit.wanted["level"], edit.wanted["parent"])
        elif edit.kind == "end" and edit.task:
            _cut(tree, edit.task)
        elif edit.task is not None and edit.task in tree:
            was = tree[edit.task]
            tree[edit.task] = _Row(edit.wanted.get("level", was.level), edit.wanted.get("parent", was.parent))
    return tree


def _cut(tree: dict[uuid.UUID, _Row], gone: uuid.UUID) -> None:
    """Without a row and its parts."""
    tree.pop(gone, None)
    for uid in [uid for uid, row in tree.items() if row.parent == str(gone)]:
        _cut(tree, uid)


def _check_place(plan: Plan, tree: Tree, wanted: Mapping[str, Any]) -> None:
    """Goal → task → measure, and neighbours that are there. Raises BadInput."""
    level, above = wanted["level"], wanted["parent"]
    over = tree.get(uuid.UUID(above)) if above else None
    if above and over is None:
        raise bad("unknown_parent", _("The plan has no such task now. Reload the page."), "parent")
    expected = next((upper.value for upper, lower in BELOW.items() if lower == level), None)
    if (over.level if over else None) != expected:
        raise bad("wrong_parent", _must_stand(level), "parent")
    own: uuid.UUID | None = wanted.get("uid")
    if (
        own is not None
        and own in tree
        and level != tree[own].level
        and any(row.parent == str(own) for row in tree.values())
    ):
        text = _("It has parts, so its level stays. Move or remove its parts first.")
        raise bad("has_parts", text, "level")
    after = wanted.get("after")
    if not after or after == (above or str(plan.uid)):
        return
    beside = tree.get(uuid.UUID(after))
    if beside is None or beside.parent != above or after == str(own):
        raise bad("not_beside", _("Choose a neighbour: a row with the same parent."), "after")


def _must_stand(level: str) -> str:
    if level == Level.GOAL:
        return _("A goal stands on top: it is part of nothing.")
    if level == Level.TASK:
        return _("A task is part of a goal. Choose the goal.")
    return _("A measure is part of a task. Choose the task.")


def _values(plan: Plan, wanted: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
    """The fields named, brought into form; of a new row all."""
    given = (shape_of(TaskInput(level="")) | dict(wanted)) if is_new else dict(wanted)
    if unknown := set(given) - set(FACTS) - {"uid"}:
        raise bad("unknown_field", _("There is no such field: %(name)s.") % {"name": min(unknown)[:40]}, "wanted")
    findings: list[Finding] = []
    values: dict[str, Any] = {}
    for name in FACTS:
        if name not in given:
            continue
        try:
            values[name] = CHECKS[name](given[name], name, plan)
        except BadInput as error:
            findings += error.findings
    if findings:
        raise BadInput(str(findings[0].message), findings=tuple(findings))
    return values


def _checked_head(plan: Plan, edit: Edit) -> dict[str, Any]:
    if edit.kind == "end":
        raise bad("unknown_task", _("The plan has no such task now. Reload the page."), "task")
    if unknown := set(edit.wanted) - set(HEAD):
        raise bad("unknown_field", _("There is no such field: %(name)s.") % {"name": min(unknown)[:40]}, "wanted")
    values = {name: HEAD_CHECKS[name](value, name, plan) for name, value in edit.wanted.items()}
    both = shown_head(plan) | values
    if both["begins_on"] >= both["ends_on"]:
        raise bad("dates_crossed", _("The last day must lie after the first one."), "ends_on")
    return values


def _uid(value: Any, name: str, _plan: Plan | None = None) -> str | None:
    if value in (None, ""):
        return None
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise bad("bad_uid", _("Choose one of the offered ones."), name) from error


def _day(value: Any, name: str, plan: Plan) -> str | None:
    """An ISO date within the time of the plan."""
    if (day := _any_day(value, name)) is None:
        return None
    if not str(plan.begins_on) <= day <= str(plan.ends_on):
        text = _("The plan runs from %(begins)s to %(ends)s: choose a day within.")
        raise bad("outside_plan", text % {"begins": plan.begins_on, "ends": plan.ends_on}, name)
    return day


def _any_day(value: Any, name: str) -> str | None:
    if value in (None, ""):
        return None
    try:
        return str(dt.date.fromisoformat(str(value)))
    except ValueError as error:
        raise bad("bad_date", _("Write the date as year-month-day, for example 2026-09-30."), name) from error


def _head_day(value: Any, name: str, _plan: Plan) -> str:
    if (day := _any_day(value, name)) is None:
        raise bad("missing", _("Fill this in."), name)
    return day


def _weight(value: Any, name: str, _plan: Plan) -> str:
    try:
        weight = Decimal(str(value).strip())
    except InvalidOperation:
        weight = Decimal("NaN")
    if not weight.is_finite() or not 0 < weight <= MOST_WEIGHT or weight != round(weight, 2):
        raise bad("bad_weight", _("Give a number above 0 with at most two decimals, for example 1 or 2.5."), name)
    return f"{weight:.2f}"


def _codes(value: Any, name: str, plan: Plan) -> list[str]:
    """Codes of fields of work of the pilot area's batch."""
    wanted = sorted({str(code) for code in value or ()})
    rows = TaskField.objects.filter(batch=plan.pilot_area.batch_id, code__in=wanted)
    if missing := set(wanted) - set(rows.values_list("code", flat=True)):
        text = _("This batch has no field of work “%(code)s”. Choose one of the offered ones.")
        raise bad("unknown_field_of_work", text % {"code": min(missing)[:40]}, name)
    return wanted


def _clause(value: Any, name: str, plan: Plan) -> str | None:
    return _known(value, name, Clause.objects.filter, _("There is no such clause on the register. Enter it first."))


def _document(value: Any, name: str, plan: Plan) -> str | None:
    text = _("There is no such document on the register. Enter it there first.")
    return _known(value, name, Document.objects.filter, text)


def _file(value: Any, name: str, plan: Plan) -> str | None:
    """A file that the office of the plan has brought."""
    rows = StoredFile.objects.filter(unit=plan.unit_id)
    return _known(value, name, rows.filter, _("Your office has not stored such a file."))


def _known(value: Any, name: str, rows: Callable[..., Any], text: str) -> str | None:
    uid = _uid(value, name)
    if uid and not rows(uid=uid).exists():
        raise bad(f"unknown_{name}", text, name)
    return uid


def _level(value: Any, name: str, _plan: Plan) -> str:
    if value not in Level.values:
        raise bad("unknown_level", _("Choose goal, task or measure."), name)
    return str(value)


CHECKS: Mapping[str, Callable[[Any, str, Plan], Any]] = {
    "level": _level,
    "parent": _uid,
    "mark": lambda value, name, _plan: optional_line(str(value or ""), name, LONGEST_MARK),
    "name_zh": lambda value, name, _plan: line_of_text(str(value or ""), name, LONGEST_NAME),
    "name_en": lambda value, name, _plan: optional_line(str(value or ""), name, LONGEST_NAME),
    "text": lambda value, name, _plan: lines_of_text(str(value or ""), name, LONGEST_TEXT),
    "clause": _clause,
    "fields": _codes,
    "is_multi_plan": lambda value, _name, _plan: bool(value),
    "weight": _weight,
    "due_on": _day,
    "evidence": lambda value, name, _plan: lines_of_text(str(value or ""), name, LONGEST_EVIDENCE),
    "after": _uid,
}
HEAD_CHECKS: Mapping[str, Callable[[Any, str, Plan], Any]] = {
    "title": lambda value, name, _plan: line_of_text(str(value or ""), name, LONGEST_NAME),
    "title_en": lambda value, name, _plan: optional_line(str(value or ""), name, LONGEST_NAME),
    "document": _document,
    "original": _file,
    "begins_on": _head_day,
    "ends_on": _head_day,
}
