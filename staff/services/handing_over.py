"""Handing over: a person leaves, and one successor takes the roles, with a pack of what goes along."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, User
from portal.errors import BadInput, Finding, NotFound, WrongState
from records.journal import Note, Subject, write
from records.models import OutboxMessage
from records.outbox import Message, tell
from staff import handing_over as holding
from staff import packs, rules
from staff.handing_over import Held
from staff.models import HandOver
from staff.services.exemptions import end_when_no_longer_alone
from staff.services.ground import begin, end, first_password_path, inform, record, unit_in_reach
from staff.services.memberships import InvitationInput, invited_address, person_invited
from staff.services.people import DeactivationInput, deactivate
from staff.services.tokens import revoke_all
from units.models import Programme


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A successor who is invited. A person already registered keeps their name, phone and language."""

    email: str
    name: str
    phone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class HandOverInput:
    """Whose work at which unit goes to whom: a person of the unit, or somebody who is invited.

    `memberships`: the roles handed over; none named means all of this unit. `deactivate`: end what is left, too.
    """

    person_uid: uuid.UUID
    unit_uid: uuid.UUID
    note: str
    successor_uid: uuid.UUID | None = None
    invited: Newcomer | None = None
    memberships: tuple[uuid.UUID, ...] = ()
    deactivate: bool = False


@dataclass(frozen=True, slots=True)
class _Moved:
    """Who gave what to whom: the hats that end, and those that begin for them."""

    held: Held
    successor: User
    begun: tuple[Membership, ...]
    held_already: tuple[Membership, ...]

    @property
    def programme(self) -> Programme:
        found = self.held.hats[0].programme
        if found is None:
            raise NotFound  # the system's own administrators are appointed, never handed over
        return found


@transaction.atomic
def hand_over(data: HandOverInput, *, by: Actor) -> HandOver:
    """All or nothing: the successor holds the roles, the person's end, their tokens stop, both are told.

    Raises BadInput, Forbidden (oneself), NotFound, WrongState (ended in the meantime), RuleBroken.
    """
    note = rules.given_reason(data.note, "note")
    unit_in_reach(data.unit_uid, by)
    held = _held(data, by)
    successor = _successor(data, held, by)
    listed = holding.items(held)
    moved = _give(held, successor, by)
    revoked = sum(revoke_all(hat, by=by, reason=note) for hat in _ending(data, held, by))
    _end(data, held, note, by)
    for membership in moved.begun:
        end_when_no_longer_alone(membership, by)
    row = _keep(moved, listed, note, by)
    _record(row, moved, {"tokens_revoked": revoked, "deactivated": data.deactivate}, by)
    _tell(row, moved, by, leaver=not data.deactivate)
    return row


def preview(data: HandOverInput, *, by: Actor) -> HandOver:
    """What handing over would leave, refusals included; nothing of it is stored.

    Somebody invited stands there as they were typed in, unless the reader sees them anyway: nobody is told of a
    look, so it must not tell who is registered under a mail address.
    """
    with transaction.atomic():
        row = hand_over(data, by=by)
        transaction.set_rollback(True)
    if data.invited and not rules.seen(by).filter(user__uid=row.successor.uid).exists():
        email = invited_address(data.invited.email)
        row.successor = User(email=email, name=data.invited.name.strip() or email)
    return row


def _held(data: HandOverInput, by: Actor) -> Held:
    """The work in reach, locked after its unit; never one's own."""
    if data.person_uid == by.user.uid:
        rules.not_oneself(by.user, by)
    known = rules.managed(by).filter(user__uid=data.person_uid, unit__uid=data.unit_uid)
    if not known.exists():
        raise NotFound
    # No key update: a token being made for one of these hats refers to it and holds its person's row.
    rows = known.current().select_for_update(of=("self",), no_key=True).select_related("user", "unit", "programme")
    hats = tuple(rows.order_by("pk"))
    if not hats:
        raise WrongState(_("This person has no role here any more. Reload the page to see what happened."))
    held = Held(hats[0].user, hats[0].unit, hats, by)
    return Held(held.person, held.unit, holding.chosen(held, data.memberships), by)


def _successor(data: HandOverInput, held: Held, by: Actor) -> User:
    if (data.successor_uid is None) == (data.invited is None):
        raise _bad("one_successor", _("Choose a person of the unit, or invite somebody: one of the two."))
    found = _colleague(data.successor_uid, held, by) if data.successor_uid else _newcomer(data, held)
    if found.pk == held.person.pk:
        raise _bad("same_person", _("Choose somebody else as successor."))
    rules.not_oneself(found, by)
    rules.is_active(found)
    return found


