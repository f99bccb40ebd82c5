"""The demo: labelled, fictitious where it must be, in every state, and never in production."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role, User
from pilots.models import Contact, LeadingGroup, PilotArea
from pilots.rules import selection_warnings
from portal.demo import cast, contacts, load, past, story, towns
from records.models import Event, OutboxMessage
from records.seals import broken_events, broken_seals
from reporting.models import Basis, Cycle, CycleKind, Report, ReportVersion, Standing
from units.models import Division, Programme, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_closed_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading all four years takes too long for every test; one shows the same."""
    monkeypatch.setattr(past, "YEARS", (2018,))


def test_production_refuses_the_demo(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_accounts_are_labelled_and_every_role_is_there() -> None:
    towns.load()
    cast.load()
    offered = User.objects.filter(email__in=[who.email for who in cast.OFFERED])
    assert offered.count() == len(cast.OFFERED)
    assert all(user.is_demo and "（演示）" in user.name and user.has_usable_password() for user in offered)
    assert {hat.role for who in cast.OFFERED for hat in who.hats} == set(Role)
    behind = User.objects.exclude(pk__in=offered)
    assert behind.exists()
    assert not any(user.has_usable_password() for user in behind)


def test_towns_are_fictitious_and_say_so() -> None:
    towns.load()
    towns.load()
    assert PilotArea.objects.filter(programme__code="luzhou").count() == len(towns.TOWNS)
    for model in (Division, Unit):
        names = model._default_manager.filter(is_fictitious=True).values_list("name_now", flat=True)
        assert len(names) == len(towns.TOWNS)
        assert all("（虚构）" in name for name in names)


def test_contacts_are_nobody_and_say_so() -> None:
    towns.load()
    cast.load()
    for _twice in range(2):
        contacts.load(cast.Company(), timezone.now())
    people = Contact.objects.filter(is_demo=True)
    assert people.count() == len(contacts.PEOPLE)
    assert all("（虚构）" in person.name for person in people)
    assert all(n.startswith(("000-", "100 ")) for person in people for n in person.numbers.values())
    assert people.filter(until__isnull=False).count() == 1
    groups = LeadingGroup.objects.filter(is_demo=True)
    assert groups.count() == len(contacts.GROUPS)
    assert all("（虚构）" in group.name for group in groups)


def test_a_county_beyond_its_limit_is_named() -> None:
    towns.load()
    findings = list(selection_warnings(Programme.objects.get(code="luzhou")))
    assert len(findings) == 1
    assert PilotArea.objects.exclude(beyond_limit_reason="").count() == 1


@pytest.mark.usefixtures("one_closed_year")
def test_the_whole_demo_is_sound_and_loading_again_adds_nothing() -> None:
    first = load.load()
    counts = (Report.objects.count(), Event.objects.count(), OutboxMessage.objects.count())
    again = load.load()
    assert first.cycles == 8, "two of them of contacts"
    assert (again.accounts, again.cycles, again.reports) == (0, 0, 0)
    assert (Report.objects.count(), Event.objects.count(), OutboxMessage.objects.count()) == counts
    assert (broken_seals(), broken_events()) == ([], [])
    assert not Event.objects.filter(chain_number__isnull=True).exists()
    _every_state_is_there()
    _closed_cycles_are_closed()
    _contacts_were_sent_and_one_changed()


def _contacts_were_sent_and_one_changed() -> None:
    of_contacts = Report.objects.filter(due__cycle__kind=CycleKind.CONTACTS)
    assert {report.state for report in of_contacts} == {"not_started", "signing", "submitted", "accepted"}
    again = of_contacts.get(due__cycle__occasion="changes")
    assert again.due.unit.key == "drc-610000"


def _every_state_is_there() -> None:
    running = Report.objects.filter(due__cycle__year=2026).select_related("due__cycle")
    states = {"not_started", "draft", "signing", "signed", "submitted"}
    states |= {"received", "recall_requested", "returned", "accepted"}
    assert {report.state for report in running} >= states
    assert any(report.is_overdue for report in running)
    assert any(report.status == "draft" and report.accepted_version_id for report in running)
    assert Basis.objects.filter(version=None, report__status="draft").exists()


def _closed_cycles_are_closed() -> None:
    closed = Report.objects.filter(due__cycle__year=2018)
    assert [report.due.unit.key for report in closed.exclude(status="accepted")] == ["lgo-540124"]
    assert any(version.was_late for version in ReportVersion.objects.filter(report__in=closed))
    assert Basis.objects.filter(standing=Standing.MISSING, report__in=closed).exists()
    assert not Cycle.objects.filter(is_demo=False).exists()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 1, 1), (2025, CycleKind.YEAR_END)),
        (dt.date(2026, 4, 1), (2026, CycleKind.MID_YEAR)),
        (dt.date(2028, 2, 29), (2027, CycleKind.YEAR_END)),
        (dt.date(2026, 10, 1), (2026, CycleKind.YEAR_END)),
        (dt.date(2026, 12, 31), (2026, CycleKind.YEAR_END)),
    ],
)
def test_the_running_cycle_fits_the_day(day: dt.date, expected: tuple[int, CycleKind]) -> None:
    assert story.period(day) == expected
