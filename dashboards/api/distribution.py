"""The API's room of how one indicator is spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import spread_words
from dashboards.api.targets import VersionedView
from dashboards.distribution import distribution
from dashboards.filters import PositionFilter
from dashboards.reading import meanings, positions_for
from dashboards.serializers.distribution import DistributionOut
from indicators.models import Position
from pilots.models import Batch
from portal.api_schema import refuses
from portal.api_views import ActorFilters
from portal.errors import bad


class DistributionRoom(VersionedView):
    queryset = Position.objects.none()
    serializer_class = DistributionOut
    filter_backends = (ActorFilters,)
    filterset_class = PositionFilter

    @extend_schema(operation_id="distribution_read", responses=DistributionOut, extensions=refuses(400, 422))
    def get(self, request: Request) -> Any:
        """How the latest figures of one indicator are spread over the pilot areas in reach: in steps of equal width by
        verdict, and by quartiles of all, of each batch, category and region. Without `indicator`: 422."""
        rows: QuerySet[Position] = self.filter_queryset(positions_for(self.actor))
        given = PositionFilter(request.query_params, queryset=rows, actor=self.actor)
        indicator = given.form.cleaned_data.get("indicator") if given.is_valid() else None
        if indicator is None:
            raise bad("no_indicator", _("Say which indicator: its code."), "indicator").known_as("no_indicator", 422)
        return self.kept(request, lambda: Response(DistributionOut(_found(rows, indicator)).data))


def _found(rows: QuerySet[Position], indicator: Any) -> dict[str, Any]:
    version = meanings([indicator.pk])[indicator.pk]
    found = distribution(rows, version)
    numbers = dict(Batch.objects.values_list("pk", "number"))
    spreads = [replace(one, key=numbers.get(one.key, "")) if one.side == "batch" else one for one in found.spreads]
    return {
        "indicator": indicator,
        "measure": version.measure,
        "finding": spread_words.finding(found, version),
        "asked": found.asked,
        "counted": found.counted,
        "demo": found.demo,
        "years": [{"year": year, "count": count} for year, count in found.years.items()],
        "bins": found.bins,
        "spreads": spreads,
    }
