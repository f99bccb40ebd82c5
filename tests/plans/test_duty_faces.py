"""Duties, annual plans and the assessment by page and API: what is shown, and that both leave the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from accounts.models import Role
from plans.models import AnnualPlan, AnnualTask, Assessment, Duty, Plan
from records.models import Event
from tests.indicators.figure_cast import luzhou
from tests.plans.duty_cast import BUREAU, an_annual, answered, bureau
from tests.plans.plan_cast import A, B, a_plan, task_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
DUTY = ("tier", "unit__key", "person", "name", "post", "recorded_by", "ended", "task__name_zh")
TASK = ("task__name_zh", "requirement", "percent", "revision")
ENTRY = ("year", "inclusion", "document_text", "result", "version", "recorded_by")
EVENT = ("act", "outcome", "comment", "user", "subject_kind", "receiver")


@pytest.fixture
def plan(luzhou_drafter: Actor) -> Plan:
    found = a_plan()
    answered(found, luzhou_drafter)
    return found


def page(name: str, *args: object) -> str:
    return reverse(f"plans:{name}", args=args)


def room(name: str, *args: object) -> str:
    return reverse(f"api:{name}", args=args)


def left() -> list[list[Any]]:
    """The rows and the events that stand."""
    found = [
        Duty.objects.order_by("id").annotate(ended=Q(ended_at__isnull=False)).values_list(*DUTY),
        AnnualPlan.objects.order_by("id").values_list("name", "year", "unit", "status", "version", "writers__user"),
        AnnualTask.objects.order_by("id").values_list(*TASK),
        Assessment.objects.order_by("id").values_list(*ENTRY),
        Event.objects.order_by("id").values_list(*EVENT),
    ]
    return [list(rows) for rows in found]


def undone(act: Callable[[], int]) -> tuple[int, list[list[Any]]]:
    """What an act answers and leaves, taken back."""
    with transaction.atomic():
        status, found = act(), left()
        transaction.set_rollback(True)
    return status, found


def sent(client: Client, method: str, url: str, body: Mapping[str, Any], version: int | None = None) -> int:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    answer = getattr(client, method)(url, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code < 300, answer.content.decode()
    return int(answer.status_code)


def posted(client: Client, url: str) -> int:
    return client.post(url).status_code


def test_naming_and_releasing_leave_the_same(plan: Plan, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    client, task = signed_in(luzhou_drafter), task_of(plan, A)
    duty = Duty.objects.get(tier="lead", unit=bureau())
    given = {"tier": "lead", "unit": "", "person": "", "name": "水务局（虚构）", "post": ""}
    body = {"tier": "lead", "name": "水务局（虚构）"}
    by_page = undone(lambda: client.post(page("task-duties", task.uid), given).status_code)
    by_api = undone(lambda: sent(client, "post", room("task-duties", task.uid), body))
    assert (by_page[0], by_api[0]) == (302, 201)
    assert by_page[1] == by_api[1] != left()
    by_page = undone(lambda: client.post(page("duty-release", duty.uid)).status_code)
    by_api = undone(lambda: sent(client, "post", room("duty-release", duty.uid), {}))
    assert by_page[1] == by_api[1] != left()


def test_beginning_and_writing_a_year_leave_the_same(plan: Plan, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    client, uid = signed_in(luzhou_drafter), bureau().uid
    given = {"department": f"unit:{uid}", "year": "2026"}
    body = {"plan": str(plan.uid), "year": 2026, "department": str(uid)}
    by_page = undone(lambda: client.post(page("annual-begin", plan.uid), given).status_code)
    by_api = undone(lambda: sent(client, "post", room("annual-plans"), body))
    assert by_page[1] == by_api[1] != left()
    row = an_annual(plan, luzhou_drafter)
    first, other = row.rows.order_by("task__path")
    cells: dict[str, Any] = {f"{one.task.uid}-revision": one.revision for one in (first, other)}
    cells |= {f"{first.task.uid}-keep": "on", f"{first.task.uid}-requirement": "改", f"{first.task.uid}-percent": "80"}
    lines = [
        {"task": str(first.task.uid), "requirement": "改", "percent": 80, "revision": first.revision},
        {"task": str(other.task.uid), "revision": other.revision, "keep": False},
    ]
    by_page = undone(lambda: client.post(page("annual-edit", row.uid), cells).status_code)
    by_api = undone(lambda: sent(client, "put", room("annual-rows", row.uid), {"rows": lines}))
    assert by_page[1] == by_api[1] != left()
    for name, answer in (("annual-draw", 302), ("annual-discard", 302)):
        by_page = undone(partial(posted, client, page(name, row.uid)))
        by_api = undone(partial(sent, client, "post", room(name, row.uid), {}))
        assert (by_page[0], by_page[1]) == (answer, by_api[1])


def test_acts_on_a_year_and_the_assessment_leave_the_same(plan: Plan, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    client, row = signed_in(luzhou_drafter), an_annual(plan, luzhou_drafter)
    given = {"version": row.version, "comment": ""}
    by_page = undone(lambda: client.post(page("annual-act", row.uid, "send"), given).status_code)
    by_api = undone(lambda: sent(client, "post", room("annual-act", row.uid, "send"), {}, row.version))
    assert by_page[1][1:] == by_api[1][1:] != left()[1:]
    body = {"inclusion": "included", "document_text": "文件（虚构）", "result": "优秀（虚构）"}
    args = (luzhou().uid, 2025)
    by_page = undone(lambda: client.post(page("assessment", *args), body | {"version": 0}).status_code)
    by_api = undone(lambda: sent(client, "put", room("assessment", *args), body, 0))
    assert by_page[1] == by_api[1] != left()


def test_the_matrix_shows_gaps_on_page_api_and_in_the_workbook(
    plan: Plan, signed_in: SignIn, luzhou_drafter: Actor, sichuan_reviewer: Actor
) -> None:
    Duty.objects.filter(tier="lead", unit=bureau()).update(ended_at=plan.begun_at)
    client = signed_in(sichuan_reviewer)
    shown = client.get(page("duties", plan.uid), {"show": "gaps", "tier": "lead"})
    assert [row.task.name for row in shown.context["matrix"].rows] == [A, B]
    assert "公安局（虚构）" in client.get(page("duties", plan.uid)).content.decode()
    found = client.get(room("plan-duties", plan.uid), {"show": "gaps"}).json()
    assert [row["name"] for row in found["rows"]] == [A, B]
    assert {row["tier"]: row["gaps"] for row in found["gaps"]} == {"principal": 0, "deputy": 0, "lead": 2, "person": 0}
    answer: Any = client.get(page("duties-book", plan.uid), {"show": "gaps"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0)
    assert [row[1] for row in sheet.to_python()[-2:]] == [A, B]


def test_a_department_finds_its_own_rows_and_its_year(
    plan: Plan, signed_in: SignIn, luzhou_drafter: Actor, hire: Callable[..., Actor]
) -> None:
    clerk = hire("bureau-drafter", BUREAU, Role.DRAFTER)
    client = signed_in(clerk)
    rows = client.get(page("duties", plan.uid)).context["matrix"].rows
    assert [(row.task.name, row.is_within_reach) for row in rows if row.task.is_leaf] == [(A, True), (B, True)]
    assert not rows[0].is_within_reach
    assert client.post(page("task-duties", task_of(plan, A).uid), {}).status_code == 404
    row = an_annual(plan, clerk)
    assert client.get(page("annual", plan.uid), {"year": "2026"}).context["rows"][0][0] == row
    text = client.get(page("annual-plan", row.uid)).content.decode()
    assert "完成主体工程（虚构）" in text
    assert page("annual-edit", row.uid) in text


def test_a_conflict_in_a_year_shows_what_is_stored(plan: Plan, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    row = an_annual(plan, luzhou_drafter)
    one = row.rows.order_by("task__path")[0]
    cells = {
        f"{one.task.uid}-revision": 0,
        f"{one.task.uid}-keep": "on",
        f"{one.task.uid}-requirement": "我的",
    }
    client = signed_in(luzhou_drafter)
    answer = client.post(page("annual-edit", row.uid), cells)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "完成主体工程（虚构）" in text
    assert "我的" in text


def test_the_assessment_page_lists_gaps_first_by_filter(
    signed_in: SignIn, luzhou_drafter: Actor, ndrc_reviewer: Actor
) -> None:
    client = signed_in(ndrc_reviewer)
    answer: Any = client.get(page("assessments"), {"year": "2025", "gaps": "yes"})
    assert len(answer.context["lines"]) == 20
    assert answer.context["count"].with_gaps == answer.context["count"].pilots
    assert client.get(page("assessments"), {"year": "x"}).status_code == 400
    found = client.get(room("assessments"), {"year": "2025", "gaps": "yes"}).json()
    assert found["results"][0]["lacks"] == [{"code": "entry", "label": found["results"][0]["lacks"][0]["label"]}]
    answer = client.get(page("assessments-book"), {"year": "2025"})
    book = b"".join(answer.streaming_content)
    assert len(CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()) > 60
