"""What a correction, a recall, a second return and a double role must not do. Each was once wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Membership, SoloExemption
from portal.errors import RuleBroken, WrongState
from records.models import Event, Notice, OutboxMessage
from records.seals import seal_events
from records.workflow import Request
from reporting import compilation, reading
from reporting.models import Cycle, Report, Standing, VersionSection
from reporting.overview import overview
from reporting.services.compiling import take_in
from reporting.workflow import REPORT, available, perform
from tests.conftest import report_of
from tests.steps import Three, lead_to, request_for, write
from units.calendar import today

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def go(report: Report, three: Three, *names: str) -> Report:
    for name in names:
        perform(report, request_for(name), by=three.for_act(name))
    return REPORT.rows().get(pk=report.pk)


def test_while_a_version_is_corrected_the_accepted_one_counts(
    luzhou_report: Report, three: Three, ndrc_reviewer: Actor
) -> None:
    report = go(lead_to(luzhou_report, "accepted", three), three, "correct")
    with time_machine.travel(report.due.due_end + dt.timedelta(days=400), tick=False):
        assert not report.is_overdue
        assert not Report.objects.overdue().filter(pk=report.pk).exists()
        seen = overview(ndrc_reviewer, report.due.cycle).pilots
    assert seen.accepted == 1


def test_a_correction_can_be_given_up(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "accepted", three)
    before = dict(report.sections.values_list("section__code", "html"))
    report = go(report, three, "correct")
    write(report, three.drafter, "etwas anderes")
    report = go(report, three, "abandon_correction")
    assert report.status == "accepted"
    assert dict(report.sections.values_list("section__code", "html")) == before
    assert report.signed_by == three.lead.user


def test_only_a_correction_can_be_given_up(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "draft", three)
    assert "abandon_correction" not in {t.name for t in available(report, three.drafter)}
    with pytest.raises(WrongState):
        perform(report, request_for("abandon_correction"), by=three.drafter)


def also(actor: Actor, other: Actor) -> Actor:
    """The same person under the hat of another."""
    hat = Membership.objects.create(
        user=actor.user, unit=other.hat.unit, programme=other.hat.programme, role=other.hat.role
    )
    return Actor(actor.user, hat, "test")


@pytest.mark.parametrize("back", ["recall", "return", "correct"])
def test_the_writer_does_not_sign_after_it_came_back(back: str, luzhou_report: Report, three: Three) -> None:
    way = {"recall": "submitted", "return": "received", "correct": "accepted"}[back]
    report = go(lead_to(luzhou_report, way, three), three, back, "send_for_signing")
    with pytest.raises(RuleBroken):
        perform(report, request_for("sign"), by=also(three.drafter, three.lead))


def test_nobody_accepts_what_they_wrote_or_signed(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "received", three)
    for author in (three.drafter, three.lead):
        with pytest.raises(RuleBroken):
            perform(report, request_for("accept"), by=also(author, three.reviewer))


def test_an_exemption_ends_with_the_second_person(luzhou_report: Report, three: Three) -> None:
    unit, programme = luzhou_report.due.unit, luzhou_report.due.cycle.programme
    SoloExemption.objects.create(unit=unit, programme=programme, reason="one person", granted_by=three.lead.user)
    report = lead_to(luzhou_report, "signing", three)
    alone = also(three.drafter, three.lead)
    with pytest.raises(RuleBroken):
        perform(report, request_for("sign"), by=alone)
    Membership.objects.filter(user=three.lead.user).update(ended_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    perform(report, request_for("sign"), by=alone)
    assert Event.objects.get(act="report.sign").data == {"exemption": True}


@pytest.mark.parametrize(("hour", "minute"), [(0, 30), (23, 30)])
def test_days_are_those_of_the_offices(hour: int, minute: int, luzhou_report: Report, three: Three) -> None:
    cycle = luzhou_report.due.cycle
    report = lead_to(luzhou_report, "signed", three)
    opening = dt.datetime.combine(cycle.opens_on, dt.time(hour, minute), SHANGHAI)
    with time_machine.travel(opening, tick=False):
        report = go(report, three, "submit", "receive")
        yesterday = Request("return", "again", data={"due_on": today() - dt.timedelta(days=1)})
        with pytest.raises(RuleBroken):
            perform(report, yesterday, by=three.reviewer)
        perform(report, Request("return", "again", data={"due_on": today()}), by=three.reviewer)


def test_remarks_are_those_of_the_last_return(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "received", three)
    for code in ("difficulties", "measures"):
        data = {"due_on": today(), "remarks": {code: f"remark on {code}"}}
        perform(report, Request("return", "again", data=data), by=three.reviewer)
        report = REPORT.rows().get(pk=report.pk)
        remarked = {p.section.code for p in reading.live_passages(report) if p.remark}
        assert remarked == {code}
        report = go(report, three, "send_for_signing", "sign", "submit", "receive")


def test_words_inside_the_office_stay_there(
    luzhou_report: Report, three: Three, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    report = lead_to(luzhou_report, "signing", three)
    perform(report, Request("send_back", "HOUSE-WORDS"), by=three.lead)
    go(report, three, "send_for_signing", "sign", "submit")
    page, listing = reverse("reporting:report", args=[report.uid]) + "?view=history", reverse("history")
    api = reverse("api:report-events", args=[report.uid])
    for actor, sees in ((three.drafter, True), (three.reviewer, False), (ndrc_reviewer, False)):
        client = signed_in(actor)
        for address in (page, listing, api):
            assert ("HOUSE-WORDS" in client.get(address).content.decode()) is sees, (actor, address)


@pytest.fixture
def own_pilot(running_cycle: Cycle, hire: Callable[..., Actor]) -> tuple[Report, Report, Three]:
    """Ningbo owes as pilot and as compiler."""
    pilot = report_of(running_cycle, "drc-330200", "pilot")
    compiled = report_of(running_cycle, "drc-330200", "compiler")
    drafter, lead = (hire(f"ningbo.{role}", "drc-330200", role, "national") for role in ("drafter", "lead"))
    return pilot, compiled, Three(drafter, lead, hire("ndrc.nb", "ndrc", "reviewer", "national"))


def test_one_s_own_waiting_report_is_taken_in_as_such(own_pilot: tuple[Report, Report, Three]) -> None:
    pilot, compiled, three = own_pilot
    pilot = lead_to(pilot, "submitted", three)
    (row,) = take_in(compiled.uid, [pilot.due.uid], by=three.drafter)
    compiled = REPORT.rows().get(pk=compiled.pk)
    assert not compilation.outdated(compiled)
    go(pilot, three, "recall")
    (row,) = compilation.outdated(compiled)
    assert row.standing == Standing.WITHDRAWN


def test_readers_above_see_that_a_source_is_being_corrected(
    luzhou_report: Report,
    sichuan_report: Report,
    three: Three,
    sichuan_drafter: Actor,
    sichuan_lead: Actor,
    ndrc_reviewer: Actor,
) -> None:
    lead_to(luzhou_report, "accepted", three)
    above = Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)
    take_in(sichuan_report.uid, [luzhou_report.due.uid], by=sichuan_drafter)
    compiled = lead_to(sichuan_report, "received", above)
    (version,) = reading.readable_versions(compiled, ndrc_reviewer)
    assert not compilation.outdated_in(version, compilation.basis_of(version))
    go(luzhou_report, three, "correct")
    assert compilation.outdated_in(version, compilation.basis_of(version))
    told = OutboxMessage.objects.filter(topic="report.basis_changed").values_list("recipient", flat=True)
    assert set(told) == {sichuan_drafter.user.pk, sichuan_lead.user.pk}
    assert not Notice.objects.exists()


def test_the_state_of_towns_and_counties_does_not_escalate(
    luzhou_cycle: object, luzhou_report: Report, three: Three
) -> None:
    report = lead_to(luzhou_report, "received", three)
    (version,) = reading.readable_versions(report, three.reviewer)
    basis = compilation.basis_of(version)
    assert basis
    assert compilation.shown_basis(version, basis, to=three.drafter).rows == basis
    above = compilation.shown_basis(version, basis, to=three.reviewer)
    assert above.rows == []
    assert sum(above.elsewhere.values()) == len(basis)


def test_verify_seals_finds_changed_words(luzhou_report: Report, three: Three) -> None:
    lead_to(luzhou_report, "accepted", three)
    seal_events()
    call_command("verify_seals")
    VersionSection.objects.filter(section__code="measures").update(html="<p>forged</p>")
    with pytest.raises(CommandError):
        call_command("verify_seals")


@pytest.mark.parametrize("column", ["unit", "receiver", "acting_unit_name", "comment"])
def test_verify_seals_finds_changed_events(column: str, luzhou_report: Report, three: Three) -> None:
    lead_to(luzhou_report, "accepted", three)
    seal_events()
    other = {"unit": 1, "receiver": 1}.get(column, "forged")
    field = f"{column}_id" if isinstance(other, int) else column
    Event.objects.filter(act="report.accept").update(**{field: other})
    with pytest.raises(CommandError):
        call_command("verify_seals")
