"""Everything on record about a pilot area's indicators, row by row, as a workbook and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from indicators.calculations import Verdict
from indicators.figure_words import due
from indicators.models import Absence, Comparison, FigureStatus
from indicators.standing_shapes import IndicatorStanding, Standing
from plans.table_books import Book, Column, table_book
from records.csv_lines import csv_lines

CSV_COLUMNS = (
    "indicator", "measure", "kind", "period", "on", "value", "value_to", "status", "edition", "verdict", "expected",
    "gap", "gap_years", "source", "is_fact", "is_demo",
)  # fmt: skip


def series_rows(one: IndicatorStanding) -> Iterator[dict[str, Any]]:
    """Baselines, figures and targets of one indicator; `kind` says which. Absent figures stand with their status."""
    for row in one.baselines:
        yield {"kind": "baseline", "period": str(row.year), "value": row.value, "status": row.status,
               "edition": row.vintage and row.vintage.name, "source": row.source,
               "is_fact": row.is_fact, "is_demo": row.is_demo}  # fmt: skip
    for figure in one.figures:
        kind = "published" if figure.is_published else "reported"
        yield {"kind": kind, "period": figure.period, "on": figure.day, "value": figure.value,
               "status": figure.absence or figure.status, "edition": figure.vintage and figure.vintage.name,
               "source": figure.source, "is_fact": figure.is_fact, "is_demo": figure.is_demo}  # fmt: skip
    for line in one.lines:
        found = line.judgement
        yield {"kind": f"target: {line.aim.comparison}", "period": due(line.aim), "on": line.aim.due_on,
               "value": line.aim.value, "value_to": line.aim.value_to, "verdict": found.verdict.value,
               "expected": found.expected, "gap": found.gap, "gap_years": found.gap_years,
               "edition": line.vintage and line.vintage.name, "source": "; ".join(row.source for row in line.cited),
               "is_fact": line.aim.is_fact, "is_demo": any(row.is_demo for row in line.cited)}  # fmt: skip


def series_csv(standing: Standing) -> str:
    """Names of columns and codes as the API has them."""
    rows = (
        {"indicator": one.indicator.code, "measure": one.version.measure, **row}
        for one in standing.indicators
        for row in series_rows(one)
    )
    return "".join(csv_lines(CSV_COLUMNS, ([row.get(name) for name in CSV_COLUMNS] for row in rows)))


def series_book(standing: Standing) -> Book:
    """The same for people: names instead of codes."""
    columns = [
        Column(_("Indicator"), 26), Column(_("Unit"), 10), Column(_("Kind"), 16), Column(_("Period"), 14),
        Column(_("Value")), Column(_("Up to")), Column(_("Status"), 14), Column(_("Edition"), 16),
        Column(_("Stands"), 12), Column(_("Expected")), Column(_("Gap")), Column(_("Source"), 40),
        Column(_("Remarks"), 18),
    ]  # fmt: skip
    rows = (_cells(one, row) for one in standing.indicators for row in series_rows(one))
    stamp = _("As of %(day)s. Verdicts are the portal's own, by thresholds of the programme.") % {"day": standing.day}
    name = f"{_('Figures and targets')} · {standing.pilot_area.name}"
    return table_book("figures", [name, stamp], columns, rows)


def _cells(one: IndicatorStanding, row: dict[str, Any]) -> Sequence[Any]:
    version = one.version
    remarks = [] if row["is_fact"] else [_("Not verified")]
    remarks += [_("demo data")] if row["is_demo"] else []
    return [
        version.name, str(version.get_measure_display()), _kind(row["kind"]), row.get("period"), row["value"],
        row.get("value_to"), _status(str(row.get("status") or "")), row.get("edition") or "",
        _verdict(row.get("verdict")), _rounded(row.get("expected"), version.precision),
        _rounded(row.get("gap"), version.precision),
        row["source"], "; ".join(remarks),
    ]  # fmt: skip


def _rounded(value: Any, precision: int) -> Any:
    return None if value is None else round(value, precision)


def _kind(kind: str) -> str:
    aim = kind.removeprefix("target: ")
    if aim != kind:
        return f"{_('target')}: {Comparison(aim).label}"
    return {"baseline": _("baseline"), "published": _("published figure"), "reported": _("reported and accepted")}[kind]


def _status(code: str) -> str:
    for names in (FigureStatus, Absence):
        if code and code in names.values:
            return str(names(code).label)
    return ""


def _verdict(code: str | None) -> str:
    return str(Verdict(code).label) if code else ""
