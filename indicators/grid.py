"""The rows of a grid: what is asked of which place, what was said last, where it is to go, what can be taken over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property

from indicators.asking import Asked, asked_of
from indicators.checks import Entry, Flaw, Key, Ledger, examine
from indicators.measures import Measure, alike, convert
from indicators.models import (
    FIGURE_FIELDS,
    DraftFigure,
    Figure,
    IndicatorVersion,
    Observation,
    Part,
    Target,
    period_end,
)
from indicators.offers import Offer, offers_for
from indicators.rows_typed import NUMBERS, PAIR, PARTS, as_text
from indicators.services.drafting import Sheet, row_key
from indicators.typed import STORED, measures_for, wanted_measure
from units.models import Division

YEARS_BACK = 10
"""How far back the trend of a row goes."""
ENTERED = ("value", "numerator", "denominator", "absence", "status", "entered", "entered_measure")
"""What the checks look at."""


@dataclass(frozen=True)
class GridRow:
    """One indicator of one place. `draft` None: nothing was ever stored.

    `last`: the newest figure in force of an earlier period; `trend`: those of the years before, oldest first, the
    same part of the year. `target`: the next one, else the last. `offers`: figures others have given for this period.
    `flaws`: what the checks found, an answer in `draft.answers` by the flaw's code.
    """

    asked: Asked
    draft: DraftFigure | None = None
    flaws: Sequence[Flaw] = ()
    last: Observation | None = None
    trend: Sequence[Observation] = ()
    target: Target | None = None
    offers: Sequence[Offer] = ()

    @property
    def key(self) -> str:
        """What the row is called outside: "<division uid>:<code>"."""
        return row_key(self.asked.division.uid, self.asked.indicator.code)

    @property
    def version(self) -> IndicatorVersion:
        return self.asked.version

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    @property
    def is_asked(self) -> bool:
        """Whether a figure is expected here."""
        return not self.asked.not_applicable

    @property
    def is_given(self) -> bool:
        return self.draft is not None and self.draft.is_given

    @property
    def is_missing(self) -> bool:
        """Compulsory, applicable, and nothing is said."""
        return self.asked.is_compulsory and self.is_asked and not self.is_given

    @property
    def errors(self) -> list[Flaw]:
        return [flaw for flaw in self.flaws if flaw.is_error]

    @property
    def warnings(self) -> list[Flaw]:
        return [flaw for flaw in self.flaws if not flaw.is_error]

    @property
    def answers(self) -> Mapping[str, str]:
        return self.draft.answers if self.draft else {}

    @property
    def unanswered(self) -> list[Flaw]:
        return [flaw for flaw in self.warnings if not self.answers.get(flaw.code)]

    @property
    def measures(self) -> list[Measure]:
        """The units the number may be typed in, the indicator's own first; of a rate those of its two parts."""
        return measures_for(self.version)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the cells: `value`, `numerator`, `denominator` as they would be typed in `measure`.

        Saved again they say the same: a rate that was computed from its parts has no value typed.
        """
        return typed_of(self.draft, self.version)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one place that stand under one heading; "" for none."""

    name: str
    rows: list[GridRow]


@dataclass(frozen=True, slots=True)
class Place:
    division: Division
    groups: list[Group]


@dataclass(frozen=True)
class Grid:
    """All rows of a grid in their order: place by place, the programme's indicators, then the pilot area's own."""

    sheet: Sheet
    rows: list[GridRow] = field(default_factory=list)

    @cached_property
    def places(self) -> list[Place]:
        """The rows under their places and headings, in their order."""
        places = []
        for _division, of_place in groupby(self.rows, key=lambda row: row.asked.division.pk):
            rows = list(of_place)
            groups = [Group(name, list(found)) for name, found in groupby(rows, key=lambda row: row.version.group)]
            places.append(Place(rows[0].asked.division, groups))
        return places

    @property
    def asked(self) -> int:
        """How many figures are expected."""
        return sum(row.is_asked for row in self.rows)

    @property
    def filled(self) -> int:
        """How many of them say something: a number, or why there is none."""
        return sum(row.is_asked and row.is_given for row in self.rows)

    @property
    def period(self) -> str:
        year, part = self.sheet.year, self.sheet.part
        return f"{year}" if part == Part.YEAR else f"{year} {Part(part).label}"

    @property
    def day(self) -> dt.date:
        return period_end(self.sheet.year, self.sheet.part)


def grid_of(sheet: Sheet) -> Grid:
    """All rows of a grid with everything beside them, in constant statements."""
    grid = written_grid(sheet)
    keys = [_key(sheet, row.asked) for row in grid.rows]
    divisions, indicators = {key.division_id for key in keys}, {key.indicator_id for key in keys}
    offers = offers_for(sheet.pilot_area.programme_id, divisions, indicators, sheet.year, sheet.part) if keys else {}
    rows = [replace(row, offers=tuple(offers.get(key, ()))) for row, key in zip(grid.rows, keys, strict=True)]
    return Grid(sheet, rows)


def written_grid(sheet: Sheet) -> Grid:
    """What is written, for whoever may read a draft: without the offers, which are for whoever fills it in."""
    return Grid(sheet, _beside(sheet, written_on(sheet).rows))


def asked_grid(sheet: Sheet) -> Grid:
    """What is asked, with what was said before and where it is to go; nothing of what is being written."""
    asked = asked_of(sheet.pilot_area, sheet.year, sheet.part)
    return Grid(sheet, _beside(sheet, [GridRow(one) for one in asked]))


