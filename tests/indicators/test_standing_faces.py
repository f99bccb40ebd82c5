"""The page of Luzhou's figures, and the same through the API."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from tests.conftest import Hire, SignIn
from tests.indicators.figure_cast import a_figure, luzhou

pytestmark = pytest.mark.django_db
GOALS = ("cost-sharing-demonstration", "financing-demonstration", "administration-demonstration")


@pytest.fixture
def client(signed_in: SignIn, luzhou_drafter: Actor) -> Client:
    return signed_in(luzhou_drafter)


def page_of(client: Client, language: str = "zh-hans", **query: str) -> str:
    answer = client.get(
        reverse("indicators:pilot-figures", args=[luzhou().uid]), query, headers={"accept-language": language}
    )
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def section_of(page: str, code: str) -> str:
    found = re.search(rf'<section class="panel standing-one" id="{code}".*?</section>', page, re.DOTALL)
    assert found, code
    return found[0]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("resident-urbanization-rate", ("52.2%", "58.5%", "43.29%", "43.8%", "2960号", "泸市府发〔2015〕7号")),
        ("registered-urbanization-rate", ("46.7%", "55%", "35.87%", "2960号")),
        ("newly-settled-population", ("38", "42", "2960号", "泸市府发〔2015〕7号")),
        ("central-built-up-area", ("130", "平方公里", "113.17")),
        ("central-city-population", ("130",)),
        ("social-insurance-coverage", ("80%",)),
        ("city-pilot-towns", ("3–5",)),
        ("county-pilot-towns", ("1–2",)),
        *((goal, ("泸市府发〔2015〕7号",)) for goal in GOALS),
    ],
)
def test_luzhou_s_targets_stand_with_their_sources(client: Client, code: str, said: tuple[str, ...]) -> None:
    section = section_of(page_of(client), code)
    assert [text for text in said if text not in section] == []


def test_both_baselines_and_the_census_break(client: Client) -> None:
    found = section_of(page_of(client, "en"), "resident-urbanization-rate")
    assert "The path is drawn from the baseline of 43.29% at the end of 2013." in found
    assert "The other baseline, 43.8% (2013), would not change the verdict." in found
    assert 'class="chart-break"' in found
    assert "The series breaks in 2020" in found
    assert "standing-break" in found
    assert "51.35" in found
    assert found.count("chart-line") == 2


def test_a_view_of_an_earlier_day(client: Client) -> None:
    found = section_of(page_of(client, "en", day="2017-06-30"), "resident-urbanization-rate")
    assert "By the end of 2014 it should be 45.52%; it is 44.84%, 0.68 percentage points behind" in found
    assert "chart-break" not in found
    assert "51.35" not in found


def test_a_year_that_was_inferred_is_said_to_be(client: Client) -> None:
    page = page_of(client, "en")
    for code in ("central-built-up-area", "central-city-population"):
        assert "year inferred" in section_of(page, code)
    assert "year inferred" not in section_of(page, "resident-urbanization-rate")


def test_a_chart_is_read_aloud_and_wears_no_style(client: Client) -> None:
    page = page_of(client, "en")
    found = section_of(page, "resident-urbanization-rate")
    assert re.search(
        r'role="img" aria-labelledby="([\w-]+) ([\w-]+)">\s*<title id="\1">[^<]*</title>\s*<desc id="\2">Figures: 2013',
        found,
    )
    assert "style=" not in page


def test_what_the_pilot_area_reported_is_marked_and_not_for_others(
    client: Client, signed_in: SignIn, hire: Hire
) -> None:
    a_figure(luzhou(), "47.77", 2025, "social-insurance-coverage", accepted=True)
    assert "47.77" in section_of(page_of(client), "social-insurance-coverage")
    foreign = page_of(signed_in(hire("gd", "drc-440000", Role.REVIEWER)), "en")
    assert "47.77" not in foreign
    assert "You see targets and published figures." in foreign


@pytest.mark.parametrize("day", ["2017-13-01", "1999-12-31", "yesterday"])
def test_a_day_that_is_none_is_refused_by_both(client: Client, day: str) -> None:
    pilot = luzhou()
    page = client.get(reverse("indicators:pilot-figures", args=[pilot.uid]), {"day": day})
    answer = client.get(reverse("api:pilot-standing", args=[pilot.uid]), {"day": day})
    assert (page.status_code, answer.status_code) == (400, 400)
    assert [finding["target"] for finding in answer.json()["findings"]] == ["day"]


def test_the_pilot_s_page_leads_here(client: Client) -> None:
    pilot = luzhou()
    page = client.get(reverse("reporting:pilot", args=[pilot.uid])).content.decode()
    assert reverse("indicators:pilot-figures", args=[pilot.uid]) in page


def answer_of(client: Client, **query: str) -> dict[str, Any]:
    url = reverse("api:pilot-standing", args=[luzhou().uid])
    answer = client.get(url, query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_the_api_says_the_same(client: Client) -> None:
    found = answer_of(client, day="2017-06-30")
    row = next(one for one in found["indicators"] if one["indicator"]["code"] == "resident-urbanization-rate")
    target = row["targets"][0]
    assert (found["day"], found["sees_reported"], row["verdict"]) == ("2017-06-30", True, "at_risk")
    assert (target["value"], target["due_on"], len(target["cited"])) == ("52.2", "2017-12-31", 2)
    assert target["path"] == [{"day": "2013-12-31", "value": "43.29"}, {"day": "2017-12-31", "value": "52.2"}]
    assert (target["judgement"]["expected"], target["judgement"]["gap"]) == ("45.5175", "-0.6775")
    assert [(one["value"], one["is_chosen"]) for one in row["baselines"]] == [("43.29", True), ("43.8", False)]
    assert target["reason_text"] in page_of(client, "en", day="2017-06-30")


def test_the_api_tells_of_the_break_and_of_what_is_unknown(client: Client) -> None:
    found = answer_of(client)
    row = next(one for one in found["indicators"] if one["indicator"]["code"] == "resident-urbanization-rate")
    assert [one["day"] for one in row["breaks"]] == ["2020-01-01"]
    assert row["targets"][0]["judgement"]["reason"] == "other_vintage"
    assert sum(one["count"] for one in found["counts"]) == sum(bool(one["targets"]) for one in found["indicators"])
