"""Two administrators at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from accounts.access import Actor
from accounts.models import ApiToken, Membership, Role, User
from portal.errors import PortalError, Stale
from records.models import Event, OutboxMessage
from staff.services.memberships import EndInput, InvitationInput, end_membership, invite
from staff.services.people import PhoneInput, set_phone
from staff.services.tokens import MOST_USABLE, TokenInput, create, tell_expiring
from tests.staff.conftest import Office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or refused with, all begun together, each on its own connection."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=10)
            return act()
        except PortalError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_administrators_who_end_each_other_leave_one(world: Office, member: Callable[..., Membership]) -> None:
    second = member("second@office.example", Role.UNIT_ADMIN)
    other = Actor(second.user, second, "test")
    outcomes = at_once(
        lambda: end_membership(EndInput(second.uid, "Away"), by=world.admin),
        lambda: end_membership(EndInput(world.admin.hat.uid, "Away"), by=other),
    )
    assert sum(isinstance(outcome, PortalError) for outcome in outcomes) == 1
    assert Membership.objects.current().filter(unit=world.office, role=Role.UNIT_ADMIN).count() == 1


def test_one_person_invited_four_times_at_once_is_one_person_with_one_role(world: Office) -> None:
    data = InvitationInput("new@office.example", "New", world.office.uid, "national", Role.DRAFTER)
    outcomes = at_once(*[lambda: invite(data, by=world.admin)] * 4)
    assert sum(isinstance(outcome, Membership) for outcome in outcomes) == 1
    assert User.objects.filter(email=data.email).count() == 1
    assert Event.objects.filter(act="people.invite").count() == 1


def test_four_tokens_at_once_do_not_become_more_than_there_may_be(
    world: Office, member: Callable[..., Membership]
) -> None:
    hat = member()
    wanted = TokenInput("Nightly transfer", ("read",), 10)
    for _number in range(MOST_USABLE - 1):
        create(wanted, by=Actor(hat.user, hat))
    outcomes = at_once(*[lambda: create(wanted, by=Actor(hat.user, hat))] * 4)
    assert sum(isinstance(outcome, PortalError) for outcome in outcomes) == 3
    assert ApiToken.objects.count() == MOST_USABLE


def test_four_beats_tell_of_each_token_once(world: Office, member: Callable[..., Membership]) -> None:
    hat = member()
    for _number in range(3):
        create(TokenInput("Nightly transfer", ("read",), 10), by=Actor(hat.user, hat))
    assert sum(int(str(told)) for told in at_once(*[tell_expiring] * 4)) == 3
    assert OutboxMessage.objects.filter(topic="token.expiring").count() == 3


def test_of_four_who_change_a_phone_as_they_saw_it_one_does(world: Office, member: Callable[..., Membership]) -> None:
    person = member().user
    acts = [partial(set_phone, PhoneInput(person.uid, f"0830-123456{n}", 0), by=world.admin) for n in range(4)]
    outcomes = at_once(*acts)
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 3
    person.refresh_from_db()
    assert person.version == 1
