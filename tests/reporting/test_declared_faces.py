"""What is declared, and the tasks, as pages and API show them: one form, one button, the same words and rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.models import Role
from indicators.models import AskedIndicator
from plans.models import Plan
from reporting.declared import declared_of
from reporting.models import Report
from tests.conftest import Hire, SignIn
from tests.plans.plan_cast import A, a_plan
from tests.reporting.declared_cast import FARMLAND, GROWTH, SAID, ask_red_lines, commit, report_before, say
from tests.steps import Three, lead_to
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plan(programme: Programme) -> Plan:
    AskedIndicator.objects.all().delete()
    ask_red_lines(programme)
    return a_plan()


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def drafter(three: Three, signed_in: SignIn) -> Client:
    return signed_in(three.drafter)


def form(revision: int, **more: str) -> dict[str, str]:
    """The page's form with both red lines kept."""
    return {"revision": str(revision), f"red-{FARMLAND}": "kept", f"red-{GROWTH}": "kept", **more}


def test_the_form_stores_what_was_filled_in(luzhou_report: Report, drafter: Client, three: Three) -> None:
    report_before(luzhou_report, three, SAID)
    (asked,) = declared_of(luzhou_report).outcomes
    page = drafter.get(f"/reports/{luzhou_report.uid}/declared/").content.decode()
    assert SAID in page and "测试：耕地保护" in page
    said = {f"line-{asked.line}": "partly", f"line-{asked.line}-words": "过半（虚构）"}
    said |= {"commitment-0": "下一步（虚构）", "commitment-0-by": "2026-11-30", "commitment-2": "再下一步（虚构）"}
    answer = drafter.post(f"/reports/{luzhou_report.uid}/declared/", form(0, **said))
    assert answer.status_code == 302
    found = declared_of(luzhou_report)
    assert (found.filled, found.asked) == (3, 3)
    assert [row.text for row in found.commitments] == ["下一步（虚构）", "再下一步（虚构）"]
    assert "3/3" in drafter.get(f"/reports/{luzhou_report.uid}/edit/").content.decode()


def test_a_conflict_keeps_what_was_typed_and_shows_what_is_stored(
    luzhou_report: Report, drafter: Client, hire: Hire
) -> None:
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    commit(luzhou_report, colleague, "同事的承诺（虚构）")
    url = f"/reports/{luzhou_report.uid}/declared/"
    answer = drafter.post(url, form(0, **{"commitment-0": "我的承诺（虚构）"}))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同事的承诺（虚构）" in page and "我的承诺（虚构）" in page and colleague.user.name in page
    assert drafter.post(url, form(1, **{"commitment-0": "我的承诺（虚构）"})).status_code == 302
    assert [row.text for row in declared_of(luzhou_report).commitments] == ["我的承诺（虚构）"]


@pytest.mark.parametrize(
    "more", [{"commitment-0-by": "2026-11-30"}, {f"red-{FARMLAND}": "perhaps"}, {"revision": "x"}, {"revision": ""}]
)
def test_what_cannot_be_is_refused_with_the_form(more: dict[str, str], luzhou_report: Report, drafter: Client) -> None:
    answer = drafter.post(f"/reports/{luzhou_report.uid}/declared/", form(0) | more)
    assert answer.status_code == 400
    assert declared_of(luzhou_report).revision == 0


def test_a_refused_sending_leads_to_the_row(luzhou_report: Report, three: Three, drafter: Client) -> None:
    lead_to(luzhou_report, "draft", three)
    say(luzhou_report, three.drafter, "breached")
    version = Report.objects.get(pk=luzhou_report.pk).version
    page = drafter.post(f"/reports/{luzhou_report.uid}/act/send_for_signing/", {"version": version}).content.decode()
    assert f'href="/reports/{luzhou_report.uid}/declared/#red-{FARMLAND}"' in page


def test_the_reviewer_reads_it_beside(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    report_before(luzhou_report, three, SAID)
    say(luzhou_report, three.drafter, "breached", "占用（虚构）")
    report = lead_to(luzhou_report, "submitted", three)
    reader = signed_in(three.reviewer)
    for address in ("", "?view=last", "versions/1/"):
        page = reader.get(f"/reports/{report.uid}/{address}").content.decode()
        assert SAID in page and "占用（虚构）" in page and A in page, address


def test_nothing_of_the_draft_is_shown_beyond_the_office(
    luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    say(luzhou_report, three.drafter, "breached", "未报出（虚构）")
    page = signed_in(three.reviewer).get(f"/reports/{luzhou_report.uid}/").content.decode()
    assert "未报出（虚构）" not in page and A not in page
    assert signed_in(three.reviewer).get(f"/reports/{luzhou_report.uid}/declared/").status_code == 403
    told = signed_in(three.reviewer).get(f"/api/v1/reports/{luzhou_report.uid}/").json()
    assert (told["declared"], told["tasks"]) == (None, None)


def test_the_button_takes_the_tasks_in(luzhou_report: Report, drafter: Client) -> None:
    url = f"/reports/{luzhou_report.uid}"
    assert "/take-tasks/" in drafter.get(f"{url}/edit/").content.decode()
    answer: Any = drafter.post(f"{url}/take-tasks/")
    assert answer.url == f"{url}/edit/#section-progress"
    assert A in drafter.get(f"{url}/edit/").content.decode()


def test_the_api_says_and_stores_the_same(luzhou_report: Report, drafter: Client, three: Three) -> None:
    url = f"/api/v1/reports/{luzhou_report.uid}/"
    how: dict[str, Any] = {"content_type": "application/json"}
    found = drafter.get(f"{url}declarations/").json()
    assert [row["code"] for row in found["red_lines"]] == [FARMLAND, GROWTH]
    body = {"red_lines": [{"code": FARMLAND, "answer": "breached", "explanation": "说明（虚构）"}]}
    assert drafter.put(f"{url}declarations/", body, **how).status_code == 428
    assert drafter.put(f"{url}declarations/", body, headers={"if-match": '"0"'}, **how).json()["filled"] == 1
    assert drafter.put(f"{url}declarations/", body, headers={"if-match": '"0"'}, **how).status_code == 409
    refused = drafter.post(
        f"{url}actions/send_for_signing/", {}, headers={"if-match": f'"{luzhou_report.version}"'}, **how
    )
    assert f"declared:red-{GROWTH}" in {finding["target"] for finding in refused.json()["findings"]}
    assert drafter.post(f"{url}tasks/take-in/", {}, headers={"idempotency-key": "k"}, **how).json()["revision"] == 1
    lead_to(luzhou_report, "submitted", three)
    sent = drafter.get(f"{url}versions/1/").json()
    assert [row["answer"] for row in sent["declared"]["red_lines"]] == ["breached", "kept"]
    assert (sent["tasks"]["summary"]["leaves"], len(sent["tasks"]["rows"])) == (4, 7)
