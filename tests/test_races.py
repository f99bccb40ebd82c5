"""Two at the same moment: real threads, real transactions, each on its own connection."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.access import Actor
from accounts.models import Membership, Role, User
from portal.errors import PortalError, Stale, WrongState
from records import seals
from records.journal import Subject, write
from records.models import Event, Notice, OutboxMessage, Seal
from records.outbox import Message, dispatch_waiting, tell
from records.workflow import Request
from reporting.models import Report, ReportSection, ReportVersion
from reporting.services.sections import SectionInput, save_section
from reporting.workflow import perform
from staff.services.memberships import InvitationInput, invite
from tests.steps import Three, lead_to, request_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
Hire = Callable[..., Actor]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or refused with, all begun together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            with connection.cursor() as cursor:  # connected before the start, or the first would have won already
                cursor.execute("SELECT 1")
            start.wait(timeout=20)
            return act()
        except PortalError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(outcomes: list[object]) -> list[PortalError]:
    return [outcome for outcome in outcomes if isinstance(outcome, PortalError)]


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.mark.parametrize("version_seen", [True, False])
def test_eight_submit_and_one_is_submitted(luzhou_report: Report, three: Three, version_seen: bool) -> None:
    report = lead_to(luzhou_report, "signed", three)
    seen = report.version if version_seen else None
    outcomes = at_once(*[lambda: perform(report, Request("submit", expected_version=seen), by=three.drafter)] * 8)
    assert len(refusals(outcomes)) == 7
    assert all(isinstance(refusal, WrongState | Stale) for refusal in refusals(outcomes))
    assert Event.objects.filter(act="report.submit").count() == 1
    assert ReportVersion.objects.filter(report=report).count() == 1
    assert Seal.objects.filter(subject_uid=report.uid).count() == 1
    told = OutboxMessage.objects.filter(topic="report.submitted")
    assert [message.recipient for message in told] == [three.reviewer.user]


def test_two_reviewers_and_one_decision(luzhou_report: Report, three: Three, hire: Hire) -> None:
    report = lead_to(luzhou_report, "received", three)
    second = hire("sichuan.second", "drc-510000", Role.REVIEWER)
    outcomes = at_once(
        lambda: perform(report, request_for("accept", expected_version=report.version), by=three.reviewer),
        lambda: perform(report, request_for("return", expected_version=report.version), by=second),
    )
    (refused,) = refusals(outcomes)
    assert isinstance(refused, WrongState | Stale)
    (decision,) = Event.objects.filter(act__in=["report.accept", "report.return"])
    version = ReportVersion.objects.get(report=report)
    assert {"report.accept": "accepted", "report.return": "returned"}[decision.act] == version.outcome
    assert Report.objects.get(pk=report.pk).status == version.outcome
    assert version.decided_by == decision.user


def test_recall_and_receipt_at_once_is_one_of_them(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "submitted", three)
    outcomes = at_once(
        lambda: perform(report, Request("recall"), by=three.drafter),
        lambda: perform(report, Request("receive"), by=three.reviewer),
    )
    assert [type(refusal) for refusal in refusals(outcomes)] == [WrongState]
    assert Event.objects.filter(act__in=["report.recall", "report.receive"]).count() == 1


def test_of_two_first_savers_the_second_keeps_both_texts(
    luzhou_report: Report, luzhou_drafter: Actor, hire: Hire
) -> None:
    second = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    writers = {"<p>eins</p>": luzhou_drafter, "<p>zwei</p>": second}
    outcomes = at_once(*[
        lambda html=html, by=by: save_section(luzhou_report.uid, SectionInput("progress", html, 0), by=by)
        for html, by in writers.items()
    ])  # fmt: skip
    (refused,) = refusals(outcomes)
    stored = ReportSection.objects.get(report=luzhou_report)
    assert isinstance(refused, Stale)
    assert {refused.extra["theirs_html"], refused.extra["mine_html"]} == set(writers)
    assert refused.extra["theirs_html"] == stored.html
    assert refused.extra["theirs_by"] == writers[stored.html].user.name
    assert stored.revision == 1


def test_of_eight_savers_of_one_revision_one_wins(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    save_section(luzhou_report.uid, SectionInput("progress", "<p>zero</p>", 0), by=luzhou_drafter)
    outcomes = at_once(*[
        lambda n=n: save_section(luzhou_report.uid, SectionInput("progress", f"<p>{n}</p>", 1), by=luzhou_drafter)
        for n in range(8)
    ])  # fmt: skip
    assert [type(refusal) for refusal in refusals(outcomes)] == [Stale] * 7
    assert ReportSection.objects.get(report=luzhou_report).revision == 2


def test_writing_while_it_is_sent_for_signing_loses_nothing(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "draft", three)
    outcomes = at_once(
        lambda: perform(report, Request("send_for_signing"), by=three.drafter),
        lambda: save_section(report.uid, SectionInput("progress", "<p>late</p>", 1), by=three.drafter),
    )
    saved = ReportSection.objects.get(report=report, section__code="progress").html == "<p>late</p>"
    assert Report.objects.get(pk=report.pk).status == "signing"
    assert saved == (not refusals(outcomes))


def test_two_dispatchers_deliver_each_row_once(luzhou_drafter: Actor) -> None:
    for _number in range(40):
        tell([luzhou_drafter.user], Message("report.received", {"report": "R"}, "/"))
    counts = at_once(*[dispatch_waiting] * 3)
    assert sum(int(str(count)) for count in counts) == 40
    assert Notice.objects.count() == 40
    assert not OutboxMessage.objects.exclude(attempts=1, sent_at__isnull=False).exists()


def test_two_sealers_leave_one_unbroken_chain(luzhou_drafter: Actor) -> None:
    for number in range(60):
        write("cycle.open", Subject("test", uuid.uuid4(), str(number)), by=luzhou_drafter)
    waiting = Event.objects.filter(chain_number__isnull=True).count()
    for _round in itertools.repeat(None, 10):
        at_once(*[lambda: seals.seal_events(limit=10)] * 3)
    assert seals.broken_events() == []
    numbers = list(Event.objects.order_by("chain_number").values_list("chain_number", flat=True))
    assert numbers == list(range(1, waiting + 1))


def test_one_mail_address_invited_twice_at_once_is_one_person(unit_admin: Actor) -> None:
    data = InvitationInput("new@office.example", "New", unit_admin.unit.uid, "national", Role.DRAFTER.value)
    outcomes = at_once(*[lambda: invite(data, by=unit_admin)] * 2)
    assert len(refusals(outcomes)) == 1
    assert User.objects.filter(email=data.email).count() == 1
    assert Membership.objects.filter(user__email=data.email).count() == 1
    assert OutboxMessage.objects.filter(topic="people.invited").count() == 1
