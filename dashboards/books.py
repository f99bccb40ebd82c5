"""Positions as workbooks and as CSV: the same words and numbers as on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dashboards import words
from dashboards.comparing import Comparison, Line
from dashboards.reading import HeatRow, Meanings, meanings
from indicators.calculations import Verdict
from indicators.models import IndicatorVersion, Position
from plans.table_books import Book, Column, table_book
from records.csv_lines import csv_lines
from units.calendar import today

AT_ONCE = 2_000
CSV_COLUMNS = (
    "pilot_area", "pilot_area_uid", "batch", "indicator", "measure", "verdict", "reason", "value", "figure_on",
    "expected", "gap", "gap_years", "comparison", "target", "target_to", "due_on", "before_verdict", "before_value",
    "before_on", "change", "is_demo",
)  # fmt: skip
"""As the API calls them."""


def heat_book(rows: Sequence[HeatRow], meant: Meanings) -> Book:
    """A sheet pilot areas × indicators: verdict and value in each cell."""
    columns = [Column(_("Pilot area"), 20), *(Column(label, 10) for label in _counted())]
    columns += [Column(version.name, 18) for version in meant.values()]
    return table_book("targets", [_("Where targets stand"), _stamp()], columns, (_heat_cells(r, meant) for r in rows))


def _counted() -> list[str]:
    return [str(verdict.label) for verdict in (Verdict.OFF_TRACK, Verdict.AT_RISK)]


def _heat_cells(row: HeatRow, meant: Meanings) -> list[Any]:
    cells: list[Any] = [row.pilot.pilot_area.name, row.pilot.off_track, row.pilot.at_risk]
    for pk, version in meant.items():
        found = row.cells.get(pk)
        cells.append(" ".join(_words(found, version)) if found else "")
    return cells


def _words(row: Position, version: IndicatorVersion) -> Iterator[str]:
    chip = words.verdict_chip(row)
    if chip:
        yield f"{chip['sign']} {chip['text']}"
    if value := words.value(row, version):
        yield value


def indicator_book(rows: Iterable[Position], version: IndicatorVersion) -> Book:
    """One indicator across pilot areas; numbers as numbers, in the unit of the heading."""
    unit = str(version.get_measure_display())
    columns = [
        Column(_("Pilot area"), 20), Column(_("Stands"), 12), Column(f"{_('Value')} ({unit})"),
        Column(_("Figure of")), Column(f"{_('Expected')} ({unit})"), Column(f"{_('Gap')} ({unit})"),
        Column(_("Gap in years")), Column(_("Target"), 18), Column(_("By")), Column(_("Since the figure before"), 20),
    ]  # fmt: skip
    cells = (
        [
            row.pilot.pilot_area.name, words.verdict_chip(row).get("text", ""), row.value, row.figure_on,
            _round(row.expected, version), _round(row.gap, version),
            row.gap_years and round(row.gap_years, 2), words.demand(row, version), row.due_on, words.change(row),
        ]
        for row in rows
    )  # fmt: skip
    return table_book(f"targets-{version.indicator.code}", [version.name, _stamp()], columns, cells)


def _round(value: Decimal | None, version: IndicatorVersion) -> Decimal | None:
    return None if value is None else round(value, version.precision)


def _stamp() -> str:
    return _("As of %(day)s. Verdicts are the portal's own, by thresholds of the programme.") % {"day": today()}


def position_lines(rows: QuerySet[Position]) -> Iterator[str]:
    """Line by line, numbers as the API gives them."""
    measures = {pk: version.measure for pk, version in meanings(_indicators(rows)).items()}
    found = rows.iterator(chunk_size=AT_ONCE)
    return csv_lines(CSV_COLUMNS, (_csv_cells(row, measures.get(row.indicator_id, "")) for row in found))


def _indicators(rows: QuerySet[Position]) -> set[int]:
    return set(rows.order_by().values_list("indicator", flat=True).distinct())


def _csv_cells(row: Position, measure: str) -> list[Any]:
    head = [
        row.pilot.pilot_area.name,
        row.pilot.pilot_area.uid,
        row.pilot.batch.number if row.pilot.batch else "",
        row.indicator.code,
        measure,
    ]
    return [*head, *(getattr(row, name) for name in CSV_COLUMNS[len(head) :])]


def comparison_book(found: Comparison) -> Book:
    """Indicators down, pilot areas across: verdict, value and gap of each."""
    columns = [Column(_("Indicator"), 30)]
    for pilot in found.pilots:
        name = pilot.pilot_area.name
        columns += [Column(name, 14), Column(f"{name}: {_('Value')}", 14), Column(f"{name}: {_('Gap')}", 14)]
    return table_book("side-by-side", [_("Side by side"), _stamp()], columns, map(_comparison_cells, found.lines))


def _comparison_cells(line: Line) -> list[Any]:
    cells: list[Any] = [f"{line.version.name} ({line.version.get_measure_display()})"]
    for cell in line.cells:
        if cell is None:
            cells += ["", None, None]
        else:
            cells += [words.verdict_chip(cell).get("text", ""), cell.value, _round(cell.gap, line.version)]
    return cells
