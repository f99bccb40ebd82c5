"""Checks of figures: each small, each says with the figures in it what it found, and in which cell.

ledger = Ledger.of(programme_id, divisions, indicators, year)  # four statements
flaws = examine(entries, ledger)                               # pure
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from indicators.checks import history, itself, others
from indicators.checks.context import Case
from indicators.checks.ledger import Ledger
from indicators.checks.shapes import ERROR, WARNING, Entry, Fact, Flaw, Key, Severity

__all__ = ["CHECKS", "ERROR", "WARNING", "Entry", "Fact", "Flaw", "Key", "Ledger", "Severity", "examine"]

Check = Callable[[Case], Iterator[Flaw]]
CHECKS: tuple[Check, ...] = (
    itself.impossible,
    itself.parts_of_rate,
    itself.rate_against_parts,
    itself.share_proved,
    itself.rate_against_counts,
    others.sums,
    others.not_above,
    history.confused_percent,
    history.confused_unit,
    history.falling,
    history.jump,
    others.against_published,
    others.against_accepted,
)
"""In the order findings are listed."""


def examine(entries: Sequence[Entry], ledger: Ledger) -> list[Flaw]:
    """What is wrong or odd about figures of one report: errors first, else in the order of the entries.

    Figures without a number (not applicable, not available, nothing entered) have nothing to check.
    """
    by_key = {entry.key: entry for entry in entries}
    cases = [Case(entry, ledger, by_key) for entry in entries]
    found = [flaw for case in cases for check in CHECKS for flaw in check(case)]
    return sorted(found, key=lambda flaw: not flaw.is_error)
