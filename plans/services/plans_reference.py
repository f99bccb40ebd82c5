"""Loading fields of work, red lines and Luzhou's plan from the reference data: safe to repeat, nothing is deleted.

A plan is entered once, as approved, sealed as its first edition with nobody as approver. From then on it belongs to
its pilot area: what was arranged, reported or changed by request stays, whatever the files say later.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from pilots.models import Batch, Clause, Document, PilotArea
from plans.models import Plan, PlanStatus, RedLine, SpatialStructure, Task, TaskField
from plans.reference.plans import (
    LUZHOU,
    LUZHOU_STRUCTURE,
    PlanRecord,
    TaskRecord,
    luzhou_tasks,
    red_lines,
    task_fields,
)
from plans.services.editions import seal_edition
from plans.services.tasks import settle as settle_tree
from units.models import Programme
from units.upsert import Tally, settle

log = logging.getLogger(__name__)
DEPTH = {"goal": 0, "task": 1, "measure": 2}


@transaction.atomic
def load_task_fields() -> Tally:
    """The fields of work of the batches that could be sourced. One that its keeper has changed stays as it is."""
    batches = dict(Batch.objects.filter(programme__code="national").values_list("number", "pk"))
    theirs = set(TaskField.objects.filter(version__gt=0).values_list("batch", "code"))
    rows = [
        {
            "batch_id": batches[record.batch],
            "code": record.code,
            "position": position,
            "name_zh": record.name_zh,
            "name_en": record.name_en,
            "source": record.source,
            "confidence": record.confidence,
        }
        for position, record in enumerate(task_fields(), start=1)
    ]
    given = [row for row in rows if (row["batch_id"], row["code"]) not in theirs]
    return settle(TaskField.objects.all(), ("batch_id", "code"), given)


@transaction.atomic
def load_red_lines() -> Tally:
    """What every report declares about land (N6). One that is not asked any more stays so."""
    programmes = dict(Programme.objects.values_list("code", "pk"))
    rows = [
        {
            "programme_id": programmes[record.programme],
            "code": record.code,
            "position": position,
            "name_zh": record.name_zh,
            "name_en": record.name_en,
            "source": record.source,
            "confidence": record.confidence,
        }
        for position, record in enumerate(red_lines(), start=1)
    ]
    return settle(RedLine.objects.all(), ("programme_id", "code"), rows)


@transaction.atomic
def load_plans() -> Tally:
    """Luzhou's opinion as the plan of its pilot area, where that has none yet."""
    pilot = PilotArea.objects.select_related("programme").filter(key=LUZHOU.pilot).first()
    chain = PilotArea.objects.way_of(pilot) if pilot is not None else []
    if pilot is None or not chain:
        log.warning("not on record, or on no route; its plan is left out: %s", LUZHOU.pilot)
        return Tally(1)
    if Plan.objects.filter(pilot_area=pilot).exists():
        return Tally(1)
    _enter(LUZHOU, pilot, chain)
    return Tally(1, 1)


@transaction.atomic
def load_structures() -> Tally:
    """The spatial structure Luzhou's opinion names, where its pilot area has none on record yet."""
    record = LUZHOU_STRUCTURE
    pilot = PilotArea.objects.filter(key=record.pilot).first()
    clause = Clause.objects.filter(document__number=record.document, anchor=record.clause).first()
    if pilot is None or clause is None:
        log.warning("not on record; its spatial structure is left out: %s", record.pilot)
        return Tally(1)
    if SpatialStructure.objects.filter(pilot_area=pilot).exists():
        return Tally(1)
    SpatialStructure.objects.create(
        pilot_area=pilot, number=1, name=record.name, text=clause.text, document_id=clause.document_id, clause=clause
    )
    return Tally(1, 1)


def _enter(record: PlanRecord, pilot: PilotArea, chain: list[int]) -> None:
    """No hour of an approval is on record: what the edition carries is when it was entered."""
    now = timezone.now()
    document = Document.objects.filter(number=record.document).first()
    plan = Plan.objects.create(
        programme=pilot.programme,
        pilot_area=pilot,
        unit=pilot.reporting_unit,
        receiver_id=chain[0],
        chain=chain,
        title=record.title,
        title_en=record.title_en,
        document=document,
        begins_on=record.begins_on,
        ends_on=record.ends_on,
        source=record.source,
        status=PlanStatus.APPROVED,
        begun_at=now,
    )
    clauses = {clause.anchor: clause for clause in document.clauses.all()} if document is not None else {}
    _tree(plan, luzhou_tasks(), clauses)
    settle_tree(plan)
    seal_edition(plan, at=now)


def _tree(plan: Plan, records: tuple[TaskRecord, ...], clauses: Mapping[str, Clause]) -> None:
    """A row belongs to the last one before it that stands higher."""
    last: list[Task] = []
    for position, record in enumerate(records, start=1):
        clause = clauses.get(record.clause)
        del last[DEPTH[record.level] :]
        task = Task.objects.create(
            plan=plan,
            parent=last[-1] if last else None,
            level=record.level,
            position=position,
            path=f"{position:04d}",
            mark=record.mark,
            name_zh=record.name_zh,
            name_en=record.name_en,
            text=clause.text if clause is not None else "",
            clause=clause,
            due_on=record.due_on,
        )
        last.append(task)
