"""Who answers for a pilot area: recorded, replaced, looked at; by whom, and what stays in the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.access import Actor
from accounts.models import Role
from pilots import contacts
from pilots.models import Contact, ContactField, ContactForm, PilotArea
from pilots.services.contacts import RevealInput, on_change, record_contact, reveal
from portal.errors import BadInput, NotFound, Stale
from records.models import Event
from tests.conftest import Hire
from tests.pilots.contact_cast import FILLED, NUMBERS, a_contact, given, pilot_of
from units.calendar import today
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def luzhou(programme: Programme) -> PilotArea:
    return pilot_of("lgo-510500")


@pytest.fixture
def told() -> Iterator[list[tuple[Any, ...]]]:
    """What the registry of changes was told."""
    heard: list[tuple[Any, ...]] = []

    def listen(*args: Any) -> None:
        heard.append(args)

    on_change.append(listen)
    yield heard
    on_change.remove(listen)


def test_the_next_person_ends_the_one_before(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    first = a_contact(luzhou_drafter, luzhou, since=dt.date(2026, 1, 5))
    second = a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=1, values={"mobile": ""})
    first.refresh_from_db()
    assert (first.until, second.since, second.until) == (today(), today(), None)
    assert second.numbers == {"phone": NUMBERS[0]}
    seat = contacts.seat_of(luzhou, "liaison", luzhou_drafter)
    assert (seat.contact, seat.version, seat.phone) == (second, 2, "083****01")
    assert [c.name for c in contacts.history_of(luzhou)] == ["赵某（虚构）", "王某（虚构）"]


def test_the_event_keeps_names_and_no_number(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    a_contact(luzhou_drafter, luzhou)
    a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=1, values={"phone": "0830-7654321"})
    latest, first = Event.objects.filter(act="contact.change")
    assert latest.comment == "王某（虚构） → 赵某（虚构）"
    assert latest.data["changed"] == ["phone"]
    assert (first.unit, first.receiver.key if first.receiver else "") == (luzhou.reporting_unit, "drc-510000")
    kept = f"{latest.comment}{latest.data}{first.comment}{first.data}"
    assert not [number for number in (*NUMBERS, "7654321") if number in kept]


def test_numbers_are_not_in_the_database(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    contact = a_contact(luzhou_drafter, luzhou)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM pilots_contact c WHERE id = %s", [contact.pk])
        stored = cursor.fetchone()[0]
    assert not [number for number in NUMBERS if number in stored]
    assert contact.masked == {"phone": "083****01", "mobile": "139****34"}
    assert contact.filled == ["mail", "mobile", "phone", "post"]


def test_who_was_second_sees_both(luzhou: PilotArea, luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    a_contact(luzhou_lead, luzhou)
    with pytest.raises(Stale) as refused:
        a_contact(luzhou_drafter, luzhou, name="赵某（虚构）")
    extra = refused.value.extra
    assert (extra["theirs"]["name"], extra["mine"]["name"], extra["version"]) == ("王某（虚构）", "赵某（虚构）", 1)
    assert extra["theirs_by"] == luzhou_lead.user.name
    assert not [number for number in NUMBERS if number in str(extra)]


def test_a_masked_number_stays_and_nothing_new_changes_nothing(
    luzhou: PilotArea, luzhou_drafter: Actor, told: list[Any]
) -> None:
    first = a_contact(luzhou_drafter, luzhou)
    same = {**FILLED, **first.masked}
    assert a_contact(luzhou_drafter, luzhou, values=same, seen=1) == first
    assert (len(told), Event.objects.filter(act="contact.change").count()) == (1, 1)
    second = a_contact(luzhou_drafter, luzhou, values={**same, "post": "主任（虚构）"}, seen=1)
    assert (second.numbers, second.since) == (first.numbers, first.since)
    with pytest.raises(BadInput) as refused:
        a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", values=same, seen=2)
    assert {(f.code, f.target) for f in refused.value.findings} == {
        ("number_of_predecessor", "phone"),
        ("number_of_predecessor", "mobile"),
    }
    assert told[-1][:2] == (luzhou, luzhou_drafter)


@pytest.mark.parametrize(
    ("wrong", "code", "target"),
    [
        ({"name": " "}, "missing", "name"),
        ({"name": "王\u202e"}, "bad_characters", "name"),
        ({"values": {"phone": "abc"}}, "bad_phone", "phone"),
        ({"values": {"mobile": "139****34"}}, "bad_phone", "mobile"),
        ({"values": {"mail": "nobody"}}, "bad_mail", "mail"),
        ({"values": {"post": "长" * 121}}, "too_long", "post"),
        ({"values": {"age": "7"}}, "unknown_field", "age"),
        ({"since": dt.date(2026, 6, 16)}, "in_the_future", "since"),
        ({"values": {"mobile": "\ud800"}}, "bad_phone", "mobile"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    luzhou: PilotArea, luzhou_drafter: Actor, wrong: dict[str, Any], code: str, target: str
) -> None:
    with pytest.raises(BadInput) as refused:
        a_contact(luzhou_drafter, luzhou, **wrong)
    assert [(f.code, f.target) for f in refused.value.findings] == [(code, target)]
    assert not Contact.objects.exists()


def test_nobody_begins_before_the_one_before(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    a_contact(luzhou_drafter, luzhou, since=dt.date(2026, 6, 1))
    with pytest.raises(BadInput) as refused:
        a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=1, since=dt.date(2026, 5, 1))
    assert refused.value.findings[0].code == "before_predecessor"


def test_the_day_of_the_present_person_can_be_corrected_back_to_the_end_of_the_one_before(
    luzhou: PilotArea, luzhou_drafter: Actor
) -> None:
    a_contact(luzhou_drafter, luzhou, since=dt.date(2026, 5, 1))
    a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=1, since=dt.date(2026, 5, 20))
    with pytest.raises(BadInput):
        a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=2, since=dt.date(2026, 5, 19))
    a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=2, since=dt.date(2026, 6, 10))
    a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=3, since=dt.date(2026, 5, 20))
    spans = Contact.objects.order_by("id").values_list("since__day", "until__day")
    assert list(spans) == [(1, 20), (20, 10), (10, 10), (20, None)]


@pytest.mark.parametrize(
    ("unit", "programme", "role", "edits", "reveals"),
    [
        ("lgo-510500", "national", Role.LEAD, True, True),
        ("drc-510000", "national", Role.DRAFTER, True, True),
        ("drc-510000", "national", Role.REVIEWER, False, True),
        ("ndrc", "national", Role.LEAD, False, False),
        ("ndrc", "national", Role.REVIEWER, False, True),
        ("drc-440000", "national", Role.DRAFTER, False, False),
        ("drc-440000", "national", Role.REVIEWER, False, False),
        ("lgo-510500", "luzhou", Role.DRAFTER, False, False),
        ("lgo-510500", "national", Role.UNIT_ADMIN, False, False),
        ("lgo-510500", "national", Role.VIEWER, False, False),
    ],
)
def test_who_may(
    luzhou: PilotArea, luzhou_drafter: Actor, luzhou_programme: Programme, hire: Hire,
    unit: str, programme: str, role: Role, edits: bool, reveals: bool,
) -> None:  # fmt: skip
    a_contact(luzhou_drafter, luzhou)
    actor = hire("someone", unit, role, programme)
    assert bool(contacts.kept([luzhou], actor, "contacts.edit")) is edits
    assert bool(contacts.kept([luzhou], actor, "contacts.reveal")) is reveals
    if not edits:
        with pytest.raises(NotFound):
            a_contact(actor, luzhou, seen=1)
    if not reveals:
        with pytest.raises(NotFound):
            reveal(RevealInput(luzhou.uid, "liaison"), by=actor)


def test_a_town_is_kept_by_its_county_and_seen_in_full_by_the_city(
    town_drafter: Actor, county_drafter: Actor, hire: Hire, luzhou_reviewer: Actor
) -> None:
    town = pilot_of("demo-town-1", "luzhou")
    a_contact(county_drafter, town)
    a_contact(town_drafter, town, "responsible")
    city = hire("city", "lgo-510500", Role.DRAFTER, "luzhou")
    with pytest.raises(NotFound):
        a_contact(city, town, seen=1)
    assert reveal(RevealInput(town.uid, "liaison"), by=luzhou_reviewer).numbers["mobile"] == NUMBERS[1]
    with pytest.raises(NotFound):
        reveal(RevealInput(town.uid, "liaison"), by=hire("other", "lgo-510521", Role.REVIEWER, "luzhou"))


def test_every_look_is_written_down(luzhou: PilotArea, luzhou_drafter: Actor, sichuan_reviewer: Actor) -> None:
    a_contact(luzhou_drafter, luzhou)
    shown = reveal(RevealInput(luzhou.uid, "liaison", "会议通知"), by=sichuan_reviewer)
    assert shown.numbers == dict(zip(("phone", "mobile"), NUMBERS, strict=True))
    event = Event.objects.get(act="contact.reveal")
    assert (event.user, event.comment, event.subject_uid) == (sichuan_reviewer.user, "会议通知", luzhou.uid)
    assert not [number for number in NUMBERS if number in str(event.data)]
    reveal(RevealInput(luzhou.uid, "liaison"), by=sichuan_reviewer)
    assert Event.objects.filter(act="contact.reveal").count() == 2
    with pytest.raises(NotFound):
        reveal(RevealInput(luzhou.uid, "responsible"), by=sichuan_reviewer)


def test_a_new_form_makes_gaps(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    a_contact(luzhou_drafter, luzhou)
    assert contacts.seat_of(luzhou, "liaison", luzhou_drafter).gaps == ()
    form = ContactForm.objects.create(programme=luzhou.programme, number=2)
    ContactField.objects.create(form=form, position=1, code="wechat", title_zh="微信", title_en="WeChat",
                                is_required=True)  # fmt: skip
    seat = contacts.seat_of(luzhou, "liaison", luzhou_drafter)
    assert [(f.code, f.target) for f in seat.gaps] == [("field_missing", "liaison.wechat")]
    with pytest.raises(BadInput):
        record_contact(given(luzhou, seen=1), by=luzhou_drafter)
