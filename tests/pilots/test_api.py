"""The API's rooms for programmes, pilot areas, places, offices, notices and history."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from pilots.models import PilotArea
from records.models import Event, Notice, OutboxMessage
from tests.conftest import SignIn
from units.models import Programme, Unit

Read = Callable[..., Any]


@pytest.fixture
def read(signed_in: SignIn) -> Read:
    def ask(actor: Actor, name: str, *args: Any, status: int = 200, **query: Any) -> Any:
        response = signed_in(actor).get(reverse(f"api:{name}", args=args), query)
        assert response.status_code == status, response.content
        return response.json()

    return ask


def test_pilot_areas_are_those_of_the_page(luzhou_drafter: Actor, read: Read, signed_in: SignIn) -> None:
    page = signed_in(luzhou_drafter).get(reverse("pilots:pilots"))
    found = read(luzhou_drafter, "pilots")
    assert found["count"] == page.context["page_obj"].paginator.count
    names = [row["name_as_published"] for row in found["results"]]
    assert names[: len(page.context["page_obj"])] == [pilot.name_as_published for pilot in page.context["page_obj"]]
    west = read(luzhou_drafter, "pilots", region="west")
    assert 0 < west["count"] < found["count"]
    assert {row["region"] for row in west["results"]} == {"west"}
    for query in ({"region": "moon"}, {"batch": "x"}, {"province": "\x00"}, {"category": "x"}, {"q": "\x00"}):
        assert read(luzhou_drafter, "pilots", status=400, **query)["findings"]


def test_one_pilot_area_then_and_now(luzhou_drafter: Actor, read: Read) -> None:
    luzhou = PilotArea.objects.get(programme__code="national", reporting_unit__key="lgo-510500")
    found = read(luzhou_drafter, "pilot", luzhou.uid)
    assert [unit["uid"] for unit in found["route"]] == [
        str(Unit.objects.get(key=key).uid) for key in ("lgo-510500", "drc-510000", "ndrc")
    ]
    assert [milestone["due_on"] for milestone in found["milestones"]] == sorted(
        milestone["due_on"] for milestone in found["milestones"]
    )
    assert found["confidence"] in {"high", "medium"}
    assert found["source"]
    assert found["places"][0]["then"]["code"]
    read(luzhou_drafter, "pilot", uuid.uuid4(), status=404)


def test_a_city_pilot_is_out_of_reach_of_other_programmes(
    luzhou_drafter: Actor, town_drafter: Actor, luzhou_programme: Programme, read: Read
) -> None:
    town = PilotArea.objects.filter(programme=luzhou_programme).first()
    assert town is not None
    read(luzhou_drafter, "pilot", town.uid, status=404)
    assert read(town_drafter, "pilot", town.uid)["is_fictitious"]
    read(luzhou_drafter, "programme", "luzhou", status=404)


def test_programmes_say_how_many_are_on_record(luzhou_drafter: Actor, system_admin: Actor, read: Read) -> None:
    assert [row["code"] for row in read(luzhou_drafter, "programmes")["results"]] == ["national"]
    assert len(read(system_admin, "programmes")["results"]) == 2
    batches = {row["number"]: row for row in read(luzhou_drafter, "programme", "national")["batches"]}
    assert (batches[3]["on_record"], batches[3]["published"]) == (13, 111)
    assert read(luzhou_drafter, "programme", "national")["departments"]


def test_divisions_on_a_day(luzhou_drafter: Actor, read: Read) -> None:
    def codes(**query: str) -> dict[str, str]:
        return {row["code"]: row["name_zh"] for row in read(luzhou_drafter, "divisions", **query)["results"]}

    assert codes(code="510500") == {"510500": "泸州市"}
    # Pixian became Pidu district: revisions 201511 and later (STACK.md's package).
    assert codes(code="510124", on="2014-12-31") == {"510124": "郫县"}
    assert codes(code="510124") == {}
    row = read(luzhou_drafter, "divisions", code="510522", on="2015-06-01")["results"][0]
    assert row["parent"]["code"] == "510500"
    assert read(luzhou_drafter, "divisions", q="泸州")["count"] >= 1
    for query in ({"on": "someday"}, {"on": "2015-02-30"}, {"level": "moon"}, {"q": "\x00"}, {"code": "1" * 13}):
        assert read(luzhou_drafter, "divisions", status=400, **query)["findings"]


def test_units(luzhou_drafter: Actor, read: Read) -> None:
    found = read(luzhou_drafter, "units", q="国家发展和改革委员会")["results"]
    assert found[0]["kind"] == "ministry"
    assert read(luzhou_drafter, "units", kind="commission")["count"] >= 37
    read(luzhou_drafter, "units", kind="x", status=400)


@pytest.mark.parametrize("name", ["pilots", "divisions", "units", "notices", "events"])
def test_no_list_asks_for_each_row(
    name: str, auditor: Actor, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(auditor)
    client.get(reverse(f"api:{name}"))
    with django_assert_max_num_queries(10):
        assert client.get(reverse(f"api:{name}"), {"page_size": 20}).status_code == 200


def a_notice(actor: Actor) -> Notice:
    values = {"report": "某报告", "who": "某人"}
    message = OutboxMessage.objects.create(
        channel="notice", topic="report.signed", recipient=actor.user, params=values, path="/reports/"
    )
    return Notice.objects.create(
        message=message,
        user=actor.user,
        topic=message.topic,
        params=values,
        path="/reports/",
        created_at=timezone.now(),
    )


def test_notices_are_ones_own(luzhou_drafter: Actor, luzhou_lead: Actor, read: Read, signed_in: SignIn) -> None:
    notice = a_notice(luzhou_drafter)
    found = read(luzhou_drafter, "notices")["results"]
    assert (found[0]["uid"], found[0]["read_at"]) == (str(notice.uid), None)
    assert "某报告" in found[0]["title"]
    assert read(luzhou_lead, "notices")["count"] == 0
    address = reverse("api:notice-read", args=[notice.uid])
    assert signed_in(luzhou_lead).post(address).status_code == 404
    first = signed_in(luzhou_drafter).post(address)
    again = signed_in(luzhou_drafter).post(address, {}, content_type="application/json")
    assert first.json()["read_at"] == again.json()["read_at"] is not None


def test_history_is_that_of_the_page(running_cycle: Any, auditor: Actor, stranger: Actor, read: Read) -> None:
    found = read(auditor, "events", act="cycle.open")["results"]
    assert [event["subject_uid"] for event in found] == [str(running_cycle.uid)]
    assert read(stranger, "events")["results"] == []
    read(auditor, "events", status=400, act="nonsense")
    read(auditor, "events", status=400, since="yesterday")
    for forged in ("x", base64.b64encode(b"p=once upon a time").decode(), base64.b64encode(b"p=\x00").decode()):
        read(auditor, "events", status=404, cursor=forged)
    assert Event.objects.count() == 1


def test_pilot_areas_carry_places_and_dates_when_asked(
    ndrc_reviewer: Actor, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(ndrc_reviewer)
    client.get(reverse("api:pilots"))
    with django_assert_max_num_queries(12):
        query = {"embed": "places,milestones", "page_size": "50"}
        many = client.get(reverse("api:pilots"), query).json()["results"]
    assert len(many) == 50
    for row in many[::10]:
        alone = client.get(reverse("api:pilot", args=[row["uid"]])).json()
        assert row["places"] == alone["places"]
        assert row["milestones"] == alone["milestones"]


@pytest.mark.parametrize(
    ("name", "query"),
    [("cycles", {"year": "2026"}), ("notices", {"state": "unread"}), ("programmes", {"q": "城镇化"})],
)
def test_lists_are_narrowed_by_their_filters(
    name: str, query: dict[str, str], running_cycle: Any, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = signed_in(ndrc_reviewer)
    everything = client.get(reverse(f"api:{name}")).json()["results"]
    assert client.get(reverse(f"api:{name}"), query).json()["results"] == everything
    nothing = {key: {"2026": "2020", "unread": "read"}.get(value, "没有") for key, value in query.items()}
    assert client.get(reverse(f"api:{name}"), nothing).json()["results"] == []
