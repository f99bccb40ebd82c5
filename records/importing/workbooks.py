"""XLSX: the archive is judged before anything is opened, each part is looked through, then the library reads.

What the library does not tell (formulas, cells with errors, how far a sheet reaches) is taken from the sheet's XML.
Standard library and python-calamine only.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import Any
from xml.parsers import expat

import python_calamine

from records.importing.cells import ERROR, FORMULA, Gathered, column_letters
from records.importing.limits import (
    LARGEST_BOX,
    MOST_COLUMNS,
    MOST_ENTRIES,
    MOST_OF_A_PART,
    MOST_ROWS,
    MOST_UNPACKED,
    Refused,
)

CHUNK = 256 * 1024
WORKBOOK = "xl/workbook.xml"
MOST_MARKS = 100_000
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_XML = (".xml", ".rels")


def read_xlsx(data: bytes, wanted: str = "") -> dict[str, object]:
    """The first sheet that holds something, or the one asked for; raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _judge(archive)
            return _read(data, archive, wanted)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused("broken") from error
    except expat.ExpatError as error:
        raise Refused("broken") from error


def _judge(archive: zipfile.ZipFile) -> None:
    """By the central directory alone, before anything is unpacked; then each part is unpacked once, and thrown away."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or len(names) != len(entries):
        raise Refused("strange_archive")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("encrypted")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("unpacks_to_too_much", most=MOST_UNPACKED // 1024 // 1024)
    if WORKBOOK not in names:
        raise Refused("no_workbook")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    for entry in entries:
        if entry.filename.lower().endswith(_XML):
            _parse(archive, entry.filename, {})
    if b"macroEnabled" in _part(archive, "[Content_Types].xml"):
        raise Refused("macros")


def _parse(archive: zipfile.ZipFile, name: str, handlers: dict[str, Callable[..., None]]) -> None:
    """One part through the XML reader, in pieces. A document type is refused: with it come entities."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_document_type
    for handler, function in handlers.items():
        setattr(parser, handler, function)
    with archive.open(name) as part:
        while piece := part.read(CHUNK):
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def _no_document_type(*args: object) -> None:
    raise Refused("document_type")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        found = part.read(MOST_OF_A_PART + 1)
    if len(found) > MOST_OF_A_PART:
        raise Refused("strange_archive")
    return found


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name, both without prefixes."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == wanted and len(found) < MOST_ENTRIES:
            found.append({_local(key): value for key, value in attributes.items()})

    _part(archive, part)
    _parse(archive, part, {"StartElementHandler": start})
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name and part of each sheet that can be seen."""
    rels = "xl/_rels/workbook.xml.rels"
    targets = {row.get("Id", ""): row.get("Target", "") for row in _elements(archive, rels, "Relationship")}
    found = []
    for sheet in _elements(archive, WORKBOOK, "sheet"):
        target = targets.get(sheet.get("id", ""), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if sheet.get("state", "visible") == "visible" and part in archive.namelist():
            found.append((sheet.get("name", ""), part))
    return found


def _read(data: bytes, archive: zipfile.ZipFile, wanted: str) -> dict[str, object]:
    sheets = _sheets(archive)
    names = [name for name, _part_name in sheets]
    if wanted and wanted not in names:
        raise Refused("no_such_sheet", sheet=wanted, sheets="、".join(names))
    for name, part in sheets:
        if wanted in {"", name}:
            scan = _Scan()
            _parse(archive, part, scan.handlers())
            if scan.last_row or wanted:
                return {
                    "format": "xlsx",
                    "encoding": "",
                    "sheet": name,
                    "sheets": names,
                    "rows": _rows(data, name, scan),
                }
    raise Refused("empty")


@dataclass
class _Scan:
    """How far a sheet reaches, and which of its cells are formulas or errors. Rows and columns count from 0."""

    last_row: int = 0
    last_column: int = 0
    filled_rows: int = 0
    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    _row: int = -1
    _column: int = -1
    _counted: int = -1
    _is_error: bool = False

    def handlers(self) -> dict[str, Callable[..., None]]:
        return {"StartElementHandler": self._start}

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match _local(tag):
            case "row":
                given = attributes.get("r", "")
                self._row = int(given) - 1 if given.isdecimal() else self._row + 1
                self._column = -1
            case "c":
                self._cell(attributes)
            case "f":
                self._mark(FORMULA)
                self._fill()
            case "v" | "is":
                if self._is_error:
                    self._mark(ERROR)
                self._fill()

    def _cell(self, attributes: dict[str, str]) -> None:
        self._is_error = attributes.get("t") == "e"
        found = _CELL.match(attributes.get("r", ""))
        if found is None:
            self._column += 1
            return
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        self._column, self._row = column - 1, int(found[2]) - 1

    def _mark(self, fault: str) -> None:
        if len(self.wrong) < MOST_MARKS:
            self.wrong.setdefault((self._row, self._column), fault)

    def _fill(self) -> None:
        if self._counted != self._row:
            self._counted = self._row
            self.filled_rows += 1
        self.last_row = max(self.last_row, self._row + 1)
        self.last_column = max(self.last_column, self._column + 1)
        if self.filled_rows > MOST_ROWS + 1:
            raise Refused("too_many_rows", most=MOST_ROWS)

    @property
    def corner(self) -> str:
        return f"{column_letters(self.last_column - 1)}{self.last_row}"


def _rows(data: bytes, name: str, scan: _Scan) -> list[tuple[int, list[str], dict[int, str]]]:
    """The rows of the sheet as the library reads them; cells merged downward all hold what the first of them holds."""
    if scan.last_column > MOST_COLUMNS:
        raise Refused("too_many_columns", cell=scan.corner, most=MOST_COLUMNS)
    if scan.last_row * scan.last_column > LARGEST_BOX:
        raise Refused("far_cell", cell=scan.corner)
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            sheet = book.get_sheet_by_name(name)
            return _gather(sheet, scan)
    except python_calamine.CalamineError as error:
        raise Refused("broken") from error


def _gather(sheet: python_calamine.CalamineSheet, scan: _Scan) -> list[tuple[int, list[str], dict[int, str]]]:
    found, merged = Gathered(), _merged_downward(sheet)
    held: dict[int, Any] = {}
    for index, values in enumerate(_all_rows(sheet, scan)):
        cells = [*values, *[""] * (scan.last_column - len(values))]
        wrong = {}
        for column, value in enumerate(cells):
            key = (index, column)
            if key in merged:
                cells[column] = held.get(column, "")
            else:
                held[column] = value
            if key in scan.wrong:
                wrong[column] = scan.wrong[key]
                cells[column] = value or "#"  # a result that was not stored: the cell is not empty all the same
        found.add(index + 1, cells, wrong)
    return found.rows


def _all_rows(sheet: python_calamine.CalamineSheet, scan: _Scan) -> Iterator[list[Any]]:
    """As many rows as the sheet has, from its first: the library leaves out what holds no value."""
    start = sheet.start
    before = [""] * (start[1] if start else 0)
    given = chain(sheet.iter_rows() if start else (), repeat([]))
    for values in islice(given, scan.last_row):
        yield [*before, *values]


def _merged_downward(sheet: python_calamine.CalamineSheet) -> set[tuple[int, int]]:
    """The cells below the first one of each merged range, in its first column."""
    found: set[tuple[int, int]] = set()
    for (first, column), (last, _last_column) in sheet.merged_cell_ranges or []:
        if last - first < MOST_ROWS and len(found) < MOST_MARKS:
            found.update((row, column) for row in range(first + 1, last + 1))
    return found
