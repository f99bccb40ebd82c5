"""Two at the same moment about one date: real threads, real transactions."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.access import Actor
from accounts.models import Role
from portal.errors import Stale, WrongState
from records.models import Event
from records.workflow import Request
from reporting.extension_workflow import perform as decide
from reporting.models import Cycle, Due, Extension, Report, ReportVersion
from reporting.services.blanket import Area, BlanketInput, extend_region
from reporting.services.exemptions import ExemptionInput, exempt
from reporting.services.extensions import ExtensionInput, extend, request_extension
from reporting.workflow import perform
from tests.conftest import Hire
from tests.steps import Three, lead_to
from tests.test_races import at_once, refusals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
LATER = dt.date(2026, 7, 10)
WANTED = ExtensionInput(LATER, "汛期")


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def test_two_reviewers_and_one_decision(luzhou_report: Report, three: Three, hire: Hire) -> None:
    row = request_extension(luzhou_report.uid, WANTED, by=three.drafter)
    second = hire("sichuan.second", "drc-510000", Role.REVIEWER)
    outcomes = at_once(
        lambda: decide(row, Request("grant", expected_version=0), by=three.reviewer),
        lambda: decide(row, Request("refuse", "不行", 0), by=second),
    )
    assert [type(refusal) for refusal in refusals(outcomes)] in ([WrongState], [Stale])
    stored = Extension.objects.get()
    due = Due.objects.get(pk=luzhou_report.due_id)
    assert (due.due_on == LATER) == (stored.status == "granted")
    assert Event.objects.filter(act__in=("due.extension_grant", "due.extension_refuse")).count() == 1


def test_eight_ask_and_one_request_stands(luzhou_report: Report, three: Three) -> None:
    outcomes = at_once(*[lambda: request_extension(luzhou_report.uid, WANTED, by=three.drafter)] * 8)
    assert [type(refusal) for refusal in refusals(outcomes)] == [WrongState] * 7
    assert Extension.objects.count() == Event.objects.filter(act="due.extension_ask").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_asking_while_a_region_gets_time(
    attempt: int, running_cycle: Cycle, luzhou_report: Report, three: Three, ndrc_reviewer: Actor
) -> None:
    """Asked first, it is granted with the region; asked after, it is about the new date."""
    day = dt.date(2026, 7, 31)
    outcomes = at_once(
        lambda: request_extension(luzhou_report.uid, ExtensionInput(dt.date(2026, 8, 3), "汛期"), by=three.drafter),
        lambda: extend_region(BlanketInput(Area(running_cycle, None), day, "全国顺延"), by=ndrc_reviewer),
    )
    assert refusals(outcomes) == []
    rows = list(Extension.objects.filter(due=luzhou_report.due).order_by("pk"))
    assert Due.objects.get(pk=luzhou_report.due_id).due_on == day
    first = luzhou_report.due.due_on
    assert [(row.status, row.due_on_before) for row in rows] in (
        [("granted", first)],
        [("granted", first), ("requested", day)],
        [("requested", day), ("granted", first)],
    )


def test_granting_while_it_is_submitted(luzhou_report: Report, three: Three) -> None:
    """Either it was late for the date it had, or in time for the new one; never both."""
    report = lead_to(luzhou_report, "signed", three)
    row = request_extension(luzhou_report.uid, WANTED, by=three.drafter)
    at_once(
        lambda: decide(row, Request("grant"), by=three.reviewer),
        lambda: perform(report, Request("submit"), by=three.lead),
    )
    stored, due = Extension.objects.get(), Due.objects.get(pk=luzhou_report.due_id)
    version = ReportVersion.objects.get(report=report)
    assert (stored.status == "granted") == (due.due_on == LATER)
    assert stored.status in {"granted", "withdrawn"}
    assert version.due_end == due.due_end


def test_extending_while_exempting(luzhou_report: Report, three: Three, hire: Hire) -> None:
    second = hire("sichuan.second", "drc-510000", Role.REVIEWER)
    request_extension(luzhou_report.uid, WANTED, by=three.drafter)
    outcomes = at_once(
        lambda: extend(luzhou_report.uid, WANTED, by=three.reviewer),
        lambda: exempt(luzhou_report.uid, ExemptionInput("免报"), by=second),
    )
    assert all(isinstance(refusal, WrongState) for refusal in refusals(outcomes))
    assert Due.objects.get(pk=luzhou_report.due_id).is_exempt
    assert not Extension.objects.filter(status="requested").exists()
