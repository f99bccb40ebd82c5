"""The calendar of working days."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import NotFound
from staff.services.working_days import (
    FIRST_YEAR,
    AnnouncementInput,
    DaysInput,
    RemovalInput,
    announce,
    enter_days,
    keeps_everybodys,
    kept_days,
    remove_day,
)
from staff.working_day_serializers import (
    AnnouncementIn,
    CalendarDayRow,
    DaysEntered,
    DaysIn,
    RemovalIn,
    WorkingYearDetail,
)
from staff.working_days import working_year, year_asked_for

YEAR = OpenApiParameter(
    "year",
    {"type": "integer", "minimum": FIRST_YEAR, "maximum": 2100},
    description="This year where it is left out; at most two years ahead.",
)


class WorkingDaysRoom(ApiView):
    action_needed = "desk.view"
    serializer_class = WorkingYearDetail
    query_parameters = ("year",)

    @extend_schema(parameters=[YEAR])
    def get(self, request: Request, **kwargs: Any) -> Response:
        """A year's days off and make-up days by the calendar of the reader's unit, each with its source.

        The ETag is the version of the year's announcement, 0 where none was entered.
        """
        found = working_year(self.actor, year_asked_for(request.query_params.get("year", "")))
        return with_etag(Response(WorkingYearDetail(found).data), found.version)


class AnnouncementRoom(ApiView):
    action_needed = "workdays.edit"
    serializer_class = AnnouncementIn

    @extend_schema(
        operation_id="working_days_announce",
        parameters=[if_match('The `version` of the announcement, in quotes; "0" at first.', required=True)],
        responses=WorkingYearDetail,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, year: int, **kwargs: Any) -> Response:
        """Enter or replace the announcement of a year for everybody: all lines, or none of them.

        Only the system administrator may. Each faulty line is named in `findings`. Dates already given do not move.
        """
        if not keeps_everybodys(self.actor):
            raise NotFound
        given = AnnouncementIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = AnnouncementInput(year=year, **given.validated_data, expected_version=required_version(request))
        announce(data, by=self.actor)
        found = working_year(self.actor, year)
        return with_etag(Response(WorkingYearDetail(found).data), found.version)


class CalendarDayList(ApiView):
    action_needed = "workdays.edit"
    serializer_class = DaysIn

    @extend_schema(operation_id="calendar_days_create", responses={201: DaysEntered}, extensions=refuses(409))
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Enter days off or extra working days of the own unit; by the system administrator, for everybody.

        Days of the span that are so already are passed over. 409 for days of an announcement: it is corrected itself.
        """
        given = DaysIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = enter_days(DaysInput(**given.validated_data), by=self.actor)
        return Response(DaysEntered({"days": rows}).data, status=201)


class CalendarDayRemoval(ApiView):
    action_needed = "workdays.edit"
    serializer_class = RemovalIn

    @extend_schema(operation_id="calendar_days_remove", responses=CalendarDayRow)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Remove a day that was entered by itself: it is again what it was. The history keeps it, with the reason."""
        if not kept_days(self.actor).filter(uid=uid).exists():
            raise NotFound
        given = RemovalIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = remove_day(RemovalInput(uid, given.validated_data["reason"]), by=self.actor)
        return Response(CalendarDayRow(row).data)
