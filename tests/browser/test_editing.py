"""Nothing typed is lost: two writers, a lost network, no JavaScript; and getting a report back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.access import Actor
from accounts.models import Role
from portal.demo.words import CODES
from reporting.models import Report
from tests.browser.driver import PHONE, Open
from tests.conftest import Advance, Hire, Write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST = CODES[0]


def stored(report: Report, code: str = FIRST) -> str:
    return report.sections.get(section__code=code).html


def test_second_writer_sees_whose_change_it_was_and_both_texts(
    at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor, hire: Hire
) -> None:
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    mine, theirs = at_desk(luzhou_drafter), at_desk(colleague)
    for person in (mine, theirs):
        person.go(f"/reports/{luzhou_report.uid}/edit/")
    theirs.write(FIRST, "同事先写的一句。")
    theirs.sees_saved(FIRST)
    mine.write(FIRST, "我后写的一句。")

    panel = mine.page.locator(f"#section-{FIRST} .editor-panel")
    expect(panel).to_contain_text(colleague.user.name)
    expect(panel).to_contain_text("同事先写的一句。")
    expect(panel).to_contain_text("我后写的一句。")
    expect(mine.page.locator('[data-save-state][data-save-kind="conflict"]')).to_be_visible()
    assert "我后写" not in stored(luzhou_report)

    panel.locator("button.btn-primary").click()
    mine.sees_saved(FIRST)
    assert "同事先写的一句。" in stored(luzhou_report)
    assert "我后写的一句。" in stored(luzhou_report)


def test_text_typed_without_a_network_is_sent_when_it_is_back(
    at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    person = at_desk(luzhou_drafter)
    person.go(f"/reports/{luzhou_report.uid}/edit/")
    person.page.context.set_offline(True)
    person.write(FIRST, "断网时写的一句。")
    expect(person.page.locator('[data-save-state][data-save-kind="offline"]')).to_be_visible()
    person.page.context.set_offline(False)
    person.sees_saved(FIRST)
    assert "断网时写的一句。" in stored(luzhou_report)


def test_text_of_a_tab_closed_without_a_network_is_offered_again(
    at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    person = at_desk(luzhou_drafter)
    path = f"/reports/{luzhou_report.uid}/edit/"
    person.go(path)
    person.page.context.set_offline(True)
    person.write(FIRST, "关掉的标签页里的一句。")
    expect(person.page.locator('[data-save-state][data-save-kind="offline"]')).to_be_visible()
    context = person.page.context
    person.page.close()
    context.set_offline(False)
    person.page = context.new_page()
    person.go(path)
    panel = person.page.locator(f"#section-{FIRST} .editor-panel")
    expect(panel).to_contain_text("关掉的标签页里的一句。")
    panel.locator("button.btn-primary").click()
    person.sees_saved(FIRST)
    assert "关掉的标签页里的一句。" in stored(luzhou_report)


def test_leaving_by_a_link_saves_first(at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    person = at_desk(luzhou_drafter)
    person.go(f"/reports/{luzhou_report.uid}/edit/")
    person.write(FIRST, "还没有自动保存的一句。")
    with person.page.expect_navigation():
        person.page.locator(f'.page-acts a[href$="/reports/{luzhou_report.uid}/"]').click()
    expect(person.page.locator(f"#section-{FIRST}")).to_contain_text("还没有自动保存的一句。")


def test_without_javascript_one_writes_signs_and_returns(
    at_desk: Open, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    drafter = at_desk(luzhou_drafter, java_script_enabled=False)
    drafter.open_from_desk(luzhou_report)
    for code in CODES:
        drafter.page.fill(f"#text-{code}", f"{code} 第一段\n第二段")
    drafter.page.locator("#write noscript button, #write > button").first.click()
    assert stored(luzhou_report) == f"<p>{FIRST} 第一段</p><p>第二段</p>"
    drafter.declare(luzhou_report)
    drafter.go(f"/reports/{luzhou_report.uid}/edit/")
    drafter.press("send_for_signing")
    lead = at_desk(luzhou_lead, PHONE, java_script_enabled=False)
    lead.open_from_desk(luzhou_report)
    expect(lead.page.locator(f"#section-{FIRST}")).to_contain_text("第二段")
    lead.press("sign")
    lead.decide("submit")
    lead.sees_receipt()
    reviewer = at_desk(sichuan_reviewer, java_script_enabled=False)
    reviewer.open_from_desk(luzhou_report)
    reviewer.press("receive")
    reviewer.decide("return", comment="请补充。", **{f"remark_{FIRST}": "第一部分"})
    reviewer.sees_state("returned")


def test_recall_and_request_to_recall(
    at_desk: Open,
    luzhou_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_reviewer: Actor,
    write_all_sections: Write,
    advance: Advance,
) -> None:
    way = (("send_for_signing", luzhou_drafter), ("sign", luzhou_lead), ("submit", luzhou_drafter))
    write_all_sections(luzhou_report, luzhou_drafter)
    report = advance(luzhou_report, *way)
    path = f"/reports/{report.uid}/"
    drafter = at_desk(luzhou_drafter)
    drafter.go(path)
    drafter.decide("recall")
    drafter.sees_state("draft")

    advance(report, *way, ("receive", sichuan_reviewer))
    drafter.go(path)
    expect(drafter.page.locator('.actionbar a[href$="/act/recall/"]')).to_have_count(0)
    drafter.decide("request_recall", comment="附表有误。")
    drafter.sees_state("recall_requested")
    reviewer = at_desk(sichuan_reviewer)
    reviewer.open_from_desk(report)
    reviewer.decide("refuse_recall", comment="已在审核。")
    reviewer.sees_state("received")
    drafter.go(path)
    drafter.decide("request_recall", comment="必须更正。")
    reviewer.go(path)
    reviewer.press("grant_recall")
    drafter.go(path)
    drafter.sees_state("draft")
