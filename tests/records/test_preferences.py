"""The choice of mail at once or once a day, and the digest as its reader sees it: page and API."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import User
from records.digests import make_digests
from records.models import Digest, Event, Notice
from records.outbox import Message, deliver_notices, send_mail, tell
from records.webhooks.catalogue import EVENT_TYPES
from tests.conftest import MONDAY_MORNING, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(luzhou_drafter: Actor, signed_in: SignIn) -> Client:
    return signed_in(luzhou_drafter)


@pytest.fixture
def told(luzhou_drafter: Actor) -> Notice:
    with time_machine.travel(MONDAY_MORNING.replace(hour=8)):
        tell([luzhou_drafter.user], Message("report.received", {"report": "年中<b>报告", "who": "某人"}, "/reports/1/"))
        deliver_notices()
    return Notice.objects.get()


def test_page_and_api_choose_alike(luzhou_drafter: Actor, reader: Client) -> None:
    url, room = reverse("preferences"), reverse("api:me-preferences")
    assert reader.get(room).json()["mail_rhythm"] == "daily"
    assert reader.post(url, {"mail_rhythm": "at_once"}).status_code == 302
    assert reader.get(room).json()["mail_rhythm"] == "at_once"
    answer = reader.put(room, {"mail_rhythm": "daily"}, content_type="application/json")
    assert answer.json()["mail_rhythm"] == User.objects.get(pk=luzhou_drafter.user.pk).mail_rhythm == "daily"
    assert reader.put(room, {"mail_rhythm": "daily"}, content_type="application/json").status_code == 200
    events = Event.objects.filter(act="people.set_mail_rhythm").order_by("id")
    assert [(event.user, event.outcome) for event in events] == [
        (luzhou_drafter.user, "at_once"),
        (luzhou_drafter.user, "daily"),
    ], "what changes nothing is no act"
    assert "people.set_mail_rhythm" not in EVENT_TYPES


@pytest.mark.parametrize("choice", ["", "weekly"])
def test_there_is_no_third_choice(reader: Client, choice: str) -> None:
    assert reader.post(reverse("preferences"), {"mail_rhythm": choice}).status_code == 400
    body = {"mail_rhythm": choice}
    assert reader.put(reverse("api:me-preferences"), body, content_type="application/json").status_code == 400


def test_the_preview_is_the_mail(reader: Client, told: Notice) -> None:
    page = reader.get(reverse("digest-preview")).content.decode()
    coming = reader.get(reverse("api:me-preferences")).json()["next_digest"]
    assert (coming["day"], coming["number"]) == ("2026-06-15", 1)
    assert "年中&lt;b&gt;报告" in page
    assert "年中<b>报告" in coming["body"]
    make_digests()
    after = reader.get(reverse("api:me-preferences")).json()["next_digest"]
    assert after == {"day": "2026-06-16", "number": 0, "subject": "", "body": ""}
    assert reader.get(reverse("digest-preview")).status_code == 200


def test_a_digest_can_be_read_again_by_its_reader_only(
    reader: Client, told: Notice, luzhou_lead: Actor, signed_in: SignIn
) -> None:
    make_digests()
    assert send_mail() == 1
    url = reverse("digest", args=[Digest.objects.get().uid])
    assert url in reader.get(reverse("preferences")).content.decode()
    assert "年中" in reader.get(url).content.decode()
    assert signed_in(luzhou_lead).get(url).status_code == 404


def test_as_many_statements_with_many_digests(reader: Client, told: Notice, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    make_digests()
    with django_assert_max_num_queries(16):
        reader.get(reverse("preferences"))
