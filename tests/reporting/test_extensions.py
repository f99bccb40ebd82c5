"""More time: asked for and decided, given unasked, and what ends a request nobody decided on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership, Role
from portal.errors import BadInput, NotFound, PortalError, RuleBroken, WrongState
from records.models import Event, OutboxMessage
from records.workflow import Request
from reporting.due_dates import receivers_own_date
from reporting.extension_workflow import available, open_request
from reporting.extension_workflow import perform as decide
from reporting.models import Extension, Report
from reporting.services.exemptions import EndInput, ExemptionInput, end_exemption, exempt
from reporting.services.extensions import ExtensionInput, extend, request_extension
from reporting.workflow import REPORT, perform
from tests.conftest import Hire
from tests.steps import Three, lead_to
from units.calendar import end_of, today

pytestmark = pytest.mark.django_db
REASON = "汛期抢险，推迟报送。"
LATER = dt.date(2026, 7, 10)


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def asked(report: Report, by: Actor, day: dt.date = LATER) -> Extension:
    return request_extension(report.uid, ExtensionInput(day, REASON), by=by)


def newest(report: Report) -> Event:
    return Event.objects.about("report", report.uid)[0]


def told(topic: str) -> list[str]:
    rows = OutboxMessage.objects.filter(topic=topic, channel="notice").order_by("recipient__email")
    return [row.recipient.email.split("@")[0] for row in rows]


def test_asked_and_granted_until_another_day(luzhou_report: Report, three: Three) -> None:
    first = luzhou_report.due.due_on
    row = asked(luzhou_report, three.drafter)
    assert told("due.extension_asked") == ["sichuan.reviewer"]
    assert (newest(luzhou_report).act, newest(luzhou_report).comment) == ("due.extension_ask", REASON)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3)):
        done = decide(row, Request("grant", "同意", 0, {"due_on": dt.date(2026, 7, 3)}), by=three.reviewer)
        now = timezone.now()
    due = Report.objects.get(pk=luzhou_report.pk).due
    assert (due.first_due_on, due.due_on, due.due_end) == (first, dt.date(2026, 7, 3), end_of(dt.date(2026, 7, 3)))
    assert abs(now - due.dated_at) < dt.timedelta(seconds=5)
    assert (done.status, done.granted_due_on, done.decided_by, done.comment) == (
        "granted", dt.date(2026, 7, 3), three.reviewer.user, "同意",
    )  # fmt: skip
    event = newest(luzhou_report)
    assert (event.act, event.outcome, event.data["due_on_before"]) == (
        "due.extension_grant", "requested → granted", str(first),
    )  # fmt: skip
    assert told("due.extended") == ["luzhou.drafter", "luzhou.lead"]


def test_what_was_asked_for_is_granted_where_no_day_is_chosen_and_the_hour_stays(
    luzhou_report: Report, three: Three
) -> None:
    due = luzhou_report.due
    due.due_time, due.due_end = dt.time(18), end_of(due.due_on, dt.time(18))
    due.save()
    decide(asked(luzhou_report, three.lead), Request("grant"), by=three.reviewer)
    due.refresh_from_db()
    assert (due.due_on, due.due_time, due.due_end) == (LATER, dt.time(18), end_of(LATER, dt.time(18)))


def test_today_is_not_later_where_the_hour_has_passed(luzhou_report: Report, three: Three) -> None:
    due = luzhou_report.due
    due.due_on, due.due_time = today() - dt.timedelta(days=3), dt.time(9)
    due.due_end = end_of(due.due_on, due.due_time)
    due.save()
    with pytest.raises(BadInput) as refused:  # it is ten o'clock
        extend(luzhou_report.uid, ExtensionInput(today(), REASON), by=three.reviewer)
    assert [f.code for f in refused.value.findings] == ["due_past"]


def test_refused_with_a_reason_the_date_stays(luzhou_report: Report, three: Three) -> None:
    before = luzhou_report.due.due_on, luzhou_report.due.dated_at
    row = asked(luzhou_report, three.drafter)
    with pytest.raises(BadInput):
        decide(row, Request("refuse", " "), by=three.reviewer)
    decide(row, Request("refuse", "全省统一汇总"), by=three.reviewer)
    luzhou_report.due.refresh_from_db()
    assert (luzhou_report.due.due_on, luzhou_report.due.dated_at) == before
    assert told("due.extension_refused") == ["luzhou.drafter", "luzhou.lead"]
    assert asked(luzhou_report, three.drafter).status == "requested"  # it may be asked for anew


def test_taken_back_by_the_sender_before_anybody_decided(luzhou_report: Report, three: Three) -> None:
    row = asked(luzhou_report, three.drafter)
    assert [t.name for t in available(row, three.lead)] == ["withdraw"]
    assert [t.name for t in available(row, three.reviewer)] == ["grant", "refuse"]
    decide(row, Request("withdraw"), by=three.lead)
    with pytest.raises(WrongState):
        decide(row, Request("grant"), by=three.reviewer)
    assert told("due.extension_withdrawn") == ["sichuan.reviewer"]


@pytest.mark.parametrize(
    ("day", "reason", "code", "target"),
    [
        (dt.date(2026, 6, 24), REASON, "due_not_later", "due_on"),
        (dt.date(2026, 1, 5), REASON, "due_not_later", "due_on"),
        (dt.date(2027, 7, 24), REASON, "due_far", "due_on"),
        (dt.date.max, REASON, "due_far", "due_on"),
        (None, REASON, "due_missing", "due_on"),
        (LATER, " \x00", "reason_missing", "reason"),
        (LATER, "长" * 4001, "reason_too_long", "reason"),
    ],
)
def test_what_cannot_be_asked_for(
    day: dt.date | None, reason: str, code: str, target: str, luzhou_report: Report, three: Three
) -> None:
    for act, by in ((request_extension, three.drafter), (extend, three.reviewer)):
        with pytest.raises(BadInput) as refused:
            act(luzhou_report.uid, ExtensionInput(day, reason), by=by)
        assert [(f.code, f.target) for f in refused.value.findings] == [(code, target)]
    assert not Extension.objects.exists()
    assert not OutboxMessage.objects.filter(topic__startswith="due.").exists()


def test_overdue_reports_are_extended_from_today_on(luzhou_report: Report, three: Three) -> None:
    with time_machine.travel(dt.datetime(2026, 7, 6, 2, tzinfo=dt.UTC)):
        with pytest.raises(BadInput) as refused:
            asked(luzhou_report, three.drafter, dt.date(2026, 7, 3))
        assert [f.code for f in refused.value.findings] == ["due_past"]
        decide(asked(luzhou_report, three.drafter), Request("grant"), by=three.reviewer)
        assert not Report.objects.get(pk=luzhou_report.pk).is_overdue


def test_one_open_request_for_each_report(luzhou_report: Report, three: Three) -> None:
    asked(luzhou_report, three.drafter)
    with pytest.raises(WrongState):
        asked(luzhou_report, three.lead)
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("status", ["submitted", "received", "recall_requested", "accepted"])
def test_only_what_is_owed_gets_more_time(status: str, luzhou_report: Report, three: Three) -> None:
    lead_to(luzhou_report, status, three)
    attempts: list[Callable[[], object]] = [
        lambda: asked(luzhou_report, three.drafter),
        lambda: extend(luzhou_report.uid, ExtensionInput(LATER, REASON), by=three.reviewer),
        lambda: exempt(luzhou_report.uid, ExemptionInput(REASON), by=three.reviewer),
    ]
    for attempt in attempts:
        with pytest.raises(WrongState):
            attempt()


def test_a_correction_is_not_owed(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "accepted", three)
    perform(report, Request("correct", "数字更正"), by=three.drafter)
    with pytest.raises(WrongState) as refused:
        asked(luzhou_report, three.drafter)
    assert "更正" in str(refused.value) or "correction" in str(refused.value)


def test_others_do_not_find_it(luzhou_report: Report, three: Three, ndrc_reviewer: Actor, stranger: Actor) -> None:
    row = asked(luzhou_report, three.drafter)
    wanted = ExtensionInput(LATER, REASON)
    for by in (ndrc_reviewer, stranger):
        for attempt in (
            lambda by=by: request_extension(luzhou_report.uid, wanted, by=by),
            lambda by=by: extend(luzhou_report.uid, wanted, by=by),
            lambda by=by: exempt(luzhou_report.uid, ExemptionInput(REASON), by=by),
            lambda by=by: end_exemption(luzhou_report.uid, EndInput(REASON), by=by),
            lambda by=by: decide(row, Request("grant"), by=by),
            lambda by=by: decide(row, Request("withdraw"), by=by),
        ):
            with pytest.raises(NotFound):
                attempt()
    assert Extension.objects.get().status == "requested"


def test_nobody_decides_on_what_they_asked_for(luzhou_report: Report, three: Three) -> None:
    """A drafter who is also a reviewer at the receiver."""
    row = asked(luzhou_report, three.drafter)
    due = luzhou_report.due
    hat = Membership.objects.create(
        user=three.drafter.user, unit=due.receiver, programme=due.cycle.programme, role=Role.REVIEWER
    )
    for name in ("grant", "refuse"):
        with pytest.raises(RuleBroken) as refused:
            decide(row, Request(name, "理由"), by=Actor(three.drafter.user, hat, "test"))
        assert [f.code for f in refused.value.findings] == ["own_work"]


def test_given_unasked_it_stands_as_granted(luzhou_report: Report, three: Three) -> None:
    row = extend(luzhou_report.uid, ExtensionInput(LATER, REASON), by=three.reviewer)
    stored = Extension.objects.get()
    assert (row.pk, stored.status, stored.requested_by, stored.granted_due_on, stored.reason) == (
        stored.pk, "granted", None, LATER, REASON,
    )  # fmt: skip
    luzhou_report.due.refresh_from_db()
    assert luzhou_report.due.due_on == LATER
    events = Event.objects.about("report", luzhou_report.uid).filter(act__startswith="due.")
    assert [(e.act, e.comment) for e in events] == [("due.extension_grant", REASON)]


def test_giving_time_while_a_request_is_open_grants_it(luzhou_report: Report, three: Three) -> None:
    row = asked(luzhou_report, three.drafter, dt.date(2026, 8, 1))
    extend(luzhou_report.uid, ExtensionInput(LATER, "到这一天为止"), by=three.reviewer)
    stored = Extension.objects.get()
    assert (stored.pk, stored.status, stored.granted_due_on, stored.asked_due_on) == (
        row.pk, "granted", LATER, dt.date(2026, 8, 1),
    )  # fmt: skip


def test_what_is_submitted_meanwhile_takes_its_request_back(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "signed", three)
    row = asked(luzhou_report, three.drafter)
    perform(report, Request("submit"), by=three.lead)
    row.refresh_from_db()
    assert (row.status, row.decided_by, told("due.extension_withdrawn")) == ("withdrawn", three.lead.user, [])
    event = Event.objects.about("report", report.uid).get(act="due.extension_withdraw")
    assert event.data["because"] == "submitted"


def test_a_request_the_date_has_overtaken_can_be_closed(luzhou_report: Report, three: Three) -> None:
    row = asked(luzhou_report, three.drafter)
    luzhou_report.due.due_on = LATER + dt.timedelta(days=3)  # as a new plan would move it
    luzhou_report.due.save()
    with pytest.raises(RuleBroken) as refused:
        decide(row, Request("grant"), by=three.reviewer)
    assert [f.code for f in refused.value.findings] == ["due_not_later"]
    row = Extension.objects.get()
    assert "lapse" in {t.name for t in available(row, three.reviewer)}
    decide(row, Request("lapse"), by=three.reviewer)
    assert told("due.extension_lapsed") == ["luzhou.drafter", "luzhou.lead"]


def test_the_receivers_own_date_is_known(luzhou_report: Report, sichuan_report: Report, town_report: Report) -> None:
    """Also across programmes: Luzhou compiles its national report from its towns'."""
    assert receivers_own_date(luzhou_report.due) == sichuan_report.due.due_on
    county = town_report.due.receiver
    assert receivers_own_date(town_report.due) == county.dues.get(cycle=town_report.due.cycle).due_on
    of_county = Report.objects.get(due__unit=county, due__cycle=town_report.due.cycle)
    assert receivers_own_date(of_county.due) == luzhou_report.due.due_on


