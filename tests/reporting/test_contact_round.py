"""A round of contacts (N24): who is asked, what is sent and kept, which rules it is sent by."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from accounts.access import Actor
from accounts.models import Role
from pilots.models import PilotArea
from portal.errors import BadInput, NotFound, RuleBroken
from records.models import Event, OutboxMessage
from records.workflow import Request
from reporting.contacts import live_sheet, pilots_by_sender, version_sheet
from reporting.desk import desk
from reporting.models import Cycle, Report, ReportVersion, VersionContact, Writer
from reporting.proof import versions_unlike_their_seal
from reporting.reading import last_period
from reporting.services.contact_rounds import open_contact_round, senders_left_out
from reporting.services.cycles import CycleInput, open_cycle
from reporting.workflow import perform
from tests.conftest import Hire
from tests.pilots.contact_cast import NUMBERS, a_contact, pilot_of
from tests.reporting.round_cast import (
    LUZHOU,
    a_round,
    contact_report,
    fill_everything,
    remark,
    round_input,
    send,
)
from tests.steps import Three
from units.calendar import working_days
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


@pytest.fixture
def round_2026(programme: Programme) -> Cycle:
    return a_round(programme)


@pytest.fixture
def owed(round_2026: Cycle) -> Report:
    return contact_report(round_2026)


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.target) for finding in refused.value.findings]


def test_every_sender_with_pilot_areas_is_asked_and_everybody_told(
    programme: Programme, ndrc_reviewer: Actor, sichuan_drafter: Actor, luzhou_drafter: Actor
) -> None:
    cycle = open_contact_round(round_input(programme), by=ndrc_reviewer)
    dues = list(cycle.dues.select_related("receiver"))
    left_out = senders_left_out(programme)
    assert len(dues) + len(left_out) == 37
    assert {(due.capacity, due.receiver_id, tuple(due.chain)) for due in dues} == {
        ("compiler", programme.owner_id, (programme.owner_id,))
    }
    assert working_days(cycle.opens_on, cycle.compilers_due_on) == 15
    told = {(m.topic, m.recipient_id): m.params for m in OutboxMessage.objects.all()}
    assert told["cycle.opened", sichuan_drafter.user.pk]["due"] == str(cycle.compilers_due_on)
    assert told["contacts.check", luzhou_drafter.user.pk]["pilot"] == pilot_of(LUZHOU).name
    event = Event.objects.get(act="cycle.open", subject_uid=cycle.uid)
    assert (event.data["dues"], event.data["without_pilots"]) == (len(dues), len(left_out))


def test_of_a_round_that_opens_later_pilot_areas_hear_at_once(programme: Programme, luzhou_drafter: Actor) -> None:
    """They owe nothing in it, so the ladder, which tells the senders on the day, tells them nothing."""
    soon = round_input(programme)
    opens, due = soon.opens_on + dt.timedelta(days=7), soon.due_on + dt.timedelta(days=7)
    open_contact_round(replace(soon, opens_on=opens, due_on=due), by=None)
    told = OutboxMessage.objects.filter(recipient=luzhou_drafter.user)
    assert list(told.values_list("topic", flat=True)) == ["contacts.check"]


def test_every_routed_pilot_area_is_on_exactly_one_sheet(programme: Programme) -> None:
    by_sender = pilots_by_sender(programme)
    on_sheets = [pilot.pk for rows in by_sender.values() for pilot in rows]
    assert len(on_sheets) == len(set(on_sheets))
    assert set(on_sheets) == set(PilotArea.objects.filter(programme=programme).shown().values_list("pk", flat=True))


def test_in_luzhou_the_counties_are_asked(luzhou_programme: Programme, luzhou_reviewer: Actor) -> None:
    cycle = open_contact_round(round_input(luzhou_programme), by=luzhou_reviewer)
    senders = set(cycle.dues.values_list("unit__key", flat=True))
    assert "lgo-510522" in senders
    assert all(key.startswith("lgo-5105") for key in senders)


def test_only_the_owner_asks_and_not_by_opening_a_period(
    programme: Programme, sichuan_reviewer: Actor, ndrc_reviewer: Actor
) -> None:
    with pytest.raises(NotFound):
        open_contact_round(round_input(programme), by=sichuan_reviewer)
    day = round_input(programme).opens_on
    with pytest.raises(BadInput) as refused:
        open_cycle(CycleInput(programme, 2026, "contacts", day, day, day, "test"), by=ndrc_reviewer)
    assert codes(refused) == [("invalid", "kind")]


def test_the_names_of_rounds(round_2026: Cycle, owed: Report, programme: Programme) -> None:
    second = a_round(programme)
    with translation.override("en"):
        assert owed.title == f"{owed.due.unit.name}: 2026 contacts"
        assert second.name == "2026 contacts (no. 2)"
    assert (round_2026.code, second.code) == ("GJ2026C1", "GJ2026C2")
    assert owed.source_cycles == []


def test_a_gap_must_be_explained_in_the_remarks(owed: Report, sichuan: Three) -> None:
    with pytest.raises(RuleBroken) as refused:
        perform(owed, Request("send_for_signing"), by=sichuan.drafter)
    assert codes(refused) == [("gaps_unexplained", "remarks")]
    remark(owed, sichuan.drafter)
    assert perform(owed, Request("send_for_signing"), by=sichuan.drafter).status == "signing"


def test_without_gaps_nothing_need_be_written(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor
) -> None:
    elsewhere = PilotArea.objects.exclude(reporting_unit__key=LUZHOU)
    elsewhere.update(confidence="low")
    fill_everything(luzhou_drafter, luzhou_lead)
    assert live_sheet(owed).gaps == 0
    perform(owed, Request("send_for_signing"), by=sichuan.drafter)
    assert Writer.objects.get(report=owed).user == sichuan.drafter.user


def test_nobody_signs_the_sheet_they_sent(owed: Report, sichuan: Three, hire: Hire) -> None:
    report = send(owed, "signing", sichuan)
    same = hire("sichuan.drafter", "drc-510000", Role.LEAD)
    with pytest.raises(RuleBroken) as refused:
        perform(report, Request("sign"), by=same)
    assert codes(refused) == [("own_work", "")]


def test_what_changed_after_signing_must_be_signed_again(owed: Report, sichuan: Three, luzhou_drafter: Actor) -> None:
    report = send(owed, "signed", sichuan)
    a_contact(luzhou_drafter, pilot_of(LUZHOU))
    with pytest.raises(RuleBroken) as refused:
        perform(report, Request("submit"), by=sichuan.drafter)
    assert codes(refused) == [("contacts_changed", "")]
    for name in ("reopen", "send_for_signing", "sign", "submit"):
        perform(report, Request(name), by=sichuan.for_act(name))
    assert Report.objects.get(pk=report.pk).status == "submitted"


def test_what_was_submitted_stays_as_it_was(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor
) -> None:
    fill_everything(luzhou_drafter, luzhou_lead)
    report = send(owed, "submitted", sichuan)
    version = ReportVersion.objects.get(report=report)
    before = version_sheet(version)
    a_contact(luzhou_drafter, pilot_of(LUZHOU), name="赵某（虚构）", seen=1)
    assert version_sheet(version) == before
    assert live_sheet(report).digest != before.digest
    (row,) = [row for row in before.rows if row.pilot == pilot_of(LUZHOU)]
    assert [seat.contact.name if seat.contact else None for seat in row.seats] == ["王某（虚构）"] * 2
    assert row.group and row.group.head and row.group.head.name == "李某（虚构）"


def test_the_seal_names_people_and_no_number(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor
) -> None:
    fill_everything(luzhou_drafter, luzhou_lead)
    version = ReportVersion.objects.get(report=send(owed, "submitted", sichuan))
    body = version.seal.body
    assert "王某（虚构）" in body
    assert not any(number in body for number in NUMBERS)
    people = [p for row in json.loads(body)["content"]["contacts"] for p in row["people"] if p["uid"]]
    assert {len(phone["print"]) for person in people for phone in person["phones"].values()} == {64}
    assert list(versions_unlike_their_seal()) == []
    VersionContact.objects.filter(version=version, contact__isnull=False).update(contact=None)
    assert list(versions_unlike_their_seal()) == [version]


def test_the_desk_says_what_is_to_be_done(owed: Report, sichuan: Three) -> None:
    (task,) = desk(sichuan.drafter).todo
    with translation.override("en"):
        assert (task.report, str(task.button)) == (owed, "Check and send")
    send(owed, "submitted", sichuan)
    assert [task.report for task in desk(sichuan.reviewer).todo] == [owed]


def test_reports_and_contacts_are_not_each_others_past(
    running_cycle: Cycle, owed: Report, programme: Programme, sichuan: Three, sichuan_report: Report
) -> None:
    send(owed, "accepted", sichuan)
    assert last_period(sichuan_report) is None
    again = contact_report(a_round(programme))
    found = last_period(again)
    assert found is not None
    assert found.report == owed
    assert not ReportVersion.objects.copied().exists()


def test_a_round_without_a_form_or_with_dates_upside_down_is_refused(programme: Programme) -> None:
    data = round_input(programme)
    with pytest.raises(BadInput) as refused:
        open_contact_round(type(data)(programme, 2026, data.due_on, data.opens_on, "test"), by=None)
    assert codes(refused) == [("dates", "due_on")]
