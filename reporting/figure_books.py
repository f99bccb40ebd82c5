"""The grid of a report as a workbook to be filled in elsewhere: one row for each indicator of each place.

Heads and what is only to be read are locked, choices are lists, what is known stands there already. A hidden row and
three hidden columns say which report, which row and which state of it the workbook is of: `reporting.figure_upload`
reads them. Words are always written as words, never a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal, DecimalException
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from indicators.grid import Grid, GridRow
from indicators.rows_typed import as_text
from reporting.exports import File
from reporting.figure_pages import COLUMNS, Line, choices, digest, heading, line_of
from reporting.models import Report
from reporting.workbooks import LONGEST_CELL, OPTIONS

MARK = "figures:1:"
"""Begins the hidden row of names; the report's uid follows."""
READ_ONLY = ("place", "indicator", "last", "target")
HIDDEN = ("key", "revision", "base")
NAMES = (*READ_ONLY, *COLUMNS, *HIDDEN)
WIDTHS = (14, 30, 16, 20, 13, 13, 13, 12, 10, 12, 26, 30, 26)
MARK_ROW, HEAD_ROW, FIRST_ROW = 2, 3, 4
"""Counted from 0."""
LONGEST_DIGITS = 15
"""A spreadsheet keeps no more digits of a number: a longer one goes as text."""


def grid_export(report: Report, grid: Grid) -> File:
    due = report.due
    return File(f"{due.cycle.code}_{due.unit.name_now}_{_('Figures')}.xlsx", workbook(report, grid))


def workbook(report: Report, grid: Grid) -> bytes:
    """Sheet one to fill in, sheet two explains: definitions, what numerators and denominators are."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    pen = _Pen(book)
    pen.grid(book.add_worksheet(_("Figures")), report, [line_of(row) for row in grid.rows], grid.period)
    pen.notes(book.add_worksheet(_("Definitions")), grid.rows)
    book.close()
    return out.getvalue()


def canonical(text: str) -> str:
    """A cell as it compares: a spreadsheet gives 43.80 back as 43.8."""
    text = text.strip()
    if not text or len(text) > LONGEST_DIGITS + 2:
        return text
    try:
        number = Decimal(text)
    except DecimalException:
        return text
    return (as_text(number) or text) if number.is_finite() else text


def state_of(said: dict[str, str]) -> str:
    """Recognises a row of the workbook that nobody touched."""
    return digest({name: canonical(text) for name, text in said.items()}, {})


class _Pen:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        soft = {"text_wrap": True, "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.plain = book.add_format(soft)
        self.known = book.add_format({**soft, "bg_color": "#EEF0F3"})
        self.head = book.add_format({**soft, "bold": True, "bottom": 1, "bg_color": "#E8EFF8"})
        self.open = book.add_format({**soft, "locked": False, "border": 1, "border_color": "#8A94A3"})

    def grid(self, sheet: Any, report: Report, lines: Sequence[Line], period: str) -> None:
        self._page(sheet)
        sheet.write_string(0, 0, f"{report.title} · {period}", self.title)
        sheet.write_string(
            1, 0, _("Fill in the framed cells only and bring the workbook back to the portal: it names every cell it "
                    "cannot read and shows what would change before anything is stored."),
        )  # fmt: skip
        for column, name in enumerate(NAMES):
            sheet.write_string(MARK_ROW, column, f"{MARK}{report.uid}" if column == 0 else name)
            sheet.write_string(HEAD_ROW, column, _head(name), self.head)
        sheet.set_row(MARK_ROW, None, None, {"hidden": True})
        for number, line in enumerate(lines, FIRST_ROW):
            self._row(sheet, number, line)

    def _page(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(len(WIDTHS), len(NAMES) - 1, None, None, {"hidden": True})
        sheet.freeze_panes(FIRST_ROW, 2)
        sheet.repeat_rows(HEAD_ROW)
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _row(self, sheet: Any, number: int, line: Line) -> None:
        row = line.row
        known = (row.asked.division.name, row.version.name, _last(line), line.target)
        hidden = (line.key, str(line.revision), state_of(dict(line.said)))
        for column, text in enumerate(known):
            sheet.write_string(number, column, text[:LONGEST_CELL], self.known)
        for column, cell in enumerate(line.cells, len(READ_ONLY)):
            if cell is None:
                sheet.write_blank(number, column, None, self.known)
            else:
                self._cell(sheet, (number, column), cell.value, choices(cell.name, row))
        for column, text in enumerate(hidden, len(READ_ONLY) + len(COLUMNS)):
            sheet.write_string(number, column, text)

    def _cell(self, sheet: Any, at: tuple[int, int], value: str, offered: Sequence[tuple[str, str]]) -> None:
        if offered:
            words = [label for key, label in offered if key]
            sheet.data_validation(*at, *at, {"validate": "list", "source": words})
            self._write(sheet, at, dict(offered)[value] if value in dict(offered) and value else "")
        else:
            self._write(sheet, at, value)

    def _write(self, sheet: Any, at: tuple[int, int], text: str) -> None:
        if not text:
            sheet.write_blank(*at, None, self.open)
        elif _is_number(text):
            sheet.write_number(*at, float(text), self.open)
        else:
            sheet.write_string(*at, text[:LONGEST_CELL], self.open)

    def notes(self, sheet: Any, rows: Sequence[GridRow]) -> None:
        """Each indicator once."""
        heads = (_("Indicator"), _("Numerator"), _("Denominator"), _("Definition"), _("Completed when"))
        for column, (text, width) in enumerate(zip(heads, (30, 30, 30, 70, 40), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, text, self.head)
        versions = {row.version.pk: row.version for row in rows}
        for number, version in enumerate(versions.values(), 1):
            said = (version.name, version.numerator_name, version.denominator_name, version.caliber, version.criterion)
            for column, text in enumerate(said):
                sheet.write_string(number, column, text[:LONGEST_CELL], self.plain)


def _head(name: str) -> str:
    known = {
        "place": _("Place"),
        "indicator": _("Indicator"),
        "last": _("Last value"),
        "target": _("Target"),
    }
    return known.get(name) or (heading(name) if name in COLUMNS else name)


def _last(line: Line) -> str:
    return f"{line.row.last.period}: {line.last}" if line.row.last else ""


def _is_number(text: str) -> bool:
    digits = text.lstrip("-").replace(".", "", 1)
    return digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_DIGITS
