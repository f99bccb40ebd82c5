"""The least time senders get to fill in: less needs a right and a reason, which the senders are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from pilots.rules import runs
from portal.errors import BadInput, Finding
from reporting.models import Cycle, DeadlinePolicy
from units.calendar import calendars, today
from units.models import Programme

MOST_HOURS = Decimal("9999.9")
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Hurry:
    """Why there is so little time, and how many hours one report takes by the asker's estimate."""

    reason: str = ""
    hours: Decimal | None = None


NO_HURRY = Hurry()


@dataclass(frozen=True, slots=True)
class FillTime:
    """The working days the first who are due get, and the least the programme allows."""

    days: int
    least: int

    @property
    def is_short(self) -> bool:
        return self.days < self.least


def fill_time(programme: Programme, opens_on: dt.date, first_due: dt.date) -> FillTime:
    """From the opening, or from today where that is later, to the first due date, by everybody's calendar."""
    least = DeadlinePolicy.objects.filter(programme=programme).values_list("least_fill_days", flat=True).first() or 0
    return FillTime(calendars().nation.working_days(max(today(), opens_on), first_due), least)


def may_hurry(programme: Programme, by: Actor) -> bool:
    return runs(programme, by, "cycle.hurry")


def refuse_hurry(programme: Programme, time: FillTime, hurry: Hurry, by: Actor | None, field: str) -> None:
    """Raises BadInput at the date (`field`) or at what is missing. The portal itself (`by=None`) may do anything."""
    if by is None or not time.is_short:
        return
    if not may_hurry(programme, by):
        text = _("%(given)s Choose a later date, or have a lead of your office do it and give the reason.")
        text = text % {"given": words(time)}
        raise BadInput(text, findings=(Finding("too_little_time", text, field),))
    findings = tuple(_missing(hurry))
    if findings:
        text = _("%(given)s Say why, and how many hours one report takes: the senders will read it.")
        raise BadInput(text % {"given": words(time)}, findings=findings)


def words(time: FillTime) -> str:
    """How much time there is, against the least."""
    if time.days < 1:
        text = _("The senders would have no working day left to fill in; the least is %(least)d.")
        return text % {"least": time.least}
    text = ngettext(
        "The senders would have %(days)d working day to fill in; the least is %(least)d.",
        "The senders would have %(days)d working days to fill in; the least is %(least)d.",
        time.days,
    )
    return text % {"days": time.days, "least": time.least}


def _missing(hurry: Hurry) -> Iterator[Finding]:
    if not hurry.reason.strip():
        yield Finding("hurry_reason_missing", _("Say why there is so little time."), "hurry_reason")
    elif len(hurry.reason) > LONGEST_REASON:
        text = _("The reason is too long: at most %(most)d characters.") % {"most": LONGEST_REASON}
        yield Finding("hurry_reason_too_long", text, "hurry_reason")
    if hurry.hours is None or not 0 < hurry.hours <= MOST_HOURS:
        yield Finding("burden_missing", _("Estimate the hours one report takes: more than 0."), "burden_hours")


def note_hurry(cycle: Cycle, time: FillTime, hurry: Hurry) -> None:
    """Write on the cycle (not stored here) what its senders are shown; nothing where there is time enough."""
    if time.is_short:
        cycle.hurry_reason = hurry.reason.replace("\x00", "").strip()
        cycle.burden_hours = hurry.hours
