"""How far a task is: what may be said, what follows above, overdue and slipping on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.access import Actor
from plans.calculations import expected, is_slipping, percent_of_nodes, weighted
from plans.models import Duty, Node, Plan, Progress, Task, TaskState, Tier
from plans.progress_reading import Summary, lines_of, slipping_on, summaries_of, summary_of
from plans.services.progress import ProgressInput, record, refresh_progress
from portal.errors import BadInput, NotFound, WrongState
from records.models import Event
from tests.plans.plan_cast import A, B, C, D, a_plan, task_of

pytestmark = pytest.mark.django_db
S = TaskState
DAY = dt.date(2026, 6, 15)


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def say(by: Actor, task: Task, state: str = "under_way", percent: Any = None, **more: Any) -> Progress:
    given = None if percent is None else Decimal(percent)
    return record(task.uid, ProgressInput(state, given, **{"text": "进展（虚构）", **more}), by=by)


def nodes(task: Task, *weights: int) -> list[Node]:
    return [
        Node.objects.create(task=task, position=n, name_zh=f"节点{n}", due_on=dt.date(2026, 7, n + 1), weight=weight)
        for n, weight in enumerate(weights)
    ]


def wrong(by: Actor, task: Task, *args: Any, **more: Any) -> set[str]:
    with pytest.raises(BadInput) as refused:
        say(by, task, *args, **more)
    return {finding.target for finding in refused.value.findings}


def test_the_plan_follows_by_weight_and_stopped_ones_are_left_out(plan: Plan, luzhou_drafter: Actor) -> None:
    say(luzhou_drafter, task_of(plan, A), "done", done_on=DAY)
    say(luzhou_drafter, task_of(plan, C), percent="50")
    plan.refresh_from_db()
    # A, B, D weigh 1, C weighs 2: (100 + 0 + 2·50 + 0) ÷ 5
    assert (plan.percent, plan.leaf_count, plan.done_count) == (Decimal("40.00"), 4, 1)
    say(luzhou_drafter, task_of(plan, D), "stopped", text="上级调整（虚构）")
    plan.refresh_from_db()
    assert plan.percent == Decimal("50.00")
    parents = {task.name_zh: (task.state, task.percent) for task in plan.tasks.filter(is_leaf=False)}
    assert parents["供水任务（虚构）"] == (S.UNDER_WAY, Decimal("50.00"))
    assert parents["户籍任务（虚构）"] == (S.UNDER_WAY, Decimal("50.00"))


def test_milestones_make_the_percentage_unless_a_reason_is_given(plan: Plan, luzhou_drafter: Actor) -> None:
    task = task_of(plan, B)
    first, second = nodes(task, 3, 1)
    said = say(luzhou_drafter, task, text="", reached={first.uid: DAY})
    assert (said.percent, said.by_nodes, said.reason) == (Decimal(75), Decimal(75), "")
    assert wrong(luzhou_drafter, task, percent="80") == {"reason"}
    assert say(luzhou_drafter, task, percent="80", reason="管材已到（虚构）").percent == Decimal(80)
    assert wrong(luzhou_drafter, task, "done", done_on=DAY) == {"reason"}
    said = say(luzhou_drafter, task, "done", text="", done_on=DAY, reached={second.uid: DAY})
    assert (said.percent, said.by_nodes) == (Decimal(100), Decimal(100))


def test_milestones_arranged_anew_change_the_percentage(plan: Plan, luzhou_drafter: Actor) -> None:
    task = task_of(plan, B)
    first, _second = nodes(task, 1, 1)
    say(luzhou_drafter, task, text="", reached={first.uid: DAY})
    Node.objects.create(task=task, name_zh="新节点", due_on=DAY, weight=2)
    refresh_progress(plan)
    assert task_of(plan, B).percent == Decimal(25)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"state": "half"}, {"state"}),
        ({"percent": "101"}, {"percent"}),
        ({"percent": "NaN"}, {"percent"}),
        ({"percent": "40", "text": " "}, {"text"}),
        ({"state": "done"}, {"done_on"}),
        ({"state": "done", "done_on": DAY, "percent": "90"}, {"percent"}),
        ({"state": "done", "done_on": dt.date(2026, 6, 16)}, {"done_on"}),
        ({"percent": "40", "done_on": DAY}, {"done_on"}),
        ({"state": "not_started", "percent": "10"}, {"percent"}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    plan: Plan, luzhou_drafter: Actor, said: dict[str, Any], fields: set[str]
) -> None:
    assert wrong(luzhou_drafter, task_of(plan, A), **said) == fields
    assert not Progress.objects.exists()


def test_only_leaves_of_an_approved_plan(luzhou_drafter: Actor, sichuan_reviewer: Actor, stranger: Actor) -> None:
    plan = a_plan("draft")
    with pytest.raises(WrongState, match=r"批准|approved"):
        say(luzhou_drafter, task_of(plan, A), percent="5")
    plan = a_plan()
    with pytest.raises(WrongState):
        say(luzhou_drafter, plan.tasks.get(path="0001.0001"), percent="5")
    Task.objects.filter(name_zh=B).update(ended_at=plan.begun_at)
    with pytest.raises(WrongState):
        say(luzhou_drafter, task_of(plan, B), percent="5")
    for actor in (sichuan_reviewer, stranger):
        with pytest.raises(NotFound):
            say(actor, task_of(plan, A), percent="5")


def test_whoever_answers_says_it_also_from_the_row_above(plan: Plan, town_drafter: Actor) -> None:
    helper = town_drafter
    task = task_of(plan, A)
    with pytest.raises(NotFound):
        say(helper, task, percent="5")
    helper.hat.programme = plan.programme
    Duty.objects.create(task=plan.tasks.get(path="0001.0001"), tier=Tier.PERSON, person=helper.user)
    assert say(helper, task, percent="5").by == helper.user
    assert not Task.objects.visible_to(helper, "plan.view").filter(name_zh=C).exists()


def test_what_was_said_stays_and_the_event_says_it(plan: Plan, luzhou_drafter: Actor) -> None:
    said = say(luzhou_drafter, task_of(plan, A), percent="30")
    event = Event.objects.get(act="task.progress")
    assert (event.subject_kind, event.data["percent"], event.receiver) == ("task", ["0.00", "30.00"], None)
    for act in (lambda: Progress.objects.update(text="x"), said.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_work_on_caches_does_not_grow(
    plan: Plan, luzhou_drafter: Actor, django_assert_max_num_queries: Any
) -> None:
    nodes(task_of(plan, B), 1, 1)
    with django_assert_max_num_queries(5):
        refresh_progress(plan)


def test_lines_and_summary_of_a_day(plan: Plan, luzhou_drafter: Actor, django_assert_num_queries: Any) -> None:
    Task.objects.filter(name_zh=C).update(latest_start=dt.date(2026, 6, 1))
    say(luzhou_drafter, task_of(plan, B), percent="10")
    with django_assert_num_queries(2):
        lines = {line.task.name_zh: line for line in lines_of(plan, DAY)}
    assert (lines[A].overdue_days, lines[A].is_slipping) == (15, False)
    assert (lines[C].overdue_days, lines[C].is_slipping) == (0, True)
    assert [said.percent for said in (lines[B].latest,) if said] == [10]
    above = lines["供水任务（虚构）"]
    assert (above.overdue_days, above.finish_by, above.latest) == (15, dt.date(2026, 9, 30), None)
    assert summary_of(plan, DAY) == Summary(4, 0, 1, 1, 1, Decimal("2.00"), 0)
    assert {line.latest for line in lines_of(plan, DAY, since=dt.date(2026, 6, 16))} == {None}


def test_slipping_in_sql_is_slipping_in_python(plan: Plan) -> None:
    """Every place of the line, for what has begun and what has not, on every day around it."""
    start, finish = dt.date(2026, 6, 1), dt.date(2026, 6, 10)
    rows = list(plan.tasks.filter(is_leaf=True).order_by("path"))
    for percent, state in ((0, S.NOT_STARTED), (0, S.UNDER_WAY), (30, S.UNDER_WAY), (80, S.UNDER_WAY)):
        row = rows.pop()
        row.latest_start, row.finish_by, row.percent, row.state = start, finish, Decimal(percent), state
        row.save()
    for offset in range(-2, 14):
        day = start + dt.timedelta(days=offset)
        by_sql = set(plan.tasks.filter(slipping_on(day)).values_list("name_zh", flat=True))
        by_line = {line.task.name_zh for line in lines_of(plan, day) if line.is_slipping and line.task.is_leaf}
        assert by_sql == by_line, day


def test_plans_without_tasks_are_counted_too(plan: Plan, django_assert_num_queries: Any) -> None:
    plan.tasks.update(ended_at=plan.begun_at)
    with django_assert_num_queries(1):
        assert summaries_of([plan], DAY) == {plan.pk: Summary()}


def test_numbers() -> None:
    start, finish = dt.date(2026, 6, 1), dt.date(2026, 6, 10)
    assert percent_of_nodes([]) is None
    assert percent_of_nodes([(Decimal(1), True), (Decimal(2), False)]) == Decimal("33.33")
    assert weighted([(Decimal(0), Decimal(50))]) is None
    assert [expected(start, finish, start + dt.timedelta(days=n)) for n in (-1, 0, 5, 10, 11)] == [0, 0, 50, 100, 100]
    assert not is_slipping((None, finish), Decimal(0), start, begun=False)
    assert not is_slipping((start, finish), Decimal(30), dt.date(2026, 6, 6), begun=True), "20 points is not more"
    assert is_slipping((start, finish), Decimal("29.99"), dt.date(2026, 6, 6), begun=True)