def _beside(sheet: Sheet, rows: Sequence[GridRow]) -> list[GridRow]:
    """The rows with the figures of earlier periods and their targets."""
    if not rows:
        return []
    indicators = {row.asked.indicator.pk for row in rows}
    before = _before(sheet, {row.asked.division.pk for row in rows}, indicators)
    targets = _targets(sheet, indicators)
    full = []
    for row in rows:
        key = _key(sheet, row.asked)
        earlier = before.get((key.division_id, key.indicator_id), [])
        trend = tuple(found for found in earlier if found.part == sheet.part)
        last = earlier[-1] if earlier else None
        full.append(replace(row, last=last, trend=trend, target=targets.get(key.indicator_id)))
    return full


@dataclass(frozen=True)
class Written:
    """What is asked and what is written, with what it is checked against: read once, asked about several times."""

    sheet: Sheet
    asked: Sequence[GridRow] = ()
    ledger: Ledger | None = None

    @property
    def rows(self) -> list[GridRow]:
        """With what the checks say, in the language of whoever asks; no statements."""
        if self.ledger is None:
            return list(self.asked)
        several = len({row.asked.division.pk for row in self.asked}) > 1
        entries = [_entry(self.sheet, row, several=several) for row in self.asked if _is_written(row)]
        flaws: dict[Key, list[Flaw]] = defaultdict(list)
        for flaw in examine(entries, self.ledger):
            flaws[flaw.key].append(flaw)
        return [replace(row, flaws=tuple(flaws.get(_key(self.sheet, row.asked), ()))) for row in self.asked]


def written_on(sheet: Sheet) -> Written:
    """What is asked, what is written and what the checks need: enough to decide whether it may be sent."""
    asked = asked_of(sheet.pilot_area, sheet.year, sheet.part)
    if not asked:
        return Written(sheet)
    drafts = {(row.division_id, row.indicator_id): row for row in sheet.stored.select_related("updated_by")}
    rows = [GridRow(one, drafts.get((one.division.pk, one.indicator.pk))) for one in asked]
    written = [row for row in rows if _is_written(row)]
    if not written:
        return Written(sheet, rows)
    divisions, indicators = {row.asked.division.pk for row in written}, {row.asked.indicator.pk for row in written}
    ledger = Ledger.of(sheet.pilot_area.programme_id, divisions, indicators, sheet.year)
    return Written(sheet, rows, ledger)


def _is_written(row: GridRow) -> bool:
    return row.draft is not None and says_something(row.draft)


def typed_of(draft: DraftFigure | None, version: IndicatorVersion) -> dict[str, str]:
    """The texts of a row's cells; see `GridRow.typed`."""
    if draft is None:
        return {**dict.fromkeys(NUMBERS, ""), "measure": ""}
    return {
        "value": _value(draft, version),
        **{name: _part(getattr(draft, name), version, draft.entered_measure) for name in PARTS},
        "measure": draft.entered_measure,
    }


def _value(draft: DraftFigure, version: IndicatorVersion) -> str:
    if draft.value is None or (version.is_rate and PAIR in draft.entered):
        return ""
    return draft.entered or as_text(draft.value) or ""


def _part(value: Decimal | None, version: IndicatorVersion, measure: str) -> str:
    """In the unit it was typed in."""
    if value is None:
        return ""
    kept = wanted_measure(version, "numerator")
    shown = convert(value, kept, measure) if measure and Measure(measure) in alike(kept) else value
    return as_text(shown.quantize(STORED)) or ""


def says_something(figure: Figure) -> bool:
    """Whether a row holds anything at all: also one whose number is not complete yet."""
    return any(getattr(figure, name) not in ("", None) for name in FIGURE_FIELDS if name != "status")


def _entry(sheet: Sheet, row: GridRow, *, several: bool) -> Entry:
    draft = row.draft
    if draft is None:
        raise ValueError("nothing is written here")
    place = f"{row.asked.division.name} " if several else ""
    said = {name: getattr(draft, name) for name in ENTERED}
    return Entry(key=_key(sheet, row.asked), version=row.version, name=f"{place}{row.version.name}", **said)


def _before(sheet: Sheet, divisions: set[int], indicators: set[int]) -> dict[tuple[int, int], list[Observation]]:
    """The figures in force of earlier periods, oldest first, by place and indicator; verified ones of the programme."""
    earlier = Q(year__lt=sheet.year, year__gte=sheet.year - YEARS_BACK)
    if sheet.part == Part.YEAR:
        earlier |= Q(year=sheet.year, part=Part.FIRST_HALF)
    rows = (
        Observation.objects.in_force()
        .facts()
        .filter(earlier, programme=sheet.pilot_area.programme_id, division__in=divisions, indicator__in=indicators)
        .filter(value__isnull=False)
        .select_related("vintage")
    )
    found: dict[tuple[int, int], list[Observation]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.period_end, row.pk)):
        found[row.division_id, row.indicator_id].append(row)
    return found


def _targets(sheet: Sheet, indicators: set[int]) -> dict[int, Target]:
    """Of each indicator the target that comes next, else the one that came last, else the one that always binds."""
    current: Any = Target.objects.current().filter(pilot_area=sheet.pilot_area.pk, indicator__in=indicators)
    rows: list[Target] = list(current.select_related("document", "clause"))
    found: dict[int, Target] = {}
    for row in sorted(rows, key=lambda row: _distance(row, sheet.day)):
        found.setdefault(row.indicator_id, row)
    return found


def _distance(target: Target, day: dt.date) -> tuple[int, int, int]:
    """Less is nearer: those to come by their day, then those gone by, the last first, then those without a day."""
    if target.due_on is None:
        return 2, 0, target.pk
    days = (target.due_on - day).days
    return (0, days, target.pk) if days >= 0 else (1, -days, target.pk)


def _key(sheet: Sheet, asked: Asked) -> Key:
    return Key(asked.division.pk, asked.indicator.pk, sheet.year, sheet.part)
