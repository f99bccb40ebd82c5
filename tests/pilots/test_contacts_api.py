"""Contacts and leading groups by API; and that a page and the API leave the same rows and events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import ApiToken, Scope
from accounts.tokens import fresh
from pilots.models import Contact, GroupMember, LeadingGroup, PilotArea
from records.models import Event, StoredAnswer
from tests.conftest import SignIn
from tests.pilots.contact_cast import FILLED, NUMBERS, a_contact, a_group, a_member, pilot_of
from units.models import Programme

pytestmark = pytest.mark.django_db
BODY = {"name": "王某（虚构）", "values": FILLED, "since": "2026-06-15"}


@pytest.fixture
def luzhou(programme: Programme) -> PilotArea:
    return pilot_of("lgo-510500")


def seat(pilot: PilotArea, name: str = "contact", kind: str = "liaison") -> str:
    return reverse(f"api:{name}", args=[pilot.uid, kind])


def send(client: Client, method: str, url: str, body: Any, etag: int | None = None) -> Any:
    headers = {} if etag is None else {"if-match": f'"{etag}"'}
    ask: Callable[..., Any] = getattr(client, method)
    return ask(url, body, content_type="application/json", headers=headers)


def test_a_person_is_read_changed_and_read_again(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    empty = client.get(seat(luzhou))
    assert (empty["ETag"], empty.json()["name"], empty.json()["version"]) == ('"0"', None, 0)
    assert [action["name"] for action in empty.json()["actions"]] == ["change"]
    stored = send(client, "put", seat(luzhou), BODY, 0)
    assert (stored.status_code, stored["ETag"]) == (200, '"1"')
    found = stored.json()
    assert {row["code"]: row["value"] for row in found["values"]}["mobile"] == "139****34"
    assert [action["name"] for action in found["actions"]] == ["change", "reveal"]
    # What was read can be sent back: masked numbers stay as they are.
    back = {"name": found["name"], "values": {row["code"]: row["value"] for row in found["values"]}}
    assert send(client, "put", seat(luzhou), back, 1)["ETag"] == '"1"'
    back["values"]["post"] = "主任（虚构）"
    assert send(client, "put", seat(luzhou), back, 1)["ETag"] == '"2"'
    assert Contact.objects.current().get().numbers["mobile"] == NUMBERS[1]


def test_how_a_change_is_refused(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    assert send(client, "put", seat(luzhou), BODY).status_code == 428
    a_contact(luzhou_drafter, luzhou)
    stale = send(client, "put", seat(luzhou), BODY, 0)
    assert (stale.status_code, stale.json()["theirs"]["name"]) == (409, "王某（虚构）")
    assert not [number for number in NUMBERS if number in stale.content.decode()]
    for body in ({}, {"name": ""}, {"name": "x", "values": {"phone": "abc"}}, {"name": "x", "values": {"age": "7"}},
                 {"name": "x", "values": []}, {"name": "x", "since": "never"}, {"name": "x\u0000"}):  # fmt: skip
        answer = send(client, "put", seat(luzhou), body, 1)
        assert (answer.status_code, bool(answer.json()["findings"])) == (400, True), body
    assert send(client, "put", seat(luzhou, kind="nobody"), BODY, 0).status_code == 404
    assert Contact.objects.count() == 1


def test_a_look_is_written_down_and_kept_nowhere(
    luzhou: PilotArea, luzhou_drafter: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    a_contact(luzhou_drafter, luzhou)
    client = signed_in(sichuan_reviewer)
    for _attempt in range(2):
        how: dict[str, Any] = {"content_type": "application/json", "headers": {"idempotency-key": "k"}}
        answer = client.post(seat(luzhou, "contact-reveal"), {"reason": "会议"}, **how)
        assert answer.json()["numbers"] == dict(zip(("phone", "mobile"), NUMBERS, strict=True))
        assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(act="contact.reveal", comment="会议").count() == 2
    assert not StoredAnswer.objects.exists()


def test_the_list_is_that_of_the_page(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    a_contact(luzhou_drafter, luzhou)
    client = signed_in(luzhou_drafter)
    for query in ({}, {"q": "王某"}, {"gap": "no_liaison", "province": "510000"}, {"gap": "any"}):
        page = [str(row.pilot.uid) for row in client.get(reverse("pilots:contacts"), query).context["rows"]]
        found = client.get(reverse("api:contacts"), query).json()
        assert [row["pilot"]["uid"] for row in found["results"]][: len(page)] == page
    row = client.get(reverse("api:contacts"), {"q": "王某"}).json()["results"][0]
    assert row["liaison"]["name"] == "王某（虚构）"
    assert [gap["code"] for gap in row["gaps"]] == ["no_responsible", "no_group"]
    names = [
        row["pilot"]["uid"] for row in client.get(reverse("api:contacts"), {"ordering": "-name"}).json()["results"]
    ]
    assert names != page
    for wrong in ({"gap": "x"}, {"batch": "x"}, {"ordering": "phone"}, {"phone": "1"}):
        assert client.get(reverse("api:contacts"), wrong).status_code == 400


def test_gaps_form_and_history(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    a_contact(luzhou_drafter, luzhou)
    a_contact(luzhou_drafter, luzhou, name="赵某（虚构）", seen=1)
    client = signed_in(luzhou_drafter)
    found = client.get(reverse("api:contact-gaps"), {"q": "泸州"}).json()["results"]
    assert [gap["code"] for gap in found[0]["leading_group"]] == ["no_group"]
    assert [gap["code"] for gap in found[0]["pilots"][0]["gaps"]] == ["no_responsible"]
    form = client.get(reverse("api:contact-form")).json()
    assert [row["code"] for row in form["fields_asked"]] == list(FILLED)
    history = client.get(reverse("api:contact-history", args=[luzhou.uid])).json()["results"]
    assert [(row["name"], row["until"]) for row in history] == [("赵某（虚构）", None), ("王某（虚构）", "2026-06-15")]
    everything = client.get(reverse("api:contact-history", args=[luzhou.uid])).content.decode()
    assert not [number for number in (*NUMBERS, "139****34") if number in everything]


def test_a_leading_group_by_api(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    facts = {"name": "领导小组（虚构）"}
    made = send(client, "post", reverse("api:leading-groups"), {**facts, "unit": str(luzhou.reporting_unit.uid)})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    group = made.json()["uid"]
    members = reverse("api:group-members", args=[group])
    person = {"rank": "head", "name": "李某（虚构）"}
    added = send(client, "post", members, person)
    assert (added.status_code, added.json()["head"], added["ETag"]) == (201, "李某（虚构）", '"2"')
    assert send(client, "post", members, person).json()["findings"][0]["target"] == "rank"
    room = reverse("api:leading-group", args=[group])
    assert send(client, "put", room, facts, 1).status_code == 409
    assert send(client, "put", room, {**facts, "document_number": "虚构发〔2026〕1号"}, 2).json()["gaps"] == []
    end = reverse("api:group-member-end", args=[added.json()["members"][0]["uid"]])
    ended = send(client, "post", end, {}).json()
    assert ([m["name"] for m in ended["formerly"]], ended["members"]) == (["李某（虚构）"], [])
    listed = client.get(reverse("api:leading-groups"), {"q": "泸州"}).json()["results"]
    assert [row["uid"] for row in listed if row["uid"]] == [group]


def test_who_is_refused_how(
    luzhou: PilotArea, luzhou_drafter: Actor, stranger: Actor, town_drafter: Actor, sichuan_drafter: Actor,
    signed_in: SignIn,
) -> None:  # fmt: skip
    a_contact(luzhou_drafter, luzhou)
    reader, elsewhere, above = signed_in(stranger), signed_in(town_drafter), signed_in(sichuan_drafter)
    assert reader.get(seat(luzhou)).json()["actions"] == []
    assert send(reader, "put", seat(luzhou), BODY, 1).status_code == 403
    assert send(reader, "post", seat(luzhou, "contact-reveal"), {}).status_code == 404
    assert elsewhere.get(seat(luzhou)).status_code == 404
    assert send(elsewhere, "put", seat(luzhou), BODY, 1).status_code == 404
    assert send(above, "put", seat(luzhou), {**BODY, "name": "新人（虚构）"}, 1).status_code == 200


@pytest.mark.parametrize(("scope", "reads", "writes", "looks"), [
    (Scope.READ, 200, 403, 403), (Scope.CONTACTS, 403, 400, 403), (Scope.PHONES, 403, 403, 200),
])  # fmt: skip
def test_what_a_token_may(
    luzhou: PilotArea, luzhou_drafter: Actor, scope: Scope, reads: int, writes: int, looks: int
) -> None:
    a_contact(luzhou_drafter, luzhou)
    made, tomorrow = fresh(), timezone.now() + dt.timedelta(days=1)
    ApiToken.objects.create(hat=luzhou_drafter.hat, name="Test", scopes=[scope], prefix=made.prefix,
                            secret_sha256=made.secret_sha256, expires_at=tomorrow)  # fmt: skip
    client = Client(headers={"authorization": f"Bearer {made.text}"})
    assert client.get(seat(luzhou)).status_code == reads
    assert send(client, "put", seat(luzhou), {}, 1).status_code == writes
    group = {"unit": str(luzhou.reporting_unit.uid), "name": "领导小组（虚构）"}
    made_group = send(client, "post", reverse("api:leading-groups"), group)
    assert made_group.status_code == (201 if writes == 400 else 403)
    assert send(client, "post", seat(luzhou, "contact-reveal"), {}).status_code == looks


def traces() -> dict[str, Any]:
    """Everything an act on contacts and groups may leave behind, without keys, instants and origins."""
    people = [
        (c.pilot_area_id, c.kind, c.name, c.values, c.numbers, c.filled, c.since, c.until, c.recorded_by_id)
        for c in Contact.objects.order_by("id")
    ]
    groups = LeadingGroup.objects.order_by("id")
    members = GroupMember.objects.order_by("id")
    events = Event.objects.order_by("id").filter(act__regex="^(contact|group)[.]")
    return {
        "people": people,
        "groups": list(groups.values_list("unit", "name", "document_number", "founded_on", "version", "changed_by")),
        "members": list(members.values_list("rank", "name", "post", "department", "since", "until", "recorded_by")),
        "events": list(events.values_list("act", "outcome", "comment", "data", "user", "role", "unit", "receiver")),
    }


PERSON = {"rank": "deputy", "name": "周某（虚构）", "post": "副市长", "department": "", "since": "2026-06-01"}
FACTS = {"name": "改名（虚构）", "document_number": "虚构发〔2026〕2号", "founded_on": "2026-01-01"}


def by_page(client: Client, luzhou: PilotArea, group: LeadingGroup, member: GroupMember) -> list[int]:
    fields = {f"field_{code}": text for code, text in FILLED.items()}
    return [
        client.post(url, data).status_code
        for url, data in (
            (reverse("pilots:contact-change", args=[luzhou.uid, "liaison"]), {**BODY, **fields, "seen": 0}),
            (reverse("pilots:contact-reveal", args=[luzhou.uid, "liaison"]), {"reason": "会议"}),
            (reverse("pilots:group-change", args=[group.uid]), {**FACTS, "version": 2}),
            (reverse("pilots:member-add", args=[group.uid]), PERSON),
            (reverse("pilots:member-end", args=[member.uid]), {"until": "2026-06-15"}),
        )
    ]


def by_api(client: Client, luzhou: PilotArea, group: LeadingGroup, member: GroupMember) -> list[int]:
    return [
        send(client, "put", seat(luzhou), BODY, 0).status_code,
        send(client, "post", seat(luzhou, "contact-reveal"), {"reason": "会议"}).status_code,
        send(client, "put", reverse("api:leading-group", args=[group.uid]), FACTS, 2).status_code,
        send(client, "post", reverse("api:group-members", args=[group.uid]), PERSON).status_code,
        send(client, "post", reverse("api:group-member-end", args=[member.uid]), {"until": "2026-06-15"}).status_code,
    ]


def test_faces_agree(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    group = a_group(luzhou_drafter)
    member = a_member(luzhou_drafter, group)
    client, left = signed_in(luzhou_drafter), []
    for face, statuses in ((by_page, [302, 200, 302, 302, 302]), (by_api, [200, 200, 200, 201, 200])):
        with transaction.atomic():
            assert face(client, luzhou, group, member) == statuses
            left.append(traces())
            transaction.set_rollback(True)
    assert left[0] == left[1]
    assert [len(rows) for rows in left[0].values()] == [1, 1, 2, 7]


def test_faces_agree_on_a_new_group(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, left, unit = signed_in(luzhou_drafter), [], luzhou.reporting_unit
    page = reverse("pilots:group-create", args=[unit.uid])
    for make in (
        lambda: client.post(page, {**FACTS, "version": 0}),
        lambda: send(client, "post", reverse("api:leading-groups"), {**FACTS, "unit": str(unit.uid)}),
    ):
        with transaction.atomic():
            assert make().status_code in {201, 302}
            left.append(traces())
            transaction.set_rollback(True)
    assert left[0] == left[1]


@pytest.mark.parametrize("name", ["contacts", "contact-gaps", "leading-groups"])
def test_no_list_asks_for_each_row(
    name: str, luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    a_contact(luzhou_drafter, luzhou)
    a_member(luzhou_drafter, a_group(luzhou_drafter))
    client = signed_in(luzhou_drafter)
    client.get(reverse(f"api:{name}"))
    with django_assert_max_num_queries(18):
        assert len(client.get(reverse(f"api:{name}"), {"page_size": 100}).json()["results"]) > 20
