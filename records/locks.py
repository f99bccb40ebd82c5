"""What may be done by one at a time, on all machines together: advisory locks of the database, each with its name.

They are numbers in one space for everybody, so they stand in one place: two that are equal by mistake make one kind
of work wait for another. A lock ends with its transaction or its connection, whatever dies.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@enum.unique
class Lock(enum.IntEnum):
    """The number is arbitrary and stays: processes of two versions of the portal must mean the same by it."""

    SEALING = 7_014_201_601
    MAIL = 7_014_201_602
    """So that a dead mail server occupies one worker thread only."""
    IMPORTS = 7_014_201_603
    """Lists are stored and undone one after the other, so that none is planned on what another writes."""
    WEBHOOKS = 7_014_201_604
    FAILING_WEBHOOKS = 7_014_201_605
    FAN_OUT = 7_014_201_606
    DIGESTS = 7_014_201_607
    JOB_CLAIM = 7_014_201_608
    REMINDERS = 7_014_201_609
    TASK_REMINDERS = 7_014_201_611
    ROLL_UPS = 7_014_201_610
    """Roll-ups are computed anew by one at a time: two that accept at once would each miss the other's figure."""
    POSITIONS = 7_014_201_612
    """The same of where pilot areas stand. Always taken after ROLL_UPS."""


def held(lock: Lock) -> bool:
    """Whether it is ours, from now until the transaction ends; False at once where another has it."""
    return _ask("SELECT pg_try_advisory_xact_lock(%s)", lock)


def take(lock: Lock) -> None:
    """Wait for it; ours until the transaction ends. For work of a few milliseconds only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


@contextmanager
def held_throughout(lock: Lock) -> Iterator[bool]:
    """The same as `held` for work of many short transactions: a lock of the connection, given back at the end."""
    ours = _ask("SELECT pg_try_advisory_lock(%s)", lock)
    try:
        yield ours
    finally:
        if ours:
            _ask("SELECT pg_advisory_unlock(%s)", lock)


def _ask(question: str, lock: Lock) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [lock])
        answer: tuple[bool] = cursor.fetchone()
    return answer[0]
