"""What the import of a list is made of. Each kind of list declares itself with these; the engine does the rest.

A kind *plans*: from the rows of a file it says every fault by row, column and reason, and every change it would
make. It *stores* a plan without faults, row by row, through `Stored`, so that the engine can undo it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import models

from accounts.access import Actor
from portal.errors import type_text
from records.importing.limits import MOST_ROWS


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a cell may have meant: `value` is what to write in the cell (or choose on the page), `label` says why."""

    value: str
    label: str


class BadCell(Exception):
    """Raised by a column's `read`: why a cell cannot be, in the user's language."""

    def __init__(self, code: str, message: type_text, suggestions: Sequence[Suggestion] = ()) -> None:
        super().__init__(str(message))
        self.code, self.message, self.suggestions = code, message, tuple(suggestions)


def text(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """One thing a list says of each row. `aliases` are headings that are recognised besides both labels.

    `is_aside`: the meaning of no other cell hangs on this one; a row is judged even where it cannot be read.
    `shown` is how what was typed is shown where the cell is faulty: phone numbers are masked.
    """

    name: str
    label: type_text
    required: bool = False
    help: type_text = ""
    read: Callable[[str], Any] = text
    aliases: tuple[str, ...] = ()
    longest: int = 200
    is_aside: bool = False
    shown: Callable[[str], str] = text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: its number there (the heading is 1), and what its cells were read as, by column name.

    An empty cell is absent from `values`. `raw` keeps the cells as they were typed. A compulsory cell that is aside
    and cannot be read is '': such a row is judged, never stored.
    """

    number: int
    values: Mapping[str, Any]
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be stored. `column` is a column's name, '' for the row as a whole."""

    row: int
    column: str
    code: str
    message: type_text
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody should know about a row that can be stored: it was found under an older name, for example."""

    row: int
    code: str
    message: type_text
    column: str = ""


class Difference:
    NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would do. `before` and `after`: label of a field → its text; only what differs.

    `work` is the kind's own, handed back to `store`; the engine neither reads nor keeps it.
    """

    row: int
    what: str
    label: str
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    work: Any = None


@dataclass(frozen=True, slots=True)
class Check:
    """A count held against what was published: shown, never a reason to refuse."""

    label: type_text
    expected: int
    found: int
    source: str = ""

    @property
    def agrees(self) -> bool:
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Plan:
    """What the file as a whole would do now."""

    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the database a plan made or changed, for undoing. `before`: field → value; None when it was made."""

    row: int
    object: models.Model
    before: Mapping[str, Any] | None = None


def _no_step() -> None:
    """Nobody follows how far it is."""


@dataclass(frozen=True, slots=True)
class Given:
    """What surrounds the rows: who brings them, under which hat, and for which day.

    Whoever stores or takes back row by row calls `step` after each: it tells how far it is, and may raise to stop.
    """

    by: Actor
    day: dt.date
    step: Callable[[], None] = _no_step


class ImportKind(Protocol):
    """One kind of list. `action` is asked of whoever brings it, besides `import.run`.

    `most_rows` bounds a list of this kind: it is stored in one transaction.
    """

    code: str
    label: type_text
    hint: type_text
    action: str
    columns: tuple[Column, ...]
    most_rows: int = MOST_ROWS

    def open_to(self, actor: Actor) -> bool:
        """Whether this person may bring such a list under this hat; asked after the two actions."""
        return True

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        """Pure reading: no row is written. Statements do not grow with the rows.

        Rows with a cell that cannot be read are named by the engine; they are among `rows` only where that cell is
        aside.
        """
        ...

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        """Write a plan that has no faults, inside the engine's transaction."""
        ...

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        """The kind's own way back inside the engine's transaction; False: the engine deletes and puts back.

        Raises RuleBroken, with what stands on the rows, where there is no way back.
        """
        ...

    def afterwards(self) -> None:
        """Called once rows are written or taken back, in the same transaction: for what is computed from them."""
        return


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Called once for each kind, when its app is ready."""
    _kinds[kind.code] = kind


def kinds_for(actor: Actor) -> list[ImportKind]:
    """The kinds of lists this person may bring under this hat."""
    return [kind for kind in _kinds.values() if may_bring(kind, actor)]


def may_bring(kind: ImportKind, actor: Actor) -> bool:
    return actor.can("import.run") and actor.can(kind.action) and kind.open_to(actor)


def registered() -> list[ImportKind]:
    """Every kind of list, whoever may bring it."""
    return list(_kinds.values())


def kind_named(code: str) -> ImportKind | None:
    return _kinds.get(code)
