"""How one indicator is spread: against plain Python over the same positions, on the page and in the API."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import random
import statistics
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from dashboards import spread_words
from dashboards.distribution import KINDS, edges
from indicators import positions
from indicators.calculations import Aim, Judgement, Point, Reason, Verdict
from indicators.figure_words import plain
from indicators.models import PilotPosition, Position
from indicators.standing_shapes import Line, Shown
from pilots.models import PilotArea, Region
from tests.conftest import SignIn
from tests.dashboards.dense import CODES, dense
from units.models import Programme

CODE = CODES[0]
numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(numbers, numbers, st.integers(0, 3))
def test_steps_hold_every_value_once_and_are_round(one: Decimal, other: Decimal, precision: int) -> None:
    low, high = sorted((one, other))
    found = edges(low, high, precision)
    assert found[0] <= low
    assert high < found[-1]
    assert len(found) <= 15
    steps = {after - before for before, after in itertools.pairwise(found)}
    (step,) = steps
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert step >= Decimal(1).scaleb(-precision)


@pytest.mark.django_db
def test_page_api_and_positions_say_the_same(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    dense(programme)
    client, chance = signed_in(ndrc_reviewer), random.Random(11)  # noqa: S311
    for _number in range(12):
        query: dict[str, str] = {}
        if chance.random() < 0.5:
            query["region"] = chance.choice([str(region) for region in Region])
        if chance.random() < 0.5:
            query["batch"] = chance.choice(["1", "2", "3"])
        page: Any = client.get(reverse("dashboards:distribution", args=[CODE]), query)
        api = client.get(reverse("api:distribution"), {**query, "indicator": CODE}).json()
        found = page.context["found"]
        rows = Position.objects.filter(indicator__code=CODE, programme=programme)
        if "region" in query:
            rows = rows.filter(pilot__region=query["region"])
        if "batch" in query:
            rows = rows.filter(pilot__batch__number=query["batch"])
        held = [(row.value, row.verdict) for row in rows if row.value is not None]
        assert (found.asked, found.counted) == (api["asked"], api["counted"]) == (rows.count(), len(held))
        for bin_, told in zip(found.bins, api["bins"], strict=True):
            inside = [verdict for value, verdict in held if bin_.low <= value < bin_.high]
            assert list(bin_.counts) == [inside.count(kind) for kind in KINDS]
            assert (Decimal(told["low"]), told["total"]) == (bin_.low, len(inside))
        if held:
            values = [value for value, _verdict in held]
            assert found.whole.five[2] == pytest.approx(statistics.median(values))
            assert api["spreads"][0]["median"] == plain(statistics.median(values))
            assert (found.whole.five[0], found.whole.five[4]) == (min(values), max(values))


@pytest.mark.django_db
def test_what_is_kept_is_never_old(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    dense(programme)
    client, url = signed_in(ndrc_reviewer), reverse("dashboards:distribution", args=[CODE])
    before: Any = client.get(url)
    valued = Position.objects.filter(programme=programme, indicator__code=CODE, value__isnull=False)
    pilot = PilotPosition.objects.filter(pk__in=valued.values("pilot"))[0]
    Position.objects.filter(pilot=pilot, indicator__code=CODE).update(value=Decimal("99.5"))
    kept: Any = client.get(url)
    assert kept.context["found"] == before.context["found"]
    positions.refresh([pilot.pk])
    after: Any = client.get(url)
    assert sum(bin_.total for bin_ in after.context["found"].bins) == valued.count()


@pytest.mark.django_db
def test_it_is_said_in_words(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    dense(programme)
    page: Any = signed_in(ndrc_reviewer).get(reverse("dashboards:distribution", args=[CODE]), {"batch": "1"})
    with translation.override("en"):
        found = page.context["found"]
        version = page.context["version"]
        assert spread_words.coverage(found).startswith(f"{found.counted} of {found.asked} have a figure")
        assert "the median is" in spread_words.finding(found, version)
    assert 'data-chart="histogram-data"' in page.content.decode()
    assert "style=" not in page.content.decode()


@pytest.mark.django_db
def test_the_api_wants_an_indicator(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, url = signed_in(ndrc_reviewer), reverse("api:distribution")
    assert client.get(url).status_code == 422
    assert client.get(url, {"indicator": "nonsense"}).status_code == 400


@pytest.mark.django_db
def test_small_multiples_share_a_scale(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    dense(programme)
    client, url = signed_in(ndrc_reviewer), reverse("dashboards:trends", args=[CODE])
    page: Any = client.get(url)
    charts = [one["chart"] for one in page.context["charts"] if one["chart"]]
    assert len(charts) > 12
    assert len({tuple(mark.label for mark in chart.upward) for chart in charts}) == 1
    assert not any(chart.forecast for chart in charts)


@pytest.mark.django_db
def test_a_pilot_area_s_figures_as_files(programme: Programme, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    dense(programme)
    client, pilot = (
        signed_in(luzhou_drafter),
        PilotArea.objects.get(reporting_unit=luzhou_drafter.unit, programme=programme),
    )
    text = client.get(reverse("dashboards:pilot-figures-csv", args=[pilot.uid])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    standing = client.get(reverse("api:pilot-standing", args=[pilot.uid])).json()
    told = [f["value"] or "" for one in standing["indicators"] for f in one["figures"]]
    assert [row["value"] for row in rows if row["kind"] in {"published", "reported"}] == told
    book: Any = client.get(reverse("dashboards:pilot-figures-book", args=[pilot.uid]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0)
    assert len(sheet.to_python()[4:]) == len(rows)
    for name in ("pilot-figures-csv", "pilot-figures-book"):
        url = reverse(f"dashboards:{name}", args=[pilot.uid])
        assert client.get(url, {"day": "2017-13-01"}).status_code == 400
        assert client.get(url, {"day": "2017-06-30"}).status_code == 200


def test_where_the_pace_leads_is_worked_out_by_hand() -> None:
    """From 50 at the end of 2020 to 60 at the end of 2025 is 2 a year: 70 at the end of 2030."""

    judged = Judgement(Verdict.AT_RISK, Reason.BEHIND, pace_so_far=Decimal(2))
    figure = Shown(2025, "year", "2025", Decimal(60), "final")
    aim = Aim("at_least", Decimal(80), None, dt.date(2030, 12, 31))
    point = Line(aim, (), is_year_inferred=False, vintage=None, judgement=judged, figure=figure).forecast
    assert point is not None
    assert (point.day, point.value) == (dt.date(2030, 12, 31), Decimal(70))
    steep = replace(judged, pace_so_far=Decimal(9))
    share = Line(aim, (), is_year_inferred=False, vintage=None, judgement=steep, figure=figure, is_share=True)
    assert share.forecast is None
    assert replace(share, is_share=False).forecast == Point(dt.date(2030, 12, 31), Decimal(105))
    unknown = Judgement(Verdict.UNKNOWN, Reason.DUE_FIGURE_MISSING, pace_so_far=Decimal(2))
    assert Line(aim, (), is_year_inferred=False, vintage=None, judgement=unknown, figure=figure).forecast is None
