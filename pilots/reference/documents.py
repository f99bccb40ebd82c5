"""The register of documents (L13): rows of `policy_documents.csv`, and the clauses that are cited."""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from pilots.document_numbers import normalised, year_of
from pilots.reference.records import ClauseRecord, DocumentRecord
from units.reference.records import Confidence

DOCUMENTS_FILE = Path(__file__).with_name("policy_documents.csv")
OPINION = "泸市府发〔2015〕7号"
PLAN_POINTS = "发改规划〔2014〕2960号"

DATE = re.compile(r"(\d{4}-\d{2}-\d{2})\((成文|公布|发布)\)")
UNNAMED = re.compile(r"\d{4}-\d{2}-\d{2}")
UNNAMED_NOTE = "来源给出的日期为 {day}，未注明是成文日期还是发布日期"
KINDS = ("通知", "意见", "决定", "公告", "通报", "批复", "函")

OPINION_HEAD = {"index_number": "00835003X/2015-00042", "validity": "in_force"}
"""What the head of the opinion's web page says besides its dates (L13)."""

CLAUSES_FILE = Path(__file__).with_name("opinion_clauses.csv")
"""Passages of Luzhou's opinion in its order: headings are its own, `text` is its wording to the letter."""

KEY_POINTS = ClauseRecord("key-points", "各试点工作方案要点", "Key points of the pilots' own plans")


@cache
def documents() -> tuple[DocumentRecord, ...]:
    with DOCUMENTS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(document(row) for row in csv.DictReader(file))


def document(row: dict[str, str]) -> DocumentRecord:
    number = normalised(row["doc_no"])
    signed_on, published_on, dates_note = dates(row["date"])
    head = OPINION_HEAD if number == OPINION else {"index_number": "", "validity": "unknown"}
    return DocumentRecord(
        number=number,
        title=row["title"],
        issuer=row["issuer"],
        kind=kind_of(row["title"]),
        year=year_of(number) or int(row["date"][:4]),
        signed_on=signed_on,
        published_on=published_on,
        dates_note=dates_note,
        index_number=head["index_number"],
        validity="in_force" if head["validity"] == "in_force" else "unknown",
        note=row["role_for_portal"],
        source=row["source"],
        confidence=cast(Confidence, row["confidence"]),
        clauses=clauses_of(number),
    )


@cache
def clauses_of(number: str) -> tuple[ClauseRecord, ...]:
    """The passages on record of a document, in its order."""
    if number == PLAN_POINTS:
        return (KEY_POINTS,)
    if number != OPINION:
        return ()
    with CLAUSES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(ClauseRecord(**row) for row in csv.DictReader(file))


def dates(cell: str) -> tuple[date | None, date | None, str]:
    """Signed on, published on, and what is left to say. Only a day of which the file says what it is becomes one."""
    found = {what: date.fromisoformat(day) for day, what in DATE.findall(cell)}
    if found:
        return found.get("成文"), found.get("发布") or found.get("公布"), ""
    if "memory" in cell:
        return None, None, f"{cell[:10]}（仅凭记忆，未核实）"
    if UNNAMED.fullmatch(cell):
        return None, None, UNNAMED_NOTE.format(day=cell)
    return None, None, "" if re.fullmatch(r"\d{4}", cell) else cell


def kind_of(title: str) -> str:
    """The kind a document names itself in its title; '' where it names none."""
    return next((kind for kind in KINDS if title.endswith(f"的{kind}")), "")
