"""Pages about programmes and pilot areas."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from pilots import facts
from pilots.contacts import names_of
from pilots.filters import PilotAreaFilter
from pilots.models import PilotArea
from pilots.rules import selection_warnings
from portal.http import PortalView, listed
from units.models import Programme

PAGE = 25


class ProgrammesView(PortalView):
    action = "programme.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        programmes = facts.programmes_for(self.actor)
        if len(programmes) == 1:
            return render(request, "pilots/programme.html", programme_context(programmes[0], self.actor))
        return render(request, "pilots/programmes.html", {"programmes": programmes})


class ProgrammeView(PortalView):
    action = "programme.view"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        programme = facts.programme_or_404(self.actor, code)
        return render(request, "pilots/programme.html", programme_context(programme, self.actor))


def programme_context(programme: Programme, actor: Actor) -> dict[str, Any]:
    crumbs = [(reverse("pilots:programmes"), _("Programmes")), ("", programme.name)]
    return {**facts.programme_facts(programme, actor), "crumbs": crumbs}


class PilotsView(PortalView):
    action = "pilot.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = PilotArea.objects.visible_to(self.actor, self.action).shown()
        ordered = rows.for_lists().order_by("batch__number", "sort_key", "id")
        found = listed(PilotAreaFilter(request.GET, queryset=ordered, choices_from=rows), request, PAGE)
        result = ngettext("%(count)d pilot area", "%(count)d pilot areas", found.count) % {"count": found.count}
        programme = self.actor.programme
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "result": result if found.is_valid else "",
            "coverage": facts.coverage([programme], self.actor) if programme else [],
            "warnings": list(selection_warnings(programme)) if programme else [],
        }
        return render(request, "pilots/pilots.html", context, status=found.status)


def pilot_context(pilot: PilotArea, actor: Actor) -> dict[str, Any]:
    return {
        **facts.pilot_facts(pilot),
        "people": facts.contacts(pilot, actor) if actor.can("contacts.view") else None,
        "answerable": names_of(pilot) if actor.can("contacts.view") else None,
        "crumbs": [(reverse("pilots:pilots"), _("Pilot areas")), ("", pilot.name)],
    }
