"""Was it in time? By the first date, by a later one, late, not in: computed on read, moves counted openly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from reporting.models import Cycle, Due, Extension, ExtensionStatus, Report, ReportVersion
from reporting.timeliness import Timeliness, days_late, senders, timeliness
from reporting.workflow import perform
from tests.steps import Three, lead_to, request_for
from units.calendar import OFFICE_TIME, end_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
FIRST_DAY = dt.date(2026, 6, 24)  # a Wednesday


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def at(day: dt.date, hour: int = 15) -> Any:
    return time_machine.travel(dt.datetime.combine(day, dt.time(hour), OFFICE_TIME))


def extend(report: Report, day: dt.date) -> None:
    due = report.due
    Extension.objects.create(
        due=due,
        status=ExtensionStatus.GRANTED,
        due_on_before=due.due_on,
        asked_due_on=day,
        granted_due_on=day,
        reason="R",
    )
    Due.objects.filter(pk=due.pk).update(due_on=day, due_end=end_of(day))
    due.refresh_from_db()


def of_luzhou(three: Three) -> Timeliness:
    """As its own drafter sees it: one report."""
    (row,) = timeliness(three.drafter)
    assert row.expected + row.exempt == 1
    return row


@pytest.mark.parametrize(
    ("extended_to", "submitted_on", "outcome", "late"),
    [
        (None, dt.date(2026, 6, 24), "first", None),
        (None, dt.date(2026, 6, 25), "late", 1),
        (None, dt.date(2026, 7, 1), "late", 5),
        (dt.date(2026, 7, 1), dt.date(2026, 6, 24), "first", None),
        (dt.date(2026, 7, 1), dt.date(2026, 7, 1), "later", None),
        (dt.date(2026, 7, 1), dt.date(2026, 7, 3), "late", 2),
    ],
)
def test_how_a_report_came_in(
    extended_to: dt.date | None,
    submitted_on: dt.date,
    outcome: str,
    late: int | None,
    luzhou_report: Report,
    three: Three,
) -> None:
    if extended_to:
        extend(luzhou_report, extended_to)
    with at(submitted_on):
        lead_to(luzhou_report, "submitted", three)
        row = of_luzhou(three)
        (sender,) = senders(three.drafter, luzhou_report.due.cycle)
    assert getattr(row, outcome) == row.submitted == row.expected == 1
    assert (row.extensions, sender.extensions) == (int(bool(extended_to)),) * 2
    assert (sender.outcome, days_late(sender), row.longest_days_late) == (outcome, late, late)


def test_the_first_submission_counts_and_a_return_is_not_hidden(luzhou_report: Report, three: Three) -> None:
    with at(FIRST_DAY):
        lead_to(luzhou_report, "returned", three)
    with at(FIRST_DAY + dt.timedelta(days=7)):
        row = of_luzhou(three)
        assert (row.first, row.returns, row.returned, row.overdue_again, row.late) == (1, 1, 1, 1, 0)
        lead_to(luzhou_report, "submitted", three)
        row = of_luzhou(three)
    assert (row.first, row.late, row.returns, row.overdue_again) == (1, 0, 1, 0)


def test_what_was_recalled_does_not_count(luzhou_report: Report, three: Three) -> None:
    with at(FIRST_DAY - dt.timedelta(days=1)):
        report = lead_to(luzhou_report, "submitted", three)
        perform(report, request_for("recall"), by=three.drafter)
    assert ReportVersion.objects.get().outcome == "recalled"
    with at(FIRST_DAY):
        assert of_luzhou(three).open == 1
    with at(FIRST_DAY + dt.timedelta(days=1)):
        assert of_luzhou(three).missing == 1


def test_the_exempt_are_not_expected(luzhou_report: Report, three: Three) -> None:
    Due.objects.filter(pk=luzhou_report.due_id).update(exempted_at=timezone.now())
    row = of_luzhou(three)
    assert (row.exempt, row.expected) == (1, 0)


def test_who_sees_whom(
    luzhou_report: Report, three: Three, auditor: Actor, stranger: Actor, sichuan_reviewer: Actor
) -> None:
    cycle = luzhou_report.due.cycle
    assert [report.pk for report in senders(three.drafter, cycle)] == [luzhou_report.pk]
    assert luzhou_report in set(senders(sichuan_reviewer, cycle))
    assert luzhou_report not in set(senders(stranger, cycle))
    assert {report.pk for report in senders(auditor, cycle)} == set(Report.objects.values_list("pk", flat=True))


def test_statements_do_not_grow(luzhou_report: Report, three: Three, auditor: Actor) -> None:
    lead_to(luzhou_report, "returned", three)
    found = []
    for actor in (three.drafter, auditor):
        with CaptureQueriesContext(connection) as captured:
            timeliness(actor)
        found.append(len(captured))
    assert found[0] == found[1] <= 6


def test_pages_and_api_agree(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    with at(FIRST_DAY + dt.timedelta(days=1)):
        lead_to(luzhou_report, "submitted", three)
        cycle = luzhou_report.due.cycle
        client = signed_in(three.reviewer)
        page = client.get(f"/timeliness/?cycle={cycle.uid}")
        rows = client.get(f"/api/v1/timeliness/?cycle={cycle.uid}").json()
        listed = client.get(f"/api/v1/timeliness/senders/?cycle={cycle.uid}").json()
    assert [row.late for row in page.context["rows"]] == [row["late"] for row in rows]
    assert sum(row["late"] for row in rows) == 1
    (mine,) = [row for row in listed["results"] if row["report"]["uid"] == str(luzhou_report.uid)]
    assert (mine["outcome"], mine["days_late"]) == ("late", 1)
    assert luzhou_report.title in page.content.decode()


@pytest.mark.parametrize("query", ["year=x", "year=1990", "cycle=x", "cycle=00000000-0000-4000-8000-000000000000"])
def test_wrong_values_answer_400(query: str, running_cycle: Cycle, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    client = signed_in(luzhou_drafter)
    assert client.get(f"/timeliness/?{query}").status_code == 400
    assert client.get(f"/api/v1/timeliness/?{query}").status_code == 400
    assert client.get("/api/v1/timeliness/senders/").status_code == 400
