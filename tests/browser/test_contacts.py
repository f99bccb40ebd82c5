"""Contacts and leading groups as they are met: on a phone, without JavaScript, readable for all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.access import Actor
from pilots.models import Contact, LeadingGroup, PilotArea
from tests.browser.driver import DESKTOP, PHONE, Open
from tests.browser.test_pages import violations
from tests.pilots.contact_cast import NUMBERS, a_contact, a_group, a_member, pilot_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def luzhou(luzhou_drafter: Actor) -> PilotArea:
    pilot = pilot_of("lgo-510500")
    a_contact(luzhou_drafter, pilot)
    group = a_group(luzhou_drafter)
    for rank, name in (("head", "李某（虚构）"), ("deputy", "周某（虚构）"), ("member", "吴某（虚构）")):
        a_member(luzhou_drafter, group, rank, name)
    return pilot


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_barrier_and_no_sideways_scrolling(
    at_desk: Open, luzhou: PilotArea, luzhou_drafter: Actor, language: str
) -> None:
    person = at_desk(luzhou_drafter, language=language, bypass_csp=True)
    group, wrong = LeadingGroup.objects.get(), []
    own = f"/pilots/{luzhou.uid}/contacts/"
    paths = ["/contacts/?q=%E6%B3%B8%E5%B7%9E", "/contacts/groups/", own, f"{own}liaison/"]
    paths += [f"/contacts/groups/{group.uid}/{page}" for page in ("", "change/", "add/")]
    for path in paths:
        for number, view in enumerate((DESKTOP, PHONE)):
            person.page.set_viewport_size(view)
            person.go(path)
            wrong += [f"{path}: {found}" for found in violations(person.page)]
            if person.overflow() > 0:
                wrong.append(f"{path}: {person.overflow()} px too wide at {view['width']} px")
            if folder := os.environ.get("PORTAL_SCREENSHOTS"):
                name = f"{language}-{paths.index(path)}-{number}.png"
                person.page.screenshot(path=str(Path(folder) / name), full_page=True)
    assert wrong == []


def test_a_person_is_recorded_on_a_phone_without_javascript(
    at_desk: Open, luzhou: PilotArea, luzhou_drafter: Actor
) -> None:
    page = at_desk(luzhou_drafter, PHONE, java_script_enabled=False).page
    page.goto(f"{at_desk(luzhou_drafter).base}/pilots/{luzhou.uid}/contacts/")
    page.locator('a[href$="/contacts/responsible/"]').click()
    page.fill("[name=name]", "赵某（虚构）")
    page.fill("[name=field_phone]", "0830-2990002")
    page.locator(".confirm button[type=submit]").click()
    expect(page.locator("#responsible + .panel-body")).to_contain_text("赵某（虚构）")
    page.locator('form[action$="/liaison/reveal/"] button').click()
    expect(page.locator("#liaison + .panel-body")).to_contain_text(NUMBERS[1])
    page.goto(f"{at_desk(luzhou_drafter).base}/contacts/")
    assert NUMBERS[1] not in page.content()
    assert Contact.objects.current().count() == 2
