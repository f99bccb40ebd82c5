"""Pages about plans and their rows, as people use them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from accounts.models import Role
from plans.models import Duty, Plan, SpatialStructure, Task, TaskField
from tests.indicators.figure_cast import luzhou
from tests.plans.plan_cast import A, B, C, a_plan, no_plan, task_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
PLAN = {"title": "方案要点（虚构）", "begins_on": "2026-01-01", "ends_on": "2026-12-31", "version": 0}
ROW = {"revision": 0, "parent": "", "after": "", "name_zh": "新的（虚构）", "weight": "1"}


def page(name: str, *args: object) -> str:
    return reverse(f"plans:{name}", args=args)


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_a_plan_from_nothing(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    no_plan(luzhou())
    client = signed_in(luzhou_drafter)
    assert page("plan-begin") in text_of(client, page("plans"))
    answer = client.post(page("plan-begin"), PLAN | {"pilot_area": str(luzhou().uid)})
    plan = Plan.objects.get(pilot_area=luzhou())
    assert answer.headers["Location"] == page("plan", plan.uid)
    client.post(page("task-add", plan.uid), ROW)
    goal = Task.objects.get(plan=plan)
    url = f"{page('task-add', plan.uid)}?parent={goal.uid}"
    assert f'value="{goal.uid}" selected' in text_of(client, url)
    client.post(url, ROW | {"parent": str(goal.uid), "mark": "（一）"})
    assert [task.level for task in plan.tasks.order_by("path")] == ["goal", "task"]
    assert "（一）" in text_of(client, page("plan", plan.uid))


def test_a_refusal_stands_at_its_field(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    answer = signed_in(luzhou_drafter).post(page("task-add", plan.uid), ROW | {"due_on": "2031-01-01"})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"due_on"}


def test_an_approved_plan_says_how_it_changes(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan = a_plan()
    client = signed_in(luzhou_drafter)
    shown = text_of(client, page("plan", plan.uid))
    assert page("changes", plan.uid) in shown
    assert page("task-edit", task_of(plan, A).uid) not in shown
    answer = client.post(page("task-edit", task_of(plan, A).uid), ROW)
    assert answer.status_code == 409
    assert page("propose", task_of(plan, A).uid) in text_of(client, page("task", task_of(plan, A).uid))


def test_the_receiver_reads_what_was_sent(signed_in: SignIn, sichuan_reviewer: Actor, stranger: Actor) -> None:
    for status, rows, code in (("draft", 0, 404), ("returned", 0, 200), ("submitted", 7, 200), ("approved", 7, 200)):
        plan = a_plan(status)
        answer = signed_in(sichuan_reviewer).get(page("plan", plan.uid))
        assert answer.status_code == code, status
        assert code == 404 or len(answer.context["rows"]) == rows
        assert signed_in(stranger).get(page("plan", plan.uid)).status_code == 404


def test_a_department_sees_its_task_and_what_it_is_part_of(signed_in: SignIn, hire: Callable[..., Actor]) -> None:
    plan = a_plan()
    bureau = hire("bureau", "luzhou-statistics", Role.DRAFTER)
    Duty.objects.create(task=task_of(plan, A), tier="lead", unit=bureau.unit)
    client = signed_in(bureau)
    rows = client.get(page("plan", plan.uid)).context["rows"]
    assert [(row.task.name_zh, row.is_within_reach) for row, _chip in rows][-1] == (A, True)
    assert [row.is_within_reach for row, _chip in rows] == [False, False, True]
    assert client.get(page("task", task_of(plan, A).uid)).status_code == 200
    assert client.get(page("task", task_of(plan, B).uid)).status_code == 404


def test_a_task_says_what_was_approved(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    plan = a_plan()
    Task.objects.filter(pk=task_of(plan, A).pk).update(text="第一句。\n第二句。", evidence="验收报告")
    shown = text_of(signed_in(luzhou_drafter), page("task", task_of(plan, A).uid))
    assert "第一句。" in shown
    assert "验收报告" in shown
    assert page("task", task_of(plan, "供水任务（虚构）").uid) in shown


def test_indicators_are_chosen_at_any_time(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    task = task_of(a_plan(), A)
    code = "registered-urbanization-rate"
    answer = signed_in(luzhou_drafter).post(page("task-indicators", task.uid), {"indicators": [code]})
    assert answer.status_code == 302
    assert [row.code for row in task.indicators.all()] == [code]


def test_multi_plan_integration_has_its_own_page_and_workbook(signed_in: SignIn, sichuan_reviewer: Actor) -> None:
    plan = a_plan()
    Task.objects.filter(plan=plan, name_zh__in=["供水任务（虚构）", C]).update(is_multi_plan=True)
    client = signed_in(sichuan_reviewer)
    rows = client.get(page("multi-plan", plan.uid)).context["rows"]
    assert [row.task.name_zh for row, _chip in rows] == ["供水任务（虚构）", A, B, C]
    answer = client.get(page("multi-plan-book", plan.uid))
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer)))
    assert [row[2] for row in book.get_sheet_by_index(0).to_python()][-4:] == ["供水任务（虚构）", A, B, C]
    counted = client.get(page("multi-plans")).context["rows"]
    assert (plan, 2) in counted


def test_open_fields_are_kept_by_the_owner(
    signed_in: SignIn, ndrc_reviewer: Actor, sichuan_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    TaskField.objects.filter(batch__number=1, batch__programme__code="national").delete()
    given = {"version": 0, "code": "land", "name_zh": "土地", "source": ""}
    client = signed_in(ndrc_reviewer)
    assert client.post(page("field-add", 1), given).status_code == 302
    field = TaskField.objects.get(code="land", batch__number=1)
    assert (field.is_open, field.is_fact) == (True, False)
    assert "tone-warn" in text_of(signed_in(luzhou_drafter), page("fields"))
    changed = {"version": field.version, "name_zh": "土地制度", "source": "某文件"}
    assert client.post(page("field", field.uid), changed).status_code == 302
    field.refresh_from_db()
    assert (field.name_zh, field.is_fact) == ("土地制度", True)
    assert client.post(page("field", field.uid), changed).status_code == 409
    assert signed_in(sichuan_reviewer).post(page("field-add", 1), given).status_code == 404
    assert signed_in(luzhou_drafter).post(page("field-add", 1), given).status_code == 403


def test_sourced_fields_stay(signed_in: SignIn, ndrc_reviewer: Actor) -> None:
    pilot = luzhou()
    assert pilot.batch
    field = TaskField.objects.create(batch=pilot.batch, code="x", name_zh="甲", source="某文件", version=1)
    changed = {"version": 1, "name_zh": "乙", "source": "某文件"}
    assert signed_in(ndrc_reviewer).post(page("field", field.uid), changed).status_code == 409


def test_the_structure_is_written_version_upon_version(
    signed_in: SignIn, luzhou_drafter: Actor, sichuan_reviewer: Actor
) -> None:
    SpatialStructure.objects.all().delete()
    pilot = luzhou()
    client = signed_in(luzhou_drafter)
    first = {"seen": 0, "name": "一主四副多点", "text": "（虚构）"}
    assert client.post(page("structure-set", pilot.uid), first).status_code == 302
    second = first | {"name": "一主三副", "seen": 1}
    assert client.post(page("structure-set", pilot.uid), second).status_code == 400  # without a reason
    assert client.post(page("structure-set", pilot.uid), second | {"reason": "调整", "seen": 0}).status_code == 409
    assert client.post(page("structure-set", pilot.uid), second | {"reason": "调整"}).status_code == 302
    shown = text_of(signed_in(sichuan_reviewer), page("structure", pilot.uid))
    assert shown.index("一主三副") < shown.index("一主四副多点")
    assert "一主三副" in text_of(client, reverse("reporting:pilot", args=[pilot.uid]))
    assert signed_in(sichuan_reviewer).post(page("structure-set", pilot.uid), first).status_code == 403


def test_the_list_filters(signed_in: SignIn, ndrc_reviewer: Actor) -> None:
    plan = a_plan()
    client = signed_in(ndrc_reviewer)
    for query, found in (("state=approved", True), ("state=draft", False), ("q=泸州", True), ("q=无", False)):
        rows = client.get(f"{page('plans')}?{query}").context["rows"]
        assert (plan in [row[0] for row in rows]) == found, query
    assert client.get(f"{page('plans')}?state=none").status_code == 400
