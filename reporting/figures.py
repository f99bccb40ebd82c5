"""The figures of a report: its grid as it is written, what was submitted, and what is sealed of it (N16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.asking import versions_on
from indicators.calculations import rolled_value
from indicators.grid import Grid, GridRow, Written, grid_of, says_something, written_on
from indicators.models import FIGURE_FIELDS, DraftFigure, Figure, IndicatorVersion, Part, RollUp, period_end
from indicators.rollups.reading import COUNTS, partial
from indicators.rows_typed import as_text
from indicators.services.drafting import Sheet
from indicators.typed import STORED
from pilots.models import Capacity
from portal.errors import NotFound
from reporting.models import CycleKind, Report, ReportFigure, ReportVersion, VersionFigure, VersionRollUp

PARTS = {CycleKind.MID_YEAR: Part.FIRST_HALF, CycleKind.YEAR_END: Part.YEAR}
"""The part of the year a period of reports is about."""
READ = "_figures_written"
KEY = ("division_id", "indicator_id", "year", "part")


def part_of(report: Report) -> Part:
    """The part of the cycle's year its figures are about."""
    return PARTS[CycleKind(report.due.cycle.kind)]


def has_grid(report: Report) -> bool:
    """Pilot areas give figures; compilers' come from below, and sheets of contacts have none."""
    due = report.due
    return due.capacity == Capacity.PILOT and due.pilot_area_id is not None and not due.cycle.is_of_contacts


def has_rollups(report: Report) -> bool:
    return report.due.capacity == Capacity.COMPILER and not report.due.cycle.is_of_contacts


def sheet_of(report: Report) -> Sheet | None:
    """What the grid of a report hangs on; None where it has none."""
    if not has_grid(report) or report.due.pilot_area is None:
        return None
    return Sheet(ReportFigure, {"report": report}, report.due.pilot_area, report.due.cycle.year, part_of(report).value)


def sheet_or_404(report: Report) -> Sheet:
    """What the grid of a report hangs on; NotFound where it has none."""
    sheet = sheet_of(report)
    if sheet is None:
        raise NotFound(_("This report asks for no figures."))
    return sheet


def draft_grid(report: Report) -> Grid:
    """The grid as it is being written: for its own unit and the auditor only. NotFound where the report has none."""
    return grid_of(sheet_or_404(report))


def written_rows(report: Report) -> Grid:
    """What is asked, written and found by the checks, with nothing beside the rows. NotFound as for the grid."""
    sheet = sheet_or_404(report)
    return Grid(sheet, written_on(sheet).rows)


def draft_rows(report: Report) -> list[GridRow]:
    """What decides whether the figures may be sent: asked, written, found by the checks, in the active language.

    Read once for each report object and language, for what it is checked against names indicators: the rules of an
    act and its sealing look at the same, under the same lock.
    """
    kept: dict[str | None, Written | None] = report.__dict__.setdefault(READ, {})
    language = translation.get_language()
    if language not in kept:
        sheet = sheet_of(report)
        kept[language] = written_on(sheet) if sheet else None
    written = kept[language]
    return written.rows if written else []


def cell_of(row: GridRow) -> str:
    """What findings of a transition point at."""
    return f"figures:{row.key}"


def draft_figures(report: Report) -> list[ReportFigure]:
    """The rows being written in which something is said, in the order of the catalogue."""
    order = ("division__sort_key", "division_id", "indicator__plan_number", "indicator__sort_key", "indicator_id")
    rows = report.figures.select_related("division", "indicator").order_by(*order)
    return [row for row in rows if says_something(row)]


# -- what was submitted ----------------------------------------------------------------------------------------


def version_figures(version: ReportVersion | None) -> list[VersionFigure]:
    """The figures of a submitted version as they stood in its grid."""
    if version is None:
        return []
    return list(version.figures.select_related("division", "indicator").order_by("pk"))


