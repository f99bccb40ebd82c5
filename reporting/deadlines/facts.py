"""What somebody says when setting a rule for a date, and whether a rule can be that: one finding for each field."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.errors import Finding
from reporting.deadlines import functions
from reporting.models import DateFunction, OnNonWorking
from reporting.reference.deadlines import SOURCE

LONGEST_SOURCE = 500
MOST_WORKING_DAYS = 120
MOST_AFTER_HOLIDAY = 20
OFFICE_ZONE = "Asia/Shanghai"
LEAP_YEAR = 2024
"""A year that has every date there is."""

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    DateFunction.FIXED_DATE: ("month", "day"),
    DateFunction.NTH_WEEKDAY: ("month", "weekday", "nth"),
    DateFunction.AFTER_DUE: ("after", "working_days"),
}
"""What each function must be told, and nothing else."""

ALL_PARAMETERS = ("month", "day", "weekday", "nth", "after", "working_days")


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One of the named functions with its parameters, the policy for days off, the time, and whose decision it is.

    `weekday`: 0 is Monday. `nth`: 1 to 4, or -1 for the last. `after`: the uid of the rule it counts from.
    `working_days`: negative before it. `year_offset`: years after that of the period.
    """

    function: str
    source: str
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    after: uuid.UUID | None = None
    working_days: int | None = None
    year_offset: int = 0
    time_of_day: dt.time | None = None
    zone: str = OFFICE_ZONE
    on_non_working: str = OnNonWorking.NEXT
    after_holiday_days: int | None = None


def faults(facts: RuleFacts) -> list[Finding]:
    """Everything wrong with the facts by themselves; other rules are not looked at."""
    return [finding for check in CHECKS for finding in check(facts)]


def _function(facts: RuleFacts) -> Iterator[Finding]:
    if facts.function not in DateFunction.values:
        yield Finding("unknown_function", _("Choose one of the rules offered."), "function")
        return
    needed = PARAMETERS[facts.function]
    for name in ALL_PARAMETERS:
        if name in needed and getattr(facts, name) is None:
            yield Finding("missing", _("The rule you chose needs this."), name)
        if name not in needed and getattr(facts, name) is not None:
            yield Finding("not_used", _("The rule you chose has no use for this. Leave it empty."), name)


def _ranges(facts: RuleFacts) -> Iterator[Finding]:
    bounds: dict[str, tuple[int, int]] = {
        "month": (1, 12),
        "day": (1, 31),
        "weekday": (0, 6),
        "working_days": (-MOST_WORKING_DAYS, MOST_WORKING_DAYS),
        "year_offset": (-1, 1),
        "after_holiday_days": (1, MOST_AFTER_HOLIDAY),
    }
    for name, (least, most) in bounds.items():
        value = getattr(facts, name)
        if value is not None and not least <= value <= most:
            text = _("Enter a number from %(least)d to %(most)d.") % {"least": least, "most": most}
            yield Finding("out_of_range", text, name)
    if facts.nth is not None and facts.nth not in functions.NTHS:
        text = _("Choose the first to the fourth, or the last: a fifth is not in every month.")
        yield Finding("impossible_date", text, "nth")


def _possible(facts: RuleFacts) -> Iterator[Finding]:
    if facts.function != DateFunction.FIXED_DATE or facts.month is None or facts.day is None:
        return
    if not (1 <= facts.month <= 12 and 1 <= facts.day <= 31):
        return  # said already
    try:
        functions.fixed_date(LEAP_YEAR, facts.month, facts.day)
    except functions.ImpossibleDate:
        text = _("Month %(month)d has no day %(day)d in any year. Choose a date that exists.")
        yield Finding("impossible_date", text % {"month": facts.month, "day": facts.day}, "day")


def _time(facts: RuleFacts) -> Iterator[Finding]:
    time = facts.time_of_day
    if time is not None and time.replace(tzinfo=None) == dt.time():
        text = _("Midnight belongs to the day it begins. For the end of a day leave the time empty.")
        yield Finding("midnight", text, "time_of_day")
    elif time is not None and (time.second or time.microsecond or time.tzinfo):
        yield Finding("not_minutes", _("Enter hours and minutes, for example 18:00."), "time_of_day")
    try:
        functions.zone_named(facts.zone)
    except functions.UnknownZone:
        text = _("There is no time zone “%(zone)s”. Write it as Asia/Shanghai or Asia/Urumqi.")
        yield Finding("unknown_zone", text % {"zone": facts.zone[:60]}, "zone")
        return
    if time is None and facts.zone != OFFICE_ZONE:
        text = _("A time zone counts only with a time of day. Give the time, or choose Asia/Shanghai.")
        yield Finding("zone_without_time", text, "zone")


def _days_off(facts: RuleFacts) -> Iterator[Finding]:
    if facts.on_non_working not in OnNonWorking.values:
        yield Finding("unknown_policy", _("Choose what becomes of a day off."), "on_non_working")
        return
    counts = facts.on_non_working == OnNonWorking.AFTER_HOLIDAY
    if counts and facts.after_holiday_days is None:
        text = _("Say which working day after the days off: 1 is the first.")
        yield Finding("missing", text, "after_holiday_days")
    if not counts and facts.after_holiday_days is not None:
        text = _("This counts only where the date moves to the n-th working day after the days off. Leave it empty.")
        yield Finding("not_used", text, "after_holiday_days")


def _source(facts: RuleFacts) -> Iterator[Finding]:
    yield from source_faults(facts.source)


def source_faults(source: str) -> Iterator[Finding]:
    """A rule somebody sets is no longer the portal's proposal: a document or a person stands behind it."""
    text = source.strip()
    if not text or text == SOURCE:
        yield Finding("no_source", _("Say which document sets this, or who decided it and when."), "source")
    elif "\x00" in text:
        yield Finding("bad_characters", _("Remove the invisible characters and type it again."), "source")
    elif len(text) > LONGEST_SOURCE:
        yield Finding("too_long", _("At most %(most)d characters.") % {"most": LONGEST_SOURCE}, "source")


CHECKS: tuple[Callable[[RuleFacts], Iterator[Finding]], ...] = (
    _function, _ranges, _possible, _time, _days_off, _source,
)  # fmt: skip


def plain(facts: RuleFacts) -> dict[str, Any]:
    """The columns of a rule, but for the rule it counts from."""
    names = ("function", "month", "day", "weekday", "nth", "working_days", "year_offset", "time_of_day", "zone")
    found = {name: getattr(facts, name) for name in (*names, "on_non_working", "after_holiday_days")}
    return {**found, "source": facts.source.strip()}
