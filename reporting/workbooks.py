"""Contacts drawn as a workbook (N24): one sheet for each sender. Words are always written as words, never a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reporting.contacts import Row, Seat, Sheet
from reporting.filters.reports import STATES
from reporting.models import Report, ReportVersion
from units.calendar import office_day

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_000
LONGEST_NAME = 31
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
A4 = 9
LINE_HEIGHT, SIGNS_IN_A_LINE, MOST_LINES = 15, 100, 27
"""Points; signs of prose across a sheet; Excel's highest row is 409 points."""
WIDTHS = (6, 22, 24, 14, 14, 24, 18, 18, 18, 18, 26, 12, 24)

Cell = str | int | dt.date | None


@dataclass(frozen=True, slots=True)
class Page:
    """One sender's sheet. `version` None: as it stands now. `in_full`: phone numbers are not masked."""

    report: Report
    sheet: Sheet
    version: ReportVersion | None = None
    remarks: str = ""
    in_full: bool = False

    @property
    def as_of(self) -> dt.date:
        return office_day(self.version.submitted_at if self.version else timezone.now())


def workbook(pages: Sequence[Page], senders: Sequence[Report] = ()) -> bytes:
    """The pages; before them, where senders are given, the list of who has sent and who has not."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    pen = _Pen(book)
    if senders:
        pen.sheet(_("Senders"), _senders(pages, senders))
    for page in pages:
        pen.sheet(page.report.due.unit.name, _lines(page))
    book.close()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells. `style`: title, head, fact (may run into the next cells), words (prose), or none."""

    cells: tuple[Cell, ...] = ()
    style: str = ""


class _Pen:
    """Writes lines into sheets, each under a name no other sheet has."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.names: set[str] = set()
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.styles = {
            "": book.add_format({"text_wrap": True, "valign": "top"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "fact": book.add_format({"valign": "top"}),
            "words": book.add_format({"text_wrap": True, "valign": "top"}),
        }

    def sheet(self, name: str, lines: Iterable[Line]) -> None:
        sheet = self.book.add_worksheet(self._name(name))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for number, line in enumerate(lines):
            if line.style == "words":
                self._prose(sheet, number, str(line.cells[0]))
                continue
            for column, cell in enumerate(line.cells):
                self._cell(sheet, number, column, (cell, self.styles[line.style]))

    def _prose(self, sheet: Any, row: int, words: str) -> None:
        """Across the whole sheet; a merged cell does not find its height by itself."""
        words = words[:LONGEST_CELL]
        sheet.set_row(row, LINE_HEIGHT * min(MOST_LINES, 1 + len(words) // SIGNS_IN_A_LINE))
        sheet.merge_range(row, 0, row, len(WIDTHS) - 1, "", self.styles["words"])
        sheet.write_string(row, 0, words, self.styles["words"])

    def _cell(self, sheet: Any, row: int, column: int, drawn: tuple[Cell, Any]) -> None:
        match drawn:
            case (dt.date() as day, _):
                sheet.write_datetime(row, column, dt.datetime.combine(day, dt.time()), self.day)
            case (int() as number, style):
                sheet.write_number(row, column, number, style)
            case (str() as words, style) if words:
                sheet.write_string(row, column, words[:LONGEST_CELL], style)

    def _name(self, wanted: str) -> str:
        """Excel takes 31 characters, some not at all, and no name twice, whatever the case."""
        base = " ".join(wanted.translate(NOT_IN_NAMES).split()) or "-"
        name, number = base[:LONGEST_NAME], 1
        while name.casefold() in self.names:
            number += 1
            ending = f" {number}"
            name = base[: LONGEST_NAME - len(ending)] + ending
        self.names.add(name.casefold())
        return name


def _senders(pages: Sequence[Page], senders: Sequence[Report]) -> Iterator[Line]:
    """Who was asked, how it stands, and which version follows."""
    cycle = senders[0].due.cycle
    words = {str(key): str(label) for key, label in STATES}
    sent = {page.report.pk: page for page in pages}
    yield Line((cycle.name,), "title")
    yield Line((_("Programme"), "", cycle.programme.name), "fact")
    yield Line((_("As of"), "", office_day(timezone.now())), "fact")
    yield Line()
    yield Line((_("No."), _("Sender"), _("State"), _("Receipt number"), _("Pilot areas"), _("With gaps")), "head")
    for number, report in enumerate(senders, 1):
        page = sent.get(report.pk)
        receipt = page.version.receipt_number if page and page.version else ""
        counts: tuple[Cell, ...] = (len(page.sheet.rows), page.sheet.gaps) if page else ()
        yield Line((number, report.due.unit.name, words[report.state], receipt, *counts))


def _lines(page: Page) -> Iterator[Line]:
    yield from _head(page)
    yield from _people(page)
    yield Line()
    yield from _groups(page.sheet)
    if page.remarks:
        yield Line()
        yield Line((pgettext("report", "Remarks"),), "head")
        for line in page.remarks.split("\n"):
            yield Line((line,), "words" if line else "")


def _head(page: Page) -> Iterator[Line]:
    due = page.report.due
    form = due.cycle.contact_form
    receipt = page.version.receipt_number if page.version else _("not submitted")
    phones = _("in full: personal data, do not pass on") if page.in_full else _("masked")
    yield Line((str(page.report.title),), "title")
    yield Line((_("Programme"), "", due.cycle.programme.name), "fact")
    yield Line((_("As of"), "", page.as_of), "fact")
    yield Line((_("Receipt number"), "", receipt), "fact")
    yield Line((_("Form"), "", _("No. %(number)d") % {"number": form.number} if form else ""), "fact")
    yield Line((_("Phone numbers"), "", phones), "fact")
    yield Line()


def _people(page: Page) -> Iterator[Line]:
    titles = [asked.title for asked in page.sheet.fields]
    first = (_("No."), _("Batch"), _("Pilot area"), _("Contact"), _("Name"))
    yield Line((*first, *titles, _("Since"), _("Missing")), "head")
    for number, row in enumerate(page.sheet.rows, 1):
        for seat in row.seats:
            yield Line((number, str(row.pilot.batch or ""), row.pilot.name, str(seat.label), *_person(page, seat)))


def _person(page: Page, seat: Seat) -> Iterator[Cell]:
    contact = seat.contact
    said = {} if contact is None else {**contact.values, **(contact.numbers if page.in_full else contact.masked)}
    yield contact.name if contact else ""
    for asked in page.sheet.fields:
        yield str(said.get(asked.code, ""))
    yield contact.since if contact else None
    if contact is None:
        yield _("nobody named")
    else:
        yield _(", ").join(asked.title for asked in seat.missing)


def _groups(sheet: Sheet) -> Iterator[Line]:
    facts = (_("No."), _("Batch"), _("Pilot area"), _("Leading group"), _("Founding document"), _("Founded on"))
    yield Line((*facts, _("Tier"), _("Name"), _("Post"), _("Department")), "head")
    for number, row in enumerate(sheet.rows, 1):
        yield from _group(number, row)


def _group(number: int, row: Row) -> Iterator[Line]:
    group = row.group
    start: tuple[Cell, ...] = (number, str(row.pilot.batch or ""), row.pilot.name)
    if group is None:
        yield Line((*start, _("none on record")))
        return
    facts: tuple[Cell, ...] = (*start, group.name, group.document_number, group.founded_on)
    if not group.members:
        yield Line(facts)
    for member in group.members:
        yield Line((*facts, str(member.get_rank_display()), member.name, member.post, member.department))
