"""Calendar subscriptions: an address that is a secret, and what a calendar program reads at it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts.access import Actor
from accounts.models import Role
from portal.errors import BadInput, NotFound, RuleBroken, WrongState
from portal.logs import hide_links
from records.models import Event, StoredAnswer
from reporting import ics
from reporting.models import CalendarFeed, Due, DueScope, Report
from reporting.services.feeds import MOST_USABLE, TEXT, FeedInput, MadeFeed, address_of, create, recognise, revoke
from reporting.views.feeds import ASKS_A_MINUTE
from tests.steps import Three, lead_to
from units.calendar import end_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]


def made_for(by: Actor, scope: str = DueScope.OWN) -> MadeFeed:
    return create(FeedInput("Phone", scope), by=by)


def path(made: MadeFeed) -> str:
    return f"/due/feed/{made.text}.ics"


def entries(made: MadeFeed) -> list[Any]:
    """Asked without a session, checked line by line, and parsed again."""
    answer = Client().get(path(made))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    lines = answer.content.split(b"\r\n")
    assert lines.pop() == b""
    assert not [line for line in lines if b"\n" in line or b"\r" in line or not 1 <= len(line) <= 75]
    for line in lines:
        line.decode()  # no character is cut in two
        assert re.match(rb" |[A-Z-]+(;[A-Z-]+=[^:;]+)*:", line)
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture
def feed(luzhou_report: Report, luzhou_drafter: Actor) -> MadeFeed:
    return made_for(luzhou_drafter)


def test_only_the_hash_of_the_address_is_kept(feed: MadeFeed) -> None:
    match = TEXT.fullmatch(feed.text)
    assert match
    assert len(match[2]) == 43  # 32 bytes, 6 bits a character
    stored = str([*CalendarFeed.objects.values(), *Event.objects.values(), *StoredAnswer.objects.values()])
    assert match[2] not in stored
    assert recognise(feed.text) == feed.feed
    assert match[2] not in str(hide_links(None, "", {"event": f"Not Found: {path(feed)}"}))


def test_no_log_line_holds_the_address(feed: MadeFeed, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        Client().get(path(feed))
        Client().get(path(feed).replace(".ics", "x.ics"))
    assert "due/feed/<str:token>.ics" in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("portal")]
    assert ours
    assert not [line for line in ours if feed.text in line]


def test_an_entry_says_what_is_due_to_whom_and_how_long(feed: MadeFeed, luzhou_report: Report) -> None:
    (entry,) = entries(feed)
    due = luzhou_report.due
    assert entry["UID"] == f"{due.uid}@due.pilot-portal"
    assert entry.decoded("DTSTART") == due.due_on
    assert entry.decoded("DTEND") == due.due_on + dt.timedelta(days=1)
    assert "还剩 6 个工作日" in entry["SUMMARY"]  # the Dragon Boat Festival lies between
    assert "四川省发展和改革委员会" in entry["DESCRIPTION"]
    assert entry["URL"].endswith(f"/reports/{luzhou_report.uid}/")
    assert (entry["STATUS"], entry["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")


def test_an_entry_follows_its_date(feed: MadeFeed, luzhou_report: Report) -> None:
    (before,) = entries(feed)
    day, time = dt.date(2026, 7, 1), dt.time(18)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        moved = {"due_on": day, "due_time": time, "due_end": end_of(day, time), "dated_at": timezone.now()}
        Due.objects.filter(pk=luzhou_report.due_id).update(**moved)
        (after,) = entries(feed)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")
    assert after.decoded("DTEND") == dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
    assert "18:00" in after["DESCRIPTION"]


def test_done_and_exempt_are_said(
    feed: MadeFeed, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    Due.objects.filter(pk=luzhou_report.due_id).update(exempted_at=timezone.now())
    (spared,) = entries(feed)
    assert spared["STATUS"] == "CANCELLED"
    Due.objects.filter(pk=luzhou_report.due_id).update(exempted_at=None)
    lead_to(luzhou_report, "submitted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    (done,) = entries(feed)
    assert done["SUMMARY"].startswith("✓")
    assert "还剩" not in done["SUMMARY"]
    Due.objects.filter(pk=luzhou_report.due_id).update(due_on=dt.date(2026, 4, 1))
    assert entries(feed) == []


def test_what_it_shows_is_what_the_hat_may_see_now(feed: MadeFeed, sichuan_reviewer: Actor, stranger: Actor) -> None:
    assert entries(made_for(sichuan_reviewer, DueScope.RECEIVED))
    everything = {str(entry["URL"]) for entry in entries(made_for(stranger, DueScope.ALL))}
    mine = {str(entry["URL"]) for entry in entries(feed)}
    assert mine
    assert not mine & everything


@pytest.mark.parametrize("end", ["revoked", "hat ended", "person deactivated", "wrong secret", "no key at all"])
def test_whatever_opens_nothing_answers_404(end: str, feed: MadeFeed, luzhou_drafter: Actor) -> None:
    hat, asked = luzhou_drafter.hat, path(feed)
    if end == "revoked":
        revoke(feed.feed.uid, by=luzhou_drafter)
    elif end == "hat ended":
        type(hat).objects.filter(pk=hat.pk).update(ended_at=timezone.now())
    elif end == "person deactivated":
        type(luzhou_drafter.user).objects.filter(pk=luzhou_drafter.user.pk).update(is_active=False)
    elif end == "wrong secret":
        asked = asked.replace(feed.text, feed.text[:16] + "A" * 43)
    else:
        asked = "/due/feed/x.ics"
    assert Client().get(asked).status_code == 404


def test_asked_again_it_answers_304_until_something_changes(feed: MadeFeed, luzhou_report: Report) -> None:
    client = Client()
    etag = client.get(path(feed))["ETag"]
    again = client.get(path(feed), headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Due.objects.filter(pk=luzhou_report.due_id).update(due_on=dt.date(2026, 7, 2))
    assert client.get(path(feed), headers={"if-none-match": etag}).status_code == 200


def test_too_many_asks_in_a_minute(feed: MadeFeed) -> None:
    answers = [Client().get(path(feed)).status_code for _ in range(ASKS_A_MINUTE + 1)]
    assert answers == [200] * ASKS_A_MINUTE + [429]


def test_use_is_noted_once_a_minute(feed: MadeFeed) -> None:
    Client().get(path(feed), REMOTE_ADDR="10.1.2.3")
    first = CalendarFeed.objects.get()
    assert (first.last_used_from, first.last_used_at is not None) == ("10.1.2.3", True)
    Client().get(path(feed), REMOTE_ADDR="10.1.2.4")
    assert CalendarFeed.objects.get().last_used_from == "10.1.2.3"


def test_no_more_statements_and_no_more_entries_for_many(
    feed: MadeFeed, ndrc_reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = made_for(ndrc_reviewer, DueScope.ALL)
    found = []
    for made in (feed, many):
        with CaptureQueriesContext(connection) as captured:
            assert entries(made)
        found.append(len(captured))
    assert found[0] == found[1] <= 6
    monkeypatch.setattr(ics, "MOST", 5)
    text = Client().get(path(many)).content
    assert text.count(b"BEGIN:VEVENT") == 5
    assert "X-WR-CALDESC" in text.decode()


def test_making_and_revoking_are_events_of_their_owner(feed: MadeFeed, luzhou_drafter: Actor, stranger: Actor) -> None:
    with pytest.raises(NotFound):
        revoke(feed.feed.uid, by=stranger)
    revoke(feed.feed.uid, by=luzhou_drafter)
    with pytest.raises(WrongState):
        revoke(feed.feed.uid, by=luzhou_drafter)
    acts = list(Event.objects.filter(subject_uid=feed.feed.uid).order_by("pk").values_list("act", "user"))
    assert acts == [("feed.create", luzhou_drafter.user.pk), ("feed.revoke", luzhou_drafter.user.pk)]


def test_what_cannot_be(luzhou_drafter: Actor) -> None:
    for data in (FeedInput(""), FeedInput("ok", "nonsense"), FeedInput("a\x00b"), FeedInput("x" * 81)):
        with pytest.raises(BadInput):
            create(data, by=luzhou_drafter)
    for _number in range(MOST_USABLE):
        made_for(luzhou_drafter)
    with pytest.raises(RuleBroken):
        made_for(luzhou_drafter)


def test_pages_show_the_address_once(signed_in: SignIn, luzhou_drafter: Actor) -> None:
    client = signed_in(luzhou_drafter)
    form = client.get("/due/feeds/make/").context["form"]
    given = {"once": form["once"].value(), "name": "手机", "scope": "own"}
    made = client.post("/due/feeds/make/", given)
    assert made.status_code == 201
    address = re.search(r"http[^\"]+\.ics", made.content.decode())
    assert address
    assert made["Cache-Control"].startswith("max-age=0")
    text = address[0].rsplit("/", 1)[1].removesuffix(".ics")
    assert address[0] == address_of(text)
    assert client.post("/due/feeds/make/", given).status_code == 302
    assert text not in client.get("/due/feeds/").content.decode()
    uid = CalendarFeed.objects.get().uid
    assert client.get(f"/due/feeds/{uid}/revoke/").status_code == 200
    assert client.post(f"/due/feeds/{uid}/revoke/").status_code == 302
    assert Client().get(f"/due/feed/{text}.ics").status_code == 404


def test_a_hat_that_sees_no_reports_has_no_calendar(hire: Callable[..., Actor]) -> None:
    admin = hire("some.admin", "lgo-510500", Role.UNIT_ADMIN)
    made = CalendarFeed.objects.create(hat=admin.hat, name="x", prefix="0" * 10, secret_sha256="0" * 64)
    assert made.is_usable
    assert recognise("pf_0000000000_" + "A" * 43) is None
