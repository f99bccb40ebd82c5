"""Luzhou's opinion as a plan, by its people: days and order, a change, progress, the report, the view from above."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from accounts.access import Actor
from plans.models import Plan, Task
from reporting.models import Report
from tests.browser.driver import PHONE, Open, Person
from tests.indicators.figure_cast import luzhou

pytestmark = pytest.mark.browser
DAYS = (60, 30)


def saved(person: Person) -> None:
    """The one form of a page is sent."""
    with person.page.expect_navigation():
        person.page.locator("main form[method=post] button[type=submit], .actionbar button[type=submit]").last.click()


def arranged(person: Person, plan: Plan, first: Task, second: Task) -> None:
    """Two leaves take days, and the second waits for the first; a ring is refused and named."""
    for task, days in zip((first, second), DAYS, strict=True):
        person.go(f"/tasks/{task.uid}/arrange/")
        person.page.fill("[name=days]", str(days))
        saved(person)
    person.go(f"/tasks/{second.uid}/needs/new/")
    person.page.select_option("[name=needs]", str(first.uid))
    saved(person)
    person.go(f"/tasks/{first.uid}/needs/new/")
    person.page.select_option("[name=needs]", str(second.uid))
    saved(person)
    expect(person.page.locator(".errors, .field-errors, .field-bad").first).to_be_visible()
    expect(person.page.locator("main")).to_contain_text("→")


def by_hand(person: Person, plan: Plan, first: Task, second: Task) -> None:
    """Counted back from the last day: the second ends on it, the first on the day before the second begins."""
    person.go(f"/plans/{plan.uid}/timeline/")
    chain = person.page.locator("tr.is-critical")
    expect(chain).to_have_count(2)
    starts = plan.ends_on - dt.timedelta(DAYS[1] - 1)
    ends = starts - dt.timedelta(1)
    expect(chain.filter(has_text=second.name_zh)).to_contain_text(f"{starts}")
    expect(chain.filter(has_text=first.name_zh)).to_contain_text(f"{ends - dt.timedelta(DAYS[0] - 1)}")
    expect(chain.filter(has_text=first.name_zh)).to_contain_text(f"{ends}")


def proposed(person: Person, task: Task, due_on: dt.date) -> None:
    person.go(f"/tasks/{task.uid}/propose/")
    person.page.fill("[name=request_title]", "明确期限（虚构）")
    person.page.fill("[name=request_reason]", "倒排需要（虚构）")
    person.page.fill("[name=due_on]", due_on.isoformat())
    saved(person)
    person.page.wait_for_url(re.compile("/plan-changes/"))


def reported(person: Person, task: Task) -> None:
    person.go(f"/tasks/{task.uid}/progress/")
    person.page.select_option("[name=state]", "under_way")
    person.page.fill("[name=percent]", "40")
    person.page.fill("[name=text]", "已完成勘察（虚构）。")
    saved(person)


def taken_in(person: Person, report: Report, task: Task) -> None:
    """How the tasks stand goes into the text of the section, where it can be edited."""
    person.go(f"/reports/{report.uid}/edit/")
    with person.page.expect_navigation():
        person.page.locator('button[form="take-tasks"]').click()
    expect(person.text_of("progress")).to_contain_text(task.name_zh)
    expect(person.text_of("progress")).to_contain_text("已完成勘察（虚构）")


@pytest.mark.django_db(transaction=True)
def test_luzhou_s_opinion_from_its_wording_to_the_view_of_the_province(
    at_desk: Open,
    luzhou_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_reviewer: Actor,
) -> None:
    plan = Plan.objects.get(pilot_area=luzhou())
    first, second = plan.tasks.filter(is_leaf=True, due_on=None).order_by("path")[:2]
    drafter = at_desk(luzhou_drafter)
    drafter.go(f"/plans/{plan.uid}/")
    expect(drafter.page.locator("main")).to_contain_text("泸市府发〔2015〕7号")
    arranged(drafter, plan, first, second)
    by_hand(drafter, plan, first, second)

    proposed(drafter, first, plan.ends_on - dt.timedelta(40))
    drafter.decide("send_for_signing")
    lead = at_desk(luzhou_lead, PHONE)
    lead.go(re.sub("^.*//[^/]+", "", drafter.page.url))
    assert lead.overflow() <= 0
    lead.decide("submit")
    sichuan = at_desk(sichuan_reviewer)
    sichuan.go(re.sub("^.*//[^/]+", "", drafter.page.url))
    sichuan.decide("approve")
    plan.refresh_from_db()
    assert plan.edition == 2
    drafter.go(f"/plans/{plan.uid}/editions/2/differences/")
    expect(drafter.page.locator("main")).to_contain_text(str(plan.ends_on - dt.timedelta(40)))

    reported(drafter, first)
    taken_in(drafter, luzhou_report, first)
    sichuan.go(f"/plans/{plan.uid}/progress/")
    expect(sichuan.page.locator("main")).to_contain_text("%")
    sichuan.go("/progress/")
    expect(sichuan.page.locator("main tbody tr", has_text="泸州")).to_contain_text("%")
