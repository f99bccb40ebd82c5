"""Where a pilot area stands: from figures and targets on record to verdict, path and sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.access import Actor
from accounts.models import Role
from indicators import figure_words, words
from indicators.calculations import Reason
from indicators.charts import chart_of
from indicators.measures import Measure
from indicators.models import IndicatorVersion, Observation, Target, Vintage
from indicators.standing import standing_of
from indicators.standing_shapes import IndicatorStanding
from pilots.models import Document, PilotArea
from tests.conftest import Hire
from tests.indicators.figure_cast import SHARE, a_baseline, a_figure, a_target, cleared, luzhou
from units.models import Division

pytestmark = pytest.mark.django_db
MID_2017 = dt.date(2017, 6, 30)


@pytest.fixture
def pilot() -> PilotArea:
    """Luzhou, with nothing on record about the share it is asked about here but a baseline of 40% in 2013."""
    found = luzhou()
    cleared(found)
    a_baseline(found, "40", is_chosen=True)
    return found


def asked(pilot: PilotArea, reader: Actor, day: dt.date = MID_2017, code: str = SHARE) -> IndicatorStanding:
    found = standing_of(pilot, day, reader)
    return next(one for one in found.indicators if one.indicator.code == code)


def test_a_reported_figure_goes_before_a_published_one(pilot: PilotArea, luzhou_drafter: Actor) -> None:
    a_target(pilot, "48")
    a_figure(pilot, "44", 2016)
    accepted = a_figure(pilot, "46", 2016, accepted=True)
    found = asked(pilot, luzhou_drafter)
    assert [(one.uid, one.is_published) for one in found.figures] == [(accepted.uid, False)]
    assert found.principal
    assert (found.principal.judgement.expected, found.principal.judgement.gap) == (D(46), D(0))


@pytest.mark.parametrize(("value", "fields"), [("46", {"source": "memory"}), (None, {"absence": "not_available"})])
def test_a_reported_figure_that_says_nothing_gives_way(
    pilot: PilotArea, luzhou_drafter: Actor, value: str | None, fields: dict[str, Any]
) -> None:
    a_figure(pilot, "44", 2016)
    a_figure(pilot, value, 2016, accepted=True, **fields)
    (figure,) = asked(pilot, luzhou_drafter).figures
    assert (figure.value, figure.is_published) == (D(44), True)


def test_reported_figures_are_for_those_along_the_route(
    pilot: PilotArea, luzhou_drafter: Actor, sichuan_reviewer: Actor, hire: Hire
) -> None:
    a_figure(pilot, "46", 2016, accepted=True)
    foreign = hire("gd", "drc-440000", Role.REVIEWER)
    for reader, seen in ((luzhou_drafter, [D(46)]), (sichuan_reviewer, [D(46)]), (foreign, [])):
        found = standing_of(pilot, MID_2017, reader)
        assert found.sees_reported is bool(seen)
        assert [figure.value for figure in asked(pilot, reader).figures] == seen
        assert any(one.lines for one in found.indicators)


def test_only_periods_that_have_ended_count(pilot: PilotArea, luzhou_drafter: Actor) -> None:
    a_target(pilot, "48")
    a_figure(pilot, "44", 2016)
    a_figure(pilot, "45", 2017, part="h1")
    days = {day: asked(pilot, luzhou_drafter, day).latest for day in (dt.date(2017, 6, 29), MID_2017)}
    assert [found and found.value for found in days.values()] == [D(44), D(45)]


def test_documents_that_agree_share_a_line_and_those_that_differ_do_not(
    pilot: PilotArea, luzhou_drafter: Actor
) -> None:
    one, other, third = Document.objects.order_by("pk")[:3]
    for document, value in ((one, "48"), (other, "48"), (third, "47")):
        a_target(pilot, value, document=document)
    lines = asked(pilot, luzhou_drafter).lines
    assert {(line.aim.value, frozenset(row.document for row in line.cited)) for line in lines} == {
        (D(48), frozenset({one, other})),
        (D(47), frozenset({third})),
    }


def test_a_path_goes_through_the_targets_of_its_own_document(pilot: PilotArea, luzhou_drafter: Actor) -> None:
    one, other = Document.objects.order_by("pk")[:2]
    a_target(pilot, "48", document=one)
    a_target(pilot, "47", document=other)
    a_target(pilot, "60", 2020, document=other)
    line = asked(pilot, luzhou_drafter).lines[-1]
    assert [point.value for point in line.path] == [D(40), D(47), D(60)]


def test_without_a_baseline_the_path_begins_at_the_first_verified_figure(
    pilot: PilotArea, luzhou_drafter: Actor
) -> None:
    cleared(pilot)
    a_target(pilot, "48")
    a_figure(pilot, "40", 2013, confidence="low")
    a_figure(pilot, "42", 2014)
    a_figure(pilot, "46", 2016)
    found = asked(pilot, luzhou_drafter)
    assert found.principal
    assert found.principal.judgement.expected == 46
    with translation.override("en"):
        assert words.notes(found.principal, found.version) == [
            "No baseline is on record: the path is drawn from the first verified figure, 42% at the end of 2014."
        ]


def test_the_other_baseline_says_whether_it_would_change_the_verdict(pilot: PilotArea, luzhou_drafter: Actor) -> None:
    a_target(pilot, "48")
    a_baseline(pilot, "42")
    a_baseline(pilot, "40.1", source="memory")
    a_figure(pilot, "45.9", 2016)
    found = asked(pilot, luzhou_drafter)
    assert found.principal
    (other,) = found.principal.others
    assert (found.verdict, other.judgement.verdict, other.changes) == ("on_track", "at_risk", True)
    with translation.override("en"):
        assert "From the other baseline, 42% (2013), the verdict would be: at risk." in words.notes(
            found.principal, found.version
        )


def test_nothing_is_judged_across_a_break(pilot: PilotArea, luzhou_drafter: Actor) -> None:
    old, new = Vintage.objects.order_by("from_year")
    a_target(pilot, "48", 2022, vintage=old)
    a_figure(pilot, "41", 2014, vintage=old)
    a_figure(pilot, "43", 2016, vintage=old)
    a_figure(pilot, "50", 2021, vintage=new)
    a_figure(pilot, "51", 2022, vintage=new)
    found = asked(pilot, luzhou_drafter, dt.date(2023, 1, 1))
    assert found.principal
    assert found.principal.judgement.reason == "other_vintage"
    assert [(one.day, one.before, one.after) for one in found.breaks] == [(dt.date(2020, 1, 1), old, new)]
    chart = chart_of(found, dt.date(2023, 1, 1))
    assert chart
    assert (len(chart.lines), [mark.label for mark in chart.breaks]) == (2, [new.name])


@pytest.mark.parametrize(
    ("value", "fields", "reason"),
    [("46", {"confidence": "low"}, "unverified_figure"), (None, {"absence": "not_applicable"}, "not_applicable")],
)
def test_what_cannot_be_judged(
    pilot: PilotArea, luzhou_drafter: Actor, value: str | None, fields: dict[str, Any], reason: str
) -> None:
    a_target(pilot, "48")
    a_figure(pilot, value, 2016, **fields)
    found = asked(pilot, luzhou_drafter)
    assert found.principal
    assert (found.verdict, found.principal.judgement.reason) == ("unknown", reason)


def test_several_places_make_one_figure_once_all_have_given_theirs(pilot: PilotArea, luzhou_drafter: Actor) -> None:
    second = Division.objects.filter(level="county").order_by("pk")[0]
    first = pilot.divisions.get()
    pilot.divisions.add(second)
    for place, year, parts in ((first, 2015, (1, 4)), (first, 2016, (1, 4)), (second, 2016, (5, 6))):
        n, d = parts
        a_figure(pilot, str(D(n) / d * 100)[:9], year, division=place, numerator=D(n), denominator=D(d))
    early, late = asked(pilot, luzhou_drafter).figures
    assert early.coverage
    assert late.coverage
    assert (early.coverage.counted, early.coverage.of, early.counts) == (1, 2, False)
    assert (late.value, late.counts, late.uid) == (D(60), True, None)


def test_it_takes_as_many_statements_for_much_as_for_little(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    pilot = luzhou()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            for one in standing_of(pilot, dt.date(2026, 6, 15), luzhou_drafter).indicators:
                chart_of(one, dt.date(2026, 6, 15))
                for line in one.lines:
                    words.reason(line, one.version)
                    words.notes(line, one.version)
        return len(captured)

    before = statements()
    for version in IndicatorVersion.objects.filter(measure=Measure.PERCENT).select_related("indicator"):
        for year in (2003, 2004, 2005):
            a_figure(pilot, "40", year, version.indicator.code)
        a_target(pilot, "77", 2019, version.indicator.code)
    assert statements() == before <= 8


def test_the_finding_in_both_languages(luzhou_drafter: Actor) -> None:
    one = asked(luzhou(), luzhou_drafter, MID_2017, "resident-urbanization-rate")
    assert one.principal
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = words.reason(one.principal, one.version)
    assert said == {
        "en": "By the end of 2014 it should be 45.52%; it is 44.84%, 0.68 percentage points behind, worth about"
        " 4 months.",
        "zh-hans": "到 2014 年底应达 45.52%，实为 44.84%，落后 0.68 个百分点，相当于约 4 个月",
    }


def test_every_reason_has_words() -> None:
    from_path = {"ahead", "on_path", "behind", "met", "missed"}
    assert {reason.value for reason in words.UNKNOWN} | from_path == {reason.value for reason in Reason}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"comparison": "at_most"}, "at most 3"),
        ({"comparison": "about"}, "about 3"),
        ({"comparison": "exactly"}, "exactly 3"),
        ({"comparison": "range", "value_to": D(5)}, "3–5"),
    ],
)
def test_demands_in_words(pilot: PilotArea, luzhou_drafter: Actor, fields: dict[str, Any], said: str) -> None:
    cleared(pilot, "city-pilot-towns")
    a_target(pilot, "3", None, "city-pilot-towns", **fields)
    one = asked(pilot, luzhou_drafter, code="city-pilot-towns")
    assert one.principal
    with translation.override("en"):
        assert figure_words.demand(one.principal.aim, one.version) == said
        assert figure_words.due(one.principal.aim) == "at all times"


def test_nothing_of_the_demo_or_of_memory_is_in_the_reference_data() -> None:
    assert not Target.objects.filter(is_demo=True).exists()
    assert not Observation.objects.filter(is_demo=True).exists()
