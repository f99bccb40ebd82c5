"""Targets and baselines on record: rows of `pilot_targets.csv`, one for each document that says so.

`more_targets.csv` adds what stands elsewhere: Luzhou's baseline as the statistics bureau settled it, and the three
goals of L3 in the opinion's own words. Rows of kind `actual` are figures that were published, no targets: they are
loaded with the published series.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

from indicators.measures import Measure
from pilots.document_numbers import normalised
from pilots.reference.documents import OPINION, PLAN_POINTS
from units.reference.records import Confidence

FILES = tuple(Path(__file__).with_name(name) for name in ("pilot_targets.csv", "more_targets.csv"))

CODES: Mapping[str, str] = {
    "总人口": "total-population",
    "面积": "land-area",
    "常住人口": "resident-population",
    "城镇常住人口": "urban-resident-population",
    "中心城区面积": "central-city-area",
    "中心城区建成区面积": "central-built-up-area",
    "中心城区常住人口": "central-city-population",
    "常住人口城镇化率": "resident-urbanization-rate",
    "户籍人口城镇化率": "registered-urbanization-rate",
    "城镇化率": "urbanization-rate-unspecified",
    "新增落户人口": "newly-settled-population",
    "社会保险覆盖面": "social-insurance-coverage",
    "市级试点镇数": "city-pilot-towns",
    "各区县试点乡镇数": "county-pilot-towns",
    "示范市：农业转移人口市民化成本分担机制": "cost-sharing-demonstration",
    "示范市：多元化可持续的城镇化投融资机制": "financing-demonstration",
    "示范市：行政管理创新与降低行政成本": "administration-demonstration",
}
"""Name in the file → code of the indicator."""
MEASURES: Mapping[str, Measure] = {
    "万人": Measure.TEN_THOUSAND_PERSONS,
    "%": Measure.PERCENT,
    "平方公里": Measure.SQUARE_KM,
    "万平方公里": Measure.TEN_THOUSAND_SQUARE_KM,
    "个": Measure.COUNT,
    "": Measure.NONE,
}
PAGES_OF_PLAN_POINTS = (
    "http://ciudsrc.com/webdiceng.php?id=80919",
    "http://ciudsrc.com/webdiceng.php?id=80904",
)
"""Where the key points of Luzhou's and Mudanjiang's plans are reproduced. They belong to 2960号 (policy_documents.csv:
总体实施方案+名单+各试点工作方案要点), whose batch both are in."""
CLAUSES_OF_OPINION: Mapping[str, str] = {
    "resident-urbanization-rate": "goals-level",
    "registered-urbanization-rate": "goals-level",
    "newly-settled-population": "goals-level",
    "central-built-up-area": "goals-layout",
    "central-city-population": "goals-layout",
    "social-insurance-coverage": "social-insurance",
    "city-pilot-towns": "pilot-towns",
    "county-pilot-towns": "pilot-towns",
    "cost-sharing-demonstration": "goals-2017",
    "financing-demonstration": "goals-2017",
    "administration-demonstration": "goals-2017",
}
LIKEWISE = "同上"
INFERRED = "未单独写年份"
SETTLED = "审定"
NUMBER = r"\d+(?:\.\d+)?"
SIGNS = {"≥": "at_least", "≤": "at_most", "": ""}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a cell demands. `comparison` is '' where it gives a bare number: the indicator's direction decides."""

    comparison: str
    value: Decimal | None = None
    value_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CitedRecord:
    """A figure one document, or one page, gives about a pilot area of the national programme."""

    pilot: str
    code: str
    year: int | None
    amount: Amount
    measure: Measure
    document: str
    clause: str
    as_written: str
    source: str
    confidence: Confidence
    note: str
    is_year_inferred: bool = False
    status: str = ""

    @property
    def due_on(self) -> date | None:
        """The last day of the year named."""
        return date(self.year, 12, 31) if self.year else None


@cache
def targets() -> tuple[CitedRecord, ...]:
    return tuple(record for kind, record in _records() if kind in {"target", "goal"})


@cache
def baselines() -> tuple[CitedRecord, ...]:
    return tuple(record for kind, record in _records() if kind == "baseline")


def _records() -> Iterator[tuple[str, CitedRecord]]:
    for file in FILES:
        note = ""
        for row in _rows(file):
            note = note if row["note"] == LIKEWISE else row["note"]
            if row["kind"] == "actual":
                continue
            for source in row["source"].split(" ; "):
                yield row["kind"], _record({**row, "note": note, "source": source})


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _record(row: Mapping[str, str]) -> CitedRecord:
    code = CODES[row["indicator"]]
    document, clause = cited(row["source"], code)
    return CitedRecord(
        pilot=row["pilot"],
        code=code,
        year=int(row["year"]) if row["year"] else None,
        amount=Amount("done") if row["kind"] == "goal" else amount(row["value"]),
        measure=MEASURES[row["unit"]],
        document=document,
        clause=clause,
        as_written=row.get("as_written") or with_unit(row["value"], row["unit"]),
        source=row["source"],
        confidence=cast(Confidence, row["confidence"]),
        note=row["note"],
        is_year_inferred=INFERRED in row["note"],
        status="final" if row["kind"] == "baseline" and row["note"].endswith(SETTLED) else "",
    )


def cited(source: str, code: str) -> tuple[str, str]:
    """Number of the document a source cell names, and the clause; '' where it names none that is on record."""
    if source in PAGES_OF_PLAN_POINTS:
        return PLAN_POINTS, "key-points"
    if normalised(source.partition(" (")[0]) == OPINION:
        return OPINION, CLAUSES_OF_OPINION[code]
    return "", ""


def amount(text: str) -> Amount:
    """≥23 · 85左右 · 3—5 · 58.5. Raises ValueError for anything else."""
    if found := re.fullmatch(rf"({NUMBER})[—–-]({NUMBER})", text):
        return Amount("range", Decimal(found[1]), Decimal(found[2]))
    if found := re.fullmatch(rf"({NUMBER})左右", text):
        return Amount("about", Decimal(found[1]))
    if found := re.fullmatch(rf"([≥≤]?)({NUMBER})", text):
        return Amount(SIGNS[found[1]], Decimal(found[2]))
    raise ValueError(f"no amount: {text!r}")


def with_unit(value: str, unit: str) -> str:
    """The cell with its unit, as one would write it: 85%左右, 3—5个."""
    number, about, _rest = value.partition("左右")
    return f"{number}{unit}{about}"
