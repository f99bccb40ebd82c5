"""The state of the machinery, for the system administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.http import PortalView
from staff.services import operations


class OperationsView(PortalView):
    action = "operations.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "channels": operations.channels(),
            "sealing": operations.sealing(),
            "given_up": operations.given_up(),
        }
        return render(request, "staff/operations.html", context)