def _colleague(uid: uuid.UUID, held: Held, by: Actor) -> User:
    """A person with a role at the unit now. Both rows are locked in one order, whoever hands over to whom."""
    here = rules.seen(by).current().filter(unit=held.unit, user__uid=uid)
    both = User.objects.filter(pk__in=here.values("user")) | User.objects.filter(pk=held.person.pk)
    for person in both.order_by("pk").select_for_update(of=("self",)):
        if person.uid == uid:
            return person
    raise _bad("unknown_successor", _("Nobody of the unit is called that. Choose one of the list, or invite somebody."))


def _newcomer(data: HandOverInput, held: Held) -> User:
    given = data.invited or Newcomer("", "")
    code = held.hats[0].programme.code if held.hats[0].programme else ""
    return person_invited(
        InvitationInput(given.email, given.name, held.unit.uid, code, "", given.phone, given.language)
    )


def _bad(code: str, text: str) -> BadInput:
    return BadInput(text, findings=(Finding(code, text, "successor"),))


def _give(held: Held, successor: User, by: Actor) -> _Moved:
    """The same roles for the successor, under the rules of an invitation; those they hold already are passed over."""
    rules.unit_is_open(held.unit)
    begun, already = [], []
    for hat in held.hats:
        rules.may_grant(hat.role, by)
        if hat.programme:
            rules.clerk_of_a_department(hat.role, held.unit, hat.programme)
        same = {"user": successor, "unit": held.unit, "programme": hat.programme, "role": hat.role}
        if Membership.objects.current().filter(**same).exists():
            already.append(hat)
        else:
            begun.append(begin(Membership(**same), by))
    return _Moved(held, successor, tuple(begun), tuple(already))


def _ending(data: HandOverInput, held: Held, by: Actor) -> list[Membership]:
    """Which hats end now: those handed over; every one in reach when the person is deactivated."""
    if not data.deactivate:
        return list(held.hats)
    return list(rules.managed(by).current().filter(user=held.person).order_by("pk"))


def _end(data: HandOverInput, held: Held, note: str, by: Actor) -> None:
    if data.deactivate:
        deactivate(DeactivationInput(held.person.uid, note), by=by)
        return
    for hat in held.hats:
        rules.not_the_last_administrator(hat, by)
        end(hat)


def _keep(moved: _Moved, listed: tuple[holding.Item, ...], note: str, by: Actor) -> HandOver:
    """The row with the pack as it was listed before anything changed, and what the act did to it."""
    held = moved.held
    items = packs.marked(listed, "token", "revoked")
    items = packs.marked(items, "hat", "held_already", {str(hat.uid) for hat in moved.held_already})
    warned = holding.own_work(moved.successor, held.unit, moved.programme)
    return HandOver.objects.create(
        unit=held.unit,
        programme=moved.programme,
        person=held.person,
        successor=moved.successor,
        done_by=by.user,
        note=note,
        pack=packs.of(held, items, warned).as_data(),
    )


def _record(row: HandOver, moved: _Moved, more: Mapping[str, Any], by: Actor) -> None:
    """One event on the person who leaves, one on the successor: each is found in their history."""
    held = moved.held
    data = {
        "hand_over": str(row.uid),
        "successor": str(moved.successor.uid),
        "memberships": [{"uid": str(hat.uid), "role": hat.role} for hat in held.hats],
        "counts": dict(Counter(item["kind"] for item in row.pack["items"])),
        **more,
    }
    record("hand_over", held.hats[0], by=by, note=Note(comment=row.note, data=data))
    to = moved.successor
    taken = {
        "hand_over": str(row.uid),
        "person": str(held.person.uid),
        "begun": [hat.role for hat in moved.begun],
        "held_already": [hat.role for hat in moved.held_already],
    }
    subject = Subject("person", to.uid, to.name, moved.programme, held.unit)
    write("people.take_over", subject, by=by, note=Note(comment=row.note, data=taken))


def _tell(row: HandOver, moved: _Moved, by: Actor, *, leaver: bool) -> None:
    """A notice to both; a mail with the link to set a password to whoever has none. `leaver`: not told otherwise."""
    path = reverse("staff:handover", args=[row.uid])
    _notice(moved.successor, "handed_over_to_you", row, moved, path=path)
    if leaver:
        _notice(moved.held.person, "handed_over", row, moved)
    if moved.begun and not moved.successor.has_usable_password():
        with translation.override(moved.successor.language or settings.LANGUAGE_CODE):
            role = packs.roles(moved.begun)
        link = first_password_path(moved.successor)
        inform("invited", moved.begun[0], by=by, mail=True, path=link, role=role)


def _notice(person: User, topic: str, row: HandOver, moved: _Moved, path: str = "") -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        params = {
            "who": row.done_by.name,
            "person": moved.held.person.name,
            "successor": moved.successor.name,
            "unit": moved.held.unit.name,
            "roles": packs.roles(moved.held.hats),
            "comment": row.note,
        }
    message = Message(f"people.{topic}", params, path=path, programme=moved.programme)
    tell([person], message, channel=OutboxMessage.Channel.NOTICE)
