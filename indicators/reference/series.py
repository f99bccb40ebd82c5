"""Published series as they were found: who published what, how sure it is, and how settled.

`time_series.csv`, `population_counts.csv` and the `actual` rows of `pilot_targets.csv` are as they were collected.
`series_from_notes.csv` holds the figures that notes of these rows give besides. `series_status.csv` says which figures
are final, and why: only those that a source calls 审定 or that come from a statistical communiqué. All others are
preliminary; what somebody worked out (推算) is an estimate and says so in its note.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

from units.reference.divisions import NATION_KEY
from units.reference.records import Confidence

HERE = Path(__file__).parent
DERIVED = "推算"
AREAS = {"全国": NATION_KEY, "四川省": "510000-四川省", "泸州市": "510500-泸州市"}
INDICATORS = {
    "常住人口城镇化率": "resident-urbanization-rate",
    "户籍人口城镇化率": "registered-urbanization-rate",
    "常住人口": "resident-population",
    "城镇常住人口": "urban-resident-population",
    "乡村常住人口": "rural-resident-population",
    "户籍人口": "registered-population",
    "户籍城镇人口": "urban-registered-population",
    "户籍乡村人口": "rural-registered-population",
    "中心城区建成区面积": "central-built-up-area",
    "中心城区人口": "central-city-population",
}
COUNTS = {
    "resident_total_wan": "常住人口",
    "resident_urban_wan": "城镇常住人口",
    "resident_rural_wan": "乡村常住人口",
    "hukou_total_wan": "户籍人口",
    "hukou_urban_wan": "户籍城镇人口",
    "hukou_rural_wan": "户籍乡村人口",
}
RATES = {
    "published_resident_rate": ("常住人口城镇化率", "resident_urban_wan", "resident_total_wan"),
    "published_hukou_rate": ("户籍人口城镇化率", "hukou_urban_wan", "hukou_total_wan"),
}
MEASURES = {"%": "percent", "万人": "10k_persons", "平方公里": "km2"}
OF_NOTE = re.compile(r"(?:常住|户籍)(?P<below>[\d.]+)万\s*城镇(?P<above>[\d.]+)万")
"""How a note gives what a rate is made of."""
Place = tuple[str, str, int, Decimal]


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """One published figure. `entered` is as written there, in `measure`; parts of a rate in 10,000 persons."""

    area: str
    name: str
    year: int
    entered: str
    measure: str
    source: str
    confidence: Confidence
    note: str
    status: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def division_key(self) -> str:
        return AREAS[self.area]

    @property
    def code(self) -> str:
        return INDICATORS[self.name]

    @property
    def value(self) -> Decimal:
        return Decimal(self.entered)

    @property
    def place(self) -> Place:
        return self.area, self.name, self.year, self.value


@cache
def published_series() -> tuple[SeriesRecord, ...]:
    """All of them; one figure that two files give alike is one record, with what both say.

    Figures from notes come first: of two that are equally settled the later one counts, and that is the row's own.
    """
    found: dict[Place, SeriesRecord] = {}
    for record in (*_series("series_from_notes.csv"), *_series("time_series.csv"), *_counts(), *_actual()):
        known = found.get(record.place)
        found[record.place] = _both(known, record) if known else record
    return tuple(found.values())


def _both(one: SeriesRecord, other: SeriesRecord) -> SeriesRecord:
    """The source that names more, the note of either, parts where one gives them."""
    return replace(
        one,
        source=max(one.source, other.source, key=len) if _within(one.source, other.source) else one.source,
        note=one.note or other.note,
        numerator=one.numerator if one.numerator is not None else other.numerator,
        denominator=one.denominator if one.denominator is not None else other.denominator,
    )


def _within(one: str, other: str) -> bool:
    return one in other or other in one


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _final() -> frozenset[Place]:
    return frozenset(
        (row["area"], row["indicator"], int(row["year"]), Decimal(row["value"]))
        for row in _rows("series_status.csv")
        if row["status"] == "final"
    )


def _record(area: str, name: str, year: str, text: str, row: dict[str, str], *, unit: str, note: str) -> SeriesRecord:
    is_final = (area, name, int(year), Decimal(text)) in _final()
    status = "final" if is_final else "estimate" if DERIVED in note else "preliminary"
    return SeriesRecord(
        area=area, name=name, year=int(year), entered=text, measure=MEASURES[unit], source=row["source"],
        confidence=cast(Confidence, row["confidence"]), note=note, status=status,
    )  # fmt: skip


def _series(name: str) -> Iterator[SeriesRecord]:
    for row in _rows(name):
        note = row["basis_or_note"]
        if DERIVED in row["source"] and DERIVED not in note:
            note = f"{note}；{DERIVED}".strip("；")
        record = _record(row["area"], row["indicator"], row["year"], row["value"], row, unit=row["unit"], note=note)
        parts = OF_NOTE.search(note)
        if parts:
            record = replace(record, numerator=Decimal(parts["above"]), denominator=Decimal(parts["below"]))
        yield record


def _counts() -> Iterator[SeriesRecord]:
    for row in _rows("population_counts.csv"):
        for column, name in COUNTS.items():
            if row[column]:
                yield _record(row["area"], name, row["year"], row[column], row, unit="万人", note="")
        for column, (name, above, below) in RATES.items():
            if row[column]:
                record = _record(row["area"], name, row["year"], row[column], row, unit="%", note="")
                if row[above] and row[below]:
                    record = replace(record, numerator=Decimal(row[above]), denominator=Decimal(row[below]))
                yield record


def _actual() -> Iterator[SeriesRecord]:
    for row in _rows("pilot_targets.csv"):
        if row["kind"] == "actual":
            yield _record(
                row["pilot"], row["indicator"], row["year"], row["value"], row, unit=row["unit"], note=row["note"]
            )
