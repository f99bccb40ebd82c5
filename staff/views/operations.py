"""The state of the machinery, for the system administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.http import PortalView
from staff.services import machinery, operations


class OperationsView(PortalView):
    action = "operations.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        passes = machinery.passes()
        context = {
            "passes": passes,
            "nothing_ran": not any(state.record for state in passes),
            "broker": machinery.broker(),
            "channels": operations.channels(),
            "sealing": operations.sealing(),
            "given_up": operations.given_up(),
            "long_jobs": operations.long_jobs(),
            "jobs": operations.jobs_to_look_at(),
        }
        return render(request, "staff/operations.html", context)
