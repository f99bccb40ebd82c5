"""The list of reports, one report, its events."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering
from portal.api_views import EmbeddingList
from records.api import EventPages
from records.filters import EventFilter
from records.models import Event
from records.serializers import EventRow
from reporting.api.base import ReportApiView
from reporting.api.embeds import ACCEPTED
from reporting.filters.reports import ReportFilter
from reporting.models import Cycle, Report
from reporting.reading import events_of
from reporting.serializers.reports import ReportDetail, ReportRow


class ReportFilters(DjangoFilterBackend):
    """Offers the cycles of the reader's programme, as the page does."""

    def get_filterset_kwargs(self, request: HttpRequest, queryset: Any, view: Any) -> dict[str, Any]:
        cycles = Cycle.objects.filter(programme=view.actor.hat.programme_id)
        return {**super().get_filterset_kwargs(request, queryset, view), "cycles": cycles}


class ReportList(EmbeddingList):
    """The reports within reach, the latest due first."""

    action_needed = "report.view"
    queryset = Report.objects.none()
    serializer_class = ReportRow
    filter_backends = (ReportFilters, Ordering)
    filterset_class = ReportFilter
    ordering_fields: ClassVar = {
        "due_on": "due__due_end",
        "unit": "due__unit__sort_key",
        "year": "due__cycle__year",
        "state": "status",
        "decided_at": "accepted_version__decided_at",
    }
    embeds: ClassVar = {"accepted": ACCEPTED}

    def get_queryset(self) -> QuerySet[Report]:
        rows: QuerySet[Report] = Report.objects.visible_to(self.actor, self.action_needed).for_lists()
        return rows.order_by("-due__due_end", "due__unit__sort_key", "id")


class ReportRoom(ReportApiView):
    serializer_class = ReportDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One report: the sections as the reader may see them, its versions, and what may be done now."""
        return self.shown(self.report_or_404(uid))


class ReportEvents(ReportApiView, ListAPIView[Event]):
    """What happened to one report, newest first, as far as the reader may know."""

    queryset = Event.objects.none()
    serializer_class = EventRow
    pagination_class = EventPages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = EventFilter

    def get_queryset(self) -> QuerySet[Event]:
        return events_of(self.report_or_404(self.kwargs["uid"]), self.actor)
