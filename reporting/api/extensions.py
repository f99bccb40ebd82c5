"""More time and exemptions: the very same services as the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ActorFilters, ApiView
from portal.errors import BadInput, Finding, NotFound
from records import workflow as engine
from reporting.due_dates import find_report
from reporting.extension_workflow import EXTENSION, available, perform
from reporting.filters.extensions import ExtensionFilter
from reporting.models import Cycle, Extension
from reporting.overview import cycles_for
from reporting.serializers.extensions import (
    BlanketForecast,
    BlanketIn,
    BlanketRow,
    ExemptEndIn,
    ExemptIn,
    ExtensionActIn,
    ExtensionDetail,
    ExtensionRow,
    MoreTimeIn,
    ReportDates,
)
from reporting.services.blanket import Area, BlanketInput, extend_region, preview_region
from reporting.services.exemptions import EndInput, ExemptionInput, end_exemption, exempt
from reporting.services.extensions import ExtensionInput, ask_or_give, listed_for, more_time_for, reach_extension
from units.models import Division

VERSION = if_match("The version of the request the decision is about, in quotes.", required=True)


class ExtensionRoomView(ApiView):
    """What the rooms of one extension share."""

    action_needed = "report.view"

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        extension = reach_extension(uid, self.actor)
        context = {"actions": available(extension, self.actor)}
        return with_etag(Response(ExtensionDetail(extension, context=context).data, status=status), extension.version)


class ExtensionList(ApiView, ListAPIView[Extension]):
    """More time asked for or given, of the reports within reach; the newest first."""

    action_needed = "report.view"
    queryset = Extension.objects.none()
    serializer_class = ExtensionRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = ExtensionFilter
    ordering_fields: ClassVar = {
        "requested_at": "requested_at",
        "due_on": "due__due_end",
        "unit": "due__unit__sort_key",
    }

    def get_queryset(self) -> QuerySet[Extension]:
        return listed_for(self.actor)


class ExtensionRoom(ExtensionRoomView):
    serializer_class = ExtensionDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One request or extension: what was asked for and why, what was decided, what may be done now (`actions`)."""
        return self.shown(uid)


class ReportExtensions(ExtensionRoomView):
    serializer_class = MoreTimeIn

    @extend_schema(
        operation_id="reports_extensions_create", responses={201: ExtensionDetail}, extensions=refuses(409, 422)
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """More time for a report: its sender asks and the receiver decides; a reviewer of the receiver gives it.

        409 when the report is not owed, or more time is asked for already. Where a request is open, giving time
        grants it until this day.
        """
        more_time_for(uid, self.actor)
        given = MoreTimeIn(data=request.data)
        given.is_valid(raise_exception=True)
        extension = ask_or_give(uid, ExtensionInput(**given.validated_data), by=self.actor)
        return self.shown(extension.uid, status=201)


class ExtensionActRoom(ExtensionRoomView):
    serializer_class = ExtensionActIn

    @extend_schema(
        operation_id="extensions_act",
        parameters=[VERSION],
        responses=ExtensionDetail,
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of the request's `actions`: grant, refuse, withdraw. `grant` may choose another day."""
        extension, transition = reach_extension(uid, self.actor), EXTENSION[name]
        given = ExtensionActIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        wanted = engine.Request(transition.name, data.pop("comment"), required_version(request), data)
        perform(extension, wanted, by=self.actor)
        return self.shown(uid)


class CycleBlankets(ApiView):
    action_needed = "extension.blanket"
    serializer_class = BlanketIn
    query_parameters = ("region", "due_on")

    @extend_schema(
        operation_id="cycles_blanket_extensions_preview",
        parameters=[
            OpenApiParameter("region", uuid.UUID, OpenApiParameter.QUERY, description="As in POST; left out: all."),
            OpenApiParameter(
                "due_on", dt.date, OpenApiParameter.QUERY, required=True, description="As in POST: a date."
            ),
        ],
        responses=BlanketForecast,
    )
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What more time for a region would do now: whose date moves, from which day, and who is left out."""
        cycle, asked = self._cycle(uid), request.query_params
        day, area = _day_in(asked.get("due_on", "")), Area(cycle, _region(_uid_in(asked.get("region", ""))))
        return Response(BlanketForecast(preview_region(area, day, by=self.actor)).data)

    @extend_schema(operation_id="cycles_blanket_extensions_create", responses={201: BlanketRow})
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """More time for everybody below you who owes in a period and lies in a region.

        Dates that are as late already stay. Open requests of those who get the time are granted with it. Senders
        are told, and once each the receivers between them and you.
        """
        cycle = self._cycle(uid)
        given = BlanketIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        wanted = BlanketInput(Area(cycle, _region(data["region"])), data["due_on"], data["reason"])
        return Response(BlanketRow(extend_region(wanted, by=self.actor)).data, status=201)

    def _cycle(self, uid: uuid.UUID) -> Cycle:
        cycle = cycles_for(self.actor).filter(uid=uid).first()
        if cycle is None:
            raise NotFound
        return cycle


def _day_in(text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        words = _("Say the new date as YYYY-MM-DD.")
        raise BadInput(words, findings=(Finding("invalid", words, "due_on"),))
    return day


def _uid_in(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise _no_region() from error


def _region(uid: uuid.UUID | None) -> Division | None:
    if uid is None:
        return None
    found = Division.objects.filter(uid=uid).first()
    if found is None:
        raise _no_region()
    return found


def _no_region() -> BadInput:
    words = _("There is no such region.")
    return BadInput(words, findings=(Finding("invalid", words, "region"),))


class ReportExemption(ApiView):
    action_needed = "extension.decide"
    serializer_class = ExemptIn

    @extend_schema(operation_id="reports_exempt", responses=ReportDates, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Exempt the sender from this report, with a reason: nothing is owed and nobody is reminded.

        What is written stays and may still be sent. An open request for more time ends with it.
        """
        find_report(uid, self.actor, self.action_needed)
        given = ExemptIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ReportDates(exempt(uid, ExemptionInput(**given.validated_data), by=self.actor)).data)


class ReportExemptionEnd(ApiView):
    action_needed = "extension.decide"
    serializer_class = ExemptEndIn

    @extend_schema(operation_id="reports_exempt_end", responses=ReportDates, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """End the exemption: the report is owed again, by the present date or a new one.

        400 where the present date has passed and no new one is given.
        """
        find_report(uid, self.actor, self.action_needed)
        given = ExemptEndIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ReportDates(end_exemption(uid, EndInput(**given.validated_data), by=self.actor)).data)
