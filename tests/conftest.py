"""The standing cast: the same offices and people in every test, as sentences one can read.

Reference data are loaded once per test database. A test that commits (`transaction=True`) empties the tables when
it ends; the next test that wants them gets them back from a copy, see `tests/snapshot.py`.

Time stands at the morning of a working day and ticks on from there; `@pytest.mark.realtime` leaves it alone.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from accounts.access import Actor
from accounts.models import Membership, Role, User
from pilots.models import Capacity
from portal import reference as reference_data
from portal.demo import towns as demo_towns
from portal.demo import words
from portal.http import HAT_KEY
from records.workflow import Request
from reporting import workflow
from reporting.models import Cycle, CycleKind, Report
from reporting.services.cycles import CycleInput, compile_from, open_cycle
from reporting.services.sections import SectionInput, save_sections
from tests import snapshot
from tests.steps import declare
from units.calendar import OFFICE_TIME, today
from units.models import Division, Programme, Unit

MONDAY_MORNING = dt.datetime(2026, 6, 15, 10, 0, tzinfo=OFFICE_TIME)
PASSWORD = "portal-test-2026"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Hire = Callable[..., Actor]
SignIn = Callable[[Actor], Client]
Write = Callable[[Report, Actor], None]
Advance = Callable[..., Report]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "realtime: the clock is not set to the standing Monday morning")
    settings.CACHES["default"]["LOCATION"] = _own_cache(settings.REDIS_FOR_CACHE)


def _own_cache(address: str) -> str:
    """Another of the server's sixteen databases for each process of tests: one that clears its cache clears no other's.

    Without that a session falls out of the cache in the middle of counting statements.
    """
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15
    return re.sub(r"(db=|/)\d+$", rf"\g<1>{number}", address)


@pytest.fixture(scope="session", autouse=True)
def _files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests store lies apart from what people stored."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The reference data once for every test database, committed before the first test.

    Emptying the tables sends `post_migrate`, on which Django would write its permissions and content types again:
    nothing of the portal reads them.
    """
    post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    with django_db_blocker.unblock(), time_machine.travel(MONDAY_MORNING):
        reference_data.load()
        snapshot.take()


@pytest.fixture(autouse=True)
def reference(request: pytest.FixtureRequest) -> None:
    """Reference data for every test that uses the database, also after one that emptied it."""
    used = {"transactional_db", "db", "live_server"} & set(request.fixturenames)
    marked = request.node.get_closest_marker("django_db")
    if not used and not marked:
        return
    transactional = "transactional_db" in used or "live_server" in used or (marked and marked.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if transactional else "db")
    if not Division.objects.exists():
        snapshot.put_back()


@pytest.fixture(autouse=True)
def standing_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("realtime"):
        yield
        return
    with time_machine.travel(MONDAY_MORNING):
        yield


@pytest.fixture(autouse=True)
def standing_language() -> Iterator[None]:
    """Each test begins in Chinese: a request in English leaves its language to whatever follows in the process."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def quiet_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wakes a dispatcher in tests, but where the broker is what is tested."""
    if not request.node.get_closest_marker("broker"):
        monkeypatch.setattr("records.outbox._nudge", lambda task: None)


@pytest.fixture
def programme(db: None) -> Programme:
    """The national programme."""
    return Programme.objects.get(code="national")


@pytest.fixture
def luzhou_programme(db: None) -> Programme:
    """Luzhou's own programme with its fictitious towns."""
    demo_towns.load()
    return Programme.objects.get(code="luzhou")


@pytest.fixture
def hire(db: None) -> Hire:
    """`hire("sichuan", "drc-510000", Role.LEAD)`: a person with one hat. A known slug gets another hat."""

    def hire_one(slug: str, unit: str, role: Role, programme: str | None = "national") -> Actor:
        user = User.objects.filter(email=f"{slug}@test.example").first()
        if user is None:
            user = User.objects.create_user(f"{slug}@test.example", f"测试·{slug}", PASSWORD)
        hat = Membership.objects.create(
            user=user,
            unit=Unit.objects.get(key=unit),
            programme=Programme.objects.get(code=programme) if programme else None,
            role=role,
        )
        return Actor(user, hat, "test")

    return hire_one


@pytest.fixture
def ndrc_reviewer(hire: Hire) -> Actor:
    return hire("ndrc.reviewer", "ndrc", Role.REVIEWER)


@pytest.fixture
def sichuan_drafter(hire: Hire) -> Actor:
    return hire("sichuan.drafter", "drc-510000", Role.DRAFTER)


@pytest.fixture
def sichuan_lead(hire: Hire) -> Actor:
    return hire("sichuan.lead", "drc-510000", Role.LEAD)


@pytest.fixture
def sichuan_reviewer(hire: Hire) -> Actor:
    return hire("sichuan.reviewer", "drc-510000", Role.REVIEWER)


@pytest.fixture
def luzhou_drafter(hire: Hire) -> Actor:
    return hire("luzhou.drafter", "lgo-510500", Role.DRAFTER)


@pytest.fixture
def luzhou_lead(hire: Hire) -> Actor:
    return hire("luzhou.lead", "lgo-510500", Role.LEAD)


@pytest.fixture
def luzhou_reviewer(hire: Hire, luzhou_programme: Programme) -> Actor:
    """The city as receiver in its own programme."""
    return hire("luzhou.reviewer", "lgo-510500", Role.REVIEWER, "luzhou")


