"""What the system administrator sees of the machinery, and who sees the events of accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from records.journal import Note, Subject, write
from records.models import OutboxMessage
from records.outbox import Message, tell
from records.seals import seal_events
from staff.services import operations, signing_in
from tests.staff.conftest import Office, make_user

SignedIn = Callable[[User], Client]


def test_an_empty_portal_has_a_page_of_dashes(world: Office, signed_in: SignedIn) -> None:
    page = signed_in(world.system.user).get(reverse("operations")).content.decode()
    assert "Everything has been delivered" in page
    assert f'href="{reverse("operations")}"' in page, "it stands in the navigation"


def test_what_waits_and_what_was_given_up_is_named(world: Office, signed_in: SignedIn) -> None:
    reader = world.admin.user
    tell([reader] * 3, Message("people.added"), channel="mail")
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    first, second = OutboxMessage.objects.order_by("id")[:2]
    OutboxMessage.objects.filter(pk=first.pk).update(given_up_at=timezone.now(), last_error="ConnectionRefusedError: x")
    OutboxMessage.objects.filter(pk=second.pk).update(created_at=hour_ago)
    notices, mails = operations.channels()
    assert (notices.waiting, notices.waiting_since, notices.late) == (0, None, False)
    assert (mails.waiting, mails.waiting_since, mails.given_up, mails.late) == (2, hour_ago, 1, True)
    page = signed_in(world.system.user).get(reverse("operations")).content.decode()
    assert "ConnectionRefusedError: x" in page
    assert reader.email in page


def test_the_sealed_and_the_unsealed_are_counted(world: Office) -> None:
    subject = Subject("thing", world.office.uid, "a thing", world.programme, world.office)
    sealed = write("thing.happened", subject, by=world.admin)
    seal_events()
    write("thing.happened", subject, by=world.admin)
    state = operations.sealing()
    assert (state.waiting, state.last) == (1, sealed)
    assert not state.late


def test_nobody_else_has_the_page(world: Office, signed_in: SignedIn) -> None:
    assert signed_in(world.admin.user).get(reverse("operations")).status_code == 403


@pytest.fixture
def refused(world: Office) -> None:
    """A refused sign-in, and an act of the programme."""
    signing_in.note_failure("hunter2@secret.example", "192.0.2.7 some-request")
    subject = Subject("person", world.admin.user.uid, "Somebody", world.programme, world.office)
    write("people.invite", subject, by=world.admin, note=Note(comment="An act of the programme"))


@pytest.fixture
def auditor(world: Office) -> User:
    hat = Membership.objects.create(
        user=make_user("auditor@office.example"), unit=world.elsewhere, programme=world.programme, role=Role.AUDITOR
    )
    return hat.user


def test_auditors_read_sign_ins_and_the_acts_of_their_programme(
    world: Office, refused: None, auditor: User, signed_in: SignedIn
) -> None:
    page = signed_in(auditor).get("/history/").content.decode()
    assert "192.0.2.7" in page
    assert "some-request" not in page
    assert "An act of the programme" in page


def test_system_administrators_read_sign_ins_and_nothing_of_any_programme(
    world: Office, refused: None, signed_in: SignedIn
) -> None:
    client = signed_in(world.system.user)
    page = client.get("/history/").content.decode()
    assert "192.0.2.7" in page
    assert "An act of the programme" not in page
    acts = {row["act"] for row in client.get("/api/v1/events/").json()["results"]}
    assert acts == {"account.sign_in_failed"}


def test_nobody_else_reads_sign_ins(world: Office, refused: None, signed_in: SignedIn) -> None:
    page = signed_in(world.admin.user).get("/history/").content.decode()
    assert "192.0.2.7" not in page
    assert "An act of the programme" in page
