"""The state of the machinery."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_views import ApiView
from staff.serializers import OperationsDetail
from staff.services import operations


class OperationsRoom(ApiView):
    action_needed = "operations.view"
    serializer_class = OperationsDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """What is on its way out, what could not be delivered, and whether events are sealed."""
        found = {
            "channels": operations.channels(),
            "sealing": operations.sealing(),
            "given_up": operations.given_up(),
        }
        return Response(OperationsDetail(found).data)