@pytest.fixture
def county_drafter(hire: Hire, luzhou_programme: Programme) -> Actor:
    return hire("hejiang.drafter", "lgo-510522", Role.DRAFTER, "luzhou")


@pytest.fixture
def county_lead(hire: Hire, luzhou_programme: Programme) -> Actor:
    return hire("hejiang.lead", "lgo-510522", Role.LEAD, "luzhou")


@pytest.fixture
def county_reviewer(hire: Hire, luzhou_programme: Programme) -> Actor:
    return hire("hejiang.reviewer", "lgo-510522", Role.REVIEWER, "luzhou")


@pytest.fixture
def town_drafter(hire: Hire, luzhou_programme: Programme) -> Actor:
    return hire("town.drafter", "demo-town-1", Role.DRAFTER, "luzhou")


@pytest.fixture
def town_lead(hire: Hire, luzhou_programme: Programme) -> Actor:
    return hire("town.lead", "demo-town-1", Role.LEAD, "luzhou")


@pytest.fixture
def department_clerk(hire: Hire) -> Actor:
    return hire("mohurd.clerk", "mohurd", Role.CLERK)


@pytest.fixture
def stranger(hire: Hire) -> Actor:
    """A reviewer of another province."""
    return hire("guangdong.reviewer", "drc-440000", Role.REVIEWER)


@pytest.fixture
def auditor(hire: Hire) -> Actor:
    return hire("auditor", "ndrc", Role.AUDITOR)


@pytest.fixture
def unit_admin(hire: Hire) -> Actor:
    """The administrator of Luzhou's office."""
    return hire("luzhou.admin", "lgo-510500", Role.UNIT_ADMIN)


@pytest.fixture
def system_admin(hire: Hire) -> Actor:
    return hire("system.admin", "ndrc", Role.SYSTEM_ADMIN, None)


@pytest.fixture
def signed_in() -> SignIn:
    """A browser in which the actor is signed in under exactly this hat."""

    def sign_in(actor: Actor) -> Client:
        client = Client()
        client.force_login(actor.user, backend=BACKEND)
        session = client.session
        session[HAT_KEY] = actor.hat.pk
        session.save()
        return client

    return sign_in


def a_cycle(programme: Programme) -> Cycle:
    """The mid-year cycle of 2026, open for a month, due in nine days."""
    day = today()
    return open_cycle(
        CycleInput(
            programme=programme,
            year=day.year,
            kind=CycleKind.MID_YEAR,
            opens_on=day - dt.timedelta(days=30),
            pilots_due_on=day + dt.timedelta(days=9),
            compilers_due_on=day + dt.timedelta(days=30),
            date_source="test",
        ),
        by=None,
    )


@pytest.fixture
def running_cycle(programme: Programme) -> Cycle:
    return a_cycle(programme)


@pytest.fixture
def luzhou_cycle(luzhou_programme: Programme, running_cycle: Cycle) -> Cycle:
    """The cycle of Luzhou's own programme, from which its national report is compiled."""
    cycle = a_cycle(luzhou_programme)
    compile_from(running_cycle, cycle, luzhou_programme.owner)
    return cycle


def report_of(cycle: Cycle, unit: str, capacity: str) -> Report:
    rows = Report.objects.select_related("due__cycle__programme", "due__unit", "due__receiver", "due__pilot_area")
    return rows.get(due__cycle=cycle, due__unit__key=unit, due__capacity=capacity)


@pytest.fixture
def luzhou_report(running_cycle: Cycle) -> Report:
    """What Luzhou owes Sichuan as a pilot area."""
    return report_of(running_cycle, "lgo-510500", Capacity.PILOT)


@pytest.fixture
def sichuan_report(running_cycle: Cycle) -> Report:
    """What Sichuan owes NDRC: compiled from its pilot areas."""
    return report_of(running_cycle, "drc-510000", Capacity.COMPILER)


@pytest.fixture
def town_report(luzhou_cycle: Cycle) -> Report:
    return report_of(luzhou_cycle, "demo-town-1", Capacity.PILOT)


@pytest.fixture
def county_report(luzhou_cycle: Cycle) -> Report:
    return report_of(luzhou_cycle, "lgo-510522", Capacity.COMPILER)


@pytest.fixture
def write_all_sections() -> Write:
    def write(report: Report, by: Actor) -> None:
        revisions = dict(report.sections.values_list("section__code", "revision"))
        items = [SectionInput(code, f"<p>{code} 测试</p>", revisions.get(code, 0)) for code in words.CODES]
        save_sections(report.uid, items, by=by)
        declare(report, by)

    return write


@pytest.fixture
def advance() -> Advance:
    """`advance(report, ("send_for_signing", drafter), ("sign", lead), …)`: the acts in order; the report after them.

    An act may carry its comment as third and its data as fourth part.
    """

    def go(report: Report, *acts: tuple[object, ...]) -> Report:
        for name, by, *rest in acts:
            comment, data = [*rest, "", {}][:2] if len(rest) != 1 else [rest[0], {}]
            request = Request(str(name), str(comment), data=data if isinstance(data, dict) else {})
            if not isinstance(by, Actor):
                raise TypeError(f"{name}: give the actor second")
            report = workflow.perform(report, request, by=by)
        return report

    return go
