"""The hand-over pack as a workbook: one flat list, to be filtered and ticked off."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staff.models import HandOver
from staff.packs import Line, Pack, read

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""What people typed stays text: a name that begins with = is no formula."""
WIDTHS = (34, 44, 30, 20, 22, 14, 14, 60)


def workbook(row: HandOver) -> bytes:
    """Two sheets: whose work went to whom, and everything listed, in the reader's language."""
    pack, out = read(row.pack), io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    # A fixed date: the same pack is the same file.
    book.set_properties({"title": str(row), "created": row.at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    about = book.add_worksheet(_("Hand-over"))
    about.set_column(0, 0, 26)
    about.set_column(1, 1, 80)
    for number, (label, value) in enumerate(facts(row, pack)):
        about.write_string(number, 0, label, bold)
        about.write_string(number, 1, value, wrap)
    listed = book.add_worksheet(_("What was listed"))
    for column, (heading, width) in enumerate(zip(_headings(), WIDTHS, strict=True)):
        listed.set_column(column, column, width)
        listed.write_string(0, column, heading, bold)
    lines = [line for found in pack.lists for line in found.lines]
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(_cells(line)):
            if value:
                listed.write_string(number, column, value, wrap)
    listed.autofilter(0, 0, max(len(lines), 1), len(WIDTHS) - 1)
    listed.freeze_panes(1, 0)
    for sheet in (about, listed):
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def facts(row: HandOver, pack: Pack) -> list[tuple[str, str]]:
    """Who, what, when; the warnings last."""
    return [
        (_("Person"), row.person.name),
        (_("Successor"), row.successor.name),
        (_("Unit"), row.unit.name),
        (_("Programme"), row.programme.name),
        (_("As of"), str(pack.on)),
        (pgettext("hand-over", "Carried out by"), row.done_by.name),
        (_("Note"), row.note),
        *((_("Mind this"), words) for words in pack.warnings),
    ]


def _headings() -> Sequence[str]:
    return (
        pgettext("hand-over", "List"),
        pgettext("hand-over", "What"),
        _("Programme"), _("Role"), _("State"), _("Date"), _("Working days left"), _("Remarks"),
    )  # fmt: skip


def _cells(line: Line) -> Sequence[str]:
    days = line.item.days_left
    return (
        line.kind_label, line.name, line.programme, line.role, line.standing, line.item.on,
        "" if days is None else str(days), _("; ").join(line.remarks),
    )  # fmt: skip
