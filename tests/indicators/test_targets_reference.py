"""Targets and baselines as they are loaded: each document's word stands beside the others', nothing is invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from indicators.models import Baseline, Comparison, PathShape, Target, VerdictPolicy
from indicators.reference.targets import Amount, amount, baselines, targets
from indicators.services.targets_reference import REPLACED, load_targets
from pilots.models import PilotArea
from pilots.reference.documents import OPINION, PLAN_POINTS

END_2017, END_2020 = dt.date(2017, 12, 31), dt.date(2020, 12, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def luzhou() -> PilotArea:
    return PilotArea.objects.get(programme__code="national", name_as_published="泸州市")


def said(pilot: PilotArea, code: str) -> list[tuple[object, str, Decimal | None]]:
    rows = Target.objects.filter(pilot_area=pilot, indicator__code=code).order_by("due_on", "document__number")
    return [(row.due_on, row.document.number if row.document else "", row.value) for row in rows]


def test_cells_are_read_as_they_are_written() -> None:
    assert amount("≥23") == Amount("at_least", Decimal(23))
    assert amount("85左右") == Amount("about", Decimal(85))
    assert amount("3—5") == Amount("range", Decimal(3), Decimal(5))
    assert amount("58.5") == Amount("", Decimal("58.5"))
    with pytest.raises(ValueError, match="no amount"):
        amount("约一半")


def test_each_document_that_says_it_has_its_own_target(luzhou: PilotArea) -> None:
    assert said(luzhou, "resident-urbanization-rate") == [
        (END_2017, PLAN_POINTS, Decimal("52.2")),
        (END_2017, OPINION, Decimal("52.2")),
        (END_2020, PLAN_POINTS, Decimal("58.5")),
        (END_2020, OPINION, Decimal("58.5")),
    ]
    assert said(luzhou, "registered-urbanization-rate") == [
        (END_2017, PLAN_POINTS, Decimal("46.7")),
        (END_2020, PLAN_POINTS, Decimal(55)),
        (END_2020, OPINION, Decimal(55)),
    ]
    assert said(luzhou, "newly-settled-population") == [
        (END_2017, PLAN_POINTS, Decimal(38)),
        (END_2020, PLAN_POINTS, Decimal(42)),
        (END_2020, OPINION, Decimal(42)),
    ]
    assert said(luzhou, "social-insurance-coverage") == [(END_2017, OPINION, Decimal(80))]


def test_an_inferred_year_says_so_and_a_range_has_no_day(luzhou: PilotArea) -> None:
    inferred = Target.objects.filter(pilot_area=luzhou, is_year_inferred=True)
    assert {row.indicator.code: row.value for row in inferred} == {
        "central-built-up-area": Decimal(130),
        "central-city-population": Decimal(130),
    }
    assert {row.note for row in inferred} == {"原句未单独写年份,承接“到2020年”段"}
    towns = Target.objects.get(pilot_area=luzhou, indicator__code="city-pilot-towns")
    assert (towns.comparison, towns.due_on) == (Comparison.RANGE.value, None)
    assert (towns.value, towns.value_to) == (Decimal(3), Decimal(5))
    assert towns.clause
    assert towns.as_written == "3—5个"
    assert "3—5个镇" in towns.clause.text


def test_the_three_goals_of_l3_are_done_or_not(luzhou: PilotArea) -> None:
    goals = Target.objects.filter(pilot_area=luzhou, comparison=Comparison.DONE)
    assert {(row.due_on, row.value, row.shape) for row in goals} == {(END_2017, None, PathShape.STEP.value)}
    assert len(goals) == 3
    for row in goals:
        version = row.indicator.versions.get()
        assert row.clause
        assert version.criterion_zh in row.clause.text
        assert row.as_written.removeprefix("到2017年，").removeprefix("……") in row.clause.text


def test_both_baselines_of_2013_stand_and_the_settled_one_is_chosen(luzhou: PilotArea) -> None:
    rows = Baseline.objects.filter(pilot_area=luzhou, indicator__code="resident-urbanization-rate", year=2013)
    assert {(row.value, row.status, row.is_chosen) for row in rows} == {
        (Decimal("43.29"), "final", True),
        (Decimal("43.8"), "", False),
    }
    assert {row.vintage.code for row in rows if row.vintage} == {"census-2010"}
    area = Baseline.objects.get(pilot_area=luzhou, indicator__code="land-area")
    assert (area.value, area.as_written, area.is_chosen) == (Decimal(12000), "1.2万平方公里", True)
    assert area.vintage is None


def test_of_other_pilot_areas_too_and_editions_where_there_are_some() -> None:
    left = Target.objects.get(indicator__code="urban-resident-population")
    assert (str(left.pilot_area), left.comparison, left.document) == ("科尔沁左翼中旗", Comparison.AT_LEAST.value, None)
    assert "节点不一致" in left.note
    about = Target.objects.get(indicator__code="urbanization-rate-unspecified")
    assert (about.comparison, about.value, about.vintage) == (Comparison.ABOUT.value, Decimal(85), None)
    resident = Target.objects.filter(indicator__code="resident-urbanization-rate")
    assert {row.vintage.code for row in resident if row.vintage} == {"census-2010"}


def test_every_row_of_the_file_is_there_and_figures_that_were_published_are_none_of_them() -> None:
    assert (Target.objects.count(), Baseline.objects.count()) == (len(targets()), len(baselines()))
    assert not Baseline.objects.filter(value=Decimal("113.17")).exists()
    assert all(row.is_fact for row in Target.objects.all())


def test_thresholds_are_ours_and_say_so() -> None:
    policies = VerdictPolicy.objects.all()
    assert {policy.programme.code for policy in policies} == {"national", "luzhou"}
    assert {(p.is_ours, p.at_risk_within, "门户自定" in p.source) for p in policies} == {(True, Decimal("0.20"), True)}


def test_loading_again_leaves_what_people_have_changed(luzhou: PilotArea) -> None:
    again = load_targets()
    assert (again.created, again.updated) == (0, 0)
    built_up = Target.objects.get(indicator__code="central-built-up-area")
    Target.objects.filter(pk=built_up.pk).update(ended_at=timezone.now(), ended_reason="已调整")
    other = Target.objects.get(indicator__code="social-insurance-coverage")
    Target.objects.filter(pk=other.pk).update(value=70)
    load_targets()
    assert Target.objects.filter(indicator=built_up.indicator).count() == 1
    was, now = Target.objects.filter(indicator=other.indicator).order_by("id")
    assert (was.value, was.ended_reason, now.value, now.follows_id) == (Decimal(70), REPLACED, Decimal(80), was.pk)
