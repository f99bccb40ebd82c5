"""Pages about tasks and progress: who finds what, what a filter finds, saying how far a task is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from plans.models import Duty, Node, Plan, Progress, Task, TaskState, Tier
from plans.services.progress import refresh_progress
from plans.task_lists import mine, overdue_of_mine
from tests.conftest import SignIn
from tests.plans.plan_cast import A, B, C, D, a_plan, task_of
from tests.reporting.figure_workbook import rows_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 15)


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def names(client: Client, query: str = "") -> list[str]:
    """Names of the tasks of the test's plan as the list shows them."""
    answer = client.get(f"/tasks/{query}")
    assert answer.status_code == 200, query
    return [row.task.name_zh for row, _chip in answer.context["rows"] if row.task.name_zh in (A, B, C, D)]


def test_the_list_narrows(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    Task.objects.filter(plan=plan, name_zh=C).update(latest_start=dt.date(2026, 6, 1))
    Task.objects.filter(plan=plan, name_zh=D).update(state=TaskState.DONE)
    Duty.objects.create(task=task_of(plan, B), tier=Tier.LEAD, name="住建局（虚构）")
    Duty.objects.create(task=plan.tasks.get(path="0001.0001"), tier=Tier.LEAD, name="发改委（虚构）")
    assert names(client) == [A, C, B]
    assert names(client, "?state=overdue") == [A]
    assert names(client, "?state=slipping") == [C]
    assert names(client, "?state=done") == [D]
    assert names(client, "?state=all") == [A, C, B, D]
    assert names(client, "?due_before=2026-09-30") == [A, C]
    assert names(client, f"?pilot_area={plan.pilot_area.uid}") == [A, C, B]
    assert B in names(client, "?department=住建")
    assert client.get("/tasks/?state=late").status_code == 400
    assert client.get("/tasks/?pilot_area=x").status_code == 400


def test_mine_follows_inherited_duties(plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    Duty.objects.create(task=plan.tasks.get(path="0001.0001"), tier=Tier.PERSON, person=luzhou_drafter.user)
    keys = set(Task.objects.filter(pk__in=mine(luzhou_drafter)).values_list("name_zh", flat=True))
    assert keys == {"供水任务（虚构）", A, B}
    Duty.objects.create(task=task_of(plan, A), tier=Tier.PERSON, person=luzhou_lead.user)
    keys = set(Task.objects.filter(pk__in=mine(luzhou_drafter)).values_list("name_zh", flat=True))
    assert keys == {"供水任务（虚构）", B}
    assert [task.name_zh for task in overdue_of_mine(luzhou_lead)] == [A]
    assert [task.name_zh for task in overdue_of_mine(luzhou_drafter)] == []


def test_the_workbook_holds_the_same_rows(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    answer = signed_in(luzhou_drafter).get("/tasks/export/?state=overdue")
    rows = rows_of(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    cells = [row for row in rows if any(A in str(cell) for cell in row)]
    assert len(cells) == 1
    assert cells[0][7] == 15


def test_saying_how_far_it_is(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    task, client = task_of(plan, B), signed_in(luzhou_drafter)
    node = Node.objects.create(task=task, name_zh="管材到货", due_on=DAY)
    url = reverse("plans:task-progress", args=[task.uid])
    assert "管材到货" in client.get(url).content.decode()
    refused = client.post(url, {"state": "under_way", "percent": "40"})
    assert refused.status_code == 400
    assert "reason" in refused.context["form"].errors
    done = client.post(url, {"state": "under_way", f"reached.{node.uid}": "2026-06-10"})
    assert done.status_code == 302
    said = Progress.objects.get(task=task)
    assert (said.percent, said.by_nodes, said.by) == (Decimal(100), Decimal(100), luzhou_drafter.user)
    page = client.get(reverse("plans:task", args=[task.uid])).content.decode()
    assert "100 %" in page


def test_pages_within_and_out_of_reach(
    plan: Plan, luzhou_drafter: Actor, sichuan_reviewer: Actor, ndrc_reviewer: Actor, stranger: Actor, signed_in: SignIn
) -> None:
    pages = [reverse(f"plans:{name}", args=[plan.uid]) for name in ("board", "plan-progress")]
    for actor in (luzhou_drafter, sichuan_reviewer, ndrc_reviewer):
        client = signed_in(actor)
        assert [client.get(page).status_code for page in pages] == [200, 200]
        assert A in client.get(pages[0]).content.decode()
    assert [signed_in(stranger).get(page).status_code for page in pages] == [404, 404]
    record = reverse("plans:task-progress", args=[task_of(plan, A).uid])
    assert signed_in(sichuan_reviewer).get(record).status_code == 403
    assert signed_in(luzhou_drafter).get(record).status_code == 200


def test_progress_of_pilots_and_provinces(plan: Plan, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    task = task_of(plan, C)
    Progress.objects.create(task=task, state=TaskState.UNDER_WAY, percent=50, text="虚构")
    refresh_progress(plan)
    client = signed_in(ndrc_reviewer)
    rows = {row.pilot_area_id: summary for row, summary in client.get("/progress/").context["rows"]}
    summary = rows[plan.pilot_area_id]
    assert (summary.leaves, summary.overdue, summary.percent) == (4, 1, Decimal("20.00"))
    province = plan.pilot_area.province
    found = {row.province.pk: row for row in client.get("/progress/provinces/").context["rows"]}
    assert (found[province.pk].pilots, found[province.pk].overdue, found[province.pk].percent) == (1, 1, Decimal("20"))
    assert client.get(f"/progress/?province={province.uid}").context["rows"]
