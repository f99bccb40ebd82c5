"""The API's rooms for planning a year and for bringing one cycle up to date."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_schema import refuses
from portal.api_views import ApiView
from records.jobs.serializers import JobDetail
from reporting.serializers.planning import CyclePlanDetail, PlanDetail, PlanIn
from reporting.services.planning import (
    FIRST_YEAR,
    LAST_YEAR,
    cycle_of,
    preview,
    preview_cycle,
    programme_of,
    regenerate,
)
from reporting.services.planning_jobs import ask_to_generate

YEAR = OpenApiParameter(
    "year",
    {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
    OpenApiParameter.PATH,
    description="Of the periods.",
)


class PlanRoom(ApiView):
    action_needed = "cycle.open"
    serializer_class = PlanDetail

    @extend_schema(parameters=[YEAR])
    def get(self, request: Request, year: int, **kwargs: Any) -> Response:
        """Who will owe what in a year, before anything exists; of periods that exist, what would change.

        Nothing is stored. `digest` names what you have read: carrying it out asks for it.
        """
        return Response(PlanDetail(preview(programme_of(self.actor), year)).data)


class PlanGeneration(ApiView):
    action_needed = "cycle.open"
    serializer_class = PlanIn

    @extend_schema(
        operation_id="plans_generate", parameters=[YEAR], responses={202: JobDetail}, extensions=refuses(409)
    )
    def post(self, request: Request, year: int, **kwargs: Any) -> Response:
        """Carry out the plan you have read: makes the periods that do not exist, brings the others up to date.

        A long job: follow it under `jobs/`. 409 when the plan has changed since it was read, is being carried out
        already, or leaves nothing to do. What somebody has begun is neither moved nor deleted.
        """
        plan = preview(programme_of(self.actor), year)
        given = PlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        digest = given.validated_data["digest"]
        job = ask_to_generate(plan, digest=digest, by=self.actor, hurry=given.hurry)
        return Response(JobDetail(job, context={"actor": self.actor}).data, status=202)


class CyclePlanRoom(ApiView):
    action_needed = "cycle.open"
    serializer_class = CyclePlanDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What a cycle owes against what it should owe: counts, and the first fifty dues of each outcome."""
        return Response(CyclePlanDetail(preview_cycle(cycle_of(uid, self.actor))).data)

    @extend_schema(operation_id="cycles_regenerate", request=PlanIn, responses=CyclePlanDetail, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Bring a cycle up to date as you have read it; answers with what is left of the differences.

        409 when something has changed since. What somebody has begun is neither moved nor deleted.
        """
        cycle = cycle_of(uid, self.actor)
        given = PlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        regenerate(cycle, digest=given.validated_data["digest"], by=self.actor, hurry=given.hurry)
        return Response(CyclePlanDetail(preview_cycle(cycle_of(uid, self.actor))).data)
