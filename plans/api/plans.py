"""Plans and their rows: the very same services as the pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from plans.filters.plans import PlanFilter
from plans.models import Plan, Task
from plans.plan_workflow import available
from plans.progress_reading import Summary, summaries_of, summary_of
from plans.serializers.plans import (
    MultiPlanSheet,
    PilotPlanDetail,
    PilotPlanIn,
    PlanHeadIn,
    PlanRow,
    PlanSummary,
    PlanTaskDetail,
    PlanTaskIn,
    PlanTree,
    TaskIndicators,
)
from plans.services.plans import PlanInput, begin, change_head, link_indicators
from plans.services.tasks import TaskInput, add_task, change_task, remove_task
from plans.tree import (
    EDIT,
    VIEW,
    listed_plans,
    may_arrange,
    may_edit,
    multi_plan_of,
    reach_plan,
    reach_task,
    tree_of,
)
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ActorFilters, ApiView, Embed, EmbeddingList
from units.calendar import today

VERSION = if_match("The `version` of the plan, in quotes.", required=True)
REVISION = if_match("The `revision` of the row, in quotes.", required=True)


class PlanApiView(ApiView):
    """What the rooms of one plan share."""

    action_needed = VIEW
    action_to_write = EDIT

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        plan = reach_plan(uid, self.actor)
        context = {"actions": available(plan, self.actor), "summary": summary_of(plan, today())}
        return with_etag(Response(PilotPlanDetail(plan, context=context).data, status=status), plan.version)

    def task(self, uid: uuid.UUID, status: int = 200) -> Response:
        task = reach_task(uid, self.actor)
        live = task.ended_at is None
        context = {
            "may_edit": live and may_edit(task.plan, self.actor),
            "may_arrange": live and may_arrange(task.plan, self.actor),
        }
        return with_etag(Response(PlanTaskDetail(task, context=context).data, status=status), task.revision)


def _summaries(rows: Sequence[Plan], _actor: Actor) -> Mapping[int, Summary]:
    return summaries_of(rows, today())


class PlanList(PlanApiView, EmbeddingList):
    queryset = Plan.objects.none()
    serializer_class = PlanRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = PlanFilter
    ordering_fields: ClassVar = {"pilot_area": "pilot_area__sort_key", "ends_on": "ends_on", "begun_at": "begun_at"}
    embeds: ClassVar = {"summary": Embed(PlanSummary, _summaries, "its tasks counted today", many=False)}

    def get_queryset(self) -> QuerySet[Plan]:
        return listed_plans(self.actor)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The plans of pilot areas: one's own, those one receives, those below, in the order of the pilot areas."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=PilotPlanIn, responses={201: PilotPlanDetail}, extensions=refuses(404, 422))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin the plan of a pilot area of your own unit, empty. A pilot area has one plan: 404 where it has one.

        422 where nobody receives from the pilot area. Next: add goals, tasks and measures, send for signing.
        """
        given = PilotPlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        pilot = data.pop("pilot_area")
        return self.shown(begin(pilot, PlanInput(**data), by=self.actor).uid, status=201)


class PlanRoom(PlanApiView):
    serializer_class = PilotPlanDetail

    @extend_schema(operation_id="plans_plan_retrieve")
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One plan: its state, how far it is, and what you may do now (`actions`). Its rows: `tasks/` below it."""
        return self.shown(uid)

    @extend_schema(
        operation_id="plans_plan_update", parameters=[VERSION], request=PlanHeadIn, responses=PilotPlanDetail,
        extensions=refuses(409, 428),
    )  # fmt: skip
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change title, dates and document while the plan is written. 409 once it is signed, submitted or approved."""
        reach_plan(uid, self.actor, EDIT)
        given = PlanHeadIn(data=request.data)
        given.is_valid(raise_exception=True)
        change_head(uid, PlanInput(**given.validated_data), required_version(request), by=self.actor)
        return self.shown(uid)


class PlanTasks(PlanApiView):
    serializer_class = PlanTree

    @extend_schema(operation_id="plans_tasks_retrieve", responses=PlanTree)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The rows of a plan as a tree, in its order, with how each stands today.

        Rows with parts have dates and percent from them. The wording of a row in full: `tasks/{uid}/`.
        """
        rows = tree_of(reach_plan(uid, self.actor), self.actor, today())
        uids = {row.task.pk: row.task.uid for row in rows}
        return Response(PlanTree({"rows": rows}, context={"uids": uids}).data)

    @extend_schema(
        operation_id="plans_tasks_create", request=PlanTaskIn, responses={201: PlanTaskDetail}, extensions=refuses(409)
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Add a goal, task or measure while the plan is written. 409 afterwards: then by change request."""
        reach_plan(uid, self.actor, EDIT)
        return self.task(add_task(uid, _input(request), by=self.actor).uid, status=201)


def _input(request: Request) -> TaskInput:
    given = PlanTaskIn(data=request.data)
    given.is_valid(raise_exception=True)
    data = given.validated_data
    fields, weight = tuple(data.pop("fields_of_work")), Decimal(data.pop("weight"))
    return TaskInput(fields=fields, weight=weight, **data)


class PlanMultiPlan(PlanApiView):
    serializer_class = MultiPlanSheet

    @extend_schema(operation_id="plans_multi_plan_retrieve", responses=MultiPlanSheet)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What a plan undertakes for multi-plan integration (N7): its tagged rows with their parts, counted."""
        found = multi_plan_of(reach_plan(uid, self.actor), self.actor, today())
        uids = dict(Task.objects.filter(plan=found.plan).values_list("pk", "uid"))
        counts = {"leaves": len(found.leaves), "done": found.done, "overdue": found.overdue}
        return Response(MultiPlanSheet({"rows": found.rows, **counts}, context={"uids": uids}).data)


class TaskRoom(PlanApiView):
    serializer_class = PlanTaskDetail

    @extend_schema(operation_id="tasks_retrieve")
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One row of a plan: what was approved of it, its dates, how far it is, what you may change."""
        return self.task(uid)

    @extend_schema(
        operation_id="tasks_update", parameters=[REVISION], request=PlanTaskIn, responses=PlanTaskDetail,
        extensions=refuses(409, 428),
    )  # fmt: skip
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Word a row anew or move it while the plan is written. 409 when somebody was first, with `theirs` and `mine`.

        409 also once the plan is signed, submitted or approved: then by change request.
        """
        reach_task(uid, self.actor, EDIT)
        return self.task(change_task(uid, _input(request), required_version(request), by=self.actor).uid)


class TaskRemoval(PlanApiView):
    action_needed = EDIT
    serializer_class = PlanTaskDetail

    @extend_schema(operation_id="tasks_remove", request=None, responses=PlanTaskDetail, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Take a row and its parts out of a plan that is being written; they stay readable as ended."""
        remove_task(uid, by=self.actor)
        return self.task(uid)


class TaskIndicatorsRoom(PlanApiView):
    action_needed = EDIT
    serializer_class = TaskIndicators

    @extend_schema(operation_id="tasks_indicators_update", responses=TaskIndicators)
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Say by which indicators a task is measured, all of them at once; at any time, without approval."""
        reach_task(uid, self.actor, EDIT)
        given = TaskIndicators(data=request.data)
        given.is_valid(raise_exception=True)
        codes = link_indicators(uid, given.validated_data["indicators"], by=self.actor)
        return Response(TaskIndicators({"indicators": codes}).data)
