"""Changes of contacts and sending them, at the same moment: nothing is lost, nothing is owed twice."""

from __future__ import annotations

import pytest

from accounts.access import Actor
from accounts.models import Role
from records.models import Event
from records.workflow import Request
from reporting.contacts import live_sheet, version_sheet
from reporting.models import Cycle, Occasion, ReportVersion
from reporting.workflow import perform
from tests.conftest import Hire
from tests.pilots.contact_cast import a_contact, pilot_of
from tests.reporting.round_cast import LUZHOU, a_round, contact_report, fill, send
from tests.steps import Three
from tests.test_races import at_once, refusals
from units.models import Programme

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


def test_two_changes_at_once_are_one_due(programme: Programme, sichuan: Three, luzhou_drafter: Actor) -> None:
    pilot = pilot_of(LUZHOU)
    fill(pilot, luzhou_drafter)
    send(contact_report(a_round(programme)), "accepted", sichuan)
    outcomes = at_once(
        lambda: a_contact(luzhou_drafter, pilot, "liaison", name="赵某（虚构）", seen=1),
        lambda: a_contact(luzhou_drafter, pilot, "responsible", name="钱某（虚构）", seen=1),
    )
    assert refusals(outcomes) == []
    assert Cycle.objects.get(occasion=Occasion.CHANGES).dues.count() == 1
    assert Event.objects.filter(act="cycle.owe_again").count() == 1


def test_two_provinces_at_once_share_one_collection(
    programme: Programme, sichuan: Three, luzhou_drafter: Actor, hire: Hire
) -> None:
    cycle = a_round(programme)
    send(contact_report(cycle), "accepted", sichuan)
    drafter, lead = (hire(f"shaanxi.{role}", "drc-610000", role) for role in (Role.DRAFTER, Role.LEAD))
    send(contact_report(cycle, "drc-610000"), "accepted", Three(drafter, lead, sichuan.reviewer))
    shenmu = hire("shenmu", "lgo-610821", Role.DRAFTER)
    outcomes = at_once(
        lambda: a_contact(luzhou_drafter, pilot_of(LUZHOU)),
        lambda: a_contact(shenmu, pilot_of("lgo-610821")),
    )
    assert refusals(outcomes) == []
    assert Cycle.objects.get(occasion=Occasion.CHANGES).dues.count() == 2


@pytest.mark.parametrize("number", range(4))
def test_a_change_while_it_is_submitted_is_sent_or_owed(
    number: int, programme: Programme, sichuan: Three, luzhou_drafter: Actor
) -> None:
    """Either the submission comes first and the change is owed, or the signature no longer fits what is there."""
    report = send(contact_report(a_round(programme)), "signed", sichuan)
    outcomes = at_once(
        lambda: perform(report, Request("submit"), by=sichuan.drafter),
        lambda: a_contact(luzhou_drafter, pilot_of(LUZHOU)),
    )
    owed_again = Cycle.objects.filter(occasion=Occasion.CHANGES).exists()
    if refusals(outcomes):
        assert not owed_again
        return
    version = ReportVersion.objects.get(report=report)
    assert version_sheet(version).digest != live_sheet(report).digest
    assert owed_again
