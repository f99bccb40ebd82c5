"""Found by a second pair of eyes below the faces: figures shown too early, counted wrongly, said by the wrong ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from indicators.importing.series import PublishedFigures
from indicators.models import Baseline, IndicatorVersion, Observation, Target
from indicators.rollups import audit, rebuild
from indicators.services.catalogue import NewOwn, NewVersion, OwnEnd, end_own, new_own, new_version
from indicators.services.supplements import save_rows
from indicators.services.targets_reference import load_targets
from indicators.supplement_workflow import perform
from indicators.supplements import reach_supplement, rows_shown, shows_rows
from indicators.typed import BadNumber, read_number
from pilots.models import Document
from pilots.reference.documents import documents
from pilots.services.documents_reference import load_documents
from portal.errors import BadInput, RuleBroken
from records.workflow import Request
from tests.indicators.rollup_land import OWN, PEOPLE, SUM, WEIGHTED, Land, a_place
from tests.indicators.supplement_cast import FINAL, answer, filled, lead_to, luzhou, row_of
from tests.indicators.target_cast import a_clause, a_document, a_target
from tests.indicators.test_catalogue import FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> dict[str, Actor]:
    return {"drafter": luzhou_drafter, "lead": luzhou_lead, "reviewer": sichuan_reviewer}


@pytest.mark.parametrize("back", ["recall", "return"])
def test_rows_changed_after_the_seal_and_discarded_are_not_shown_above(back: str, three: Mapping[str, Actor]) -> None:
    supplement = lead_to(filled(three["drafter"]), "submitted", three)
    perform(supplement, Request(back, "理由"), by=three["lead" if back == "recall" else "reviewer"])
    save_rows(supplement.uid, [row_of("999", revision=1)], by=three["drafter"])
    perform(supplement, Request("discard"), by=three["drafter"])
    seen = reach_supplement(supplement.uid, three["reviewer"])
    assert seen.status == "withdrawn" and not shows_rows(seen, three["reviewer"])
    assert shows_rows(seen, three["drafter"])


@pytest.fixture
def land(db: None) -> Land:
    return Land.make()


def test_what_is_not_verified_is_in_no_roll_up(land: Land) -> None:
    a, b = (a_place(name, "county", land.top) for name in "甲乙")
    areas = [land.pilot(place) for place in (a, b)]
    land.accept(land.figure(a, SUM, 5), land.figure(b, SUM, 7, source="memory"))
    row = land.roll_up(land.top, SUM)
    assert row and [row.total, row.reported, row.counted] == [5, 1, 1]
    land.accept(land.figure(b, WEIGHTED, 2), land.figure(b, PEOPLE, 9, source="memory"))
    weighed = land.roll_up(land.top, WEIGHTED)
    assert weighed and (weighed.reported, weighed.counted) == (1, 0), "nor is anything weighted by it"
    land.accept(land.figure(b, OWN, 4))
    land.map(areas[1], SUM)
    row = land.roll_up(land.top, SUM)
    assert row and [row.total, row.counted] == [9, 2], "an own one stands in for what is not verified"
    land.accept(land.figure(b, SUM, 8))
    land.accept(land.figure(a, SUM, 6, source="memory"))
    row = land.roll_up(land.top, SUM)
    assert row and row.total == 13 and audit(land.programme) == [] and rebuild(land.programme) == 0


def test_a_city_does_not_publish_for_everybody_through_its_own_programme(
    luzhou_reviewer: Actor, ndrc_reviewer: Actor
) -> None:
    """Published figures enter everybody's verdicts, and replace those of the same source."""
    assert PublishedFigures().open_to(ndrc_reviewer)
    assert not PublishedFigures().open_to(luzhou_reviewer)


@pytest.mark.parametrize("text", ["51.35¹", "51.35①", "10²", "1½"])
def test_a_raised_digit_is_a_note_and_not_part_of_the_number(text: str) -> None:
    version = IndicatorVersion.objects.get(indicator__code="resident-population")
    with pytest.raises(BadNumber):
        read_number(text, "", version)


def test_what_would_round_beyond_the_largest_is_refused() -> None:
    version = IndicatorVersion.objects.get(indicator__code="resident-population")
    with pytest.raises(BadNumber) as refused:
        read_number("999999999999999999.9999999", "", version)
    assert refused.value.code == "too_large"


def test_a_target_from_an_unverified_document_is_not_verified(luzhou_drafter: Actor) -> None:
    document = a_document(luzhou_drafter)
    Document.objects.filter(pk=document.pk).update(source="memory")
    target = a_target(luzhou_drafter, luzhou(), a_clause(luzhou_drafter, document))
    assert not target.is_fact


