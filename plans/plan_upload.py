"""A plan's workbook comes back: which cells say something else than the plan does, and which cannot be taken and why.

Nothing is stored here; `plans.services.workbook` carries it out. The file is opened in a child with limits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException

from django.utils.translation import gettext as _

from plans.models import Plan, Task
from plans.plan_books import APPROVED, ARRANGED, COLUMNS, MARK, NAMES, BookRow, heading, may_change, plain, rows_of
from portal.errors import BadInput, bad
from records.importing.cells import column_letters
from records.importing.checking import wrong_cell
from records.importing.reading import RawRow, ReadFile, read_file

NUMBERS = frozenset({"weight", "percent", "days"})
EMPTY = frozenset({"", "-", "—", "–"})


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be taken, as a spreadsheet names it, and why."""

    sheet: str
    cell: str
    code: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that says something else than the plan."""

    cell: str
    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet, its cells by name."""

    sheet: str
    raw: RawRow
    places: Mapping[str, int]

    def text(self, name: str) -> str:
        at = self.places[name]
        found = self.raw.cells[at].strip() if at < len(self.raw.cells) else ""
        return "" if found in EMPTY else found

    def cell(self, name: str) -> str:
        return f"{column_letters(self.places.get(name, 0))}{self.raw.number}"

    def bad(self, name: str, code: str, message: str) -> BadCell:
        return BadCell(self.sheet, self.cell(name), code, message, self.text(name) if name in self.places else "")


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row of the sheet would change; `row` None: it is to be added."""

    line: Line
    row: BookRow | None
    name: str
    cells: list[CellChange]

    def changes(self, *names: str) -> bool:
        return any(cell.name in names for cell in self.cells)


@dataclass(slots=True)
class Upload:
    """What a workbook says. With bad cells nothing of it is stored, so that nothing is half there.

    `rows`: the plan as it stood when the file was read.
    """

    sheet: str
    rows: list[BookRow]
    bad: list[BadCell] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)
    untouched: int = 0
    stored: bool = False
    places: dict[int, Task] = field(default_factory=dict)
    """Row of the sheet → row of the plan."""

    def above(self, change: RowChange, level: str | None) -> Task | None:
        """The last row of a level that stands above a row of the sheet."""
        found = [at for at, task in self.places.items() if at < change.line.raw.number and task.level == level]
        return self.places[max(found)] if found else None

    def task(self, number: str) -> Task | None:
        """A row of the plan by its number in the sheet."""
        return next((row.task for row in self.rows if str(row.number) == number), None)


def read_plan(plan: Plan, name: str, content: bytes) -> Upload:
    """Raises BadInput when the file cannot be opened, or is no workbook of this plan."""
    file = read_file(name, content)
    head, places = _head(file, plan)
    upload = Upload(file.sheet, rows_of(plan))
    known = {str(row.task.uid): row for row in upload.rows}
    seen: set[str] = set()
    for raw in file.rows:
        if raw.number <= head.number + 1:
            continue
        line = Line(file.sheet, raw, places)
        uid = line.text("uid")
        if uid in seen:
            text = _("This row stands in the sheet twice. Keep one of them.")
            upload.bad.append(line.bad("number", "row_twice", text))
        elif not uid:
            _new(upload, plan, line)
        elif uid not in known:
            text = _("The plan has no such row any more. Take the workbook out again.")
            upload.bad.append(line.bad("number", "unknown_row", text))
        else:
            seen.add(uid)
            upload.places[raw.number] = known[uid].task
            _take(upload, plan, line, known[uid])
    return upload


def _head(file: ReadFile, plan: Plan) -> tuple[RawRow, dict[str, int]]:
    """The hidden row of names, and in which column each of them stands."""
    for raw in file.rows[:20]:
        marks = [text for text in raw.cells if text.startswith(MARK)]
        if not marks:
            continue
        if marks[0] != f"{MARK}{plan.uid}":
            text = _("This workbook belongs to another plan. Take out the workbook of this one.")
            raise bad("not_this_workbook", text, "file")
        places = {"number": raw.cells.index(marks[0])}
        places |= {name: at for at, name in enumerate(raw.cells) if name in NAMES}
        if set(places) >= set(NAMES):
            return raw, places
    text = _(
        "This is no workbook of a plan from this portal: its first sheet has lost what tells the rows apart. Take out "
        "the workbook again and copy your entries into it."
    )
    raise bad("not_this_workbook", text, "file")


def _new(upload: Upload, plan: Plan, line: Line) -> None:
    if not any(line.text(name) for name in COLUMNS):
        return
    if not plan.is_editable:
        text = _("Rows are added to an approved plan by request. Propose a change of the plan instead.")
        upload.bad.append(line.bad("number", "approved", text))
        return
    cells = [_change(line, name, "") for name in COLUMNS if line.text(name)]
    if not _wrong(upload, line, [cell.name for cell in cells]):
        upload.changes.append(RowChange(line, None, line.text("name_zh"), cells))


def _take(upload: Upload, plan: Plan, line: Line, row: BookRow) -> None:
    """One row of the sheet: its bad cells, else what it would change."""
    names = [name for name in COLUMNS if not same(name, line.text(name), row.said[name])]
    if not names:
        upload.untouched += 1
        return
    if _wrong(upload, line, names):
        return
    refused = [name for name in names if not may_change(name, plan, row.task)]
    upload.bad += [line.bad(name, "not_here", _why(name, plan, row.task)) for name in refused]
    if line.text("revision") != str(row.task.revision):
        text = _("Somebody has changed this task since the workbook was taken out. Take it out again.")
        upload.bad.append(line.bad(names[0], "stale", text))
    elif not refused:
        upload.changes.append(RowChange(line, row, str(row.task), [_change(line, n, row.said[n]) for n in names]))


def _wrong(upload: Upload, line: Line, names: list[str]) -> bool:
    """Whether one of these cells cannot be read at all: a formula, an error."""
    found = {name: code for name in names if (code := line.raw.wrong.get(line.places[name]))}
    upload.bad += [line.bad(name, code, wrong_cell(code)) for name, code in found.items()]
    return bool(found)


def _why(name: str, plan: Plan, task: Task) -> str:
    if name in APPROVED:
        return _("This was approved and changes by request only: propose a change of the plan instead.")
    if name in ARRANGED or not task.is_leaf:
        return _("This row has parts and takes this from them. Change its parts instead.")
    return _("The plan is not approved yet. Say how far a task is once it is.")


def _change(line: Line, name: str, before: str) -> CellChange:
    return CellChange(line.cell(name), name, heading(name), before, line.text(name))


def same(name: str, typed: str, known: str) -> bool:
    """Whether a cell says what is known, however a spreadsheet writes it."""
    if name in NUMBERS:
        return canonical(typed) == canonical(known)
    return _squeezed(typed) == _squeezed(known)


def canonical(text: str) -> str:
    try:
        number = Decimal(text.strip().removesuffix("%")) if text.strip() else None
    except DecimalException:
        return text
    return plain(number) if number is not None and number.is_finite() else text


def _squeezed(text: str) -> str:
    return "\n".join(unicodedata.normalize("NFC", line).strip() for line in text.strip().splitlines())


def refusal(upload: Upload) -> BadInput:
    """The bad cells as one error, for who sends a workbook by program."""
    cells = [
        {"sheet": one.sheet, "cell": one.cell, "code": one.code, "message": one.message, "value": one.value}
        for one in upload.bad
    ]
    return BadInput(_("Some cells cannot be taken. Nothing was stored."), extra={"cells": cells})
