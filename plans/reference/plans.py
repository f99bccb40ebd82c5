"""What comes with the portal: fields of work (N5), land-use red lines (N6), and Luzhou's opinion as rows of a plan.

The rows of the plan are the four chapters of “三、主要任务” with everything in them. Names are the opinion's own
headings, the wording of a row is that of its clause, to the letter. Only where the text names a year has a row a date:
the last day of that year, which is our reading and said so in the plan's source.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

from pilots.reference.documents import OPINION
from pilots.reference.records import ProgrammeKey
from units.reference.records import Confidence

HERE = Path(__file__).parent
TaskLevel = Literal["goal", "task", "measure"]


@dataclass(frozen=True, slots=True)
class TaskFieldRecord:
    """A field of work of one batch of the national programme."""

    batch: int
    code: str
    name_zh: str
    name_en: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class RedLineRecord:
    """One thing every report has to declare about land."""

    programme: ProgrammeKey
    code: str
    name_zh: str
    name_en: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One row; its place in the file and its level make the tree. `due_as_written` is what its date was read from."""

    level: TaskLevel
    mark: str
    name_zh: str
    name_en: str
    clause: str
    due_on: date | None
    due_as_written: str


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan that was taken over from a document. `pilot` is the key of the pilot area."""

    programme: ProgrammeKey
    pilot: str
    document: str
    title: str
    title_en: str
    begins_on: date
    ends_on: date
    source: str


@dataclass(frozen=True, slots=True)
class StructureRecord:
    """The spatial structure a document names (L2): `clause` is the anchor of the passage, whose wording it takes."""

    pilot: str
    document: str
    clause: str
    name: str


LUZHOU_STRUCTURE = StructureRecord("national-1-510500", OPINION, "goals-layout", "一主四副多点")

LUZHOU = PlanRecord(
    programme="national",
    pilot="national-1-510500",
    document=OPINION,
    title="加快新型城镇化建设综合改革的实施意见",
    title_en="Implementing Opinions on Speeding up the Comprehensive Reform of New-type Urbanization",
    begins_on=date(2015, 3, 16),
    ends_on=date(2020, 12, 31),
    source=(
        "泸市府发〔2015〕7号 三、主要任务（一）至（四），条目名称与文字逐字录自原文，由门户随参考数据录入，"
        "没有人在门户上批准过。起始日为成文日期；原文写“到2017年”“到2020年”的，按当年12月31日计，属门户推定；其余条目原文没有期限。"
    ),
)


def task_fields() -> Iterator[TaskFieldRecord]:
    for row in _rows("task_fields.csv"):
        yield TaskFieldRecord(
            int(row["batch"]), row["code"], row["name_zh"], row["name_en"], row["source"],
            cast(Confidence, row["confidence"]),
        )  # fmt: skip


def red_lines() -> Iterator[RedLineRecord]:
    for row in _rows("red_lines.csv"):
        yield RedLineRecord(
            cast(ProgrammeKey, row["programme"]), row["code"], row["name_zh"], row["name_en"], row["source"],
            cast(Confidence, row["confidence"]),
        )  # fmt: skip


@cache
def luzhou_tasks() -> tuple[TaskRecord, ...]:
    """In the order of the opinion: whatever follows a row of a higher level belongs to it."""
    return tuple(
        TaskRecord(
            level=cast(TaskLevel, row["level"]),
            mark=row["mark"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            clause=row["clause"],
            due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
            due_as_written=row["due_as_written"],
        )
        for row in _rows("luzhou_tasks.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
