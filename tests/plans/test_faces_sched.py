"""Arranging a task by page and by API leaves the same rows and events, and is refused alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from plans.models import Dependency, Node, Plan
from records.models import Event
from tests.conftest import SignIn
from tests.plans.plan_cast import A, B, C, a_plan, task_of

pytestmark = pytest.mark.django_db
JSON = "application/json"
type_ask = Callable[[Client, Any], Any]


@pytest.fixture
def world(luzhou_drafter: Actor) -> dict[str, Any]:
    plan = a_plan()
    need = Dependency.objects.create(task=task_of(plan, B), needs=task_of(plan, A), lag_days=2)
    node = Node.objects.create(task=task_of(plan, B), name_zh="通水（虚构）", due_on="2026-08-01")
    return {
        "plan": plan,
        "a": task_of(plan, A),
        "b": task_of(plan, B),
        "c": task_of(plan, C),
        "need": need,
        "node": node,
    }


def page(name: str, key: str, **data: Any) -> type_ask:
    def ask(client: Client, world: Any) -> Any:
        given = {field: str(world[value[1:]].uid) if str(value)[0:1] == "@" else value for field, value in data.items()}
        return client.post(reverse(f"plans:{name}", args=[world[key].uid]), given)

    return ask


def room(name: str, key: str, method: str = "post", revision: int | None = None, **data: Any) -> type_ask:
    def ask(client: Client, world: Any) -> Any:
        given = {field: str(world[value[1:]].uid) if str(value)[0:1] == "@" else value for field, value in data.items()}
        headers = {} if revision is None else {"If-Match": f'"{revision}"'}
        url = reverse(f"api:{name}", args=[world[key].uid])
        return getattr(client, method)(url, given, content_type=JSON, headers=headers)

    return ask


NODE: dict[str, Any] = {
    "name_zh": "验收（虚构）",
    "name_en": "",
    "due_on": "2026-09-01",
    "weight": "2",
    "evidence": "报告",
}
ACTS: dict[str, tuple[type_ask, type_ask]] = {
    "days": (
        page("task-arrange", "b", days=30, begins_on="2026-02-01", revision=0),
        room("task-arrangement", "b", "put", 0, days=30, begins_on="2026-02-01"),
    ),
    "wait": (page("need-add", "c", needs="@a", lag_days=3), room("task-needs", "c", needs="@a", lag_days=3)),
    "wait no more": (page("need-end", "need"), room("task-need-remove", "need")),
    "set a milestone": (page("node-add", "b", revision=0, **NODE), room("task-nodes", "b", **NODE)),
    "change a milestone": (page("node", "node", revision=0, **NODE), room("task-node", "node", "put", 0, **NODE)),
    "take a milestone away": (page("node-remove", "node"), room("task-node-remove", "node")),
}
REFUSED: dict[str, tuple[int, type_ask, type_ask]] = {
    "a circle": (422, page("need-add", "a", needs="@b"), room("task-needs", "a", needs="@b")),
    "no such days": (
        400, page("task-arrange", "b", days=0, revision=0), room("task-arrangement", "b", "put", 0, days=0)
    ),
    "an old revision": (
        409, page("task-arrange", "b", days=3, revision=7), room("task-arrangement", "b", "put", 7, days=3)
    ),
    "itself": (400, page("need-add", "a", needs="@a"), room("task-needs", "a", needs="@a")),
}  # fmt: skip


def traces(plan: Plan) -> dict[str, Any]:
    """Everything these acts can change, without instants and new keys."""
    tasks = plan.tasks.order_by("path").values_list(
        "name_zh", "days", "begins_on", "latest_start", "finish_by", "percent", "revision"
    )
    needs = Dependency.objects.order_by("id").values_list("task__path", "needs__path", "lag_days")
    nodes = Node.objects.order_by("id").values_list("task__path", "name_zh", "due_on", "weight", "evidence", "position")
    events = Event.objects.order_by("id").values_list("act", "subject_uid", "receiver", "data")
    return {"tasks": list(tasks), "needs": list(needs), "nodes": list(nodes), "events": list(events)}


def both(client: Client, world: dict[str, Any], faces: tuple[type_ask, type_ask]) -> tuple[list[int], list[Any]]:
    statuses, left = [], []
    for face in faces:
        with transaction.atomic():
            statuses.append(face(client, world).status_code)
            left.append(traces(world["plan"]))
            transaction.set_rollback(True)
    return statuses, left


@pytest.mark.parametrize("name", ACTS)
def test_pages_and_api_leave_the_same(
    name: str, world: dict[str, Any], luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    before = traces(world["plan"])
    (by_page, by_api), (left, right) = both(signed_in(luzhou_drafter), world, ACTS[name])
    assert by_page == 302
    assert by_api in (200, 201)
    assert left == right != before


@pytest.mark.parametrize("name", REFUSED)
def test_pages_and_api_refuse_alike(name: str, world: dict[str, Any], luzhou_drafter: Actor, signed_in: SignIn) -> None:
    status, *faces = REFUSED[name]
    before = traces(world["plan"])
    statuses, left = both(signed_in(luzhou_drafter), world, (faces[0], faces[1]))
    assert statuses == [status, status]
    assert left == [before, before]


@pytest.mark.parametrize("name", ACTS)
def test_nobody_else_finds_them(name: str, world: dict[str, Any], stranger: Actor, signed_in: SignIn) -> None:
    statuses, (left, right) = both(signed_in(stranger), world, ACTS[name])
    assert set(statuses) <= {403, 404}
    assert left == right


def test_the_api_shows_the_schedule_and_what_a_task_waits_for(
    world: dict[str, Any], luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    client = signed_in(luzhou_drafter)
    sheet = client.get(reverse("api:plan-schedule", args=[world["plan"].uid])).json()
    assert [row["task"]["name"] for row in sheet["rows"]][2:4] == [A, B]
    assert sheet["chain"] == [str(world["a"].uid)], "due in May, and nothing else leaves less room"
    assert (sheet["slack"], sheet["short"], sheet["late"]) == (151, 0, 14)
    shown = client.get(reverse("api:task-arrangement", args=[world["b"].uid]))
    assert shown["ETag"] == '"0"'
    assert [need["lag_days"] for need in shown.json()["needs"]] == [2]
    assert [node["name"] for node in shown.json()["milestones"]] == ["通水（虚构）"]
