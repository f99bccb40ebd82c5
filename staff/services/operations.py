"""Whether the machinery does what it should. Only looks, changes nothing; also where the broker is out of reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from portal.errors import type_text
from records.models import Event, Job, JobState, OutboxMessage

LISTED = 50
LATE = dt.timedelta(minutes=5)
"""Dispatching and sealing come round every few seconds; what waits longer waits for somebody to look."""
FAILED_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel of the outbox: what waits since when, what was given up, when the last message went out."""

    channel: str
    label: type_text
    waiting: int
    waiting_since: dt.datetime | None
    given_up: int
    last_sent_at: dt.datetime | None

    @property
    def late(self) -> bool:
        return is_late(self.waiting_since)


@dataclass(frozen=True, slots=True)
class SealingState:
    """The chain of events: how many are not in it yet, since when, and the last one that is."""

    waiting: int
    waiting_since: dt.datetime | None
    last: Event | None

    @property
    def late(self) -> bool:
        return is_late(self.waiting_since)


@dataclass(frozen=True, slots=True)
class JobsState:
    """Long jobs: how many wait since when, how many run, how many failed within a week."""

    waiting: int
    waiting_since: dt.datetime | None
    running: int
    failed: int

    @property
    def late(self) -> bool:
        """None was begun for minutes although none runs: no worker takes them."""
        return is_late(self.waiting_since) and not self.running


def is_late(since: dt.datetime | None) -> bool:
    return since is not None and timezone.now() - since > LATE


def channels() -> list[ChannelState]:
    """Every channel, also one through which nothing ever went."""
    waits = Q(sent_at__isnull=True, given_up_at__isnull=True)
    counted = OutboxMessage.objects.order_by().values("channel")
    counted = counted.annotate(
        waiting=Count("pk", filter=waits),
        since=Min("created_at", filter=waits & Q(created_at__lte=timezone.now())),
        lost=Count("pk", filter=Q(given_up_at__isnull=False)),
        last=Max("sent_at"),
    )
    rows = counted.values_list("channel", "waiting", "since", "lost", "last")
    found = {channel: counts for channel, *counts in rows}
    nothing = (0, None, 0, None)
    return [ChannelState(kind.value, kind.label, *found.get(kind.value, nothing)) for kind in OutboxMessage.Channel]


def sealing() -> SealingState:
    unsealed = Event.objects.filter(chain_number__isnull=True).aggregate(waiting=Count("pk"), since=Min("at"))
    last = Event.objects.filter(chain_number__isnull=False).order_by("-chain_number").first()
    return SealingState(unsealed["waiting"], unsealed["since"], last)


def given_up() -> QuerySet[OutboxMessage]:
    """The newest messages that nobody will get any more."""
    rows = OutboxMessage.objects.filter(given_up_at__isnull=False).select_related("recipient")
    return rows.order_by("-given_up_at", "-pk")[:LISTED]


def long_jobs() -> JobsState:
    waiting = Job.objects.in_state(JobState.WAITING).aggregate(number=Count("pk"), since=Min("created_at"))
    running = Job.objects.in_state(JobState.RUNNING).count()
    return JobsState(waiting["number"], waiting["since"], running, _failed().count())


def jobs_to_look_at() -> list[Job]:
    """What runs, oldest first, then what failed within a week, newest first."""
    running = Job.objects.in_state(JobState.RUNNING).select_related("hat__user", "unit").order_by("claimed_at", "pk")
    failed = _failed().select_related("hat__user", "unit").order_by("-failed_at", "-pk")
    return [*running[:LISTED], *failed[:LISTED]]


def _failed() -> QuerySet[Job]:
    rows: QuerySet[Job] = Job.objects.filter(failed_at__gte=timezone.now() - FAILED_WITHIN)
    return rows
