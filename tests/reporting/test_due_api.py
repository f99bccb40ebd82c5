"""The API of what is due and of calendar subscriptions; what it says is what the pages say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Scope
from reporting.models import CalendarFeed, Due, Report
from tests.test_access_matrix import token_of
from units.calendar import end_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
DUES, FEEDS = "/api/v1/dues/", "/api/v1/calendar-feeds/"


def test_a_due_says_everything_about_its_date(luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    day, time = dt.date(2026, 6, 26), dt.time(18)
    Due.objects.filter(pk=luzhou_report.due_id).update(due_on=day, due_time=time, due_end=end_of(day, time))
    (row,) = signed_in(luzhou_drafter).get(DUES).json()["results"]
    assert row["report"] == {"uid": str(luzhou_report.uid), "title": luzhou_report.title, "state": "not_started"}
    found = {name: row[name] for name in ("due_on", "due_time", "due_end", "first_due_on", "days_left", "state")}
    assert found == {
        "due_on": "2026-06-26", "due_time": "18:00", "due_end": "2026-06-26T18:00:00+08:00",
        "first_due_on": "2026-06-24", "days_left": 8, "state": "owed",
    }  # fmt: skip
    assert (row["is_overdue"], row["days_late"], row["is_exempt"]) == (False, 0, False)


def test_filters_and_order(
    running_cycle: object, luzhou_report: Report, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = signed_in(ndrc_reviewer)
    Due.objects.filter(pk=luzhou_report.due_id).update(exempted_at=timezone.now())

    def count(query: str) -> int:
        answer = client.get(f"{DUES}?{query}")
        assert answer.status_code == 200, answer.content
        return int(answer.json()["count"])

    assert count("state=exempt") == 1
    assert count("scope=own") == 0
    assert count("scope=received") == Due.objects.filter(receiver=ndrc_reviewer.unit).count()
    assert count("from=2026-06-24&to=2026-06-24") == Due.objects.filter(capacity="pilot").count()
    assert count(f"unit={luzhou_report.due.unit.uid}&cycle={luzhou_report.due.cycle.uid}") == 1
    days = [row["due_on"] for row in client.get(f"{DUES}?ordering=-due_on").json()["results"]]
    assert days == sorted(days, reverse=True)
    assert [client.get(f"{DUES}?{bad}").status_code for bad in ("state=x", "from=x", "scope=x", "since=x")] == [400] * 4


def test_days_of_a_month(luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    found = client.get(f"{DUES}days/?month=2026-06").json()
    assert (found["month"], found["is_provisional"], len(found["days"])) == ("2026-06", False, 30)
    by_day = {row["day"]: row for row in found["days"]}
    assert by_day["2026-06-24"]["counts"] == {
        "count": 1, "units": 1, "owed": 1, "overdue": 0, "answered": 0, "exempt": 0,
    }  # fmt: skip
    assert by_day["2026-06-19"]["is_day_off"]
    assert client.get(f"{DUES}days/").json()["month"] == "2026-06"
    assert [client.get(f"{DUES}days/?{bad}").status_code for bad in ("month=2026-6", "scope=x")] == [400, 400]


def test_subscribing_by_api(luzhou_report: Report, luzhou_drafter: Actor, stranger: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    made = client.post(FEEDS, {"name": "Phone"}, content_type="application/json")
    assert made.status_code == 201
    address = made.json()["address"].removeprefix("http://127.0.0.1").partition("/")[2]
    assert Client().get(f"/{address}").status_code == 200
    (row,) = client.get(FEEDS).json()["results"]
    assert "address" not in row
    assert (row["scope"], row["state"], [act["name"] for act in row["actions"]]) == ("own", "usable", ["revoke"])
    revoke = f"{FEEDS}{row['uid']}/revoke/"
    assert signed_in(stranger).post(revoke).status_code == 404
    assert [client.post(revoke).status_code for _ in range(2)] == [200, 409]
    assert Client().get(f"/{address}").status_code == 404
    assert client.post(FEEDS, {"name": ""}, content_type="application/json").status_code == 400


def test_sent_again_under_its_key_it_makes_no_second_one(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    ask: dict[str, Any] = {"content_type": "application/json", "headers": {"idempotency-key": "feed-1"}}
    answers = [signed_in(luzhou_drafter).post(FEEDS, {"name": "Phone"}, **ask) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert CalendarFeed.objects.count() == 1


def test_no_token_subscribes(luzhou_drafter: Actor) -> None:
    _row, text = token_of(luzhou_drafter, Scope)
    client = Client(headers={"authorization": f"Bearer {text}"})
    assert client.get(FEEDS).status_code == 403
    assert client.get(DUES).status_code == 200
