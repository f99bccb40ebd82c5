"""Who answers for what: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from plans.duties import duties_of_task, offices_for, people_for
from plans.duty_matrix import matrix_of, tiers_of
from plans.duty_reading import reach_duty
from plans.models import Task, Tier
from plans.serializers.duties import DutyHolders, DutyIn, DutySheet, DutySheetAsked, TaskDuties
from plans.services.duties import DutyInput, Holder, give, release
from plans.tree import EDIT, VIEW, reach_plan, reach_task
from portal.api_schema import refuses
from portal.api_views import ApiView

SHOW = OpenApiParameter("show", str, OpenApiParameter.QUERY, enum=["gaps"], description="`gaps`: rows with gaps only.")
TIER = OpenApiParameter(
    "tier", str, OpenApiParameter.QUERY, enum=list(Tier.values), description="With `show=gaps`: gaps of this tier."
)


class DutyApiView(ApiView):
    action_needed = VIEW
    action_to_write = EDIT

    def shown(self, task: Task, status: int = 200) -> Response:
        tiers = tiers_of(duties_of_task(task)) if task.ended_at is None else []
        return Response(TaskDuties({"task": task.uid, "tiers": tiers}).data, status=status)


class PlanDuties(DutyApiView):
    serializer_class = DutySheet
    query_parameters = ("show", "tier")

    @extend_schema(parameters=[SHOW, TIER])
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Tasks × tiers of a plan: who answers, what comes from the row above, and where nobody does.

        Principal leader, leader in charge, lead department and responsible person have to be there for each task
        without parts; supporting departments may.
        """
        plan = reach_plan(uid, self.actor)
        asked = DutySheetAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        matrix = matrix_of(plan, self.actor, gaps_only="show" in data, tier=data.get("tier", ""))
        return Response(DutySheet(matrix).data)


class PlanDutyHolders(DutyApiView):
    action_needed = EDIT
    serializer_class = DutyHolders

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Who can be named for the tasks of your plan: offices of its places, people with an account there."""
        plan = reach_plan(uid, self.actor, EDIT)
        return Response(DutyHolders({"offices": offices_for(plan), "people": people_for(plan)}).data)


class TaskDutiesRoom(DutyApiView):
    serializer_class = TaskDuties

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Who answers for one task, all five tiers, with what comes from the rows above."""
        return self.shown(reach_task(uid, self.actor))

    @extend_schema(
        operation_id="tasks_duties_give", request=DutyIn, responses={201: TaskDuties}, extensions=refuses(409)
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Name one more who answers for a task of your plan; no approval is needed.

        There is one principal leader and one lead department: whoever is named takes over. Whoever has an account
        is told.
        """
        given = DutyIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        give(uid, DutyInput(data.pop("tier"), Holder(**data)), by=self.actor)
        return self.shown(reach_task(uid, self.actor), status=201)


class DutyRelease(DutyApiView):
    serializer_class = TaskDuties

    @extend_schema(operation_id="duties_release", request=None, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Somebody answers for a task no more; what the row above has in this tier holds then. The duty stays on

        record as ended.
        """
        task = reach_duty(uid, self.actor).task
        release(uid, by=self.actor)
        return self.shown(reach_task(task.uid, self.actor))
