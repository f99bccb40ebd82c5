"""Figures as people type and paste them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.models import IndicatorVersion
from indicators.typed import BadNumber, read, read_number

READ = [
    ("51.35", "", "percent", "51.35"),
    ("５１．３５％", "", "percent", "51.35"),  # noqa: RUF001
    ("5‰", "", "percent", "0.5"),
    ("0", "", "percent", "0"),
    ("4,259,000", "persons", "10k_persons", "425.9"),
    ("4 259 000 人", "", "10k_persons", "425.9"),
    ("425.9万", "", "10k_persons", "425.9"),
    ("425.9万", "", "persons", "4259000"),
    ("425.9万人", "persons", "persons", "4259000"),
    ("1.2万平方公里", "", "km2", "12000"),
    ("12㎡", "", "m2", "12"),
    ("5亿", "", "100m_yuan", "5"),
    ("5.00670E+06", "persons", "10k_persons", "500.67"),
    ("−3", "", "count", "-3"),  # noqa: RUF001
    ("3万吨标准煤", "", "10k_tce", "3"),
]
REFUSED = [
    ("", "percent", "empty"),
    ("—", "percent", "absent"),
    ("不适用", "percent", "absent"),
    ("约508", "10k_persons", "about"),
    ("60左右", "percent", "about"),
    ("1,23", "percent", "separators"),
    ("12 34", "percent", "separators"),
    ("1.2.3", "percent", "several"),
    ("3—5", "count", "several"),
    ("五十", "percent", "no_number"),
    ("12%", "persons", "unit"),
    ("12斤", "persons", "unknown_unit"),
    ("1e99", "count", "too_large"),
    ("9" * 61, "count", "too_long"),
]


@pytest.mark.parametrize(("text", "chosen", "kept", "value"), READ)
def test_a_figure_is_read_as_it_was_meant(text: str, chosen: str, kept: str, value: str) -> None:
    assert read_number(text, chosen, IndicatorVersion(measure=kept)) == Decimal(value)


@pytest.mark.parametrize(("text", "kept", "code"), REFUSED)
def test_what_cannot_be_read_for_certain_is_refused_in_words(text: str, kept: str, code: str) -> None:
    with pytest.raises(BadNumber) as refused:
        read_number(text, "", IndicatorVersion(measure=kept))
    assert refused.value.code == code
    assert refused.value.message


def test_how_fine_a_figure_was_given_is_kept_with_it() -> None:
    persons = IndicatorVersion(measure="10k_persons")
    assert read("205.0", "", persons).step == Decimal("0.1")
    assert read("4,259,000", "persons", persons).step == Decimal("0.0001")


def test_parts_of_a_rate_have_a_unit_of_their_own() -> None:
    version = IndicatorVersion(measure="percent", part_measure="10k_persons")
    assert read_number("2,187,000人", "", version, of="numerator") == Decimal("218.7")


@pytest.mark.parametrize(("text", "value"), [("是", 1), ("未完成", 0), ("1", 1), ("０", 0)])  # noqa: RUF001
def test_yes_and_no_are_one_and_zero(text: str, value: int) -> None:
    assert read_number(text, "", IndicatorVersion(measure="none", direction="yes_no")) == value


def test_yes_or_no_takes_nothing_else() -> None:
    with pytest.raises(BadNumber, match=r"."):
        read_number("2", "", IndicatorVersion(measure="none", direction="qualitative"))
