"""The palette by keyboard alone, on a phone by finger, and when the server cannot be reached."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.access import Actor
from reporting.models import Report
from tests.browser.driver import PHONE, Open
from tests.browser.test_pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def options(page: Page) -> list[str]:
    found: list[str] = page.locator("#palette [role=option]").evaluate_all("all => all.map(one => one.textContent)")
    return found


def test_from_anywhere_to_a_pilot_area_by_keyboard(
    at_desk: Open, luzhou_report: Report, sichuan_reviewer: Actor
) -> None:
    person = at_desk(sichuan_reviewer)
    person.go("/reports/")
    page = person.page
    page.locator("[name=q]").first.focus()
    page.keyboard.press("Control+k")
    box = page.locator("#palette [role=combobox]")
    expect(box).to_be_focused()
    page.keyboard.insert_text("泸州")
    expect(page.locator("#palette [role=option]").first).to_contain_text("泸州")
    expect(page.locator("#palette [role=status]")).to_contain_text(re.compile(r"\d"))
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowDown")
    first = page.locator("#palette [role=option]").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#palette [role=option]").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    area = luzhou_report.due.pilot_area
    assert area is not None
    page.wait_for_url(re.compile(f"/pilots/{area.uid}/$"))


def test_escape_gives_the_focus_back_and_enter_alone_shows_all(at_desk: Open, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter)
    person.go("/")
    page = person.page
    opener = page.locator("[data-palette-open]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("泸州 四川")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q="))
    expect(page.locator(".found-list a").first).to_contain_text("泸州")


def test_on_a_phone_without_barriers(at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter, PHONE, bypass_csp=True)
    person.go("/search/?q=%E6%B3%B8%E5%B7%9E")
    page = person.page
    assert violations(page) == []
    assert person.overflow() <= 0
    page.locator("[data-palette-open]").click()
    page.keyboard.insert_text("泸州")
    expect(page.locator("#palette [role=option]").first).to_contain_text("泸州")
    assert violations(page) == []
    assert person.overflow() <= 0


def test_what_went_wrong_is_said_in_words(at_desk: Open, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter)
    person.go("/")
    page = person.page
    page.route("**/api/v1/search/**", lambda route: route.abort())
    page.keyboard.press("Control+k")
    said = page.locator("#palette [role=status]")
    expect(said).to_have_class(re.compile("palette-bad"))
    expect(said).not_to_be_empty()
    page.unroute("**/api/v1/search/**")
    page.keyboard.insert_text("没有这样的东西")
    expect(said).not_to_have_class(re.compile("palette-bad"))
    assert options(page) == []
