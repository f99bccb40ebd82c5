"""Who answers for which pilot area: the list of the programme, one pilot area, recording a person, seeing numbers."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from pilots import contacts, groups
from pilots.filters import ContactFilter
from pilots.forms import PersonForm, RevealForm
from pilots.models import Contact, PilotArea
from pilots.services.contacts import ContactInput, RevealInput, record_contact, reveal
from pilots.views.base import PilotActPage
from portal.errors import BadInput, Stale
from portal.http import PortalView, listed
from records.models import Event
from records.words import as_timeline

PAGE = 25
HISTORY = 30


class ContactsView(PortalView):
    """The contacts of the programme, province by province."""

    action = "contacts.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        pilots = contacts.pilots_seen(self.actor).order_by(*contacts.BY_PLACE)
        programme = self.actor.programme
        found = listed(ContactFilter(request.GET, queryset=pilots, programme=programme), request, PAGE)
        result = ngettext("%(count)d pilot area", "%(count)d pilot areas", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": contacts.rows_of(list(found.page.object_list), self.actor),
            "result": result if found.is_valid else "",
            "tabs": tabs("pilots"),
            "own": pilots.filter(reporting_unit=self.actor.unit)[:3],
        }
        return render(request, "pilots/contacts.html", context, status=found.status)


def tabs(active: str) -> list[dict[str, Any]]:
    return [
        {"url": reverse("pilots:contacts"), "label": _("Pilot areas"), "active": active == "pilots"},
        {"url": reverse("pilots:groups"), "label": _("Leading groups"), "active": active == "groups"},
    ]


def pilot_url(pilot: PilotArea) -> str:
    return reverse("pilots:pilot-contacts", args=[pilot.uid])


def trail(pilot: PilotArea) -> list[tuple[str, Any]]:
    return [(reverse("pilots:contacts"), _("Contacts")), (pilot_url(pilot), pilot.name)]


class PilotContactsView(PortalView):
    """The two people of a pilot area, the leading group of its office, and who it was before."""

    action = "contacts.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return contacts_page(self, contacts.pilot_or_404(uid, self.actor))

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and contacts.pilots_seen(actor).filter(uid=named["uid"]).exists()


def contacts_page(view: PortalView, pilot: PilotArea, shown: Contact | None = None) -> HttpResponse:
    """`shown` is the person whose numbers stand in full in this one answer."""
    actor = view.actor
    seat = groups.group_seats([pilot.reporting_unit], pilot.programme_id, actor)[pilot.reporting_unit_id]
    past = [contact for contact in contacts.history_of(pilot) if contact.until]
    context = {
        "pilot": pilot,
        "people": [_person(found, shown) for found in contacts.seats([pilot], actor)],
        "group": seat,
        "tiers": groups.tiers(seat.group) if seat.group else [],
        "past": past,
        "events": _timeline(pilot, seat, actor),
        "crumbs": [trail(pilot)[0], ("", pilot.name)],
    }
    return render(view.request, "pilots/contact.html", context)


def _person(seat: contacts.Seat, shown: Contact | None) -> dict[str, Any]:
    """What the panel of one person needs; the numbers in full only for the one just revealed."""
    in_full = shown.numbers if shown and seat.contact == shown else {}
    offered = {offer.name: offer for offer in seat.offers}
    return {
        "seat": seat,
        "answers": [(field, in_full.get(field.code, text)) for field, text in seat.answers if text],
        "is_shown": bool(in_full),
        "change": offered.get("change"),
        "reveal": None if in_full else offered.get("reveal"),
        "reveal_form": RevealForm(auto_id=f"id_{seat.kind}_%s"),
    }


def _timeline(pilot: PilotArea, seat: groups.GroupSeat, actor: Actor) -> list[dict[str, Any]]:
    """What was done to the contacts and the group, as far as the reader may know; looks at numbers are among it."""
    if not actor.can("history.view"):
        return []
    subjects = [pilot.uid, *([seat.group.uid] if seat.group else [])]
    events = Event.objects.visible_to(actor, "history.view").filter(subject_uid__in=subjects)
    kinds = ("contact.change", "contact.reveal", "group.create", "group.change", "group.member_add", "group.member_end")
    return as_timeline(events.filter(act__in=kinds)[:HISTORY])


class ContactChangeView(PilotActPage):
    """Recording another person, or correcting the present one."""

    revision = "seen"
    seat: contacts.Seat

    def prepare(self, **named: Any) -> None:
        pilot = contacts.kept_or_404(named["uid"], self.actor, self.action)
        self.seat = contacts.seat_of(pilot, named["kind"], self.actor)

    def form(self, data: Any = None) -> PersonForm:
        return PersonForm(data, seat=self.seat)

    def words(self) -> tuple[str, str]:
        title = _("%(kind)s of %(pilot)s") % {"kind": self.seat.kind.label, "pilot": self.seat.pilot.name}
        return title[:1].upper() + title[1:], _("Save")

    def consequence(self) -> str:
        return _(
            "The person recorded before stays in the history. The whole programme sees what stands here; "
            "phone numbers it sees masked."
        )

    def back(self) -> str:
        return pilot_url(self.seat.pilot)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.seat.pilot)

    def act(self, given: dict[str, Any]) -> str:
        values = {name.removeprefix("field_"): text for name, text in given.items() if name.startswith("field_")}
        data = ContactInput(
            self.seat.pilot.uid, self.seat.kind, given["name"], values, seen=given["seen"], since=given["since"]
        )
        record_contact(data, by=self.actor)
        return _("Saved: %(name)s, %(kind)s.") % {"name": given["name"], "kind": self.seat.kind.label}

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fresh = contacts.seat_of(self.seat.pilot, self.seat.kind, self.actor)
        name = [(_("Name"), fresh.contact.name)] if fresh.contact else []
        return [*name, *((field.title, text) for field, text in fresh.answers if text)]


class ContactRevealView(PortalView):
    """The numbers once, in the answer itself: nothing keeps them, and reloading asks again."""

    action = "contacts.reveal"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
        form: forms.Form = RevealForm(request.POST)
        if not form.is_valid():
            raise BadInput(" ".join(map(str, form.errors["reason"])))
        shown = reveal(RevealInput(uid, kind, form.cleaned_data["reason"]), by=self.actor)
        response = contacts_page(self, contacts.pilot_or_404(uid, self.actor), shown)
        add_never_cache_headers(response)
        return response
