"""A report's whole way, by the people who carry it: pilot area → province → NDRC, and town → county → city."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from accounts.access import Actor
from portal.demo.words import CODES
from reporting.models import Report
from tests.browser.driver import PHONE, Open, Person
from tests.conftest import PASSWORD
from units.calendar import today

pytestmark = pytest.mark.browser
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style></head>
<body><p class=MsoNormal style='text-indent:24.0pt'><b>粘贴的段落</b><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>第一条</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>第二条</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=90><p class=MsoNormal>事项</p></td>
<td><p class=MsoNormal>单位</p></td></tr><tr><td><p>审批下放</p></td><td><p>各镇</p></td></tr></table></body></html>"""
REASON = "第四部分请补充矛盾困难的成因。"
REMARK = "请区分自行可解决的和需要上级协调的。"


def sign_in_by_form(person: Person, actor: Actor) -> None:
    person.go("/accounts/login/")
    person.page.fill("[name=login]", actor.user.email)
    person.page.fill("[name=password]", PASSWORD)
    person.page.press("[name=password]", "Enter")
    expect(person.page.locator("#desk-todo")).to_be_visible()


def write_five(person: Person, report: Report) -> None:
    person.open_from_desk(report)
    expect(person.page.locator(".editor-section")).to_have_count(5)
    person.paste(CODES[0], WORD)
    first = person.text_of(CODES[0])
    expect(first.locator("table td")).to_have_count(4)
    expect(first.locator("ol > li")).to_have_count(2)
    for code in CODES[1:]:
        person.write(code, f"{code}：按批复任务逐项推进。")
    person.sees_saved(*CODES)


def signed_on_phone(lead: Person, report: Report) -> None:
    lead.open_from_desk(report)
    assert lead.overflow() <= 0
    lead.press("sign")
    lead.sees_state("signed")


def submitted(drafter: Person, report: Report) -> str:
    drafter.open_from_desk(report)
    drafter.decide("submit")
    drafter.sees_state("submitted")
    return drafter.sees_receipt()


def received(reviewer: Person, report: Report) -> None:
    reviewer.open_from_desk(report)
    reviewer.press("receive")
    reviewer.sees_state("received")


def returned(reviewer: Person, code: str) -> dt.date:
    day = today() + dt.timedelta(days=12)
    reviewer.decide("return", comment=REASON, due_on=day.isoformat(), **{f"remark_{code}": REMARK})
    reviewer.sees_state("returned")
    return day


def corrected(drafter: Person, report: Report, code: str, day: dt.date) -> None:
    """The desk says what came back and why; the remark stands beside its section."""
    drafter.go("/")
    expect(drafter.page.locator(".desk-returned")).to_contain_text(REASON)
    drafter.open_from_desk(report)
    callout = drafter.page.locator(".page-content .callout").first
    expect(callout).to_contain_text(REASON)
    expect(callout).to_contain_text(str(day.day))
    row = drafter.page.locator(".editor-row", has=drafter.page.locator(f"#section-{code}"))
    expect(row.locator(".beside")).to_contain_text(REMARK)
    drafter.write(code, "已补充成因，并区分两类困难。")
    drafter.sees_saved(code)


def sent_and_submitted(drafter: Person, lead: Person, report: Report) -> str:
    drafter.press("send_for_signing")
    drafter.sees_state("signing")
    signed_on_phone(lead, report)
    return submitted(drafter, report)


def compiled(drafter: Person, report: Report, name: str) -> None:
    """Takes in what was accepted: the pilot's words stand under its name, and can be edited."""
    drafter.go(f"/reports/{report.uid}/compile/")
    boxes = drafter.page.locator("input[name=due]")
    expect(boxes).to_have_count(1)
    expect(boxes).to_be_checked()
    with drafter.page.expect_navigation(url=re.compile("/edit/$")):
        drafter.page.locator("form:has(input[name=due]) button").last.click()
    for code in CODES:
        expect(drafter.text_of(code)).to_contain_text(name)
    drafter.write(CODES[0], "本级综合意见。")
    drafter.sees_saved(CODES[0])


@pytest.mark.django_db(transaction=True)
def test_pilot_area_to_province_to_ndrc(
    at_desk: Open,
    luzhou_report: Report,
    sichuan_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_drafter: Actor,
    sichuan_lead: Actor,
    sichuan_reviewer: Actor,
    ndrc_reviewer: Actor,
) -> None:
    luzhou, phone = at_desk(None), at_desk(luzhou_lead, PHONE)
    sign_in_by_form(luzhou, luzhou_drafter)
    write_five(luzhou, luzhou_report)
    luzhou.declare(luzhou_report)
    luzhou.go(f"/reports/{luzhou_report.uid}/edit/")
    first = sent_and_submitted(luzhou, phone, luzhou_report)

    sichuan = at_desk(sichuan_reviewer)
    received(sichuan, luzhou_report)
    expect(sichuan.page.locator(f"#section-{CODES[0]} .prose table td")).to_have_count(4)
    day = returned(sichuan, CODES[3])
    corrected(luzhou, luzhou_report, CODES[3], day)
    second = sent_and_submitted(luzhou, phone, luzhou_report)
    assert second != first
    received(sichuan, luzhou_report)
    sichuan.press("accept")
    sichuan.sees_state("accepted")

    drafter, lead = at_desk(sichuan_drafter), at_desk(sichuan_lead, PHONE)
    compiled(drafter, sichuan_report, "泸州")
    sent_and_submitted(drafter, lead, sichuan_report)
    expect(drafter.page.locator("#basis + ul")).to_contain_text(second)

    ndrc = at_desk(ndrc_reviewer)
    received(ndrc, sichuan_report)
    day = returned(ndrc, CODES[3])
    corrected(drafter, sichuan_report, CODES[3], day)
    sent_and_submitted(drafter, lead, sichuan_report)
    received(ndrc, sichuan_report)
    ndrc.press("accept")
    ndrc.sees_state("accepted")


@pytest.mark.django_db(transaction=True)
def test_town_to_county_to_city(
    at_desk: Open,
    town_report: Report,
    county_report: Report,
    town_drafter: Actor,
    town_lead: Actor,
    county_drafter: Actor,
    county_lead: Actor,
    county_reviewer: Actor,
    luzhou_reviewer: Actor,
) -> None:
    town, phone = at_desk(town_drafter), at_desk(town_lead, PHONE)
    write_five(town, town_report)
    sent_and_submitted(town, phone, town_report)

    county = at_desk(county_reviewer)
    received(county, town_report)
    day = returned(county, CODES[3])
    corrected(town, town_report, CODES[3], day)
    receipt = sent_and_submitted(town, phone, town_report)
    received(county, town_report)
    county.press("accept")
    county.sees_state("accepted")

    drafter, lead = at_desk(county_drafter), at_desk(county_lead, PHONE)
    area = town_report.due.pilot_area
    assert area is not None
    compiled(drafter, county_report, area.name_as_published)
    sent_and_submitted(drafter, lead, county_report)
    expect(drafter.page.locator("#basis + ul")).to_contain_text(receipt)

    city = at_desk(luzhou_reviewer)
    received(city, county_report)
    city.press("accept")
    city.sees_state("accepted")
