"""Keeping the calendar of working days: a year's announcement for everybody, single days, an office's closures.

Whose days one keeps follows from the role: who has `workdays.edit` everywhere keeps everybody's, others their own
office's. Dates that were given already do not move by themselves; they are planned anew (reporting).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import Actor, Reach, require, units_for
from portal.errors import BadInput, Finding, NotFound, Stale, WrongState
from records.journal import Note, Subject, write
from staff import announcements, rules
from staff.announcements import LONGEST_NAME, LONGEST_SPAN, LONGEST_TEXT, Line
from units import calendar
from units.calendar import FIRST_KNOWN, LAST_KNOWN, today
from units.models import AnnouncedYear, CalendarDay, Unit

FIRST_YEAR = 2014
"""Where the portal's years begin: the pilots' first batch."""
YEARS_AHEAD = 2
LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class AnnouncementInput:
    """A whole year for everybody: a line for each span, and which notice says so.

    `expected_version` is the version that was seen; 0 where nothing was entered yet.
    """

    year: int
    lines: str
    source: str
    expected_version: int


@dataclass(frozen=True, slots=True)
class DaysInput:
    """A day, or several on end, that are not what the calendar says so far; with who decided it, and where."""

    day: dt.date
    is_working: bool
    source: str
    name: str = ""
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RemovalInput:
    day_uid: uuid.UUID
    reason: str


def last_year() -> int:
    return today().year + YEARS_AHEAD


def keeps_everybodys(by: Actor) -> bool:
    return Reach.EVERYWHERE in units_for(by, "workdays.edit")


def kept_by(by: Actor) -> Unit | None:
    """Whose days one keeps: the own office's, or everybody's (None). Raises Forbidden."""
    require(by, "workdays.edit")
    return None if keeps_everybodys(by) else by.unit


def may_announce(year: int, by: Actor) -> bool:
    """A year the library knows is corrected day by day, unless it was entered before the library knew it."""
    if not keeps_everybodys(by) or not FIRST_YEAR <= year <= last_year():
        return False
    return year > LAST_KNOWN or AnnouncedYear.objects.filter(year=year).exists()


@transaction.atomic
def announce(data: AnnouncementInput, *, by: Actor) -> AnnouncedYear:
    """The days off and make-up days of a year, for everybody: all lines or none. Entered again, it is replaced.

    Raises NotFound (not one's own to enter), BadInput (each faulty line), Stale (somebody was first), WrongState
    (the library knows the year).
    """
    if kept_by(by) is not None or not FIRST_YEAR <= data.year <= last_year():
        raise NotFound
    source = _given_source(data.source)
    row = _locked(data)
    before = list(row.days.order_by("day"))
    lines = _lines(data, row)
    row.days.all().delete()
    # What was entered day by day for the same days, and says the same, becomes part of the announcement.
    _single().filter(day__in=[day for line in lines for day in line.days]).delete()
    row.source, row.version = source, row.version + 1
    row.save(update_fields=["source", "version"])
    after = [
        CalendarDay(day=day, is_working=line.is_working, name=line.name, source=source, announcement=row)
        for line in lines
        for day in line.days
    ]
    _store(after)
    changed = {"year": data.year, "before": _as_data(before), "after": _as_data(after)}
    _record("announce", by, None, Note(comment=source, data=changed))
    return row


def _locked(data: AnnouncementInput) -> AnnouncedYear:
    """The year's row, made where there is none; at the version that was seen."""
    found = AnnouncedYear.objects.select_for_update().filter(year=data.year).first()
    if found is None and data.year <= LAST_KNOWN:
        text = _("The public holidays of %(year)d are known already. Correct single days instead.")
        raise WrongState(text % {"year": data.year})
    stored = found.version if found else 0
    if stored == data.expected_version:
        try:
            with transaction.atomic():
                return found or AnnouncedYear.objects.create(year=data.year, source="")
        except IntegrityError:  # somebody entered it between the look and here
            stored = 1
    text = _("Somebody else has entered this year in the meantime. Reload the page and look again.")
    raise Stale(text, extra={"version": stored})


def _lines(data: AnnouncementInput, row: AnnouncedYear) -> list[Line]:
    """What was pasted, understood as a whole; each fault with its line. Raises BadInput."""
    if len(data.lines) > LONGEST_TEXT:
        text = _("This is too long: at most %(most)d characters.") % {"most": LONGEST_TEXT}
        raise BadInput(text, findings=(Finding("too_long", text, "lines"),))
    read = announcements.read(data.lines, data.year)
    others = CalendarDay.objects.filter(unit=None).exclude(announcement=row).select_related("announcement")
    found = {other.day: other for other in others}
    contradictions = [
        announcements.fault(line.number, reason) for line in read.lines if (reason := _contradiction(line, found))
    ]
    if read.faults or contradictions:
        findings = (*read.faults, *contradictions)
        raise BadInput(_("Nothing was stored. Put these lines right first."), findings=findings)
    return list(read.lines)


def _contradiction(line: Line, others: dict[dt.date, CalendarDay]) -> str:
    for day in line.days:
        other = others.get(day)
        if other is not None and other.announcement is not None:
            words = {"day": day, "year": other.announcement.year}
            return _("%(day)s belongs to the announcement of %(year)d already.") % words
        if other is not None and other.is_working != line.is_working:
            return _("%(day)s was entered by itself and says otherwise. Remove that day first.") % {"day": day}
    return ""


@transaction.atomic
def enter_days(data: DaysInput, *, by: Actor) -> list[CalendarDay]:
    """Days of the own office, or by the system administrator for everybody, that are not what was said so far.

    Days of the span that are so already are passed over. Raises BadInput (impossible, or nothing would change),
    WrongState (part of an announcement, which is corrected as a whole).
    """
    unit = kept_by(by)
    source = _given_source(data.source)
    name = announcements.plain(data.name)
    if len(name) > LONGEST_NAME:
        raise _bad("name", _("The name is too long: at most %(most)d characters.") % {"most": LONGEST_NAME})
    days = _to_change(data, unit)
    rows = [CalendarDay(unit=unit, day=day, is_working=data.is_working, name=name, source=source) for day in days]
    _store(rows)
    _record("open_day" if data.is_working else "close_day", by, unit, Note(comment=source, data=_span(rows)))
    return rows


def _to_change(data: DaysInput, unit: Unit | None) -> list[dt.date]:
    """Which days of the span become something else than they are."""
    until = data.until or data.day
    if until < data.day:
        raise _bad("until", _("The last day lies before the first."))
    if not FIRST_YEAR <= data.day.year <= until.year <= last_year():
        raise _bad("day", _("Days can be entered for %(first)d to %(last)d.") % _years())
    if (until - data.day).days >= LONGEST_SPAN:
        raise _bad("until", _("This is longer than %(most)d days. Look at the dates.") % {"most": LONGEST_SPAN})
    span = [data.day + dt.timedelta(days=n) for n in range((until - data.day).days + 1)]
    _not_entered_yet(span, unit)
    now = calendar.calendars().of(unit.pk if unit else None)
    days = [day for day in span if now.is_working(day) != data.is_working]
    if not days:
        said = _("This is a working day already.") if data.is_working else _("This is a day off already.")
        raise _bad("day", said)
    return days


def _not_entered_yet(span: Iterable[dt.date], unit: Unit | None) -> None:
    entered = CalendarDay.objects.filter(unit=unit, day__in=list(span)).select_related("announcement").first()
    if entered is None:
        return
    if entered.announcement is not None:
        text = _("%(day)s is part of the announcement of %(year)d. Correct it there.")
        raise WrongState(text % {"day": entered.day, "year": entered.announcement.year})
    raise _bad("day", _("%(day)s is already entered. Remove it first.") % {"day": entered.day})


@transaction.atomic
def remove_day(data: RemovalInput, *, by: Actor) -> CalendarDay:
    """A single day is again what it was without the row; the event keeps what stood there. Raises NotFound."""
    unit = kept_by(by)
    reason = rules.given_reason(data.reason)
    row = kept_days(by).select_for_update(of=("self",)).filter(uid=data.day_uid).first()
    if row is None:
        raise NotFound
    note = Note(comment=reason, data=_span([row]))
    row.delete()
    calendar.forget()
    _record("remove_day", by, unit, note)
    return row


def kept_days(by: Actor) -> QuerySet[CalendarDay]:
    """The single days one may remove: those of an announcement are corrected with it."""
    return CalendarDay.objects.filter(unit=kept_by(by), announcement=None)


def _single() -> QuerySet[CalendarDay]:
    return CalendarDay.objects.filter(unit=None, announcement=None)


def _store(rows: list[CalendarDay]) -> None:
    try:
        with transaction.atomic():
            CalendarDay.objects.bulk_create(rows)
    except IntegrityError as error:  # somebody entered one of them between the look and here
        raise WrongState(_("This day is already entered. Reload the page and look again.")) from error
    calendar.forget()


def _given_source(value: str) -> str:
    value = announcements.plain(value)
    if not value:
        raise _bad("source", _("Say which announcement or decision this is from."))
    if len(value) > LONGEST_SOURCE:
        raise _bad("source", _("This is too long: at most %(most)d characters.") % {"most": LONGEST_SOURCE})
    return value


def _years() -> dict[str, int]:
    return {"first": max(FIRST_YEAR, FIRST_KNOWN), "last": last_year()}


def _bad(field: str, text: str) -> BadInput:
    return BadInput(text, findings=(Finding("invalid", text, field),))


def _as_data(rows: Iterable[CalendarDay]) -> list[list[Any]]:
    return [[str(row.day), row.is_working, row.name] for row in rows]


def _span(rows: list[CalendarDay]) -> dict[str, Any]:
    return {"days": [str(row.day) for row in rows], "is_working": rows[0].is_working, "name": rows[0].name}


def _record(act: str, by: Actor, unit: Unit | None, note: Note) -> None:
    """The office whose days they are; the administrator's own where they are everybody's."""
    at = unit or by.unit
    write(f"calendar.{act}", Subject("unit", at.uid, at.name_now, by.programme, at), by=by, note=note)
