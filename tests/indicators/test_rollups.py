"""Roll-ups by example: what counts, from which day on, and who computes what anew."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from indicators.models import Expectation, RollUp
from indicators.rollups import FigureKey, audit, rebuild, refresh
from tests.indicators.rollup_land import OWN, PEOPLE, RATIO, SUM, WEIGHTED, YES, Land, a_place
from units.models import Division

pytestmark = pytest.mark.django_db


class Two(Land):
    """Two provinces; two counties in the first, one in the second; all three are pilots."""

    places: dict[str, Division]


@pytest.fixture
def land(db: None) -> Two:
    made = Two.make()
    assert isinstance(made, Two)
    east, west = (a_place(name, "province", made.top) for name in ("东", "西"))
    a, b, c = (a_place(name, "county", above) for name, above in (("甲", east), ("乙", east), ("丙", west)))
    made.places = {"east": east, "west": west, "a": a, "b": b, "c": c}
    for place in (a, b, c):
        made.pilot(place)
    return made


def sums(land: Two, place: str, name: str, year: int = 2020) -> tuple[int, ...] | None:
    """expected, reported, counted, not applicable."""
    row = land.roll_up(land.top if place == "top" else land.places[place], name, year)
    return (row.expected, row.reported, row.counted, row.not_applicable) if row else None


def test_zero_missing_and_not_applicable_are_three_things(land: Two) -> None:
    land.accept(land.figure(land.places["a"], SUM, 0))
    assert (sums(land, "east", SUM), sums(land, "west", SUM), sums(land, "top", SUM)) == (
        (2, 1, 1, 0), None, (3, 1, 1, 0))  # fmt: skip
    land.accept(land.figure(land.places["b"], SUM, absence="not_applicable", reason="无"))
    assert (sums(land, "east", SUM), sums(land, "top", SUM)) == ((2, 1, 1, 1), (3, 1, 1, 1))
    land.accept(land.figure(land.places["c"], SUM, absence="not_available", reason="暂无"))
    assert (sums(land, "west", SUM), sums(land, "top", SUM)) == ((1, 0, 0, 0), (3, 1, 1, 1))


def test_a_rate_is_sum_by_sum_and_one_without_parts_is_reported_only(land: Two) -> None:
    land.accept(
        land.figure(land.places["a"], RATIO, 50, numerator=1, denominator=2),
        land.figure(land.places["b"], RATIO, 10, numerator=1, denominator=10),
        land.figure(land.places["c"], RATIO, 99, numerator=None, denominator=None),
    )
    row = land.roll_up(land.top, RATIO)
    assert row is not None
    assert [row.numerator, row.denominator, row.reported, row.counted] == [2, 12, 3, 2]


def test_a_new_weight_makes_the_weighted_mean_anew(land: Two) -> None:
    land.accept(land.figure(land.places["a"], WEIGHTED, 10))
    assert sums(land, "top", WEIGHTED) == (3, 1, 0, 0)
    land.accept(land.figure(land.places["a"], PEOPLE, 4))
    row = land.roll_up(land.top, WEIGHTED)
    assert row is not None
    assert [row.counted, row.weighted, row.weight] == [1, 40, 4]


def test_a_place_that_moves_changes_both_parents_from_that_day_only(land: Two) -> None:
    for year in (2018, 2020):
        land.accept(*(land.figure(land.places[name], SUM, 1, year) for name in "abc"))
    before = {key: row for key, row in land.rows().items() if key[2] == 2018}
    land.move(land.places["b"], land.places["west"], dt.date(2019, 5, 1))
    assert (sums(land, "east", SUM), sums(land, "west", SUM)) == ((1, 1, 1, 0), (2, 2, 2, 0))
    assert (sums(land, "east", SUM, 2018), sums(land, "west", SUM, 2018)) == ((2, 2, 2, 0), (1, 1, 1, 0))
    assert {key: row for key, row in land.rows().items() if key[2] == 2018} == before


def test_a_pilot_inside_a_pilot_counts_through_the_upper_one(land: Two) -> None:
    land.pilot(land.places["east"])
    land.accept(*(land.figure(land.places[name], SUM, 1) for name in ("a", "b")))
    assert (sums(land, "east", SUM), sums(land, "top", SUM)) == ((2, 2, 2, 0), None)
    land.accept(land.figure(land.places["east"], SUM, 7))
    row = land.roll_up(land.top, SUM)
    assert row is not None
    assert [row.expected, row.counted, row.total] == [2, 1, 7]


def test_an_own_indicator_counts_where_it_is_mapped_and_the_shared_one_is_not_given(land: Two) -> None:
    area = land.places["a"].pilot_areas.get()
    land.map(area, None)
    land.accept(land.figure(land.places["a"], OWN, 5))
    assert sums(land, "top", SUM) is None
    land.map(area, SUM)
    assert sums(land, "top", SUM) == (3, 1, 1, 0)
    land.accept(land.figure(land.places["a"], SUM, 6))
    row = land.roll_up(land.top, SUM)
    assert row is not None
    assert [row.total, row.counted] == [6, 1]


def test_what_is_withdrawn_leaves_no_row_and_what_stood_before_counts_again(land: Two) -> None:
    first = land.accept(land.figure(land.places["a"], SUM, 3))
    second = land.accept(land.figure(land.places["a"], SUM, 4))
    assert land.withdraw(second) == 1
    row = land.roll_up(land.top, SUM)
    assert row is not None and row.total == 3
    land.withdraw(first)
    assert land.rows() == {}


def test_places_of_other_levels_are_not_expected(land: Two) -> None:
    land.pilot(land.places["west"])
    land.accept(land.figure(land.places["a"], YES, 1), land.figure(land.places["west"], YES, 1))
    assert sums(land, "top", YES) == (2, 1, 1, 0)


def test_only_ancestors_are_computed_anew_level_by_level(land: Two) -> None:
    land.accept(land.figure(land.places["c"], SUM, 1))
    with CaptureQueriesContext(connection) as asked:
        key = FigureKey(land.places["c"].pk, land.indicators[SUM].pk, 2020, "year")
        assert refresh(land.programme, [key]) == 2
    assert len(asked) <= 12
    assert not [q["sql"] for q in asked if "FROM indicators_observation WHERE" in q["sql"]]


def test_the_audit_says_in_words_what_differs_and_a_rebuild_repairs(
    land: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    land.accept(land.figure(land.places["a"], SUM, 3))
    RollUp.objects.filter(programme=land.programme, division=land.top).update(total=99)
    RollUp.objects.filter(programme=land.programme, division=land.places["east"]).delete()
    Expectation.objects.filter(programme=land.programme, division=land.top).update(count=9)
    words = [one.words for one in audit(land.programme)]
    assert len(words) == 3
    assert any("99" in text for text in words)
    with pytest.raises(CommandError, match="3 roll-ups"):
        call_command("audit_rollups")
    assert "99" in capsys.readouterr().out
    call_command("rebuild_rollups", programme=land.programme.code)
    assert audit(land.programme) == []
    call_command("audit_rollups")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_end_where_a_rebuild_ends() -> None:
    land = Land.make()
    places = [a_place(f"县{n}", "county", land.top) for n in range(2)]
    land.pilot(*places)
    start = threading.Barrier(2)

    def accept(number: int) -> Callable[[], None]:
        def run() -> None:
            try:
                start.wait(10)
                for year in range(2015, 2021):
                    with transaction.atomic():
                        land.accept(*(land.figure(place, SUM, number, year) for place in places))
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=accept(number)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(land.rows()) == 6
    assert audit(land.programme) == []
    assert rebuild(land.programme) == 0
