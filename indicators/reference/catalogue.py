"""The catalogue as the project knows it: the main indicators of the national plan, those shared besides, Luzhou's.

`indicators_18.csv` is the table of the plan as it was found, one source cell for several fields; `indicators.csv` is
ours: codes, how a figure is kept, how figures of places make one. `indicator_sources.csv` says what of that comes
from elsewhere, field by field.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import cast

from units.reference.records import Confidence

HERE = Path(__file__).parent
PREFIXED = re.compile(r"^(目标|2012值|2012“—”)[:：](.*)$")
"""A part of a source cell that says which of the row's fields it speaks of."""
OF_PREFIX = {"目标": "plan_2020"}
ROW_FIELDS = ("name_zh", "group_zh", "measure", "direction")
"""What a row of the plan's table says besides its two values; it comes from where the target comes from."""


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """Where one field comes from; `said` is what stands there."""

    field: str
    said: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class IndicatorRecord:
    """One indicator with its only version. Other indicators are named by their code, a pilot area by its key."""

    code: str
    plan_number: int | None
    pilot_key: str
    name_zh: str
    name_en: str
    group_zh: str
    group_en: str
    measure: str
    precision: int
    direction: str
    frequency: str
    levels: tuple[str, ...]
    applies_by: str
    applies_over: Decimal | None
    method: str
    weight: str
    numerator_zh: str
    numerator_en: str
    denominator_zh: str
    denominator_en: str
    numerator: str
    denominator: str
    scale: Decimal
    part_measure: str
    lowest: Decimal | None
    highest: Decimal | None
    is_cumulative: bool
    series: str
    caliber_zh: str
    caliber_en: str
    criterion_zh: str
    criterion_en: str
    sources: tuple[FieldRecord, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RelationRecord:
    kind: str
    lower: str
    upper: str
    source: str


@dataclass(frozen=True, slots=True)
class VintageRecord:
    code: str
    series: str
    from_year: int
    name_zh: str
    name_en: str
    note_zh: str
    note_en: str
    source: str


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """What a programme asks for; the order of the file is the order in which it asks."""

    programme: str
    code: str
    is_compulsory: bool
    source: str


def rows_of(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plan_sources(row: dict[str, str]) -> tuple[FieldRecord, ...]:
    """The sources of a row of the plan's table, field by field.

    A cell without prefixes speaks of every field. One with them speaks of the target (and with it of the name, the
    unit and the direction) and of the value of 2012 separately: there “memory” spoils only what it stands before.
    """
    said = {"plan_2012": row["value_2012"], "plan_2020": row["target_2020"]}
    by_field = _by_prefix(row["source"])
    whole = by_field.get("plan_2020", row["source"])
    confidence = cast(Confidence, row["confidence"])
    return (
        *(FieldRecord(name, _said(row, name), whole, confidence) for name in ROW_FIELDS),
        *(FieldRecord(name, text, by_field.get(name, whole), confidence) for name, text in said.items()),
    )


def _by_prefix(cell: str) -> dict[str, str]:
    found = (PREFIXED.match(part.strip()) for part in cell.split(";"))
    return {OF_PREFIX.get(match[1], "plan_2012"): match[2].strip() for match in found if match}


def _said(row: dict[str, str], name: str) -> str:
    return {"name_zh": row["name"], "group_zh": row["group"], "measure": row["unit"], "direction": row["direction"]}[
        name
    ]


def indicators() -> list[IndicatorRecord]:
    """All of the catalogue: the plan's in its order, then the others."""
    plan = {row["seq"]: row for row in rows_of("indicators_18.csv")}
    elsewhere: dict[str, list[FieldRecord]] = {}
    for row in rows_of("indicator_sources.csv"):
        record = FieldRecord(row["field"], row["said"], row["source"], cast(Confidence, row["confidence"]))
        elsewhere.setdefault(row["code"], []).append(record)
    return [_indicator(row, plan.get(row["plan"]), elsewhere.get(row["code"], [])) for row in rows_of("indicators.csv")]


def _indicator(row: dict[str, str], plan: dict[str, str] | None, elsewhere: list[FieldRecord]) -> IndicatorRecord:
    record = IndicatorRecord(
        **{name: row[name] for name in TEXTS},
        plan_number=int(row["plan"]) if row["plan"] else None,
        pilot_key=row["pilot"],
        precision=int(row["precision"]),
        levels=tuple(row["levels"].split()),
        applies_over=_number(row["applies_over"]),
        scale=Decimal(row["scale"]),
        lowest=_number(row["lowest"]),
        highest=_number(row["highest"]),
        is_cumulative=row["is_cumulative"] == "yes",
        sources=(*(plan_sources(plan) if plan else ()), *elsewhere),
    )
    return replace(record, name_zh=plan["name"], group_zh=plan["group"]) if plan else record


TEXTS = (
    "code", "name_zh", "name_en", "group_zh", "group_en", "measure", "direction", "frequency", "applies_by", "method",
    "weight", "numerator_zh", "numerator_en", "denominator_zh", "denominator_en", "numerator", "denominator",
    "part_measure", "series", "caliber_zh", "caliber_en", "criterion_zh", "criterion_en",
)  # fmt: skip


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def relations() -> Iterator[RelationRecord]:
    for row in rows_of("indicator_relations.csv"):
        yield RelationRecord(row["kind"], row["lower"], row["upper"], row["source"])


def vintages() -> Iterator[VintageRecord]:
    for row in rows_of("vintages.csv"):
        yield VintageRecord(**{**row, "from_year": int(row["from_year"])})  # type: ignore[arg-type]


def asked() -> Iterator[AskedRecord]:
    for row in rows_of("asked_indicators.csv"):
        yield AskedRecord(row["programme"], row["code"], row["compulsory"] == "yes", row["source"])
