"""Inviting, moving, ending: each rule, each event."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Role, User
from portal.errors import BadInput, Forbidden, NotFound, PortalError, RuleBroken, WrongState
from records.models import Event, OutboxMessage
from staff.services.memberships import (
    EndInput,
    InvitationInput,
    MoveInput,
    appoint,
    end_membership,
    invite,
    move,
)
from tests.staff.conftest import Office

Member = Callable[..., Membership]


def invitation(world: Office, **changes: Any) -> InvitationInput:
    values: dict[str, Any] = {
        "email": "new@office.example",
        "name": "新同事",
        "unit_uid": world.office.uid,
        "programme": "national",
        "role": Role.DRAFTER.value,
        "phone": "0830-1234567",
        "language": "en",
        **changes,
    }
    return InvitationInput(**values)


def test_a_new_person_gets_an_account_without_password_a_role_an_event_and_a_mail(world: Office) -> None:
    membership = invite(invitation(world), by=world.admin)
    assert not membership.user.has_usable_password()
    assert membership.user.phone == "0830-1234567"
    event = Event.objects.get(act="people.invite")
    assert (event.subject_uid, event.unit, event.programme) == (
        membership.user.uid,
        world.office,
        world.programme,
    )
    mail = OutboxMessage.objects.get(channel="mail")
    assert mail.topic == "people.invited"
    assert mail.path.startswith("/accounts/password/reset/key/")
    assert mail.params == {"who": "admin", "role": "drafter", "unit": "office"}


def test_a_known_person_gets_the_role_and_a_notice_but_no_link(world: Office, member: Member) -> None:
    known = member("known@office.example", unit=world.elsewhere)
    membership = invite(invitation(world, email="Known@Office.example", name="Other"), by=world.admin)
    assert membership.user == known.user
    assert membership.user.name == "known"
    assert not OutboxMessage.objects.filter(channel="mail").exists()
    assert OutboxMessage.objects.get().topic == "people.added"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "no address"}, "mail address"),
        ({"email": "a" * 190 + "@office.example"}, "At most|mail address"),
        ({"name": "x" * 81}, "At most 80"),
        ({"name": "  "}, "Fill this in"),
        ({"name": "a\x00b"}, "invisible"),
        ({"name": "abc\u202ecba"}, "invisible"),
        ({"phone": "call me"}, "digits"),
        ({"programme": "none"}, "programme"),
        ({"role": "king"}, "these roles only"),
        ({"role": Role.AUDITOR}, "these roles only"),
        ({"role": Role.SYSTEM_ADMIN}, "these roles only"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_wrong_invitation_is_refused_with_a_sentence_and_saves_nothing(
    world: Office, changes: dict[str, Any], words: str
) -> None:
    before = User.objects.count()
    with pytest.raises(BadInput, match=words):
        invite(invitation(world, **changes), by=world.admin)
    assert (User.objects.count(), Event.objects.count(), OutboxMessage.objects.count()) == (before, 0, 0)


def test_another_unit_is_out_of_reach(world: Office) -> None:
    with pytest.raises(NotFound):
        invite(invitation(world, unit_uid=world.elsewhere.uid), by=world.admin)
    with pytest.raises(NotFound):
        invite(invitation(world, unit_uid=uuid.uuid4()), by=world.admin)


def test_another_programme_is_out_of_reach_and_nothing_stays(world: Office) -> None:
    type(world.programme).objects.create(code="city", owner=world.office, prefix="C", name_zh="市级")
    with pytest.raises(NotFound):
        invite(invitation(world, programme="city"), by=world.admin)
    assert not User.objects.filter(email="new@office.example").exists()


def test_the_system_administrator_appoints_unit_administrators_anywhere_and_nobody_else(world: Office) -> None:
    wanted = invitation(world, unit_uid=world.elsewhere.uid, role=Role.UNIT_ADMIN)
    assert invite(wanted, by=world.system).role == Role.UNIT_ADMIN
    with pytest.raises(BadInput):
        invite(invitation(world, email="second@office.example"), by=world.system)


def test_nobody_invites_themselves(world: Office) -> None:
    with pytest.raises(Forbidden):
        invite(invitation(world, email=world.admin.user.email), by=world.admin)


@pytest.mark.usefixtures("english")
def test_exclusive_roles_and_repetitions_are_refused_in_words(world: Office, member: Member) -> None:
    drafter = member()
    with pytest.raises(BadInput, match="hold no other kind of role"):
        invite(invitation(world, email=drafter.user.email, role=Role.UNIT_ADMIN), by=world.admin)
    with pytest.raises(BadInput, match="already has this role"):
        invite(invitation(world, email=drafter.user.email), by=world.admin)


@pytest.mark.database
def test_the_database_is_the_last_line(world: Office, member: Member) -> None:
    drafter = member()
    for role in (Role.UNIT_ADMIN, Role.DRAFTER):
        with pytest.raises(IntegrityError), transaction.atomic():
            member(drafter.user.email, role)


@pytest.mark.usefixtures("english")
def test_the_databases_refusal_becomes_the_same_sentence(
    world: Office, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafter = member()
    monkeypatch.setattr(Membership, "full_clean", lambda self: None)
    with pytest.raises(BadInput, match="hold no other kind of role"):
        invite(invitation(world, email=drafter.user.email, role=Role.UNIT_ADMIN), by=world.admin)


def test_a_closed_account_is_not_invited_again(world: Office, member: Member) -> None:
    gone = member()
    User.objects.filter(pk=gone.user.pk).update(is_active=False)
    with pytest.raises(WrongState):
        invite(invitation(world, email=gone.user.email, role=Role.LEAD), by=world.admin)


def to(membership: Membership, role: str, **changes: Any) -> MoveInput:
    values: dict[str, Any] = {
        "membership_uid": membership.uid,
        "unit_uid": membership.unit.uid,
        "programme": "national",
        "role": role,
        "reason": "New duties",
        **changes,
    }
    return MoveInput(**values)


def test_moving_ends_one_role_and_begins_another(world: Office, member: Member) -> None:
    old = member()
    new = move(to(old, Role.LEAD), by=world.admin)
    old.refresh_from_db()
    assert old.ended_at is not None
    assert (new.role, new.ended_at) == (Role.LEAD, None)
    event = Event.objects.get(act="people.move")
    assert (event.outcome, event.comment) == ("drafter → lead", "New duties")
    assert OutboxMessage.objects.get().topic == "people.moved"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"role": Role.DRAFTER}, BadInput),
        ({"reason": "  "}, BadInput),
        ({"reason": "x" * 2001}, BadInput),
        ({"role": Role.AUDITOR}, BadInput),
        ({"programme": "none"}, BadInput),
    ],
)
def test_a_wrong_move_changes_nothing(
    world: Office, member: Member, change: dict[str, Any], error: type[PortalError]
) -> None:
    old = member()
    with pytest.raises(error):
        move(to(old, **{"role": Role.LEAD, **change}), by=world.admin)
    assert Membership.objects.current().filter(pk=old.pk).exists()
    assert not Event.objects.exists()


def test_a_unit_administrator_moves_nobody_out_of_the_unit(world: Office, member: Member) -> None:
    with pytest.raises(NotFound):
        move(to(member(), Role.DRAFTER, unit_uid=world.elsewhere.uid), by=world.admin)
    with pytest.raises(NotFound):
        move(to(member("b@office.example"), Role.LEAD), by=world.stranger)


def test_the_system_administrator_moves_an_administrator_to_another_unit(world: Office) -> None:
    new = move(to(world.stranger.hat, Role.UNIT_ADMIN, unit_uid=world.office.uid), by=world.system)
    assert new.unit == world.office
    assert Event.objects.filter(act="people.move").count() == 2


def test_ending_keeps_the_account_and_says_why(world: Office, member: Member) -> None:
    membership = member()
    end_membership(EndInput(membership.uid, "Left the office"), by=world.admin)
    membership.refresh_from_db()
    assert membership.ended_at
    assert membership.user.is_active
    assert Event.objects.get(act="people.end").comment == "Left the office"
    with pytest.raises(WrongState):
        end_membership(EndInput(membership.uid, "Again"), by=world.admin)


def test_nobody_changes_their_own_role(world: Office) -> None:
    with pytest.raises(Forbidden):
        end_membership(EndInput(world.admin.hat.uid, "I go"), by=world.admin)
    with pytest.raises(Forbidden):
        move(to(world.admin.hat, Role.DRAFTER), by=world.admin)


def test_the_last_administrator_goes_only_by_the_system_administrator(world: Office) -> None:
    with pytest.raises(NotFound):
        end_membership(EndInput(world.stranger.hat.uid, "Away"), by=world.admin)
    end_membership(EndInput(world.stranger.hat.uid, "Away"), by=world.system)


def test_a_colleague_ends_an_administrator_only_while_another_is_there(world: Office, member: Member) -> None:
    second = member("second@office.example", Role.UNIT_ADMIN)
    end_membership(EndInput(second.uid, "Away"), by=world.admin)
    third = member("third@office.example", Role.UNIT_ADMIN)
    Membership.objects.filter(pk=world.admin.hat.pk).update(ended_at=second.started_at)
    with pytest.raises(RuleBroken):  # a hat that ended a moment ago must not leave the unit without anybody
        end_membership(EndInput(third.uid, "Away"), by=world.admin)


def test_the_portal_itself_appoints_auditors_and_system_administrators(world: Office) -> None:
    auditor = appoint(invitation(world, role=Role.AUDITOR))
    system = appoint(invitation(world, email="s@office.example", role=Role.SYSTEM_ADMIN))
    assert (auditor.programme, system.programme) == (world.programme, None)
    assert Event.objects.filter(act="people.invite", user=None).count() == 2
