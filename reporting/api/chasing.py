"""Chasing what is owed, and the log of calls."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering
from portal.api_schema import refuses
from portal.api_views import ApiView
from portal.errors import NotFound
from reporting.chases import chases_in_reach
from reporting.filters.chases import ChaseFilter
from reporting.models import Chase, Report
from reporting.serializers.chases import CallIn, ChasedDetail, ChaseIn, ChaseRow
from reporting.services.chasing import CallInput, ChaseInput, chase, record_call


class ChaseList(ApiView, ListAPIView[Chase]):
    """The chases and calls of the reader's unit, newest first."""

    action_needed = "chase.send"
    queryset = Chase.objects.none()
    serializer_class = ChaseRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = ChaseFilter
    ordering_fields: ClassVar = {"at": "at", "promised_on": "promised_on"}

    def get_queryset(self) -> QuerySet[Chase]:
        rows = chases_in_reach(self.actor)
        return rows.select_related("due__report", "due__unit", "due__pilot_area", "due__cycle__programme", "by")

    @extend_schema(operation_id="chases_send", request=ChaseIn, responses=ChasedDetail, extensions=refuses(404, 422))
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Ask the senders of these reports for what they owe; drafters and leads there get a notice.

        Reports that cannot be chased now are named in `not_chased` and the others go; when none can, 422 names each.
        """
        given = ChaseIn(data=request.data)
        given.is_valid(raise_exception=True)
        done = chase(ChaseInput(**given.validated_data), by=self.actor)
        return Response(ChasedDetail(done).data)


class ReportCalls(ApiView):
    action_needed = "chase.send"
    serializer_class = CallIn

    @extend_schema(operation_id="reports_calls_create", responses={201: ChaseRow})
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Write down a call with the sender of a report one receives, and by when it was promised."""
        if not Report.objects.visible_to(self.actor, "chase.send").filter(uid=uid).exists():
            raise NotFound
        given = CallIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = record_call(CallInput(uid, **given.validated_data), by=self.actor)
        return Response(ChaseRow(row).data, status=201)
