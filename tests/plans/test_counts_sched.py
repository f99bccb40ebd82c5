"""The timeline, the calendar and the schedule take no more statements for many rows than for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from plans.models import Dependency, Node, Plan, Task
from tests.conftest import SignIn
from tests.plans.plan_cast import B, a_plan, task_of

pytestmark = pytest.mark.django_db
MOST = {"plans:timeline": 14, "plans:calendar": 13, "api:plan-schedule": 10}


def counted(client: Client, plan: Plan) -> dict[str, int]:
    found = {}
    for name in MOST:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=[plan.uid])).status_code == 200
        found[name] = len([query for query in captured if "SAVEPOINT" not in query["sql"]])
    return found


def test_statements_do_not_grow(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    plan, client = a_plan(), signed_in(luzhou_drafter)
    last = task_of(plan, B)
    Node.objects.create(task=last, name_zh="节点（虚构）", due_on="2026-06-20")
    counted(client, plan)
    few = counted(client, plan)
    for number in range(40):
        task = Task.objects.create(
            plan=plan, parent=last.parent, level="measure", name_zh=f"举措{number}（虚构）", days=3,
            path=f"0001.0001.{number + 10:04}", finish_by="2026-06-20",
        )  # fmt: skip
        Dependency.objects.create(task=task, needs=last, lag_days=1)
        Node.objects.create(task=task, name_zh="节点（虚构）", due_on="2026-06-20")
        last = task
    assert counted(client, plan) == few
    assert {name: count for name, count in few.items() if count > MOST[name]} == {}
