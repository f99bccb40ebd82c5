"""History and notices, seen through the acts on people that fill them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Membership, Role, User
from pilots.models import Capacity
from portal.http import HAT_KEY
from records.journal import Subject, write
from records.models import Notice, OutboxMessage
from records.outbox import dispatch_waiting
from reporting.models import Cycle, Report
from staff.services.memberships import EndInput, InvitationInput, end_membership, invite
from tests.conftest import BACKEND, Hire, report_of
from tests.staff.conftest import Office

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]


@pytest.fixture
def told(world: Office, member: Member) -> User:
    """Somebody with two notices."""
    person = member().user
    User.objects.filter(pk=person.pk).update(language="en")
    data = InvitationInput(person.email, "", world.office.uid, "national", Role.VIEWER)
    end_membership(EndInput(invite(data, by=world.admin).uid, "A mistake"), by=world.admin)
    dispatch_waiting()
    return person


def test_history_shows_what_is_in_reach_in_words(world: Office, told: User, signed_in: SignedIn) -> None:
    page = signed_in(world.admin.user).get("/history/").content.decode()
    assert "Invited" in page
    assert "A mistake" in page
    foreign = signed_in(world.stranger.user).get("/history/").content.decode()
    assert "Nothing to show" in foreign


def test_history_is_filtered_by_act_unit_and_day(world: Office, told: User, signed_in: SignedIn) -> None:
    client = signed_in(world.admin.user)
    found = client.get("/history/", {"act": "people.end", "unit": "甲县"}).content.decode()
    assert "1 act" in found
    assert "0 acts" in client.get("/history/", {"unit": "nowhere"}).content.decode()
    assert "0 acts" in client.get("/history/", {"until": "2001-01-01"}).content.decode()
    for wrong in ({"since": "yesterday"}, {"act": "people.unknown"}, {"unit": "x" * 101}):
        answer = client.get("/history/", wrong)
        assert answer.status_code == 400
        assert "This filter cannot be used" in answer.content.decode()


def test_an_act_without_words_shows_its_code(world: Office, signed_in: SignedIn) -> None:
    subject = Subject("thing", world.office.uid, "a thing", world.programme, world.office)
    write("thing.unheard_of", subject, by=world.admin)
    assert "thing.unheard_of" in signed_in(world.admin.user).get("/history/").content.decode()


def test_history_asks_few_questions_however_long_it_is(
    world: Office, signed_in: SignedIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    subject = Subject("thing", world.office.uid, "a thing", world.programme, world.office)
    for _number in range(60):
        write("thing.happened", subject, by=world.admin)
    client = signed_in(world.admin.user)
    client.get("/history/")  # the first page of a session also writes down the hat
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        page = client.get("/history/", {"page": "2"}).content.decode()
    assert page.count("<tr>") == 11


def test_a_system_administrator_reads_nothing_of_a_programme(world: Office, told: User, signed_in: SignedIn) -> None:
    assert "Nothing to show" in signed_in(world.system.user).get("/history/").content.decode()


def test_notices_are_read_one_by_one_or_all_at_once(world: Office, told: User, signed_in: SignedIn) -> None:
    client = signed_in(told)
    page = client.get("/notices/").content.decode()
    assert "New role: viewer, office" in page
    assert "A mistake" in page
    assert Notice.objects.filter(read_at=None).count() == 2, "looking changes nothing"
    first = Notice.objects.first()
    assert first is not None
    one = reverse("notice-read", args=[first.uid])
    assert client.post(one)["Location"] == reverse("notices")
    assert client.post(one, {"open": "1"}).status_code == 302
    assert signed_in(world.admin.user).post(one).status_code == 404
    assert "1 notice marked" in client.post("/notices/read/", follow=True).content.decode()
    assert not Notice.objects.filter(read_at=None).exists()


@pytest.fixture
def two_hats(luzhou_cycle: Cycle, hire: Hire) -> tuple[Actor, Actor]:
    """Luzhou's drafter for the state's programme, who also receives in Luzhou's own."""
    return hire("both", "lgo-510500", Role.DRAFTER), hire("both", "lgo-510500", Role.REVIEWER, "luzhou")


def notice_about(report: Report, user: User, path: str = "") -> Notice:
    about = {"topic": "report.submitted", "programme": report.due.cycle.programme}
    path = path or reverse("reporting:report", args=[report.uid])
    row = OutboxMessage.objects.create(channel="notice", recipient=user, path=path, **about)
    notice: Notice = Notice.objects.create(message=row, user=user, path=path, created_at=row.created_at, **about)
    return notice


def test_a_notice_opens_under_the_hat_it_is_for(
    two_hats: tuple[Actor, Actor], luzhou_report: Report, town_report: Report, luzhou_cycle: Cycle
) -> None:
    national, own = two_hats
    county = report_of(luzhou_cycle, "lgo-510522", Capacity.COMPILER)
    client = signed_in_under(national)
    for report, hat in ((luzhou_report, national.hat), (county, own.hat), (town_report, own.hat)):
        notice = notice_about(report, national.user)
        desk = client.get(reverse("desk")).content.decode().partition('id="desk-notices"')[2]
        assert f'action="{reverse("notice-read", args=[notice.uid])}"' in desk
        assert f'<a href="{notice.path}"' not in desk, "a link would open under whatever hat is worn"
        page = client.post(reverse("notice-read", args=[notice.uid]), {"open": "1"}, follow=True)
        assert page.status_code == 200
        assert page.request["PATH_INFO"] == notice.path
        assert client.session[HAT_KEY] == hat.pk
        notice.refresh_from_db()
        assert notice.read_at


def test_a_notice_about_what_is_out_of_reach_says_so(two_hats: tuple[Actor, Actor], running_cycle: Cycle) -> None:
    national, _own = two_hats
    client = signed_in_under(national)
    foreign = report_of(running_cycle, "drc-440000", Capacity.COMPILER)
    for path in ("", "/no/such/page/"):
        notice = notice_about(foreign, national.user, path)
        answer = client.post(reverse("notice-read", args=[notice.uid]), {"open": "1"})
        assert answer["Location"] == reverse("notices")
        assert client.get(reverse("notices")).context["messages"]
        assert client.session[HAT_KEY] == national.hat.pk


def signed_in_under(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend=BACKEND)
    session = client.session
    session[HAT_KEY] = actor.hat.pk
    session.save()
    return client


def test_nothing_yet_is_explained(world: Office, signed_in: SignedIn) -> None:
    assert "No notices yet" in signed_in(world.admin.user).get("/notices/").content.decode()
