"""The page of the history of acts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.http import PortalView, listed
from records import words
from records.filters import EventFilter
from records.models import Event

PAGE = 50


class HistoryView(PortalView):
    action = "history.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        events = Event.objects.visible_to(self.actor, self.action).select_related("unit")
        found = listed(EventFilter(request.GET, queryset=events), request, PAGE)
        result = ngettext("%(number)d act", "%(number)d acts", found.count) % {"number": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [_row(event) for event in found.page],
            "result": result if found.is_valid else "",
            "reset_url": reverse("history") if request.GET else "",
        }
        return render(request, "records/history.html", context, status=found.status)


def _row(event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "act": words.label(event.act),
        "tone": words.tone(event.act),
        "role": words.role_label(event.role),
        "person": event.user_name or _("Pilot Portal"),
        "address": _address(event) if event.programme_id is None else "",
    }


def _address(event: Event) -> str:
    """Where a sign-in came from; acts of a programme are told by person and office."""
    origin = event.origin or str(event.data.get("origin", ""))
    return origin.partition(" ")[0]
