"""The timeline and the calendar of a plan, and the pages that arrange a task."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.access import Actor
from plans.bars import sheets_of
from plans.models import Dependency, Node, Plan, Task
from plans.services.arranging import refresh_dates
from plans.task_calendar import DayKind, month_of
from plans.timetable import Timetable, timetable_of
from tests.conftest import SignIn
from tests.plans.plan_cast import A, B, C, D, a_plan, task_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


@pytest.fixture
def plan() -> Plan:
    """A 100 days → 5 days between → B 140 days, due 30 September: A begins by 5 February. C, D have no days."""
    plan = a_plan()
    for name, days in ((A, 100), (B, 140)):
        Task.objects.filter(plan=plan, name_zh=name).update(days=days, due_on=None)
    Dependency.objects.create(task=task_of(plan, B), needs=task_of(plan, A), lag_days=5)
    Node.objects.create(task=task_of(plan, B), name_zh="通水（虚构）", due_on=dt.date(2026, 6, 20))
    refresh_dates(plan)
    return plan


def told(plan: Plan, by: Actor, day: dt.date = TODAY) -> Timetable:
    with translation.override("en"):
        return timetable_of(plan, by, day)


def test_what_a_reader_can_check_by_hand(plan: Plan, luzhou_drafter: Actor) -> None:
    table = told(plan, luzhou_drafter, plan.begins_on)
    by_name = {line.task.name_zh: line for line in table.lines}
    assert (by_name[B].begins, by_name[B].ends) == (dt.date(2026, 5, 14), dt.date(2026, 9, 30))
    assert (by_name[A].begins, by_name[A].ends) == (dt.date(2026, 1, 29), dt.date(2026, 5, 8))
    assert (by_name[A].slack, table.slack, table.short) == (28, 28, 0)
    assert [line.task.name_zh for line in table.chain] == [A, B]
    assert [one.code for one in table.warnings] == ["untimed"]


def test_what_cannot_be_met_is_said_in_plain_words(plan: Plan, luzhou_drafter: Actor) -> None:
    Task.objects.filter(plan=plan, name_zh=B).update(days=191)
    (short, late, *_more) = told(plan, luzhou_drafter).warnings
    assert (short.code, late.code) == ("short", "late")
    assert short.message == (
        "As arranged, the plan cannot be met: 23 days short. The chain is 1. Fictitious 0001.0001.0001 → "
        "2. Fictitious 0001.0001.0002."
    )
    assert "188 days late" in late.message, "296 days from 15 June: 6 April 2027"


def test_what_is_done_is_not_late_any_more(plan: Plan, luzhou_drafter: Actor) -> None:
    done = Task.objects.filter(plan=plan, name_zh=A)
    done.update(state="done", percent=100, done_on=dt.date(2026, 5, 1))
    Task.objects.filter(plan=plan, name_zh=B).update(state="under_way", percent=50)
    assert told(plan, luzhou_drafter).late == 0


def test_idle_dependencies_late_milestones_and_circles_are_named(plan: Plan, luzhou_drafter: Actor) -> None:
    Node.objects.update(due_on=dt.date(2026, 10, 1))
    Dependency.objects.create(task=task_of(plan, C), needs=task_of(plan, "供水任务（虚构）"))
    assert {one.code for one in told(plan, luzhou_drafter).warnings} >= {"idle", "late_node"}
    Dependency.objects.create(task=task_of(plan, A), needs=task_of(plan, B))
    table = told(plan, luzhou_drafter)
    assert [one.code for one in table.warnings] == ["cycle"]
    assert len(table.lines) == 7
    assert table.chain == []


def test_the_drawing_keeps_to_its_sheets(plan: Plan, luzhou_drafter: Actor) -> None:
    (sheet,) = sheets_of(told(plan, luzhou_drafter))
    bars = {bar.line.task.name_zh: bar for bar in sheet.bars}
    assert bars[A].end < bars[B].x
    assert sheet.today is not None and bars[B].x < sheet.today < bars[B].end
    assert bars[D].width == 0 and bars[D].point is not None
    assert all(sheet.labels < bar.x and bar.end <= sheet.width for bar in sheet.bars if bar.width)


def test_the_timeline_shows_chart_chain_and_table(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    page = signed_in(luzhou_drafter).get(reverse("plans:timeline", args=[plan.uid]))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("◆ 3 · 1. 勘察（虚构）") == 1
    assert 'class="bar bar-critical"' in text
    assert 'id="row-4" class="is-critical"' in text
    assert "2026-01-29" in text and "2026-05-08" in text


def test_the_month_shows_what_falls_on_its_days(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    month = month_of(plan, luzhou_drafter, dt.date(2026, 5, 1), TODAY)
    found = [(cell.day.day, item.kind, item.task.name_zh) for cell in month.agenda for item in cell.items]
    assert found == [(8, DayKind.FINISH, A), (14, DayKind.START, B)]
    assert all(item.is_late for cell in month.agenda for item in cell.items)
    client = signed_in(luzhou_drafter)
    url = reverse("plans:calendar", args=[plan.uid])
    assert "通水（虚构）" in client.get(url).content.decode()
    assert client.get(url, {"month": "2026-13"}).status_code == 400


def test_days_are_set_on_a_page_and_a_conflict_shows_both(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    task, client = task_of(plan, A), signed_in(luzhou_drafter)
    url = reverse("plans:task-arrange", args=[task.uid])
    given = {"days": "90", "begins_on": "2026-01-05", "revision": task.revision}
    assert client.post(url, given).status_code == 302
    task.refresh_from_db()
    assert (task.days, task.begins_on) == (90, dt.date(2026, 1, 5))
    stale = client.post(url, given | {"days": "80"})
    assert stale.status_code == 409
    assert "90" in stale.content.decode()
    assert client.post(url, given | {"days": "0"}).status_code == 400


def test_a_circle_is_refused_on_the_page_with_what_was_typed(
    plan: Plan, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    client, a, b = signed_in(luzhou_drafter), task_of(plan, A), task_of(plan, B)
    refused = client.post(reverse("plans:need-add", args=[a.uid]), {"needs": str(b.uid), "lag_days": "3"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "1. 勘察（虚构） → 2. 铺管（虚构） → 1. 勘察（虚构）" in text
    assert f'value="{b.uid}" selected' in text


def test_dependencies_and_milestones_come_and_go(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, c, d = signed_in(luzhou_drafter), task_of(plan, C), task_of(plan, D)
    client.post(reverse("plans:need-add", args=[d.uid]), {"needs": str(c.uid), "lag_days": ""})
    need = Dependency.objects.get(task=d)
    assert "清理（虚构）" in client.get(reverse("plans:task", args=[d.uid])).content.decode()
    client.post(reverse("plans:need-end", args=[need.uid]))
    assert not d.needs.exists()
    given = {"name_zh": "验收（虚构）", "due_on": "2026-08-01", "weight": "", "revision": d.revision}
    client.post(reverse("plans:node-add", args=[d.uid]), given)
    node = Node.objects.get(task=d)
    client.post(reverse("plans:node", args=[node.uid]), given | {"name_zh": "终验（虚构）"})
    node.refresh_from_db()
    assert node.name_zh == "终验（虚构）"
    client.post(reverse("plans:node-remove", args=[node.uid]))
    assert not d.nodes.exists()


def test_the_receiver_reads_and_does_not_arrange(plan: Plan, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client, need = signed_in(sichuan_reviewer), Dependency.objects.get()
    assert client.get(reverse("plans:timeline", args=[plan.uid])).status_code == 200
    assert client.get(reverse("plans:calendar", args=[plan.uid])).status_code == 200
    refused = client.get(reverse("plans:need-end", args=[need.uid]))
    assert refused.status_code in (403, 404)
