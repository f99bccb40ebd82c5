"""Annual plans of departments (N10): begun from the schedule, filled in. How one then moves: its workflow."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import lines_of_text
from accounts.tokens import require_scope
from plans.annual import EDIT, departments_for, not_taken_in
from plans.annual_drawing import Department, Drawn, Reading
from plans.annual_workflow import ANNUAL
from plans.models import AnnualPlan, AnnualTask, AnnualWriter, Plan
from plans.tree import reach_plan
from portal.errors import BadInput, Finding, NotFound, Stale, WrongState, bad
from records.journal import Note, write

LONGEST_REQUIREMENT = 2000
MOST_ROWS = 400
FULL = 100


@dataclass(frozen=True, slots=True)
class AnnualInput:
    """For which year and department: `department` an office of the register (uid), or `name` of one that is not."""

    year: int
    department: uuid.UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class AnnualRowInput:
    """What one task is to reach by the end of the year. `percent` 0 to 100, None: not said yet.

    `revision` of the row as the writer saw it; 0 takes the task in. `keep` False: the task is taken out.
    """

    task: uuid.UUID
    requirement: str = ""
    percent: int | None = None
    revision: int = 0
    keep: bool = True


@transaction.atomic
def begin(plan_uid: uuid.UUID, data: AnnualInput, *, by: Actor, at: dt.datetime | None = None) -> AnnualPlan:
    """Begin one, with the tasks the department leads whose span touches the year.

    Whoever begins it keeps it: the department itself, or the pilot's office for one that has nobody here.
    Raises NotFound, WrongState (the plan is not approved, or there is one already), BadInput (year, department).
    """
    require_scope(by, EDIT)
    plan, now = reach_plan(plan_uid, by), at or timezone.now()
    if not plan.is_approved:
        raise WrongState(_("Annual plans are drawn from the approved plan. This one is not approved yet."))
    if not departments_for(plan, by):
        raise NotFound
    if not plan.begins_on.year <= data.year <= plan.ends_on.year:
        words = {"first": plan.begins_on.year, "last": plan.ends_on.year}
        raise bad("bad_year", _("Give a year of the plan, %(first)d to %(last)d.") % words, "year")
    department = _department(plan, data, by)
    if AnnualPlan.objects.filter(plan=plan, year=data.year, name=department.name).exists():
        raise WrongState(_("This department has an annual plan for this year already."))
    drawn = Reading.of(plan).drawn(department, data.year)
    row = AnnualPlan.objects.create(
        plan=plan, year=data.year, department=department.unit, name=department.name, unit=by.unit,
        receiver=plan.unit, chain=[plan.unit_id, *plan.chain], begun_by=by.user, begun_at=now,
        is_demo=by.user.is_demo,
    )  # fmt: skip
    _take_in(row, drawn)
    _note(row, by)
    note = Note(data={"year": row.year, "tasks": len(drawn)})
    write("annual.begin", row.as_subject(internal=True), by=by, at=now, note=note)
    return row


def _department(plan: Plan, data: AnnualInput, by: Actor) -> Department:
    for one in departments_for(plan, by):
        if one.unit is not None and data.department is not None and one.unit.uid == data.department:
            return one
        if one.unit is None and data.department is None and one.name == data.name.strip():
            return one
    raise bad("unknown_department", _("Choose a department that leads a task of this plan."), "department")


def _take_in(row: AnnualPlan, drawn: Sequence[Drawn]) -> None:
    """What ends in the year is to be done by its end; of the rest nobody but the department can say how far."""
    AnnualTask.objects.bulk_create(
        [AnnualTask(annual_plan=row, task=one.task, percent=FULL if one.ends_this_year else None) for one in drawn]
    )


def _note(row: AnnualPlan, by: Actor) -> None:
    AnnualWriter.objects.bulk_create([AnnualWriter(annual_plan=row, user=by.user)], ignore_conflicts=True)


def editable(uid: uuid.UUID, by: Actor, *, lock: bool = True) -> AnnualPlan:
    """The annual plan, its row locked, if this hat may write in it now. Raises NotFound, WrongState."""
    require_scope(by, EDIT)
    rows = ANNUAL.rows().visible_to(by, EDIT)
    found: AnnualPlan | None = (rows.select_for_update(of=("self",)) if lock else rows).filter(uid=uid).first()
    if found is None:
        raise NotFound
    if not found.is_editable:
        text = _("It is now “%(state)s” and cannot be edited. Reload the page to see what happened.")
        raise WrongState(text % {"state": found.get_status_display()})
    return found


@transaction.atomic
def draw(uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> AnnualPlan:
    """Take in what the schedule has for the department and year beside what is there. Raises NotFound, WrongState."""
    row, now = editable(uid, by), at or timezone.now()
    drawn = not_taken_in(row)
    if drawn:
        _take_in(row, drawn)
        _note(row, by)
        write("annual.draw", row.as_subject(internal=True), by=by, at=now, note=Note(data={"tasks": len(drawn)}))
    return row


@transaction.atomic
def save_rows(
    uid: uuid.UUID, rows: Sequence[AnnualRowInput], *, by: Actor, at: dt.datetime | None = None
) -> AnnualPlan:
    """Store all rows or none; tasks not named stay as they are.

    Raises NotFound, WrongState, BadInput (`<task>:<field>`: percent, requirement, a task that is not the
    department's), Stale with `rows`: task, revision, requirement and percent as they are stored.
    """
    row, now = editable(uid, by), at or timezone.now()
    stored = {one.task.uid: one for one in row.rows.select_related("task").select_for_update(of=("self",))}
    offered = {one.task.uid: one for one in not_taken_in(row)}
    _refuse(rows, stored, offered)
    changed = [_changed(row, given, stored.get(given.task), offered.get(given.task)) for given in rows]
    if row.rows.count() > MOST_ROWS:
        raise bad("too_many_rows", _("At most %(most)d tasks in one annual plan.") % {"most": MOST_ROWS}, "rows")
    if any(changed):
        _note(row, by)
        note = Note(data={"tasks": sum(changed)})
        write("annual.edit", row.as_subject(internal=True), by=by, at=now, note=note)
    return row


def _refuse(
    rows: Sequence[AnnualRowInput], stored: Mapping[uuid.UUID, AnnualTask], offered: Mapping[uuid.UUID, Drawn]
) -> None:
    """Everything that is wrong, said at once; conflicts after it."""
    findings: list[Finding] = []
    conflicts: list[dict[str, object]] = []
    for given in rows:
        one = stored.get(given.task)
        if given.percent is not None and not 0 <= given.percent <= FULL:
            findings.append(Finding("bad_percent", _("Give a percentage from 0 to 100."), f"{given.task}:percent"))
        if one is None and given.task not in offered:
            text = _("This task is not among those the department leads in this year.")
            findings.append(Finding("not_offered", text, f"{given.task}:task"))
        elif given.revision != (one.revision if one else 0):
            theirs = {"requirement": one.requirement, "percent": one.percent} if one else {}
            conflicts.append({"task": str(given.task), "revision": one.revision if one else 0, **theirs})
        try:
            lines_of_text(given.requirement, f"{given.task}:requirement", LONGEST_REQUIREMENT)
        except BadInput as error:
            findings += error.findings
    if len({given.task for given in rows}) < len(rows):
        findings.append(Finding("twice", _("Name each task once."), "rows"))
    if findings:
        raise BadInput(_("Some cells cannot be read. Nothing was saved yet."), findings=tuple(findings))
    if conflicts:
        text = _("Somebody else has changed these rows since you opened them. Compare, then save once more.")
        raise Stale(text, extra={"rows": conflicts})


def _changed(row: AnnualPlan, given: AnnualRowInput, one: AnnualTask | None, drawn: Drawn | None) -> bool:
    """Store one row; whether that changed anything."""
    requirement = lines_of_text(given.requirement, "requirement", LONGEST_REQUIREMENT)
    if one is None:
        if drawn is None or not given.keep:
            return False
        task, wanted = drawn.task, {"requirement": requirement, "percent": given.percent, "revision": 1}
        AnnualTask.objects.create(annual_plan=row, task=task, **wanted)
        return True
    if not given.keep:
        one.delete()
        return True
    if (one.requirement, one.percent) == (requirement, given.percent):
        return False
    one.requirement, one.percent, one.revision = requirement, given.percent, one.revision + 1
    one.save(update_fields=["requirement", "percent", "revision"])
    return True


@transaction.atomic
def discard(uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> None:
    """Delete one that was never sent. Raises NotFound, WrongState."""
    row, now = editable(uid, by), at or timezone.now()
    if row.seal_id is not None:
        raise WrongState(_("It was sent before, so it stays on record. Correct it and send it again."))
    subject = row.as_subject(internal=True)
    row.delete()
    write("annual.discard", subject, by=by, at=now)
