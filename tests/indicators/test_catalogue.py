"""Keeping the catalogue: own indicators, dated versions, mapping, what is asked; who may, and what cannot be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounts.access import Actor
from indicators.asking import asked_of, versions_on
from indicators.catalogue import alike, indicator_or_404, seen
from indicators.models import AskedIndicator, FieldSource, Indicator, IndicatorVersion
from indicators.services.asked import AskedInput, AskedRow, asked_now, set_asked
from indicators.services.catalogue import (
    CountsTowards,
    NewOwn,
    NewVersion,
    OwnEnd,
    count_towards,
    end_own,
    new_own,
    new_version,
)
from indicators.services.catalogue_reference import load_catalogue
from indicators.version_facts import VersionFacts, facts_of, faults
from pilots.models import PilotArea
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from records.models import Event
from units.models import Programme

pytestmark = pytest.mark.django_db
SOURCE = "测试：处务会议定"
FACTS = VersionFacts("农民工落户（虚构）", "10k_persons", SOURCE, frequency="half_yearly", method="sum")
JULY = dt.date(2026, 7, 1)


@pytest.fixture
def luzhou() -> PilotArea:
    return PilotArea.objects.get(key="national-1-510500")


@pytest.fixture
def own(luzhou: PilotArea, luzhou_drafter: Actor) -> Indicator:
    return new_own(NewOwn(luzhou.uid, "settled-migrants", FACTS), by=luzhou_drafter)


def facts_now(code: str) -> VersionFacts:
    return facts_of(IndicatorVersion.objects.get(indicator__code=code, valid__contains=dt.date(2026, 6, 15)))


def codes(findings: Any) -> set[tuple[str, str]]:
    return {(finding.code, finding.target) for finding in findings}


def test_an_own_indicator_is_asked_of_its_pilot_area_and_says_where_it_comes_from(
    own: Indicator, luzhou: PilotArea
) -> None:
    row = next(row for row in asked_of(luzhou, 2026, "h1") if row.indicator == own)
    assert row.is_own and not row.is_compulsory
    sources = dict(FieldSource.objects.filter(version__indicator=own).values_list("field", "source"))
    assert sources == dict.fromkeys(("name_zh", "measure", "frequency", "method"), SOURCE)
    assert Event.objects.about("indicator", own.uid).get().act == "indicator.new"


def test_nobody_defines_one_for_another_s_pilot_area(
    luzhou: PilotArea, sichuan_drafter: Actor, ndrc_reviewer: Actor, county_drafter: Actor
) -> None:
    for actor in (sichuan_drafter, ndrc_reviewer, county_drafter):
        with pytest.raises(NotFound):
            new_own(NewOwn(luzhou.uid, "settled-migrants", FACTS), by=actor)


def test_own_indicators_of_another_programme_are_out_of_reach(own: Indicator, county_drafter: Actor) -> None:
    with pytest.raises(NotFound):
        indicator_or_404(own.code, county_drafter)
    assert seen(county_drafter).filter(code="sewage-treatment").exists()


@pytest.mark.parametrize("code", ["", "a", "new", "asked", "Über", "a--b", "sewage-treatment", "x" * 61])
def test_a_code_is_free_and_fit_for_an_address(code: str, luzhou: PilotArea, luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        new_own(NewOwn(luzhou.uid, code, FACTS), by=luzhou_drafter)
    assert [finding.target for finding in refused.value.findings] == ["code"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name_zh": " "}, ("required", "name_zh")),
        ({"source": ""}, ("required", "source")),
        ({"measure": "miles"}, ("invalid_choice", "measure")),
        ({"levels": ("village",)}, ("invalid_choice", "levels")),
        ({"direction": "range"}, ("required", "best_from")),
        ({"best_from": Decimal(1)}, ("of_no_use", "best_from")),
        ({"direction": "qualitative"}, ("required", "criterion_zh")),
        ({"method": "weighted"}, ("required", "weight")),
        ({"method": "ratio", "denominator_zh": "乙", "part_measure": "count"}, ("required", "numerator_zh")),
        ({"numerator_zh": "甲"}, ("of_no_use", "numerator_zh")),
        ({"lowest": Decimal(2), "highest": Decimal(1)}, ("out_of_order", "highest")),
        ({"lowest": Decimal("0.0000001")}, ("bad_number", "lowest")),
        ({"highest": Decimal("NaN")}, ("bad_number", "highest")),
        ({"scale": Decimal(0)}, ("out_of_bounds", "scale")),
        ({"precision": 7}, ("out_of_bounds", "precision")),
        ({"applies_by": "land-area"}, ("required", "applies_over")),
        ({"caliber_zh": "长" * 2001}, ("max_length", "caliber_zh")),
    ],
)
def test_what_cannot_be_points_at_its_field(change: dict[str, Any], found: tuple[str, str]) -> None:
    assert codes(faults(replace(FACTS, **change))) == {found}


def test_a_new_version_counts_from_its_day_and_keeps_the_sources_of_what_stays(ndrc_reviewer: Actor) -> None:
    code = "pension-coverage"
    facts = replace(facts_now(code), caliber_zh="按应参保人数计", source=SOURCE)
    new_version(NewVersion(code, 0, JULY, facts), by=ndrc_reviewer)
    indicator = Indicator.objects.get(code=code)
    before, after = (versions_on([indicator.pk], day)[indicator.pk] for day in (dt.date(2026, 6, 30), JULY))
    assert (before.caliber_zh, after.caliber_zh) == ("", "按应参保人数计")
    assert after.sources.get(field="caliber_zh").source == SOURCE
    assert [row.is_fact for row in after.sources.filter(field__startswith="plan_").order_by("field")] == [False, True]
    assert indicator.version == 1


def test_what_somebody_changed_is_left_alone_when_the_reference_data_are_loaded_again(ndrc_reviewer: Actor) -> None:
    code = "pension-coverage"
    new_version(NewVersion(code, 0, JULY, replace(facts_now(code), precision=1, source=SOURCE)), by=ndrc_reviewer)
    tally = load_catalogue()
    assert (tally.created, tally.updated) == (0, 0)
    assert Indicator.objects.get(code=code).versions.count() == 2


def test_shared_indicators_are_kept_at_the_top_only(
    sichuan_reviewer: Actor, luzhou_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    facts = replace(facts_now("land-area"), precision=1, source=SOURCE)
    for actor in (sichuan_reviewer, luzhou_reviewer, luzhou_drafter):
        with pytest.raises(NotFound):
            new_version(NewVersion("land-area", 0, JULY, facts), by=actor)


def test_a_new_version_is_later_differs_and_keeps_its_unit(own: Indicator, luzhou_lead: Actor) -> None:
    changed = replace(FACTS, precision=1)
    new_version(NewVersion(own.code, 1, JULY, changed), by=luzhou_lead)
    for since, facts, found in (
        (JULY, FACTS, ("too_early", "since")),
        (dt.date(2026, 8, 1), replace(FACTS, measure="persons"), ("fixed", "measure")),
        (dt.date(2026, 8, 1), changed, ("no_change", "")),
    ):
        with pytest.raises(BadInput) as refused:
            new_version(NewVersion(own.code, 2, since, facts), by=luzhou_lead)
        assert codes(refused.value.findings) == {found}
    with pytest.raises(Stale):
        new_version(NewVersion(own.code, 1, dt.date(2026, 8, 1), FACTS), by=luzhou_lead)


def test_an_ended_indicator_is_asked_no_more_and_stays(own: Indicator, luzhou: PilotArea, luzhou_lead: Actor) -> None:
    end_own(OwnEnd(own.code, 1, JULY, "并入国家指标"), by=luzhou_lead)
    assert own.code in {row.indicator.code for row in asked_of(luzhou, 2026, "h1")}
    assert own.code not in {row.indicator.code for row in asked_of(luzhou, 2026, "year")}
    with pytest.raises(WrongState):
        end_own(OwnEnd(own.code, 2, dt.date(2026, 9, 1), "再次"), by=luzhou_lead)


def test_a_shared_indicator_does_not_end(ndrc_reviewer: Actor) -> None:
    with pytest.raises(WrongState):
        end_own(OwnEnd("land-area", 0, JULY, "不用了"), by=ndrc_reviewer)


def test_the_owner_of_the_programme_alone_says_what_an_own_one_counts_towards(
    own: Indicator, ndrc_reviewer: Actor, luzhou_drafter: Actor, luzhou_reviewer: Actor
) -> None:
    for actor in (luzhou_drafter, luzhou_reviewer):
        with pytest.raises(NotFound):
            count_towards(CountsTowards(own.code, 1, "newly-settled-population"), by=actor)
    count_towards(CountsTowards(own.code, 1, "newly-settled-population"), by=ndrc_reviewer)
    own.refresh_from_db()
    assert own.mapped_to and own.mapped_to.code == "newly-settled-population"
    count_towards(CountsTowards(own.code, 2, ""), by=ndrc_reviewer)
    assert [event.act for event in Event.objects.about("indicator", own.uid)][:2] == ["indicator.map"] * 2


@pytest.mark.parametrize(
    ("change", "counts"), [({"caliber_zh": "含县城（虚构）"}, False), ({"name_zh": "落户（虚构）"}, True)]
)
def test_what_means_something_else_counts_towards_nothing_until_that_is_said_again(
    own: Indicator, ndrc_reviewer: Actor, luzhou_drafter: Actor, change: dict[str, str], counts: bool
) -> None:
    count_towards(CountsTowards(own.code, 1, "newly-settled-population"), by=ndrc_reviewer)
    new_version(NewVersion(own.code, 2, JULY, replace(FACTS, **change)), by=luzhou_drafter)  # type: ignore[arg-type]
    own.refresh_from_db()
    assert (own.mapped_to is not None) == counts
    said = Event.objects.about("indicator", own.uid).get(act="indicator.version").data
    assert said.get("counted_towards") == (None if counts else "newly-settled-population")


@pytest.mark.parametrize("to", ["land-area", "pension-coverage"])
def test_only_what_is_measured_alike_is_added(to: str, own: Indicator, ndrc_reviewer: Actor) -> None:
    with pytest.raises(RuleBroken) as refused:
        count_towards(CountsTowards(own.code, 1, to), by=ndrc_reviewer)
    assert codes(refused.value.findings) == {("not_alike", "to")}


def test_what_is_offered_and_taken_goes_by_what_both_mean_today(
    luzhou: PilotArea, ndrc_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    parts: dict[str, Any] = {"numerator_zh": "甲", "denominator_zh": "乙", "part_measure": "10k_persons"}
    rate = replace(FACTS, measure="percent", method="ratio", scale=Decimal(100), **parts)
    own = new_own(NewOwn(luzhou.uid, "settled-share", rate), by=luzhou_drafter)
    plain = replace(rate, method="none", numerator_zh="", denominator_zh="", part_measure="")
    new_version(NewVersion(own.code, 1, JULY, plain), by=luzhou_drafter)
    own.refresh_from_db()
    offered = {row.code: row.versions.get().is_rate for row in alike(own)}
    assert offered and all(offered.values())
    count_towards(CountsTowards(own.code, 2, min(offered)), by=ndrc_reviewer)
    own.refresh_from_db()
    assert own.mapped_to and own.mapped_to.code == min(offered)


def test_an_own_one_counts_towards_shared_ones_only(own: Indicator, ndrc_reviewer: Actor) -> None:
    with pytest.raises(BadInput):
        count_towards(CountsTowards(own.code, 1, "city-pilot-towns"), by=ndrc_reviewer)


def test_the_list_of_what_is_asked_is_set_as_a_whole(programme: Programme, ndrc_reviewer: Actor) -> None:
    before = AskedIndicator.objects.get(programme=programme, indicator__code="sewage-treatment")
    rows = (AskedRow("land-area"), AskedRow("sewage-treatment", is_compulsory=True))
    now = set_asked(AskedInput(0, rows, SOURCE), by=ndrc_reviewer)
    assert [(row.indicator.code, row.is_compulsory) for row in now.rows] == [
        ("land-area", False), ("sewage-treatment", True)
    ]  # fmt: skip
    assert [row.source for row in now.rows] == [SOURCE, before.source]
    assert now.version == 1
    with pytest.raises(Stale):
        set_asked(AskedInput(0, rows[:1], SOURCE), by=ndrc_reviewer)
    assert set_asked(AskedInput(1, rows, SOURCE), by=ndrc_reviewer).version == 1
    load_catalogue()
    assert len(asked_now(programme).rows) == 2


def test_what_cannot_be_asked_says_where(ndrc_reviewer: Actor, sichuan_reviewer: Actor) -> None:
    rows = (AskedRow("land-area"), AskedRow("city-pilot-towns"), AskedRow("land-area"))
    with pytest.raises(BadInput) as refused:
        set_asked(AskedInput(0, rows, ""), by=ndrc_reviewer)
    assert codes(refused.value.findings) == {
        ("required", "source"), ("unknown_indicator", "rows.1.code"), ("twice", "rows.2.code")
    }  # fmt: skip
    with pytest.raises(NotFound):
        set_asked(AskedInput(0, rows[:1], SOURCE), by=sichuan_reviewer)
