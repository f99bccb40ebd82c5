"""Made-up figures for the running cycle: round, decided by the names, and marked as demo data in every row.

Luzhou's own figures are on record with their sources, so nothing is made up beside them: its report says that none
are given yet, and its statistics bureau offers some that say what they are.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from indicators.grid import GridRow, written_on
from indicators.measures import Measure
from indicators.models import Absence, FigureStatus
from indicators.services.drafting import FigureInput
from reporting.figures import sheet_of
from reporting.models import Report
from reporting.services.figures import save_report_figures

SOURCE = "演示数据"
NOT_YET = "演示数据：尚无统计数"
UNTOUCHED = ("lgo-510500",)
"""Offices of places whose true figures are on record."""
MISSING_ONE_IN = 9
URBAN = "resident-urbanization-rate"
REGISTERED = "registered-urbanization-rate"
ABOUT = {
    Measure.PERCENT: (62, 34),
    Measure.SQUARE_METRES_EACH: (86, 24),
    Measure.MEGABITS: (40, 120),
    Measure.TEN_THOUSAND_PERSONS: (1, 9),
    Measure.SQUARE_KM: (8, 30),
    Measure.COUNT: (1, 3),
}
"""Unit of measure → the least value, and how far they spread."""


def give(report: Report, by: Actor, at: dt.datetime) -> None:
    """Fill the grid of a report that is being written; a report without a grid is left alone."""
    sheet = sheet_of(report)
    if sheet is None:
        return
    rows = [row for row in written_on(sheet).rows if row.is_asked and not row.is_given]
    made = _not_yet(rows) if report.due.unit.key in UNTOUCHED else _made_up(rows, report.due.unit.key)
    inputs = list(made)
    if inputs:
        save_report_figures(report.uid, inputs, by=by, at=at)


def _not_yet(rows: list[GridRow]) -> Iterator[FigureInput]:
    for row in rows:
        if row.asked.is_compulsory:
            yield _input(row, absence=Absence.NOT_AVAILABLE.value, reason=NOT_YET)


def _made_up(rows: list[GridRow], office: str) -> Iterator[FigureInput]:
    for row in rows:
        luck = _luck(office, row.asked.indicator.code)
        if luck % MISSING_ONE_IN == 0 and not row.asked.is_compulsory:
            continue
        value = _value(row, office, luck)
        if row.version.is_rate:
            yield _rate(row, value, luck)
        else:
            yield _input(row, value=str(value), status=_status(luck))


def _value(row: GridRow, office: str, luck: int) -> Decimal:
    """Of the two urbanization rates the registered one lies below the other, as in most places."""
    if row.version.is_yes_no:
        return Decimal(luck % 2)
    urban = Decimal(44 + _luck(office, URBAN) % 28)
    if row.asked.indicator.code == URBAN:
        return urban
    if row.asked.indicator.code == REGISTERED:
        return urban - 4 - luck % 10
    least, spread = ABOUT.get(Measure(row.version.measure), (1, 9))
    return Decimal(least + luck % spread)


def _rate(row: GridRow, value: Decimal, luck: int) -> FigureInput:
    """By its parts, so that it can be rolled up."""
    whole = Decimal(12 + luck % 70)
    part = (whole * value / row.version.scale).quantize(Decimal("0.0001"))
    return _input(row, numerator=str(part), denominator=str(whole), status=_status(luck))


def _status(luck: int) -> str:
    return (FigureStatus.ESTIMATE if luck % 3 else FigureStatus.PRELIMINARY).value


def _input(row: GridRow, **said: Any) -> FigureInput:
    asked = row.asked
    return FigureInput(
        division=asked.division.uid, indicator=asked.indicator.code, revision=row.revision, source=SOURCE, **said
    )


def _luck(*names: str) -> int:
    return zlib.crc32(":".join(names).encode()) % 997
