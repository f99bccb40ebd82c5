"""A plan of Luzhou's national pilot area for tests: one goal, two tasks, four measures. Everything in it is made up.

    1    目标            weight 1
    1.1  供水任务        due 2026-09-30
    1.1.1  勘察  (A)     due 2026-05-31: overdue on the standing Monday, 2026-06-15
    1.1.2  铺管  (B)     due as its task, 2026-09-30
    1.2  户籍任务        due as the plan, 2026-12-31
    1.2.1  清理  (C)     due 2026-08-31, weight 2
    1.2.2  登记  (D)     due as the plan

The plan runs from 2026-01-01 to 2026-12-31. Nothing is begun, nobody answers, nothing waits for anything.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from pilots.models import Batch, PilotArea
from plans.models import Level, Plan, PlanEdition, PlanStatus, Task, TaskField
from plans.plan_content import content_of
from records.seals import seal
from tests.indicators.figure_cast import luzhou

BEGINS, ENDS = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
MAY, AUGUST, SEPTEMBER = dt.date(2026, 5, 31), dt.date(2026, 8, 31), dt.date(2026, 9, 30)
APPROVED_AT = dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)
SEALED = (PlanStatus.SUBMITTED, PlanStatus.RETURNED, PlanStatus.APPROVED)
ROWS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("0001", "一、", "目标（虚构）", {"finish_by": ENDS}),
    ("0001.0001", "（一）", "供水任务（虚构）", {"due_on": SEPTEMBER, "finish_by": SEPTEMBER}),
    ("0001.0001.0001", "1.", "勘察（虚构）", {"due_on": MAY, "finish_by": MAY}),
    ("0001.0001.0002", "2.", "铺管（虚构）", {"finish_by": SEPTEMBER}),
    ("0001.0002", "（二）", "户籍任务（虚构）", {"finish_by": ENDS}),
    ("0001.0002.0001", "1.", "清理（虚构）", {"due_on": AUGUST, "finish_by": AUGUST, "weight": Decimal(2)}),
    ("0001.0002.0002", "2.", "登记（虚构）", {"finish_by": ENDS}),
)
LEVELS = (Level.GOAL, Level.TASK, Level.MEASURE)
A, B, C, D = "勘察（虚构）", "铺管（虚构）", "清理（虚构）", "登记（虚构）"


def a_plan(status: str = "approved", pilot: PilotArea | None = None, **fields: Any) -> Plan:
    """The plan in a state, instead of whatever plan the pilot area has; approved: sealed as edition 1.

    Submitted and returned ones are sealed too, without an edition. `fields`: other values for the plan.
    """
    pilot = pilot or luzhou()
    no_plan(pilot)
    above = PilotArea.objects.way_of(pilot)
    given: dict[str, Any] = {
        "programme": pilot.programme, "pilot_area": pilot, "unit": pilot.reporting_unit, "receiver_id": above[0],
        "chain": above, "title": "试点方案要点（虚构）", "begins_on": BEGINS, "ends_on": ENDS, "source": "虚构",
        "status": status, "begun_at": APPROVED_AT, "leaf_count": 4, "percent": Decimal(0),
    }  # fmt: skip
    plan = Plan.objects.create(**given | fields)
    _tree(plan)
    if status in SEALED:
        _seal(plan, approved=status == PlanStatus.APPROVED)
    return Plan.objects.for_lists().get(pk=plan.pk)


def task_of(plan: Plan, name: str) -> Task:
    """A row by its name: A, B, C, D or another."""
    found: Task = plan.tasks.select_related("plan__programme", "plan__pilot_area", "plan__unit").get(name_zh=name)
    return found


def plan_world(pilot: PilotArea) -> dict[str, Any]:
    """For the access matrix: the pilot area's approved plan, its row A, an open field of work of the first batch."""
    plan = a_plan(pilot=pilot)
    first = Batch.objects.get(programme=pilot.programme, number=1)
    TaskField.objects.filter(batch=first).update(is_open=True)
    kept, _new = TaskField.objects.get_or_create(
        batch=first, code="test", defaults={"name_zh": "虚构", "is_open": True}
    )
    return {"plans": plan.uid, "tasks": task_of(plan, A).uid, "task-fields": kept.uid}


def _tree(plan: Plan) -> None:
    by_path: dict[str, Task] = {}
    for path, mark, name, more in ROWS:
        parts = path.split(".")
        by_path[path] = Task.objects.create(
            plan=plan, parent=by_path.get(".".join(parts[:-1])), level=LEVELS[len(parts) - 1],
            position=int(parts[-1]), path=path, mark=mark, name_zh=name, name_en=f"Fictitious {path}",
            is_leaf=len(parts) == len(LEVELS), **more,
        )  # fmt: skip


def _seal(plan: Plan, *, approved: bool) -> None:
    plan.edition = 1 if approved else 0
    content = content_of(plan)
    plan.seal = seal("plan", plan.uid, content, at=APPROVED_AT)
    plan.submitted_at = APPROVED_AT
    plan.decided_at = APPROVED_AT if plan.status != PlanStatus.SUBMITTED else None
    plan.save()
    if approved:
        PlanEdition.objects.create(plan=plan, number=1, seal=plan.seal, approved_at=APPROVED_AT, content=content)


def no_plan(pilot: PilotArea) -> None:
    """The pilot area has no plan: what the reference data brought is taken out of this test's database."""
    with transaction.atomic():
        _delete(Plan, set(Plan.objects.filter(pilot_area=pilot).values_list("pk", flat=True)))


def _delete(model: type[models.Model], keys: set[Any]) -> None:
    """The rows and whatever hangs on them; foreign keys are checked when the transaction ends."""
    if not keys:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        below = relation.related_model
        if below is model:  # parts of tasks hang on the same plan
            continue
        hanging = below._base_manager.filter(**{f"{relation.field.name}__in": keys})
        _delete(below, set(hanging.values_list("pk", flat=True)))
    rows = model._base_manager.filter(pk__in=keys)
    rows._raw_delete(rows.db)
