"""The state of the machinery."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_views import ApiView
from staff.serializers import OperationsDetail
from staff.services import machinery, operations


class OperationsRoom(ApiView):
    action_needed = "operations.view"
    serializer_class = OperationsDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """When each pass last ran, what waits and for how long, what failed, and whether events are sealed.

        Also where the broker is out of reach: `broker.error` then says why its queues are not there.
        """
        found = {
            "passes": machinery.passes(),
            "broker": machinery.broker(),
            "long_jobs": operations.long_jobs(),
            "jobs": operations.jobs_to_look_at(),
            "channels": operations.channels(),
            "sealing": operations.sealing(),
            "given_up": operations.given_up(),
        }
        return Response(OperationsDetail(found).data)
