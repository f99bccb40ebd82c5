"""What was found, or not, for a name or a code in a list, in words for the one who brings it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from records.importing.kinds import Fault, Remark, Suggestion
from units.matching import Candidate, Match, Outcome, Register, Span


@dataclass
class Notes:
    """The faults and remarks a plan gathers on its way through the rows."""

    faults: list[Fault] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _faulty: set[int] = field(default_factory=set)

    def fault(self, row: int, column: str, code: str, message: str, *suggestions: Suggestion) -> None:
        self._faulty.add(row)
        self.faults.append(Fault(row, column, code, message, suggestions))

    def remark(self, row: int, column: str, code: str, message: str) -> None:
        self.remarks.append(Remark(row, code, message, column))

    def take(self, other: Notes) -> None:
        """What was noted elsewhere."""
        self.faults += other.faults
        self.remarks += other.remarks
        self._faulty |= other._faulty

    def faulty(self, row: int) -> bool:
        return row in self._faulty


@dataclass(frozen=True, slots=True)
class Cell:
    """Where something was typed. `day` is the day it is to hold on."""

    row: int
    column: str
    typed: str
    day: dt.date


def suggestions(candidates: Iterable[Candidate]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(c.write, described(c.name, c.write, c.above)) for c in candidates)


def described(name: str, code: str, above: str = "") -> str:
    told = ", ".join(part for part in (code if code != name else "", above) if part)
    return f"{name} ({told})" if told else name


def find(register: Register, cell: Cell, notes: Notes, among: Collection[int] | None = None) -> int | None:
    """The one that was meant; otherwise None, and the fault with its suggestions is in the notes."""
    match = register.find(cell.typed, cell.day, among)
    if match.outcome is Outcome.RENAMED and match.span and match.typed_as:
        notes.remark(cell.row, cell.column, "renamed", renamed(match.typed_as, match.span, cell))
    if match.pk is None:
        code, message = refusal(match, cell)
        notes.fault(cell.row, cell.column, code, message, *suggestions(match.candidates))
    return match.pk


def renamed(typed: Span, now: Span, cell: Cell) -> str:
    """How the place that was found is called on the day the list speaks of."""
    values = {"typed": cell.typed, "name": described(now.name, now.code), "day": cell.day, "until": typed.end}
    if typed.end and typed.end <= cell.day:
        return _("“%(typed)s” was so until %(until)s; on %(day)s this is %(name)s.") % values
    values["since"] = typed.start
    return _("“%(typed)s” is so since %(since)s only; on %(day)s this is %(name)s.") % values


def refusal(match: Match, cell: Cell) -> tuple[str, str]:
    """Code and words for what was not found."""
    values = {"typed": cell.typed, "day": cell.day}
    if match.outcome is Outcome.AMBIGUOUS:
        return "ambiguous", _("Several bear the name “%(typed)s”. Write the code, or choose one.") % values
    if match.outcome is Outcome.NOT_THEN:
        return "not_then", _("“%(typed)s” did not exist on %(day)s.") % values
    if match.candidates:
        return "unknown", _("“%(typed)s” is not known. Was one of these meant?") % values
    return "unknown", _("“%(typed)s” is not known.") % values
