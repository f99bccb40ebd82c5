"""What the acts on people share: finding and locking rows within reach, saving a membership, telling people."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account import app_settings as allauth_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import Actor, condition
from accounts.models import Membership, Role, User
from portal.errors import BadInput, Finding, NotFound, WrongState
from records.journal import Note, Subject, write
from records.models import OutboxMessage
from records.outbox import Message, tell
from staff import rules
from units.models import Programme, Unit


def unit_in_reach(uid: uuid.UUID, by: Actor) -> Unit:
    """The unit, locked: acts on one unit's people follow one another, so that its last administrator stays."""
    reach = condition(rules.UNIT_PATHS, by, "people.manage")
    unit = Unit.objects.select_for_update().filter(reach, uid=uid).first()
    if unit is None:
        raise NotFound
    return unit


def programme_named(code: str) -> Programme:
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        text = _("Choose the programme this role is for.")
        raise BadInput(text, findings=(Finding("programme_missing", text, "programme"),))
    return programme


def membership_in_reach(uid: uuid.UUID, by: Actor) -> Membership:
    """A current membership, locked after its unit, which the person may change."""
    rows = Membership.objects.filter(condition(rules.PATHS, by, "people.manage"), uid=uid)
    found = rows.values_list("unit__uid", flat=True).first()
    if found is None:
        raise NotFound
    unit_in_reach(found, by)
    membership: Membership = rows.select_for_update(of=("self",)).select_related("user", "unit", "programme").get()
    rules.not_oneself(membership.user, by)
    rules.may_grant(membership.role, by)
    if membership.ended_at:
        raise WrongState(_("This role has ended already. Reload the page to see what happened."))
    return membership


def person_in_reach(uid: uuid.UUID, by: Actor) -> User:
    """A person with a membership, current or ended, that is in reach; never oneself."""
    person = User.objects.select_for_update().filter(uid=uid, pk__in=rules.managed(by).values("user")).first()
    if person is None:
        raise NotFound
    rules.not_oneself(person, by)
    return person


def begin(membership: Membership, by: Actor | None) -> Membership:
    """Save a new membership; what the database forbids becomes the user's sentence."""
    try:
        membership.full_clean()
        with transaction.atomic():
            membership.save()
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise BadInput(_sentence(error)) from error
    if by and not rules.managed(by).filter(pk=membership.pk).exists():
        raise NotFound
    return membership


def end(membership: Membership) -> None:
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])


def _sentence(error: IntegrityError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    for constraint in Membership._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    return _("This contradicts what is already recorded. Reload the page and look again.")


def record(act: str, membership: Membership, *, by: Actor | None, note: Note) -> None:
    """The event of an act on a person, kept with the unit and programme it happened in."""
    subject = Subject("person", membership.user.uid, membership.user.name, membership.programme, membership.unit)
    write(f"people.{act}", subject, by=by, note=note)


def inform(
    topic: str, membership: Membership, *, by: Actor | None, mail: bool = False, path: str = "", **more: Any
) -> None:
    """Queue a message to the member, its names in the member's language."""
    person = membership.user
    with translation.override(person.language or settings.LANGUAGE_CODE):
        params = {
            "who": by.user.name if by else _("Pilot Portal"),
            "role": str(Role(membership.role).label),
            "unit": membership.unit.name,
            **more,
        }
    channel = OutboxMessage.Channel.MAIL if mail else OutboxMessage.Channel.NOTICE
    message = Message(f"people.{topic}", params, path=path, programme=membership.programme)
    tell([person], message, channel=channel)


def first_password_path(person: User) -> str:
    """allauth's page for setting a password: works once, and only for the days PASSWORD_RESET_TIMEOUT gives."""
    token = allauth_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": token})
