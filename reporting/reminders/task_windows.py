"""Which tasks a step of the ladder has reached: for each step and calendar a span of latest dates, whatever tasks
there are. So the pass reads no dates of tasks, and its statement is the same for four tasks or four million."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from reporting.models import Audience, ReminderStep
from units.calendar import Calendar, end_of, office_day

TOLD_FOR = 30
"""A step is told for so many days after the day it falls on. A pass that did not run for weeks loses nothing; and who
enters a plan whose dates lie years back is not told of every row of it."""

FIRST_ASKED = (Audience.LEADS.value, Audience.DRAFTERS.value, Audience.PERSONS.value)
"""Who is in two audiences of one day is told as the later of these: nearest to the work."""


@dataclass(frozen=True, slots=True)
class Window:
    """A step is reached, and still told, for tasks to be finished after `after` and not later than `until`."""

    step: ReminderStep
    after: dt.date
    until: dt.date

    @property
    def place(self) -> int:
        """Its place in the ladder: the larger of two reached ones is the one that is told."""
        return self.step.offset * len(FIRST_ASKED) + FIRST_ASKED.index(self.step.audience)


def windows(steps: Iterable[ReminderStep], calendar: Calendar, *, send_at: dt.time, now: dt.datetime) -> list[Window]:
    """The windows of steps about tasks, by one calendar, at this instant."""
    last = office_day(now)
    if end_of(last, send_at) > now:
        last -= dt.timedelta(days=1)
    first = last - dt.timedelta(days=TOLD_FOR)
    return [Window(step, _latest(step, calendar, first), _latest(step, calendar, last)) for step in steps]


def day_of(step: ReminderStep, finish_by: dt.date, calendar: Calendar) -> dt.date:
    """The office day a step falls on; offset 0 before a day off is the last working day before it."""
    return calendar.after(finish_by, step.offset) if step.offset else calendar.previous_working(finish_by)


def _latest(step: ReminderStep, calendar: Calendar, day: dt.date) -> dt.date:
    """The latest date of a task whose step falls on that day or before: the later the task, the later its step."""
    span = 3 * abs(step.offset) + 30
    low, high = day - dt.timedelta(days=span), day + dt.timedelta(days=span)
    while low < high:
        middle = high - (high - low) // 2
        if day_of(step, middle, calendar) <= day:
            low = middle
        else:
            high = middle - dt.timedelta(days=1)
    return low
