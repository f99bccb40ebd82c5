"""Roll-ups: figures of places as partial sums, so that they add up in any order and grouping. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from indicators.models import Absence, RollUpMethod

EXACT = Context(prec=120)
"""Enough digits for any sum of figures to be exact, so that the order of adding cannot matter."""
ZERO = Decimal(0)


def rate(numerator: Decimal, denominator: Decimal, scale: Decimal) -> Decimal | None:
    """numerator ÷ denominator × scale; None where the denominator is nothing."""
    return numerator * scale / denominator if denominator else None


@dataclass(frozen=True, slots=True, order=True)
class Latest:
    """The figure that was recorded last; of two at one moment the one with the higher key."""

    at: dt.datetime
    key: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Partial:
    """What the figures of some places come to, so that it can be added up. One place is a Partial as well.

    `expected` places should have a figure, `reported` gave a number, `counted` are in the figure, to `not_applicable`
    it does not apply. A zero is reported and counted; what is missing is only expected.
    """

    expected: int = 0
    reported: int = 0
    counted: int = 0
    not_applicable: int = 0
    total: Decimal = ZERO
    numerator: Decimal = ZERO
    denominator: Decimal = ZERO
    weighted: Decimal = ZERO
    weight: Decimal = ZERO
    weight_not_applicable: Decimal = ZERO
    latest: Latest | None = None

    def __add__(self, other: Partial) -> Partial:
        with localcontext(EXACT):
            return Partial(
                self.expected + other.expected,
                self.reported + other.reported,
                self.counted + other.counted,
                self.not_applicable + other.not_applicable,
                self.total + other.total,
                self.numerator + other.numerator,
                self.denominator + other.denominator,
                self.weighted + other.weighted,
                self.weight + other.weight,
                self.weight_not_applicable + other.weight_not_applicable,
                max((one for one in (self.latest, other.latest) if one), default=None),
            )


def combine(parts: Iterable[Partial]) -> Partial:
    """All of them together, in whatever order and grouping."""
    return sum(parts, Partial())


Parts = tuple[Decimal | None, Decimal | None]
"""Numerator and denominator."""


def partial_of(
    method: str, value: Decimal | None, *, absence: str = "", parts: Parts = (None, None),
    weight: Decimal | None = None, latest: Latest | None = None,
) -> Partial:  # fmt: skip
    """One expected place. `parts`: numerator and denominator; a rate without them is reported but cannot be counted,
    nor can what is to be weighted without its weight."""
    if absence == Absence.NOT_APPLICABLE:
        return Partial(expected=1, not_applicable=1, weight_not_applicable=weight or ZERO)
    if value is None:
        return Partial(expected=1)
    numerator, denominator = parts
    cannot = (method == RollUpMethod.RATIO and (numerator is None or denominator is None)) or (
        method == RollUpMethod.WEIGHTED and weight is None
    )
    if cannot:
        return Partial(expected=1, reported=1)
    weight = weight or ZERO
    with localcontext(EXACT):
        return Partial(
            1, 1, 1, 0, value, numerator or ZERO, denominator or ZERO, value * weight, weight, latest=latest
        )  # fmt: skip


def rolled_value(method: str, partial: Partial, scale: Decimal) -> Decimal | None:
    """The figure partial sums make. None where nothing could be counted, or where the method makes none."""
    if not partial.counted or method == RollUpMethod.NONE:
        return None
    if method == RollUpMethod.RATIO:
        return rate(partial.numerator, partial.denominator, scale)
    if method == RollUpMethod.WEIGHTED:
        return partial.weighted / partial.weight if partial.weight else None
    if method == RollUpMethod.LATEST:
        return partial.latest.value if partial.latest else None
    return partial.total


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what there should be is in a figure. `weight_share`: 0 to 1, None where there are no weights."""

    counted: int
    reported: int
    expected: int
    not_applicable: int
    weight_share: Decimal | None = None

    @property
    def of(self) -> int:
        """How many places it could be made of: those expected, without those it does not apply to."""
        return self.expected - self.not_applicable

    @property
    def is_complete(self) -> bool:
        return self.counted == self.of


def coverage(partial: Partial, whole_weight: Decimal | None = None) -> Coverage:
    """`whole_weight`: of all places expected, those without a figure too; None where there are no weights."""
    weight = None if whole_weight is None else whole_weight - partial.weight_not_applicable
    return Coverage(
        partial.counted,
        partial.reported,
        partial.expected,
        partial.not_applicable,
        partial.weight / weight if weight and weight > 0 else None,
    )
