"""A table as a workbook of one sheet. Words are always written as words, never as a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_000
LONGEST_NAME = 31
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
A4 = 9

Cell = str | int | Decimal | dt.date | None


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook to hand out: its file name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how wide its column is, in signs."""

    title: str
    width: int = 14


def table_book(name: str, above: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Book:
    """`above`: title and sentences over the table; `name`: the file's, without its ending."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    sheet = book.add_worksheet(" ".join(above[0].translate(NOT_IN_NAMES).split())[:LONGEST_NAME] or "-")
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    title, head = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    for number, text in enumerate(above):
        sheet.write_string(number, 0, text[:LONGEST_CELL], title if number == 0 else None)
    top = len(above) + 1
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(top, number, column.title, head)
    sheet.freeze_panes(top + 1, 0)
    for line, row in enumerate(rows, top + 1):
        for number, cell in enumerate(row):
            match cell:
                case dt.date():
                    sheet.write_datetime(line, number, dt.datetime.combine(cell, dt.time()), day)
                case int() | Decimal():
                    sheet.write_number(line, number, cell, plain)
                case str() if cell:
                    sheet.write_string(line, number, cell[:LONGEST_CELL], plain)
    book.close()
    return Book(f"{name}.xlsx", out.getvalue())
