"""One figure with what is known around it: what every check looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from indicators.checks.ledger import Ledger, last_digit, step_of
from indicators.checks.shapes import Entry, Fact, Flaw, Key, Severity
from indicators.figure_words import as_given, plain, with_unit
from indicators.measures import KINDS, Measure


def in_unit(value: Decimal, measure: str) -> str:
    """A number with its unit, as the messages say it."""
    return with_unit(as_given(value), measure)


def measure_alike(*facts: Fact) -> bool:
    """Whether they measure the same sort of thing: a relation somebody set by mistake compares nothing."""
    return len({KINDS[Measure(fact.measure)].of for fact in facts}) == 1


@dataclass(frozen=True)
class Case:
    """An entry, the ledger, and the other entries of the same report."""

    entry: Entry
    ledger: Ledger
    entries: Mapping[Key, Entry]

    @property
    def value(self) -> Decimal | None:
        return None if self.entry.absence else self.entry.value

    @property
    def measure(self) -> str:
        return self.entry.version.measure

    @property
    def is_percent(self) -> bool:
        return self.measure == Measure.PERCENT

    @property
    def is_amount(self) -> bool:
        """Something counted or measured: neither a share, nor yes or no, nor in words."""
        return not (self.is_percent or self.entry.version.is_yes_no)

    @cached_property
    def step(self) -> Decimal:
        """One unit of the last digit as it was given."""
        entry = self.entry
        if entry.value is None:
            return Decimal(1)
        if not entry.entered:
            return last_digit(entry.value)
        return step_of(entry.entered, entry.entered_measure, entry.version, entry.value)

    @cached_property
    def vintage(self) -> int | None:
        return self.ledger.vintage(self.entry.version.series, self.entry.key.year, self.entry.vintage_id)

    def is_comparable(self, fact: Fact) -> bool:
        """Whether it is of the same edition of the series: across a census nothing is compared."""
        return self.ledger.vintage(self.entry.version.series, fact.key.year, fact.vintage_id) == self.vintage

    @cached_property
    def past(self) -> tuple[Fact, ...]:
        """The place's own earlier figures of the same part of the year, verified, comparable; one of each period.

        What the programme accepted goes before what is published.
        """
        chosen: dict[int, Fact] = {}
        for fact in self.ledger.about(self.entry.key):
            earlier = fact.key.part == self.entry.key.part and fact.key.year < self.entry.key.year
            if earlier and fact.is_verified and fact.is_in_force and self.is_comparable(fact):
                chosen.setdefault(fact.key.year, fact)
        return tuple(chosen[year] for year in sorted(chosen))

    @property
    def last(self) -> Fact | None:
        return self.past[-1] if self.past else None

    def key_of(self, indicator_id: int) -> Key:
        """Of another indicator, the same place and period."""
        return Key(self.entry.key.division_id, indicator_id, self.entry.key.year, self.entry.key.part)

    def same_period(self, indicator_id: int) -> Fact | None:
        """What is known of another indicator of the same place and period: entered beside it, accepted, published."""
        key = self.key_of(indicator_id)
        beside = self.entries.get(key)
        if beside is None:
            return self.ledger.settled(key)
        if beside.value is None or beside.absence:
            return None
        other = Case(beside, self.ledger, self.entries)
        return Fact(
            key=key, value=beside.value, step=other.step, measure=beside.version.measure, name=beside.called,
            status=beside.status, vintage_id=other.vintage, is_published=False,
        )  # fmt: skip

    def shown(self, value: Decimal | None = None) -> str:
        said = self.entry.value if value is None else value
        return in_unit(said if said is not None else Decimal(0), self.measure)

    def flaw(self, code: str, severity: Severity, message: str, field: str = "value", **evidence: Any) -> Flaw:
        """A finding about this entry; numbers of the evidence as texts, as everywhere outside."""
        said = {name: plain(item) if isinstance(item, Decimal) else item for name, item in evidence.items()}
        return Flaw(self.entry.key, code, severity, message, field, said)
