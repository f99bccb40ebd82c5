"""The API's rooms about people: lists that can be searched and ordered, one person, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Role, User
from staff.services.memberships import EndInput, end_membership
from staff.services.people import PhoneInput, set_phone
from tests.staff.conftest import Office

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]


def names(client: Client, room: str, uid: Any = None, **query: str) -> list[str]:
    answer = client.get(reverse(f"api:{room}", args=[uid] if uid else []), query)
    assert answer.status_code == 200, answer.content
    return [row["person"]["name"] if "person" in row else row["name"] for row in answer.json()["results"]]


def test_the_people_of_a_unit_can_be_searched(world: Office, member: Member, signed_in: SignedIn) -> None:
    client, uid = signed_in(world.admin.user), world.office.uid
    member()
    member("lead@office.example", Role.LEAD)
    gone = member("gone@office.example")
    end_membership(EndInput(gone.uid, "Left"), by=world.admin)
    assert names(client, "unit-people", uid) == ["admin", "drafter", "gone", "lead"]
    assert names(client, "unit-people", uid, held="now", ordering="-name") == ["lead", "drafter", "admin"]
    assert names(client, "unit-people", uid, held="formerly") == ["gone"]
    assert names(client, "unit-people", uid, role="lead", q="LEAD") == ["lead"]
    assert names(client, "unit-people", uid, programme="national", q="nobody") == []
    url = reverse("api:unit-people", args=[uid])
    for wrong in ({"role": "king"}, {"held": "soon"}, {"programme": "zzz"}, {"ordering": "phone"}, {"rol": "lead"}):
        assert client.get(url, wrong).status_code == 400, wrong


def test_units_and_who_administers_them(world: Office, signed_in: SignedIn) -> None:
    Membership.objects.filter(pk=world.stranger.hat.pk).update(ended_at=world.stranger.hat.started_at)
    client = signed_in(world.system.user)
    assert names(client, "staffed-units", administrators="without", q="elsewhere") == ["elsewhere"]
    assert names(client, "staffed-units", administrators="with") == ["office"]
    assert names(signed_in(world.admin.user), "staffed-units") == ["office"]
    assert client.get(reverse("api:staffed-units"), {"administrators": "x"}).status_code == 400
    assert client.get(reverse("staff:people"), {"administrators": "x"}).status_code == 400


def test_one_person_masked_with_the_version_that_a_new_phone_expects(
    world: Office, member: Member, signed_in: SignedIn
) -> None:
    person, client = member().user, signed_in(world.admin.user)
    set_phone(PhoneInput(person.uid, "13800001234"), by=world.admin)
    answer = client.get(reverse("api:person", args=[person.uid]))
    assert answer["ETag"] == '"1"'
    assert (answer.json()["version"], answer.json()["phone_masked"]) == (1, "138****34")
    url = reverse("api:person-phone", args=[person.uid])
    how: dict[str, Any] = {"content_type": "application/json"}
    assert client.put(url, {"phone": ""}, **how).status_code == 428
    assert client.put(url, {"phone": ""}, **how, headers={"if-match": '"0"'}).status_code == 409
    saved = client.put(url, {"phone": ""}, **how, headers={"if-match": answer["ETag"]})
    assert (saved.status_code, saved["ETag"], saved.json()["phone_masked"]) == (200, '"2"', "")
    assert "13800001234" not in answer.content.decode() + saved.content.decode()


def test_a_phone_is_shown_to_whoever_asks_and_each_look_counts(
    world: Office, member: Member, signed_in: SignedIn
) -> None:
    person, client = member().user, signed_in(world.admin.user)
    set_phone(PhoneInput(person.uid, "13800001234"), by=world.admin)
    url = reverse("api:person-phone-reveal", args=[person.uid])
    for _look in range(2):
        answer = client.post(url, headers={"idempotency-key": "same"})
        assert answer.json() == {"phone": "13800001234"}
        assert "no-store" in answer["Cache-Control"]
    events = client.get(reverse("api:person-events", args=[person.uid]), {"page_size": "2"}).json()
    assert [row["act"] for row in events["results"]] == ["people.reveal_phone"] * 2
    more = client.get(events["next"]).json()["results"]
    assert [row["act"] for row in more] == ["people.set_phone"]


def test_who_is_asking(world: Office, member: Member, signed_in: SignedIn) -> None:
    one, two = member(), member(role=Role.LEAD)
    me = signed_in(one.user).get(reverse("api:me")).json()
    assert {hat["uid"] for hat in me["hats"]} == {str(one.uid), str(two.uid)}
    assert (me["hat"]["uid"], me["scopes"], me["language"]) == (str(one.uid), None, "en")
    assert [act["name"] for act in me["actions"]] == ["wear", "make_token"]
    assert {offer["scope"] for offer in me["offered_scopes"]} >= {"read", "reports"}


def test_the_machinery(world: Office, signed_in: SignedIn) -> None:
    found = signed_in(world.system.user).get(reverse("api:operations")).json()
    assert {"notice", "mail"} <= {row["channel"] for row in found["channels"]}
    assert found["sealing"]["last_number"] is None
    assert found["given_up"] == []
    assert signed_in(world.admin.user).get(reverse("api:operations")).status_code == 403


@pytest.mark.parametrize("room", ["unit-people", "unit-tokens"])
def test_many_rows_take_as_many_statements_as_few(
    room: str, world: Office, member: Member, signed_in: SignedIn
) -> None:
    client, url = signed_in(world.admin.user), reverse(f"api:{room}", args=[world.office.uid])
    client.get(url)
    counts = []
    for number in range(2):
        for more in range(1 + 5 * number):
            hat = member(f"p{number}{more}@office.example")
            owner = signed_in(hat.user)
            given = {"name": "A", "scopes": ["read"]}
            assert owner.post(reverse("api:tokens"), given, content_type="application/json").status_code == 201
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
