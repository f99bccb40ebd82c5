"""What is due, as a month and a list: whose, on which days, in how many statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from portal.errors import BadInput
from reporting.due_calendar import default_scope, dues, in_state, month, month_named, state_of
from reporting.models import Cycle, Due, DueScope, Report
from tests.steps import Three, lead_to
from units.calendar import end_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
JUNE = dt.date(2026, 6, 1)
DAY = dt.date(2026, 6, 24)


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def sichuan_receives(luzhou_report: Report) -> list[Report]:
    """Four more pilot areas that report to Sichuan."""
    above = luzhou_report.due
    more = Due.objects.filter(capacity="pilot", cycle=above.cycle).exclude(pk=above.pk)[:4]
    Due.objects.filter(pk__in=[due.pk for due in more]).update(receiver=above.receiver, chain=above.chain)
    return list(Report.objects.filter(due__in=[due.pk for due in more]))


def test_a_month_runs_from_monday_to_sunday_with_days_off_and_today(luzhou_drafter: Actor) -> None:
    found = month(luzhou_drafter, DueScope.OWN, JUNE)
    assert {len(week) for week in found.weeks} == {7}
    assert all(week[0].day.weekday() == 0 for week in found.weeks)
    by_day = {cell.day: cell for cell in found.days}
    assert by_day[dt.date(2026, 6, 15)].is_today
    assert by_day[dt.date(2026, 6, 19)].is_day_off  # Dragon Boat Festival
    autumn = {cell.day: cell for cell in month(luzhou_drafter, DueScope.OWN, dt.date(2026, 10, 1)).days}
    assert autumn[dt.date(2026, 10, 10)].is_make_up
    assert (found.previous, found.next, found.is_provisional) == ("2026-05", "2026-07", False)
    assert month(luzhou_drafter, DueScope.OWN, dt.date(2031, 1, 1)).is_provisional


@pytest.mark.usefixtures("sichuan_receives")
def test_whose_dues(luzhou_report: Report, luzhou_drafter: Actor, sichuan_reviewer: Actor, stranger: Actor) -> None:
    own = {cell.day: cell for cell in month(luzhou_drafter, DueScope.OWN, JUNE).with_dues}
    assert [report.pk for report in own[DAY].reports] == [luzhou_report.pk]
    received = {cell.day: cell for cell in month(sichuan_reviewer, DueScope.RECEIVED, JUNE).with_dues}
    counts = received[DAY].counts
    assert counts.count == Report.objects.filter(due__receiver=sichuan_reviewer.unit, due__capacity="pilot").count()
    assert (counts.owed, counts.answered, counts.exempt) == (counts.count, 0, 0)
    assert [(group.capacity, group.counts.count) for group in received[DAY].groups] == [("pilot", counts.count)]
    assert not received[DAY].reports
    assert not dues(stranger, DueScope.ALL).filter(pk=luzhou_report.pk).exists()


def test_who_looks_first_at_what(luzhou_drafter: Actor, ndrc_reviewer: Actor, auditor: Actor) -> None:
    found = [default_scope(actor) for actor in (luzhou_drafter, ndrc_reviewer, auditor)]
    assert found == [DueScope.OWN, DueScope.RECEIVED, DueScope.ALL]


def test_owed_in_and_exempt_are_told_apart(
    luzhou_report: Report, sichuan_receives: list[Report], three: Three, sichuan_reviewer: Actor
) -> None:
    rows, others = dues(sichuan_reviewer, DueScope.RECEIVED), sichuan_receives
    Due.objects.filter(pk=others[0].due_id).update(exempted_at=timezone.now())
    Due.objects.filter(pk=others[1].due_id).update(due_on=DAY, due_end=timezone.now())
    lead_to(luzhou_report, "submitted", three)
    found = {
        name: set(in_state(rows, name).values_list("pk", flat=True)) for name in ("owed", "overdue", "in", "exempt")
    }
    assert found["in"] == {luzhou_report.pk}
    assert found["exempt"] == {others[0].pk}
    assert found["overdue"] == {others[1].pk} <= found["owed"]
    for report in rows.for_lists():
        assert report.pk in found[state_of(report)]
    (cell,) = [c for c in month(sichuan_reviewer, DueScope.RECEIVED, JUNE).with_dues if c.day == DAY]
    assert (cell.counts.answered, cell.counts.overdue, cell.counts.exempt) == (1, 1, 1)


def test_a_month_takes_no_more_statements_for_many_dues(
    luzhou_report: Report, ndrc_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    def statements(actor: Actor, scope: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            month(actor, scope, JUNE)
        return len(captured)

    few, many = statements(luzhou_drafter, DueScope.OWN), statements(ndrc_reviewer, DueScope.ALL)
    assert Due.objects.count() > 30
    assert few <= 4
    assert many <= 6
    for number, due in enumerate(Due.objects.filter(capacity="pilot")):
        day = JUNE + dt.timedelta(days=number % 28)
        Due.objects.filter(pk=due.pk).update(due_on=day, due_end=end_of(day))
    assert statements(ndrc_reviewer, DueScope.ALL) <= 6


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-7", "1999-01", "9999-12", "x", "2026-07-01", "\uff12\uff10\uff12\uff16-07"]
)
def test_a_month_that_does_not_exist(text: str) -> None:
    with pytest.raises(BadInput):
        month_named(text)


def test_pages(running_cycle: Cycle, signed_in: SignIn, ndrc_reviewer: Actor, luzhou_drafter: Actor) -> None:
    client = signed_in(ndrc_reviewer)
    page = client.get("/due/?month=2026-06&scope=all").content.decode()
    assert 'aria-current="date"' in page
    assert "from=2026-06-24" in page
    assert page.count("<li") < 80  # counted, never listed one by one
    assert client.get("/due/?view=list&scope=all&from=2026-06-24&to=2026-06-24").status_code == 200
    assert "还剩" in signed_in(luzhou_drafter).get("/due/?view=list").content.decode()


@pytest.mark.parametrize(
    "query", ["view=week", "month=2026-13", "scope=mine", "view=list&state=nonsense", "view=list&from=31.6.2026"]
)
def test_wrong_values_answer_400(query: str, signed_in: SignIn, luzhou_drafter: Actor) -> None:
    assert signed_in(luzhou_drafter).get(f"/due/?{query}").status_code == 400
