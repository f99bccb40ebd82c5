"""The tasks of the plan in a report: read live, kept when it is submitted, in its text, and in the compiled report."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from accounts.access import Actor
from indicators.models import AskedIndicator
from plans.models import Plan, Task, TaskState
from plans.services.progress import ProgressInput, record
from portal.errors import NotFound
from records.models import Event
from reporting.models import Report, VersionPlan, VersionTask
from reporting.proof import versions_unlike_their_seal
from reporting.report_tasks import tasks_below, tasks_now, version_tasks
from reporting.services.compiling import take_in
from reporting.services.sections import SectionInput, save_section
from reporting.services.task_text import take_tasks_in
from reporting.workflow import perform
from tests.plans.plan_cast import A, C, a_plan, no_plan, task_of
from tests.reporting.declared_cast import ask_red_lines, report_before
from tests.steps import Three, lead_to, request_for, write
from units.models import Programme

pytestmark = pytest.mark.django_db
JUNE = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def plan(programme: Programme) -> Plan:
    AskedIndicator.objects.all().delete()
    ask_red_lines(programme)
    return a_plan()


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def done(plan: Plan, name: str, by: Actor, text: str = "完工（虚构）") -> Task:
    task = task_of(plan, name)
    record(task.uid, ProgressInput(TaskState.DONE, Decimal(100), text, "", JUNE), by=by)
    return task


def test_they_are_read_live_and_kept_as_they_were(luzhou_report: Report, plan: Plan, three: Three) -> None:
    found = tasks_now(luzhou_report)
    assert found
    assert (found.summary.leaves, found.summary.overdue, found.summary.percent) == (4, 1, Decimal(0))
    done(plan, C, three.drafter)
    version = lead_to(luzhou_report, "submitted", three).versions.get()
    done(plan, A, three.drafter)
    kept = version_tasks(version)
    assert kept
    assert (kept.summary.done, kept.summary.overdue, kept.summary.percent) == (1, 1, Decimal(40)), "weights 1 1 2 1"
    assert [row.text for row in kept.rows if row.text] == ["完工（虚构）"]
    content = json.loads(version.seal.body)["content"]["plan"]
    assert (content["edition"], content["day"], content["percent"], len(content["tasks"])) == (1, "2026-06-15", "40", 7)
    live = tasks_now(luzhou_report)
    assert live and live.summary.done == 2, "the plan goes on"
    assert not list(versions_unlike_their_seal())


@pytest.mark.parametrize("fields", [{"percent": Decimal(50)}, {"overdue": 0}])
def test_a_changed_count_is_found(fields: dict[str, object], luzhou_report: Report, three: Three) -> None:
    version = lead_to(luzhou_report, "submitted", three).versions.get()
    VersionPlan.objects.filter(version=version).update(**fields)
    assert list(versions_unlike_their_seal()) == [version]


def test_only_an_approved_plan_is_part_of_a_report(luzhou_report: Report, sichuan_report: Report, plan: Plan) -> None:
    def now() -> object:
        return tasks_now(Report.objects.get(pk=luzhou_report.pk))

    assert tasks_now(sichuan_report) is None
    assert now() is not None
    a_plan("submitted", plan.pilot_area)
    assert now() is None
    no_plan(plan.pilot_area)
    assert now() is None


def test_only_what_was_said_since_the_last_report(luzhou_report: Report, plan: Plan, three: Three) -> None:
    at = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)
    task = task_of(plan, C)
    record(task.uid, ProgressInput(TaskState.UNDER_WAY, Decimal(10), "五月（虚构）", "", None), by=three.drafter, at=at)
    live = tasks_now(luzhou_report)
    assert live and "五月（虚构）" in [row.text for row in live.rows]
    report_before(luzhou_report, three)  # submitted today
    live = tasks_now(Report.objects.get(pk=luzhou_report.pk))
    assert live and "五月（虚构）" not in [row.text for row in live.rows]


def test_taken_into_the_text_they_stand_after_it(luzhou_report: Report, plan: Plan, three: Three) -> None:
    save_section(luzhou_report.uid, SectionInput("progress", "<p>自己的话</p>", 0), by=three.drafter)
    done(plan, C, three.drafter, "<b>完工</b>")
    row = take_tasks_in(luzhou_report.uid, by=three.drafter)
    assert row.revision == 2
    assert row.html.startswith("<p>自己的话</p>")
    assert "&lt;b&gt;完工&lt;/b&gt;" in row.html, "words are words, not mark-up"
    assert "2026-06-15" in row.html and A in row.html, "what is overdue is named"
    event = Event.objects.get(act="report.take_tasks_in")
    assert (event.data["tasks"], event.receiver) == (4, None)


def test_without_a_plan_nothing_is_taken_in(luzhou_report: Report, plan: Plan, three: Three) -> None:
    no_plan(plan.pilot_area)
    with pytest.raises(NotFound):
        take_tasks_in(luzhou_report.uid, by=three.drafter)
    assert not luzhou_report.sections.exists()


def test_the_compiled_report_counts_them(
    luzhou_report: Report, sichuan_report: Report, plan: Plan, three: Three, sichuan_drafter: Actor, sichuan_lead: Actor
) -> None:
    done(plan, C, three.drafter)
    luzhou_report = lead_to(luzhou_report, "accepted", three)
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan_drafter)
    write(sichuan_report, sichuan_drafter)
    done(plan, A, three.drafter)
    for name, by in (("send_for_signing", sichuan_drafter), ("sign", sichuan_lead), ("submit", sichuan_drafter)):
        perform(sichuan_report, request_for(name), by=by)
    below = tasks_below(sichuan_report.versions.get().basis.all())
    assert below
    assert [(row.name, row.summary.done) for row in below.rows] == [("泸州市", 1)], "as it was submitted"
    assert below.total.leaves == 4
    assert VersionTask.objects.count() == 7
