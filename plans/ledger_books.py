"""The records as workbooks: one record of one plan, and the key projects of all plans in reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.ledger_reading import YearTotals, origin_of, sheet_of, shown
from plans.ledgers import PROJECTS, Kind, Ledger
from plans.ledgers import Column as Field
from plans.models import Entry, KeyProject, Plan
from plans.table_books import Book, Cell, Column, table_book

WIDTHS = {Kind.LINE: 28, Kind.TEXT: 60, Kind.CHOICE: 16, Kind.NUMBER: 16, Kind.YEAR: 8, Kind.DAY: 12}


def record_book(plan: Plan, ledger: Ledger, day: dt.date) -> Book:
    """One record as its page shows it, withdrawn rows left out; the sums under the table."""
    sheet = sheet_of(plan, ledger)
    first = ledger.columns[0]
    above = [
        f"{plan.pilot_area.name} · {ledger.title}",
        str(ledger.lead),
        _("As of %(day)s.") % {"day": day.isoformat()},
    ]
    rows: list[Sequence[Cell]] = [[*_cells(ledger, row), origin_of(row), row.note] for row in sheet.rows]
    rows += [[], *(_sum_row(ledger, totals, first) for totals in sheet.totals)]
    return table_book(f"{ledger.slug}-{day:%Y%m%d}", above, _columns(ledger), rows)


def projects_book(rows: Iterable[KeyProject], day: dt.date) -> Book:
    """Key projects across pilot areas, in the order of the page."""
    above = [str(_("Key projects")), _("As of %(day)s.") % {"day": day.isoformat()}]
    columns = [Column(_("Pilot area"), 20), *_columns(PROJECTS)]
    lines = [[row.plan.pilot_area.name, *_cells(PROJECTS, row), origin_of(row), row.note] for row in rows]
    return table_book(f"key-projects-{day:%Y%m%d}", above, columns, lines)


def _columns(ledger: Ledger) -> list[Column]:
    own = [Column(ledger.label(column), WIDTHS[column.kind]) for column in ledger.columns]
    return [*own, Column(_("Taken from"), 36), Column(_("Note"), 36)]


def _cells(ledger: Ledger, row: Entry) -> Iterator[Cell]:
    for column in ledger.columns:
        yield _cell(ledger, column, row)


def _cell(ledger: Ledger, column: Field, row: Entry) -> Cell:
    """Numbers and days as such, everything else in words."""
    value: Any = getattr(row, column.name)
    return value if isinstance(value, (Decimal, int, dt.date)) else shown(ledger, column, row)


def _sum_row(ledger: Ledger, totals: YearTotals, first: Field) -> list[Cell]:
    sums = {total.column.name: total.value for total in totals.totals}
    row: list[Cell] = [sums.get(column.name) for column in ledger.columns]
    if first.name not in sums:
        row[0] = words_of(totals, ledger)
    return row


def words_of(totals: YearTotals, ledger: Ledger) -> str:
    """What is added up, in words: “2026: 3 rows”."""
    rows = ngettext("%(count)d row", "%(count)d rows", totals.rows) % {"count": totals.rows}
    if not ledger.has_year:
        return _("Together: %(rows)s") % {"rows": rows}
    year = _("Without a year") if totals.year is None else str(totals.year)
    return _("%(year)s together: %(rows)s") % {"year": year, "rows": rows}
