"""Every page as it is met: readable for all (axe), narrow screens, both languages, keyboard alone, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.access import Actor
from indicators.models import PilotPosition
from portal.demo.words import CODES
from reporting.models import Report
from tests.browser.driver import DESKTOP, PHONE, Open, Person
from tests.conftest import PASSWORD, Advance, Write
from tests.dashboards.dense import dense

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
RUN_AXE = """() => axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations
  .filter((rule) => ["serious", "critical"].includes(rule.impact))
  .map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 140)).join(" | ")}`))"""
Walk = list[tuple[Actor | None, list[str]]]


@pytest.fixture
def walk(
    luzhou_report: Report,
    sichuan_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_drafter: Actor,
    sichuan_reviewer: Actor,
    ndrc_reviewer: Actor,
    unit_admin: Actor,
    write_all_sections: Write,
    advance: Advance,
) -> Iterator[Walk]:
    """Who opens which pages; the report has been returned once, so that every part of a page is filled."""
    write_all_sections(luzhou_report, luzhou_drafter)
    back = {"due_on": luzhou_report.due.due_on, "remarks": {CODES[3]: "请区分两类困难。"}}
    up = (("send_for_signing", luzhou_drafter), ("sign", luzhou_lead), ("submit", luzhou_drafter))
    advance(luzhou_report, *up, ("receive", sichuan_reviewer), ("return", sichuan_reviewer, "请补充成因。", back))
    own, area = f"/reports/{luzhou_report.uid}/", luzhou_report.due.pilot_area
    assert area is not None
    dense(luzhou_report.due.cycle.programme)
    yield [
        (None, ["/accounts/login/", "/accounts/password/reset/"]),
        (luzhou_drafter, ["/", "/reports/", own, f"{own}edit/", f"{own}?view=history", "/notices/"]),
        (sichuan_reviewer, ["/history/", f"{own}versions/1/"]),
        (sichuan_drafter, [f"/reports/{sichuan_report.uid}/compile/"]),
        (ndrc_reviewer, ["/overview/", "/pilots/", f"/pilots/{area.uid}/", "/programmes/"]),
        (ndrc_reviewer, ["/dashboard/", "/dashboard/pilots/", "/dashboard/indicators/public-water-supply/"]),
        (ndrc_reviewer, [f"/dashboard/indicators/public-water-supply/{name}/" for name in ("distribution", "trends")]),
        (ndrc_reviewer, [f"/pilots/{area.uid}/figures/", f"/dashboard/compare/?{side_by_side()}"]),
        (luzhou_drafter, ["/dashboard/"]),
        (ndrc_reviewer, [f"/pilots/{area.uid}/brief/", "/meeting-pack/"]),
        (sichuan_reviewer, [f"/offices/{sichuan_reviewer.unit.uid}/brief/"]),
        (unit_admin, ["/people/"]),
    ]


def side_by_side() -> str:
    """Six pilot areas, as an address has them."""
    heads = PilotPosition.objects.filter(programme__code="national").select_related("pilot_area")[:6]
    return "&".join(f"pilot={head.pilot_area.uid}" for head in heads)


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN_AXE)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_serious_barrier_and_no_sideways_scrolling(at_desk: Open, walk: Walk, language: str) -> None:
    wrong: list[str] = []
    for actor, paths in walk:
        # axe writes style attributes while it measures; the policy is tested by all other visits.
        person = at_desk(actor, language=language, bypass_csp=True)
        for path in paths:
            person.go(path)
            wrong += [f"{path}: {found}" for found in violations(person.page)]
            person.page.set_viewport_size(PHONE)
            if person.overflow() > 0:
                wrong.append(f"{path}: {person.overflow()} px too wide at 360 px")
            person.page.set_viewport_size(DESKTOP)
            if person.overflow() > 0:
                wrong.append(f"{path}: {person.overflow()} px too wide at 1366 px")
    assert wrong == []


def test_page_of_an_act_is_without_barriers(at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor,
    luzhou_lead: Actor, sichuan_reviewer: Actor, write_all_sections: Write, advance: Advance) -> None:  # fmt: skip
    write_all_sections(luzhou_report, luzhou_drafter)
    up = (("send_for_signing", luzhou_drafter), ("sign", luzhou_lead), ("submit", luzhou_drafter))
    advance(luzhou_report, *up, ("receive", sichuan_reviewer))
    reviewer = at_desk(sichuan_reviewer, PHONE, bypass_csp=True)
    reviewer.go(f"/reports/{luzhou_report.uid}/act/return/")
    assert violations(reviewer.page) == []
    assert reviewer.overflow() <= 0
    # Without a reason nothing happens: the summary names the field and stands in focus.
    reviewer.page.fill("[name=due_on]", "")
    reviewer.page.locator(".confirm").evaluate("form => { form.noValidate = true; }")
    reviewer.page.locator(".confirm button[type=submit]").click()
    expect(reviewer.page.locator(".field-bad")).to_have_count(1)
    assert violations(reviewer.page) == []


def test_policy_is_kept_on_every_page(at_desk: Open, walk: Walk) -> None:
    """`desks` fails at its end on any complaint of the browser."""
    for actor, paths in walk:
        person = at_desk(actor)
        for path in paths:
            person.go(path)
            expect(person.page.locator("main h1")).not_to_be_empty()


def test_language_switch_turns_the_whole_page(at_desk: Open, walk: Walk) -> None:
    for actor, paths in walk:
        person = at_desk(actor)
        person.go(paths[0])
        for language, other in (("zh-hans", "en"), ("en", "zh-hans")):
            expect(person.page.locator("html")).to_have_attribute("lang", language)
            before = person.page.locator("h1").inner_text()
            with person.page.expect_navigation():
                person.page.locator(f'.top-language button[value="{other}"]').click()
            expect(person.page.locator("html")).to_have_attribute("lang", other)
            assert person.page.locator("h1").inner_text() != before


def to_focus(page: Page, selector: str, most: int = 120) -> None:
    """Tab until the element has the focus, and the focus can be seen."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none" or "ProseMirror" in selector
            return
    raise AssertionError(f"Tab never reached {selector}")


def press_by_keyboard(page: Page, selector: str) -> None:
    to_focus(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in_by_keyboard(person: Person, actor: Actor) -> None:
    person.go("/accounts/login/")
    to_focus(person.page, "[name=login]")
    person.page.keyboard.insert_text(actor.user.email)
    to_focus(person.page, "[name=password]")
    person.page.keyboard.insert_text(PASSWORD)
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def declare_by_keyboard(page: Page) -> None:
    """Each red line is answered with the first answer, and back to the text."""
    press_by_keyboard(page, 'a[href$="/declared/"], a[href*="/declared/#"]')
    lines = page.locator('#declared input[type=radio][value="kept"]')
    names = [line.get_attribute("name") for line in lines.all()]
    assert names
    for name in names:
        to_focus(page, f'[name="{name}"]')
        page.keyboard.press("Space")
    press_by_keyboard(page, "button[form=declared]")
    if page.url.endswith("/declared/"):
        press_by_keyboard(page, '.actionbar a[href$="/edit/"]')


def test_from_sign_in_to_submitting_by_keyboard_alone(
    at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor
) -> None:
    drafter, lead = at_desk(None), at_desk(None)
    page, own = drafter.page, f'a.btn[href^="/reports/{luzhou_report.uid}/"]'
    sign_in_by_keyboard(drafter, luzhou_drafter)
    press_by_keyboard(page, f".desk {own}")
    for code in CODES:
        to_focus(page, f"#section-{code} .ProseMirror")
        page.keyboard.insert_text(f"{code}：只用键盘写成。")
    drafter.sees_saved(*CODES)
    declare_by_keyboard(page)
    press_by_keyboard(page, 'button[form="act-send_for_signing"]')
    sign_in_by_keyboard(lead, luzhou_lead)
    press_by_keyboard(lead.page, f".desk {own}")
    press_by_keyboard(lead.page, 'button[form="act-sign"]')
    page.reload()
    press_by_keyboard(page, '.actionbar a[href$="/act/submit/"]')
    press_by_keyboard(page, ".confirm button[type=submit]")
    drafter.sees_receipt()


def test_report_prints_on_plain_a4(
    at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor, write_all_sections: Write, tmp_path: Path
) -> None:
    write_all_sections(luzhou_report, luzhou_drafter)
    person = at_desk(luzhou_drafter)
    person.go(f"/reports/{luzhou_report.uid}/")
    person.page.emulate_media(media="print")
    for part in (".top", ".side", ".foot", ".tabs", ".actionbar"):
        expect(person.page.locator(part).first).to_be_hidden()
    expect(person.page.locator(f"#section-{CODES[-1]}")).to_be_visible()
    paper = person.page.pdf(prefer_css_page_size=True)
    assert 1 <= paper.count(b"/Type /Page\n") <= 3  # two of text and figures, one of red lines and tasks
    assert b"595" in paper


def test_briefs_print_on_one_page(
    at_desk: Open, luzhou_report: Report, sichuan_reviewer: Actor, ndrc_reviewer: Actor
) -> None:
    dense(luzhou_report.due.cycle.programme)
    area = luzhou_report.due.pilot_area
    assert area is not None
    office = ndrc_reviewer.unit.uid
    for actor, path in ((sichuan_reviewer, f"/pilots/{area.uid}/brief/"), (ndrc_reviewer, f"/offices/{office}/brief/")):
        for language in ("zh-hans", "en"):
            person = at_desk(actor, language=language)
            person.go(path)
            paper = person.page.pdf(prefer_css_page_size=True)
            assert paper.count(b"/Type /Page\n") == 1, (path, language)
