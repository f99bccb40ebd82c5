"""Roll-ups as page and API show them: the figure, never without its coverage, and one step down."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from accounts.access import Actor
from indicators.models import FigureStatus, Indicator, Observation, SupplementFigure
from indicators.services.observations import Bringing, record
from pilots.models import PilotArea
from records.seals import seal
from tests.conftest import SignIn
from units.keys import new_uid
from units.models import Division, Unit

pytestmark = pytest.mark.django_db
RATE, PEOPLE = "resident-urbanization-rate", "resident-population"
AT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


@pytest.fixture
def sichuan(db: None) -> Division:
    return Division.objects.get(code_now="510000")


@pytest.fixture
def given(db: None) -> Observation:
    """Luzhou's rate of 2025, accepted by Sichuan."""
    pilot = PilotArea.objects.get(programme__code="national", reporting_unit__key="lgo-510500")
    figure = SupplementFigure(
        division=pilot.divisions.get(), indicator=Indicator.objects.get(code=RATE), year=2025, value=Decimal("50"),
        numerator=Decimal(200), denominator=Decimal(400), status="preliminary",
    )  # fmt: skip
    receiver = Unit.objects.get(key="drc-510000")
    proof = seal("test", new_uid(), {"one": 1}, at=AT)
    chain = [receiver.pk, Unit.objects.get(key="ndrc").pk]
    record(Bringing(pilot.programme, pilot.reporting_unit, receiver, chain, proof, AT, None), [figure])
    return Observation.objects.get(seal=proof)


def test_the_page_shows_the_figure_with_its_coverage(
    signed_in: SignIn, sichuan_reviewer: Actor, given: Observation, sichuan: Division
) -> None:
    client = signed_in(sichuan_reviewer)
    page = client.get(reverse("indicators:rollups"))
    row = next(row for row in page.context["rows"] if row.rolled.indicator.code == RATE)
    assert page.context["place"] == sichuan
    assert row.value.startswith("50.00")
    assert (row.rolled.coverage.counted, row.status) == (1, str(FigureStatus.PRELIMINARY.label))
    assert {"1", str(row.rolled.coverage.of)} <= set(re.findall(r"\d+", row.coverage))
    below = client.get(row.url.split("#")[0])
    link = reverse("indicators:observation", args=[given.uid])
    assert link in below.content.decode()


def test_who_may_not_see_the_figure_sees_only_that_it_was_given(
    signed_in: SignIn, department_clerk: Actor, given: Observation, sichuan: Division
) -> None:
    url = f"{reverse('indicators:rollups')}?place={sichuan.uid}&year=2025&indicator={RATE}"
    page = signed_in(department_clerk).get(url)
    steps = {str(row.below.place): row for row in page.context["below"]}
    assert steps["泸州市"].below.figure is None
    assert (steps["泸州市"].value, steps["泸州市"].coverage) == ("", gettext("given"))
    assert str(given.uid) not in page.content.decode()


def test_places_out_of_reach_are_not_found(
    signed_in: SignIn, stranger: Actor, luzhou_drafter: Actor, sichuan: Division
) -> None:
    for actor in (stranger, luzhou_drafter):
        assert signed_in(actor).get(f"{reverse('indicators:rollups')}?place={sichuan.uid}").status_code == 404
    assert signed_in(luzhou_drafter).get(reverse("indicators:rollups")).status_code == 200
    assert signed_in(stranger).get(f"{reverse('indicators:rollups')}?year=x").status_code == 400


def test_the_api_gives_the_same_with_its_coverage(
    signed_in: SignIn, sichuan_reviewer: Actor, given: Observation, sichuan: Division
) -> None:
    answer: Any = signed_in(sichuan_reviewer).get(
        reverse("api:rollups"), {"division": str(sichuan.uid), "indicator": RATE, "year": "2025"}
    )
    (row,) = answer.json()["results"]
    assert (row["value"], row["method"], row["status"]) == ("50", "ratio", "preliminary")
    assert row["coverage"] | {"expected": 0, "of": 0} == {
        "counted": 1, "reported": 1, "expected": 0, "not_applicable": 0, "of": 0, "weight_share": None
    }  # fmt: skip


def test_statements_do_not_grow_with_the_rows(signed_in: SignIn, ndrc_reviewer: Actor, given: Observation) -> None:
    client = signed_in(ndrc_reviewer)
    for address, most in ((reverse("indicators:rollups"), 20), (reverse("api:rollups"), 10)):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= most, len(asked)
