"""Saying how far a task is, by page and by API: the same rows, events and refusals. Statements of lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from plans.models import Duty, Node, Plan, Progress, Task, Tier
from records.models import Event
from tests.conftest import SignIn
from tests.plans.plan_cast import B, a_plan, task_of

pytestmark = pytest.mark.django_db
MOST = {"/tasks/": 10, "/progress/": 10, "/progress/provinces/": 9, "/api/v1/tasks/": 9, "/api/v1/progress/": 9}
BOARDS = {"plans:board": 10, "plans:plan-progress": 10, "api:plan-progress": 10}
SAID = (
    {"state": "under_way", "percent": "60", "reason": "节点之外（虚构）", "text": "", "done_on": ""},
    {"state": "under_way", "percent": "60", "reason": "", "text": "", "done_on": ""},
    {"state": "done", "percent": "", "reason": "", "text": "", "done_on": "", "day": "2026-06-10"},
    {"state": "done", "percent": "", "reason": "", "text": "", "done_on": "2026-06-10", "day": "2026-06-10"},
)


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def by_page(client: Client, task: Task, node: Node, said: dict[str, str]) -> int:
    data = {**said, f"reached.{node.uid}": said.get("day", "")}
    return client.post(reverse("plans:task-progress", args=[task.uid]), data).status_code


def by_api(client: Client, task: Task, node: Node, said: dict[str, str]) -> int:
    data: dict[str, Any] = {name: said[name] or None for name in ("percent", "done_on")}
    data |= {"state": said["state"], "reason": said["reason"], "text": said["text"]}
    data["reached"] = [{"milestone": str(node.uid), "on": said.get("day")}]
    url = reverse("api:task-progress", args=[task.uid])
    return client.post(url, data, content_type="application/json").status_code


def left(task: Task) -> list[Any]:
    rows = Progress.objects.filter(task=task).values_list("state", "percent", "by_nodes", "reason", "done_on", "by")
    nodes = Node.objects.filter(task=task).values_list("done_on")
    events = Event.objects.filter(act="task.progress").values_list("subject_uid", "outcome", "comment", "data")
    return [*rows, *nodes, *events, *Task.objects.filter(pk=task.pk).values_list("state", "percent", "done_on")]


@pytest.mark.parametrize("said", SAID)
def test_page_and_api_agree(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn, said: dict[str, str]) -> None:
    task, client = task_of(plan, B), signed_in(luzhou_drafter)
    node = Node.objects.create(task=task, name_zh="通水（虚构）", due_on="2026-08-01")
    found = []
    for ask in (by_page, by_api):
        with transaction.atomic():
            taken = ask(client, task, node, said) in (201, 302)
            found.append((taken, left(task)))
            transaction.set_rollback(True)
    assert found[0] == found[1]


def counted(client: Client, plan: Plan) -> dict[str, int]:
    found = {}
    for path in [*MOST, *(reverse(name, args=[plan.uid]) for name in BOARDS)]:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        found[path] = len([query for query in captured if "SAVEPOINT" not in query["sql"]])
    return found


def test_statements_do_not_grow(plan: Plan, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client, parent = signed_in(sichuan_reviewer), plan.tasks.get(path="0001.0001")
    Duty.objects.create(task=parent, tier=Tier.LEAD, name="住建局（虚构）")
    counted(client, plan)
    few = counted(client, plan)
    for number in range(40):
        task = Task.objects.create(
            plan=plan, parent=parent, level="measure", name_zh=f"举措{number}（虚构）",
            path=f"0001.0001.{number + 10:04}", finish_by="2026-06-20",
        )  # fmt: skip
        Duty.objects.create(task=task, tier=Tier.LEAD, name="住建局（虚构）")
    assert counted(client, plan) == few
    most = MOST | {reverse(name, args=[plan.uid]): number for name, number in BOARDS.items()}
    assert {path: count for path, count in few.items() if count > most[path]} == {}


def test_the_desk_names_what_one_is_late_with(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    task = plan.tasks.get(path="0001.0001.0001")
    client = signed_in(luzhou_drafter)
    assert client.get(reverse("api:desk")).json()["late_tasks"] == []
    Duty.objects.create(task=plan.tasks.get(path="0001.0001"), tier=Tier.PERSON, person=luzhou_drafter.user)
    assert [row["uid"] for row in client.get(reverse("api:desk")).json()["late_tasks"]] == [str(task.uid)]
    page = client.get(reverse("desk"))
    assert [item["title"] for item in page.context["todo"] if item["url"].startswith("/tasks/")] == [str(task)]
