"""Deactivate and reactivate accounts; phones."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, MembershipQuerySet, User
from accounts.personal import phone_number
from portal.errors import NotFound, Stale, WrongState
from records.journal import Note
from staff import rules
from staff.services.exemptions import end_when_no_longer_alone
from staff.services.ground import (
    begin,
    end,
    first_password_path,
    inform,
    person_in_reach,
    programme_named,
    record,
    unit_in_reach,
)


@dataclass(frozen=True, slots=True)
class DeactivationInput:
    user_uid: uuid.UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ReactivationInput:
    """An account without a role would be of no use: it comes back with one."""

    user_uid: uuid.UUID
    unit_uid: uuid.UUID
    programme: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class PhoneInput:
    """`expected_version` is the person's version that was seen; None skips the check."""

    user_uid: uuid.UUID
    phone: str
    expected_version: int | None = None


@transaction.atomic
def deactivate(data: DeactivationInput, *, by: Actor) -> User:
    """End every role in reach; close the account and its sessions if the person has none left anywhere."""
    reason = rules.given_reason(data.reason)
    for unit_uid in (
        rules.managed(by).filter(user__uid=data.user_uid).order_by("unit_id").values_list("unit__uid", flat=True)
    ):
        unit_in_reach(unit_uid, by)
    person = person_in_reach(data.user_uid, by)
    roles = rules.managed(by).filter(user=person, ended_at__isnull=True)
    ended = list(roles.select_related("user", "unit", "programme"))
    if not ended:
        raise WrongState(_("This person has no role here any more. Reload the page to see what happened."))
    for membership in ended:
        rules.not_the_last_administrator(membership, by)
        end(membership)
    closed = not Membership.objects.filter(user=person, ended_at__isnull=True).exists()
    if closed:
        person.is_active = False
        person.version += 1
        person.save(update_fields=["is_active", "version"])
        _end_sessions(person)
    outcome = "account_closed" if closed else "roles_ended"
    for membership in ended:
        record("deactivate", membership, by=by, note=Note(outcome=outcome, comment=reason))
    inform("deactivated", ended[0], by=by, mail=closed, comment=reason)
    return person


def _end_sessions(person: User) -> None:
    """Sessions name their user only inside; reading the live ones is cheap for an act as rare as this."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if row.get_decoded().get(SESSION_KEY) == str(person.pk):
            transaction.on_commit(partial(store(row.session_key).delete))


@transaction.atomic
def reactivate(data: ReactivationInput, *, by: Actor) -> Membership:
    """Open a closed account again, with a role, in the unit where the person was last; no earlier one can do it."""
    reason = rules.given_reason(data.reason)
    rules.may_grant(data.role, by)
    unit = unit_in_reach(data.unit_uid, by)
    rules.unit_is_open(unit)
    person = person_in_reach(data.user_uid, by)
    if person.is_active:
        raise WrongState(_("This account is active already. Reload the page to see what happened."))
    last = rules.last_held(by, person)
    if last is None or last.unit_id != unit.pk:
        raise NotFound
    programme = programme_named(data.programme)
    rules.clerk_of_a_department(data.role, unit, programme)
    person.is_active = True
    person.version += 1
    person.save(update_fields=["is_active", "version"])
    membership = begin(Membership(user=person, unit=unit, programme=programme, role=data.role), by)
    record("reactivate", membership, by=by, note=Note(outcome=data.role, comment=reason))
    end_when_no_longer_alone(membership, by)
    path = reverse("desk") if person.has_usable_password() else first_password_path(person)
    inform("reactivated", membership, by=by, mail=True, path=path)
    return membership


@transaction.atomic
def set_phone(data: PhoneInput, *, by: Actor) -> User:
    """Write or clear a phone number; the event says that it happened, never the number."""
    phone = phone_number(data.phone)
    membership = _role_of(data.user_uid, rules.managed(by))
    person = User.objects.select_for_update().get(pk=membership.user_id)
    if data.expected_version not in (None, person.version):
        raise Stale(
            _("Somebody changed this person after you opened the page. Reload it, look again, then decide."),
            extra={"version": person.version},
        )
    person.phone = phone
    person.version += 1
    person.save(update_fields=["phone", "version"])
    record("set_phone", membership, by=by, note=Note(outcome="set" if phone else "cleared"))
    return person


@transaction.atomic
def reveal_phone(user_uid: uuid.UUID, *, by: Actor) -> str:
    """The number in full; who looked, and when, is written down."""
    membership = _role_of(user_uid, rules.revealed(by))
    record("reveal_phone", membership, by=by, note=Note())
    return str(membership.user.phone)


def _role_of(user_uid: uuid.UUID, within: MembershipQuerySet) -> Membership:
    """A current role in reach: whoever has moved on has taken their phone along."""
    roles = within.current().filter(user__uid=user_uid).select_related("user", "unit", "programme")
    membership: Membership | None = roles.order_by("pk").first()
    if membership is None:
        raise NotFound
    return membership
