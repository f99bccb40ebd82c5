"""Dates as the people live with them: a year planned, more time, a return with its date, a chase, the daily mail."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import expect

from accounts.access import Actor
from accounts.models import Role
from records.digests import make_digests
from records.jobs import run_waiting
from records.outbox import deliver_notices, send_mail
from reporting.models import Cycle, Due, Extension, Report
from reporting.reminders import remind
from tests.browser.driver import PHONE, Open, Person
from tests.conftest import Advance, Hire, Write
from units.calendar import OFFICE_TIME, after_working_days, end_of, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press_primary(person: Person, root: str = "main") -> None:
    with person.page.expect_navigation():
        person.page.locator(f"{root} button.btn-primary").first.click()


def due_of(report: Report) -> dt.date:
    return Due.objects.get(pk=report.due_id).due_on


def test_a_year_is_planned_looked_at_and_generated(at_desk: Open, hire: Hire) -> None:
    planner = at_desk(hire("ndrc.lead", "ndrc", Role.LEAD))
    planner.go("/plan/?year=2027")
    page = planner.page
    expect(page.locator("main")).to_contain_text("2027")
    assert not Cycle.objects.filter(year=2027).exists()
    press_primary(planner)
    page.wait_for_url(re.compile("/jobs/"))
    assert run_waiting() == 1
    page.reload()
    expect(page.locator("main a.btn-primary")).to_be_visible()
    kinds = Cycle.objects.filter(year=2027, programme__code="national").values_list("kind", flat=True)
    assert set(kinds) == {"mid_year", "year_end"}
    planner.go("/plan/?year=2027")
    expect(page.locator(".callout-good")).to_be_visible()


def test_more_time_is_asked_for_on_a_phone_and_granted(
    at_desk: Open, luzhou_drafter: Actor, sichuan_reviewer: Actor, luzhou_report: Report
) -> None:
    day = after_working_days(luzhou_report.due.due_on, 3)
    sender = at_desk(luzhou_drafter, PHONE)
    sender.go(f"/reports/{luzhou_report.uid}/extend/")
    assert sender.overflow() <= 0
    sender.page.fill("[name=due_on]", day.isoformat())
    sender.page.fill("[name=reason]", "统计数据推迟提供（虚构）。")
    press_primary(sender)
    reviewer = at_desk(sichuan_reviewer)
    reviewer.go("/extensions/")
    asked = Extension.objects.get(due=luzhou_report.due)
    reviewer.page.locator(f'main a[href="/extensions/{asked.uid}/"]').first.click()
    reviewer.page.locator('a[href$="/act/grant/"]').first.click()
    press_primary(reviewer)
    assert due_of(luzhou_report) == day
    sender.go(f"/reports/{luzhou_report.uid}/")
    expect(sender.page.locator("main")).to_contain_text("统计数据推迟提供（虚构）。")


def test_a_return_offers_its_date_by_rule(
    at_desk: Open, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, luzhou_report: Report,
    write_all_sections: Write, advance: Advance,
) -> None:  # fmt: skip
    write_all_sections(luzhou_report, luzhou_drafter)
    acts = (("send_for_signing", luzhou_drafter), ("sign", luzhou_lead), ("submit", luzhou_drafter))
    advance(luzhou_report, *acts, ("receive", sichuan_reviewer))
    by_rule = max(after_working_days(today(), 5), luzhou_report.due.due_on)
    reviewer = at_desk(sichuan_reviewer)
    reviewer.go(f"/reports/{luzhou_report.uid}/")
    reviewer.page.locator('.actionbar a[href$="/act/return/"]').click()
    expect(reviewer.page.locator("[name=due_on]")).to_have_value(by_rule.isoformat())
    reviewer.page.fill(".confirm [name=comment]", "请补充第四部分（虚构）。")
    with reviewer.page.expect_navigation():
        reviewer.page.locator(".confirm button[type=submit]").click()
    assert due_of(luzhou_report) == by_rule


def test_the_overdue_are_chased_and_the_mail_of_the_day_says_so(
    at_desk: Open, luzhou_drafter: Actor, sichuan_reviewer: Actor, luzhou_report: Report
) -> None:
    late = after_working_days(luzhou_report.due.due_on, 1)
    Due.objects.update(dated_at=end_of(luzhou_report.due.due_on) - dt.timedelta(days=9))
    with time_machine.travel(dt.datetime.combine(late, dt.time(8, 45), OFFICE_TIME)):
        reviewer = at_desk(sichuan_reviewer)
        reviewer.go("/overview/")
        reviewer.page.fill("#chase-note", "请尽快报送（虚构）。")
        with reviewer.page.expect_navigation():
            reviewer.page.locator('#chase button[value="overdue"]').click()
        assert remind() > 0
        deliver_notices()
        reader = at_desk(luzhou_drafter)
        reader.go("/preferences/digest/")
        seen = reader.page.locator("article .prose, article.prose, article").first.inner_text()
    assert "请尽快报送（虚构）。" in seen
    with time_machine.travel(dt.datetime.combine(late, dt.time(9, 5), OFFICE_TIME)):
        assert make_digests() > 0
        send_mail()
    letters = [letter for letter in mail.outbox if letter.to == [luzhou_drafter.user.email]]
    assert len(letters) == 1
    assert "请尽快报送（虚构）。" in str(letters[0].body)
