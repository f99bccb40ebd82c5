"""When each pass last ran, held against beat's own schedule, and what waits in the broker's queues."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

import redis
from celery import current_app
from celery.schedules import crontab, schedule
from django.conf import settings
from django.utils import timezone

from portal.errors import type_text
from records.models import PassRecord
from records.passes import label

FREQUENT = dt.timedelta(hours=1)
"""What comes round more often may miss three rounds and a minute; what comes less often, one round and an hour."""
PATIENCE = 1.0
"""Seconds a page waits for the broker."""
LONG_QUEUE = 100
"""Beat asks for nothing twice within its expiry: what is longer has no worker."""


@dataclass(frozen=True, slots=True)
class PassState:
    """One entry of beat: how often it should run, when it last ran, worked and failed."""

    name: str
    label: type_text
    interval: dt.timedelta
    record: PassRecord | None

    @property
    def late(self) -> bool:
        """It has not run when it should have. One that never ran is late where it should run within the hour."""
        if self.record is None or self.record.ended_at is None:
            return self.interval < FREQUENT
        return timezone.now() - self.record.ended_at > self._allowed

    @property
    def _allowed(self) -> dt.timedelta:
        if self.interval < FREQUENT:
            return 3 * self.interval + dt.timedelta(minutes=1)
        return self.interval + dt.timedelta(hours=1)

    @property
    def failing(self) -> bool:
        """Its last run failed."""
        found = self.record
        return found is not None and found.failed_at is not None and found.failed_at == found.ended_at


@dataclass(frozen=True, slots=True)
class QueueState:
    """One of the broker's queues and how many tasks wait in it."""

    name: str
    waiting: int

    @property
    def late(self) -> bool:
        return self.waiting > LONG_QUEUE


@dataclass(frozen=True, slots=True)
class Broker:
    """`error`: why it could not be asked, '' where it answered. `in_hand`: tasks that workers hold."""

    queues: tuple[QueueState, ...]
    in_hand: int = 0
    error: str = ""


def passes() -> list[PassState]:
    """Every entry of beat's schedule, in its order."""
    records = {record.name: record for record in PassRecord.objects.all()}
    entries: dict[str, dict[str, Any]] = current_app.conf.beat_schedule
    return [
        PassState(entry["task"], label(entry["task"]), interval(entry["schedule"]), records.get(entry["task"]))
        for entry in entries.values()
    ]


def interval(when: float | dt.timedelta | schedule) -> dt.timedelta:
    """The longest time between two runs: of a pass on working days only, over the weekend."""
    if isinstance(when, crontab):
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        times = [at]
        for _number in range(9):
            begun, wait, _now = when.remaining_delta(times[-1])
            times.append(begun + wait)
        return max(later - earlier for earlier, later in itertools.pairwise(times[1:]))
    if isinstance(when, schedule):
        every: dt.timedelta = getattr(when, "run_every")  # noqa: B009 - unknown to the types of celery
        return every
    return when if isinstance(when, dt.timedelta) else dt.timedelta(seconds=when)


def broker() -> Broker:
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    try:
        with (
            redis.Redis.from_url(
                settings.REDIS_FOR_CACHE, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
            ) as client,
            client.pipeline(transaction=False) as pipe,
        ):
            for name in names:
                pipe.llen(name)
            pipe.hlen("unacked")
            *lengths, in_hand = pipe.execute()
    except redis.RedisError as error:
        return Broker((), error=type(error).__name__)
    return Broker(tuple(map(QueueState, names, lengths)), in_hand)
