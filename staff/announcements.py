"""An announcement of days off as it is pasted: one line for each span, every faulty line named with its reason."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.errors import Finding

LONGEST_SPAN = 31
MOST_LINES = 100
LONGEST_TEXT = 20_000
LONGEST_NAME = 80
SPILL = dt.timedelta(days=7)
"""The announcement of a year may reach so far into the year before: a make-up day of New Year."""

_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_LINE = re.compile(rf"{_DAY}(?:\s*(?:至|到|~|—|–|-|to)+\s*{_DAY})?\s+(休|班|off|work)(?:\s+(.*))?", re.IGNORECASE)
_WORKS = {"休": False, "off": False, "班": True, "work": True}


@dataclass(frozen=True, slots=True)
class Line:
    """One line understood: its number on the page, first and last day, what they are, what they are called."""

    number: int
    first: dt.date
    last: dt.date
    is_working: bool
    name: str

    @property
    def days(self) -> Iterator[dt.date]:
        return (self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a text says, and what is wrong with it."""

    lines: tuple[Line, ...]
    faults: tuple[Finding, ...]


def plain(text: str) -> str:
    """One way of writing each character: pasted text has full-width digits, blanks and NULs."""
    return unicodedata.normalize("NFKC", text).replace("\x00", "").strip()


def read(text: str, year: int) -> Announcement:
    """Every line of the text for a year. Empty lines are passed over, and counted."""
    lines: list[Line] = []
    faults: list[Finding] = []
    taken: dict[dt.date, int] = {}
    filled = [(number, plain(line)) for number, line in enumerate(text.splitlines(), 1) if plain(line)]
    for number, line in filled[:MOST_LINES]:
        found = _understood(number, line)
        reason = found if isinstance(found, str) else _wrong(found, year, taken)
        if isinstance(found, Line) and not reason:
            lines.append(found)
            taken.update(dict.fromkeys(found.days, number))
        else:
            faults.append(fault(number, reason))
    if not filled:
        faults.append(Finding("empty", _("Enter at least one line."), "lines"))
    if len(filled) > MOST_LINES:
        reason = _("These are too many lines: at most %(most)d.") % {"most": MOST_LINES}
        faults.append(Finding("too_many", reason, "lines"))
    return Announcement(tuple(lines), tuple(faults))


def fault(number: int, reason: str) -> Finding:
    return Finding("bad_line", _("Line %(number)d: %(reason)s") % {"number": number, "reason": reason}, "lines")


def _understood(number: int, line: str) -> Line | str:
    """The line, or why it cannot be read."""
    found = _LINE.fullmatch(line)
    if found is None:
        return _("This cannot be read. Write for example: 2027-02-05 至 2027-02-11 休 春节")
    parts = found.groups()
    try:
        first = dt.date(*map(int, parts[:3]))
        last = dt.date(*map(int, parts[3:6])) if parts[3] else first
    except ValueError:
        return _("There is no such day. Look at the month and the day.")
    return Line(number, first, last, _WORKS[parts[6].lower()], (parts[7] or "").strip())


def _wrong(line: Line, year: int, taken: dict[dt.date, int]) -> str:
    """What contradicts the year or a line before; '' where nothing does."""
    begins = dt.date(year, 1, 1) - SPILL
    if line.last < line.first:
        return _("The last day lies before the first.")
    if line.first < begins or line.last.year > year:
        return _("It does not lie in %(year)d, nor in the week before it begins.") % {"year": year}
    if (line.last - line.first).days >= LONGEST_SPAN:
        return _("This is longer than %(most)d days. Look at the dates.") % {"most": LONGEST_SPAN}
    if len(line.name) > LONGEST_NAME:
        return _("The name is too long: at most %(most)d characters.") % {"most": LONGEST_NAME}
    if again := next((day for day in line.days if day in taken), None):
        return _("%(day)s stands in line %(number)d already.") % {"day": again, "number": taken[again]}
    if usual := next((day for day in line.days if line.is_working and day.weekday() < 5), None):
        return _("%(day)s is a working day anyway: make-up days fall on a weekend.") % {"day": usual}
    return ""


def written(lines: list[Line]) -> str:
    """Lines as they can be entered again."""
    return "\n".join(_written(line) for line in lines)


def _written(line: Line) -> str:
    until = f" 至 {line.last}" if line.last != line.first else ""
    return f"{line.first}{until} {'班' if line.is_working else '休'} {line.name}".rstrip()
