"""Setting targets and baselines: append-only, with a reason, told to both ends; pages and API do the same."""

from __future__ import annotations

import datetime as dt
import json
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Baseline, Target
from indicators.services.baselines import (
    BaselineChoice,
    BaselineEnd,
    BaselineInput,
    choose_baseline,
    end_baseline,
    set_baseline,
)
from indicators.services.citing import Saying
from indicators.services.targets import (
    Demand,
    TargetEnd,
    TargetInput,
    TargetReplacement,
    end_target,
    replace_target,
    set_target,
)
from pilots.models import Document, PilotArea
from pilots.reference.documents import OPINION
from portal.errors import BadInput, NotFound, PortalError, WrongState
from records.models import Event, OutboxMessage
from tests.conftest import Hire, SignIn

pytestmark = pytest.mark.django_db
RATE = "resident-urbanization-rate"
PAGE = Saying(source="虚构的新闻稿")


@pytest.fixture
def luzhou() -> PilotArea:
    return PilotArea.objects.get(programme__code="national", name_as_published="泸州市")


def towns(luzhou: PilotArea) -> Target:
    return Target.objects.get(pilot_area=luzhou, indicator__code="city-pilot-towns", ended_at__isnull=True)


def test_a_target_is_set_with_its_document_and_both_ends_are_told(
    luzhou: PilotArea, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    clause = Document.objects.get(number=OPINION).clauses.get(anchor="goals-level")
    saying = Saying(clause=clause.uid, as_written="实现新增42万")
    demand = Demand("at_least", "420000人", due_on=dt.date(2020, 12, 31))
    made = set_target(TargetInput(luzhou.uid, "resident-population", demand, saying, "补录"), by=luzhou_drafter)
    assert (made.value, made.document, made.confidence) == (Decimal(42), clause.document, "high")
    assert made.vintage
    assert made.vintage.code == "census-2010"
    event = Event.objects.get(act="target.set")
    assert (event.comment, event.outcome, event.data["after"]["value"]) == ("补录", "resident-population", "42")
    told = OutboxMessage.objects.filter(topic="target.set", channel="notice")
    assert {row.recipient for row in told} == {luzhou_lead.user, sichuan_reviewer.user}


@pytest.mark.parametrize(
    ("demand", "saying", "field"),
    [
        (Demand("at_least", "102"), PAGE, "value"),
        (Demand("at_least", "一半"), PAGE, "value"),
        (Demand("at_least", "5", measure="km2"), PAGE, "value"),
        (Demand("range", "5", "3"), PAGE, "value_to"),
        (Demand("at_least", "5", "6"), PAGE, "value_to"),
        (Demand("done"), PAGE, "comparison"),
        (Demand("nearly", "5"), PAGE, "comparison"),
        (Demand("at_least", "5"), Saying(), "document"),
        (Demand("at_least", "5"), Saying(source="x", vintage="census-1953"), "vintage"),
    ],
)
def test_what_cannot_be_names_its_field(
    demand: Demand, saying: Saying, field: str, luzhou: PilotArea, luzhou_drafter: Actor
) -> None:
    with pytest.raises(BadInput) as refused:
        set_target(TargetInput(luzhou.uid, RATE, demand, saying, "补录"), by=luzhou_drafter)
    assert [finding.target for finding in refused.value.findings] == [field]


def test_a_reason_is_compulsory_and_what_is_done_has_no_number(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput) as unsaid:
        set_target(TargetInput(luzhou.uid, RATE, Demand("at_least", "60"), PAGE, " "), by=luzhou_drafter)
    assert unsaid.value.findings[0].target == "reason"
    goal = TargetInput(luzhou.uid, "financing-demonstration", Demand("at_least", "1"), PAGE, "补录")
    with pytest.raises(BadInput) as refused:
        set_target(goal, by=luzhou_drafter)
    assert refused.value.findings[0].target == "comparison"


def test_a_replaced_target_stays_and_is_followed(luzhou: PilotArea, luzhou_lead: Actor) -> None:
    before = towns(luzhou)
    clause = before.clause
    assert clause
    saying = Saying(clause=clause.uid, as_written="3—5个")
    after = replace_target(TargetReplacement(before.uid, Demand("range", "3", "8"), saying, "逐步扩大"), by=luzhou_lead)
    before.refresh_from_db()
    assert (before.value_to, before.ended_reason, after.value_to) == (Decimal(5), "逐步扩大", Decimal(8))
    assert after.follows == before
    with pytest.raises(WrongState, match=luzhou_lead.user.name):
        replace_target(TargetReplacement(before.uid, Demand("range", "3", "9"), saying, "晚到"), by=luzhou_lead)
    same = TargetReplacement(after.uid, Demand("range", "3", "8"), saying, "一样")
    assert replace_target(same, by=luzhou_lead) == after
    assert Event.objects.filter(act="target.replace").count() == 1


def test_one_source_says_one_thing_for_one_day(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    data = TargetInput(luzhou.uid, RATE, Demand("at_least", "60"), PAGE, "补录")
    made = set_target(data, by=luzhou_drafter)
    assert made.confidence == "medium"
    with pytest.raises(WrongState):
        set_target(data, by=luzhou_drafter)
    set_target(
        TargetInput(luzhou.uid, RATE, Demand("about", "61"), Saying(source="另一来源"), "补录"), by=luzhou_drafter
    )
    end_target(TargetEnd(made.uid, "录错"), by=luzhou_drafter)
    assert set_target(data, by=luzhou_drafter).pk != made.pk


def test_only_along_the_route(luzhou: PilotArea, hire: Hire) -> None:
    data = TargetInput(luzhou.uid, RATE, Demand("at_least", "60"), PAGE, "补录")
    for name, unit, role in (
        ("guangdong", "drc-440000", Role.REVIEWER),
        ("viewer", "lgo-510500", Role.VIEWER),
        ("sichuan.drafter.2", "drc-510000", Role.DRAFTER),
    ):
        with pytest.raises(NotFound):
            set_target(data, by=hire(name, unit, role))
    for name, unit in (("sichuan.two", "drc-510000"), ("ndrc.two", "ndrc")):
        other = Saying(source=name)
        demand = TargetInput(luzhou.uid, RATE, Demand("at_least", "60"), other, "补录")
        assert set_target(demand, by=hire(name, unit, Role.REVIEWER)).pk


def test_the_path_is_drawn_from_one_baseline(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    rows = Baseline.objects.filter(pilot_area=luzhou, indicator__code=RATE)
    other = rows.get(is_chosen=False)
    choose_baseline(BaselineChoice(other.uid, "方案所列"), by=luzhou_drafter)
    assert {row.value: row.is_chosen for row in rows} == {Decimal("43.29"): False, Decimal("43.8"): True}
    event = Event.objects.get(act="baseline.choose")
    assert (event.data["before"]["value"], event.data["after"]["value"]) == ("43.29", "43.8")
    end_baseline(BaselineEnd(other.uid, "不再采用"), by=luzhou_drafter)
    with pytest.raises(WrongState):
        choose_baseline(BaselineChoice(other.uid, "再选"), by=luzhou_drafter)
    assert not rows.current().filter(is_chosen=True).exists()


def test_a_new_baseline_is_converted_and_chosen_where_asked(luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    data = BaselineInput(luzhou.uid, "land-area", 2014, "1.22", PAGE, "补录", measure="10k_km2", is_chosen=True)
    made = set_baseline(data, by=luzhou_drafter)
    assert (made.value, made.status, made.is_chosen) == (Decimal(12200), "", True)
    assert Baseline.objects.filter(pilot_area=luzhou, indicator=made.indicator, is_chosen=True).count() == 1
    first = BaselineInput(luzhou.uid, "sewage-treatment", 2014, "80", PAGE, "补录")
    assert set_baseline(first, by=luzhou_drafter).is_chosen
    with pytest.raises(WrongState):
        set_baseline(first, by=luzhou_drafter)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_at_once_one_is_told(luzhou: PilotArea, luzhou_lead: Actor) -> None:
    target, found = towns(luzhou), list[str]()
    ready = threading.Barrier(2)

    def replace(upper: str) -> None:
        try:
            ready.wait(5)
            data = TargetReplacement(target.uid, Demand("range", "3", upper), PAGE, "逐步扩大")
            replace_target(data, by=luzhou_lead)
            found.append("done")
        except PortalError as error:
            found.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=replace, args=(upper,)) for upper in ("7", "8")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == ["done", "wrong_state"]
    rows = Target.objects.filter(pilot_area=luzhou, indicator=target.indicator)
    assert rows.filter(ended_at__isnull=True).count() == 1


def api(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_the_api_lists_sets_replaces_and_ends(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, path = signed_in(luzhou_drafter), f"pilots/{luzhou.uid}/targets/"
    rows = client.get(f"/api/v1/{path}", {"indicator": RATE}).json()["results"]
    assert [(row["due_on"], row["value"], row["measure"]) for row in rows[:1]] == [("2017-12-31", "52.2", "percent")]
    assert rows[0]["actions"] == ["replace", "end"]
    body = {"comparison": "at_least", "value": "60%", "due_on": "2025-12-31", "source": "虚构", "reason": "补录"}
    made = api(client, path, {**body, "indicator": RATE})
    assert (made.status_code, made.json()["value"], made.json()["confidence"]) == (201, "60", "medium")
    uid = made.json()["uid"]
    other = api(client, f"targets/{uid}/replace/", {**body, "value": "61"})
    assert (other.status_code, other.json()["follows"]) == (201, uid)
    assert api(client, f"targets/{uid}/end/", {"reason": "录错"}).status_code == 409
    assert api(client, f"targets/{other.json()['uid']}/end/", {"reason": "录错"}).json()["ended_reason"] == "录错"
    again = client.get(f"/api/v1/{path}", {"indicator": RATE, "with_ended": "true"}).json()
    assert again["count"] == len(rows) + 2


def test_what_cites_a_document_is_of_the_reader_s_programme(
    luzhou_drafter: Actor, luzhou_reviewer: Actor, signed_in: SignIn
) -> None:
    address = f"/api/v1/documents/{Document.objects.get(number=OPINION).uid}/citations/"
    rows = signed_in(luzhou_drafter).get(address).json()
    assert {row["kind"] for row in rows} == {"target"}
    assert {row["clause"]["anchor"] for row in rows} >= {"goals-level", "goals-layout", "pilot-towns"}
    assert signed_in(luzhou_reviewer).get(address).json() == []


def said(rows: Any) -> list[dict[str, Any]]:
    left = {"id", "uid", "recorded_at", "ended_at", "follows_id"}
    return [
        {name: value for name, value in vars(row).items() if name not in left and not name.startswith("_")}
        for row in rows.order_by("id")
    ]


SOURCE = {"indicator": RATE, "source": "虚构"}
RANGE = {"comparison": "range", "value": "3", "value_to": "8", "source": "虚构"}
ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("target-set", "pilots/{pilot}/targets/", {**SOURCE, "comparison": "about", "value": "60"}),
    ("target-replace", "targets/{target}/replace/", RANGE),
    ("target-end", "targets/{target}/end/", {}),
    ("baseline-set", "pilots/{pilot}/baselines/", {**SOURCE, "year": 2014, "value": "44.84"}),
    ("baseline-choose", "baselines/{baseline}/choose/", {}),
    ("baseline-end", "baselines/{baseline}/end/", {}),
]


@pytest.mark.parametrize(("name", "path", "body"), ACTS)
def test_pages_and_api_leave_the_same(
    name: str, path: str, body: dict[str, Any], luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    client, body = signed_in(luzhou_drafter), {**body, "reason": "核对"}
    uids = {
        "pilot": luzhou.uid,
        "target": towns(luzhou).uid,
        "baseline": Baseline.objects.get(pilot_area=luzhou, indicator__code=RATE, is_chosen=False).uid,
    }
    subject = uids["pilot" if name.endswith("-set") else name.partition("-")[0]]

    def left() -> list[Any]:
        events = Event.objects.order_by("id").values_list("act", "outcome", "comment")
        return [said(Target.objects), said(Baseline.objects), list(events), OutboxMessage.objects.count()]

    with transaction.atomic():
        answer = client.post(reverse(f"indicators:{name}", args=[subject]), body)
        assert answer.status_code == 302, answer.content.decode()
        by_page = left()
        transaction.set_rollback(True)
    assert api(client, path.format(**uids), body).status_code in {200, 201}
    assert left() == by_page


def test_the_pages_show_who_says_so_and_what_stood_before(
    luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    end_target(TargetEnd(towns(luzhou).uid, "改由县区选点"), by=luzhou_drafter)
    client = signed_in(luzhou_drafter)
    page = client.get(reverse("indicators:pilot-targets", args=[luzhou.uid])).content.decode()
    assert OPINION in page
    assert "改由县区选点" in page
    assert "43.29" in page
    assert (
        reverse(
            "indicators:baseline-choose",
            args=[Baseline.objects.get(pilot_area=luzhou, indicator__code=RATE, is_chosen=False).uid],
        )
        in page
    )
    form = client.get(reverse("indicators:target-set", args=[luzhou.uid]), {"indicator": RATE}).content.decode()
    assert f'value="{RATE}" selected' in form
    refused = client.post(
        reverse("indicators:target-set", args=[luzhou.uid]), {"indicator": RATE, "comparison": "about"}
    )
    assert refused.status_code == 400
