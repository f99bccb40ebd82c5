"""Contacts that change after they were sent are owed again (N24): to whom, by when, and when not."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Role
from pilots.models import Contact
from pilots.services.groups import EndMemberInput, GroupInput, MemberInput, add_member, create_group, end_member
from records.models import Event, OutboxMessage
from records.workflow import Request
from reporting.contact_changes import differences
from reporting.contacts import version_sheet
from reporting.models import Cycle, Due, Occasion, Report, ReportVersion
from reporting.reading import last_period
from reporting.workflow import perform
from tests.conftest import Hire
from tests.pilots.contact_cast import a_contact, pilot_of
from tests.reporting.round_cast import LUZHOU, a_round, contact_report, fill, remark, send
from tests.steps import Three
from units.calendar import after_working_days, end_of, today
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


@pytest.fixture
def owed(programme: Programme, luzhou_drafter: Actor) -> Report:
    """What Sichuan owes in the round, Luzhou's two people being on record."""
    fill(pilot_of(LUZHOU), luzhou_drafter)
    return contact_report(a_round(programme))


def changes_of(programme: Programme) -> list[Cycle]:
    return list(Cycle.objects.filter(programme=programme, occasion=Occasion.CHANGES).order_by("number"))


def another(by: Actor, name: str, kind: str = "liaison") -> Contact:
    seen = Contact.objects.filter(pilot_area=pilot_of(LUZHOU), kind=kind).count()
    return a_contact(by, pilot_of(LUZHOU), kind, name=name, seen=seen)


def test_the_whole_way_twice(owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme) -> None:
    """Round → accepted → the liaison of Luzhou changes → owed again in ten working days → accepted again."""
    send(owed, "accepted", sichuan)
    another(luzhou_drafter, "赵某（虚构）")
    (cycle,) = changes_of(programme)
    again = contact_report(cycle)
    send(again, "accepted", sichuan)
    first, second = (ReportVersion.objects.get(report=report) for report in (owed, again))
    (change,) = differences(version_sheet(first), version_sheet(second))
    assert (change.code, change.before, change.now) == ("liaison", "王某（虚构）", "赵某（虚构）")
    assert last_period(again) == first
    assert second.receipt_number.startswith("GJ2026C2-")


def test_the_new_due_says_why_and_by_when(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme
) -> None:
    send(owed, "accepted", sichuan)
    another(luzhou_drafter, "赵某（虚构）")
    due = Due.objects.get(cycle__occasion=Occasion.CHANGES)
    day = after_working_days(today(), 10)
    assert (due.due_on, due.first_due_on, due.due_end, due.unit.key) == (day, day, end_of(day), "drc-510000")
    assert (due.cycle.number, due.cycle.compilers_due_on, due.receiver) == (2, day, programme.owner)
    event = Event.objects.get(act="cycle.owe_again")
    assert (event.subject_uid, event.user) == (due.report.uid, luzhou_drafter.user)
    assert event.data["kinds"] == ["liaison"]
    assert "泸州" in event.comment
    told = OutboxMessage.objects.filter(topic="contacts.owe_again").values_list("recipient", flat=True)
    assert set(told) == {sichuan.drafter.user.pk, sichuan.lead.user.pk}


@pytest.mark.parametrize("status", ["draft", "signing", "returned"])
def test_who_still_owes_sends_the_change_with_it(
    status: str, owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme
) -> None:
    report = send(owed, "received" if status == "returned" else status, sichuan)
    if status == "returned":
        perform(report, Request("return", "Gaps", data={"due_on": today()}), by=sichuan.reviewer)
    another(luzhou_drafter, "赵某（虚构）")
    assert changes_of(programme) == []


@pytest.mark.parametrize("status", ["submitted", "received", "accepted"])
def test_what_is_with_the_receiver_is_owed_again(
    status: str, owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme
) -> None:
    send(owed, status, sichuan)
    another(luzhou_drafter, "赵某（虚构）")
    another(luzhou_drafter, "钱某（虚构）", "responsible")
    (cycle,) = changes_of(programme)
    assert cycle.dues.count() == 1
    assert Event.objects.filter(act="cycle.owe_again").count() == 1


def test_a_change_of_the_leading_group_counts_too(
    owed: Report, sichuan: Three, luzhou_lead: Actor, programme: Programme
) -> None:
    send(owed, "accepted", sichuan)
    group = create_group(GroupInput(luzhou_lead.unit.uid, "领导小组（虚构）"), by=luzhou_lead)
    head = add_member(MemberInput(group.uid, "head", "李某（虚构）"), by=luzhou_lead)
    (cycle,) = changes_of(programme)
    assert Event.objects.get(act="cycle.owe_again").data["kinds"] == ["group"]
    send(contact_report(cycle), "accepted", sichuan)
    end_member(EndMemberInput(head.uid), by=luzhou_lead)
    assert [found.number for found in changes_of(programme)] == [2, 3]


def test_after_the_second_sending_the_next_change_has_a_number_of_its_own(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme
) -> None:
    send(owed, "accepted", sichuan)
    for name in ("赵某（虚构）", "钱某（虚构）"):
        another(luzhou_drafter, name)
        send(contact_report(changes_of(programme)[-1]), "accepted", sichuan)
    assert [cycle.code for cycle in changes_of(programme)] == ["GJ2026C2", "GJ2026C3"]


def test_two_senders_share_a_collection_and_each_has_its_day(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme, hire: Hire
) -> None:
    send(owed, "accepted", sichuan)
    another(luzhou_drafter, "赵某（虚构）")
    shaanxi = contact_report(owed.due.cycle, "drc-610000")
    drafter, lead = (hire(f"shaanxi.{role}", "drc-610000", role) for role in (Role.DRAFTER, Role.LEAD))
    send(shaanxi, "accepted", Three(drafter, lead, sichuan.reviewer))
    shenmu = hire("shenmu", "lgo-610821", Role.DRAFTER)
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        a_contact(shenmu, pilot_of("lgo-610821"))
        later = after_working_days(today(), 10)
    (cycle,) = changes_of(programme)
    assert cycle.compilers_due_on == later
    assert sorted(cycle.dues.values_list("unit__key", flat=True)) == ["drc-510000", "drc-610000"]


def test_nothing_is_owed_where_nothing_was_ever_sent(luzhou_drafter: Actor, programme: Programme) -> None:
    fill(pilot_of(LUZHOU), luzhou_drafter)
    assert not Cycle.objects.filter(programme=programme).exists()


def test_during_a_correction_the_accepted_sheet_still_counts(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, programme: Programme
) -> None:
    report = send(owed, "accepted", sichuan)
    perform(report, Request("correct", "Wrong"), by=sichuan.drafter)
    remark(report, sichuan.drafter, "更正")
    another(luzhou_drafter, "赵某（虚构）")
    assert len(changes_of(programme)) == 1
