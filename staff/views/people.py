"""Looking at people: units, the people of one, one person."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Reach, units_for
from accounts.models import User
from portal.http import PortalView, listed
from records.words import as_timeline
from staff import reading
from staff.filters import StaffedUnitFilter
from staff.services import tokens
from units.models import Unit

PAGE = 50
HISTORY = 30
TOKENS = 100


class PeopleView(PortalView):
    """The people of one's own unit; for those who see many units, the units."""

    action = "people.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        if units_for(self.actor, self.action) == {Reach.OWN}:
            return unit_page(self, self.actor.unit)
        found = listed(StaffedUnitFilter(request.GET, queryset=reading.units_seen(self.actor)), request, PAGE)
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "result": _("%(number)d units") % {"number": found.count} if found.is_valid else "",
        }
        return render(request, "staff/units.html", context, status=found.status)


class UnitPeopleView(PortalView):
    action = "people.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return unit_page(self, reading.unit_seen(self.actor, uid))


class PersonView(PortalView):
    action = "people.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return person_page(self, reading.person_seen(self.actor, uid))


def unit_page(view: PortalView, unit: Unit) -> HttpResponse:
    facts = reading.unit_facts(view.actor, unit)
    oversees = view.actor.can("token.oversee")
    context = {
        "unit": unit,
        "memberships": facts.current,
        "gone": facts.gone,
        "exemptions": facts.exemptions,
        "refused": facts.refused,
        "vacancies": facts.vacancies,
        "acts": facts.acts,
        "oversees_tokens": oversees,
        "tokens": tokens.overseen(view.actor).filter(hat__unit=unit)[:TOKENS] if oversees else (),
        "crumbs": crumbs(view, unit),
    }
    return render(view.request, "staff/unit.html", context)


def person_page(view: PortalView, person: User, *, phone: str = "", status: int = 200) -> HttpResponse:
    """`phone` is shown once, in the answer to the act that revealed it."""
    facts = reading.person_facts(view.actor, person)
    context = {
        "person": person,
        "roles": facts.roles,
        "phone": phone,
        "oneself": facts.oneself,
        "works_here": facts.works_here,
        "refused": facts.refused,
        "acts": facts.acts,
        "events": as_timeline(reading.events_of(view.actor, person)[:HISTORY]),
        "crumbs": [*crumbs(view, facts.roles[0][0].unit), ("", person.name)],
    }
    return render(view.request, "staff/person.html", context, status=status)


def crumbs(view: PortalView, unit: Unit) -> list[tuple[str, Any]]:
    """The way up: for those who see one unit its page is the list itself."""
    trail: list[tuple[str, Any]] = [(reverse("staff:people"), _("People"))]
    if units_for(view.actor, "people.view") != {Reach.OWN}:
        trail.append((reverse("staff:unit", args=[unit.uid]), unit.name))
    return trail
