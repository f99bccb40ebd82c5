"""The page of one pilot area: what is on record about it, and its reports. It stands here because it shows both."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Actor, Reach, units_for
from pilots.facts import pilot_or_404
from pilots.models import PilotArea
from pilots.views import pilot_context
from plans.tree import listed_plans, structures_of
from portal.http import PortalView
from reporting.models import Report
from units.models import Unit


class PilotView(PortalView):
    action = "pilot.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        pilot = pilot_or_404(self.actor, self.action, uid)
        reports = None
        if self.actor.can("report.view"):
            rows = Report.objects.visible_to(self.actor, "report.view").for_lists()
            reports = rows.filter(due__pilot_area=pilot).order_by("-due__due_end")[:20]
        planned = {
            "structure": structures_of(pilot).first(),
            "plan": listed_plans(self.actor).filter(pilot_area=pilot).first(),
        }
        context = {**pilot_context(pilot, self.actor), **planned, "reports": reports}
        context["has_brief"] = _has_brief(pilot, context["route"], self.actor)
        return render(request, "pilots/pilot.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action).shown()
        return super().within_reach(actor) and rows.filter(**named).exists()


def _has_brief(pilot: PilotArea, route: Sequence[Unit], actor: Actor) -> bool:
    """Whether the figures of a pilot area are within reach, and so its brief: by the route the page shows anyway."""
    own, *above = (unit.pk for unit in route)
    reached = {Reach.OWN: [own], Reach.RECEIVED: above[:1], Reach.BELOW: above, Reach.PROGRAMME: [actor.hat.unit_id]}
    within = any(actor.hat.unit_id in reached.get(reach, ()) for reach in units_for(actor, "figure.view"))
    return within and pilot.programme_id == actor.hat.programme_id
