"""The API's room for figures rolled up."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from indicators.filters.rollups import RollUpFilter
from indicators.models import RollUp
from indicators.rollups.reading import VIEW, read, rows_for
from indicators.serializers.rollups import RollUpRow
from portal.api import Ordering
from portal.api_streams import StreamedList, streams


class RollUpList(StreamedList):
    action_needed = VIEW
    queryset = RollUp.objects.none()
    serializer_class = RollUpRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = RollUpFilter
    ordering_fields: ClassVar = {"year": "year", "division": "division__sort_key", "indicator": "indicator__sort_key"}

    def get_queryset(self) -> QuerySet[RollUp]:
        return rows_for(self.actor).order_by(
            "division__sort_key", "division_id", "indicator__plan_number", "indicator_id", "year", "part"
        )

    def told(self, rows: Any) -> list[Any]:
        found: Any = read(rows)
        return list(RollUpRow(found, many=True).data)

    @extend_schema(responses=streams(RollUpRow))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """What the places below come to, of your own place and the places in it, with the coverage of each.

        A rate is the sum of numerators by the sum of denominators, never a mean of rates. Only accepted figures are
        in it; a place below which nobody has given anything has no row.
        """
        return self.answered(request)
