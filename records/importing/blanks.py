"""Files to fill in and files to take away: an empty list with its headings, and the faults of a list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from records.importing.checking import FaultShown
from records.importing.kinds import ImportKind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BOM = "\ufeff"
"""Without it, spreadsheet programs take UTF-8 for the encoding of their own country."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def blank_csv(kind: ImportKind) -> bytes:
    return _as_csv([[str(column.label) for column in kind.columns]])


def blank_xlsx(kind: ImportKind) -> bytes:
    """One sheet to fill in, all of it formatted as text so that codes keep their zeros; a second one explains."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("List"))
        sheet.set_column(0, len(kind.columns) - 1, 20, text)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(kind.columns):
            sheet.write_string(0, number, str(column.label), bold if column.required else text)
        notes = book.add_worksheet(_("Columns"))
        notes.set_column(0, 0, 24, wrapped)
        notes.set_column(1, 1, 12, wrapped)
        notes.set_column(2, 2, 80, wrapped)
        for place, heading in enumerate((_("Column"), _("compulsory"), _("What stands in it"))):
            notes.write_string(0, place, heading, bold)
        for number, column in enumerate(kind.columns, start=1):
            notes.write_string(number, 0, str(column.label))
            notes.write_string(number, 1, _("yes") if column.required else "")
            notes.write_string(number, 2, str(column.help))
    return stream.getvalue()


def faults_csv(faults: Iterable[FaultShown]) -> bytes:
    """One line for each fault. Nothing in it can be taken for a formula."""
    headings = [_("Row"), _("Cell"), _("Column"), _("What stands there"), _("Reason"), _("Suggestions")]
    lines = [
        [
            str(fault["row"]),
            fault["cell"],
            fault["label"],
            fault["value"],
            fault["message"],
            " / ".join(one["value"] for one in fault["suggestions"]),
        ]
        for fault in faults
    ]
    return _as_csv([headings, *lines])


def _as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([_harmless(cell) for cell in line] for line in lines)
    return (BOM + stream.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
