"""While Redis is away: who is signed in goes on, nobody else gets in, and nothing is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from redis import RedisError

from accounts.access import Actor
from reporting.models import DueScope
from reporting.services.feeds import FeedInput, create
from reporting.views.feeds import ASKS_A_MINUTE

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
NOWHERE = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture
def client(signed_in: SignIn, luzhou_drafter: Actor) -> Iterator[Client]:
    """Signed in before Redis went away."""
    browser = signed_in(luzhou_drafter)
    with override_settings(CACHES=NOWHERE):
        with pytest.raises(RedisError):
            cache.get("anything")
        yield browser


def test_who_is_signed_in_goes_on(client: Client) -> None:
    assert client.get(reverse("preferences")).status_code == 200
    assert client.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("what", ["forged", "ended", "damaged", "over"])
def test_no_other_session_opens_anything(client: Client, what: str) -> None:
    if what == "forged":
        client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    elif what == "ended":
        Session.objects.all().delete()
    elif what == "damaged":
        Session.objects.update(session_data="e30:1abcde:forged")
    else:
        Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    answer = client.get(reverse("preferences"))
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_calendar_programs_are_answered_and_not_counted(client: Client, luzhou_drafter: Actor) -> None:
    made = create(FeedInput("Phone", DueScope.OWN), by=luzhou_drafter)
    answers = {Client().get(f"/due/feed/{made.text}.ics").status_code for _number in range(ASKS_A_MINUTE + 2)}
    assert answers == {200}
    assert Client().get(f"/due/feed/{made.text[:-1]}{'a' if made.text[-1] != 'a' else 'b'}.ics").status_code == 404
