"""The figures of a report as readers see them: in words, with what changed and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from indicators import figure_words
from indicators.asking import Asked, versions_on
from indicators.grid import Grid, GridRow, asked_grid, written_grid
from indicators.models import IndicatorVersion, Part, period_end
from reporting.figures import has_rollups, rolled_up, sheet_of, version_figures, version_rollups
from reporting.models import Report, VersionFigure, VersionRollUp
from reporting.reading import Reading


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One figure. `change` against `last`, the newest in force of an earlier period; `words`: reason, source, note.

    `parts`: numerator and denominator of a rate.
    """

    name: str
    code: str
    anchor: str
    value: str
    parts: str
    is_number: bool
    change: str
    last: str
    target: str
    is_target_fact: bool
    status: str
    words: str
    findings: Sequence[Mapping[str, Any]]
    """Of each `is_error`, `message` and `answer`."""


@dataclass(frozen=True, slots=True)
class ReadPlace:
    name: str
    lines: Sequence[ReadLine]


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """`filled` of `asked` rows say something; `is_draft`: they are still being written."""

    places: Sequence[ReadPlace]
    period: str
    filled: int
    asked: int
    is_draft: bool


@dataclass(frozen=True, slots=True)
class ReadRollUp:
    """A figure made of those of the places below, with how many of them are in it."""

    name: str
    code: str
    value: str
    status: str
    counted: int
    of: int
    not_applicable: int


def read_figures(report: Report, shown: Reading) -> ReadFigures | None:
    """What goes with the text shown; None where the report has no grid, or nothing may be read yet."""
    if shown.version is None and not shown.passages:
        return None
    sheet = sheet_of(report)
    if sheet is None:
        return None
    if shown.version is None:
        grid = written_grid(sheet)
        found = [(row, _line(row, row.draft, _flaws(row))) for row in grid.rows if row.is_asked]
        return ReadFigures(_places(found), grid.period, grid.filled, grid.asked, is_draft=True)
    grid, figures = asked_grid(sheet), version_figures(shown.version)
    found = _sent(grid, figures)
    return ReadFigures(_places(found), grid.period, len(found), max(grid.asked, len(found)), is_draft=False)


def _flaws(row: GridRow) -> list[dict[str, Any]]:
    return [
        {"is_error": flaw.is_error, "message": flaw.message, "answer": row.answers.get(flaw.code, "")}
        for flaw in row.flaws
    ]


def _sent(grid: Grid, figures: Sequence[VersionFigure]) -> list[tuple[GridRow, ReadLine]]:
    """In the order of the grid; what is not asked for any more comes last."""
    sent = {(figure.division_id, figure.indicator_id): figure for figure in figures}
    asked = {(row.asked.division.pk, row.asked.indicator.pk): row for row in grid.rows}
    order = [*(key for key in asked if key in sent), *(key for key in sent if key not in asked)]
    versions = _versions_of([sent[key] for key in order if key not in asked])
    found = []
    for key in order:
        figure = sent[key]
        row = asked.get(key) or _unasked(figure, versions)
        if row is not None:
            findings = [{**finding, "is_error": False} for finding in figure.findings]
            found.append((row, _line(row, figure, findings)))
    return found


def _versions_of(figures: Sequence[VersionFigure]) -> dict[int, IndicatorVersion]:
    if not figures:
        return {}
    day = period_end(figures[0].year, figures[0].part)
    return versions_on({figure.indicator_id for figure in figures}, day)


def _unasked(figure: VersionFigure, versions: Mapping[int, IndicatorVersion]) -> GridRow | None:
    version = versions.get(figure.indicator_id)
    if version is None:
        return None
    return GridRow(Asked(figure.indicator, version, figure.division, is_compulsory=False, is_own=False))


def _places(found: Iterable[tuple[GridRow, ReadLine]]) -> list[ReadPlace]:
    return [
        ReadPlace(name, [line for _row, line in lines])
        for name, lines in groupby(found, key=lambda pair: pair[0].asked.division.name)
    ]


def _line(row: GridRow, figure: Any, findings: Sequence[Mapping[str, Any]]) -> ReadLine:
    version = row.version
    given = figure if figure is not None and figure.is_given else None
    is_number = given is not None and given.value is not None
    return ReadLine(
        name=version.name,
        code=row.asked.indicator.code,
        anchor=f"figure:{row.key}",
        value=figure_words.figure(given, version) if given else "",
        parts=_parts(given, version),
        is_number=is_number,
        change=figure_words.change(given, row.last, version) if given and row.last else "",
        last=f"{row.last.period}: {figure_words.figure(row.last, version)}" if row.last else "",
        target=figure_words.target(row.target, version) if row.target else "",
        is_target_fact=row.target is None or row.target.is_fact,
        status=str(given.get_status_display()) if given and is_number else "",
        words=" · ".join(text for text in (given.reason, given.source, given.note) if text) if given else "",
        findings=findings,
    )


def _parts(given: Any, version: IndicatorVersion) -> str:
    """Numerator and denominator of a rate with their unit; '' for all else."""
    if given is None or given.numerator is None or given.denominator is None:
        return ""
    below = figure_words.with_unit(figure_words.as_given(given.denominator), version.part_measure)
    return f"{figure_words.as_given(given.numerator)} / {below}"


def read_rollups(report: Report, shown: Reading) -> list[ReadRollUp]:
    """Of a compiled report: the roll-ups it was submitted with, before that as they are now."""
    if not has_rollups(report) or (shown.version is None and not shown.passages):
        return []
    rows = version_rollups(shown.version) if shown.version else rolled_up(report)
    return rollup_lines(rows)


def rollups_now(report: Report) -> list[ReadRollUp]:
    """As they are at this moment, for whoever compiles."""
    return rollup_lines(rolled_up(report)) if has_rollups(report) else []


def rollup_lines(rows: Sequence[VersionRollUp]) -> list[ReadRollUp]:
    if not rows:
        return []
    day = period_end(rows[0].year, Part(rows[0].part))
    versions = versions_on({row.indicator_id for row in rows}, day)
    return [_rollup(row, versions[row.indicator_id]) for row in rows if row.indicator_id in versions]


def _rollup(row: VersionRollUp, version: IndicatorVersion) -> ReadRollUp:
    value = "" if row.value is None else figure_words.amount(row.value, version)
    return ReadRollUp(
        name=version.name,
        code=row.indicator.code,
        value=value,
        status=str(row.get_status_display()) if row.status else "",
        counted=row.counted,
        of=row.expected - row.not_applicable,
        not_applicable=row.not_applicable,
    )
