"""The API's room of pilot areas side by side."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import comparing
from dashboards.comparing import Comparison
from dashboards.serializers.compare import ComparedPilot, ComparisonIn, ComparisonOut
from dashboards.serializers.targets import PositionRow
from dashboards.tallies import VIEW
from indicators.serializers.catalogue import IndicatorBrief
from portal.api_schema import refuses
from portal.api_views import ApiView
from portal.errors import BadInput


class ComparisonRoom(ApiView):
    action_needed = VIEW
    serializer_class = ComparisonOut
    query_parameters = ("pilot",)

    @extend_schema(operation_id="comparison_read", parameters=[ComparisonIn], extensions=refuses(400, 404, 422))
    def get(self, request: Request) -> Response:
        """Two to six pilot areas side by side: how each stands on every indicator, and which is ahead and behind.

        Fewer than two, and more than six, are refused (422).
        """
        given = ComparisonIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        try:
            pilots = comparing.chosen(self.actor, [str(uid) for uid in given.validated_data.get("pilot", ())])
            found = comparing.compared(self.actor, pilots)
        except BadInput as error:  # each value is as it should be, all together are too many or too few
            raise error.known_as(error.code, 422) from error
        return Response(_told(found))


def _told(found: Comparison) -> dict[str, Any]:
    context = {"meant": found.meant}
    return {
        "pilots": [ComparedPilot(pilot).data for pilot in found.pilots],
        "lines": [
            {
                "indicator": IndicatorBrief(line.version.indicator).data,
                "measure": line.version.measure,
                "cells": [PositionRow(cell, context=context).data if cell else None for cell in line.cells],
                "best": sorted(line.best),
                "worst": sorted(line.worst),
            }
            for line in found.lines
        ],
    }
