"""The mail address of somebody whose mail is refused, corrected by the administrator.

Only then: whoever sets an address can ask for a new password with it. An address that works stays its owner's.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, User
from portal.errors import BadInput, Finding, NotFound, RuleBroken, Stale
from records import outbox
from records.journal import Note
from records.models import MailFailure
from staff import rules
from staff.services.ground import first_password_path, inform, record
from staff.services.memberships import invited_address

WITH_LINK = ("people.invited", "people.password_reset")
"""Their links die with the address they were made for."""


@dataclass(frozen=True, slots=True)
class AddressInput:
    """`expected_version` is the person's version that was seen; None skips the check."""

    user_uid: uuid.UUID
    email: str
    reason: str
    expected_version: int | None = None


@transaction.atomic
def correct_address(data: AddressInput, *, by: Actor) -> User:
    """Give another address and send again what was refused. From then on the person signs in with it.

    RuleBroken where mail arrives, or where the person also works out of one's reach.
    """
    reason = rules.given_reason(data.reason)
    email = invited_address(data.email)
    roles = rules.managed(by).current().filter(user__uid=data.user_uid).select_related("user", "unit", "programme")
    role = roles.order_by("pk").first()
    if role is None:
        raise NotFound
    person = User.objects.select_for_update().get(pk=role.user_id)
    rules.not_oneself(person, by)
    if data.expected_version not in (None, person.version):
        raise Stale(
            _("Somebody changed this person after you opened the page. Reload it, look again, then decide."),
            extra={"version": person.version},
        )
    failure = _failure(person, by)
    _save(person, email)
    failure.ended_at = timezone.now()
    failure.save(update_fields=["ended_at"])
    role.user = person
    _tell(role, failure, reason, by)
    record("set_email", role, by=by, note=Note(comment=reason))
    return person


def _failure(person: User, by: Actor) -> MailFailure:
    failure = MailFailure.objects.filter(user=person, ended_at__isnull=True).first()
    if failure is None:
        text = _("Mail reaches this person, so the address stays theirs. It can be corrected once mail is refused.")
        raise RuleBroken(text, findings=(Finding("mail_arrives", text, "email"),))
    if not rules.wholly_managed(person, by):
        text = _("This person also works for others. Ask the system administrator to correct the address.")
        raise RuleBroken(text, findings=(Finding("works_elsewhere", text, "email"),))
    return failure


def _save(person: User, email: str) -> None:
    if email == person.email:
        text = _("This is the address that is refused. Enter another one.")
        raise BadInput(text, findings=(Finding("same_address", text, "email"),))
    person.email = email
    person.version += 1
    try:
        with transaction.atomic():
            person.save(update_fields=["email", "version"])
    except IntegrityError as error:
        text = _("Somebody with this mail address is already registered.")
        raise BadInput(text, findings=(Finding("mail_taken", text, "email"),)) from error


def _tell(role: Membership, failure: MailFailure, reason: str, by: Actor) -> None:
    """Links made for the old address are dead: whoever has no password yet is invited anew."""
    person = role.user
    fresh = not person.has_usable_password()
    outbox.send_again(person, failure.since, without=(*WITH_LINK, *(("people.reactivated",) if fresh else ())))
    if fresh:
        inform("invited", role, by=by, mail=True, path=first_password_path(person))
    inform("address_corrected", role, by=by, email=person.email, comment=reason)
