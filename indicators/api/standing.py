"""The API's room for where a pilot area stands."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.forms.standing import DayForm
from indicators.serializers.standing import PilotStanding
from indicators.standing import standing_of
from pilots.facts import pilot_or_404
from portal.api_views import ApiView
from portal.errors import BadInput, Finding
from units.calendar import today

DAY = OpenApiParameter(
    "day",
    dt.date,
    OpenApiParameter.QUERY,
    description="Only figures whose period has ended by this day count; left out: today.",
)


class PilotStandingRoom(ApiView):
    action_needed = "indicator.view"
    serializer_class = PilotStanding
    query_parameters = ("day",)

    @extend_schema(parameters=[DAY])
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Where a pilot area stands against its targets on a day: paths, gaps, verdicts and their reasons in words.

        Targets and published figures are everybody's; figures it reported are for its own office and those above it.
        """
        pilot = pilot_or_404(self.actor, self.action_needed, uid)
        form = DayForm(request.query_params)
        if not form.is_valid():
            errors = form.errors.get_json_data().items()
            raise BadInput(findings=tuple(Finding(e["code"], e["message"], name) for name, es in errors for e in es))
        standing = standing_of(pilot, form.cleaned_data["day"] or today(), self.actor)
        return Response(PilotStanding(standing).data)
