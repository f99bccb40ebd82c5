"""The API's rooms for figures that count: accepted ones, and published series."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.filters.observations import ObservationFilter
from indicators.models import Observation
from indicators.observed import VIEW, observation_or_404, observations, observed, versions_of
from indicators.serializers.observations import ObservationDetail, ObservationRow
from portal.api_streams import StreamedList, streams
from portal.api_views import ActorFilters, ApiView
from records.api.history import EventPages


class ObservationPages(EventPages):
    """Figures only grow at one end, the oldest first: whoever fetches them goes on from the last cursor."""

    ordering = ("recorded_at", "id")


class ObservationList(StreamedList):
    action_needed = VIEW
    queryset = Observation.objects.none()
    serializer_class = ObservationRow
    pagination_class = ObservationPages
    filter_backends = (ActorFilters,)
    filterset_class = ObservationFilter

    def get_queryset(self) -> QuerySet[Observation]:
        return observations(self.actor)

    def told(self, rows: Any) -> list[Any]:
        context = {**self.get_serializer_context(), "versions": versions_of({row.indicator_id for row in rows})}
        return list(ObservationRow(rows, many=True, context=context).data)

    @extend_schema(responses=streams(ObservationRow))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Figures that were accepted within your reach, and all published ones, in the order they were recorded.

        Nothing is ever changed or deleted: a correction withdraws a figure and brings another. Of all that stand for
        one programme, place, indicator and period one is in force. To keep a copy, fetch `recorded_since` the last
        run, and `withdrawn_since` it.
        """
        return self.answered(request)


class ObservationRoom(ApiView):
    action_needed = VIEW
    serializer_class = ObservationDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One figure: where it comes from, its seal and receipt, and all others of its place, indicator and period.

        Each says in words why it counts or does not; the order is: verified, then more settled, then recorded last.
        """
        found = observed(observation_or_404(uid, self.actor), self.actor)
        return Response(ObservationDetail(found, context={"versions": found.versions}).data)
