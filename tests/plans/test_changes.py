"""Change requests: what they hold, what their approval does, what stays out of their reach."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from accounts.access import Actor
from plans.change_workflow import perform
from plans.models import ChangeItem, Plan, PlanEdition, Task
from plans.plan_content import Kind, content_of, differences
from plans.services.changes import ChangeInput, RowInput, begin_change, drop_row, propose, put_row
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from records.seals import broken_seals
from records.workflow import Request
from tests.plans.flow_cast import a_change
from tests.plans.plan_cast import A, B, C, a_plan, task_of

pytestmark = pytest.mark.django_db
ADD, CHANGE, END = ChangeItem.Kind.ADD, ChangeItem.Kind.CHANGE, ChangeItem.Kind.END
HEAD = ChangeInput("调整（虚构）", "理由（虚构）")


@pytest.fixture
def plan() -> Plan:
    return a_plan()


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> tuple[Actor, Actor, Actor]:
    return luzhou_drafter, luzhou_lead, sichuan_reviewer


def approve(change: Any, three: tuple[Actor, Actor, Actor]) -> None:
    names = ("send_for_signing", "submit", "approve")
    for name, by in zip(names, three, strict=True):
        perform(change, Request(name), by=by)


def test_an_approved_plan_changes_when_the_request_is_approved_and_not_before(
    plan: Plan, three: tuple[Actor, Actor, Actor]
) -> None:
    change = a_change(three[0], plan)
    before = content_of(plan)
    perform(change, Request("send_for_signing"), by=three[0])
    perform(change, Request("submit"), by=three[1])
    assert content_of(plan) == before
    perform(change, Request("approve"), by=three[2])
    assert task_of(plan, B).due_on == task_of(plan, B).finish_by == dt.date(2026, 8, 15)
    plan.refresh_from_db()
    newest = PlanEdition.objects.get(plan=plan, number=2)
    assert (plan.edition, plan.seal, newest.change) == (2, newest.seal, change)
    assert newest.content == content_of(plan)
    assert not broken_seals()


def test_one_request_adds_words_anew_ends_and_moves(plan: Plan, three: tuple[Actor, Actor, Actor]) -> None:
    change = a_change(three[0], plan)
    new = put_row(
        change.uid, RowInput(ADD, None, {"level": "task", "parent": str(plan.tasks.get(level="goal").uid),
                                         "name_zh": "新任务（虚构）"}), 1, by=three[0],
    )  # fmt: skip
    below = {"level": "measure", "parent": new.wanted["uid"], "name_zh": "新举措（虚构）"}
    put_row(change.uid, RowInput(ADD, None, below), 2, by=three[0])
    put_row(change.uid, RowInput(END, task_of(plan, C).uid, {}), 3, by=three[0])
    put_row(
        change.uid, RowInput(CHANGE, None, {"title": "调整后的要点（虚构）", "ends_on": "2027-12-31"}), 4, by=three[0]
    )
    put_row(change.uid, RowInput(CHANGE, task_of(plan, A).uid, {"due_on": "2027-06-30"}), 5, by=three[0])
    approve(change, three)
    first, second = PlanEdition.objects.filter(plan=plan).order_by("number")
    found = [(row.kind, row.name) for row in differences(first.content, second.content)]
    assert found == [
        (Kind.HEAD, "调整后的要点（虚构）"), (Kind.CHANGE, A), (Kind.CHANGE, B), (Kind.ADD, "新任务（虚构）"),
        (Kind.ADD, "新举措（虚构）"), (Kind.END, C),
    ]  # fmt: skip
    assert task_of(plan, C).ended_at is not None
    assert task_of(plan, "新举措（虚构）").finish_by == dt.date(2027, 12, 31)


def test_only_what_would_be_otherwise_is_kept(plan: Plan, luzhou_drafter: Actor) -> None:
    change = a_change(luzhou_drafter, plan, due_on="2026-08-15", name_zh=B, weight="1")
    row = change.items.get()
    assert (row.wanted, row.before) == ({"due_on": "2026-08-15"}, {"due_on": None})
    with pytest.raises(BadInput) as refused:
        put_row(change.uid, RowInput(CHANGE, task_of(plan, A).uid, {"name_zh": A}), change.version, by=luzhou_drafter)
    assert refused.value.findings[0].code == "nothing_changes"
    put_row(change.uid, RowInput(CHANGE, task_of(plan, B).uid, {"mark": "3."}), change.version, by=luzhou_drafter)
    assert change.items.get().wanted == {"mark": "3."}


def test_a_second_request_waits_and_a_plan_being_written_needs_none(luzhou_drafter: Actor) -> None:
    change = a_change(luzhou_drafter)
    with pytest.raises(WrongState, match=change.title):
        begin_change(change.plan.uid, HEAD, by=luzhou_drafter)
    draft = a_plan("draft")
    with pytest.raises(WrongState):
        begin_change(draft.uid, HEAD, by=luzhou_drafter)


def test_proposing_begins_a_request_or_adds_to_the_open_one(plan: Plan, luzhou_drafter: Actor) -> None:
    first = propose(plan.uid, RowInput(CHANGE, task_of(plan, A).uid, {"mark": "9."}), HEAD, by=luzhou_drafter)
    again = propose(plan.uid, RowInput(END, task_of(plan, C).uid, {}), seen=first.version, by=luzhou_drafter)
    assert again == first
    assert again.items.count() == 2
    with pytest.raises(Stale):
        propose(plan.uid, RowInput(END, task_of(plan, B).uid, {}), seen=first.version, by=luzhou_drafter)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"due_on": "2029-01-01"}, "due_on"),
        ({"level": "goal"}, "parent"),
        ({"fields": ["nothing"]}, "fields"),
        ({"clause": str(uuid.uuid4())}, "clause"),
        ({"days": 3}, "wanted"),
    ],
)
def test_a_row_that_cannot_be_is_refused_at_its_field(
    wanted: dict[str, Any], field: str, plan: Plan, luzhou_drafter: Actor
) -> None:
    change = begin_change(plan.uid, HEAD, by=luzhou_drafter)
    with pytest.raises(BadInput) as refused:
        put_row(change.uid, RowInput(CHANGE, task_of(plan, B).uid, wanted), 0, by=luzhou_drafter)
    assert [finding.target for finding in refused.value.findings] == [field]
    assert not change.items.exists()


def test_a_row_others_stand_on_stays_until_they_are_out(plan: Plan, luzhou_drafter: Actor) -> None:
    change = begin_change(plan.uid, HEAD, by=luzhou_drafter)
    goal = str(plan.tasks.get(level="goal").uid)
    over = put_row(
        change.uid, RowInput(ADD, None, {"level": "task", "parent": goal, "name_zh": "甲"}), 0, by=luzhou_drafter
    )
    below = {"level": "measure", "parent": over.wanted["uid"], "name_zh": "乙"}
    put_row(change.uid, RowInput(ADD, None, below), 1, by=luzhou_drafter)
    with pytest.raises(BadInput):
        drop_row(change.uid, over.uid, 2, by=luzhou_drafter)
    reworded = {"level": "task", "parent": goal, "name_zh": "甲（改）"}
    kept = put_row(change.uid, RowInput(ADD, None, reworded, over.uid), 2, by=luzhou_drafter)
    assert kept.wanted["uid"] == over.wanted["uid"]


def test_an_empty_request_and_one_that_does_not_fit_any_more_go_nowhere(plan: Plan, luzhou_drafter: Actor) -> None:
    change = begin_change(plan.uid, HEAD, by=luzhou_drafter)
    with pytest.raises(RuleBroken) as refused:
        perform(change, Request("send_for_signing"), by=luzhou_drafter)
    assert refused.value.findings[0].code == "nothing_changes"
    row = put_row(change.uid, RowInput(CHANGE, task_of(plan, B).uid, {"due_on": "2026-11-30"}), 0, by=luzhou_drafter)
    Plan.objects.filter(pk=plan.pk).update(ends_on=dt.date(2026, 10, 31))
    with pytest.raises(RuleBroken) as refused:
        perform(change, Request("send_for_signing"), by=luzhou_drafter)
    assert refused.value.findings[0].target == f"{row.uid}.due_on"


def test_nobody_signs_or_approves_what_they_wrote(
    plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    change = a_change(luzhou_drafter, plan)
    change.writers.create(user=luzhou_lead.user)
    change.writers.create(user=sichuan_reviewer.user)
    perform(change, Request("send_for_signing"), by=luzhou_drafter)
    with pytest.raises(RuleBroken):
        perform(change, Request("submit"), by=luzhou_lead)
    change.writers.filter(user=luzhou_lead.user).delete()
    perform(change, Request("submit"), by=luzhou_lead)
    with pytest.raises(RuleBroken) as refused:
        perform(change, Request("approve"), by=sichuan_reviewer)
    assert {finding.code for finding in refused.value.findings} == {"own_work"}


def test_others_cannot_write_in_it(plan: Plan, luzhou_drafter: Actor, sichuan_drafter: Actor) -> None:
    change = a_change(luzhou_drafter, plan)
    row = RowInput(END, Task.objects.filter(plan=plan, level="goal").get().uid, {})
    with pytest.raises(NotFound):
        put_row(change.uid, row, change.version, by=sichuan_drafter)
    with pytest.raises(NotFound):
        begin_change(plan.uid, HEAD, by=sichuan_drafter)
