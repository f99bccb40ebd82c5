"""Reading plans: who finds which, their rows as a tree, what stands around one row, multi-plan integration (N7)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from accounts.access import Actor
from indicators.models import Indicator
from pilots.models import PilotArea
from plans.models import Level, Plan, PlanStatus, SpatialStructure, Task, TaskField
from plans.progress_reading import TaskLine, lines_of
from portal.errors import NotFound
from records.models import Event

VIEW = "plan.view"
EDIT = "plan.edit"


def listed_plans(by: Actor) -> QuerySet[Plan]:
    """Plans in reach, in the order of the pilot areas."""
    rows = Plan.objects.visible_to(by, VIEW).for_lists()
    found: QuerySet[Plan] = rows.order_by("pilot_area__sort_key", "id")
    return found


def reach_plan(uid: uuid.UUID, by: Actor, action: str = VIEW) -> Plan:
    """One plan with what its pages show of it. Raises NotFound."""
    rows = Plan.objects.visible_to(by, action).for_lists()
    rows = rows.select_related("document", "original", "seal", "begun_by", "submitted_by", "decided_by")
    plan: Plan | None = rows.filter(uid=uid).first()
    if plan is None:
        raise NotFound
    return plan


def reach_task(uid: uuid.UUID, by: Actor, action: str = VIEW) -> Task:
    """One row with its plan; also one that was ended. Raises NotFound."""
    rows = Task.objects.visible_to(by, action).select_related(
        "plan__programme", "plan__pilot_area__batch", "plan__unit", "plan__receiver", "plan__document", "plan__seal",
        "clause__document", "parent__parent",
    )  # fmt: skip
    task: Task | None = rows.prefetch_related("fields", "indicators").filter(uid=uid).first()
    if task is None:
        raise NotFound
    return task


def shows_rows(plan: Plan, by: Actor) -> bool:
    """Its own office sees the rows always; the others as they were sent, not while they are being changed."""
    return plan.unit_id == by.hat.unit_id or plan.status in (PlanStatus.SUBMITTED, PlanStatus.APPROVED)


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row as the tree shows it. `is_within_reach` False: it only shows what the reader's own task is part of."""

    line: TaskLine
    clause_title: str = ""
    fields: Sequence[TaskField] = ()
    is_within_reach: bool = True

    @property
    def task(self) -> Task:
        return self.line.task


def tree_of(plan: Plan, by: Actor, day: dt.date) -> list[TreeRow]:
    """The rows this reader may see, in the order of the plan. Five statements, however many rows."""
    if not shows_rows(plan, by):
        return []
    lines = lines_of(plan, day)
    seen = set(Task.objects.visible_to(by, VIEW).filter(plan=plan).values_list("pk", flat=True))
    wanted = _with_those_above([line.task for line in lines], seen)
    more = Task.objects.filter(plan=plan).select_related("clause").prefetch_related("fields")
    found = {task.pk: task for task in more.defer("text", "clause__text")}
    return [
        TreeRow(
            line,
            clause.title if (clause := found[line.task.pk].clause) else "",
            list(found[line.task.pk].fields.all()),
            line.task.pk in seen,
        )
        for line in lines
        if line.task.pk in wanted
    ]


def _with_those_above(tasks: Iterable[Task], seen: set[int]) -> set[int]:
    above = {task.pk: task.parent_id for task in tasks}
    wanted = set(seen) & set(above)
    for key in list(wanted):
        while (upper := above.get(key)) is not None:
            wanted.add(upper)
            key = upper
    return wanted


def parts_of(task: Task, by: Actor, day: dt.date) -> list[TaskLine]:
    """What a row is made of, as far as the reader may see it."""
    seen = set(Task.objects.visible_to(by, VIEW).filter(parent=task).values_list("pk", flat=True))
    return [line for line in lines_of(task.plan, day) if line.task.pk in seen] if seen else []


def may_edit(plan: Plan, by: Actor) -> bool:
    """Whether this hat writes the approved wording now: of its own plan, while that is editable."""
    return plan.is_editable and may_arrange(plan, by)


