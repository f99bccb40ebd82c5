"""Annual plans and the yearly assessment: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.models import PilotArea
from plans.annual import EDIT, VIEW, lines_of, listed_annual, reach_annual, shows_tasks, year_of
from plans.annual_workflow import ANNUAL, available, perform
from plans.assessments import EDIT as RECORD
from plans.assessments import FIRST_YEAR, lines_for, pilots_seen, reach_line
from plans.filters.years import LATEST_YEAR, AnnualFilter, AssessmentFilter
from plans.models import AnnualPlan
from plans.serializers.years import (
    AnnualActIn,
    AnnualPlanDetail,
    AnnualPlanIn,
    AnnualPlanRow,
    AnnualSheet,
    AnnualSheetIn,
    AnnualYear,
    AssessmentIn,
    AssessmentRow,
    YearAsked,
)
from plans.services.annual import AnnualInput, AnnualRowInput, begin, discard, draw, editable, save_rows
from plans.services.assessments import AssessmentInput, record
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ActorFilters, ApiView
from portal.errors import NotFound
from records import workflow as engine

VERSION = if_match("The `version` of what the act is about, in quotes.", required=True)
ENTRY = if_match('The `version` of the entry as you saw it, in quotes; `"0"` where there was none.', required=True)
YEAR = OpenApiParameter(
    "year", {"type": "integer", "minimum": FIRST_YEAR, "maximum": LATEST_YEAR}, OpenApiParameter.QUERY, required=True,
    description="A year of the plan.",
)  # fmt: skip


class AnnualApiView(ApiView):
    """What the rooms of one annual plan share."""

    action_needed = VIEW

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        row = reach_annual(uid, self.actor)
        context = {"actions": available(row, self.actor)}
        return with_etag(Response(AnnualPlanDetail(row, context=context).data, status=status), row.version)

    def sheet(self, uid: uuid.UUID) -> Response:
        row = reach_annual(uid, self.actor)
        rows = lines_of(row) if shows_tasks(row, self.actor) else []
        return Response(AnnualSheet({"rows": rows}).data)


class AnnualPlanList(AnnualApiView, ListAPIView[AnnualPlan]):
    """Annual plans: those of one's own unit, those it receives, those below; the newest year first."""

    action_to_write = EDIT
    queryset = AnnualPlan.objects.none()
    serializer_class = AnnualPlanRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = AnnualFilter
    ordering_fields: ClassVar = {"year": "year", "submitted_at": "submitted_at", "name": "name"}

    def get_queryset(self) -> QuerySet[AnnualPlan]:
        return listed_annual(self.actor)

    @extend_schema(request=AnnualPlanIn, responses={201: AnnualPlanDetail}, extensions=refuses(404, 409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin the annual plan of a department, with the tasks it leads whose time touches the year.

        Whoever begins it keeps it: the department itself, or the pilot's office for one that has nobody here.
        Next: say what is to be reached (`rows/`), then carry out one of its `actions`.
        """
        given = AnnualPlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        row = begin(data["plan"], AnnualInput(data["year"], data["department"], data["name"]), by=self.actor)
        return self.shown(row.uid, status=201)


class AnnualPlanRoom(AnnualApiView):
    serializer_class = AnnualPlanDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One annual plan: whose, its state, and what you may do now (`actions`). Its tasks: see `rows/`."""
        return self.shown(uid)


class AnnualRows(AnnualApiView):
    action_to_write = EDIT
    serializer_class = AnnualSheet

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The tasks of the year: what is to be reached, when the schedule has them, who answers in person."""
        return self.sheet(uid)

    @extend_schema(
        operation_id="annual_plans_rows_save", request=AnnualSheetIn, responses=AnnualSheet, extensions=refuses(409)
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Fill in tasks: all are stored or none; tasks not named stay as they are.

        400 names each cell as `<task>:<field>`. 409 where somebody changed a row after the `revision` you send: `rows`
        has theirs.
        """
        editable(uid, self.actor, lock=False)
        given = AnnualSheetIn(data=request.data)
        given.is_valid(raise_exception=True)
        save_rows(uid, [AnnualRowInput(**row) for row in given.validated_data["rows"]], by=self.actor)
        return self.sheet(uid)


class AnnualDrawing(AnnualApiView):
    action_to_write = EDIT
    serializer_class = AnnualSheet

    @extend_schema(operation_id="annual_plans_draw", request=None, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Take in what the schedule has for this department and year beside what is in already."""
        draw(uid, by=self.actor)
        return self.sheet(uid)


class AnnualDiscarding(AnnualApiView):
    action_needed = EDIT
    serializer_class = AnnualPlanDetail

    @extend_schema(operation_id="annual_plans_discard", request=None, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Discard an annual plan that was never sent; answers with what it was. 409 for one that was sent before."""
        row = editable(uid, self.actor, lock=False)
        was = AnnualPlanDetail(row, context={"actions": []}).data
        discard(uid, by=self.actor)
        return Response(was)


class AnnualActRoom(AnnualApiView):
    serializer_class = AnnualActIn

    @extend_schema(
        operation_id="annual_plans_act",
        parameters=[VERSION],
        responses=AnnualPlanDetail,
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of its `actions`. 422 names each task that lacks its requirement, percentage or person."""
        row, transition = reach_annual(uid, self.actor), ANNUAL[name]
        given = AnnualActIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = engine.Request(transition.name, given.validated_data["comment"], required_version(request))
        perform(row, wanted, by=self.actor)
        return self.shown(uid)


class PlanAnnual(ApiView):
    action_needed = VIEW
    serializer_class = AnnualYear
    query_parameters = ("year",)

    @extend_schema(parameters=[YEAR])
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The annual plans of a plan in one year, and the departments that have tasks in it and none."""
        asked = YearAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(AnnualYear(year_of(uid, asked.validated_data["year"], self.actor)).data)


class AssessmentList(ApiView, ListAPIView[PilotArea]):
    """The yearly assessment of responsibility (N17): each pilot area in reach, with its entry of a year or the gap."""

    action_needed = VIEW
    queryset = PilotArea.objects.none()
    serializer_class = AssessmentRow
    filter_backends = (ActorFilters,)
    filterset_class = AssessmentFilter

    def get_queryset(self) -> QuerySet[PilotArea]:
        return pilots_seen(self.actor)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        pilots = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        year = AssessmentFilter(request.query_params, queryset=self.get_queryset(), actor=self.actor).asked_year
        lines: Any = lines_for(pilots, year, self.actor)
        return self.get_paginated_response(AssessmentRow(lines, many=True).data)


class AssessmentRoom(ApiView):
    action_needed = VIEW
    action_to_write = RECORD
    serializer_class = AssessmentRow

    def shown(self, uid: uuid.UUID, year: int) -> Response:
        line = reach_line(uid, year, self.actor)
        version = line.assessment.version if line.assessment else 0
        return with_etag(Response(AssessmentRow(line).data), version)

    def get(self, request: Request, uid: uuid.UUID, year: int, **kwargs: Any) -> Response:
        """Whether the goals of one pilot area are part of the government's assessment of one year, and its result."""
        return self.shown(uid, year)

    @extend_schema(
        operation_id="pilots_assessments_record",
        parameters=[ENTRY],
        request=AssessmentIn,
        responses=AssessmentRow,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, year: int, **kwargs: Any) -> Response:
        """Record one year of your own pilot area; no approval is needed. 409 has in `theirs` what stands meanwhile."""
        if not reach_line(uid, year, self.actor).may_edit:
            raise NotFound
        given = AssessmentIn(data=request.data)
        given.is_valid(raise_exception=True)
        record(uid, year, AssessmentInput(**given.validated_data), required_version(request), by=self.actor)
        return self.shown(uid, year)
