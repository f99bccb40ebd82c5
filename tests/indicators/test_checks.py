"""Each check on figures made for it: what it finds, what it lets pass, and that it says so with the figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from indicators.checks import Entry, Fact, Flaw, Key, Ledger, examine
from indicators.models import IndicatorVersion

PLACE, RATE, AMOUNT, OTHER, THIRD = 1, 10, 20, 21, 22
NUMBERS = ("value", "numerator", "denominator")


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def version(**fields: Any) -> IndicatorVersion:
    of = {"name_zh": "率", "measure": "percent", "lowest": Decimal(0), "highest": Decimal(100), "scale": Decimal(100),
          "method": "ratio", "part_measure": "10k_persons"}  # fmt: skip
    return IndicatorVersion(**(of | fields))


def amount(**fields: Any) -> IndicatorVersion:
    return version(**({"measure": "10k_persons", "method": "sum", "highest": None, "name_zh": "数"} | fields))


def entry(value: str | None, indicator: int = RATE, year: int = 2022, **fields: Any) -> Entry:
    fields = {name: Decimal(found) if name in NUMBERS else found for name, found in fields.items()}
    fields.setdefault("version", version() if indicator == RATE else amount())
    number = Decimal(value) if value is not None else None
    return Entry(Key(PLACE, indicator, year), value=number, entered=value or "", **fields)


def known(values: Mapping[int, str], indicator: int = RATE, **fields: Any) -> list[Fact]:
    measure = fields.pop("measure", "percent" if indicator == RATE else "10k_persons")
    return [
        Fact(Key(PLACE, indicator, year), Decimal(value), Decimal("0.01"), measure, "率",
             **({"status": "final"} | fields))
        for year, value in values.items()
    ]  # fmt: skip


def flaws(*entries: Entry, facts: list[Fact] | None = None, **about: Any) -> list[Flaw]:
    return examine(entries, Ledger.holding(facts or [], **about))


def codes(*entries: Entry, facts: list[Fact] | None = None, **about: Any) -> list[str]:
    return [flaw.code for flaw in flaws(*entries, facts=facts, **about)]


STEADY = known({2016: "40.0", 2017: "41.1", 2018: "42.0", 2019: "43.1", 2020: "44.0", 2021: "45.0"})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (entry("51.35", numerator="218.7", denominator="425.9"), []),
        (entry("51.40", numerator="218.7", denominator="425.9"), []),  # 0.05 points, not more
        (entry("51.41", numerator="218.7", denominator="425.9"), ["rate_mismatch"]),
        (entry("0.5135", numerator="218.7", denominator="425.9"), ["percent_as_share"]),
        (entry("0.51", numerator="218.7", denominator="425.9"), ["percent_as_share"]),
        (entry("51", numerator="1", denominator="0"), ["denominator_zero"]),
        (entry("51", numerator="1"), ["part_missing"]),
        (entry("51", denominator="1"), ["part_missing"]),
        (entry("102", numerator="51", denominator="50"), ["too_high", "numerator_above"]),
        (entry("-1"), ["too_low"]),
        (entry("100"), []),
        (entry("0"), []),
        (entry("0", numerator="0", denominator="3"), []),
        (entry("2", version=version(measure="none", direction="yes_no")), ["yes_or_no"]),
        (entry("5", numerator="-1", denominator="-20"), ["negative_part", "negative_part"]),
        (entry(None), []),
        (entry(None, absence="not_applicable", numerator="3"), []),
    ],
)
def test_what_a_figure_says_of_itself(given: Entry, expected: list[str]) -> None:
    found = flaws(given)
    assert [flaw.code for flaw in found] == expected
    assert all(flaw.is_error for flaw in found)


def test_a_finding_has_the_figures_in_it_and_points_at_the_cell() -> None:
    (flaw,) = flaws(entry("53.1", numerator="218.7", denominator="425.9"))
    assert flaw.message == (
        "218.7 ÷ 425.9 makes 51.35%, but 53.1% is entered: 1.75 points apart. Correct one of the three."
    )
    assert (flaw.field, flaw.key.indicator_id) == ("value", RATE)
    (zero,) = flaws(entry(None, numerator="1", denominator="0"))
    assert zero.field == "denominator"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("45.9", []), ("46.9", []), ("0.46", ["percent_as_share"]), ("49.0", ["jump"]), ("41.0", ["jump"])],
)
def test_a_rate_against_its_own_history(value: str, expected: list[str]) -> None:
    found = flaws(entry(value), facts=STEADY)
    assert [flaw.code for flaw in found] == expected
    assert not any(flaw.is_error for flaw in found)


def test_a_share_really_below_one_percent_is_left_alone() -> None:
    assert codes(entry("0.6"), facts=known({2021: "0.5"})) == []
    assert codes(entry("0.6")) == []


def test_with_too_few_years_only_what_is_out_of_all_proportion_is_asked_about() -> None:
    assert codes(entry("54"), facts=known({2021: "45"})) == []
    assert codes(entry("56"), facts=known({2021: "45"})) == ["jump"]
    assert codes(entry("425", AMOUNT), facts=known({2021: "42"}, AMOUNT)) == ["jump"]


def test_an_amount_in_another_unit_is_recognised() -> None:
    (flaw,) = flaws(entry("4259000", AMOUNT), facts=known({2021: "425.4"}, AMOUNT))
    assert (flaw.code, flaw.evidence["meant"]) == ("unit_confused", "425.9")


def test_what_counts_on_cannot_fall() -> None:
    counted = amount(is_cumulative=True)
    facts = known({2020: "30", 2021: "38"}, AMOUNT)
    assert codes(entry("37", AMOUNT, version=counted), facts=facts) == ["cumulative_falls"]
    assert codes(entry("38", AMOUNT, version=counted), facts=facts) == []


def test_nothing_is_compared_across_a_census() -> None:
    rate = version(series="population_census")
    facts = known({2018: "10", 2019: "11"}, vintage_id=1)
    about: dict[str, Any] = {"vintages": [("population_census", 2010, 1), ("population_census", 2020, 2)]}
    assert codes(entry("60", year=2020, version=rate), facts=facts, **about) == []
    assert codes(entry("60", year=2020, version=rate, vintage_id=1), facts=facts, **about) == ["jump"]
    counted = amount(series="population_census", is_cumulative=True)
    older = known({2019: "60"}, AMOUNT, vintage_id=1)
    assert codes(entry("50", AMOUNT, year=2020, version=counted), facts=older, **about) == []


PARTS = {AMOUNT: (OTHER, THIRD)}


@pytest.mark.parametrize(
    ("whole", "one", "other", "expected"),
    [
        ("425.9", "218.7", "207.2", []),
        ("506.73", "201.65", "305.07", []),  # 0.01 apart: rounding explains 0.015
        ("500.5658", "202.22", "298.35", []),
        ("506.75", "201.65", "305.07", ["sum_differs"]),
        ("426.3", "221.3", "205.0", []),
        ("427.3", "221.3", "205.0", ["sum_differs"]),
    ],
)
def test_parts_make_their_whole_within_the_digits_given(whole: str, one: str, other: str, expected: list[str]) -> None:
    rows = (entry(whole, AMOUNT), entry(one, OTHER), entry(other, THIRD))
    assert codes(*rows, parts=PARTS) == expected


def test_a_sum_is_held_against_what_was_accepted_where_it_is_not_entered() -> None:
    facts = known({2022: "425.9"}, AMOUNT, is_published=False) + known({2022: "207.2"}, THIRD, is_published=False)
    (flaw,) = flaws(entry("219.7", OTHER), facts=facts, parts=PARTS)
    assert (flaw.code, flaw.key.indicator_id) == ("sum_differs", OTHER)
    (above,) = flaws(entry("430", OTHER), facts=facts[:1], parts=PARTS)
    assert above.code == "part_above_whole"


def test_registered_above_resident_is_asked_about_but_not_where_it_always_was_so() -> None:
    rows = entry("51.5", OTHER, version=version()), entry("50.0")
    about: dict[str, Any] = {"not_above": [(OTHER, RATE)]}
    found = flaws(*rows, **about)
    assert [(flaw.code, flaw.severity, flaw.key.indicator_id) for flaw in found] == [("above_other", "warning", OTHER)]
    before = known({2021: "50"}, OTHER, measure="percent") + known({2021: "49"})
    assert codes(*rows, facts=before, **about) == []
    assert codes(entry("49", OTHER, version=version()), entry("50"), **about) == []


def test_a_final_published_figure_speaks_before_a_preliminary_one() -> None:
    facts = known({2013: "43.29"}, source="审定") + known({2013: "43.8"}, status="preliminary")
    (flaw,) = flaws(entry("43.8", year=2013), facts=facts)
    assert (flaw.code, flaw.evidence["published"]) == ("published_differs", "43.29")
    assert codes(entry("43.29", year=2013), facts=facts) == []
    assert codes(entry("43.3", year=2013), facts=facts) == []  # rounded


def test_what_nobody_could_verify_is_called_so() -> None:
    facts = known({2015: "48.1"}, is_verified=False)
    (flaw,) = flaws(entry("47.69", year=2015), facts=facts)
    assert "could not be verified" in flaw.message
    assert codes(entry("90", year=2016), facts=facts) == []


def test_another_figure_was_accepted_for_the_period() -> None:
    facts = known({2022: "50.0"}, is_published=False, status="preliminary")
    assert codes(entry("51", status="preliminary"), facts=facts) == ["accepted_differs"]
    assert codes(entry("51", status="estimate"), facts=facts) == ["accepted_differs"]
    assert codes(entry("51", status="final"), facts=facts) == []


def test_a_rate_is_held_against_the_counts_beside_it() -> None:
    rate = version(numerator_id=OTHER, denominator_id=AMOUNT)
    counts = entry("218.7", OTHER), entry("425.9", AMOUNT)
    assert codes(entry("51.35", version=rate), *counts) == []
    assert codes(entry("53.8", version=rate), *counts) == ["rate_and_counts"]


def test_relations_between_things_that_do_not_measure_the_same_say_nothing() -> None:
    rows = entry("51", OTHER), entry("50")
    assert codes(*rows, not_above=[(OTHER, RATE)], parts={RATE: (OTHER, THIRD)}) == []
