"""The checks of figures, asked for those of a supplement: each period by the indicators' versions of its last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.utils.translation import get_language

from indicators.asking import versions_on
from indicators.checks import Entry, Flaw, Key, Ledger, examine
from indicators.models import IndicatorVersion, Observation, Supplement, SupplementFigure, period_end

Period = tuple[int, str]
Found = list[tuple[SupplementFigure, Flaw]]
READ = "_rows_read"
"""Under what a supplement keeps what an act has read of it."""


@dataclass
class RowsRead:
    """The rows of a supplement with what they are checked against, each read when it is asked for first, then kept.

    `figures`: all chosen rows, in the order of `rows_of`. `ledgers`: by language and year, for they name indicators.
    """

    programme_id: int
    figures: Sequence[SupplementFigure]
    ledgers: dict[tuple[str | None, int], Ledger] = field(default_factory=dict)

    @classmethod
    def of(cls, supplement: Supplement) -> RowsRead:
        """As they are in the database now. One statement."""
        return cls(supplement.programme_id, rows_of(supplement))

    @property
    def given(self) -> list[SupplementFigure]:
        """Rows in which something is said."""
        return [row for row in self.figures if row.is_given]

    @cached_property
    def versions(self) -> dict[tuple[int, Period], IndicatorVersion]:
        """What each indicator meant, by indicator and period; see `versions_of`."""
        return versions_of(self.figures)

    @property
    def flaws(self) -> Found:
        """What the checks find in the rows, with its row, in the language of whoever asks.

        Constant statements for each year among them, the first time it is asked in a language.
        """
        checked = [row for row in self.figures if _has_number(row) or row.absence]
        by_key = {key_of(row): row for row in checked}
        found: Found = []
        for year, rows in groupby(sorted(checked, key=lambda row: (row.year, row.pk)), key=lambda row: row.year):
            entries = [_entry(row, self.versions[row.indicator_id, (row.year, row.part)]) for row in rows]
            found += [(by_key[flaw.key], flaw) for flaw in examine(entries, self._ledger(entries, year))]
        return found

    def _ledger(self, entries: Sequence[Entry], year: int) -> Ledger:
        at = get_language(), year
        if at not in self.ledgers:
            places = {entry.key.division_id for entry in entries}
            indicators = {entry.key.indicator_id for entry in entries}
            self.ledgers[at] = Ledger.of(self.programme_id, places, indicators, year)
        return self.ledgers[at]


def rows_read(supplement: Supplement) -> RowsRead:
    """For acts: read once for each supplement object, whose row is locked while the rules and the sealing look at it.

    Faces, which may write between two looks at one object, ask `RowsRead.of`.
    """
    kept = supplement.__dict__
    if READ not in kept:
        kept[READ] = RowsRead.of(supplement)
    found: RowsRead = kept[READ]
    return found


def rows_of(supplement: Supplement) -> list[SupplementFigure]:
    """All chosen rows: by period, then place, then indicator. One statement."""
    rows = supplement.figures.select_related("division", "indicator", "updated_by")
    order = ("year", "part", "division__sort_key", "division_id", "indicator__plan_number", "indicator__sort_key")
    return list(rows.order_by(*order, "indicator_id"))


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


def versions_of(figures: Sequence[SupplementFigure]) -> dict[tuple[int, Period], IndicatorVersion]:
    """Of each indicator and period the version that was valid at the period's end. One statement a period.

    Where an own indicator was ended since for a day before, what it last meant: what was written stays readable.
    """
    found: dict[tuple[int, Period], IndicatorVersion] = {}
    for year, part in sorted({(row.year, row.part) for row in figures}):
        indicators = {row.indicator_id for row in figures if (row.year, row.part) == (year, part)}
        versions = versions_on(indicators, period_end(year, part), or_last=True)
        found |= {(indicator, (year, part)): version for indicator, version in versions.items()}
    return found


def flaws_of(supplement: Supplement) -> Found:
    """What the checks find in the rows as they are in the database now, with its row."""
    return RowsRead.of(supplement).flaws


def on_record_of(supplement: Supplement, figures: Sequence[SupplementFigure]) -> dict[Key, Observation]:
    """What is on record in the programme for these rows and counts now, by key. One statement."""
    rows = Observation.objects.in_force().filter(
        programme=supplement.programme_id,
        division__in={figure.division_id for figure in figures},
        indicator__in={figure.indicator_id for figure in figures},
        year__in={figure.year for figure in figures},
    )
    return {Key(row.division_id, row.indicator_id, row.year, row.part): row for row in rows}


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
