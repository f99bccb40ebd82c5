"""Handing over: the roles move together or not at all, and the pack says what went along."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.access import Actor
from accounts.models import ApiToken, Membership, Role, SoloExemption
from pilots.models import Contact, ContactField, ContactForm
from portal.errors import BadInput, Forbidden, NotFound, PortalError, WrongState
from records.models import Event, OutboxMessage
from reporting.models import Cycle, Report
from staff import handing_over as holding
from staff import packs
from staff.models import HandOver
from staff.services.exemptions import ExemptionInput, grant_solo_exemption
from staff.services.handing_over import HandOverInput, Newcomer, hand_over, preview
from tests.staff.conftest import Office, make_user
from tests.staff.test_races import at_once
from tests.steps import Three, lead_to, write

pytestmark = pytest.mark.django_db

Member = Callable[..., Membership]
NOTE = "Please call the towns first."


def wanted(world: Office, hat: Membership, to: Membership | None = None, **more: Any) -> HandOverInput:
    values: dict[str, Any] = {"successor_uid": to.user.uid if to else None, "note": NOTE, **more}
    return HandOverInput(hat.user.uid, world.office.uid, **values)


def roles(person: Membership) -> set[str]:
    return set(Membership.objects.current().filter(user=person.user).values_list("role", flat=True))


def a_token(hat: Membership) -> ApiToken:
    token: ApiToken = ApiToken.objects.create(
        hat=hat, name="四季报接口", scopes=["read"], prefix=f"t{hat.pk}", secret_sha256="0" * 64,
        expires_at=timezone.now() + dt.timedelta(days=30),
    )  # fmt: skip
    return token


# --- the act ----------------------------------------------------------------------------------------------


def test_every_role_moves_and_both_are_told(world: Office, member: Member) -> None:
    drafter, viewer = member(), member(role=Role.VIEWER)
    to = member("next@office.example", Role.VIEWER)
    row = hand_over(wanted(world, drafter, to), by=world.admin)
    assert roles(drafter) == set()
    assert roles(to) == {"drafter", "viewer"}
    assert drafter.user.is_active
    viewer.refresh_from_db()
    assert viewer.ended_at is not None
    event = Event.objects.get(act="people.hand_over")
    assert (event.subject_uid, event.comment, event.unit) == (drafter.user.uid, NOTE, world.office)
    assert event.data["successor"] == str(to.user.uid)
    assert event.data["counts"]["hat"] == 2
    taken = Event.objects.get(act="people.take_over")
    assert taken.data["begun"] == ["drafter"] and taken.data["held_already"] == ["viewer"]
    told = {(m.topic, m.recipient, m.path) for m in OutboxMessage.objects.all()}
    assert told == {
        ("people.handed_over_to_you", to.user, f"/people/handover/{row.uid}/"),
        ("people.handed_over", drafter.user, ""),
    }


def test_only_the_roles_named_move(world: Office, member: Member) -> None:
    drafter = member()
    member(role=Role.LEAD)
    to = member("next@office.example", Role.VIEWER)
    hand_over(wanted(world, drafter, to, memberships=(drafter.uid,)), by=world.admin)
    assert roles(drafter) == {"lead"}
    assert roles(to) == {"viewer", "drafter"}


def test_tokens_of_the_roles_are_revoked_and_say_so(world: Office, member: Member) -> None:
    drafter, to = member(), member("next@office.example", Role.VIEWER)
    token, other = a_token(drafter), a_token(to)
    row = hand_over(wanted(world, drafter, to), by=world.admin)
    token.refresh_from_db()
    other.refresh_from_db()
    assert token.revoked_by == world.admin.user
    assert other.revoked_at is None
    (kept,) = [item for item in packs.read(row.pack).items if item.kind == "token"]
    assert kept.marks == ("read", "revoked")
    assert Event.objects.get(act="people.hand_over").data["tokens_revoked"] == 1


def test_somebody_who_is_invited_gets_one_mail_and_the_roles(world: Office, member: Member) -> None:
    drafter = member()
    member(role=Role.LEAD)
    new = Newcomer("new@office.example", "New", "0830-1234567", "en")
    row = hand_over(wanted(world, drafter, invited=new), by=world.admin)
    assert (row.successor.email, row.successor.phone) == ("new@office.example", "0830-1234567")
    assert roles(Membership.objects.filter(user=row.successor)[0]) == {"drafter", "lead"}
    mail = OutboxMessage.objects.get(channel="mail")
    assert mail.topic == "people.invited" and "/accounts/password/reset/key/" in mail.path
    assert mail.params["role"] == "drafter, lead"
    assert "0830-1234567" not in str(Event.objects.values_list("comment", "data", "outcome"))


def test_deactivating_as_well_ends_every_role_and_the_account(world: Office, member: Member) -> None:
    drafter, lead = member(), member(role=Role.LEAD)
    to, token = member("next@office.example", Role.VIEWER), a_token(lead)
    data = wanted(world, drafter, to, memberships=(drafter.uid,), deactivate=True)
    hand_over(data, by=world.admin)
    drafter.user.refresh_from_db()
    token.refresh_from_db()
    assert not drafter.user.is_active
    assert roles(to) == {"viewer", "drafter"}
    assert token.revoked_at is not None
    acts = set(Event.objects.about("person", drafter.user.uid).values_list("act", flat=True))
    assert acts == {"people.deactivate", "people.hand_over"}
    assert OutboxMessage.objects.filter(recipient=drafter.user, topic__startswith="people.").count() == 1


def test_the_last_administrator_is_followed_by_the_next(world: Office, member: Member) -> None:
    """The unit's administrators are handed over by the system's; an ordinary person cannot become one beside."""
    admin = world.admin.hat
    drafter = member()
    with pytest.raises(BadInput):
        hand_over(wanted(world, admin, drafter), by=world.system)
    assert roles(admin) == {"unit_admin"} and roles(drafter) == {"drafter"}
    held = holding.holder(admin.user.uid, None, by=world.system)
    assert [one.code for one in holding.warnings(held)] == ["last_administrator"]
    new = Newcomer("chief@office.example", "Chief")
    row = hand_over(wanted(world, admin, invited=new, deactivate=True), by=world.system)
    assert roles(admin) == set()
    assert roles(Membership.objects.get(user=row.successor)) == {"unit_admin"}


REFUSALS: dict[str, tuple[type[PortalError], Callable[[Office, Membership, Membership], dict[str, Any]]]] = {
    "nobody chosen": (BadInput, lambda w, hat, to: {"successor_uid": None}),
    "two chosen": (BadInput, lambda w, hat, to: {"invited": Newcomer("a@office.example", "A")}),
    "themselves": (BadInput, lambda w, hat, to: {"successor_uid": hat.user.uid}),
    "themselves by mail": (
        BadInput, lambda w, hat, to: {"successor_uid": None, "invited": Newcomer(hat.user.email, "Me")},
    ),
    "somebody unknown": (BadInput, lambda w, hat, to: {"successor_uid": uuid.uuid4()}),
    "somebody elsewhere": (BadInput, lambda w, hat, to: {"successor_uid": w.stranger.user.uid}),
    "the administrator": (Forbidden, lambda w, hat, to: {"successor_uid": w.admin.user.uid}),
    "no note": (BadInput, lambda w, hat, to: {"note": " "}),
    "a foreign role": (NotFound, lambda w, hat, to: {"memberships": (to.uid,)}),
    "a bad address": (BadInput, lambda w, hat, to: {"successor_uid": None, "invited": Newcomer("zzz", "A")}),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_leaves_nothing_changed(case: str, world: Office, member: Member) -> None:
    drafter, to = member(), member("next@office.example", Role.VIEWER)
    error, change = REFUSALS[case]
    before = (Event.objects.count(), OutboxMessage.objects.count(), list(Membership.objects.values_list()))
    with pytest.raises(error):
        hand_over(wanted(world, drafter, to, **change(world, drafter, to)), by=world.admin)
    assert before == (Event.objects.count(), OutboxMessage.objects.count(), list(Membership.objects.values_list()))
    assert not HandOver.objects.exists()


def test_one_refused_role_stops_all(world: Office, member: Member) -> None:
    """The clerk's role could never be given here (it was once): then the drafter's does not move either."""
    drafter = member()
    member(role=Role.CLERK)
    to = member("next@office.example", Role.VIEWER)
    with pytest.raises(BadInput) as refusal:
        hand_over(wanted(world, drafter, to), by=world.admin)
    assert [finding.code for finding in refusal.value.findings] == ["not_a_reviewing_department"]
    assert roles(drafter) == {"drafter", "clerk"} and roles(to) == {"viewer"}


def test_nobody_hands_over_their_own_roles(world: Office, member: Member) -> None:
    second = member("second@office.example", Role.UNIT_ADMIN)
    with pytest.raises(Forbidden):
        hand_over(wanted(world, world.admin.hat, second), by=world.admin)


def test_out_of_reach_and_done_already(world: Office, member: Member) -> None:
    drafter, to = member(), member("next@office.example", Role.VIEWER)
    with pytest.raises(NotFound):
        hand_over(wanted(world, drafter, to), by=world.stranger)
    hand_over(wanted(world, drafter, to), by=world.admin)
    with pytest.raises(WrongState):
        hand_over(wanted(world, drafter, to), by=world.admin)


def test_a_last_look_stores_nothing(world: Office, member: Member) -> None:
    drafter = member()
    row = preview(wanted(world, drafter, invited=Newcomer("new@office.example", "New")), by=world.admin)
    assert row.successor.name == "New"
    assert roles(drafter) == {"drafter"}
    assert not HandOver.objects.exists() and not OutboxMessage.objects.exists() and not Event.objects.exists()
    assert not Membership.objects.filter(user__email="new@office.example").exists()


def test_a_last_look_does_not_tell_whose_a_mail_address_is(world: Office, member: Member) -> None:
    """Nobody is told of a look, so it must not be a directory of all that are registered."""
    drafter, colleague = member(), member("next@office.example", Role.VIEWER)
    stranger = make_user("someone@elsewhere.example")
    asked = wanted(world, drafter, invited=Newcomer(stranger.email.upper(), ""))
    row = preview(asked, by=world.admin)
    assert (row.successor.name, row.successor.email) == (stranger.email, stranger.email)
    assert row.successor.uid != stranger.uid
    known = preview(wanted(world, drafter, invited=Newcomer(colleague.user.email, "")), by=world.admin)
    assert known.successor.name == colleague.user.name


# --- the exemption of a unit of one person ----------------------------------------------------------------


def test_the_exemption_stays_where_the_successor_alone_remains(world: Office, member: Member) -> None:
    drafter = member()
    grant_solo_exemption(ExemptionInput(world.office.uid, "national", "One post"), by=world.admin)
    hand_over(wanted(world, drafter, invited=Newcomer("new@office.example", "New")), by=world.admin)
    assert SoloExemption.objects.filter(ended_at__isnull=True).exists()


def test_the_exemption_ends_where_two_could_sign(world: Office, member: Member) -> None:
    drafter, lead = member(), member(role=Role.LEAD)
    grant_solo_exemption(ExemptionInput(world.office.uid, "national", "One post"), by=world.admin)
    new = Newcomer("new@office.example", "New")
    hand_over(wanted(world, drafter, invited=new, memberships=(lead.uid,)), by=world.admin)
    assert not SoloExemption.objects.filter(ended_at__isnull=True).exists()
    assert Event.objects.filter(act="people.end_solo").count() == 1


# --- two at once ------------------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_administrators_hand_over_at_once_and_one_does(world: Office, member: Member) -> None:
    drafter, one, two = member(), member("one@office.example", Role.VIEWER), member("two@office.example", Role.VIEWER)
    second = member("second@office.example", Role.UNIT_ADMIN)
    other = Actor(second.user, second, "test")
    outcomes = at_once(
        lambda: hand_over(wanted(world, drafter, one), by=world.admin),
        lambda: hand_over(wanted(world, drafter, two), by=other),
    )
    assert sum(isinstance(outcome, HandOver) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    assert Membership.objects.current().filter(unit=world.office, role=Role.DRAFTER).count() == 1
    assert Event.objects.filter(act="people.hand_over").count() == 1


# --- what a person holds ----------------------------------------------------------------------------------


def kinds(items: tuple[holding.Item, ...]) -> dict[str, list[holding.Item]]:
    found: dict[str, list[holding.Item]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item)
    return found


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def sichuan_admin(hire: Callable[..., Actor]) -> Actor:
    return hire("sichuan.admin", "drc-510000", Role.UNIT_ADMIN)


def test_reports_written_and_waiting_with_their_dates(luzhou_report: Report, three: Three, unit_admin: Actor) -> None:
    write(luzhou_report, three.drafter)
    held = kinds(holding.items(holding.holder(three.drafter.user.uid, None, by=unit_admin)))
    (report,) = held["report"]
    assert (report.uid, report.role, report.state) == (str(luzhou_report.uid), "drafter", "draft")
    assert (report.on, report.days_left, report.marks) == ("2026-06-24", 6, ("written_in",))
    assert report.name_zh != report.name_en and "Luzhou" in report.name_en
    lead_to(luzhou_report, "signing", three)
    held = kinds(holding.items(holding.holder(three.lead.user.uid, None, by=unit_admin)))
    (report,) = held["report"]
    with translation.override("en"):
        (line,) = packs.of(holding.holder(three.lead.user.uid, None, by=unit_admin), [report], []).lists[1].lines
    assert line.waits_for == "Read and sign" and line.remarks == ()


def test_what_a_reviewer_waits_for_and_decides(luzhou_report: Report, three: Three, sichuan_admin: Actor) -> None:
    held = kinds(holding.items(holding.holder(three.reviewer.user.uid, None, by=sichuan_admin)))
    (period,) = held["to_receive"]
    assert (period.number, period.on, period.days_left) == (1, "2026-06-24", 6)
    assert "report" not in held and "to_decide" not in held
    lead_to(luzhou_report, "submitted", three)
    held = kinds(holding.items(holding.holder(three.reviewer.user.uid, None, by=sichuan_admin)))
    (waiting,) = held["to_decide"]
    assert (waiting.uid, waiting.role) == (str(luzhou_report.uid), "reviewer")
    assert "to_receive" not in held


def test_periods_not_open_yet_are_coming(running_cycle: Cycle, three: Three, unit_admin: Actor) -> None:
    Cycle.objects.filter(pk=running_cycle.pk).update(opens_on=dt.date(2026, 6, 20))
    held = kinds(holding.items(holding.holder(three.drafter.user.uid, None, by=unit_admin)))
    assert "report" not in held
    assert [item.on for item in held["coming"]] == ["2026-06-24"]


def test_a_contact_is_perhaps_theirs_by_mail_never_by_name(
    luzhou_report: Report, three: Three, unit_admin: Actor
) -> None:
    person, pilot = three.drafter.user, luzhou_report.due.pilot_area
    assert pilot is not None
    form = ContactForm.objects.create(programme=pilot.programme, number=90)
    ContactField.objects.create(form=form, position=1, code="e-mail", title_zh="邮箱", title_en="Mail", kind="mail")
    row = {"pilot_area": pilot, "form": form, "since": dt.date(2026, 1, 1)}
    Contact.objects.create(kind="liaison", name="另一个", values={"e-mail": person.email.upper()}, **row)
    Contact.objects.create(kind="responsible", name=person.name, values={"e-mail": "other@test.example"}, **row)
    (contact,) = kinds(holding.items(holding.holder(person.uid, None, by=unit_admin)))["contact"]
    assert (contact.state, contact.marks, contact.on) == ("liaison", ("perhaps",), "2026-01-01")


def test_the_successor_who_wrote_is_warned_about_not_refused(
    luzhou_report: Report, three: Three, unit_admin: Actor
) -> None:
    lead_to(luzhou_report, "signing", three)
    data = HandOverInput(three.lead.user.uid, unit_admin.unit.uid, NOTE, successor_uid=three.drafter.user.uid)
    row = hand_over(data, by=unit_admin)
    pack = packs.read(row.pack)
    assert [(one.code, one.uid) for one in pack.warned] == [("own_work", str(luzhou_report.uid))]
    with translation.override("en"):
        assert "somebody else" in pack.warnings[0]


def test_roles_of_two_programmes_are_two_hand_overs(hire: Callable[..., Actor], system_admin: Actor) -> None:
    one = hire("both", "lgo-510500", Role.UNIT_ADMIN)
    two = hire("both", "lgo-510500", Role.UNIT_ADMIN, "luzhou")
    new = Newcomer("new@test.example", "New")
    data = HandOverInput(one.user.uid, one.unit.uid, NOTE, invited=new)
    with pytest.raises(BadInput) as refusal:
        hand_over(data, by=system_admin)
    assert [finding.code for finding in refusal.value.findings] == ["one_programme"]
    for hat in (one.hat, two.hat):
        hand_over(HandOverInput(one.user.uid, one.unit.uid, NOTE, invited=new, memberships=(hat.uid,)), by=system_admin)
    assert roles(one.hat) == set()


def test_an_administrator_is_followed_by_one_who_holds_the_role_already(world: Office, member: Member) -> None:
    second = member("second@office.example", Role.UNIT_ADMIN)
    other = Actor(second.user, second, "test")
    to = member("third@office.example", Role.UNIT_ADMIN)
    hand_over(wanted(world, world.admin.hat, to), by=other)
    assert roles(to) == {"unit_admin"} and roles(world.admin.hat) == set()
