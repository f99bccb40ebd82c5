"""On which day each step of a ladder falls, for dues that are alike, and which steps are reached.

Nothing here asks whether today *is* that day: a step is reached from its day on, so a pass that did not run loses
nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Role
from reporting.models import Anchor, Audience, Cycle, ReminderStep
from units.calendar import Calendar, end_of

ROLE_OF = {
    Audience.DRAFTERS.value: Role.DRAFTER.value,
    Audience.LEADS.value: Role.LEAD.value,
    Audience.RECEIVER.value: Role.REVIEWER.value,
}
"""Whom an audience means: people of the unit that owes, or of the one that receives from it."""

FIRST_ASKED = (Audience.RECEIVER.value, Audience.LEADS.value, Audience.DRAFTERS.value)
"""Who is in two audiences of one day is told as the later of these: nearest to the writing."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What dues that are alike have in common: cycle, capacity, date, and the calendar they are counted by.

    `office` is the unit whose own calendar counts; None where everybody's does.
    """

    cycle: Cycle
    capacity: str
    due_on: dt.date
    due_end: dt.datetime
    office: int | None


@dataclass(frozen=True, slots=True)
class Rung:
    """A step that is reached: the office day it falls on, and the instant from which it is to be told (UTC)."""

    step: ReminderStep
    day: dt.date
    at: dt.datetime

    @property
    def is_opening(self) -> bool:
        return self.step.anchor == Anchor.OPENING


def day_of(step: ReminderStep, situation: Situation, calendar: Calendar) -> dt.date:
    """The office day a step falls on.

    Offset 0 before a due date that is no working day is the last working day before it: on the day itself nobody
    would read it.
    """
    if step.anchor == Anchor.OPENING:
        opens_on = situation.cycle.opens_on
        return calendar.after(opens_on, step.offset) if step.offset else opens_on
    due_on = situation.due_on
    return calendar.after(due_on, step.offset) if step.offset else calendar.previous_working(due_on)


def reached(
    situation: Situation, steps: Iterable[ReminderStep], calendar: Calendar, *, send_at: dt.time, now: dt.datetime
) -> list[Rung]:
    """The steps reached by `now`, first to last. Steps before a due date count only after the period has opened."""
    found = []
    for step in steps:
        day = day_of(step, situation, calendar)
        at = end_of(day, send_at)
        if at <= now and (step.anchor == Anchor.OPENING or day > situation.cycle.opens_on):
            found.append(Rung(step, day, at))
    return sorted(found, key=_place)


def last_of_each_audience(rungs: Sequence[Rung]) -> frozenset[int]:
    """The ids of the steps nobody is beyond: who has these in the ledger has nothing to expect."""
    return frozenset({rung.step.audience: rung.step.pk for rung in rungs}.values())


def _place(rung: Rung) -> tuple[dt.date, bool, int, int]:
    return rung.day, not rung.is_opening, rung.step.offset, FIRST_ASKED.index(rung.step.audience)
