"""Plans and their rows by the API: what pages do, with stable codes and figures as strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import Plan, SpatialStructure, Task, TaskField
from tests.indicators.figure_cast import luzhou
from tests.plans.plan_cast import A, B, a_plan, no_plan, task_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]


def send(client: Client, method: str, path: str, body: Any = None, saw: int | None = None) -> Any:
    headers = {} if saw is None else {"if-match": f'"{saw}"'}
    call = getattr(client, method)
    return call(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def wording(plan: Plan, name: str = A, **other: Any) -> dict[str, Any]:
    task = task_of(plan, name)
    facts = {"level": task.level, "parent": str(task.parent.uid) if task.parent else None, "mark": task.mark}
    return {**facts, "name_zh": task.name_zh, "name_en": task.name_en, "due_on": "2026-05-31", **other}


def test_a_plan_is_begun_and_filled(signed_in: SignIn, luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    no_plan(luzhou())
    client = signed_in(luzhou_drafter)
    head = {"pilot_area": str(luzhou().uid), "title": "方案", "begins_on": "2026-01-01", "ends_on": "2026-12-31"}
    assert send(signed_in(luzhou_lead), "post", "plans/", head).status_code == 403
    made = send(client, "post", "plans/", head)
    assert (made.status_code, made["ETag"]) == (201, '"0"')
    assert [act["name"] for act in made.json()["actions"]] == ["send_for_signing"]
    assert send(client, "post", "plans/", head).status_code == 404
    path = f"plans/{made.json()['uid']}/"
    goal = send(client, "post", f"{path}tasks/", {"level": "goal", "name_zh": "目标"}).json()
    row = {"level": "task", "parent": goal["uid"], "name_zh": "任务", "weight": "2.5"}
    task = send(client, "post", f"{path}tasks/", row).json()
    assert (task["weight"], task["parent"], task["may_edit"]) == ("2.50", goal["uid"], True)
    rows = send(client, "get", f"{path}tasks/").json()["rows"]
    assert [(one["path"], one["parent"]) for one in rows] == [("0001", None), ("0001.0001", goal["uid"])]
    del head["pilot_area"]
    assert send(client, "put", path, head | {"title": "新"}, saw=0).json()["title"] == "新"
    assert send(client, "put", path, head, saw=0).json()["code"] == "stale"


def test_refusals_name_the_field(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    client, path = signed_in(luzhou_drafter), f"tasks/{task_of(plan, A).uid}/"
    answer = send(client, "put", path, wording(plan, due_on="2031-01-01"), saw=0)
    assert (answer.status_code, answer.json()["findings"][0]["target"]) == (400, "due_on")
    assert send(client, "put", path, wording(plan)).status_code == 428
    assert send(client, "put", path, wording(plan, mark="7."), saw=0).json()["mark"] == "7."
    stale = send(client, "put", path, wording(plan, mark="8."), saw=0).json()
    assert (stale["code"], stale["theirs"]["mark"], stale["mine"]["mark"]) == ("stale", "7.", "8.")


def test_once_approved_only_what_needs_no_approval(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan = a_plan()
    client, path = signed_in(luzhou_drafter), f"tasks/{task_of(plan, A).uid}/"
    for answer in (
        send(client, "put", path, wording(plan), saw=0),
        send(client, "post", f"{path}remove/"),
        send(client, "post", f"plans/{plan.uid}/tasks/", wording(plan)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    codes = {"indicators": ["registered-urbanization-rate"]}
    assert send(client, "put", f"{path}indicators/", codes).json() == codes
    assert send(client, "get", path).json()["indicators"] == codes["indicators"]


def test_what_is_removed_stays_readable(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    client = signed_in(luzhou_drafter)
    answer = send(client, "post", f"tasks/{task_of(plan, A).uid}/remove/")
    assert (answer.status_code, answer.json()["may_edit"]) == (200, False)
    assert answer.json()["ended_at"]
    rows = send(client, "get", f"plans/{plan.uid}/tasks/").json()["rows"]
    assert A not in [row["wording"]["name"] for row in rows]


def test_out_of_reach_is_not_found(signed_in: SignIn, stranger: Actor, sichuan_reviewer: Actor) -> None:
    plan = a_plan("draft")
    for actor in (stranger, sichuan_reviewer):
        for path in (f"plans/{plan.uid}/", f"plans/{plan.uid}/tasks/", f"tasks/{task_of(plan, B).uid}/"):
            assert send(signed_in(actor), "get", path).status_code == 404


def test_multi_plan_integration(signed_in: SignIn, sichuan_reviewer: Actor) -> None:
    plan = a_plan()
    Task.objects.filter(plan=plan, name_zh="供水任务（虚构）").update(is_multi_plan=True)
    found = send(signed_in(sichuan_reviewer), "get", f"plans/{plan.uid}/multi-plan/").json()
    assert [row["wording"]["name"] for row in found["rows"]] == ["供水任务（虚构）", A, B]
    assert (found["leaves"], found["done"], found["overdue"]) == (2, 0, 1)


def test_fields_of_work(signed_in: SignIn, ndrc_reviewer: Actor, sichuan_reviewer: Actor) -> None:
    TaskField.objects.filter(batch__number=1, batch__programme__code="national").delete()
    client, body = signed_in(ndrc_reviewer), {"batch": 1, "code": "land", "name_zh": "土地"}
    made = send(client, "post", "task-fields/", body)
    assert (made.status_code, made.json()["is_fact"]) == (201, False)
    assert send(client, "post", "task-fields/", body).status_code == 409
    assert send(signed_in(sichuan_reviewer), "post", "task-fields/", body).status_code == 404
    path = f"task-fields/{made.json()['uid']}/"
    changed = {"name_zh": "土地制度", "source": "某文件"}
    assert send(client, "put", path, changed, saw=1).json()["is_fact"] is True
    assert send(client, "put", path, changed, saw=1).status_code == 409
    codes = [row["code"] for row in send(client, "get", "task-fields/").json()["results"]]
    assert "land" in codes


def test_the_structure(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    SpatialStructure.objects.all().delete()
    client, path = signed_in(luzhou_drafter), f"pilots/{luzhou().uid}/structures/"
    assert send(client, "get", path).json() == {"rows": []}
    made = send(client, "post", path, {"name": "一主四副多点"}, saw=0)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    assert send(client, "post", path, {"name": "一主三副"}, saw=1).json()["findings"][0]["target"] == "reason"
    assert send(client, "post", path, {"name": "一主三副", "reason": "调整"}, saw=0).status_code == 409
    made = send(client, "post", path, {"name": "一主三副", "reason": "调整"}, saw=1)
    assert [row["number"] for row in made.json()["rows"]] == [2, 1]


@pytest.mark.parametrize("path", ["/plans/", "/api/v1/plans/?embed=summary"])
def test_the_list_takes_as_many_statements_for_many_as_for_few(
    path: str, signed_in: SignIn, ndrc_reviewer: Actor
) -> None:
    client = signed_in(ndrc_reviewer)
    counts = []
    pilots = list(PilotArea.objects.shown().filter(programme=luzhou().programme).order_by("sort_key")[:9])
    for many in (pilots[:2], pilots[2:]):
        for pilot in many:
            a_plan(pilot=pilot)
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1] <= 12
