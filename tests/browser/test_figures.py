"""The grid of figures under people's hands: keys, a block from a spreadsheet, two writers, a lost network, a phone."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.access import Actor
from accounts.models import Role
from indicators.models import FigureStatus
from reporting.models import Report, ReportFigure
from tests.browser.driver import PHONE, Open, Person
from tests.conftest import Hire
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, known, many, row_of
from units.models import Programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """(element, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)
    many(programme, 3)


@pytest.fixture
def path(luzhou_report: Report) -> str:
    return f"/reports/{luzhou_report.uid}/figures/"


def row(person: Person, code: str) -> Any:
    return person.page.locator(f'tr.figure-row[data-row$=":{code}"]')


def cell(person: Person, code: str, name: str) -> Any:
    return row(person, code).locator(f'[data-cell="{name}"]')


def sees_saved(person: Person, *codes: str) -> None:
    for code in codes:
        expect(row(person, code).locator('[data-row-state][data-save-kind="saved"]')).to_be_visible()
    expect(person.page.locator('[data-save-state][data-save-kind="saved"]')).to_be_visible()


def stored(code: str) -> ReportFigure:
    return ReportFigure.objects.get(indicator__code=code)


def test_typing_saves_the_row_and_the_rate_comes_back(at_desk: Open, path: str, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter)
    person.go(path)
    cell(person, SHARE, "numerator").click()
    person.page.keyboard.type("1")
    person.page.keyboard.press("ArrowRight")
    person.page.keyboard.type("4")
    person.page.keyboard.press("Enter")
    sees_saved(person, SHARE)
    expect(row(person, SHARE).locator("[data-shown]")).to_have_text("= 25.00")
    expect(person.page.locator("[data-figures-count]")).to_have_text(re.compile(r"^1/\d+$"))
    assert stored(SHARE).value == 25


def test_keys_go_from_cell_to_cell_and_escape_takes_back(at_desk: Open, path: str, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter)
    person.go(path)
    cell(person, PEOPLE, "value").click()
    keys = person.page.keyboard
    keys.type("12")
    keys.press("Escape")
    expect(cell(person, PEOPLE, "value")).to_have_value("")
    keys.press("ArrowDown")
    expect(cell(person, SHARE, "value")).to_be_focused()
    keys.press("Home")
    expect(cell(person, SHARE, "numerator")).to_be_focused()
    keys.press("ArrowUp")
    expect(cell(person, SHARE, "numerator")).to_be_focused()  # no such cell above
    keys.press("End")
    expect(cell(person, SHARE, "note")).to_be_focused()
    keys.press("Enter")
    expect(cell(person, "test-more-00", "note")).to_be_focused()
    keys.press("Shift+Enter")
    keys.press("Control+Home")
    expect(cell(person, PEOPLE, "value")).to_be_focused()
    assert not ReportFigure.objects.exists()


def test_a_block_from_a_spreadsheet_fills_and_bad_cells_stay_as_pasted(
    at_desk: Open, path: str, luzhou_drafter: Actor
) -> None:
    person = at_desk(luzhou_drafter)
    person.go(path)
    final = FigureStatus.FINAL.label
    block = f"7\tpersons\tpreliminary\r\n50%\t\t {final}\r\n很多\t\t\r\n\t\t从未\r\n9\t\t\r\n"
    cell(person, PEOPLE, "value").evaluate(PASTE, block)
    sees_saved_rows = (PEOPLE, SHARE, "test-more-02")
    for code in sees_saved_rows:
        expect(row(person, code).locator('[data-row-state][data-save-kind="saved"]')).to_be_visible()
    assert (stored(PEOPLE).value, stored(PEOPLE).status) == (Decimal(7), "preliminary")
    assert (stored(SHARE).value, stored(SHARE).status) == (Decimal(50), "final")
    bad = cell(person, "test-more-00", "value")
    expect(bad).to_have_value("很多")
    expect(bad).to_have_attribute("aria-invalid", "true")
    expect(row(person, "test-more-01").locator(".cell-why")).to_contain_text("从未")
    expect(person.page.locator('[data-save-state][data-save-kind="failed"]')).to_be_visible()
    assert not ReportFigure.objects.filter(indicator__code="test-more-00").exists()
    bad.fill("8")
    sees_saved(person, "test-more-00")


