"""Recorded changes of divisions: facts of `division_changes.csv`, each with its source."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

ChangeKind = Literal["rename", "recode", "upgrade", "merge", "abolish", "establish"]

# After these the place goes on; after the others it ends or begins.
SAME_PLACE: frozenset[ChangeKind] = frozenset({"rename", "recode", "upgrade"})

CHANGES_FILE = Path(__file__).with_name("division_changes.csv")


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded change. `on` is None when the source gives the year only."""

    year: int
    on: date | None
    kind: ChangeKind
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    document: str
    source: str

    @property
    def origin(self) -> tuple[str, str]:
        return (self.from_code, self.from_name)

    @property
    def target(self) -> tuple[str, str]:
        return (self.to_code, self.to_name)

    @property
    def day(self) -> date:
        """The day given, or the last of the year: by then it was surely so."""
        return self.on or date(self.year, 12, 31)

    @property
    def source_text(self) -> str:
        document = f"{self.document}; " if self.document else ""
        if self.on:
            return f"{document}{self.source}"
        return f"{document}{self.source}; year only ({self.year}), dated to its last day"


def read_change(row: dict[str, str]) -> Change:
    return Change(
        year=int(row["year"]),
        on=date.fromisoformat(row["on"]) if row["on"] else None,
        kind=cast(ChangeKind, row["kind"]),
        from_code=row["from_code"],
        from_name=row["from_name"],
        to_code=row["to_code"],
        to_name=row["to_name"],
        document=row["document"],
        source=row["source"],
    )


def changes() -> list[Change]:
    """All recorded changes, oldest first."""
    with CHANGES_FILE.open(encoding="utf-8", newline="") as file:
        return [read_change(row) for row in csv.DictReader(file)]
