"""Looking at people: units, the people of one, one person."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Reach, condition, units_for
from accounts.models import Membership, Role, SoloExemption, User
from portal.errors import NotFound
from portal.http import PortalView
from records.models import Event
from records.words import as_timeline
from staff import rules
from staff.forms import UnitSearchForm
from units.models import Unit

PAGE = 50
HISTORY = 30


class PeopleView(PortalView):
    """The people of one's own unit; for those who see many units, the units."""

    action = "people.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        if units_for(self.actor, self.action) == {Reach.OWN}:
            return unit_page(self, self.actor.unit)
        form = UnitSearchForm(request.GET)
        units = self._units(form)
        page = Paginator(units, PAGE).get_page(request.GET.get("page"))
        result = _("%(number)d units") % {"number": page.paginator.count}
        return render(request, "staff/units.html", {"form": form, "page_obj": page, "result": result})

    def _units(self, form: UnitSearchForm) -> QuerySet[Unit]:
        seen = rules.seen(self.actor).current()
        units = Unit.objects.all()
        if Reach.EVERYWHERE not in units_for(self.actor, self.action):
            units = units.filter(pk__in=seen.values("unit"))
        here = seen.filter(unit=OuterRef("pk"))
        units = units.select_related("division").annotate(
            has_administrator=Exists(here.holding(Role.UNIT_ADMIN)),
            people=Count(
                "memberships__user",
                filter=Q(memberships__in=seen),
                distinct=True,
            ),
        )
        if not form.is_valid():
            return units.none()
        if wanted := form.cleaned_data["q"].strip():
            units = units.filter(Q(name_now__icontains=wanted) | Q(name_en_now__icontains=wanted))
        if state := form.cleaned_data["administrators"]:
            units = units.filter(has_administrator=state == "with")
        return units.order_by("sort_key", "pk")


class UnitPeopleView(PortalView):
    action = "people.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return unit_page(self, unit_seen(self, uid))


class PersonView(PortalView):
    action = "people.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return person_page(self, person_seen(self, uid))


def unit_seen(view: PortalView, uid: uuid.UUID) -> Unit:
    """A unit whose people may be looked at: in reach itself, or with a membership that is."""
    reach = condition(rules.UNIT_PATHS, view.actor, "people.view")
    own = rules.seen(view.actor).values("unit")
    unit = Unit.objects.filter(reach | Q(pk__in=own) if reach else Q(), uid=uid).first()
    if unit is None:
        raise NotFound
    return unit


def person_seen(view: PortalView, uid: uuid.UUID) -> User:
    person = User.objects.filter(uid=uid, pk__in=rules.seen(view.actor).values("user")).first()
    if person is None:
        raise NotFound
    return person


def may_manage(view: PortalView, unit: Unit) -> bool:
    reach = condition(rules.UNIT_PATHS, view.actor, "people.manage")
    return Unit.objects.filter(reach, pk=unit.pk).exists()


def unit_page(view: PortalView, unit: Unit) -> HttpResponse:
    rows = rules.seen(view.actor).filter(unit=unit).select_related("user", "programme")
    current = rows.current().order_by("user__name", "user_id", "programme_id", "role")
    gone = User.objects.filter(pk__in=rows.values("user")).exclude(pk__in=current.values("user"))
    exemptions = SoloExemption.objects.filter(
        condition(rules.PATHS, view.actor, "people.view"), unit=unit, ended_at__isnull=True
    )
    context = {
        "unit": unit,
        "memberships": current,
        "gone": gone,
        "exemptions": exemptions.select_related("programme", "granted_by"),
        "manages": may_manage(view, unit),
        "crumbs": crumbs(view, unit),
    }
    return render(view.request, "staff/unit.html", context)


def person_page(view: PortalView, person: User, *, phone: str = "", status: int = 200) -> HttpResponse:
    """`phone` is shown once, in the answer to the act that revealed it."""
    rows = rules.seen(view.actor).filter(user=person).select_related("unit", "programme")
    managed = set(rules.managed(view.actor).filter(user=person).values_list("pk", flat=True))
    works_here = person.is_active and any(m.ended_at is None for m in rows)
    changeable = {m.pk for m in rows if m.ended_at is None and m.pk in managed}
    oneself = person.pk == view.actor.user.pk
    events = Event.objects.visible_to(view.actor, "people.view").about("person", person.uid)
    context = {
        "person": person,
        "roles": [(m, not oneself and m.pk in changeable) for m in rows],
        "phone": phone,
        "oneself": oneself,
        "works_here": works_here,
        "manages": bool(changeable) and not oneself,
        "reactivates": not person.is_active and not oneself and rules.last_held(view.actor, person) is not None,
        "events": as_timeline(events.filter(act__startswith="people.")[:HISTORY]),
        "crumbs": [*crumbs(view, rows[0].unit), ("", person.name)],
    }
    return render(view.request, "staff/person.html", context, status=status)


def crumbs(view: PortalView, unit: Unit) -> list[tuple[str, Any]]:
    """The way up: for those who see one unit its page is the list itself."""
    trail: list[tuple[str, Any]] = [(reverse("staff:people"), _("People"))]
    if units_for(view.actor, "people.view") != {Reach.OWN}:
        trail.append((reverse("staff:unit", args=[unit.uid]), unit.name))
    return trail


def membership_seen(view: PortalView, uid: uuid.UUID) -> Membership:
    """A membership in reach for managing, for the page that asks for the reason."""
    rows: QuerySet[Membership] = Membership.objects.filter(condition(rules.PATHS, view.actor, "people.manage"), uid=uid)
    membership = rows.select_related("user", "unit", "programme").first()
    if membership is None:
        raise NotFound
    return membership
