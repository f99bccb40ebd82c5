"""Reminders of tasks: who answers for a task, itself or from the row above, hears of its day by the ladder, once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from accounts.models import MailRhythm, Role, User
from plans.models import Duty, Plan, Task, TaskState
from portal.errors import BadInput
from records import topics
from records.models import Event, OutboxMessage
from reporting.models import ReminderStep, TaskReminder
from reporting.reminders import remind, remind_of_tasks
from reporting.services.ladders import LadderInput, StepInput, ladder_of, set_ladder
from tests.conftest import Hire
from tests.plans.plan_cast import B, a_plan, task_of
from tests.reporting.reminding import at
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
FINISH = dt.date(2026, 6, 30)
"""A Tuesday: -14 is 9 June, -3 is 25 June, +3 is 3 July."""


@pytest.fixture
def plan() -> Plan:
    """Only the second measure has a date near by: 30 June."""
    plan = a_plan()
    plan.tasks.update(finish_by=None)
    plan.tasks.filter(name_zh=B).update(finish_by=FINISH)
    return plan


@pytest.fixture
def person(plan: Plan, hire: Hire) -> Actor:
    """Answers for the task."""
    somebody = hire("person", plan.unit.key, Role.VIEWER)
    _answers(task_of(plan, B), somebody)
    return somebody


def _answers(task: Task, who: Actor | None = None, name: str = "", tier: str = "person") -> Duty:
    duty: Duty = Duty.objects.create(task=task, tier=tier, person=who.user if who else None, name=name)
    return duty


def told() -> list[tuple[str, int, str, str]]:
    rows = TaskReminder.objects.filter(channel="notice").select_related("step", "recipient")
    found = [(r.step.audience, r.step.offset, r.recipient.name.removeprefix("测试·"), r.outcome) for r in rows]
    return sorted(found, key=lambda row: (row[1], row[0], row[2]))


DAYS = [
    ("06-09", "08:29", []),
    ("06-09", "08:30", [-14]),
    ("06-24", "23:00", [-14]),
    ("06-25", "08:30", [-14, -3]),
    ("06-30", "08:30", [-14, -3, 0]),
    ("07-03", "08:30", [-14, -3, 0, 3]),
]


@pytest.mark.parametrize(("day", "hour", "steps"), DAYS)
def test_the_latest_step_reached_is_sent_and_those_before_are_overtaken(
    person: Actor, day: str, hour: str, steps: list[int]
) -> None:
    assert remind_of_tasks(at(day, hour)) == bool(steps)
    assert told() == [("persons", n, "person", "sent" if n == steps[-1] else "overtaken") for n in steps]
    assert remind_of_tasks(at(day, hour)) == remind(at(day, hour)) == 0


def test_every_hour_of_the_ladder_tells_each_step_once(person: Actor, luzhou_drafter: Actor) -> None:
    moment = at("06-01")
    while moment < at("08-20"):
        remind_of_tasks(moment)
        moment += dt.timedelta(hours=11)
    steps = [("persons", n, "person", "sent") for n in (-14, -3, 0, 3)]
    assert told() == sorted([*steps, ("drafters", 3, "luzhou.drafter", "sent")], key=lambda row: (row[1], row[0]))
    found = OutboxMessage.objects.exclude(topic="reminder.task_overdue").order_by("id").values_list("topic", flat=True)
    assert list(found) == ["reminder.task_before", "reminder.task_before", "reminder.task_today"]


def test_what_it_says(plan: Plan, person: Actor) -> None:
    task = task_of(plan, B)
    User.objects.filter(pk=person.user.pk).update(mail_rhythm=MailRhythm.AT_ONCE, language="en")
    assert remind_of_tasks(at("06-25")) == 2
    notice, mail = OutboxMessage.objects.order_by("channel")[::-1]
    assert (notice.path, notice.with_mail) == (f"/tasks/{task.uid}/", True)
    assert mail.params == {"task": f"2. {task.name_en}", "pilot": plan.pilot_area.name_en, "due": "2026-06-30"}
    assert "铺管" not in topics.words(notice.topic, notice.params).title
    event = Event.objects.get(act="task.remind")
    assert (event.subject_uid, event.data["uid"], event.data["people"]) == (plan.uid, str(task.uid), 1)
    assert event.receiver is None
    assert set(TaskReminder.objects.values_list("uid", flat=True)) >= {notice.uid, mail.uid}


def test_a_duty_comes_down_from_the_row_above_until_the_row_has_its_own(plan: Plan, hire: Hire) -> None:
    task = task_of(plan, B)
    assert task.parent is not None
    goal = task.parent.parent
    assert goal is not None
    above = hire("above", plan.unit.key, Role.VIEWER)
    _answers(goal, above)
    remind_of_tasks(at("06-09"))
    assert [row[2] for row in told()] == ["above"]
    _answers(task.parent, name="某某（虚构）")  # named, without an account: nobody can be reminded
    assert remind_of_tasks(at("06-25")) == 0
    _answers(task, hire("own", plan.unit.key, Role.VIEWER))
    remind_of_tasks(at("06-25"))
    assert {row[2] for row in told() if row[1] == -3} == {"own"}


@pytest.mark.parametrize(
    "change", ["done", "stopped", "ended", "no leaf", "draft", "no role", "inactive", "duty ended"]
)
def test_nobody_is_told(plan: Plan, person: Actor, change: str) -> None:
    tasks, now = plan.tasks.filter(name_zh=B), timezone.now()
    {
        "done": lambda: tasks.update(state=TaskState.DONE),
        "stopped": lambda: tasks.update(state=TaskState.STOPPED),
        "ended": lambda: tasks.update(ended_at=now),
        "no leaf": lambda: tasks.update(is_leaf=False),
        "draft": lambda: Plan.objects.filter(pk=plan.pk).update(status="draft"),
        "no role": lambda: person.user.memberships.update(ended_at=now),
        "inactive": lambda: User.objects.filter(pk=person.user.pk).update(is_active=False),
        "duty ended": lambda: Duty.objects.update(ended_at=now),
    }[change]()
    assert remind_of_tasks(at("07-03")) == 0


def test_another_date_begins_anew_and_the_old_one_is_forgotten(plan: Plan, person: Actor) -> None:
    remind_of_tasks(at("06-30"))
    plan.tasks.filter(name_zh=B).update(finish_by=dt.date(2026, 7, 31))
    assert remind_of_tasks(at("07-03")) == 0
    assert remind_of_tasks(at("07-13")) == 1
    assert {row.finish_by for row in TaskReminder.objects.filter(at__gt=at("07-12"))} == {dt.date(2026, 7, 31)}


def test_what_lies_long_back_is_told_to_nobody(plan: Plan, person: Actor, luzhou_drafter: Actor) -> None:
    plan.tasks.filter(name_zh=B).update(finish_by=dt.date(2017, 12, 31))
    assert remind_of_tasks(at("06-15")) == 0
    plan.tasks.filter(name_zh=B).update(finish_by=dt.date(2026, 5, 20))
    assert remind_of_tasks(at("06-15")) == 2


def test_who_is_in_two_audiences_is_told_once(plan: Plan, luzhou_drafter: Actor) -> None:
    _answers(task_of(plan, B), luzhou_drafter)
    assert remind_of_tasks(at("07-03")) == 1
    sent = [row for row in told() if row[3] == "sent"]
    assert sent == [("persons", 3, "luzhou.drafter", "sent")]


def test_a_closure_of_the_plan_s_office_moves_its_steps(plan: Plan, person: Actor) -> None:
    CalendarDay.objects.create(unit=plan.unit, day=dt.date(2026, 6, 29), is_working=False, source="test")
    remind_of_tasks(at("06-24"))
    assert [row[1] for row in told() if row[3] == "sent"] == [-3]


def test_as_many_statements_for_one_as_for_many(plan: Plan, person: Actor) -> None:
    _answers(task_of(plan, "目标（虚构）"), person)
    with CaptureQueriesContext(connection) as one:
        assert remind_of_tasks(at("06-25")) == 1
    plan.tasks.filter(is_leaf=True).exclude(name_zh=B).update(finish_by=FINISH)
    with CaptureQueriesContext(connection) as many:
        assert remind_of_tasks(at("06-25")) == 3
    assert len(one) == len(many) <= 9


FAULTS = [
    (StepInput("due", 1, "persons"), "persons_of_tasks_only"),
    (StepInput("task", 0, "drafters"), "office_too_early"),
    (StepInput("task", 3, "receiver"), "receiver_too_early"),
]


@pytest.mark.parametrize(("step", "code"), FAULTS)
def test_steps_that_cannot_be_are_refused(ndrc_reviewer: Actor, step: StepInput, code: str) -> None:
    assert ndrc_reviewer.programme is not None
    version = ladder_of(ndrc_reviewer.programme).version
    with pytest.raises(BadInput) as refused:
        set_ladder(LadderInput(version, (step,)), by=ndrc_reviewer)
    assert [finding.code for finding in refused.value.findings] == [code]
    assert ReminderStep.objects.filter(anchor="task", ended_at=None, programme=ndrc_reviewer.programme).count() == 5
