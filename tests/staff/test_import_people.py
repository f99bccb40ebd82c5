"""People and roles brought in as lists: every rule of the page holds row by row, and the way back loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership, Role, User
from pilots.models import ReviewingDepartment
from portal.errors import RuleBroken
from records.importing.kinds import Difference
from records.models import Event, Notice, OutboxMessage
from records.outbox import dispatch_waiting
from staff.importing.memberships import MembershipList
from staff.importing.people import PeopleList
from tests.lists import brought_in, named, planned, undone
from tests.staff.conftest import Office, make_user

pytestmark = pytest.mark.django_db
Member = Callable[..., Membership]
PEOPLE, ROLES = PeopleList(), MembershipList()


def person(mail: str = "new@office.example", **cells: str) -> dict[str, str]:
    return {"email": mail, "name": "测试·新人", "role": "drafter", **cells}


def role(mail: str = "drafter@office.example", action: str = "add", **cells: str) -> dict[str, str]:
    reason = {"reason": "测试"} if action == "end" else {}
    return {"email": mail, "action": action, "role": "drafter", **reason, **cells}


def test_each_row_is_an_invitation(world: Office) -> None:
    stored = brought_in(PEOPLE, [person(phone="0830-1234567", language="en"), person(role="lead")], world.admin)
    user = User.objects.get(email="new@office.example")
    assert (user.name, user.phone, user.language) == ("测试·新人", "0830-1234567", "en")
    hats = user.memberships.order_by("role")
    assert [(hat.role, hat.unit, hat.programme) for hat in hats] == [
        ("drafter", world.office, world.programme),
        ("lead", world.office, world.programme),
    ]
    assert Event.objects.filter(act="people.invite", subject_uid=user.uid).count() == 2
    mails = OutboxMessage.objects.filter(recipient=user)
    assert {(mail.topic, mail.channel) for mail in mails} == {("people.invited", "mail")}
    assert len(stored) == 3


def test_a_phone_is_shown_masked(world: Office) -> None:
    (change,) = planned(PEOPLE, [person(phone="13812345678")], world.admin).changes
    assert "138****78" in change.after.values()
    assert "13812345678" not in str(change.after)


def test_somebody_registered_only_gets_the_role_and_a_notice(world: Office) -> None:
    known = make_user("known@elsewhere.example")
    plan = planned(PEOPLE, [person(known.email, phone="13812345678")], world.admin)
    assert [remark.code for remark in plan.remarks] == ["registered"]
    assert [change.what for change in plan.changes] == [Difference.CHANGED]
    brought_in(PEOPLE, [person(known.email)], world.admin)
    known.refresh_from_db()
    assert (known.name, known.phone) == ("known", "")
    assert OutboxMessage.objects.get(recipient=known).topic == "people.added"
    assert [c.what for c in planned(PEOPLE, [person(known.email)], world.admin).changes] == [Difference.SAME]


PEOPLE_FAULTS = [
    (person("not a mail"), "email", "bad_mail"),
    (person(""), "email", "missing"),
    (person(name=""), "name", "missing"),
    (person(name="测\u202e试"), "name", "bad_characters"),
    (person(phone="call me"), "phone", "bad_phone"),
    (person(language="fr"), "language", "unknown_language"),
    (person(role="boss"), "role", "unknown_role"),
    (person(role="auditor"), "role", "role_not_yours"),
    (person(role="clerk"), "role", "not_a_reviewing_department"),
    (person(unit="elsewhere"), "unit", "unknown"),
    (person(unit="无此单位"), "unit", "unknown"),
    (person(programme="luzhou"), "programme", "unknown_programme"),
    (person("admin@office.example"), "email", "oneself"),
    (person("drafter@office.example", role="unit_admin"), "role", "exclusive_roles"),
    (person("closed@office.example"), "email", "deactivated"),
]


@pytest.mark.parametrize(
    ("cells", "column", "code"), PEOPLE_FAULTS, ids=[f"{column}-{code}" for _r, column, code in PEOPLE_FAULTS]
)
def test_what_is_refused_is_named(world: Office, member: Member, cells: dict[str, str], column: str, code: str) -> None:
    member()
    make_user("closed@office.example", is_active=False)
    faults = named(planned(PEOPLE, [cells], world.admin))
    assert (2, column, code) in faults
    # An administrator who invites themselves breaks two rules at once.
    assert len(faults) == (2 if code == "oneself" else 1)


def test_rows_are_held_against_each_other(world: Office) -> None:
    rows = [person(), person(), person(role="unit_admin"), person(name="别人", role="lead")]
    assert named(planned(PEOPLE, rows, world.admin)) == [
        (3, "email", "twice"),
        (4, "role", "exclusive_roles"),
        (5, "name", "other_name"),
    ]


def test_the_system_administrator_names_office_and_programme(world: Office) -> None:
    rows = [
        person(role="unit_admin"),
        person("b@office.example", role="unit_admin", unit="office", programme="national"),
    ]
    assert named(planned(PEOPLE, rows, world.system)) == [(2, "programme", "programme_missing"), (2, "unit", "missing")]
    assert named(planned(PEOPLE, [{**rows[1], "role": "drafter"}], world.system)) == [(2, "role", "role_not_yours")]


def test_a_closed_office_takes_nobody(world: Office) -> None:
    world.office.closed_on = timezone.localdate()
    world.office.save()
    assert named(planned(PEOPLE, [person()], world.admin)) == [(2, "unit", "closed")]


def test_a_clerk_of_a_reviewing_department_is_welcome(world: Office) -> None:
    ReviewingDepartment.objects.create(programme=world.programme, unit=world.office, position=99)
    assert named(planned(PEOPLE, [person(role="clerk")], world.admin)) == []


def test_undone_the_people_are_gone_and_the_events_stay(world: Office) -> None:
    known = make_user("known@elsewhere.example")
    stored = brought_in(PEOPLE, [person(), person(role="lead"), person(known.email)], world.admin)
    dispatch_waiting()
    assert undone(PEOPLE, stored, world.admin)
    assert not User.objects.filter(email="new@office.example").exists()
    hat = known.memberships.get()
    assert hat.ended_at is not None
    assert Event.objects.filter(act="people.end").count() == 3
    assert OutboxMessage.objects.filter(recipient=known, topic="people.ended").exists()
    assert not Notice.objects.exclude(user=known).exists()


@pytest.mark.parametrize("came", ["signed_in", "acted", "password", "another_role"])
def test_no_way_back_once_somebody_has_come(world: Office, came: str) -> None:
    stored = brought_in(PEOPLE, [person()], world.admin)
    user = User.objects.get(email="new@office.example")
    if came == "signed_in":
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    elif came == "acted":
        Event.objects.create(act="report.submit", user=user, subject_kind="report", subject_uid=user.uid)
    elif came == "password":
        user.set_password("calm-river-4471")
        user.save()
    else:
        Membership.objects.create(user=user, unit=world.elsewhere, programme=world.programme, role=Role.DRAFTER)
    with pytest.raises(RuleBroken) as refused:
        undone(PEOPLE, stored, world.admin)
    assert "测试·新人" in str(refused.value.findings[0])
    assert user.memberships.filter(ended_at__isnull=True).exists()


def test_a_person_moves_by_two_rows(world: Office, member: Member) -> None:
    old = member()
    rows = [role(action="end"), role(role="unit_admin"), role("admin2@office.example")]
    make_user("admin2@office.example")
    brought_in(ROLES, rows, world.admin)
    old.refresh_from_db()
    assert old.ended_at is not None
    assert old.user.memberships.get(ended_at__isnull=True).role == Role.UNIT_ADMIN


ROLE_FAULTS = [
    (role("nobody@office.example"), "email", "unknown_person"),
    (role(action="stop"), "action", "unknown_action"),
    (role(action="end", role="lead"), "email", "no_such_role"),
    (role(action="end", reason=""), "reason", "reason_missing"),
    (role("admin@office.example", action="end", role="unit_admin"), "email", "oneself"),
    (role(role="unit_admin"), "role", "exclusive_roles"),
    (role(action="end", unit="elsewhere"), "unit", "unknown"),
]


@pytest.mark.parametrize(
    ("cells", "column", "code"), ROLE_FAULTS, ids=[f"{column}-{code}" for _r, column, code in ROLE_FAULTS]
)
def test_what_is_refused_of_roles_is_named(
    world: Office, member: Member, cells: dict[str, str], column: str, code: str
) -> None:
    member()
    faults = named(planned(ROLES, [cells], world.admin))
    assert (2, column, code) in faults
    assert len(faults) == (2 if code == "oneself" else 1)  # the last administrator too


def test_the_last_administrator_stays_unless_another_comes_first(world: Office, member: Member) -> None:
    second = member("second@office.example", Role.UNIT_ADMIN)
    world.admin.hat.ended_at = timezone.now()
    world.admin.hat.save()
    by = Actor(world.admin.user, world.admin.hat, "test")
    make_user("third@office.example")
    ends = role(second.user.email, "end", role="unit_admin")
    begins = role("third@office.example", role="unit_admin")
    assert named(planned(ROLES, [ends, begins], by)) == [(2, "role", "last_administrator")]
    assert named(planned(ROLES, [begins, ends], by)) == []


def test_undone_the_roles_are_as_before(world: Office, member: Member) -> None:
    old = member()
    other = make_user("other@office.example")
    stored = brought_in(ROLES, [role(action="end"), role(other.email, role="lead")], world.admin)
    assert undone(ROLES, stored, world.admin)
    old.refresh_from_db()
    assert old.ended_at is None
    assert other.memberships.get().ended_at is not None
    assert Event.objects.filter(act="people.restore", subject_uid=old.user.uid).exists()


def test_no_way_back_where_a_new_role_contradicts_the_old(world: Office, member: Member) -> None:
    old = member()
    stored = brought_in(ROLES, [role(action="end")], world.admin)
    member(old.user.email, Role.UNIT_ADMIN)
    with pytest.raises(RuleBroken, match="drafter"):
        undone(ROLES, stored, world.admin)


def test_statements_do_not_grow_with_the_rows(world: Office, member: Member) -> None:
    member()
    few = [person(role="clerk"), role()]
    many = [person(f"p{n}@office.example", role="clerk" if n % 2 else "drafter") for n in range(60)]
    counts = []
    for rows in (few[:1], many):
        with CaptureQueriesContext(connection) as captured:
            planned(PEOPLE, rows, world.admin)
        counts.append(len(captured))
    assert counts[0] == counts[1]
