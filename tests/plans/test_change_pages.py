"""Pages of change requests, editions, guided plans: what is proposed there, and what is shown side by side."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from plans.change_workflow import perform
from plans.models import ChangeRequest, GuidedPlan, Plan
from plans.wording import marked
from records.workflow import Request
from tests.conftest import SignIn
from tests.indicators.figure_cast import luzhou
from tests.plans.flow_cast import PDF, a_change, a_guided
from tests.plans.plan_cast import A, B, C, a_plan, task_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back of a page's form, nothing changed."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    form = answer.context["form"]
    found = {name: form[name].value() for name in form.fields if name != "file"}
    return {name: value for name, value in found.items() if value is not None and value is not False}


def test_a_row_proposed_on_the_task_page_begins_a_request(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, url = signed_in(luzhou_drafter), reverse("plans:propose", args=[task_of(plan, B).uid])
    given = form_of(client, url) | {"request_title": "调整期限", "request_reason": "汛期", "due_on": "2026-08-20"}
    answer = client.post(url, given)
    change = ChangeRequest.objects.get()
    assert answer["Location"] == reverse("plans:change", args=[change.uid])
    assert [(row.wanted, row.before) for row in change.items.all()] == [({"due_on": "2026-08-20"}, {"due_on": None})]
    page = client.get(answer["Location"]).content.decode()
    assert "2026-08-20" in page
    end = reverse("plans:propose-end", args=[task_of(plan, C).uid])
    client.post(end, form_of(client, end))
    assert change.items.count() == 2


def test_added_rows_and_the_head_are_proposed_and_written_anew(
    plan: Plan, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    change, client = a_change(luzhou_drafter, plan), signed_in(luzhou_drafter)
    goal = plan.tasks.get(level="goal")
    add = reverse("plans:propose-add", args=[plan.uid])
    client.post(add, form_of(client, f"{add}?parent={goal.uid}") | {"name_zh": "新任务"})
    row = change.items.get(kind="add")
    assert (row.wanted["level"], row.wanted["parent"]) == ("task", str(goal.uid))
    url = reverse("plans:change-row", args=[change.uid, row.uid])
    client.post(url, form_of(client, url) | {"name_zh": "新任务（改）"})
    assert change.items.get(pk=row.pk).wanted["name_zh"] == "新任务（改）"
    head = reverse("plans:propose-head", args=[plan.uid])
    client.post(head, form_of(client, head) | {"ends_on": "2027-06-30"})
    assert change.items.get(kind="change", task=None).wanted == {"ends_on": "2027-06-30"}
    out = reverse("plans:change-row-remove", args=[change.uid, row.uid])
    client.post(out, form_of(client, out))
    assert not change.items.filter(kind="add").exists()


def test_somebody_elses_change_is_not_overwritten(plan: Plan, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    a_change(luzhou_drafter, plan)
    client, url = signed_in(luzhou_drafter), reverse("plans:propose", args=[task_of(plan, B).uid])
    seen = form_of(client, url)
    client.post(url, seen | {"mark": "8."})
    answer = client.post(url, seen | {"mark": "9."})
    assert answer.status_code == 409
    again = {name: answer.context["form"][name].value() for name in seen}
    assert client.post(url, again).status_code == 302


def test_the_receiver_sees_what_was_signed_and_the_editions_differ(
    plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    change, client = a_change(luzhou_drafter, plan, name_zh="铺设管道（虚构）"), signed_in(sichuan_reviewer)
    url = reverse("plans:change", args=[change.uid])
    assert client.get(url).status_code == 404
    perform(change, Request("send_for_signing"), by=luzhou_drafter)
    perform(change, Request("submit"), by=luzhou_lead)
    page = client.get(url).content.decode()
    assert "<ins>" in page
    act = reverse("plans:change-act", args=[change.uid, "approve"])
    client.post(act, form_of(client, act))
    found = client.get(reverse("plans:edition-differences", args=[plan.uid, 2]))
    assert [(row.kind, len(row.pairs)) for row in found.context["rows"]] == [("change", 1)]
    assert client.get(reverse("plans:edition-differences", args=[plan.uid, 2]) + "?from=7").status_code == 400
    old = client.get(reverse("plans:edition", args=[plan.uid, 1])).content.decode()
    assert B in old
    assert "铺设管道" not in old
    assert client.get(reverse("plans:editions", args=[plan.uid])).status_code == 200


def test_a_request_under_way_takes_nothing_more_and_says_so(
    plan: Plan, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    change = a_change(luzhou_drafter, plan)
    perform(change, Request("send_for_signing"), by=luzhou_drafter)
    client, url = signed_in(luzhou_drafter), reverse("plans:propose", args=[task_of(plan, A).uid])
    answer = client.post(url, form_of(client, url) | {"mark": "7."})
    assert answer.status_code == 409
    assert not answer.context["form"].is_valid() or answer.context["form"].non_field_errors()


def test_a_document_is_brought_with_a_form(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, url = signed_in(luzhou_drafter), reverse("plans:guided-plan-new")
    given = form_of(client, url) | {"pilot_area": str(luzhou().uid), "title": "行动计划（虚构）", "kind": "action"}
    refused = client.post(url, given | {"file": SimpleUploadedFile("绝密.pdf", PDF.content)})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["file"])
    answer = client.post(url, given | {"file": SimpleUploadedFile(PDF.name, PDF.content)})
    guided = GuidedPlan.objects.get(title="行动计划（虚构）")
    assert answer["Location"] == reverse("plans:guided-plan", args=[guided.uid])
    edit = reverse("plans:guided-plan-edit", args=[guided.uid])
    client.post(edit, form_of(client, edit) | {"note": "附说明", "file": SimpleUploadedFile("a.pdf", PDF.content)})
    guided.refresh_from_db()
    assert (guided.note, guided.version, guided.file and guided.file.name) == ("附说明", 1, "a.pdf")
    assert client.get(reverse("plans:guided-plans")).status_code == 200


def test_the_list_of_guided_plans_is_of_whom_it_concerns(
    luzhou_drafter: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    GuidedPlan.objects.all().delete()
    a_guided(luzhou_drafter)
    url = reverse("plans:guided-plans")
    assert signed_in(luzhou_drafter).get(url).context["page_obj"].paginator.count == 1
    assert signed_in(sichuan_reviewer).get(url).context["page_obj"].paginator.count == 0


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("铺管", "铺设管道", ("铺管", "铺<ins>设</ins>管<ins>道</ins>")),
        ("", "<b>", ("", "&lt;b&gt;")),
        ("a<", "b<", ("<del>a</del>&lt;", "<ins>b</ins>&lt;")),
    ],
)
def test_what_differs_is_marked_and_nothing_of_it_is_html(before: str, after: str, found: tuple[str, str]) -> None:
    assert marked(before, after) == found
