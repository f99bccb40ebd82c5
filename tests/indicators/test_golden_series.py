"""The published series as golden figures: what is computed, what contradicts itself, how often a check cries wolf.

Figures somebody worked out (推算) are never golden. Clean is every verified figure that no other one published for
the same place and period contradicts; each is checked as if it had just been entered, knowing only earlier years.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from indicators.calculations import rate, rounded
from indicators.checks import Entry, Flaw, Key, Ledger, examine
from indicators.figure_words import plain
from indicators.models import Observation
from indicators.reference.series import published_series
from indicators.services.series_reference import load_series
from units.models import Division

pytestmark = pytest.mark.django_db

WORKED_OUT = "推算"
KNOWN_FALSE_ALARMS: dict[tuple[str, str, int], str] = {}
"""(place, indicator, year) → check: false alarms that are there, so that nobody takes them for none."""


@pytest.fixture
def series(reference: None) -> list[Observation]:
    rows = Observation.objects.published().filter(withdrawn_at__isnull=True, recorded_by__isnull=True)
    return list(rows.select_related("division", "indicator").order_by("year", "id"))


def entered(row: Observation) -> Entry:
    version = row.indicator.versions.get(valid__contains=row.period_end)
    return Entry(
        key=Key(row.division_id, row.indicator_id, row.year, row.part), version=version, value=row.value,
        numerator=row.numerator, denominator=row.denominator, status=row.status, vintage_id=row.vintage_id,
        name=row.indicator.name_now, entered=row.entered, entered_measure=row.entered_measure,
    )  # fmt: skip


def whole_ledger(rows: Iterable[Observation]) -> Ledger:
    rows = list(rows)
    return Ledger.of(None, {row.division_id for row in rows}, {row.indicator_id for row in rows}, 2100)


def only(ledger: Ledger, *, before: int) -> Ledger:
    """What was known before a year began."""
    facts = [fact for found in ledger.by_place.values() for fact in found if fact.key.year < before]
    return Ledger.holding(facts, parts=ledger.parts, not_above=ledger.not_above, vintages=ledger.vintages)


def found_for(place: str, code: str, year: int, value: str) -> list[Flaw]:
    """What the checks say when this figure is entered, with everything known."""
    row = Observation.objects.published().filter(division__name_now=place, indicator__code=code, year=year).first()
    assert row is not None
    entry = replace(entered(row), value=Decimal(value), numerator=None, denominator=None, entered=value)
    return examine([entry], Ledger.of(None, [row.division_id], [row.indicator_id], year))


def test_every_published_figure_is_loaded_with_its_source(series: list[Observation]) -> None:
    assert len(series) == len(published_series())
    assert all(row.source and row.programme_id is None for row in series)
    unverified = {
        (row.division.name_now, row.year, plain(row.value or Decimal(0))) for row in series if not row.is_fact
    }
    nation = Division.objects.get(key="CN").name_now
    assert unverified == {(nation, 2014, "54.77"), ("四川省", 2015, "48.1"), ("四川省", 2015, "47.69")}
    derived = [row for row in series if WORKED_OUT in row.note]
    assert len(derived) == 9
    assert {row.status for row in derived} == {"estimate"}


def test_loading_again_changes_nothing(series: list[Observation]) -> None:
    again = load_series()
    assert (again.given, again.created, again.updated) == (len(series), 0, 0)


def test_the_census_parts_the_series(series: list[Observation]) -> None:
    resident = [row for row in series if row.indicator.code == "resident-urbanization-rate"]
    for row in resident:
        assert row.vintage is not None
        assert row.vintage.code == ("census-2020" if row.year >= 2020 else "census-2010")
    assert not any(row.vintage_id for row in series if row.indicator.code == "registered-urbanization-rate")


def test_rates_computed_from_counts_are_the_published_ones_within_rounding(series: list[Observation]) -> None:
    compared = 0
    for row in series:
        if row.value is None or row.numerator is None or row.denominator is None or WORKED_OUT in row.note:
            continue
        made = rate(row.numerator, row.denominator, Decimal(100))
        assert made is not None
        digits = len(row.entered.partition(".")[2])
        # Counts in 万人 are rounded themselves: to 0.1, which moves a rate by 0.02 at most here.
        assert abs(rounded(made, digits) - row.value) <= Decimal("0.02"), (str(row), made)
        compared += 1
    assert compared == 7


def test_counts_make_their_sums_and_rates(series: list[Observation]) -> None:
    by_place: defaultdict[tuple[int, int], list[Entry]] = defaultdict(list)
    for row in series:
        if row.is_in_force and row.is_fact:
            by_place[row.division_id, row.year].append(replace(entered(row), numerator=None, denominator=None))
    ledger = whole_ledger(series)
    unknown = Ledger.holding([], parts=ledger.parts, not_above=ledger.not_above, vintages=ledger.vintages)
    assert [flaw for entries in by_place.values() for flaw in examine(entries, unknown)] == []
    assert sum(len(entries) == 8 for entries in by_place.values()) == 3  # 2021, 2022, 2024: counts and both rates


@pytest.mark.parametrize(
    ("place", "code", "year", "value", "against"),
    [
        ("泸州市", "resident-urbanization-rate", 2013, "43.8", "43.29"),
        ("泸州市", "resident-urbanization-rate", 2014, "45.1", "44.84"),
        ("中华人民共和国", "registered-urbanization-rate", 2013, "35.7", "35.93"),
        ("中华人民共和国", "registered-urbanization-rate", 2013, "35.93", "35.7"),
        ("四川省", "resident-urbanization-rate", 2015, "48.1", "47.69"),
        ("四川省", "resident-urbanization-rate", 2015, "47.69", "48.1"),
    ],
)
def test_known_contradictions_are_flagged(
    series: list[Observation], place: str, code: str, year: int, value: str, against: str
) -> None:
    flaws = [flaw for flaw in found_for(place, code, year, value) if flaw.code == "published_differs"]
    assert [flaw.evidence["published"] for flaw in flaws] == [against]
    assert against in flaws[0].message


def test_both_figures_of_luzhou_stay_and_the_final_one_counts(series: list[Observation]) -> None:
    rows = [row for row in series if row.division.name_now == "泸州市" and row.year in {2013, 2014}]
    rates = [row for row in rows if row.indicator.code == "resident-urbanization-rate"]
    said = {(row.year, plain(row.value or Decimal(0))): (row.status, row.is_in_force) for row in rates}
    assert said == {
        (2013, "43.29"): ("final", True),
        (2013, "43.8"): ("preliminary", False),
        (2014, "44.84"): ("final", True),
        (2014, "45.1"): ("preliminary", False),
    }


def test_false_alarms_on_clean_series_are_counted(
    series: list[Observation], capsys: pytest.CaptureFixture[str]
) -> None:
    published = Counter((row.division_id, row.indicator_id, row.year) for row in series)
    clean = [row for row in series if row.is_fact and published[row.division_id, row.indicator_id, row.year] == 1]
    ledger = whole_ledger(series)
    alarms = {}
    for row in clean:
        for flaw in examine([entered(row)], only(ledger, before=row.year)):
            alarms[row.division.name_now, row.indicator.code, row.year] = flaw.code
    with capsys.disabled():
        print(f"\n  checks on published series: {len(clean)} clean figures, {len(alarms)} false alarms {alarms or ''}")  # noqa: T201
    assert len(clean) == 55
    assert alarms == KNOWN_FALSE_ALARMS


def test_history_is_long_enough_to_mean_something(series: list[Observation]) -> None:
    """The silence above is no accident of missing history: a slip of ten in the same series is found."""
    row = next(
        row for row in series if row.division.key == "CN" and row.year == 2019 and "resident" in row.indicator.code
    )
    ledger = only(whole_ledger(series), before=2019)
    slips = [examine([replace(entered(row), value=Decimal(v), entered=v)], ledger) for v in ("63.9", "56.0", "0.606")]
    assert [[flaw.code for flaw in flaws] for flaws in slips] == [["jump"], ["jump"], ["percent_as_share"]]
