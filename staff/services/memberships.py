"""Invite a person, move them, end a role."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, Role, User
from accounts.personal import line_of_text, phone_number
from portal.errors import BadInput, Finding
from records.journal import Note
from staff import rules
from staff.services.exemptions import end_when_no_longer_alone
from staff.services.ground import (
    begin,
    end,
    first_password_path,
    inform,
    membership_in_reach,
    programme_named,
    record,
    unit_in_reach,
)
from units.models import Programme, Unit

LONGEST_MAIL = 200
LONGEST_MAILBOX = 64
"""Mail servers refuse more before the @ (RFC 5321, 4.5.3.1.1)."""
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class InvitationInput:
    """Who is invited, and to what. A person already registered keeps their name, phone and language."""

    email: str
    name: str
    unit_uid: uuid.UUID
    programme: str
    role: str
    phone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class MoveInput:
    """From one role (`membership_uid`) to another, in the same unit or another one in reach."""

    membership_uid: uuid.UUID
    unit_uid: uuid.UUID
    programme: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndInput:
    membership_uid: uuid.UUID
    reason: str


@transaction.atomic
def invite(data: InvitationInput, *, by: Actor) -> Membership:
    """A membership for a new or a known person; the new one gets a link to set their first password."""
    rules.may_grant(data.role, by)
    unit = unit_in_reach(data.unit_uid, by)
    return _admit(data, unit, programme_named(data.programme), by)


@transaction.atomic
def appoint(data: InvitationInput) -> Membership:
    """The portal's own invitation, from the command line: the first administrators and the auditors."""
    unit = Unit.objects.filter(uid=data.unit_uid).first()
    if unit is None:
        raise BadInput(_("There is no such unit."))
    programme = None if data.role == Role.SYSTEM_ADMIN else programme_named(data.programme)
    return _admit(data, unit, programme, None)


def _admit(data: InvitationInput, unit: Unit, programme: Programme | None, by: Actor | None) -> Membership:
    rules.unit_is_open(unit)
    if programme:
        rules.clerk_of_a_department(data.role, unit, programme)
    person = person_invited(data)
    if by:
        rules.not_oneself(person, by)
    rules.is_active(person)
    membership = begin(Membership(user=person, unit=unit, programme=programme, role=data.role), by)
    record("invite", membership, by=by, note=Note(outcome=data.role, data={"role": data.role}))
    end_when_no_longer_alone(membership, by)
    if person.has_usable_password():
        inform("added", membership, by=by)
    else:
        inform("invited", membership, by=by, mail=True, path=first_password_path(person))
    return membership


def person_invited(data: InvitationInput) -> User:
    """The registered person of this mail address, locked, or a new one without a password."""
    email = invited_address(data.email)
    known = User.objects.select_for_update().filter(email__iexact=email).first()
    if known:
        return known
    name = line_of_text(data.name, "name", LONGEST_NAME)
    phone = phone_number(data.phone)
    language = data.language if data.language in dict(settings.LANGUAGES) else ""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name, phone=phone, language=language)
    except IntegrityError as error:
        text = _("Somebody else has just invited this person. Send it again.")
        raise BadInput(text, findings=(Finding("mail_taken", text, "email"),)) from error


def invited_address(value: str) -> str:
    """The mail address as it is stored: in lower case, and such that mail servers take it."""
    value = value.strip().lower()
    try:
        validate_email(value)
        if len(value.rpartition("@")[0]) > LONGEST_MAILBOX:
            raise ValidationError("too long before the @")
    except ValidationError as error:
        text = _("Enter a mail address like name@office.example.")
        raise BadInput(text, findings=(Finding("bad_mail", text, "email"),)) from error
    return line_of_text(value, "email", LONGEST_MAIL)


@transaction.atomic
def move(data: MoveInput, *, by: Actor) -> Membership:
    """End one role and begin another in its place; the person is told."""
    reason = rules.given_reason(data.reason)
    rules.may_grant(data.role, by)
    old = membership_in_reach(data.membership_uid, by)
    unit = old.unit if data.unit_uid == old.unit.uid else unit_in_reach(data.unit_uid, by)
    programme = programme_named(data.programme)
    rules.unit_is_open(unit)
    rules.clerk_of_a_department(data.role, unit, programme)
    if (old.unit_id, old.programme_id, old.role) == (unit.pk, programme.pk, data.role):
        raise BadInput(_("This is the role the person has already. Choose another one."))
    rules.not_the_last_administrator(old, by)
    end(old)
    new = begin(Membership(user=old.user, unit=unit, programme=programme, role=data.role), by)
    note = Note(
        outcome=f"{old.role} → {new.role}",
        comment=reason,
        data={"from": _as_data(old), "to": _as_data(new)},
    )
    record("move", old, by=by, note=note)
    if unit.pk != old.unit_id:
        record("move", new, by=by, note=note)
    end_when_no_longer_alone(new, by)
    inform("moved", new, by=by, comment=reason)
    return new


def _as_data(membership: Membership) -> dict[str, str]:
    programme = membership.programme
    return {
        "unit": membership.unit.name_now,
        "programme": programme.code if programme else "",
        "role": membership.role,
    }


@transaction.atomic
def end_membership(data: EndInput, *, by: Actor) -> Membership:
    """End one role. The account stays, so that its name stays on what was done."""
    reason = rules.given_reason(data.reason)
    membership = membership_in_reach(data.membership_uid, by)
    rules.not_the_last_administrator(membership, by)
    end(membership)
    record("end", membership, by=by, note=Note(outcome=membership.role, comment=reason))
    inform("ended", membership, by=by, comment=reason)
    return membership
