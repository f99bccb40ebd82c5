"""Writing the rows of a plan by page and by API: the same rows, events and refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from plans.models import Plan, SpatialStructure, Task
from records.models import Event
from tests.conftest import SignIn
from tests.indicators.figure_cast import luzhou
from tests.plans.plan_cast import A, a_plan, task_of

pytestmark = pytest.mark.django_db
PLACE = "供水任务（虚构）"
WORDS = ("mark", "name_zh", "name_en", "text", "weight", "due_on", "evidence")
ROWS: tuple[dict[str, str], ...] = (
    {"name_zh": "新举措（虚构）", "weight": "2.5", "due_on": "2026-08-31", "mark": "3."},
    {"name_zh": "新举措（虚构）", "weight": "0"},
    {"name_zh": "新举措（虚构）", "weight": "1", "due_on": "2031-01-01"},
    {"name_zh": "", "weight": "1"},
)
HEADS = (("新标题", "2026-12-31"), ("新标题", "2025-12-31"), ("", "2026-12-31"))


def rows_of(plan: Plan) -> list[Any]:
    rows = Task.objects.filter(plan=plan).order_by("path", "id")
    return list(rows.values_list("path", "level", "is_leaf", "revision", *WORDS))


def said(acts: str) -> list[Any]:
    rows = Event.objects.filter(act__startswith=acts).order_by("id")
    return [(row.act, row.receiver_id, {k: v for k, v in row.data.items() if k != "uid"}) for row in rows]


def page(client: Client, name: str, row: Any, data: dict[str, Any]) -> bool:
    return client.post(reverse(f"plans:{name}", args=[row.uid]), data).status_code == 302


def room(client: Client, method: str, name: str, row: Any, data: dict[str, Any]) -> bool:
    url, headers = reverse(f"api:{name}", args=[row.uid]), {"if-match": '"0"'}
    body = {key: value or None if key == "due_on" else value for key, value in data.items()}
    answer = getattr(client, method)(url, body, content_type="application/json", headers=headers)
    return answer.status_code in (200, 201)


def both(first: Any, second: Any, left: Any) -> list[Any]:
    """What each face says and leaves behind; both begin with the same."""
    found = []
    for ask in (first, second):
        with transaction.atomic():
            found.append((ask(), left()))
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("given", ROWS)
@pytest.mark.parametrize("status", ["draft", "approved"])
def test_a_row_is_added(status: str, given: dict[str, str], signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan, client = a_plan(status), signed_in(luzhou_drafter)
    over = task_of(plan, PLACE)
    found = both(
        lambda: page(client, "task-add", plan, given | {"revision": "0", "parent": str(over.uid), "after": ""}),
        lambda: room(client, "post", "plan-tasks", plan, given | {"level": "measure", "parent": str(over.uid)}),
        lambda: (rows_of(plan), said("plan.task")),
    )
    assert found[0] == found[1]
    assert found[0][0] == (status == "draft" and given == ROWS[0])


@pytest.mark.parametrize("given", ROWS)
def test_a_row_is_worded_anew(given: dict[str, str], signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan, client = a_plan("draft"), signed_in(luzhou_drafter)
    task = task_of(plan, A)
    assert task.parent
    over = str(task.parent.uid)
    found = both(
        lambda: page(client, "task-edit", task, given | {"revision": "0", "parent": over, "after": ""}),
        lambda: room(client, "put", "task", task, given | {"level": "measure", "parent": over}),
        lambda: (rows_of(plan), said("plan.task")),
    )
    assert found[0] == found[1]


@pytest.mark.parametrize(("title", "ends"), HEADS)
def test_the_head_is_changed(title: str, ends: str, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan, client = a_plan("returned"), signed_in(luzhou_drafter)
    given = {"title": title, "begins_on": "2026-01-01", "ends_on": ends}
    found = both(
        lambda: page(client, "plan-edit", plan, given | {"version": "0"}),
        lambda: room(client, "put", "plan-room", plan, given),
        lambda: (list(Plan.objects.filter(pk=plan.pk).values("title", "ends_on", "version")), said("plan.change")),
    )
    assert found[0] == found[1]


def test_a_row_is_taken_out(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan, client = a_plan("draft"), signed_in(luzhou_drafter)
    over = task_of(plan, PLACE)
    found = both(
        lambda: page(client, "task-remove", over, {}),
        lambda: room(client, "post", "task-remove", over, {}),
        lambda: (rows_of(plan), said("plan.task")),
    )
    assert found[0] == found[1]
    assert found[0][0]


def test_the_structure_is_written(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    SpatialStructure.objects.all().delete()
    client, given = signed_in(luzhou_drafter), {"name": "一主四副多点", "text": "（虚构）"}
    found = both(
        lambda: page(client, "structure-set", luzhou(), given | {"seen": "0"}),
        lambda: room(client, "post", "pilot-structures", luzhou(), given),
        lambda: (list(SpatialStructure.objects.values("number", "name", "text")), said("pilot.structure")),
    )
    assert found[0] == found[1]