def test_exempt_nothing_is_owed_and_an_open_request_ends(luzhou_report: Report, three: Three) -> None:
    row = asked(luzhou_report, three.drafter)
    exempt(luzhou_report.uid, ExemptionInput("机构改革，本期免报"), by=three.reviewer)
    report = Report.objects.get(pk=luzhou_report.pk)
    row.refresh_from_db()
    assert (report.is_owed, report.is_exempt, row.status) == (False, True, "withdrawn")
    assert (report.due.exempted_by, report.due.exempt_reason) == (three.reviewer.user, "机构改革，本期免报")
    assert not Report.objects.owed().filter(pk=report.pk).exists()
    assert told("due.exempted") == ["luzhou.drafter", "luzhou.lead"]
    assert open_request(report.due) is None
    with pytest.raises(WrongState):
        exempt(report.uid, ExemptionInput(REASON), by=three.reviewer)
    with pytest.raises(WrongState):
        asked(report, three.drafter)
    assert newest(report).act == "due.exempt"


def test_an_exemption_ends_and_the_report_is_owed_from_then_on(luzhou_report: Report, three: Three) -> None:
    day = luzhou_report.due.due_on
    with pytest.raises(WrongState):
        end_exemption(luzhou_report.uid, EndInput(REASON), by=three.reviewer)
    exempt(luzhou_report.uid, ExemptionInput(REASON), by=three.reviewer)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        report = end_exemption(luzhou_report.uid, EndInput("仍需报送"), by=three.reviewer)
        stored = Report.objects.get(pk=report.pk)
        assert (stored.is_owed, stored.due.due_on, stored.due.exempted_by) == (True, day, None)
        assert stored.due.dated_at.date() == today()
    assert told("due.exemption_ended") == ["luzhou.drafter", "luzhou.lead"]


