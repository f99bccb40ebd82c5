"""What waits for whom in plans, on the desk and in the API's desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.access import Actor
from plans.change_workflow import perform
from plans.models import Plan
from plans.waiting import matters_of, waiting_rows
from records.workflow import Request
from tests.conftest import SignIn
from tests.plans.flow_cast import a_change, a_guided
from tests.plans.plan_cast import a_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return a_plan()


def kinds(by: Actor) -> list[tuple[str, str]]:
    return [(row.kind.value, row.status) for row in matters_of(waiting_rows(by))]


def test_a_request_waits_for_one_after_the_other(
    plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    change = a_change(luzhou_drafter, plan)
    people = (luzhou_drafter, luzhou_lead, sichuan_reviewer)
    found = [[kinds(person) for person in people]]
    steps = (
        ("send_for_signing", luzhou_drafter, ""),
        ("submit", luzhou_lead, ""),
        ("return", sichuan_reviewer, "太短"),
    )
    for name, by, comment in steps:
        perform(change, Request(name, comment), by=by)
        found.append([kinds(person) for person in people])
    assert found == [
        [[("change", "draft")], [], []],
        [[], [("change", "signing")], []],
        [[], [], [("change", "submitted")]],
        [[("change", "returned")], [], []],
    ]


def test_a_plan_and_a_document_stand_on_the_desk_and_in_the_api(
    luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    plan, guided = a_plan("submitted"), a_guided(luzhou_drafter)
    page = signed_in(sichuan_reviewer).get(reverse("desk")).content.decode()
    assert f'href="{reverse("plans:plan", args=[plan.uid])}"' in page
    rows = signed_in(luzhou_lead).get(reverse("api:desk")).json()["plans"]
    assert [(row["kind"], row["uid"], row["state"]) for row in rows] == [("guided", str(guided.uid), "draft")]
    assert kinds(luzhou_drafter) == []
