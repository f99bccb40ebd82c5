"""The editor without JavaScript: a refusal loses nothing that was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from reporting.models import Report, ReportSection
from reporting.services.sections import SectionInput, save_section, save_sections
from reporting.texts import LONGEST_SECTION
from reporting.typed import digest
from tests.conftest import Hire, SignIn
from tests.steps import Three, lead_to, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def colleague(hire: Hire) -> Actor:
    return hire("luzhou.colleague", "lgo-510500", Role.DRAFTER)


def form_of(page: Any) -> dict[str, str]:
    """What a browser would send back: every field as the page has it."""
    fields = {}
    for section in page.context["sections"]:
        fields[section["name"]] = section["plain"].replace("\n", "\r\n")
        fields[f"{section['name']}_revision"] = str(section["revision"])
        fields[f"{section['name']}_base"] = section["base"]
    return fields


def sections_of(page: Any) -> dict[str, Any]:
    return {section["code"]: section for section in page.context["sections"]}


def texts(report: Report) -> dict[str, str]:
    return dict(ReportSection.objects.filter(report=report).values_list("section__code", "html"))


def test_the_page_carries_what_the_form_needs(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    write(luzhou_report, three.drafter)
    page = signed_in(three.drafter).get(reverse("reporting:edit", args=[luzhou_report.uid]))
    body = page.content.decode()
    for name, value in form_of(page).items():
        if not name.endswith(("_revision", "_base")):
            continue
        assert f'name="{name}" value="{value}"' in body


def test_a_conflict_shows_every_section_and_keeps_every_text(
    luzhou_report: Report, three: Three, colleague: Actor, signed_in: SignIn
) -> None:
    write(luzhou_report, three.drafter)
    client, url = signed_in(three.drafter), reverse("reporting:edit", args=[luzhou_report.uid])
    sent = form_of(client.get(url)) | {
        "text_progress": "my progress", "text_measures": "my measures", "text_results": "my results"
    }  # fmt: skip
    theirs = [SectionInput(code, f"<p>their {code}</p>", 1) for code in ("progress", "measures", "next_steps")]
    save_sections(luzhou_report.uid, theirs, by=colleague)
    before = texts(luzhou_report)
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert texts(luzhou_report) == before, "all or nothing"
    body, shown = answer.content.decode(), sections_of(answer)
    assert [c["mine_html"] for c in answer.context["conflicts"]] == ["<p>my progress</p>", "<p>my measures</p>"]
    for words in ("their progress", "their measures", colleague.user.name):
        assert words in body
    assert {code: s["plain"] for code, s in shown.items() if code != "difficulties"} == {
        "progress": "my progress", "measures": "my measures", "results": "my results",
        "next_steps": "their next_steps",
    }  # fmt: skip
    assert {code: s["revision"] for code, s in shown.items()} == {
        "progress": 2, "measures": 2, "results": "1", "difficulties": 1, "next_steps": 2
    }  # fmt: skip
    assert client.post(url, form_of(answer)).status_code == 302
    assert texts(luzhou_report) == before | {
        "progress": "<p>my progress</p>", "measures": "<p>my measures</p>", "results": "<p>my results</p>"
    }  # fmt: skip


def test_what_i_did_not_touch_is_no_conflict(
    luzhou_report: Report, three: Three, colleague: Actor, signed_in: SignIn
) -> None:
    write(luzhou_report, three.drafter)
    client, url = signed_in(three.drafter), reverse("reporting:edit", args=[luzhou_report.uid])
    sent = form_of(client.get(url)) | {"text_progress": "mine"}
    save_section(luzhou_report.uid, SectionInput("measures", "<p>theirs</p>", 1), by=colleague)
    assert client.post(url, sent).status_code == 302
    assert texts(luzhou_report)["measures"] == "<p>theirs</p>"
    assert texts(luzhou_report)["progress"] == "<p>mine</p>"


def refused(client: Client, url: str, sent: dict[str, str], status: int) -> dict[str, Any]:
    answer = client.post(url, sent)
    assert answer.status_code == status
    assert 'id="write"' in answer.content.decode(), "the editor, not a page about a problem"
    assert answer.context["problems"]
    return sections_of(answer)


def test_a_text_that_is_too_long_stays_on_the_page(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client, url = signed_in(three.drafter), reverse("reporting:edit", args=[luzhou_report.uid])
    much = "长" * (LONGEST_SECTION + 1)
    sent = form_of(client.get(url)) | {"text_progress": much, "text_measures": "short"}
    shown = refused(client, url, sent, 400)
    assert (shown["progress"]["plain"], shown["measures"]["plain"]) == (much, "short")
    assert not texts(luzhou_report)


def test_an_unreadable_revision_loses_nothing(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client, url = signed_in(three.drafter), reverse("reporting:edit", args=[luzhou_report.uid])
    answer = client.post(url, {"text_progress": "mine", "text_progress_revision": "x"})
    assert sections_of(answer)["progress"]["plain"] == "mine"
    assert client.post(url, form_of(answer)).status_code == 302
    assert texts(luzhou_report) == {"progress": "<p>mine</p>"}


def test_a_report_sent_for_signing_meanwhile_keeps_my_text(
    luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    write(luzhou_report, three.drafter)
    client, url = signed_in(three.drafter), reverse("reporting:edit", args=[luzhou_report.uid])
    sent = form_of(client.get(url)) | {"text_progress": "typed too late"}
    lead_to(luzhou_report, "signing", three)
    shown = refused(client, url, sent, 409)
    assert shown["progress"]["plain"] == "typed too late"


def test_line_ends_are_no_change() -> None:
    assert digest("one\ntwo") == digest("one \r\n\r\ntwo\r\n") != digest("one two")