def test_a_date_that_passed_during_the_exemption_is_replaced(luzhou_report: Report, three: Three) -> None:
    exempt(luzhou_report.uid, ExemptionInput(REASON), by=three.reviewer)
    with time_machine.travel(dt.datetime(2026, 7, 6, 2, tzinfo=dt.UTC)):
        for day, code in ((None, "due_missing"), (dt.date(2026, 7, 5), "due_past"), (dt.date(2029, 1, 1), "due_far")):
            with pytest.raises(BadInput) as refused:
                end_exemption(luzhou_report.uid, EndInput(REASON, day), by=three.reviewer)
            assert [f.code for f in refused.value.findings] == [code]
        report = end_exemption(luzhou_report.uid, EndInput(REASON, LATER), by=three.reviewer)
        assert (report.due.due_on, report.is_overdue) == (LATER, False)


def test_what_was_sent_in_spite_of_an_exemption_is_not_owed_again(luzhou_report: Report, three: Three) -> None:
    exempt(luzhou_report.uid, ExemptionInput(REASON), by=three.reviewer)
    lead_to(luzhou_report, "submitted", three)
    with pytest.raises(WrongState):
        end_exemption(luzhou_report.uid, EndInput("仍需报送", LATER), by=three.reviewer)
    assert not told("due.exemption_ended")