def test_a_warning_is_answered_at_the_row(
    at_desk: Open, path: str, luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    known(luzhou_report, SHARE, "51")
    person = at_desk(luzhou_drafter)
    person.go(path)
    cell(person, SHARE, "value").fill("0.52")
    notes = person.page.locator(f'tr.figure-notes[id$=":{SHARE}:notes"]')
    expect(notes.locator(".figure-check.is-open")).to_be_visible()
    notes.locator("textarea").fill("本地确为 0.52%，见统计公报。")
    expect(notes.locator(".figure-check.is-open")).to_have_count(0)
    assert list(stored(SHARE).answers.values()) == ["本地确为 0.52%，见统计公报。"]
    expect(person.page.locator("[data-figures-problems]")).to_be_empty()


def test_the_second_of_two_writers_chooses(at_desk: Open, path: str, luzhou_drafter: Actor, hire: Hire) -> None:
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    mine, theirs = at_desk(luzhou_drafter), at_desk(colleague)
    for person in (mine, theirs):
        person.go(path)
    cell(theirs, PEOPLE, "value").fill("8")
    sees_saved(theirs, PEOPLE)
    cell(mine, PEOPLE, "value").fill("9")
    cell(mine, "test-more-00", "value").fill("3")
    panel = mine.page.locator(".figure-notes .editor-panel")
    expect(panel).to_contain_text(colleague.user.name)
    expect(panel).to_contain_text("8")
    expect(panel).to_contain_text("9")
    sees = row(mine, "test-more-00").locator('[data-save-kind="saved"]')
    expect(sees).to_be_visible()  # the other row went on
    assert stored(PEOPLE).value == 8
    panel.locator("button.btn-primary").click()
    sees_saved(mine, PEOPLE)
    assert stored(PEOPLE).value == 9


def test_what_was_typed_without_a_network_arrives_or_is_offered_again(
    at_desk: Open, path: str, luzhou_drafter: Actor
) -> None:
    person = at_desk(luzhou_drafter)
    person.go(path)
    context = person.page.context
    context.set_offline(True)
    cell(person, PEOPLE, "value").fill("11")
    expect(row(person, PEOPLE).locator('[data-save-kind="offline"]')).to_be_visible()
    context.set_offline(False)
    sees_saved(person, PEOPLE)
    context.set_offline(True)
    cell(person, PEOPLE, "value").fill("12")
    expect(row(person, PEOPLE).locator('[data-save-kind="offline"]')).to_be_visible()
    person.page.close()
    context.set_offline(False)
    person.page = context.new_page()
    person.go(path)
    expect(cell(person, PEOPLE, "value")).to_have_value("11")
    person.page.locator(".editor-panel button.btn-primary").click()
    sees_saved(person, PEOPLE)
    assert stored(PEOPLE).value == 12


def test_without_javascript_the_form_saves_and_loses_nothing(at_desk: Open, path: str, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter, java_script_enabled=False)
    person.go(path)
    cell(person, PEOPLE, "value").fill("abc")
    cell(person, SHARE, "numerator").fill("3")
    cell(person, SHARE, "denominator").fill("4")
    person.page.locator("#figures [data-plain-only] button").click()
    expect(row(person, PEOPLE).locator(".cell-why")).to_be_visible()
    expect(cell(person, PEOPLE, "value")).to_have_value("abc")
    expect(cell(person, SHARE, "numerator")).to_have_value("3")
    cell(person, PEOPLE, "value").fill("12")
    person.page.locator("#figures [data-plain-only] button").click()
    expect(person.page.locator(".cell-why")).to_have_count(0)
    assert (stored(PEOPLE).value, stored(SHARE).value) == (Decimal(12), Decimal(75))


def test_on_a_phone_each_row_is_a_card(at_desk: Open, path: str, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter, PHONE)
    person.go(f"/reports/{luzhou_report.uid}/edit/")
    person.page.locator('.section-nav a[href$="/figures/"]').click()
    person.page.wait_for_url(f"**{path}")
    assert person.overflow() <= 0
    cell(person, PEOPLE, "value").fill("5")
    cell(person, PEOPLE, "source").fill("市统计局")
    sees_saved(person, PEOPLE)
    assert (stored(PEOPLE).value, stored(PEOPLE).source) == (Decimal(5), "市统计局")
    assert row_of(luzhou_report, PEOPLE).key in (row(person, PEOPLE).get_attribute("data-row") or "")
