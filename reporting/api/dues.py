"""What is due: as a list, and counted by day."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering
from portal.api_views import ActorFilters, ApiView
from reporting.due_calendar import MONTH, dues, month, month_named, most_urgent_first, scope_named
from reporting.filters.dues import DueFilter
from reporting.models import DueScope, Report
from reporting.serializers.dues import DueRow, MonthDetail


class DueList(ApiView, ListAPIView[Report]):
    """What is due within reach: what is owed first, by its date; then what is in or exempt, the latest first."""

    action_needed = "report.view"
    queryset = Report.objects.none()
    serializer_class = DueRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = DueFilter
    ordering_fields: ClassVar = {"due_on": "due__due_end", "unit": "due__unit__sort_key", "year": "due__cycle__year"}

    def get_queryset(self) -> QuerySet[Report]:
        return most_urgent_first(dues(self.actor, DueScope.ALL).for_lists())


class DueDays(ApiView):
    action_needed = "report.view"
    serializer_class = MonthDetail
    query_parameters = ("month", "scope")

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "month",
                {"type": "string", "pattern": f"^{MONTH.pattern}$"},
                OpenApiParameter.QUERY,
                description="As `2026-07`; left out: this month.",
            ),
            OpenApiParameter(
                "scope",
                str,
                OpenApiParameter.QUERY,
                enum=DueScope.values,
                description="As in `dues/`; left out: `all`.",
            ),
        ]
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """How much is due on each day of a month, with days off and working weekends of one's own office."""
        scope = scope_named(request.query_params.get("scope", DueScope.ALL), self.actor)
        found = month(self.actor, scope, month_named(request.query_params.get("month", "")))
        return Response(MonthDetail(found).data)
