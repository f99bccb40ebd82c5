"""Arranging the work of a plan: days, dependencies, milestones; what follows for the dates; who may, and when not."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.access import Actor
from plans.models import Dependency, Plan, Task
from plans.services.arranging import (
    ArrangeInput,
    NeedInput,
    arrange,
    refresh_dates,
    stop_waiting,
    wait_for,
)
from plans.services.nodes import NodeInput, add_node, change_node, remove_node
from plans.services.progress import ProgressInput, record
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from records.models import Event
from tests.plans.plan_cast import ENDS, SEPTEMBER, A, B, C, D, a_plan, task_of

pytestmark = pytest.mark.django_db
MARCH = dt.date(2026, 3, 1)


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def days(task: Task, number: int | None, by: Actor, begins_on: dt.date | None = None) -> Task:
    task = Task.objects.get(pk=task.pk)
    return arrange(task.uid, ArrangeInput(number, begins_on), task.revision, by=by)


def dates(plan: Plan, name: str) -> tuple[dt.date | None, dt.date | None]:
    task = task_of(plan, name)
    return task.latest_start, task.finish_by


def test_days_and_dependencies_give_the_dates_of_all_rows(plan: Plan, luzhou_drafter: Actor) -> None:
    a, b = task_of(plan, A), task_of(plan, B)
    days(a, 10, luzhou_drafter)
    days(b, 20, luzhou_drafter)
    assert dates(plan, A) == (dt.date(2026, 5, 22), dt.date(2026, 5, 31))
    wait_for(b.uid, NeedInput(a.uid, 5), by=luzhou_drafter)
    assert dates(plan, B) == (dt.date(2026, 9, 11), SEPTEMBER)
    days(b, 120, luzhou_drafter)
    assert dates(plan, B) == (dt.date(2026, 6, 3), SEPTEMBER)
    assert dates(plan, A) == (dt.date(2026, 5, 19), dt.date(2026, 5, 28))
    assert dates(plan, "供水任务（虚构）") == (dt.date(2026, 5, 19), SEPTEMBER)
    assert dates(plan, D) == (None, ENDS), "without days there is a latest finish and no latest start"


def test_each_act_leaves_its_event_and_none_asks_for_approval(plan: Plan, luzhou_drafter: Actor) -> None:
    a, b = task_of(plan, A), task_of(plan, B)
    days(a, 10, luzhou_drafter, MARCH)
    need = wait_for(b.uid, NeedInput(a.uid, 5), by=luzhou_drafter)
    wait_for(b.uid, NeedInput(a.uid, 7), by=luzhou_drafter)
    wait_for(b.uid, NeedInput(a.uid, 7), by=luzhou_drafter)
    stop_waiting(need.uid, by=luzhou_drafter)
    events = list(Event.objects.filter(subject_kind="task").order_by("id"))
    assert [event.act for event in events] == ["task.arrange", "task.wait", "task.wait", "task.wait_end"]
    assert events[0].data["after"] == {"days": 10, "begins_on": "2026-03-01"}
    assert all(event.receiver is None for event in events)
    plan.refresh_from_db()
    assert (plan.edition, plan.status) == (1, "approved")


def test_nobody_waits_in_a_circle_and_the_refusal_names_it(plan: Plan, luzhou_drafter: Actor) -> None:
    a, b, c = task_of(plan, A), task_of(plan, B), task_of(plan, C)
    wait_for(b.uid, NeedInput(a.uid), by=luzhou_drafter)
    wait_for(c.uid, NeedInput(b.uid), by=luzhou_drafter)
    with pytest.raises(RuleBroken, match=r"1\. 勘察（虚构） → 2\. 铺管（虚构） → 1\. 清理（虚构） → 1\. 勘察（虚构）"):
        wait_for(a.uid, NeedInput(c.uid), by=luzhou_drafter)
    assert Dependency.objects.count() == 2


def test_rows_with_parts_and_foreign_tasks_are_not_waited_for(plan: Plan, luzhou_drafter: Actor) -> None:
    a, parent = task_of(plan, A), task_of(plan, "户籍任务（虚构）")
    for wrong in (parent.uid, a.uid, uuid.uuid4()):
        with pytest.raises(BadInput) as caught:
            wait_for(a.uid, NeedInput(wrong), by=luzhou_drafter)
        assert caught.value.findings[0].target == "needs"
    with pytest.raises(RuleBroken):
        days(parent, 3, luzhou_drafter)


def test_wrong_numbers_and_days_name_their_field(plan: Plan, luzhou_drafter: Actor) -> None:
    a, b = task_of(plan, A), task_of(plan, B)
    for number in (0, -1, 3661):
        with pytest.raises(BadInput) as caught:
            days(a, number, luzhou_drafter)
        assert caught.value.findings[0].target == "days"
    with pytest.raises(BadInput) as caught:
        wait_for(a.uid, NeedInput(b.uid, -1), by=luzhou_drafter)
    assert caught.value.findings[0].target == "lag_days"
    with pytest.raises(BadInput) as caught:
        days(a, 1, luzhou_drafter, dt.date(1900, 1, 1))
    assert caught.value.findings[0].target == "begins_on"


def test_two_who_arrange_one_task_do_not_overwrite_each_other(plan: Plan, luzhou_drafter: Actor) -> None:
    a = task_of(plan, A)
    arrange(a.uid, ArrangeInput(10), a.revision, by=luzhou_drafter)
    with pytest.raises(Stale) as caught:
        arrange(a.uid, ArrangeInput(12), a.revision, by=luzhou_drafter)
    assert caught.value.extra == {"version": a.revision + 1, "theirs": {"days": 10, "begins_on": None}}


def test_others_do_not_find_it_and_what_ended_stays(
    plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, stranger: Actor
) -> None:
    a = task_of(plan, A)
    for other in (luzhou_lead, sichuan_reviewer, stranger):
        with pytest.raises(NotFound):
            days(a, 3, other)
    Task.objects.filter(pk=a.pk).update(ended_at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
    with pytest.raises(WrongState):
        days(a, 3, luzhou_drafter)


def test_milestones_are_set_changed_and_taken_away(plan: Plan, luzhou_drafter: Actor) -> None:
    a = task_of(plan, A)
    given = NodeInput("开工（虚构）", MARCH, Decimal("2.555"))
    node = add_node(a.uid, given, by=luzhou_drafter)
    assert (node.weight, node.position) == (Decimal("2.56"), 1)
    changed = change_node(node.uid, NodeInput("开工（虚构）", SEPTEMBER), a.revision, by=luzhou_drafter)
    assert (changed.due_on, changed.task.revision) == (SEPTEMBER, a.revision + 1)
    with pytest.raises(Stale):
        change_node(node.uid, given, a.revision, by=luzhou_drafter)
    with pytest.raises(BadInput):
        add_node(a.uid, NodeInput("", MARCH), by=luzhou_drafter)
    remove_node(node.uid, by=luzhou_drafter)
    assert not a.nodes.exists()
    acts = Event.objects.filter(act__startswith="task.node").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["task.node_add", "task.node_change", "task.node_remove"]


def test_milestones_move_the_percent_and_one_that_was_reached_stays(plan: Plan, luzhou_drafter: Actor) -> None:
    a = task_of(plan, A)
    first = add_node(a.uid, NodeInput("一（虚构）", MARCH), by=luzhou_drafter)
    said = ProgressInput(state="under_way", reached={first.uid: MARCH})
    record(a.uid, said, by=luzhou_drafter)
    assert task_of(plan, A).percent == 100
    add_node(a.uid, NodeInput("二（虚构）", SEPTEMBER, Decimal(3)), by=luzhou_drafter)
    assert task_of(plan, A).percent == 25
    with pytest.raises(WrongState):
        remove_node(first.uid, by=luzhou_drafter)


def test_dates_take_three_statements_however_many_rows(
    plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan.tasks.filter(is_leaf=True).update(days=10)
    with django_assert_num_queries(3):
        refresh_dates(plan)
    with django_assert_num_queries(2):
        refresh_dates(plan)


def test_a_circle_that_came_in_another_way_is_named_too(plan: Plan) -> None:
    a, b = task_of(plan, A), task_of(plan, B)
    Dependency.objects.bulk_create([Dependency(task=a, needs=b), Dependency(task=b, needs=a)])
    with pytest.raises(RuleBroken, match="勘察"):
        refresh_dates(plan)


def test_a_dependency_of_a_row_with_parts_does_not_count(plan: Plan) -> None:
    a, b = task_of(plan, A), task_of(plan, B)
    plan.tasks.filter(is_leaf=True).update(days=100)
    Dependency.objects.create(task=b, needs=a)
    Task.objects.filter(pk=a.pk).update(is_leaf=False)
    refresh_dates(plan)
    assert dates(plan, A) == (None, None)
    assert dates(plan, B) == (dt.date(2026, 6, 23), SEPTEMBER)
