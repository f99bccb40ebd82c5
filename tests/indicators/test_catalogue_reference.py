"""The catalogue as it is loaded: each field with its source, what nobody could verify marked, nothing overwritten."""

from __future__ import annotations

import datetime as dt

import pytest

from indicators.asking import asked_of, versions_on
from indicators.models import AskedIndicator, FieldSource, Indicator, IndicatorVersion, Observation
from indicators.reference.catalogue import indicators, plan_sources
from indicators.services.catalogue_reference import load_catalogue
from pilots.models import PilotArea
from units.models import Division, Programme

pytestmark = pytest.mark.django_db
EIGHTEEN = 18


@pytest.fixture
def luzhou() -> PilotArea:
    return PilotArea.objects.get(key="national-1-510500")


def facts(code: str) -> dict[str, bool]:
    return {row.field: row.is_fact for row in FieldSource.objects.filter(version__indicator__code=code)}


def test_every_main_indicator_of_the_plan_is_there_with_its_values_as_said() -> None:
    said = FieldSource.objects.filter(version__indicator__plan_number__isnull=False)
    assert Indicator.objects.filter(plan_number__isnull=False).count() == EIGHTEEN
    assert said.filter(field="plan_2020").count() == said.filter(field="plan_2012").count() == EIGHTEEN
    assert said.get(version__indicator__plan_number=1, field="plan_2020").said == "60左右"


def test_memory_spoils_only_the_field_it_stands_before() -> None:
    assert facts("pension-coverage")["plan_2020"] and facts("pension-coverage")["name_zh"]
    assert not facts("pension-coverage")["plan_2012"]
    assert all(facts("resident-urbanization-rate").values())


def test_a_row_from_memory_is_unverified_in_every_field_of_the_plan() -> None:
    found = facts("green-building-share")  # “memory; 旁证 …” of medium confidence
    assert not any(found[name] for name in ("name_zh", "measure", "direction", "plan_2012", "plan_2020"))
    assert not any(facts("waste-treatment")[name] for name in ("name_zh", "plan_2012", "plan_2020"))


def test_a_cell_with_prefixes_is_split_between_its_fields() -> None:
    row = {"name": "甲", "group": "乙", "unit": "%", "direction": "up", "value_2012": "1", "target_2020": "2",
           "source": "目标:http://a ; 2012值:memory", "confidence": "medium"}  # fmt: skip
    by_field = {record.field: record.source for record in plan_sources(row)}
    assert by_field["plan_2020"] == by_field["name_zh"] == "http://a"
    assert by_field["plan_2012"] == "memory"


def test_what_the_records_name_exists() -> None:
    codes = {record.code for record in indicators()}
    for record in indicators():
        assert {record.weight, record.numerator, record.denominator, record.applies_by} - {""} <= codes
    assert Indicator.objects.count() == len(codes)


def test_loading_again_writes_nothing_and_leaves_changes_alone() -> None:
    Indicator.objects.filter(code="sewage-treatment").update(version=1)
    IndicatorVersion.objects.filter(indicator__code="sewage-treatment").update(precision=4)
    AskedIndicator.objects.filter(indicator__code="waste-treatment").delete()
    tally = load_catalogue()
    assert (tally.created, tally.updated) == (0, 0)
    assert IndicatorVersion.objects.get(indicator__code="sewage-treatment").precision == 4
    assert not AskedIndicator.objects.filter(indicator__code="waste-treatment").exists()


def test_the_national_programme_asks_the_plan_first_and_says_what_is_ours(programme: Programme) -> None:
    asked = list(AskedIndicator.objects.filter(programme=programme).select_related("indicator"))
    assert [row.indicator.plan_number for row in asked[:EIGHTEEN]] == list(range(1, EIGHTEEN + 1))
    assert [row.indicator.plan_number for row in asked if row.is_compulsory] == [1, 2]
    assert all("本门户" in row.source for row in asked if row.is_compulsory or row.indicator.plan_number is None)


def test_a_year_asks_everything_and_a_mid_year_only_what_fits_it(luzhou: PilotArea) -> None:
    year, half = asked_of(luzhou, 2026, "year"), asked_of(luzhou, 2026, "h1")
    assert {row.indicator.code for row in half} < {row.indicator.code for row in year}
    assert "newly-settled-population" in {row.indicator.code for row in half}
    assert "resident-urbanization-rate" not in {row.indicator.code for row in half}
    assert [row.indicator.plan_number for row in year[:EIGHTEEN]] == list(range(1, EIGHTEEN + 1))
    assert all(row.is_own for row in year if row.indicator.code == "social-insurance-coverage")


def test_own_indicators_are_asked_of_nobody_else(luzhou: PilotArea) -> None:
    other = PilotArea.objects.filter(programme=luzhou.programme).exclude(pk=luzhou.pk).first()
    assert other
    assert not [row for row in asked_of(other, 2026, "year") if row.is_own]


def test_what_is_for_larger_places_says_why_it_is_not_asked_here(luzhou: PilotArea) -> None:
    county = PilotArea.objects.filter(divisions__level=Division.Level.COUNTY).first()
    assert county
    of_county = {row.indicator.code: row.not_applicable for row in asked_of(county, 2026, "year")}
    of_city = {row.indicator.code: row.not_applicable for row in asked_of(luzhou, 2026, "year")}
    assert of_county["air-quality-cities"] and not of_city["air-quality-cities"]
    assert not of_city["sewage-treatment"]


@pytest.mark.parametrize(("people", "applies"), [(None, True), ("88.5", False), ("100", False), ("111.59", True)])
def test_public_transport_is_asked_of_cities_over_one_million(
    luzhou: PilotArea, people: str | None, applies: bool
) -> None:
    Observation.objects.filter(indicator__code="central-city-population").update(is_in_force=False)
    if people:
        Observation.objects.create(
            division=luzhou.divisions.get(), indicator=Indicator.objects.get(code="central-city-population"),
            year=2024, value=people, is_in_force=True, source="试",
        )  # fmt: skip
    row = next(row for row in asked_of(luzhou, 2026, "year") if row.indicator.code == "public-transport-share")
    assert (row.not_applicable == "") is applies


def test_a_period_is_asked_by_the_version_of_its_end(luzhou: PilotArea) -> None:
    own = IndicatorVersion.objects.get(indicator__code="city-pilot-towns")
    own.valid = (None, dt.date(2026, 7, 1))
    own.save()
    assert "city-pilot-towns" in {row.indicator.code for row in asked_of(luzhou, 2026, "h1")}
    assert "city-pilot-towns" not in {row.indicator.code for row in asked_of(luzhou, 2026, "year")}
    assert versions_on([own.indicator_id], dt.date(2026, 7, 1)) == {}


def test_what_is_asked_takes_a_constant_number_of_statements(
    luzhou: PilotArea, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        asked_of(luzhou, 2026, "year")