def version_rollups(version: ReportVersion | None) -> list[VersionRollUp]:
    """The rolled-up figures a compiled version was submitted with."""
    if version is None:
        return []
    return list(version.rollups.select_related("indicator").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Frozen:
    """What goes with a version that is being submitted, not stored yet. `measures`: by indicator, for the seal."""

    figures: Sequence[VersionFigure] = ()
    measures: Sequence[str] = ()
    rollups: Sequence[VersionRollUp] = ()

    def as_content(self) -> dict[str, Any]:
        """The keys it adds to what is sealed; none where there is nothing, so that older seals stay as they are."""
        figures = [
            {**figure_content(row), "measure": measure}
            for row, measure in zip(self.figures, self.measures, strict=True)
        ]
        rollups = [rollup_content(row) for row in self.rollups]
        return {name: rows for name, rows in (("figures", figures), ("rollups", rollups)) if rows}

    def store(self, version: ReportVersion) -> None:
        """Two statements at most."""
        for figure in self.figures:
            figure.version = version
        for rollup in self.rollups:
            rollup.version = version
        VersionFigure.objects.bulk_create(self.figures)
        VersionRollUp.objects.bulk_create(self.rollups)


def freeze(report: Report) -> Frozen:
    """What a report would be submitted with now. What is kept for ever is in one language, whoever submits."""
    with translation.override(settings.LANGUAGE_CODE):
        grid = draft_rows(report)
    rows = [(row, row.draft) for row in grid if row.draft is not None and says_something(row.draft)]
    kept = _kept(report, grid)
    return Frozen(
        figures=[*(_frozen(row, draft) for row, draft in rows), *(figure for figure, _measure in kept)],
        measures=[*(row.version.measure for row, _draft in rows), *(measure for _figure, measure in kept)],
        rollups=rolled_up(report) if has_rollups(report) else [],
    )


def _frozen(row: GridRow, draft: DraftFigure) -> VersionFigure:
    """A row of the grid with what the checks say to it now and what was answered."""
    return VersionFigure(
        division=row.asked.division,
        indicator=row.asked.indicator,
        findings=[
            {"code": flaw.code, "message": str(flaw.message), "answer": row.answers.get(flaw.code, "")}
            for flaw in row.flaws
        ],
        **{name: getattr(draft, name) for name in (*FIGURE_FIELDS, "year", "part")},
    )


def _kept(report: Report, grid: Sequence[GridRow]) -> list[tuple[VersionFigure, str]]:
    """Accepted figures a correction cannot change, for nobody asks for them any more: they stay as they are."""
    asked = {(row.asked.division.pk, row.asked.indicator.pk) for row in grid}
    accepted = version_figures(report.accepted_version)
    figures = [row for row in accepted if (row.division_id, row.indicator_id) not in asked]
    if not figures:
        return []
    versions = versions_on({row.indicator_id for row in figures}, period_end(figures[0].year, figures[0].part))
    names = (*FIGURE_FIELDS, "division", "indicator", "year", "part", "findings")
    return [
        (
            VersionFigure(**{name: getattr(row, name) for name in names}),
            versions[row.indicator_id].measure if row.indicator_id in versions else "",
        )
        for row in figures
    ]


def rolled_up(report: Report) -> list[VersionRollUp]:
    """The rolled-up figures of a compiler's own place for the period as they are now, in the catalogue's order."""
    cycle, part = report.due.cycle, part_of(report)
    rows = RollUp.objects.filter(
        programme=cycle.programme_id, division=report.due.unit.division_id, year=cycle.year, part=part
    ).select_related("indicator", "latest")
    found = list(rows.order_by("indicator__plan_number", "indicator__sort_key", "indicator_id"))
    versions = versions_on({row.indicator_id for row in found}, period_end(cycle.year, part))
    return [_frozen_rollup(row, versions[row.indicator_id]) for row in found if row.indicator_id in versions]


def _frozen_rollup(row: RollUp, version: IndicatorVersion) -> VersionRollUp:
    value = rolled_value(version.method, partial(row), version.scale)
    return VersionRollUp(
        indicator=row.indicator,
        year=row.year,
        part=row.part,
        value=None if value is None else value.quantize(STORED, ROUND_HALF_UP),
        status=row.status,
        **{name: getattr(row, name) for name in COUNTS},
    )


def figure_content(row: VersionFigure) -> dict[str, Any]:
    """A figure as it is sealed: numbers as texts without needless zeros, None for what is not there."""
    return {
        "division": str(row.division.uid),
        "indicator": row.indicator.code,
        "year": row.year,
        "part": str(row.part),
        **{name: as_text(getattr(row, name)) for name in FIGURE_FIELDS},
        "findings": row.findings,
    }


def rollup_content(row: VersionRollUp) -> dict[str, Any]:
    return {
        "indicator": row.indicator.code,
        "year": row.year,
        "part": str(row.part),
        "value": as_text(row.value),
        **{name: getattr(row, name) for name in COUNTS},
        "status": row.status,
    }


def agree(version: ReportVersion, sealed: Mapping[str, Any]) -> bool:
    """Whether the figures in the columns are those that were sealed. `measure` stands in the seal alone."""
    figures = [figure_content(row) for row in sorted(version.figures.all(), key=lambda row: row.pk)]
    rollups = [rollup_content(row) for row in sorted(version.rollups.all(), key=lambda row: row.pk)]
    said = [{name: value for name, value in row.items() if name != "measure"} for row in sealed.get("figures", [])]
    return figures == said and rollups == sealed.get("rollups", [])


def key_of(row: Figure) -> tuple[int, int, int, str]:
    """Place, indicator and period: what tells the rows of one report apart."""
    return row.division_id, row.indicator_id, row.year, str(row.part)
