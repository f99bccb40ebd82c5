"""The spatial structure of a pilot area (L2): its versions, and writing a new one."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from pilots.facts import pilot_or_404
from pilots.models import PilotArea
from plans.forms.plans import StructureForm
from plans.services.structure import set_structure
from plans.tree import EDIT, kept_structure, structures_of
from portal.errors import Stale
from portal.http import ActPage, PortalView


def url_of(pilot: PilotArea) -> str:
    return reverse("plans:structure", args=[pilot.uid])


def trail(pilot: PilotArea) -> list[tuple[str, Any]]:
    return [(reverse("pilots:pilots"), _("Pilot areas")), (reverse("reporting:pilot", args=[pilot.uid]), pilot.name)]


class StructureView(PortalView):
    """What the structure is, and what it was."""

    action = "pilot.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        pilot = pilot_or_404(self.actor, self.action, uid)
        context = {
            "pilot": pilot,
            "versions": list(structures_of(pilot)),
            "may_write": self.actor.can(EDIT) and pilot.reporting_unit_id == self.actor.hat.unit_id,
            "crumbs": [*trail(pilot), ("", _("Spatial structure"))],
        }
        return render(request, "plans/structure.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action).shown()
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class StructureSetView(ActPage):
    """Write a new version; the ones before stay readable."""

    action = EDIT
    revision = "seen"
    pilot: PilotArea
    filled: StructureForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action).shown()
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()

    def prepare(self, **named: Any) -> None:
        self.pilot = kept_structure(named["uid"], self.actor)

    def form(self, data: Any = None) -> Form:
        self.filled = StructureForm(data, last=structures_of(self.pilot).first())
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        made = set_structure(self.pilot.uid, self.filled.given(), given["seen"], by=self.actor)
        return _("Version %(number)d is saved.") % {"number": made.number}

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fields = self.filled.fields
        return [(fields[name].label, text) for name, text in error.extra["theirs"].items() if name in fields and text]

    def words(self) -> tuple[str, str]:
        return _("Write down the spatial structure"), _("Save as a new version")

    def back(self) -> str:
        return url_of(self.pilot)

    def trail(self) -> list[tuple[str, Any]]:
        return [*trail(self.pilot), (url_of(self.pilot), _("Spatial structure"))]
