"""Dates and reminders as the portal proposes them: the notices give none, so all of it is ours and says so (C.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pilots.models import Capacity
from reporting.models import Anchor, Audience, CycleKind, DateFunction

SOURCE = "门户默认值；通知未规定具体日期（要求 C.1）"


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One rule of the owner of a programme; `after` names the (kind, capacity) it counts from."""

    kind: str
    capacity: str
    function: str
    month: int | None = None
    day: int | None = None
    after: tuple[str, str] | None = None
    working_days: int | None = None


COMPILING_DAYS = 15
RULES: tuple[RuleRecord, ...] = (
    RuleRecord(CycleKind.MID_YEAR, Capacity.PILOT, DateFunction.FIXED_DATE, month=6, day=30),
    RuleRecord(
        CycleKind.MID_YEAR, Capacity.COMPILER, DateFunction.AFTER_DUE,
        after=(CycleKind.MID_YEAR, Capacity.PILOT), working_days=COMPILING_DAYS,
    ),
    RuleRecord(CycleKind.YEAR_END, Capacity.PILOT, DateFunction.FIXED_DATE, month=12, day=15),
    RuleRecord(
        CycleKind.YEAR_END, Capacity.COMPILER, DateFunction.AFTER_DUE,
        after=(CycleKind.YEAR_END, Capacity.PILOT), working_days=COMPILING_DAYS,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    open_days_before: int = 30
    least_fill_days: int = 10
    return_days: int = 5
    chase_again_hours: int = 24
    send_at: dt.time = dt.time(8, 30)


POLICY = PolicyRecord()

LADDER: tuple[tuple[str, int, str], ...] = (
    (Anchor.OPENING, 0, Audience.DRAFTERS),
    *((Anchor.DUE, offset, Audience.DRAFTERS) for offset in (-14, -7, -3, -1, 0, 1, 3)),
    (Anchor.DUE, 3, Audience.LEADS),
    (Anchor.DUE, 7, Audience.DRAFTERS),
    (Anchor.DUE, 7, Audience.LEADS),
    (Anchor.DUE, 7, Audience.RECEIVER),
    *((Anchor.TASK, offset, Audience.PERSONS) for offset in (-14, -3, 0, 3)),
    (Anchor.TASK, 3, Audience.DRAFTERS),
)
"""Anchor, working days, audience: first who writes, then who signs, then the receiver on the route.

Of tasks: whoever answers for them, and once they are late the office whose plan it is.
"""