def test_a_return_without_a_date_follows_the_rule_of_the_programme(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "received", three)
    due = report.due
    due.due_on, due.due_time = dt.date(2026, 6, 16), dt.time(18)
    due.save()
    returned = perform(report, Request("return", "请补充"), by=three.reviewer)
    stored = Report.objects.get(pk=returned.pk).due
    assert stored.due_on == dt.date(2026, 6, 23)  # five working days after Monday 15 June; the 19th is a day off
    assert (stored.due_time, stored.due_end) == (None, end_of(stored.due_on))
    assert abs(stored.dated_at - timezone.now()) < dt.timedelta(minutes=1)
    assert newest(report).data["by_rule"] is True


def test_a_return_leaves_a_later_date_where_it_is(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "received", three)
    before = report.due.due_on
    perform(report, Request("return", "请补充"), by=three.reviewer)
    assert Report.objects.get(pk=report.pk).due.due_on == before == dt.date(2026, 6, 24)


def test_a_return_with_another_date_says_so(luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, "received", three)
    perform(report, Request("return", "请补充", data={"due_on": LATER}), by=three.reviewer)
    assert newest(report).data["by_rule"] is False
    assert REPORT.rows().get(pk=report.pk).due.due_on == LATER


def test_tokens_need_the_scope_of_the_act(luzhou_report: Report, three: Three, hire: Hire) -> None:
    for by, act in ((three.drafter, request_extension), (three.reviewer, extend)):
        reading = Actor(by.user, by.hat, "test", frozenset({"read"}))
        with pytest.raises(PortalError) as refused:
            act(luzhou_report.uid, ExtensionInput(LATER, REASON), by=reading)
        assert refused.value.code == "scope_missing"
