"""How far work is, in numbers: from milestones, from parts, and against the time that has passed. Nothing is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

WHOLE = Decimal(100)
CENT = Decimal("0.01")
TOLERANCE = 20
"""Percentage points a task may be behind the straight line before it counts as slipping."""


def rounded(value: Decimal) -> Decimal:
    """Percent with two places, halves upward."""
    return value.quantize(CENT, ROUND_HALF_UP)


def percent_of_nodes(nodes: Iterable[tuple[Decimal, bool]]) -> Decimal | None:
    """Percent that milestones (weight, reached) make; None without any, or where none has a weight."""
    return weighted((weight, WHOLE if reached else Decimal(0)) for weight, reached in nodes)


def weighted(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Mean of (weight, percent) by weight; None where nothing has a weight."""
    total, done = Decimal(0), Decimal(0)
    for weight, percent in parts:
        total += weight
        done += weight * percent
    return rounded(done / total) if total else None


def overdue_days(finish_by: dt.date | None, day: dt.date) -> int:
    """Days that something open is late on a day; 0 while it is not."""
    return max((day - finish_by).days, 0) if finish_by else 0


def expected(latest_start: dt.date, finish_by: dt.date, day: dt.date) -> Decimal:
    """Percent on the straight line at the beginning of a day: 0 on the latest start, 100 after the latest finish."""
    span = (finish_by - latest_start).days + 1
    passed = (day - latest_start).days
    if span <= 0:
        return WHOLE if passed > 0 else Decimal(0)
    return min(max(WHOLE * passed / span, Decimal(0)), WHOLE)


def is_slipping(dates: tuple[dt.date | None, dt.date | None], percent: Decimal, day: dt.date, *, begun: bool) -> bool:
    """Whether an open leaf that is not overdue falls behind; `dates` are its latest start and latest finish.

    It does when it had to begin before the day and has not, or is more than 20 points behind the straight line. Without
    a latest start there is no line, and nothing can be said.
    """
    latest_start, finish_by = dates
    if latest_start is None or finish_by is None or finish_by < day:
        return False
    if not begun and latest_start < day:
        return True
    return expected(latest_start, finish_by, day) - percent > TOLERANCE
