"""Doing: each act has its own page, which says what will happen and asks for the reason."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.access import Reach, units_for
from accounts.models import User
from portal.errors import NotFound
from portal.http import ActPage, PortalView
from staff import forms as shapes
from staff import reading, rules
from staff.services import addresses, exemptions, memberships, people
from staff.views.people import crumbs, person_page
from units.models import Unit


class StaffAct(ActPage):
    """An act on people; most ask for nothing but the reason."""

    action = "people.manage"

    def form(self, data: Any = None) -> forms.Form:
        return shapes.ReasonForm(data)

    def back(self) -> str:
        return reverse("staff:people")

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("staff:people"), _("People"))]


class UnitAct(StaffAct):
    unit: Unit

    def prepare(self, **named: Any) -> None:
        self.unit = reading.unit_seen(self.actor, named["uid"])
        if not reading.may_manage(self.actor, self.unit):
            raise NotFound

    def back(self) -> str:
        return reverse("staff:unit", args=[self.unit.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return crumbs(self, self.unit)


class InviteView(UnitAct):
    def form(self, data: Any = None) -> forms.Form:
        return shapes.InvitationForm(data, by=self.actor, at=self.unit)

    def words(self) -> tuple[str, str]:
        return _("Invite to %(unit)s") % {"unit": self.unit.name}, _("Send the invitation")

    def act(self, given: dict[str, Any]) -> str:
        data = memberships.InvitationInput(unit_uid=self.unit.uid, **given)
        membership = memberships.invite(data, by=self.actor)
        name = {"name": membership.user.name}
        if membership.user.has_usable_password():
            return _("%(name)s is registered already, has the role now and is told so.") % name
        return _("%(name)s is invited; the link to set a password goes out by mail.") % name


class ExemptionGrantView(UnitAct):
    def form(self, data: Any = None) -> forms.Form:
        return shapes.ExemptionForm(data, by=self.actor)

    def words(self) -> tuple[str, str]:
        return _("Exemption for a unit of one person"), _("Grant the exemption")

    def consequence(self) -> str:
        return _("The one person who writes here may then also sign. Every such signature stays visible as such.")

    def act(self, given: dict[str, Any]) -> str:
        exemptions.grant_solo_exemption(exemptions.ExemptionInput(unit_uid=self.unit.uid, **given), by=self.actor)
        return _("The exemption is granted.")


class ExemptionEndView(ExemptionGrantView):
    def words(self) -> tuple[str, str]:
        return _("End the exemption"), _("End the exemption")

    def consequence(self) -> str:
        return _("From then on somebody else must sign what a person wrote.")

    def act(self, given: dict[str, Any]) -> str:
        exemptions.end_solo_exemption(exemptions.ExemptionInput(unit_uid=self.unit.uid, **given), by=self.actor)
        return _("The exemption has ended.")


class PersonAct(StaffAct):
    person: User

    def prepare(self, **named: Any) -> None:
        self.person = reading.person_seen(self.actor, named["uid"])
        if not rules.managed(self.actor).filter(user=self.person).exists():
            raise NotFound

    def back(self) -> str:
        return reverse("staff:person", args=[self.person.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("staff:people"), _("People")), (self.back(), self.person.name)]


class DeactivateView(PersonAct):
    danger = True

    def words(self) -> tuple[str, str]:
        return _("Deactivate %(name)s") % {"name": self.person.name}, _("Deactivate")

    def consequence(self) -> str:
        return _(
            "Every role you administer ends now. If none is left elsewhere, the account is closed and all its "
            "sessions end. What the person did stays under their name."
        )

    def act(self, given: dict[str, Any]) -> str:
        person = people.deactivate(people.DeactivationInput(self.person.uid, given["reason"]), by=self.actor)
        if person.is_active:
            return _("The roles have ended. %(name)s still has roles elsewhere.") % {"name": person.name}
        return _("The account of %(name)s is closed.") % {"name": person.name}


class ReactivateView(PersonAct):
    """The role is given in the unit the person was last seen in."""

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        self.unit = reading.unit_to_return_to(self.actor, self.person)

    def form(self, data: Any = None) -> forms.Form:
        return shapes.RoleWithReasonForm(data, by=self.actor, at=self.unit)

    def words(self) -> tuple[str, str]:
        return _("Reactivate %(name)s") % {"name": self.person.name}, _("Reactivate")

    def consequence(self) -> str:
        return _("The account opens again with this role at %(unit)s; the person is told by mail.") % {
            "unit": self.unit.name
        }

    def act(self, given: dict[str, Any]) -> str:
        data = people.ReactivationInput(user_uid=self.person.uid, unit_uid=self.unit.uid, **given)
        people.reactivate(data, by=self.actor)
        return _("The account of %(name)s is open again.") % {"name": self.person.name}


class PhoneView(PersonAct):
    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        if not rules.managed(self.actor).current().filter(user=self.person).exists():
            raise NotFound

    def form(self, data: Any = None) -> forms.Form:
        return shapes.PhoneForm(data, initial={"version": self.person.version})

    def words(self) -> tuple[str, str]:
        return _("Phone of %(name)s") % {"name": self.person.name}, _("Save")

    def act(self, given: dict[str, Any]) -> str:
        people.set_phone(people.PhoneInput(self.person.uid, given["phone"], given["version"]), by=self.actor)
        return _("The phone number is saved.")


class AddressView(PersonAct):
    """Only while mail is refused; the page says so otherwise."""

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        if not rules.managed(self.actor).current().filter(user=self.person).exists():
            raise NotFound

    def form(self, data: Any = None) -> forms.Form:
        return shapes.AddressForm(data, initial={"version": self.person.version})

    def words(self) -> tuple[str, str]:
        return _("Mail address of %(name)s") % {"name": self.person.name}, _("Correct the address")

    def consequence(self) -> str:
        return _(
            "Mail to %(email)s is refused. With another address the person signs in with that one, and what was "
            "refused is sent again."
        ) % {"email": self.person.email}

    def act(self, given: dict[str, Any]) -> str:
        data = addresses.AddressInput(self.person.uid, given["email"], given["reason"], given["version"])
        person = addresses.correct_address(data, by=self.actor)
        return _("The address is %(email)s now; what was refused goes out again.") % {"email": person.email}


class PhoneRevealView(PortalView):
    """The number once, in the answer itself: nothing keeps it, and reloading asks again."""

    action = "people.reveal"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        phone = people.reveal_phone(uid, by=self.actor)
        response = person_page(self, reading.person_seen(self.actor, uid), phone=phone)
        add_never_cache_headers(response)
        return response


class MembershipAct(StaffAct):
    def prepare(self, **named: Any) -> None:
        self.membership = reading.membership_managed(self.actor, named["uid"])

    def back(self) -> str:
        return reverse("staff:person", args=[self.membership.user.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return [*crumbs(self, self.membership.unit), (self.back(), self.membership.user.name)]

    def names(self) -> dict[str, str]:
        return {
            "name": self.membership.user.name,
            "role": self.membership.get_role_display(),
            "unit": self.membership.unit.name,
        }


class MoveView(MembershipAct):
    def form(self, data: Any = None) -> forms.Form:
        units = [self.membership.unit]
        if units_for(self.actor, self.action) != {Reach.OWN}:
            units = list(Unit.objects.filter(closed_on__isnull=True))
        choices = [(str(unit.uid), unit.name) for unit in units]
        return shapes.MoveForm(data, by=self.actor, units=choices, membership=self.membership)

    def words(self) -> tuple[str, str]:
        return _("Move %(name)s") % self.names(), _("Move")

    def consequence(self) -> str:
        return _("The role “%(role)s” at %(unit)s ends, and the one you choose begins at once.") % self.names()

    def act(self, given: dict[str, Any]) -> str:
        data = memberships.MoveInput(
            self.membership.uid, uuid.UUID(given["unit"]), given["programme"], given["role"], given["reason"]
        )
        memberships.move(data, by=self.actor)
        return _("%(name)s has been moved.") % self.names()


class EndView(MembershipAct):
    danger = True

    def words(self) -> tuple[str, str]:
        return _("End the role of %(name)s") % self.names(), _("End the role")

    def consequence(self) -> str:
        return _("The role “%(role)s” at %(unit)s ends now. What the person did stays under their name.") % (
            self.names()
        )

    def act(self, given: dict[str, Any]) -> str:
        memberships.end_membership(memberships.EndInput(self.membership.uid, given["reason"]), by=self.actor)
        return _("The role of %(name)s has ended.") % self.names()
