"""From a name or a code to a place: exact, renamed on a date, suggested; never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from units.calendar import today
from units.matching import Match, Offices, Outcome, Places, Register, Span, plain, similarity, stem
from units.models import Division

pytestmark = pytest.mark.django_db
APPROVED = dt.date(2016, 11, 30)


@pytest.fixture
def places() -> Places:
    return Places.load()


def code_of(places: Places, match: Match, day: dt.date) -> str:
    span = places.on(match.pk, day) if match.pk else None
    return span.code if span else ""


def written(match: Match) -> set[str]:
    return {candidate.write for candidate in match.candidates}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("510522", "510522"),
        ("合江县", "510522"),
        ("合　江 县", "510522"),
        ("\uff15\uff11\uff10\uff15\uff12\uff12", "510522"),
        ("泸州市合江县", "510522"),
        ("四川省泸州市合江县", "510522"),
        ("四川省合江县", "510522"),
        ("吉林省吉林市", "220200"),
    ],
)
def test_what_is_so_on_the_day_is_found(places: Places, typed: str, code: str) -> None:
    match = places.find(typed, APPROVED)
    assert (match.outcome, code_of(places, match, APPROVED)) == (Outcome.EXACT, code)


@pytest.mark.parametrize(
    ("typed", "day"), [("神木市", APPROVED), ("610881", APPROVED), ("神木县", dt.date(2026, 1, 1))]
)
def test_a_name_of_another_day_finds_the_same_place_and_says_so(places: Places, typed: str, day: dt.date) -> None:
    match = places.find(typed, day)
    assert match.outcome is Outcome.RENAMED
    assert match.pk == Division.objects.get(code_now="610881").pk
    assert match.typed_as is not None
    assert not match.typed_as.holds(day)


def test_namesakes_are_told_apart_by_the_one_who_brings_them(places: Places) -> None:
    match = places.find("朝阳区", today())
    assert (match.outcome, match.pk) == (Outcome.AMBIGUOUS, None)
    assert {"110105", "220104"} <= written(match)
    assert {"北京市", "吉林省长春市"} <= {candidate.above for candidate in match.candidates}
    beijing = Division.objects.get(code_now="110000")
    within = places.find("朝阳区", today(), places.below(beijing.pk))
    assert code_of(places, within, today()) == "110105"
    assert code_of(places, places.find("长春市朝阳区", today()), today()) == "220104"


def test_the_names_above_must_be_right(places: Places) -> None:
    assert places.find("成都市合江县", today()).pk is None


@pytest.mark.parametrize("typed", ["合江", "合江市", "合汪县", "合江縣", "河江县"])
def test_what_is_only_like_a_name_is_suggested(places: Places, typed: str) -> None:
    match = places.find(typed, today())
    assert (match.outcome, match.pk) == (Outcome.UNKNOWN, None)
    assert "510522" in written(match)


def test_a_place_that_is_gone_leads_to_the_one_that_followed(places: Places) -> None:
    match = places.find("闸北区", dt.date(2020, 1, 1))
    assert (match.outcome, match.pk) == (Outcome.NOT_THEN, None)
    assert [candidate.name for candidate in match.candidates] == ["静安区"]


def test_a_place_of_another_province_is_suggested_only(places: Places) -> None:
    sichuan = Division.objects.get(code_now="510000")
    match = places.find("江津区", today(), places.below(sichuan.pk))
    assert match.pk is None
    assert "500116" in written(match)


def test_offices_are_found_by_key_by_name_and_by_a_name_they_had() -> None:
    offices = Offices.load()
    for typed, outcome in (
        ("land", Outcome.EXACT),
        ("自然资源部", Outcome.EXACT),
        ("国土资源部", Outcome.RENAMED),
        ("四川省发展和改革委员会", Outcome.EXACT),
        ("四川省发展改革委员会", Outcome.UNKNOWN),
    ):
        assert offices.find(typed, today()).outcome is outcome, typed
    assert "drc-510000" in written(offices.find("四川省发展改革委员会", today()))


def test_statements_do_not_grow_with_what_is_looked_up() -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        places, offices = Places.load(), Offices.load()
        for name in list(places.by_name)[:300]:
            places.find(name, today())
            offices.find(f"{name}人民政府", today())
    assert len(captured) == 4


NAMES = st.text("东西南北山江阳城市县区", min_size=1, max_size=5)
DAYS = st.dates(dt.date(2014, 1, 1), dt.date(2026, 1, 1))
SPANS = st.builds(
    lambda pk, code, name, start, days: Span(pk, code, name, start, start + dt.timedelta(days=days) if days else None),
    st.integers(1, 6),
    st.sampled_from(("", "110000", "110100", "110101")),
    NAMES,
    DAYS,
    st.integers(0, 2000),
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.lists(SPANS, max_size=12), NAMES | st.sampled_from(("110000", "110101")), DAYS)
def test_nothing_is_found_whose_name_or_code_was_not_typed(spans: list[Span], typed: str, day: dt.date) -> None:
    match = Register(spans).find(typed, day)
    bearers = {s.pk for s in spans if plain(typed) in (plain(s.name), s.code) and s.code + s.name}
    assert match.pk is None or match.pk in bearers
    holding = {s.pk for s in spans if plain(typed) in (plain(s.name), s.code) and s.holds(day)}
    assert (match.outcome is Outcome.EXACT) == (len(holding) == 1)
    if len(holding) > 1:
        assert match.pk is None


@settings(max_examples=200, deadline=None, database=None)
@given(NAMES, NAMES)
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1
    assert similarity(one, one) == 1
    assert one.startswith(stem(one))


def test_thousands_of_unknown_names_are_not_held_against_every_name(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def counted(one: str, other: str) -> float:
        nonlocal compared
        compared += 1
        return similarity(one, other)

    monkeypatch.setattr("units.matching.similarity", counted)
    characters = sorted({character for span in places.spans for character in span.name})
    for number in range(100):
        places.find(f"{characters[number]}{characters[-number - 1]}县", today())
    places.find("".join(characters[:200]), today())
    assert compared < 100 * 40
