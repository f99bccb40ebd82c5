"""Timing by medians, and rows as `bench/latest.json` keeps them."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection, transaction

RESULT = Path(__file__).parent / "latest.json"


@dataclass(frozen=True, slots=True)
class Row:
    """`value` in `unit`; for ratios `floor` is the floor's own time in milliseconds. Beyond `limit` the bench fails."""

    name: str
    value: float
    unit: str
    floor: float | None
    limit: float

    @property
    def holds(self) -> bool:
        return self.value <= self.limit


def median_ms(work: Callable[[], object], times: int = 15, warm: int = 3) -> float:
    """Median of several runs in milliseconds, after some that do not count."""
    for _number in range(warm):
        work()
    taken = []
    for _number in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def undone(work: Callable[[], object]) -> None:
    """A piece of work with every constraint checked, as at the end of its transaction; then taken back."""
    with transaction.atomic():
        work()
        check_constraints()
        transaction.set_rollback(True)


def check_constraints() -> None:
    """What waits to be checked at the end of the transaction is checked now, and does not count later."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def ratio(
    name: str, work: Callable[[], object], floor: Callable[[], object], limit: float, *, times: int = 15, warm: int = 3
) -> Row:
    """How many times the floor a piece of work takes; both measured now, on this machine."""
    base = median_ms(floor, times, warm)
    return Row(name, round(median_ms(work, times, warm) / base, 2), "× floor", round(base, 3), limit)


def count(name: str, value: int, limit: int, unit: str = "statements") -> Row:
    return Row(name, value, unit, None, limit)


def save(rows: list[Row], *, beside: bool = False) -> None:
    """`beside`: only these were measured; those of other names stay as they stand."""
    measured = {row.name for row in rows}
    before = json.loads(RESULT.read_text()) if beside else []
    kept = [row for row in before if row["name"] not in measured]
    RESULT.write_text(json.dumps([*kept, *map(asdict, rows)], ensure_ascii=False, indent=1) + "\n")


def table(rows: list[Row]) -> str:
    """The rows as text for the terminal."""
    lines = [f"{'':2}{'what':<52}{'value':>10}  {'unit':<12}{'floor ms':>10}{'limit':>9}"]
    for row in rows:
        floor = f"{row.floor:.2f}" if row.floor is not None else "–"
        sign = " " if row.holds else "!"
        lines.append(f"{sign:2}{row.name:<52}{row.value:>10}  {row.unit:<12}{floor:>10}{row.limit:>9}")
    return "\n".join(lines)
