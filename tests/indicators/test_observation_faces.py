"""One figure and the list of figures: page and API say the same, to those within reach."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Indicator, Observation
from indicators.observed import observed
from indicators.services.observations import Bringing, record
from reporting.models import Report, ReportFigure, ReportVersion
from tests.conftest import Hire, SignIn
from tests.indicators.figure_cast import luzhou
from tests.steps import Three, lead_to

pytestmark = pytest.mark.django_db
RATE = "resident-urbanization-rate"


@pytest.fixture
def version(luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> ReportVersion:
    report = lead_to(luzhou_report, "accepted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    found: ReportVersion = report.versions.get()
    return found


@pytest.fixture
def accepted(version: ReportVersion, sichuan_reviewer: Actor) -> Observation:
    """A figure of Luzhou, brought by the accepted version of its report. Invented."""
    due = version.report.due
    what = Bringing(
        due.cycle.programme, due.unit, due.receiver, due.chain, version.seal, timezone.now(), sichuan_reviewer.user
    )
    place = luzhou().divisions.get()
    figure = ReportFigure(
        report=version.report, division=place, indicator=Indicator.objects.get(code=RATE), year=2022,
        value=Decimal("51.9"), numerator=Decimal("221.3"), denominator=Decimal("426.3"), entered="51.90%",
        status="preliminary", source="虚构",
    )  # fmt: skip
    assert record(what, [figure]) == 1
    return Observation.objects.get(programme__isnull=False, year=2022, indicator__code=RATE)


def published(year: int = 2013, value: str = "43.8") -> Observation:
    rows = Observation.objects.published().filter(division__name_now="泸州市", indicator__code=RATE, year=year)
    return rows.get(value=Decimal(value))


def page(row: Observation) -> str:
    return reverse("indicators:observation", args=[row.uid])


def api(client: Client, row: Observation) -> Any:
    return client.get(reverse("api:observation", args=[row.uid])).json()


def listed(client: Client, **query: str) -> list[dict[str, Any]]:
    answer = client.get(reverse("api:observations"), {"page_size": "200", **query})
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def test_an_accepted_figure_shows_its_seal_and_its_receipt(
    accepted: Observation, version: ReportVersion, luzhou_lead: Actor, signed_in: SignIn
) -> None:
    client = signed_in(luzhou_lead)
    text = client.get(page(accepted)).content.decode()
    assert version.receipt_number in text
    assert version.seal.fingerprint in text
    assert "51.90%" in text
    body = api(client, accepted)
    path = reverse("reporting:version", args=[version.report.uid, version.number])
    assert (body["origin"]["receipt"], body["origin"]["path"]) == (version.receipt_number, path)
    assert path in text
    assert body["observation"]["seal"]["sha256"] == version.seal.sha256
    assert [row["observation"]["value"] for row in body["others"]] == ["51.91"]
    assert (body["observation"]["value"], body["observation"]["measure"]) == ("51.9", "percent")


def test_both_figures_of_2013_stand_side_by_side_and_say_which_counts(luzhou_lead: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_lead)
    body = api(client, published())
    assert not body["observation"]["is_in_force"]
    (other,) = body["others"]
    assert (other["observation"]["value"], other["observation"]["is_in_force"]) == ("43.29", True)
    text = client.get(page(published())).content.decode()
    assert body["why"] in text
    assert other["why"] in text
    assert "43.29" in text


def test_what_could_not_be_verified_says_so(luzhou_lead: Actor, signed_in: SignIn) -> None:
    row = Observation.objects.get(division__key="CN", indicator__code=RATE, year=2014)
    text = signed_in(luzhou_lead).get(page(row)).content.decode()
    assert "tone-warn" in text
    assert not api(signed_in(luzhou_lead), row)["observation"]["is_fact"]


def test_a_withdrawn_figure_stays_and_says_why(luzhou_lead: Actor, signed_in: SignIn) -> None:
    row = published(2013, "43.29")
    Observation.objects.filter(pk=row.pk).update(
        withdrawn_at=timezone.now(), withdrawn_reason="replaced", is_in_force=False
    )
    body = api(signed_in(luzhou_lead), row)
    assert body["observation"]["withdrawn_reason"] == body["why"] != ""
    assert signed_in(luzhou_lead).get(page(row)).status_code == 200


def test_accepted_figures_are_for_those_in_reach_published_ones_for_all(
    accepted: Observation, hire: Hire, signed_in: SignIn, sichuan_reviewer: Actor
) -> None:
    stranger = hire("foreign", "drc-440000", Role.REVIEWER)
    foreign = signed_in(stranger)
    assert foreign.get(page(accepted)).status_code == 404
    assert foreign.get(reverse("api:observation", args=[accepted.uid])).status_code == 404
    assert foreign.get(page(published())).status_code == 200
    assert not any(row["programme"] for row in listed(foreign))
    assert str(accepted.uid) in [row["uid"] for row in listed(signed_in(sichuan_reviewer))]
    seen = observed(published(2022, "51.91"), stranger)
    assert seen.others == ()


def test_the_list_filters(accepted: Observation, luzhou_lead: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_lead)
    place, pilot = accepted.division, luzhou()
    assert [row["uid"] for row in listed(client, published="false")] == [str(accepted.uid)]
    assert [row["uid"] for row in listed(client, programme="national")] == [str(accepted.uid)]
    assert {row["division"]["name"] for row in listed(client, division=str(place.uid))} == {"泸州市"}
    assert len(listed(client, pilot_area=str(pilot.uid))) == len(listed(client, division=str(place.uid)))
    years = listed(client, indicator=RATE, year="2013", division=str(place.uid))
    assert [row["value"] for row in years] == ["43.29", "43.8"]
    counting = listed(client, indicator=RATE, year="2013", division=str(place.uid), in_force="true")
    assert [row["value"] for row in counting] == ["43.29"]
    since = (accepted.recorded_at - dt.timedelta(seconds=1)).isoformat()
    later = (accepted.recorded_at + dt.timedelta(seconds=1)).isoformat()
    assert len(listed(client, published="false", recorded_since=since)) == 1
    assert listed(client, published="false", recorded_since=later) == []
    assert listed(client, withdrawn_since=since) == listed(client, part="h1") == []


@pytest.mark.parametrize(
    "query",
    ["division=x", "indicator=x", "year=x", "part=x", "programme=luzhou", "published=x", "in_force=maybe",
     "recorded_since=yesterday", "pilot_area=x", "cursor=x", "page_size=0", "nonsense=1"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(query: str, luzhou_lead: Actor, signed_in: SignIn) -> None:
    assert signed_in(luzhou_lead).get(f"{reverse('api:observations')}?{query}").status_code in {400, 404}


def test_a_cursor_goes_through_all_of_them_once(luzhou_lead: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_lead)
    found, address = [], f"{reverse('api:observations')}?page_size=7"
    while address:
        body = client.get(address).json()
        found += [row["uid"] for row in body["results"]]
        address = body["next"]
    assert len(found) == len(set(found)) == Observation.objects.published().count()


def test_statements_do_not_grow_with_the_list(luzhou_lead: Actor, signed_in: SignIn) -> None:
    client, counts = signed_in(luzhou_lead), []
    for size in ("2", "60"):
        client.get(reverse("api:observations"))
        with CaptureQueriesContext(connection) as statements:
            client.get(reverse("api:observations"), {"page_size": size})
        counts.append(len(statements))
    assert counts[0] == counts[1]
