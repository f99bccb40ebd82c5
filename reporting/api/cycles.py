"""Cycles, who has reported, and the desk."""

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
from portal.api_views import ApiView
from portal.errors import NotFound
from reporting.desk import desk
from reporting.filters.reports import CycleFilter
from reporting.models import Cycle
from reporting.overview import cycles_for, overview
from reporting.serializers.reports import CycleIn, CycleRow, DeskDetail, OverviewDetail
from reporting.services.cycles import CycleInput, may_open, open_cycle


class CycleList(ApiView, ListAPIView[Cycle]):
    """The cycles of the reader's programme, newest first."""

    action_needed = "cycle.view"
    queryset = Cycle.objects.none()
    serializer_class = CycleRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = CycleFilter
    ordering_fields: ClassVar = {"year": "year", "opens_on": "opens_on", "pilots_due_on": "pilots_due_on"}

    def get_queryset(self) -> QuerySet[Cycle]:
        return cycles_for(self.actor).order_by("-year", "-kind", "-number", "programme_id", "id")


class CycleOpening(ApiView):
    action_needed = "cycle.open"
    serializer_class = CycleIn

    @extend_schema(operation_id="cycles_open", responses={201: CycleRow})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Open a period: every sender on the routes then owes a report. Only the owner of the programme may."""
        programme = self.actor.programme
        if programme is None or not may_open(programme, self.actor):
            raise NotFound
        given = CycleIn(data=request.data)
        given.is_valid(raise_exception=True)
        cycle = open_cycle(CycleInput(programme=programme, **given.validated_data), by=self.actor)
        return Response(CycleRow(cycle).data, status=201)


class OverviewRoom(ApiView):
    action_needed = "cycle.view"
    serializer_class = OverviewDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Who has reported: each sender's own report, and how far those below it are."""
        cycle = cycles_for(self.actor).filter(uid=uid).first()
        if cycle is None:
            raise NotFound
        return Response(OverviewDetail(overview(self.actor, cycle)).data)


class DeskView(ApiView):
    action_needed = "desk.view"
    serializer_class = DeskDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """What is asked of the reader now."""
        return Response(DeskDetail(desk(self.actor)).data)
