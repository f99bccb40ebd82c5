"""Handing over: what a person holds, to whom it goes, a last look, and the pack."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.errors import BadInput, NotFound, PortalError
from portal.http import PortalView, page_of, put_errors
from staff import handing_over as holding
from staff import packs, rules
from staff.exports import XLSX, workbook
from staff.forms import HandOverForm
from staff.handing_over import Held
from staff.models import HandOver
from staff.services.handing_over import HandOverInput, Newcomer, hand_over, preview

PAGE = 50


class OwnHoldingsView(PortalView):
    """One's own work at the unit of the hat worn, to prepare and to print. Somebody else hands it over."""

    action = "desk.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        held = holding.holder(self.actor.user.uid, self.actor.unit.uid, by=self.actor)
        return render(request, "staff/handover_prepare.html", _holdings(held))


class HandOverActView(PortalView):
    """The lists and the form; then a last look with what it will leave; then the act."""

    action = "people.manage"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        held = self._held(uid)
        return self._page(held, self._form(held))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        held = self._held(uid)
        form = self._form(held, request.POST)
        if not form.is_valid():
            return self._page(held, form, 400)
        if "change" in request.POST:
            return self._page(held, form)
        data = _input(held, form.cleaned_data)
        try:
            if "confirmed" not in request.POST:
                return self._last_look(held, form, preview(data, by=self.actor))
            row = hand_over(data, by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            put_errors(error, form)
            return self._page(held, form, error.status)
        messages.success(request, _("The work of %(name)s has been handed over.") % {"name": held.person.name})
        return redirect("staff:handover", row.uid)

    def _held(self, uid: uuid.UUID) -> Held:
        if uid == self.actor.user.uid:
            rules.not_oneself(self.actor.user, self.actor)
        return holding.holder(uid, unit_asked_for(self.request.GET.get("unit", "")), by=self.actor)

    def _form(self, held: Held, data: Any = None) -> HandOverForm:
        return HandOverForm(data, hats=held.hats, colleagues=holding.colleagues(held))

    def _page(self, held: Held, form: HandOverForm, status: int = 200) -> HttpResponse:
        more = {"form": form, "elsewhere": holding.elsewhere(held), "crumbs": self._crumbs(held)}
        context = {**_holdings(held), **more}
        return render(self.request, "staff/handover_prepare.html", context, status=status)

    def _last_look(self, held: Held, form: HandOverForm, row: HandOver) -> HttpResponse:
        context = {
            "form": form,
            "row": row,
            "pack": packs.read(row.pack),
            "roles": packs.roles(holding.chosen(held, _named(form.cleaned_data))),
            "deactivate": form.cleaned_data["deactivate"],
            "crumbs": self._crumbs(held),
        }
        return render(self.request, "staff/handover_confirm.html", context)

    def _crumbs(self, held: Held) -> list[tuple[str, Any]]:
        person = reverse("staff:person", args=[held.person.uid])
        return [(reverse("staff:people"), _("People")), (person, held.person.name), ("", _("Hand over"))]


class HandOverListView(PortalView):
    """The packs one may read, newest first."""

    action = "desk.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(HandOver.objects.readable(self.actor).for_lists(), request, PAGE)
        count = page.paginator.count
        result = ngettext("%(number)d hand-over", "%(number)d hand-overs", count) % {"number": count}
        return render(request, "staff/handovers.html", {"page_obj": page, "result": result})


class HandOverView(PortalView):
    """One pack, as it was listed then."""

    action = "desk.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = handover_or_404(uid, self.actor)
        context = {
            "row": row,
            "pack": packs.read(row.pack),
            "links": self.actor.can("report.view"),
            "crumbs": [(reverse("staff:handovers"), _("Hand-overs")), ("", row.person.name)],
        }
        return render(request, "staff/handover.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and HandOver.objects.readable(actor).filter(uid=named["uid"]).exists()


class HandOverWorkbookView(PortalView):
    action = "desk.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = handover_or_404(uid, self.actor)
        disposition = f'attachment; filename="hand-over-{row.at:%Y-%m-%d}-{str(row.uid)[-6:]}.xlsx"'
        return HttpResponse(workbook(row), content_type=XLSX, headers={"Content-Disposition": disposition})


def handover_or_404(uid: uuid.UUID, actor: Actor) -> HandOver:
    row: HandOver | None = HandOver.objects.readable(actor).for_lists().filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def unit_asked_for(given: str) -> uuid.UUID | None:
    """The unit an address names: `?unit=`."""
    if not given:
        return None
    try:
        return uuid.UUID(given)
    except ValueError as error:
        raise BadInput(_("There is no such unit.")) from error


def _holdings(held: Held) -> dict[str, Any]:
    return {
        "person": held.person,
        "unit": held.unit,
        "pack": packs.of(held, holding.items(held), holding.warnings(held)),
        "links": held.by.can("report.view"),
        "hands_over": holding.may_hand_over(held),
    }


def _named(given: dict[str, Any]) -> tuple[uuid.UUID, ...]:
    return tuple(uuid.UUID(uid) for uid in given["memberships"])


def _input(held: Held, given: dict[str, Any]) -> HandOverInput:
    invited = Newcomer(given["email"], given["name"], given["phone"], given["language"]) if given["email"] else None
    return HandOverInput(
        person_uid=held.person.uid,
        unit_uid=held.unit.uid,
        note=given["note"],
        successor_uid=uuid.UUID(given["successor"]) if given["successor"] else None,
        invited=invited,
        memberships=_named(given),
        deactivate=given["deactivate"],
    )