def test_why_a_figure_was_withdrawn_is_not_rewritten(land: Land) -> None:
    place = a_place("甲", "county", land.top)
    land.withdraw(land.accept(land.figure(place, SUM, 5)))
    row = Observation.objects.get(programme=land.programme)
    for change in ({"withdrawn_reason": "x"}, {"is_in_force": True}, {"value": Decimal(6)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Observation.objects.filter(pk=row.pk).update(**change)


def test_an_own_indicator_that_counts_nowhere_makes_nobody_wait(luzhou_drafter: Actor) -> None:
    own = new_own(NewOwn(luzhou().uid, "settled-migrants", FACTS), by=luzhou_drafter)
    facts = dataclasses.replace(FACTS, caliber_zh="改")
    with CaptureQueriesContext(connection) as asked:
        new_version(NewVersion(own.code, own.version, dt.date(2026, 1, 1), facts), by=luzhou_drafter)
    assert not [q["sql"] for q in asked if "advisory" in q["sql"] or "indicators_expectation" in q["sql"]]


def test_what_somebody_entered_first_does_not_stop_the_reference_data(luzhou_drafter: Actor) -> None:
    """The same document, without the clause, and the same target: both stay as they were entered."""
    target = Target.objects.filter(clause__isnull=False, pilot_area=luzhou()).order_by("pk")[0]
    document, clause = target.document, target.clause
    assert document and clause
    same = Target.objects.filter(document=document, pilot_area=luzhou(), indicator=target.indicator)
    same.exclude(pk=target.pk).delete()
    Target.objects.filter(clause=clause).exclude(pk=target.pk).update(clause=None)
    Baseline.objects.filter(clause=clause).update(clause=None)
    Target.objects.filter(pk=target.pk).update(recorded_by=luzhou_drafter.user, clause=None)
    Document.objects.filter(pk=document.pk).update(unit=luzhou_drafter.unit)
    clause.delete()
    load_documents(documents())
    load_targets()
    standing = Target.objects.current().filter(pilot_area=luzhou(), document=document, indicator=target.indicator)
    assert list(standing.filter(due_on=target.due_on)) == [target]


def test_the_unit_of_a_rates_parts_is_not_changed_by_way_of_no_unit(luzhou_drafter: Actor) -> None:
    parts: dict[str, Any] = {"numerator_zh": "甲", "denominator_zh": "乙", "part_measure": "persons"}
    rate = dataclasses.replace(FACTS, measure="percent", method="ratio", scale=Decimal(100), **parts)
    own = new_own(NewOwn(luzhou().uid, "settled-share", rate), by=luzhou_drafter)
    plain = dataclasses.replace(rate, method="none", numerator_zh="", denominator_zh="", part_measure="")
    new_version(NewVersion(own.code, 1, dt.date(2014, 1, 1), plain), by=luzhou_drafter)
    other = dataclasses.replace(rate, part_measure="10k_persons")
    with pytest.raises(BadInput):
        new_version(NewVersion(own.code, 2, dt.date(2014, 1, 2), other), by=luzhou_drafter)


def test_a_supplement_says_why_there_is_no_figure(luzhou_drafter: Actor) -> None:
    supplement = filled(luzhou_drafter, FINAL, row_of("", absence="not_available"))
    with pytest.raises(RuleBroken) as refused:
        perform(supplement, Request("send_for_signing"), by=luzhou_drafter)
    assert [finding.code for finding in refused.value.findings] == ["absence_unexplained"]


def test_half_a_rate_in_a_supplement_is_not_dropped_in_silence(luzhou_drafter: Actor) -> None:
    supplement = filled(luzhou_drafter, FINAL, row_of(), row_of("", code="pension-coverage", numerator="5"))
    answer(supplement)
    with pytest.raises(RuleBroken) as refused:
        perform(supplement, Request("send_for_signing"), by=luzhou_drafter)
    assert [finding.code for finding in refused.value.findings] == ["part_missing"]


def test_a_row_of_an_indicator_that_ended_since_stays_readable(luzhou_drafter: Actor) -> None:
    own = new_own(NewOwn(luzhou().uid, "settled-migrants", FACTS), by=luzhou_drafter)
    supplement = filled(luzhou_drafter, FINAL, row_of("5", code=own.code))
    end_own(OwnEnd(own.code, own.version, dt.date(2025, 6, 1), "不再统计"), by=luzhou_drafter)
    assert [row.figure.value for row in rows_shown(supplement)] == [5]
