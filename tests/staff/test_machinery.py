"""Passes that are late, queues, long jobs; and the page where the broker is out of reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from celery.schedules import crontab
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from records.models import Job, PassRecord
from staff.services import machinery, operations
from tests.staff.conftest import Office

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("when", "longest"),
    [
        (10.0, dt.timedelta(seconds=10)),
        (crontab(minute="40"), HOUR),
        (crontab(hour="19", minute="30"), 24 * HOUR),
        (crontab(hour="1", minute="0", day_of_week="1-5"), 72 * HOUR),
    ],
)
def test_how_long_it_may_be_between_two_runs(when: Any, longest: dt.timedelta) -> None:
    assert machinery.interval(when) == longest


@pytest.mark.parametrize(
    ("interval", "ago", "late"),
    [
        (dt.timedelta(seconds=10), dt.timedelta(seconds=89), False),
        (dt.timedelta(seconds=10), dt.timedelta(seconds=91), True),
        (HOUR, 2 * HOUR - dt.timedelta(seconds=5), False),
        (HOUR, 2 * HOUR + dt.timedelta(seconds=5), True),
        (24 * HOUR, 25 * HOUR + dt.timedelta(seconds=5), True),
    ],
)
def test_when_a_pass_is_late(interval: dt.timedelta, ago: dt.timedelta, late: bool) -> None:
    record = PassRecord(name="x", ended_at=timezone.now() - ago)
    assert machinery.PassState("x", "x", interval, record).late is late


def test_one_that_never_ran() -> None:
    assert machinery.PassState("x", "x", dt.timedelta(seconds=10), None).late
    assert not machinery.PassState("x", "x", 24 * HOUR, None).late


def test_the_passes_are_those_of_beat(world: Office) -> None:
    now = timezone.now()
    PassRecord.objects.create(name="records.dispatch", begun_at=now, ended_at=now, failed_at=now, error="ValueError: x")
    found = {state.name: state for state in machinery.passes()}
    assert found["records.dispatch"].failing and not found["records.dispatch"].late
    assert found["records.send_mail"].late and not found["records.send_mail"].failing


def test_the_page_works_without_the_broker(world: Office, signed_in: SignedIn, settings: Any) -> None:
    assert not machinery.broker().error
    settings.REDIS_FOR_CACHE = "redis://127.0.0.1:1/0"
    client = signed_in(world.system.user)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": settings.REDIS_FOR_CACHE}}
    page = client.get(reverse("operations"))
    assert page.status_code == 200 and "ConnectionError" in page.content.decode()
    found = client.get("/api/v1/operations/").json()["broker"]
    assert found == {"error": "ConnectionError", "in_hand": 0, "queues": []}


def test_long_jobs_that_nobody_takes(world: Office, signed_in: SignedIn) -> None:
    hat, hour_ago = world.admin.hat, timezone.now() - HOUR
    common = {"hat": hat, "unit": hat.unit, "programme": hat.programme, "created_at": hour_ago}
    Job.objects.create(kind="x", label="等着的", **common)
    Job.objects.create(kind="x", label="失败的", failed_at=hour_ago, error="第三行不行。", **common)
    state = operations.long_jobs()
    assert (state.waiting, state.waiting_since, state.running, state.failed, state.late) == (1, hour_ago, 0, 1, True)
    assert "第三行不行。" in signed_in(world.system.user).get(reverse("operations")).content.decode()
    Job.objects.create(kind="x", label="跑着的", claimed_at=hour_ago, beat_at=hour_ago, **common)
    assert not operations.long_jobs().late
