"""The API's room for figures rolled up."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.filters.rollups import RollUpFilter
from indicators.models import RollUp
from indicators.rollups.reading import VIEW, read, rows_for
from indicators.serializers.rollups import RollUpRow
from portal.api import Ordering
from portal.api_views import ApiView


class RollUpList(ApiView, ListAPIView[RollUp]):
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

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the places below come to, of your own place and the places in it, with the coverage of each.

        A rate is the sum of numerators by the sum of denominators, never a mean of rates. Only accepted figures are
        in it; a place below which nobody has given anything has no row.
        """
        rows: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        found: Any = read(rows)
        return self.get_paginated_response(RollUpRow(found, many=True).data)
