"""The checks of figures, asked for those of a supplement: each period by the indicators' versions of its last day."""

from __future__ import annotations

from itertools import groupby

from indicators.asking import versions_on
from indicators.checks import Entry, Flaw, Key, Ledger, examine
from indicators.models import IndicatorVersion, Supplement, SupplementFigure, period_end

Period = tuple[int, str]
Found = list[tuple[SupplementFigure, Flaw]]


def rows_of(supplement: Supplement) -> list[SupplementFigure]:
    """All chosen rows: by period, then place, then indicator. One statement."""
    rows = supplement.figures.select_related("division", "indicator", "updated_by")
    order = ("year", "part", "division__sort_key", "division_id", "indicator__plan_number", "indicator__sort_key")
    return list(rows.order_by(*order, "indicator_id"))


def given_figures(supplement: Supplement) -> list[SupplementFigure]:
    """Rows in which something is said."""
    return [row for row in rows_of(supplement) if row.is_given]


def key_of(figure: SupplementFigure) -> Key:
    return Key(figure.division_id, figure.indicator_id, figure.year, figure.part)


def row_key(figure: SupplementFigure) -> str:
    """How a row is named outside: place, indicator, year, part."""
    return f"{figure.division.uid}:{figure.indicator.code}:{figure.year}:{figure.part}"


def target_of(figure: SupplementFigure, field: str) -> str:
    """Where a finding points at: the cell."""
    return f"figure:{row_key(figure)}:{field}"


def answered(figure: SupplementFigure, flaw: Flaw) -> str:
    """What the writer says to a warning; '' where nothing."""
    return str(figure.answers.get(flaw.code, "")).strip()


def versions_of(figures: list[SupplementFigure]) -> dict[tuple[int, Period], IndicatorVersion]:
    """Of each indicator and period the version that was valid at the period's end. One statement a period.

    Where an own indicator was ended since for a day before, what it last meant: what was written stays readable.
    """
    found: dict[tuple[int, Period], IndicatorVersion] = {}
    for year, part in sorted({(row.year, row.part) for row in figures}):
        indicators = {row.indicator_id for row in figures if (row.year, row.part) == (year, part)}
        versions = versions_on(indicators, period_end(year, part))
        if ended := indicators - versions.keys():
            rows = IndicatorVersion.objects.filter(indicator__in=ended).select_related("indicator").order_by("valid")
            versions |= {version.indicator_id: version for version in rows}
        found |= {(indicator, (year, part)): version for indicator, version in versions.items()}
    return found


def flaws_of(supplement: Supplement, figures: list[SupplementFigure] | None = None) -> Found:
    """What the checks find in the rows given, with its row. Constant statements for each year among them."""
    given = [row for row in (rows_of(supplement) if figures is None else figures) if _has_number(row) or row.absence]
    versions = versions_of(given)
    by_key = {key_of(row): row for row in given}
    found: Found = []
    for year, rows in groupby(sorted(given, key=lambda row: (row.year, row.pk)), key=lambda row: row.year):
        entries = [_entry(row, versions[row.indicator_id, (row.year, row.part)]) for row in rows]
        places = {entry.key.division_id for entry in entries}
        ledger = Ledger.of(supplement.programme, places, {entry.key.indicator_id for entry in entries}, year)
        found += [(by_key[flaw.key], flaw) for flaw in examine(entries, ledger)]
    return found


def _has_number(row: SupplementFigure) -> bool:
    """Whether there is something to check: half a rate too, which is to be said and not dropped."""
    return any(number is not None for number in (row.value, row.numerator, row.denominator))


def _entry(row: SupplementFigure, version: IndicatorVersion) -> Entry:
    return Entry(
        key=key_of(row),
        version=version,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        absence=row.absence,
        status=row.status,
        name=row.indicator.name,
        entered=row.entered,
        entered_measure=row.entered_measure,
    )
