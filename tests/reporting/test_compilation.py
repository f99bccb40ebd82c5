"""What a compiled report stands on: expected, used, late, missing, out of date."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from pilots.models import Capacity
from portal.errors import BadInput, WrongState
from records.models import Event
from reporting.compilation import expected_dues, outdated, working_basis
from reporting.models import Basis, Cycle, Due, Report, ReportSection, Standing
from reporting.services.compiling import take_in
from reporting.services.exemptions import ExemptionInput, exempt
from reporting.workflow import perform
from tests.conftest import SignIn
from tests.steps import Three, lead_to, request_for, write
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def luzhou(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


def test_a_compiler_expects_everybody_it_receives(sichuan_report: Report) -> None:
    due = sichuan_report.due
    received = set(Due.objects.filter(cycle=due.cycle, receiver=due.unit))
    assert set(expected_dues(sichuan_report)) == received != set()


def test_a_pilot_area_stands_on_nothing(luzhou_report: Report) -> None:
    assert luzhou_report.source_cycles == []


@pytest.mark.parametrize("key", ["drc-330200", "drc-320000"])
def test_who_owes_in_both_capacities_expects_its_own_pilot_report(key: str, running_cycle: Cycle) -> None:
    """Ningbo and Jiangsu owe as a pilot and as a sender."""
    unit = Unit.objects.get(key=key)
    reports = {r.due.capacity: r for r in Report.objects.filter(due__cycle=running_cycle, due__unit=unit)}
    assert set(reports) == {Capacity.PILOT, Capacity.COMPILER}
    assert reports[Capacity.PILOT].due in expected_dues(reports[Capacity.COMPILER])
    assert reports[Capacity.COMPILER].due not in expected_dues(reports[Capacity.COMPILER])


def test_taking_in_keeps_what_was_written_and_names_the_source(
    luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three
) -> None:
    lead_to(luzhou_report, "accepted", luzhou)
    write(sichuan_report, sichuan.drafter, "eigenes")
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    text = ReportSection.objects.get(report=sichuan_report, section__code="progress").html
    pilot = luzhou_report.due.pilot_area
    assert pilot
    assert text == f"<p>progress eigenes</p><p><strong>{pilot.name_as_published}</strong></p><p>progress 正文</p>"
    row = Basis.objects.get(report=sichuan_report)
    assert (row.used, row.standing) == (luzhou_report.versions.get(), Standing.ACCEPTED)
    assert Event.objects.get(act="report.take_in").data["receipts"] == [luzhou_report.versions.get().receipt_number]


def test_nothing_is_taken_in_twice(
    luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three
) -> None:
    lead_to(luzhou_report, "accepted", luzhou)
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    with pytest.raises(BadInput):
        take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    assert Event.objects.filter(act="report.take_in").count() == 1


@pytest.mark.parametrize("status", ["draft", "submitted", "received", "returned"])
def test_only_what_was_accepted_is_taken_in(
    status: str, luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three
) -> None:
    lead_to(luzhou_report, status, luzhou)
    with pytest.raises(BadInput):
        take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    assert not Basis.objects.exists()


def test_a_foreign_report_is_not_taken_in(luzhou_report: Report, running_cycle: Cycle, sichuan: Three) -> None:
    elsewhere = Due.objects.filter(cycle=running_cycle).exclude(receiver=sichuan.drafter.unit).first()
    report = Report.objects.get(due__cycle=running_cycle, due__unit=sichuan.drafter.unit, due__capacity="compiler")
    assert elsewhere
    with pytest.raises(BadInput):
        take_in(report.uid, [elsewhere.uid], by=sichuan.drafter)


def test_a_signed_report_takes_nothing_in(
    luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three
) -> None:
    lead_to(luzhou_report, "accepted", luzhou)
    lead_to(sichuan_report, "signed", sichuan)
    with pytest.raises(WrongState):
        take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)


def test_the_version_names_what_is_missing(
    luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three
) -> None:
    lead_to(luzhou_report, "accepted", luzhou)
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    lead_to(sichuan_report, "submitted", sichuan)
    version = sichuan_report.versions.get()
    standings = {row.due.pk: row.standing for row in version.basis.all()}
    assert standings == {
        due.pk: Standing.ACCEPTED if due == luzhou_report.due else Standing.MISSING
        for due in expected_dues(sichuan_report)
    }
    assert luzhou_report.versions.get().receipt_number in version.seal.body
    assert '"standing":"missing"' in version.seal.body or len(standings) == 1


def test_what_came_late_says_so(luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three) -> None:
    due = luzhou_report.due
    Due.objects.filter(pk=due.pk).update(due_end=timezone.now() - dt.timedelta(days=1))
    luzhou_report = Report.objects.get(pk=luzhou_report.pk)
    lead_to(luzhou_report, "accepted", luzhou)
    take_in(sichuan_report.uid, [due.uid], by=sichuan.drafter)
    assert Basis.objects.get(report=sichuan_report).standing == Standing.LATE


def test_a_correction_makes_the_compiled_report_out_of_date_and_tells_its_authors(
    luzhou_report: Report, sichuan_report: Report, luzhou: Three, sichuan: Three
) -> None:
    lead_to(luzhou_report, "accepted", luzhou)
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    report = perform(luzhou_report, request_for("correct"), by=luzhou.drafter)
    assert [row.due for row in outdated(sichuan_report)] == [luzhou_report.due]
    write(report, luzhou.drafter, "neu")
    for name in ("send_for_signing", "sign", "submit", "receive", "accept"):
        perform(report, request_for(name), by=luzhou.for_act(name))
    row = next(row for row in working_basis(sichuan_report) if row.due == luzhou_report.due)
    assert row.is_outdated and row.can_be_taken_in
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan.drafter)
    assert outdated(sichuan_report) == []


def test_who_is_exempt_is_not_missing(
    luzhou_report: Report, sichuan_report: Report, sichuan: Three, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    exempt(luzhou_report.uid, ExemptionInput("灾后重建（虚构）"), by=sichuan_reviewer)
    page = signed_in(sichuan.drafter).get(reverse("reporting:compile", args=[sichuan_report.uid]))
    assert page.context["expected"] == expected_dues(sichuan_report).count() - 1
    assert "免报" in page.content.decode()
    lead_to(sichuan_report, "submitted", sichuan)
    version = sichuan_report.versions.get()
    assert version.basis.get(due=luzhou_report.due).standing == Standing.EXEMPT
    assert '"standing":"exempt"' in version.seal.body
