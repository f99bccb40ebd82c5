"""The records by page and by API: the same rows and events, the same refusals; what the pages and workbooks show."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import python_calamine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from plans.models import Entry, KeyProject, Plan
from plans.services.ledgers import EntryInput, add_entry, withdraw_entry
from records.models import Event
from tests.conftest import SignIn
from tests.plans.ledger_cast import PROJECT, a_project
from tests.plans.plan_cast import a_plan

pytestmark = pytest.mark.django_db
JSON = "application/json"
SLUG = "key-projects"
Ask = Callable[[Client, Plan, Entry], Any]
OTHER = {**PROJECT, "state": "completed"}
SOURCE = "验收单（虚构）"


@pytest.fixture
def plan() -> Plan:
    return a_plan()


@pytest.fixture
def desk(luzhou_drafter: Actor, signed_in: SignIn) -> Client:
    return signed_in(luzhou_drafter)


@pytest.fixture
def entry(plan: Plan, luzhou_drafter: Actor) -> Entry:
    return a_project(plan, luzhou_drafter)


def page(name: str, /, **given: Any) -> Ask:
    def ask(client: Client, plan: Plan, entry: Entry) -> Any:
        first = [plan.uid, SLUG] if name == "record-add" else [SLUG, entry.uid]
        return client.post(reverse(f"plans:{name}", args=first), given)

    return ask


def room(name: str, method: str, saw: int | None = None, /, **given: Any) -> Ask:
    def ask(client: Client, plan: Plan, entry: Entry) -> Any:
        first = [plan.uid, SLUG] if name == "plan-records" else [SLUG, entry.uid]
        headers = {} if saw is None else {"If-Match": f'"{saw}"'}
        return getattr(client, method)(reverse(f"api:{name}", args=first), given, content_type=JSON, headers=headers)

    return ask


ACTS: dict[str, tuple[Ask, Ask]] = {
    "add": (
        page("record-add", **OTHER, source=SOURCE, version=0),
        room("plan-records", "post", values=OTHER, source=SOURCE),
    ),
    "change": (
        page("record-change", **OTHER, source=SOURCE, version=1),
        room("record", "put", 1, values=OTHER, source=SOURCE),
    ),
    "withdraw": (
        page("record-withdraw", reason="重复", version=1),
        room("record-withdraw", "post", 1, reason="重复"),
    ),
}


def left_by(ask: Ask, client: Client, plan: Plan, entry: Entry) -> Any:
    """The rows and events one request leaves; they are taken back."""
    with transaction.atomic():
        answer = ask(client, plan, entry)
        assert answer.status_code in {200, 201, 302}, answer.content.decode()
        names = [field.name for field in KeyProject._meta.fields if field.name not in {"id", "uid", "recorded_at"}]
        rows = [{**row, "withdrawn_at": bool(row["withdrawn_at"])}
                for row in KeyProject.objects.filter(plan=plan).order_by("position").values(*names)]  # fmt: skip
        events = list(Event.objects.filter(act__startswith="plan.record").order_by("id").values(
            "act", "user", "unit", "receiver", "subject_uid", "outcome", "comment", "data"))  # fmt: skip
        transaction.set_rollback(True)
    for event in events:
        event["data"] = {**event["data"], "entry": ""}
    return rows, events


@pytest.mark.parametrize("name", ACTS)
def test_page_and_api_leave_the_same(name: str, plan: Plan, entry: Entry, desk: Client) -> None:
    by_page, by_api = (left_by(ask, desk, plan, entry) for ask in ACTS[name])
    assert by_page == by_api
    assert len(by_page[1]) == 2


def test_both_refuse_alike(plan: Plan, entry: Entry, desk: Client) -> None:
    wrong = {**PROJECT, "investment": "viel", "node": ""}
    form = page("record-change", **wrong, source=SOURCE, version=1)(desk, plan, entry)
    api = room("record", "put", 1, values=wrong, source=SOURCE)(desk, plan, entry)
    assert (form.status_code, api.status_code) == (400, 400)
    assert {*form.context["form"].errors} == {found["target"] for found in api.json()["findings"]} == {"investment"}


def test_whoever_was_second_sees_what_the_first_wrote(plan: Plan, entry: Entry, desk: Client) -> None:
    page("record-change", **OTHER, source=SOURCE, version=1)(desk, plan, entry)
    mine = {**PROJECT, "owner": "乙（虚构）"}
    form = page("record-change", **mine, source=SOURCE, version=1)(desk, plan, entry)
    assert form.status_code == 409
    assert PROJECT["owner"] in form.content.decode()
    api = room("record", "put", 1, values=PROJECT, source=SOURCE)(desk, plan, entry)
    assert (api.status_code, api.json()["theirs"]["state"], api.json()["version"]) == (409, "completed", 2)


def test_the_page_shows_rows_sums_and_what_was_withdrawn(plan: Plan, luzhou_drafter: Actor, desk: Client) -> None:
    gone = a_project(plan, luzhou_drafter, name="旧桥（虚构）")
    withdraw_entry(gone.uid, SLUG, "已取消（虚构）", 1, by=luzhou_drafter)
    a_project(plan, luzhou_drafter)
    a_project(plan, luzhou_drafter, name="新桥（虚构）", investment="")
    body = desk.get(reverse("plans:records", args=[plan.uid, SLUG])).content.decode()
    for words in ("水厂（虚构）", "12,000.5", "可研报告（虚构）", "逾期", "已取消（虚构）"):
        assert words in body
    assert body.count("record-change") == 0
    assert len(re.findall(rf"/plan-records/{SLUG}/[^\"]+/change/", body)) == 2


@pytest.mark.parametrize("slug", ["three-links", "special-fund", "cost-shares", "delegated-powers", "division-changes"])
def test_every_record_has_its_page_its_form_and_its_book(slug: str, plan: Plan, desk: Client) -> None:
    for name in ("records", "records-book", "record-add"):
        assert desk.get(reverse(f"plans:{name}", args=[plan.uid, slug])).status_code == 200
    assert desk.get(reverse("plans:records", args=[plan.uid, "no-such"])).status_code == 404


def test_a_reader_gets_no_buttons(plan: Plan, entry: Entry, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(sichuan_reviewer)
    body = client.get(reverse("plans:records", args=[plan.uid, SLUG])).content.decode()
    assert "水厂（虚构）" in body
    assert not re.search(r"records/[^\"]+/change/", body)
    assert client.get(reverse("api:plan-records", args=[plan.uid, SLUG])).json()["may_keep"] is False


def test_the_book_has_numbers_as_numbers_and_the_sum_below(plan: Plan, luzhou_drafter: Actor, desk: Client) -> None:
    for year, planned in (("2026", "5.5"), ("2026", "2")):
        values = {"year": year, "origin": "=市级财政（虚构）", "planned": planned}
        add_entry(plan.uid, "special-fund", EntryInput(values, source="预算（虚构）"), by=luzhou_drafter)
    answer: Any = desk.get(reverse("plans:records-book", args=[plan.uid, "special-fund"]))
    with python_calamine.load_workbook(io.BytesIO(b"".join(answer.streaming_content))) as book:
        rows = [row for row in book.get_sheet_by_index(0).to_python() if len(row) > 3 and row[3] != ""]
    assert [row[3] for row in rows[1:]] == [5.5, 2, 7.5]
    assert rows[1][1] == "=市级财政（虚构）"


def test_the_province_finds_late_projects_of_its_pilot_areas(
    plan: Plan, entry: Entry, luzhou_drafter: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    a_project(plan, luzhou_drafter, name="新桥（虚构）", node_on="2026-12-01")
    client = signed_in(sichuan_reviewer)
    found = client.get(reverse("plans:projects"), {"late": "yes", "pilot_area": str(plan.pilot_area.uid)})
    assert [row["entry"].uid for row in found.context["rows"]] == [entry.uid]
    assert found.context["summary"]["late"] == 1
    listed = client.get(reverse("api:projects"), {"ordering": "-node_on"}).json()["results"]
    assert [row["name"] for row in listed] == ["新桥（虚构）", "水厂（虚构）"]
    assert (listed[1]["investment"], listed[1]["is_late"]) == ("12000.5", True)
    assert client.get(reverse("plans:projects"), {"state": "x"}).status_code == 400


def test_statements_do_not_grow_with_the_rows(plan: Plan, luzhou_drafter: Actor, desk: Client) -> None:
    urls = [reverse("plans:records", args=[plan.uid, SLUG]), reverse("plans:projects"), reverse("api:projects")]
    found = []
    for more in (1, 15):
        for number in range(more):
            a_project(plan, luzhou_drafter, name=f"项目{more}-{number}（虚构）")
        counts = []
        for url in urls:
            desk.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert desk.get(url).status_code == 200
            counts.append(len(captured))
        found.append(counts)
    assert found[0] == found[1]
    assert max(found[0]) <= 14
