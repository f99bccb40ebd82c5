"""A workbook of figures comes back: what each cell says, which cannot be read and why, and what would change.

Nothing is stored here. The file is opened by `records.importing.reading`, in a child with limits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.grid import Grid, GridRow
from indicators.rows_typed import read_row
from indicators.services.drafting import FigureInput
from portal.errors import BadInput, Finding
from records.importing.cells import column_letters
from records.importing.checking import wrong_cell
from records.importing.reading import RawRow, ReadFile, read_file
from reporting.figure_books import MARK, NAMES, canonical, state_of
from reporting.figure_pages import COLUMNS, choices, heading, stored_said
from reporting.models import Report

EMPTY = frozenset({"", "-", "—", "–"})


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be taken, as a spreadsheet names it, and why. `target`: the cell of the grid."""

    sheet: str
    cell: str
    code: str
    message: str
    value: str = ""
    name: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class CellChange:
    cell: str
    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row would change. `changed_by`: who changed it on the portal after the workbook was taken out."""

    key: str
    place: str
    name: str
    cells: Sequence[CellChange]
    changed_by: str = ""


@dataclass(slots=True)
class Upload:
    """What a workbook says. With bad cells nothing of it is stored, so that nothing is half there."""

    file_name: str
    sheet: str
    bad: list[BadCell] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)
    rows: list[FigureInput] = field(default_factory=list)
    untouched: int = 0
    stored: bool = False


def read_book(report: Report, grid: Grid, name: str, content: bytes) -> Upload:
    """Raises BadInput when the file cannot be opened, or is no workbook of this report."""
    file = read_file(name, content)
    head, places = _head(file, report)
    upload = Upload(file.name, file.sheet)
    known = {row.key: row for row in grid.rows}
    seen: set[str] = set()
    for raw in file.rows:
        if raw.number <= head.number + 1:
            continue
        line = _Line(file.sheet, raw, places)
        row = known.get(line.text("key"))
        if row is None or row.key in seen:
            upload.bad.append(line.stray(is_twice=row is not None))
            continue
        seen.add(row.key)
        _take(upload, line, row)
    if upload.bad:
        upload.rows.clear()
    return upload


def refusal(upload: Upload) -> BadInput:
    """The bad cells as one error, for who sends a workbook by program."""
    named = tuple(
        Finding(one.code, _("%(sheet)s!%(cell)s: %(why)s") % {"sheet": one.sheet, "cell": one.cell, "why": one.message},
                one.target)
        for one in upload.bad
    )  # fmt: skip
    cells = [
        {"sheet": one.sheet, "cell": one.cell, "code": one.code, "message": one.message, "value": one.value}
        for one in upload.bad
    ]
    return BadInput(_("Some cells cannot be read. Nothing was stored."), findings=named, extra={"cells": cells})


def _head(file: ReadFile, report: Report) -> tuple[RawRow, dict[str, int]]:
    """The hidden row of names, and in which column each of them stands."""
    for raw in file.rows[:20]:
        marks = [text for text in raw.cells if text.startswith(MARK)]
        if not marks:
            continue
        if marks[0] != f"{MARK}{report.uid}":
            raise _unfit(_("This workbook belongs to another report. Take out the workbook of this one."))
        places = {name: at for at, name in enumerate(raw.cells) if name in NAMES}
        if set(places) >= {*COLUMNS, "key", "revision", "base"}:
            return raw, places
    raise _unfit(
        _("This is no workbook of figures from this portal: its first sheet has lost what tells the rows apart. "
          "Take out the workbook again and copy your figures into it.")
    )  # fmt: skip


def _unfit(message: str) -> BadInput:
    return BadInput(message, findings=(Finding("not_this_workbook", message, "file"),))


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the sheet, its cells by name."""

    sheet: str
    raw: RawRow
    places: Mapping[str, int]

    def text(self, name: str) -> str:
        at = self.places[name]
        return self.raw.cells[at] if at < len(self.raw.cells) else ""

    def cell(self, name: str) -> str:
        return f"{column_letters(self.places[name])}{self.raw.number}"

    def bad(self, name: str, code: str, message: str, row: GridRow) -> BadCell:
        return BadCell(
            self.sheet, self.cell(name), code, message, self.text(name), row.version.name, f"figure:{row.key}:{name}"
        )

    def stray(self, *, is_twice: bool) -> BadCell:
        """A row that is none of the grid's."""
        if is_twice:
            text = _("This row stands in the sheet twice. Keep one of them.")
            return BadCell(self.sheet, f"A{self.raw.number}", "row_twice", text)
        text = _("This row is none of this report's. Rows cannot be added here: delete it.")
        return BadCell(self.sheet, f"A{self.raw.number}", "unknown_row", text, self.raw.cells[0])


