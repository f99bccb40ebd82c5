"""How a number, its unit and its sign are written, wherever it is shown."""

from __future__ import annotations

from decimal import Decimal as D
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from indicators import figure_words
from indicators.measures import Measure
from indicators.models import Absence, Direction, IndicatorVersion


@pytest.mark.parametrize(
    ("value", "typed", "shown"),
    [
        (D("1234567.500000"), "1234567.5", "1,234,567.5"),
        (D("-1200.000000"), "-1200", "−1,200"),  # noqa: RUF001
        (D("0.000000"), "0", "0"),
        (D("1E+3"), "1000", "1,000"),
        (D("100"), "100", "100"),
    ],
)
def test_a_number_as_it_was_given(value: D, typed: str, shown: str) -> None:
    assert (figure_words.plain(value), figure_words.as_given(value)) == (typed, shown)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (Measure.PERCENT, "1,234.6%"),
        (Measure.PERSONS, "1,234.6 persons"),
        (Measure.TEN_THOUSAND_PERSONS, "1,234.6 × 10,000 persons"),
        (Measure.COUNT, "1,234.6"),
        (Measure.NONE, "1,234.6"),
    ],
)
def test_an_amount_has_its_unit(measure: Measure, said: str) -> None:
    with translation.override("en"):
        assert figure_words.amount(D("1234.55"), IndicatorVersion(measure=measure, precision=1)) == said


@pytest.mark.parametrize(
    ("direction", "value", "absence", "said"),
    [
        (Direction.YES_NO, D(1), "", "yes"),
        (Direction.YES_NO, D(0), "", "no"),
        (Direction.QUALITATIVE, D(0), "", "not done"),
        (Direction.UP, D(0), "", "0.0%"),
        (Direction.UP, None, Absence.NOT_AVAILABLE, "not available"),
        (Direction.UP, None, Absence.NONE, ""),
    ],
)
def test_zero_no_and_nothing_are_told_apart(direction: Direction, value: Any, absence: str, said: str) -> None:
    version = IndicatorVersion(measure=Measure.PERCENT, precision=1, direction=direction)
    with translation.override("en"):
        assert figure_words.figure(SimpleNamespace(value=value, absence=absence), version) == said


def test_shares_differ_by_percentage_points() -> None:
    version = IndicatorVersion(measure=Measure.PERCENT, precision=1, direction=Direction.UP)
    now, before = SimpleNamespace(value=D("52.2")), SimpleNamespace(value=D("53"))
    with translation.override("en"):
        assert figure_words.change(now, before, version) == "−0.8 percentage points"  # noqa: RUF001
        assert figure_words.change(before, now, version) == "+0.8 percentage points"
