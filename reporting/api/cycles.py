"""Cycles, who has reported, and the desk."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_views import ApiView
from portal.errors import NotFound
from reporting.desk import desk
from reporting.models import Cycle
from reporting.overview import cycles_for, overview
from reporting.serializers import CycleIn, CycleRow, DeskDetail, OverviewDetail
from reporting.services.cycles import CycleInput, may_open, open_cycle


class CycleList(ApiView, ListAPIView[Cycle]):
    """The cycles of the reader's programme, newest first."""

    action_needed = "cycle.view"
    queryset = Cycle.objects.none()
    serializer_class = CycleRow

    def get_queryset(self) -> Any:
        return cycles_for(self.actor)


class CycleOpening(ApiView):
    action_needed = "cycle.open"
    serializer_class = CycleIn

    @extend_schema(responses={201: CycleRow})
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
        cycle = next((cycle for cycle in cycles_for(self.actor) if cycle.uid == uid), None)
        if cycle is None:
            raise NotFound
        return Response(OverviewDetail(overview(self.actor, cycle)).data)


class DeskView(ApiView):
    action_needed = "desk.view"
    serializer_class = DeskDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """What is asked of the reader now."""
        return Response(DeskDetail(desk(self.actor)).data)
