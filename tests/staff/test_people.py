"""Closing and opening accounts, phones, the exemption of a unit of one person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Membership, Role, SoloExemption, User
from portal.errors import BadInput, Forbidden, NotFound, RuleBroken, WrongState
from records.models import Event, OutboxMessage
from staff.services.exemptions import ExemptionInput, end_solo_exemption, grant_solo_exemption
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


@pytest.mark.django_db(transaction=True)
def test_deactivating_closes_the_account_and_its_sessions(world: Office, member: Member, signed_in: SignedIn) -> None:
    drafter = member()
    client = signed_in(drafter.user)
    assert client.get("/notices/").status_code == 200
    deactivate(DeactivationInput(drafter.user.uid, "Retired"), by=world.admin)
    drafter.user.refresh_from_db()
    assert not drafter.user.is_active
    assert Event.objects.get(act="people.deactivate").outcome == "account_closed"
    assert OutboxMessage.objects.get(topic="people.deactivated").channel == "mail"
    User.objects.filter(pk=drafter.user.pk).update(is_active=True)
    assert client.get("/notices/").status_code == 302, "the old session must not come back to life"


def test_roles_elsewhere_keep_the_account_open(world: Office, member: Member) -> None:
    here = member()
    elsewhere = member(here.user.email, unit=world.elsewhere)
    person = deactivate(DeactivationInput(here.user.uid, "Moved on"), by=world.admin)
    assert person.is_active
    assert list(Membership.objects.current().filter(user=person)) == [elsewhere]
    with pytest.raises(WrongState):
        deactivate(DeactivationInput(here.user.uid, "Again"), by=world.admin)


def test_who_may_not_be_deactivated(world: Office, member: Member) -> None:
    with pytest.raises(Forbidden):
        deactivate(DeactivationInput(world.admin.user.uid, "I go"), by=world.admin)
    with pytest.raises(NotFound):
        deactivate(DeactivationInput(member().user.uid, "Foreign"), by=world.stranger)
    with pytest.raises(BadInput):
        deactivate(DeactivationInput(member("b@office.example").user.uid, ""), by=world.admin)
    with pytest.raises(NotFound):
        deactivate(DeactivationInput(member("c@office.example").user.uid, "Not mine"), by=world.system)


def test_reactivating_brings_a_role_and_a_mail(world: Office, member: Member) -> None:
    drafter = member()
    deactivate(DeactivationInput(drafter.user.uid, "Leave"), by=world.admin)
    back = ReactivationInput(drafter.user.uid, world.office.uid, "national", Role.LEAD, "Back again")
    membership = reactivate(back, by=world.admin)
    assert (membership.role, membership.user.is_active) == (Role.LEAD, True)
    assert Event.objects.get(act="people.reactivate").comment == "Back again"
    assert OutboxMessage.objects.get(topic="people.reactivated").path == "/"
    with pytest.raises(WrongState):
        reactivate(back, by=world.admin)


def test_a_phone_is_encrypted_masked_and_looked_at_openly(world: Office, member: Member) -> None:
    user = member().user
    set_phone(PhoneInput(user.uid, "+86 830 1234567"), by=world.admin)
    user.refresh_from_db()
    assert user.masked_phone == "+86****67"
    assert reveal_phone(user.uid, by=world.admin) == "+86 830 1234567"
    event = Event.objects.get(act="people.reveal_phone")
    assert (event.subject_uid, event.user) == (user.uid, world.admin.user)
    assert "1234567" not in str(Event.objects.values_list("comment", "data", "outcome"))
    with pytest.raises(NotFound):
        reveal_phone(user.uid, by=world.stranger)
    with pytest.raises(BadInput):
        set_phone(PhoneInput(user.uid, "<script>"), by=world.admin)


def test_the_exemption_is_granted_once_with_a_reason_and_ended(world: Office, member: Member) -> None:
    member()
    wanted = ExemptionInput(world.office.uid, "national", "Only one post is filled")
    exemption = grant_solo_exemption(wanted, by=world.admin)
    assert exemption.reason == "Only one post is filled"
    with pytest.raises(BadInput):
        grant_solo_exemption(wanted, by=world.admin)
    end_solo_exemption(ExemptionInput(world.office.uid, "national", "A second person came"), by=world.admin)
    assert not SoloExemption.objects.filter(ended_at__isnull=True).exists()
    assert set(Event.objects.values_list("act", flat=True)) == {"people.grant_solo", "people.end_solo"}
    with pytest.raises(WrongState):
        end_solo_exemption(wanted, by=world.admin)


def test_no_exemption_where_two_could_sign_for_each_other_or_out_of_reach(world: Office, member: Member) -> None:
    member()
    member("lead@office.example", Role.LEAD)
    with pytest.raises(RuleBroken):
        grant_solo_exemption(ExemptionInput(world.office.uid, "national", "Handy"), by=world.admin)
    with pytest.raises(NotFound):
        grant_solo_exemption(ExemptionInput(world.office.uid, "national", "Handy"), by=world.stranger)