def _take(upload: Upload, line: _Line, row: GridRow) -> None:
    """One row of the sheet: its bad cells, else what it would change."""
    wrong = {name: code for name in COLUMNS if (code := line.raw.wrong.get(line.places[name]))}
    upload.bad += [line.bad(name, code, wrong_cell(code), row) for name, code in wrong.items()]
    if wrong:
        return
    stored = stored_said(row)
    said, unknown = _said(line, row, stored)
    upload.bad += [line.bad(name, "unknown_choice", message, row) for name, message in unknown.items()]
    if unknown:
        return
    if state_of(said) in {line.text("base"), state_of(stored)}:
        upload.untouched += 1
        return
    given = FigureInput(
        division=row.asked.division.uid, indicator=row.asked.indicator.code, revision=row.revision,
        answers=dict(row.answers), **said,
    )  # fmt: skip
    _understood, findings = read_row(given, row.version)
    for finding in findings:
        name = finding.target.rpartition(":")[2]
        upload.bad.append(line.bad(name if name in COLUMNS else "value", finding.code, str(finding.message), row))
    if not findings:
        upload.rows.append(given)
        upload.changes.append(_change(line, row, stored, said))


def _said(line: _Line, row: GridRow, stored: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the cells say, and of each choice that is none of those offered the sentence for it."""
    said, unknown = {}, {}
    for name in COLUMNS:
        text = line.text(name).strip()
        if name in {"numerator", "denominator"} and not row.version.is_rate and text in EMPTY:
            text = ""
        if not choices(name, row):
            said[name] = text
            continue
        value = _chosen(name, row, text)
        if value is None and text in EMPTY:  # how settled, in which unit: as it stood
            value = stored[name]
        if value is None:
            offered = " / ".join(label for key, label in choices(name, row) if key)
            unknown[name] = _("“%(text)s” is none of these: %(offered)s.") % {"text": text[:60], "offered": offered}
            continue
        said[name] = value
    return said, unknown


def _chosen(name: str, row: GridRow, text: str) -> str | None:
    """The value whose words, in any language of the portal, stand in the cell."""
    if text in EMPTY:
        return "" if any(not value for value, _label in choices(name, row)) else None
    return next((found for words in _words(name, row) if (found := words.get(_plain(text))) is not None), None)


def _words(name: str, row: GridRow) -> list[dict[str, str]]:
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append({_plain(one): value for value, label in choices(name, row) for one in (value, label) if value})
    return found


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _change(line: _Line, row: GridRow, stored: Mapping[str, str], said: Mapping[str, str]) -> RowChange:
    """Cell by cell; with whose change on the portal it would go over."""
    taken_out = line.text("revision")
    by = row.draft.updated_by.name if row.draft and row.draft.updated_by else "—"
    return RowChange(
        key=row.key,
        place=row.asked.division.name,
        name=row.version.name,
        cells=[
            CellChange(line.cell(name), name, heading(name), _shown(name, row, stored), _shown(name, row, said))
            for name in COLUMNS
            if canonical(stored[name]) != canonical(said[name])
        ],
        changed_by=by if taken_out != str(row.revision) else "",
    )


def _shown(name: str, row: GridRow, said: Mapping[str, str]) -> str:
    words = dict(choices(name, row))
    return words.get(said[name], said[name]) if said[name] else ""
