"""Beginning the plan of a pilot area, its head, and the indicators its tasks are measured by."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text, lines_of_text, optional_line
from accounts.tokens import require_scope
from pilots.models import Document
from pilots.rules import receivers_above
from plans.models import Plan, PlanWriter, Task
from plans.services.tasks import apply, editable
from plans.task_edits import Edit, checked, shown_head
from plans.tree import EDIT, linkable_indicators, pilots_to_plan
from portal.errors import NotFound, Stale, bad
from records.journal import Note, write

LONGEST_TITLE = 200
LONGEST_SOURCE = 2000
MOST_INDICATORS = 50


@dataclass(frozen=True, slots=True)
class PlanInput:
    """The head of a plan. `document`: uid on the register; `ends_on`: the day by which everything is to be done."""

    title: str
    begins_on: dt.date
    ends_on: dt.date
    title_en: str = ""
    document: uuid.UUID | None = None


@transaction.atomic
def begin(pilot_uid: uuid.UUID, data: PlanInput, *, by: Actor, source: str = "", at: dt.datetime | None = None) -> Plan:
    """Begin the one plan of a pilot area of one's own unit, empty. Receiver and those above are today's.

    Raises NotFound (not one's pilot area, or it has a plan), BadInput, RuleBroken (nobody receives from it).
    """
    require_scope(by, EDIT)
    pilot = pilots_to_plan(by).filter(uid=pilot_uid).first()
    if pilot is None:
        raise NotFound
    above = receivers_above(pilot)
    if data.begins_on >= data.ends_on:
        raise bad("dates_crossed", _("The last day must lie after the first one."), "ends_on")
    now = at or timezone.now()
    plan = Plan.objects.create(
        programme=pilot.programme, pilot_area=pilot, unit=pilot.reporting_unit, receiver_id=above[0], chain=above,
        title=line_of_text(data.title, "title", LONGEST_TITLE),
        title_en=optional_line(data.title_en, "title_en", LONGEST_TITLE),
        document=_document(data.document), begins_on=data.begins_on, ends_on=data.ends_on,
        source=lines_of_text(source, "source", LONGEST_SOURCE),
        begun_by=by.user, begun_at=now, is_demo=by.user.is_demo,
    )  # fmt: skip
    PlanWriter.objects.create(plan=plan, user=by.user)
    write("plan.begin", plan.as_subject(internal=True), by=by, at=now, note=Note(data=shown_head(plan)))
    return plan


def _document(uid: uuid.UUID | None) -> Document | None:
    document = Document.objects.filter(uid=uid).first() if uid else None
    if uid and document is None:
        text = _("There is no such document on the register. Enter it there first.")
        raise bad("unknown_document", text, "document")
    return document


@transaction.atomic
def change_head(
    plan_uid: uuid.UUID, data: PlanInput, version: int, *, by: Actor, at: dt.datetime | None = None
) -> Plan:
    """Change title, dates, document while the plan is written. Raises NotFound, WrongState, BadInput, Stale."""
    plan, now = editable(plan_uid, by), at or timezone.now()
    before = shown_head(plan)
    given = {
        "title": data.title,
        "title_en": data.title_en,
        "document": str(data.document) if data.document else None,
        "begins_on": str(data.begins_on),
        "ends_on": str(data.ends_on),
    }
    if plan.version != version:
        text = _("Somebody else has changed this plan since you opened it.")
        raise Stale(text, extra={"version": plan.version, "theirs": before, "mine": given})
    edit = checked(plan, Edit("change", None, given))
    wanted = {name: value for name, value in edit.wanted.items() if before[name] != value}
    if wanted:
        plan.version += 1
        plan.save(update_fields=["version"])
        apply(plan, [Edit("change", None, wanted)], at=now)
        write("plan.change", plan.as_subject(internal=True), by=by, at=now, note=Note(data=wanted))
        PlanWriter.objects.bulk_create([PlanWriter(plan=plan, user=by.user)], ignore_conflicts=True)
    return plan


@transaction.atomic
def link_indicators(
    task_uid: uuid.UUID, codes: Collection[str], *, by: Actor, at: dt.datetime | None = None
) -> list[str]:
    """Say by which indicators a task is measured: all of them at once, at any time, with an event.

    Not part of what is approved. Returns the codes in order. Raises NotFound, BadInput (`indicators`).
    """
    require_scope(by, EDIT)
    rows = Task.objects.visible_to(by, EDIT).current().select_related("plan__pilot_area", "plan__programme")
    task: Task | None = rows.select_related("plan__unit", "plan__receiver").filter(uid=task_uid).first()
    if task is None:
        raise NotFound
    wanted = set(codes)
    if len(wanted) > MOST_INDICATORS:
        text = _("At most %(most)d indicators for one task.") % {"most": MOST_INDICATORS}
        raise bad("too_many", text, "indicators")
    found = {row.code: row for row in linkable_indicators(task.plan).filter(code__in=wanted)}
    if missing := wanted - set(found):
        text = _("“%(code)s” is not an indicator of this pilot area.") % {"code": min(missing)[:60]}
        raise bad("unknown_indicator", text, "indicators")
    before = set(task.indicators.values_list("code", flat=True))
    if before != wanted:
        task.indicators.set(found.values())
        data = {"uid": str(task.uid), "before": sorted(before), "after": sorted(wanted)}
        note = Note(outcome=str(task)[:200], data=data)
        write("plan.task_indicators", task.plan.as_subject(), by=by, at=at or timezone.now(), note=note)
    return sorted(wanted)
