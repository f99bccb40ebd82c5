"""Was it in time?"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_views import ApiView
from portal.errors import BadInput, Finding
from reporting.forms.reports import TimelinessForm
from reporting.models import Report
from reporting.serializers.dues import SenderTimeliness, TimelinessRow
from reporting.services.planning import FIRST_YEAR, LAST_YEAR
from reporting.timeliness import senders, timeliness

CYCLE = OpenApiParameter("cycle", uuid.UUID, OpenApiParameter.QUERY, description="`uid` of a row of `cycles/`.")
YEAR = OpenApiParameter(
    "year",
    {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
    OpenApiParameter.QUERY,
    description="A year there are periods of; left out: all years.",
)


class TimelinessApiView(ApiView):
    action_needed = "cycle.view"

    def chosen(self, request: Request) -> dict[str, Any]:
        form = TimelinessForm(request.query_params, actor=self.actor)
        if not form.is_valid():
            errors = form.errors.get_json_data().items()
            raise BadInput(findings=tuple(Finding(e["code"], e["message"], name) for name, es in errors for e in es))
        return form.cleaned_data


class TimelinessRoom(TimelinessApiView):
    serializer_class = TimelinessRow
    pagination_class = None  # a handful, answered at once
    query_parameters = ("year", "cycle")

    @extend_schema(operation_id="timeliness_list", parameters=[YEAR, CYCLE], responses=TimelinessRow(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:
        """How reports came in, by period and capacity, the latest first: all that are in reach, and only those.

        Returns and moved dates are counted openly. Nothing is said about people.
        """
        chosen = self.chosen(request)
        found: Any = timeliness(self.actor, chosen["year"], chosen["cycle"])
        return Response(TimelinessRow(found, many=True).data)


class TimelinessSenders(TimelinessApiView, ListAPIView[Report]):
    queryset = Report.objects.none()
    serializer_class = SenderTimeliness
    query_parameters = ("cycle",)

    def get_queryset(self) -> QuerySet[Report]:
        cycle = self.chosen(self.request)["cycle"]
        if cycle is None:
            raise BadInput(findings=(Finding("required", TimelinessForm.NEEDS_CYCLE, "cycle"),))
        return senders(self.actor, cycle)

    @extend_schema(parameters=[OpenApiParameter("cycle", uuid.UUID, required=True, description=CYCLE.description)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How each report of one period came in, in the order of the senders' names."""
        return super().get(request, *args, **kwargs)
