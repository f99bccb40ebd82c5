"""The records beside the tasks: kept by whoever writes the plan, nothing deleted, every figure with its source."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from accounts.access import Actor
from plans.ledger_reading import counts_of, plain_of, projects_seen, sheet_of
from plans.ledgers import COSTS, FUND, LEDGERS, PROJECTS
from plans.models import CostShare, KeyProject, Plan
from plans.services.ledgers import EntryInput, add_entry, change_entry, withdraw_entry
from portal.errors import BadInput, NotFound, Stale, WrongState
from records.models import Event
from tests.plans.ledger_cast import PROJECT, a_project
from tests.plans.plan_cast import a_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def refused(plan: Plan, slug: str, by: Actor, **given: Any) -> set[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        add_entry(plan.uid, slug, EntryInput(**given), by=by)
    return {(finding.code, finding.target) for finding in caught.value.findings}


def test_a_row_is_written_down_with_an_event(plan: Plan, luzhou_drafter: Actor) -> None:
    entry = a_project(plan, luzhou_drafter)
    stored = KeyProject.objects.get(uid=entry.uid)
    assert (stored.investment, str(stored.node_on), stored.version) == (Decimal("12000.5"), "2026-06-01", 1)
    event = Event.objects.get(act="plan.record_add")
    assert (event.subject_uid, event.receiver) == (plan.uid, plan.receiver)
    assert event.data["after"]["investment"] == "12000.5"


def test_everything_that_is_wrong_is_said_at_once(plan: Plan, luzhou_drafter: Actor) -> None:
    values = {"investment": "about 5", "state": "x", "node_on": "1.6.2026", "colour": "red"}
    assert refused(plan, "key-projects", luzhou_drafter, values=values, clause=uuid.uuid4()) == {
        ("missing", "name"), ("bad_number", "investment"), ("unknown_choice", "state"), ("bad_day", "node_on"),
        ("unknown_field", "colour"), ("unknown_clause", "clause"),
    }  # fmt: skip


@pytest.mark.parametrize("number", ["-1", "1e5", "NaN", "1.00001", "9" * 15, "12万"])
def test_numbers_that_are_none(plan: Plan, luzhou_drafter: Actor, number: str) -> None:
    values = {"item": "培训", "party": "society", "society": number}
    assert {target for _code, target in refused(plan, "cost-shares", luzhou_drafter, values=values)} == {"society"}


@pytest.mark.parametrize(
    ("slug", "values", "wrong"),
    [
        ("special-fund", {"planned": "5"}, {("year_missing", "year"), ("origin_missing", "origin")}),
        ("special-fund", {"year": "2026"}, {("nothing_said", "origin")}),
        ("three-links", {"kind": "land", "rule": "R", "amount": "5"}, {("unit_missing", "amount_unit")}),
        ("delegated-powers", {"area": "A", "power": "P", "state": "delegated"}, {("basis_missing", "basis")}),
        ("division-changes", {"place": "P", "sought": "S", "state": "approved"}, {("approval_missing", "approval")}),
        ("division-changes", {"place": "P", "sought": "S", "state": "applied", "applied_on": "2026-02-01",
                              "decided_on": "2026-01-01"}, {("before_applied", "decided_on")}),
        ("key-projects", {"name": "N", "state": "planned", "node_on": "2026-02-01"}, {("node_missing", "node")}),
        ("cost-shares", {"item": "I", "party": "migrant", "migrant": "1"}, {("source_missing", "source")}),
    ],
)  # fmt: skip
def test_what_must_agree(
    plan: Plan, luzhou_drafter: Actor, slug: str, values: dict[str, str], wrong: set[tuple[str, str]]
) -> None:
    assert refused(plan, slug, luzhou_drafter, values=values) == wrong


def test_a_change_says_what_it_was_and_the_same_again_says_nothing(plan: Plan, luzhou_drafter: Actor) -> None:
    entry = a_project(plan, luzhou_drafter)
    again = EntryInput(PROJECT | {"state": "completed"}, source="可研报告（虚构）")
    changed = change_entry(entry.uid, "key-projects", again, 1, by=luzhou_drafter)
    change_entry(entry.uid, "key-projects", again, 2, by=luzhou_drafter)
    assert changed.version == 2
    event = Event.objects.get(act="plan.record_change")
    assert event.data["changed"] == {"state": ["building", "completed"]}


def test_two_writers_see_each_other(plan: Plan, luzhou_drafter: Actor) -> None:
    entry = a_project(plan, luzhou_drafter)
    mine = EntryInput(PROJECT | {"owner": "乙"}, source="S")
    change_entry(entry.uid, "key-projects", EntryInput(PROJECT | {"owner": "甲"}, source="S"), 1, by=luzhou_drafter)
    with pytest.raises(Stale) as caught:
        change_entry(entry.uid, "key-projects", mine, 1, by=luzhou_drafter)
    assert (caught.value.extra["theirs"]["owner"], caught.value.extra["mine"]["owner"]) == ("甲", "乙")
    assert KeyProject.objects.get(uid=entry.uid).owner == "甲"


def test_what_is_withdrawn_stays_to_be_read(plan: Plan, luzhou_drafter: Actor) -> None:
    entry = a_project(plan, luzhou_drafter)
    with pytest.raises(BadInput):
        withdraw_entry(entry.uid, "key-projects", " ", 1, by=luzhou_drafter)
    withdraw_entry(entry.uid, "key-projects", "重复录入", 1, by=luzhou_drafter)
    sheet = sheet_of(plan, PROJECTS)
    assert ([*sheet.rows], [row.withdrawn_reason for row in sheet.withdrawn]) == ([], ["重复录入"])
    assert not projects_seen(luzhou_drafter).exists()
    with pytest.raises(WrongState):
        change_entry(entry.uid, "key-projects", EntryInput(PROJECT), 2, by=luzhou_drafter)


def test_only_the_own_office_writes_and_only_the_way_up_reads(
    plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, hire: Any
) -> None:
    entry = a_project(plan, luzhou_drafter)
    stranger = hire("stranger", "drc-440000", "reviewer")
    for actor in (luzhou_lead, sichuan_reviewer, stranger):
        with pytest.raises(NotFound):
            change_entry(entry.uid, "key-projects", EntryInput(PROJECT), 1, by=actor)
    assert [projects_seen(actor).count() for actor in (luzhou_lead, sichuan_reviewer, stranger)] == [1, 1, 0]


def test_sums_stand_by_year_and_say_of_how_many_rows(plan: Plan, luzhou_drafter: Actor) -> None:
    rows = (("2025", "10", "4"), ("2026", "5.5", ""), ("2026", "2", "1"))
    for year, planned, spent in rows:
        values = {"year": year, "origin": "市级财政（虚构）", "planned": planned, "spent": spent}
        add_entry(plan.uid, "special-fund", EntryInput(values, source="预算（虚构）"), by=luzhou_drafter)
    found = [(of.year, [(total.value, total.given) for total in of.totals]) for of in sheet_of(plan, FUND).totals]
    assert found == [
        (2025, [(Decimal(10), 1), (None, 0), (Decimal(4), 1)]),
        (2026, [(Decimal("7.5"), 2), (None, 0), (Decimal(1), 1)]),
    ]


def test_the_three_party_table_adds_up_to_one_sum(plan: Plan, luzhou_drafter: Actor) -> None:
    values = {"item": "培训（虚构）", "party": "society", "government": "1", "society": "2.5"}
    add_entry(plan.uid, "cost-shares", EntryInput(values, source="S"), by=luzhou_drafter)
    [total] = sheet_of(plan, COSTS).totals
    assert (total.year, total.together) == (None, Decimal("3.5"))
    assert counts_of(plan, LEDGERS.values()) == {slug: int(slug == "cost-shares") for slug in LEDGERS}
    assert plain_of(CostShare.objects.get(plan=plan))["society"] == "2.5"
