"""More time for a region: who gets it, who is told, and that it takes no more statements for many than for few."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Role
from portal.errors import BadInput, NotFound, PortalError
from records.models import Event, OutboxMessage
from reporting.models import BlanketExtension, Cycle, Due, Extension, Report
from reporting.services.blanket import Area, BlanketInput, DayCount, extend_region, preview_region
from reporting.services.exemptions import ExemptionInput, exempt
from reporting.services.extensions import ExtensionInput, request_extension
from tests.conftest import Hire
from tests.steps import Three, lead_to
from units.calendar import end_of, today
from units.models import Division

pytestmark = pytest.mark.django_db
REASON = "四川汛情，全省顺延。"
LATER = dt.date(2026, 7, 31)


@pytest.fixture
def sichuan() -> Division:
    return Division.objects.get(code_now="510000")


def give(cycle: Cycle, region: Division | None, by: Actor, day: dt.date = LATER) -> BlanketExtension:
    return extend_region(BlanketInput(Area(cycle, region), day, REASON), by=by)


def in_sichuan(cycle: Cycle, sichuan: Division) -> list[Due]:
    return list(Due.objects.filter(cycle=cycle, unit__division__path_now__startswith=sichuan.path_now).order_by("pk"))


def test_all_who_owe_in_the_region_get_the_date_and_nobody_else(
    running_cycle: Cycle, sichuan: Division, ndrc_reviewer: Actor
) -> None:
    inside = in_sichuan(running_cycle, sichuan)
    outside = Due.objects.filter(cycle=running_cycle).exclude(pk__in=[due.pk for due in inside])
    before = list(outside.order_by("pk").values_list("pk", "due_on", "dated_at"))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        blanket = give(running_cycle, sichuan, ndrc_reviewer)
    assert (blanket.count, blanket.unit) == (len(inside), ndrc_reviewer.unit)
    assert len(inside) == 2  # Luzhou's pilot report and the province's own
    for due in in_sichuan(running_cycle, sichuan):
        assert (due.due_on, due.due_end, due.dated_at) == (LATER, end_of(LATER), blanket.at)
        row = due.extensions.get()
        assert (row.status, row.blanket, row.granted_due_on, row.due_on_before) == (
            "granted", blanket, LATER, due.first_due_on,
        )  # fmt: skip
        event = Event.objects.about("report", due.report.uid).get(act="due.extend_region")
        assert (event.comment, event.data["due_on"], event.data["due_on_before"]) == (
            REASON, str(LATER), str(due.first_due_on),
        )  # fmt: skip
    assert list(outside.order_by("pk").values_list("pk", "due_on", "dated_at")) == before
    assert Event.objects.get(act="cycle.extend_region").unit == ndrc_reviewer.unit


def test_senders_are_told_and_the_receivers_between_once(
    running_cycle: Cycle, sichuan: Division, ndrc_reviewer: Actor, sichuan_reviewer: Actor, luzhou_drafter: Actor,
    luzhou_lead: Actor, sichuan_lead: Actor,
) -> None:  # fmt: skip
    give(running_cycle, sichuan, ndrc_reviewer)
    rows = OutboxMessage.objects.filter(channel="notice", topic__startswith="due.").order_by("recipient__email")
    assert [(row.topic, row.recipient) for row in rows] == [
        ("due.extended", luzhou_drafter.user),
        ("due.extended", luzhou_lead.user),
        ("due.extended", sichuan_lead.user),
        ("due.region_extended", sichuan_reviewer.user),
    ]
    received = Due.objects.filter(cycle=running_cycle, receiver=sichuan_reviewer.unit).count()
    assert rows[3].params["count"] == str(received)


def test_the_preview_says_what_it_would_do_and_does_nothing(
    running_cycle: Cycle, sichuan: Division, luzhou_report: Report, sichuan_report: Report, luzhou_drafter: Actor,
    sichuan_reviewer: Actor, ndrc_reviewer: Actor,
) -> None:  # fmt: skip
    request_extension(luzhou_report.uid, ExtensionInput(LATER, "理由"), by=luzhou_drafter)
    mine = preview_region(Area(running_cycle, None), LATER, by=sichuan_reviewer)
    assert (mine.requests, mine.own_date, mine.is_late_for_giver) == (1, sichuan_report.due.due_on, True)
    Due.objects.filter(pk=sichuan_report.due_id).update(due_on=LATER, due_end=end_of(LATER))
    found = preview_region(Area(running_cycle, sichuan), LATER, by=ndrc_reviewer)
    assert [report.pk for report in found.left_out] == [sichuan_report.pk]
    assert [report.pk for report in found.moved] == [luzhou_report.pk]
    assert found.days == [DayCount(luzhou_report.due.due_on, 1)]
    assert (found.requests, found.own_date, found.is_late_for_giver) == (1, None, False)
    assert not BlanketExtension.objects.exists()


def test_who_does_not_owe_is_left_alone(
    running_cycle: Cycle, luzhou_report: Report, sichuan_report: Report, ndrc_reviewer: Actor,
    sichuan_reviewer: Actor, luzhou_drafter: Actor, luzhou_lead: Actor,
) -> None:  # fmt: skip
    lead_to(luzhou_report, "submitted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    exempt(sichuan_report.uid, ExemptionInput("免报"), by=ndrc_reviewer)
    give(running_cycle, None, ndrc_reviewer)
    for report in (luzhou_report, sichuan_report):
        day = report.due.due_on
        report.due.refresh_from_db()
        assert report.due.due_on == day
    assert not Extension.objects.filter(due__in=[luzhou_report.due, sichuan_report.due]).exists()


def test_open_requests_are_granted_with_it(
    running_cycle: Cycle, luzhou_report: Report, luzhou_drafter: Actor, ndrc_reviewer: Actor
) -> None:
    row = request_extension(luzhou_report.uid, ExtensionInput(dt.date(2026, 8, 3), "理由"), by=luzhou_drafter)
    blanket = give(running_cycle, None, ndrc_reviewer)
    stored = Extension.objects.get(due=luzhou_report.due)
    assert (stored.pk, stored.status, stored.version, stored.blanket, stored.granted_due_on, stored.comment) == (
        row.pk, "granted", 1, blanket, LATER, REASON,
    )  # fmt: skip
    assert blanket.count == Due.objects.filter(cycle=running_cycle).count()
    event = Event.objects.about("report", luzhou_report.uid).get(act="due.extend_region")
    assert event.data["asked"] == "2026-08-03"


def test_each_keeps_its_hour(running_cycle: Cycle, luzhou_report: Report, ndrc_reviewer: Actor) -> None:
    Due.objects.filter(pk=luzhou_report.due_id).update(due_time=dt.time(18))
    give(running_cycle, None, ndrc_reviewer)
    luzhou_report.due.refresh_from_db()
    assert luzhou_report.due.due_end == end_of(LATER, dt.time(18))
    assert Due.objects.filter(cycle=running_cycle, due_end=end_of(LATER)).count() > 10


def test_who_would_stay_late_by_the_hour_is_left_out(
    running_cycle: Cycle, luzhou_report: Report, sichuan: Division, ndrc_reviewer: Actor
) -> None:
    day, hour = today() - dt.timedelta(days=3), dt.time(9)
    Due.objects.filter(pk=luzhou_report.due_id).update(due_on=day, due_time=hour, due_end=end_of(day, hour))
    found = preview_region(Area(running_cycle, sichuan), today(), by=ndrc_reviewer)
    assert luzhou_report in found.left_out
    with pytest.raises(BadInput):  # it is ten o'clock
        give(running_cycle, sichuan, ndrc_reviewer, today())


def test_refusals(
    running_cycle: Cycle, luzhou_cycle: Cycle, sichuan: Division, ndrc_reviewer: Actor, stranger: Actor,
    sichuan_lead: Actor,
) -> None:  # fmt: skip
    for day, code in (
        (dt.date(2026, 6, 14), "due_past"),
        (dt.date(2028, 1, 1), "due_far"),
        (dt.date(2026, 6, 16), "nobody"),
    ):
        with pytest.raises(BadInput) as refused:
            give(running_cycle, sichuan, ndrc_reviewer, day)
        assert [f.code for f in refused.value.findings] == [code]
    with pytest.raises(NotFound):
        give(luzhou_cycle, None, ndrc_reviewer)
    for by in (stranger, sichuan_lead):
        with pytest.raises(BadInput):
            give(running_cycle, sichuan, by)
    reading = Actor(ndrc_reviewer.user, ndrc_reviewer.hat, "test", frozenset({"read"}))
    with pytest.raises(PortalError) as scope:
        give(running_cycle, None, reading)
    assert scope.value.code == "scope_missing"
    assert not Extension.objects.exists()


def test_no_more_statements_for_many_than_for_few(
    running_cycle: Cycle, sichuan: Division, ndrc_reviewer: Actor, luzhou_drafter: Actor, hire: Hire
) -> None:
    hire("sichuan.second", "drc-510000", Role.REVIEWER)
    numbers = []
    for region, day in ((sichuan, dt.date(2026, 7, 20)), (None, LATER)):
        for report in Report.objects.filter(due__unit=luzhou_drafter.unit, due__cycle=running_cycle):
            request_extension(report.uid, ExtensionInput(dt.date(2026, 8, 3), "理由"), by=luzhou_drafter)
        with CaptureQueriesContext(connection) as captured:
            blanket = give(running_cycle, region, ndrc_reviewer, day)
        numbers.append((blanket.count, len([q for q in captured if "SAVEPOINT" not in q["sql"]])))
    (few, first), (many, second) = numbers
    assert many > 5 * few
    assert first == second <= 20
