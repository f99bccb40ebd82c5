"""The national reviewer's hour by keyboard alone: sign-in, dashboard, province, pilot, figure, sentence."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.access import Actor
from indicators.models import Indicator
from indicators.services.observations import Bringing, record
from reporting.models import Report, ReportFigure
from tests.browser.driver import Open
from tests.browser.test_pages import press_by_keyboard, sign_in_by_keyboard
from tests.dashboards.dense import dense
from tests.indicators.figure_cast import SHARE
from tests.steps import Three, lead_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def figure_of(luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> str:
    """Luzhou's report is accepted and has brought a figure that has a target; its indicator's code. Invented."""
    report = lead_to(luzhou_report, "accepted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    due, version = report.due, report.versions.get()
    assert due.pilot_area is not None
    dense(due.cycle.programme)
    programme, receiver = due.cycle.programme, sichuan_reviewer.user
    what = Bringing(programme, due.unit, due.receiver, due.chain, version.seal, timezone.now(), receiver)
    figure = ReportFigure(
        report=report, division=due.pilot_area.divisions.get(), indicator=Indicator.objects.get(code=SHARE), year=2025,
        value=Decimal("61.5"), entered="61.5%", status="final", source="虚构",
    )  # fmt: skip
    assert record(what, [figure]) == 1
    return SHARE


def test_from_sign_in_to_the_sentence_by_keyboard(at_desk: Open, figure_of: str, ndrc_reviewer: Actor) -> None:
    person = at_desk(None)
    page = person.page
    sign_in_by_keyboard(person, ndrc_reviewer)
    press_by_keyboard(page, '.side a[href="/dashboard/"]')
    expect(page.locator("h1")).to_be_visible()
    province = page.locator('tr[data-href*="sender="]').filter(has_text=re.compile("四川")).locator("th a")
    href = province.get_attribute("href")
    press_by_keyboard(page, f'th a[href="{href}"]')
    press_by_keyboard(page, f'.heat td a[href$="/figures/#{figure_of}"]')
    row = page.locator(f"#{figure_of} .standing-series tr").filter(has_text="61.50")
    figure = row.locator('a[href^="/figures/"]').get_attribute("href")
    press_by_keyboard(page, f'a[href="{figure}"]')
    press_by_keyboard(page, '.page-aside a[href^="/reports/"]')
    expect(page.locator('[id^="section-"]').first).to_be_visible()
    expect(page.locator("#section-difficulties")).to_contain_text("正文")


def test_the_way_back_up_stands_on_every_page(at_desk: Open, figure_of: str, ndrc_reviewer: Actor) -> None:
    person = at_desk(ndrc_reviewer)
    person.go(f"/dashboard/indicators/{figure_of}/distribution/")
    press_by_keyboard(person.page, f'.crumbs a[href="/dashboard/indicators/{figure_of}/"]')
    press_by_keyboard(person.page, '.crumbs a[href="/dashboard/"]')
    expect(person.page).to_have_url(re.compile("/dashboard/$"))
