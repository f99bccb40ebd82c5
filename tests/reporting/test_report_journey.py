"""A report from the pilot area to its receiver and on, and from the town to the city: what each act leaves behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.access import Actor
from accounts.models import Role, SoloExemption
from portal.errors import RuleBroken
from records.models import Event, OutboxMessage, Seal
from records.seals import broken_seals
from records.workflow import Request
from reporting.compilation import outdated, working_basis
from reporting.models import Cycle, Report, ReportVersion, Standing, Writer
from reporting.services.compiling import take_in
from reporting.workflow import perform
from tests.steps import Three, lead_to, request_for, write
from units.calendar import end_of, today

pytestmark = pytest.mark.django_db
Hire = Callable[..., Actor]


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def acts_of(report: Report) -> list[str]:
    events = Event.objects.about("report", report.uid).order_by("id")
    return [act.removeprefix("report.") for act in events.values_list("act", flat=True)]


def go(report: Report, three: Three, *names: str) -> Report:
    for name in names:
        report = perform(report, request_for(name), by=three.for_act(name))
    return report


def test_a_submission_leaves_a_sealed_version_with_its_receipt(luzhou_report: Report, three: Three) -> None:
    lead_to(luzhou_report, "submitted", three)
    version = ReportVersion.objects.get(report=luzhou_report)
    assert version.receipt_number == f"{luzhou_report.due.cycle.code}-{luzhou_report.pk:06d}-1"
    assert (version.submitted_by, version.signed_by) == (three.drafter.user, three.lead.user)
    assert version.seal.subject_uid == luzhou_report.uid
    assert "progress 正文" in version.seal.body
    assert version.sections.count() == 5
    assert acts_of(luzhou_report) == ["send_for_signing", "sign", "submit"]
    assert Writer.objects.get(report=luzhou_report).user == three.drafter.user


def test_a_return_carries_reason_remarks_and_a_new_date(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "received", three)
    day = today() + dt.timedelta(days=14)
    data = {"due_on": day, "remarks": {"difficulties": " Say where it is stuck. ", "progress": "  "}}
    perform(report, Request("return", "Figures are missing.", data=data), by=three.reviewer)
    version = ReportVersion.objects.get(report=luzhou_report)
    assert (version.outcome, version.comment) == ("returned", "Figures are missing.")
    assert [(r.section.code, r.text) for r in version.remarks.all()] == [("difficulties", "Say where it is stuck.")]
    due = Report.objects.get(pk=report.pk).due
    assert (due.due_on, due.due_end) == (day, end_of(day))
    assert due.first_due_on != day
    event = Event.objects.get(act="report.return")
    assert event.data["sections"] == ["difficulties"]


def test_corrected_and_accepted_there_are_two_versions_in_one_chain(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "returned", three)
    write(report, three.drafter, "verbessert")
    report = go(report, three, "send_for_signing", "sign", "submit", "receive", "accept")
    first, second = ReportVersion.objects.filter(report=report).order_by("number")
    assert (first.outcome, second.outcome) == ("returned", "accepted")
    assert second.seal.previous_sha256 == first.seal.sha256
    assert "正文" in first.sections.all()[0].html
    assert "verbessert" in second.sections.all()[0].html
    assert report.accepted_version == second
    assert broken_seals() == []


def test_a_correction_after_acceptance_is_a_linked_version(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "accepted", three)
    report = go(report, three, "correct")
    stored = Report.objects.get(pk=report.pk)
    assert stored.accepted_version and stored.accepted_version.number == 1, "the accepted one stays in force"
    write(report, three.drafter, "korrigiert")
    go(report, three, "send_for_signing", "sign", "submit", "receive", "accept")
    second = ReportVersion.objects.get(report=report, number=2)
    assert second.corrects == stored.accepted_version
    assert Report.objects.get(pk=report.pk).accepted_version == second


@pytest.mark.parametrize("way", [("submitted", "recall"), ("recall_requested", "grant_recall")])
def test_what_is_taken_back_must_be_signed_again(way: tuple[str, str], luzhou_report: Report, three: Three) -> None:
    report = go(lead_to(luzhou_report, way[0], three), three, way[1])
    stored = Report.objects.get(pk=report.pk)
    assert (stored.status, stored.signed_by, stored.signed_at) == ("draft", None, None)
    assert ReportVersion.objects.get(report=report).outcome == "recalled"
    go(report, three, "send_for_signing", "sign", "submit")
    versions = ReportVersion.objects.filter(report=report).order_by("number")
    assert [version.outcome for version in versions] == ["recalled", "waiting"]


def test_everybody_concerned_is_told_but_not_who_did_it(luzhou_report: Report, three: Three) -> None:
    lead_to(luzhou_report, "accepted", three)
    told = {(m.topic, m.recipient_id) for m in OutboxMessage.objects.all()}
    drafter, lead, reviewer = three.drafter.user.pk, three.lead.user.pk, three.reviewer.user.pk
    assert told == {
        ("report.sent_for_signing", lead),
        ("report.signed", drafter),
        ("report.submitted", reviewer),
        ("report.received", drafter),
        ("report.received", lead),
        ("report.accepted", drafter),
        ("report.accepted", lead),
    }


def test_a_unit_of_one_person_signs_with_the_exemption_only(
    luzhou_report: Report, three: Three, hire: Hire, unit_admin: Actor
) -> None:
    report = lead_to(luzhou_report, "signing", three)
    same = hire("luzhou.drafter", "lgo-510500", Role.LEAD)
    with pytest.raises(RuleBroken):
        perform(report, Request("sign"), by=same)
    SoloExemption.objects.create(
        unit=report.due.unit, programme=report.due.cycle.programme, reason="One person", granted_by=unit_admin.user
    )
    with pytest.raises(RuleBroken):
        perform(report, Request("sign"), by=same)
    three.lead.hat.ended_at = three.lead.hat.started_at
    three.lead.hat.save()
    assert perform(report, Request("sign"), by=same).status == "signed"


@pytest.mark.parametrize("code", ["progress", "measures", "results", "difficulties", "next_steps"])
def test_no_section_may_be_empty(code: str, luzhou_report: Report, three: Three) -> None:
    write(luzhou_report, three.drafter)
    luzhou_report.sections.filter(section__code=code).update(html="", length=0)
    with pytest.raises(RuleBroken) as refused:
        perform(luzhou_report, Request("send_for_signing"), by=three.drafter)
    assert [finding.target for finding in refused.value.findings] == [code]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"due_on": "2026-07-01"}, "due_missing"),
        ({"due_on": dt.date(2020, 1, 1)}, "due_past"),
        ({"due_on": dt.date(9999, 1, 1)}, "due_far"),
        ({"due_on": dt.date(2026, 7, 1), "remarks": {"nope": "x"}}, "section_unknown"),
        ({"due_on": dt.date(2026, 7, 1), "remarks": {"progress": "x" * 2001}}, "remark_too_long"),
    ],
)
def test_a_return_that_says_too_little_is_refused(
    data: dict[str, object], code: str, luzhou_report: Report, three: Three
) -> None:
    report = lead_to(luzhou_report, "received", three)
    with pytest.raises(RuleBroken) as refused:
        perform(report, Request("return", "Reason", data=data), by=three.reviewer)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_from_the_pilot_area_to_the_nation(
    luzhou_report: Report, sichuan_report: Report, three: Three, sichuan_drafter: Actor, sichuan_lead: Actor,
    ndrc_reviewer: Actor,
) -> None:  # fmt: skip
    """Luzhou is accepted, Sichuan compiles, NDRC returns once and accepts."""
    lead_to(luzhou_report, "accepted", three)
    rows = take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan_drafter)
    assert [row.due for row in rows] == [luzhou_report.due]
    province = Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)
    report = lead_to(sichuan_report, "returned", province)
    go(report, province, "send_for_signing", "sign", "submit", "receive", "accept")
    assert [v.outcome for v in sichuan_report.versions.order_by("number")] == ["returned", "accepted"]
    assert Seal.objects.filter(subject_uid=sichuan_report.uid).count() == 2


def test_from_the_town_to_the_city(
    town_report: Report, county_report: Report, luzhou_report: Report, luzhou_cycle: Cycle, town_drafter: Actor,
    town_lead: Actor, county_drafter: Actor, county_lead: Actor, county_reviewer: Actor, luzhou_reviewer: Actor,
    luzhou_drafter: Actor,
) -> None:  # fmt: skip
    """Town → county → city; the city's national report is compiled from its own programme."""
    lead_to(town_report, "accepted", Three(town_drafter, town_lead, county_reviewer))
    take_in(county_report.uid, [town_report.due.uid], by=county_drafter)
    lead_to(county_report, "accepted", Three(county_drafter, county_lead, luzhou_reviewer))
    take_in(luzhou_report.uid, [county_report.due.uid], by=luzhou_drafter)
    row = next(row for row in working_basis(luzhou_report) if row.due == county_report.due)
    assert row.standing == Standing.ACCEPTED
    assert outdated(luzhou_report) == []
    perform(county_report, request_for("correct"), by=county_drafter)
    assert [row.due for row in outdated(luzhou_report)] == [county_report.due]
