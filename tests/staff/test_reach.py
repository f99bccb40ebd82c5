"""What ends when a person moves on or a second one comes, and what an office can never have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, SoloExemption, User
from pilots.models import ReviewingDepartment
from portal.errors import BadInput, NotFound
from records.models import Event
from staff.services.exemptions import ExemptionInput, grant_solo_exemption
from staff.services.memberships import InvitationInput, MoveInput, invite, move
from staff.services.people import (
    DeactivationInput,
    PhoneInput,
    ReactivationInput,
    deactivate,
    reactivate,
    reveal_phone,
    set_phone,
)
from tests.staff.conftest import Office

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]
PHONE = "0830-1234567"


def invitation(world: Office, role: str, email: str = "new@office.example") -> InvitationInput:
    return InvitationInput(email, "New", world.office.uid, "national", role)


# --- department clerks read every copy of the programme ---------------------------------------------------


def test_an_office_that_reviewed_nothing_gets_no_clerk_by_invitation(world: Office) -> None:
    with pytest.raises(BadInput) as refusal:
        invite(invitation(world, Role.CLERK), by=world.admin)
    assert [finding.code for finding in refusal.value.findings] == ["not_a_reviewing_department"]
    assert not User.objects.filter(email="new@office.example").exists()


def test_nor_by_moving_or_reactivating(world: Office, member: Member) -> None:
    drafter = member()
    with pytest.raises(BadInput):
        move(MoveInput(drafter.uid, world.office.uid, "national", Role.CLERK, "Copies"), by=world.admin)
    deactivate(DeactivationInput(drafter.user.uid, "Leave"), by=world.admin)
    back = ReactivationInput(drafter.user.uid, world.office.uid, "national", Role.CLERK, "Back")
    with pytest.raises(BadInput):
        reactivate(back, by=world.admin)
    drafter.user.refresh_from_db()
    assert not drafter.user.is_active
    assert not Membership.objects.filter(role=Role.CLERK).exists()


def test_a_reviewing_department_invites_its_clerks(world: Office, signed_in: SignedIn) -> None:
    page = reverse("staff:invite", args=[world.office.uid])
    client = signed_in(world.admin.user)
    assert 'value="clerk"' not in client.get(page).content.decode()
    ReviewingDepartment.objects.create(programme=world.programme, unit=world.office, position=90)
    assert 'value="clerk"' in client.get(page).content.decode()
    assert invite(invitation(world, Role.CLERK), by=world.admin).role == Role.CLERK


def test_a_department_of_another_programme_is_none_of_this_one(world: Office) -> None:
    other = type(world.programme).objects.create(code="city", owner=world.elsewhere, prefix="C", name_zh="市级")
    ReviewingDepartment.objects.create(programme=other, unit=world.office, position=1)
    with pytest.raises(BadInput):
        invite(invitation(world, Role.CLERK), by=world.admin)


# --- a person who moved on --------------------------------------------------------------------------------


@pytest.fixture
def moved_on(world: Office, member: Member) -> User:
    """Formerly of our office, with a phone, now working elsewhere."""
    here = member()
    set_phone(PhoneInput(here.user.uid, PHONE), by=world.admin)
    member(here.user.email, unit=world.elsewhere)
    here.ended_at = timezone.now()
    here.save()
    return here.user


def test_a_former_unit_neither_sees_nor_changes_the_phone(world: Office, moved_on: User, signed_in: SignedIn) -> None:
    with pytest.raises(NotFound):
        reveal_phone(moved_on.uid, by=world.admin)
    with pytest.raises(NotFound):
        set_phone(PhoneInput(moved_on.uid, ""), by=world.admin)
    client = signed_in(world.admin.user)
    page = client.get(reverse("staff:person", args=[moved_on.uid])).content.decode()
    assert moved_on.name in page
    assert "drafter" in page
    assert "Phone" not in page.partition("<dl")[2].partition("</dl>")[0]
    assert "083****" not in page
    assert client.get(reverse("staff:person-phone", args=[moved_on.uid])).status_code == 404
    assert client.post(reverse("staff:person-phone-reveal", args=[moved_on.uid])).status_code == 404
    assert reveal_phone(moved_on.uid, by=world.stranger) == PHONE, "the present unit works on"


def test_only_the_last_unit_takes_a_person_back(world: Office, moved_on: User, signed_in: SignedIn) -> None:
    deactivate(DeactivationInput(moved_on.uid, "Leave"), by=world.stranger)
    mine = ReactivationInput(moved_on.uid, world.office.uid, "national", Role.DRAFTER, "Mine")
    with pytest.raises(NotFound):
        reactivate(mine, by=world.admin)
    moved_on.refresh_from_db()
    assert not moved_on.is_active
    address = reverse("staff:person-reactivate", args=[moved_on.uid])
    person = reverse("staff:person", args=[moved_on.uid])
    ours, theirs = signed_in(world.admin.user), signed_in(world.stranger.user)
    assert ours.get(address).status_code == 404
    assert address not in ours.get(person).content.decode()
    assert address in theirs.get(person).content.decode()
    assert theirs.post(address, {"role": "lead", "programme": "national", "reason": "Back"}).status_code == 302
    moved_on.refresh_from_db()
    assert moved_on.is_active


# --- the exemption of a unit of one person ----------------------------------------------------------------


@pytest.fixture
def alone(world: Office, member: Member) -> Membership:
    """The one drafter of our office, who may sign too."""
    only = member()
    grant_solo_exemption(ExemptionInput(world.office.uid, "national", "One post"), by=world.admin)
    return only


def running() -> bool:
    return SoloExemption.objects.filter(ended_at__isnull=True).exists()


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.LEAD])
def test_the_exemption_ends_with_the_second_person_invited(world: Office, alone: Membership, role: Role) -> None:
    invite(invitation(world, role), by=world.admin)
    assert not running()
    event = Event.objects.get(act="people.end_solo")
    assert (event.unit, event.programme, event.user) == (world.office, world.programme, world.admin.user)
    assert event.comment


def test_the_exemption_ends_when_somebody_is_moved_there(world: Office, alone: Membership, member: Member) -> None:
    viewer = member("viewer@office.example", Role.VIEWER)
    move(MoveInput(viewer.uid, world.office.uid, "national", Role.LEAD, "Promoted"), by=world.admin)
    assert not running()


def test_the_exemption_ends_when_somebody_comes_back(world: Office, member: Member) -> None:
    gone = member("gone@office.example", Role.LEAD)
    deactivate(DeactivationInput(gone.user.uid, "Leave"), by=world.admin)
    member()
    grant_solo_exemption(ExemptionInput(world.office.uid, "national", "One post"), by=world.admin)
    back = ReactivationInput(gone.user.uid, world.office.uid, "national", Role.LEAD, "Back")
    reactivate(back, by=world.admin)
    assert not running()


def test_the_exemption_outlives_whoever_cannot_sign_and_the_same_persons_second_role(
    world: Office, alone: Membership
) -> None:
    invite(invitation(world, Role.VIEWER), by=world.admin)
    invite(invitation(world, Role.LEAD, alone.user.email), by=world.admin)
    assert running()
