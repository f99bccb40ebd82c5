"""Two at the same moment chase, and the sender is asked once."""

from __future__ import annotations

import pytest

from accounts.access import Actor
from accounts.models import Role
from portal.errors import RuleBroken, Stale, WrongState
from records.models import Event, OutboxMessage
from reporting.models import Chase, Report
from reporting.services.chasing import ChaseInput, chase
from staff.services.working_days import AnnouncementInput, announce
from tests.conftest import Hire
from tests.test_races import at_once, refusals
from units.models import AnnouncedYear, CalendarDay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_two_reviewers_chase_once(
    luzhou_report: Report, luzhou_drafter: Actor, sichuan_reviewer: Actor, hire: Hire
) -> None:
    second = hire("sichuan.second", "drc-510000", Role.REVIEWER)
    data = ChaseInput([luzhou_report.uid])
    outcomes = at_once(*[lambda by=by: chase(data, by=by) for by in (sichuan_reviewer, second) * 3])
    assert len(refusals(outcomes)) == 5
    for refused in refusals(outcomes):
        assert isinstance(refused, RuleBroken)
        assert [finding.code for finding in refused.findings] == ["too_soon"]
    assert Chase.objects.count() == 1
    assert Event.objects.filter(act="due.chase").count() == 1
    assert [message.recipient for message in OutboxMessage.objects.filter(topic="due.chased")] == [luzhou_drafter.user]


def test_two_enter_a_year_and_one_is_stored(system_admin: Actor) -> None:
    inputs = [AnnouncementInput(2027, f"2027-02-0{day} 休 春节", f"S{day}", 0) for day in (1, 2, 3, 4)]
    outcomes = at_once(*[lambda data=data: announce(data, by=system_admin) for data in inputs])
    assert len(refusals(outcomes)) == 3
    assert all(isinstance(refused, Stale | WrongState) for refused in refusals(outcomes))
    row = AnnouncedYear.objects.get()
    assert (row.version, CalendarDay.objects.get().source) == (1, row.source)
