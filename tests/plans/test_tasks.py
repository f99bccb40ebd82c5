"""Rows of a plan: added, worded anew, moved, ended; never once it is approved."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from accounts.access import Actor
from plans.models import Plan, PlanWriter
from plans.services.plans import PlanInput, begin, change_head, link_indicators
from plans.services.tasks import Edit, TaskInput, add_task, apply, change_task, checked, remove_task
from plans.task_edits import shape_of
from portal.errors import BadInput, NotFound, Stale, WrongState
from records.models import Event
from tests.indicators.figure_cast import luzhou
from tests.plans.plan_cast import APPROVED_AT, BEGINS, ENDS, A, B, C, D, a_plan, no_plan, task_of

pytestmark = pytest.mark.django_db
WATER, PEOPLE = "供水任务（虚构）", "户籍任务（虚构）"


def order_of(plan: Plan) -> list[tuple[str, str, bool]]:
    rows = plan.tasks.current().order_by("path", "id")
    return [(task.path, task.name_zh, task.is_leaf) for task in rows]


def wanted(plan: Plan, name: str = A, **other: Any) -> TaskInput:
    """A row as it stands, but for what is to change."""
    task = task_of(plan, name)
    parent = task.parent.uid if task.parent else None
    facts: dict[str, Any] = {
        "level": task.level,
        "parent": parent,
        "mark": task.mark,
        "name_zh": task.name_zh,
        "name_en": task.name_en,
    }
    return TaskInput(**{**facts, "weight": task.weight, "due_on": task.due_on, **other})


@pytest.mark.parametrize("status", ["draft", "signing", "submitted", "returned", "approved"])
def test_the_cast_replaces_what_is_there(status: str) -> None:
    a_plan(status)
    plan = a_plan(status)
    assert plan.tasks.count() == 7
    assert (plan.seal is not None) == (status in {"submitted", "returned", "approved"})
    assert [edition.number for edition in plan.editions.all()] == ([1] if status == "approved" else [])


def test_a_new_row_stands_where_it_is_put(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    above = task_of(plan, WATER).uid
    new = TaskInput("measure", above, "3.", "验收（虚构）", weight=Decimal("2.5"), after=task_of(plan, A).uid)
    add_task(plan.uid, new, by=luzhou_drafter)
    add_task(plan.uid, TaskInput("measure", above, "", "先做（虚构）", after=above), by=luzhou_drafter)
    names = [name for path, name, _leaf in order_of(plan) if path.startswith("0001.0001.")]
    assert names == ["先做（虚构）", A, "验收（虚构）", B]
    assert PlanWriter.objects.filter(plan=plan, user=luzhou_drafter.user).count() == 1
    event = Event.objects.get(act="plan.task_add", data__name_zh="验收（虚构）")
    assert (event.data["weight"], event.receiver) == ("2.50", None)


def test_a_moved_row_takes_its_parts_along_and_leaves_a_leaf_behind(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    goal = add_task(plan.uid, TaskInput("goal", None, "二、", "另一目标（虚构）"), by=luzhou_drafter)
    for name in (WATER, PEOPLE):
        change_task(task_of(plan, name).uid, wanted(plan, name, parent=goal.uid), 0, by=luzhou_drafter)
    assert order_of(plan) == [
        ("0001", "目标（虚构）", True),
        ("0002", "另一目标（虚构）", False),
        ("0002.0001", WATER, False),
        ("0002.0001.0001", A, True),
        ("0002.0001.0002", B, True),
        ("0002.0002", PEOPLE, False),
        ("0002.0002.0001", C, True),
        ("0002.0002.0002", D, True),
    ]


def test_what_is_taken_out_ends_with_its_parts(luzhou_drafter: Actor) -> None:
    plan = a_plan("returned")
    remove_task(task_of(plan, WATER).uid, by=luzhou_drafter)
    assert [name for _path, name, _leaf in order_of(plan)] == ["目标（虚构）", PEOPLE, C, D]
    assert plan.tasks.filter(ended_at__isnull=False).count() == 3
    assert order_of(plan)[1][0] == "0001.0001"


def test_somebody_else_was_first(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    task = task_of(plan, A)
    change_task(task.uid, wanted(plan, mark="9."), 0, by=luzhou_drafter)
    with pytest.raises(Stale) as refused:
        change_task(task.uid, wanted(plan, mark="8."), 0, by=luzhou_drafter)
    assert (refused.value.extra["theirs"]["mark"], refused.value.extra["mine"]["mark"]) == ("9.", "8.")


def test_saying_the_same_again_writes_nothing(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    change_task(task_of(plan, A).uid, wanted(plan), 0, by=luzhou_drafter)
    assert task_of(plan, A).revision == 0
    assert not Event.objects.filter(act="plan.task_change").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", "chapter"), ("level", "task"), ("parent", uuid.uuid4()), ("name_zh", " "), ("mark", "一" * 21),
        ("weight", Decimal(0)), ("weight", Decimal("1.005")), ("weight", Decimal("NaN")), ("clause", uuid.uuid4()),
        ("due_on", ENDS + dt.timedelta(1)), ("fields", ("no-such",)), ("after", uuid.uuid4()),
    ],
)  # fmt: skip
def test_what_cannot_be_names_the_field(field: str, value: Any, luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    with pytest.raises(BadInput) as refused:
        change_task(task_of(plan, A).uid, wanted(plan, **{field: value}), 0, by=luzhou_drafter)
    named = {finding.target for finding in refused.value.findings}
    assert named == ({"parent"} if value == "task" else {field})


@pytest.mark.parametrize("status", ["signing", "submitted", "approved"])
def test_nothing_changes_while_it_is_not_being_written(status: str, luzhou_drafter: Actor) -> None:
    plan = a_plan(status)
    task = task_of(plan, A)
    for change in (
        lambda: add_task(plan.uid, TaskInput("goal", name_zh="目标"), by=luzhou_drafter),
        lambda: change_task(task.uid, wanted(plan, mark="9."), 0, by=luzhou_drafter),
        lambda: remove_task(task.uid, by=luzhou_drafter),
        lambda: change_head(plan.uid, PlanInput("方案", BEGINS, ENDS), 0, by=luzhou_drafter),
    ):
        with pytest.raises(WrongState):
            change()


def test_others_find_nothing_to_write_in(sichuan_drafter: Actor, luzhou_lead: Actor) -> None:
    plan = a_plan("draft")
    for actor in (sichuan_drafter, luzhou_lead):
        with pytest.raises(NotFound):
            remove_task(task_of(plan, A).uid, by=actor)


def test_edits_of_one_request_build_on_one_another() -> None:
    plan = a_plan()
    goal = checked(plan, Edit("add", None, {"level": "goal", "name_zh": "新目标"}))
    below = shape_of(TaskInput("task", uuid.UUID(goal.wanted["uid"]), name_zh="新任务"))
    task = checked(plan, Edit("add", None, below), beside=[goal])
    end = checked(plan, Edit("end", task_of(plan, WATER).uid))
    with pytest.raises(BadInput):  # its parts go with what is ended
        checked(plan, Edit("change", task_of(plan, A).uid, {"mark": "9."}), beside=[end])
    head = checked(plan, Edit("change", None, {"ends_on": "2027-12-31"}))
    apply(plan, [goal, task, end, head], at=APPROVED_AT)
    names = [name for _path, name, _leaf in order_of(plan)]
    assert names == ["目标（虚构）", PEOPLE, C, D, "新目标", "新任务"]
    assert Plan.objects.get(pk=plan.pk).ends_on == dt.date(2027, 12, 31)


def test_a_plan_is_begun_once(luzhou_drafter: Actor, sichuan_drafter: Actor) -> None:
    pilot = luzhou()
    no_plan(pilot)
    with pytest.raises(NotFound):
        begin(pilot.uid, PlanInput("方案", BEGINS, ENDS), by=sichuan_drafter)
    with pytest.raises(BadInput):
        begin(pilot.uid, PlanInput("方案", ENDS, BEGINS), by=luzhou_drafter)
    plan = begin(pilot.uid, PlanInput("方案", BEGINS, ENDS), by=luzhou_drafter)
    assert (plan.status, plan.receiver.key, len(plan.chain)) == ("draft", "drc-510000", 2)
    with pytest.raises(NotFound):
        begin(pilot.uid, PlanInput("方案", BEGINS, ENDS), by=luzhou_drafter)


def test_the_head_is_written_while_the_plan_is(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    change_head(plan.uid, PlanInput("新标题", BEGINS, ENDS), 0, by=luzhou_drafter)
    with pytest.raises(Stale):
        change_head(plan.uid, PlanInput("旧标题", BEGINS, ENDS), 0, by=luzhou_drafter)
    assert Plan.objects.get(pk=plan.pk).title == "新标题"


def test_indicators_need_no_approval(luzhou_drafter: Actor) -> None:
    plan = a_plan()
    task = task_of(plan, A)
    link_indicators(task.uid, ["registered-urbanization-rate"], by=luzhou_drafter)
    assert Event.objects.get(act="plan.task_indicators").data["after"] == ["registered-urbanization-rate"]
    with pytest.raises(BadInput):
        link_indicators(task.uid, ["no-such"], by=luzhou_drafter)
