"""What Luzhou's opinion says about the three links, the special fund, who bears what, projects, powers and divisions.

One file for each record. Every word of it is the opinion's own, cited to its clause; where the text gives no figure, no
year, no office and no stage, none stands here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BESIDE = ("key", "clause", "note", "source", "confidence")
"""Columns that are not fields of the record itself."""


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """`key` tells the row apart within its record; `clause` is the anchor of the passage; `note` its wording."""

    key: str
    clause: str
    values: Mapping[str, str]
    note: str
    source: str
    confidence: str


@cache
def luzhou_entries(slug: str) -> tuple[EntryRecord, ...]:
    """The rows of one record, in the order of the text."""
    with (HERE / f"records_{slug.replace('-', '_')}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_entry(row) for row in csv.DictReader(file))


def _entry(row: Mapping[str, str]) -> EntryRecord:
    beside = {name: row[name] for name in BESIDE}
    return EntryRecord(values={name: text for name, text in row.items() if name not in BESIDE}, **beside)