def may_arrange(plan: Plan, by: Actor) -> bool:
    """Whether this hat writes in the plan at all: what is not approved content it changes at any time."""
    return by.can(EDIT) and plan.unit_id == by.hat.unit_id and plan.programme_id == by.hat.programme_id


def pilots_to_plan(by: Actor) -> QuerySet[PilotArea]:
    """Pilot areas of one's own unit that have no plan yet."""
    rows = PilotArea.objects.visible_to(by, EDIT).shown().filter(plan__isnull=True)
    return rows.for_lists().order_by("sort_key", "id")


def events_of(plan: Plan, by: Actor) -> QuerySet[Event]:
    """What happened to the plan, the newest first, as far as the reader may know."""
    rows = Event.objects.about("plan", plan.uid)
    if plan.unit_id != by.hat.unit_id:
        rows = rows.known_beyond_the_unit()
    return rows.order_by("-at", "-id")


def linkable_indicators(plan: Plan) -> QuerySet[Indicator]:
    """Indicators a task can be measured by: the shared ones and the pilot area's own."""
    rows = Indicator.objects.filter(Q(pilot_area__isnull=True) | Q(pilot_area=plan.pilot_area_id))
    found: QuerySet[Indicator] = rows.order_by("plan_number", "sort_key", "id")
    return found


def fields_of(plan: Plan) -> QuerySet[TaskField]:
    """The fields of work of the pilot area's batch; none where it belongs to no batch."""
    return TaskField.objects.filter(batch=plan.pilot_area.batch_id).order_by("position", "id")


@dataclass(slots=True)
class MultiPlan:
    """What a plan undertakes for multi-plan integration (N7): its tagged rows under the goals they belong to."""

    plan: Plan
    rows: list[TreeRow] = field(default_factory=list)

    @property
    def leaves(self) -> list[TaskLine]:
        return [row.line for row in self.rows if row.task.is_leaf]

    @property
    def done(self) -> int:
        return sum(line.state == "done" for line in self.leaves)

    @property
    def overdue(self) -> int:
        return sum(line.overdue_days > 0 for line in self.leaves)


def multi_plan_of(plan: Plan, by: Actor, day: dt.date) -> MultiPlan:
    """The rows tagged, and the parts of tagged rows, without those above them."""
    found, within = MultiPlan(plan), set[int]()
    for row in tree_of(plan, by, day):
        if row.is_within_reach and (row.task.is_multi_plan or row.task.parent_id in within):
            within.add(row.task.pk)
            found.rows.append(row)
    return found


def multi_plan_counts(plans: Sequence[Plan]) -> Mapping[int, int]:
    """How many leaves or branches of each plan are tagged."""
    rows = Task.objects.current().filter(plan__in=[plan.pk for plan in plans], is_multi_plan=True)
    return dict(rows.order_by().values_list("plan_id").annotate(number=Count("pk")))


def goals_and_tasks(plan: Plan) -> QuerySet[Task]:
    """What can have parts."""
    return plan.tasks.current().exclude(level=Level.MEASURE).order_by("path", "id")


def structures_of(pilot: PilotArea) -> QuerySet[SpatialStructure]:
    """The versions of a pilot area's spatial structure, the newest first."""
    rows = SpatialStructure.objects.filter(pilot_area=pilot).select_related("document", "clause", "recorded_by")
    return rows.order_by("-number")


def kept_structure(uid: uuid.UUID, by: Actor) -> PilotArea:
    """The pilot area whose structure this hat keeps. Raises NotFound."""
    rows = PilotArea.objects.visible_to(by, EDIT).shown().for_lists()
    pilot: PilotArea | None = rows.filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def field_batches(by: Actor) -> QuerySet[TaskField]:
    """Fields of work of the batches of one's programme, batch by batch."""
    rows = TaskField.objects.select_related("batch__programme")
    if by.hat.programme_id is not None:
        rows = rows.filter(batch__programme=by.hat.programme_id)
    return rows.order_by("batch__number", "position", "id")
