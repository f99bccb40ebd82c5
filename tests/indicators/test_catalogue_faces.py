"""The catalogue by page and by API: what is shown, the same rows and events, the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from indicators.catalogue import detail, indicator_or_404
from indicators.catalogue_words import lines
from indicators.models import AskedIndicator, FieldSource, Indicator, IndicatorVersion
from indicators.services.asked import AskedInput, AskedRow, set_asked
from pilots.models import PilotArea
from records.models import Event
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
OWN = "city-pilot-towns"
SOURCE = "测试：处务会议定"
FACTS = {
    "name_zh": "新落户农民工（虚构）", "measure": "10k_persons", "precision": "1", "direction": "up",
    "frequency": "half_yearly", "method": "sum", "scale": "1", "source": SOURCE,
}  # fmt: skip
RATE = {
    "name_zh": "参保率（虚构）", "measure": "percent", "precision": 1, "direction": "range", "best_from": "60.5",
    "best_to": "80", "frequency": "yearly", "levels": ["county", "prefecture"], "applies_by": "central-city-population",
    "applies_over": "50", "method": "ratio", "weight": "resident-population", "numerator_zh": "参保人数",
    "denominator_zh": "常住人口", "denominator": "resident-population", "scale": "100", "part_measure": "10k_persons",
    "lowest": "0", "highest": "100", "is_cumulative": True, "series": "population_census", "source": SOURCE,
}  # fmt: skip


@pytest.fixture
def luzhou() -> PilotArea:
    return PilotArea.objects.get(key="national-1-510500")


def left_behind() -> dict[str, Any]:
    """Indicators, versions, sources, what is asked, and the events about them; without keys and times."""
    hidden = {"id", "uid", "indicator_id", "version_id"}

    def rows(queryset: Any) -> list[dict[str, Any]]:
        return [{name: value for name, value in row.items() if name not in hidden} for row in queryset.values()]

    events = Event.objects.filter(act__startswith="indicator.").order_by("id")
    return {
        "indicators": rows(Indicator.objects.order_by("code")),
        "versions": rows(IndicatorVersion.objects.order_by("indicator__code", "valid")),
        "sources": rows(FieldSource.objects.order_by("version__indicator__code", "version__valid", "field")),
        "asked": list(AskedIndicator.objects.values_list("indicator__code", "position", "is_compulsory", "source")),
        "events": list(events.values_list("act", "user", "unit", "programme", "data", "comment", "subject_label")),
    }


def both(page: Any, api: Any) -> dict[str, Any]:
    """What a page leaves, which is what the API leaves, each in a world of its own."""
    found = []
    for act in (page, api):
        with transaction.atomic():
            answer = act()
            assert answer.status_code in {200, 201, 302}, answer.content.decode()
            found.append(left_behind())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0]["events"]
    return found[0]


def send(client: Client, method: str, name: str, body: Any, *args: str, saw: int = 0) -> Any:
    ask = getattr(client, method)
    headers = {"If-Match": f'"{saw}"'}
    return ask(reverse(f"api:{name}", args=args), body, content_type="application/json", headers=headers)


def page_at(name: str, *args: str) -> str:
    return reverse(f"indicators:{name}", args=args)


def test_a_new_own_indicator_by_page_and_api(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    given = {"pilot_area": str(luzhou.uid), "code": "insured", **RATE}
    form = {**given, "version": 0, "is_cumulative": "on"}
    left = both(
        lambda: client.post(page_at("catalogue-new"), form),
        lambda: send(client, "post", "indicators", given),
    )
    assert [row["name_now"] for row in left["indicators"] if row["code"] == "insured"] == [RATE["name_zh"]]


def test_a_new_version_by_page_and_api(luzhou_lead: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_lead)
    given = {**FACTS, "measure": "count", "name_zh": "市级试点镇数（虚构口径）", "since": "2026-07-01"}
    both(
        lambda: client.post(page_at("catalogue-version", OWN), {**given, "version": 0}),
        lambda: send(client, "post", "indicator-versions", given, OWN),
    )


def test_an_own_indicator_ends_by_page_and_api(luzhou_lead: Actor, signed_in: SignIn) -> None:
    client, given = signed_in(luzhou_lead), {"on": "2026-07-01", "reason": "不再使用"}
    both(
        lambda: client.post(page_at("catalogue-end", OWN), {**given, "version": 0}),
        lambda: send(client, "post", "indicator-end", given, OWN),
    )


def test_a_mapping_by_page_and_api(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    IndicatorVersion.objects.filter(indicator__code=OWN).update(measure="10k_persons")
    client, given = signed_in(ndrc_reviewer), {"to": "newly-settled-population"}
    both(
        lambda: client.post(page_at("catalogue-map", OWN), {**given, "version": 0}),
        lambda: send(client, "put", "indicator-mapping", given, OWN),
    )


def test_what_is_asked_by_page_and_api(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    set_asked(AskedInput(0, (AskedRow("land-area"), AskedRow("waste-treatment"), AskedRow("pension-coverage")), SOURCE),
              by=ndrc_reviewer)  # fmt: skip
    client = signed_in(ndrc_reviewer)
    form = {
        "version": 1, "source": "测试：第二次", "add": ["total-population"],
        "place-land-area": 9, "keep-land-area": "on", "place-waste-treatment": 2,
        "place-pension-coverage": 1, "keep-pension-coverage": "on", "compulsory-pension-coverage": "on",
    }  # fmt: skip
    wanted = [("pension-coverage", True), ("land-area", False), ("total-population", False)]
    rows = [{"code": code, "is_compulsory": compulsory} for code, compulsory in wanted]
    left = both(
        lambda: client.post(page_at("asked"), form),
        lambda: send(client, "put", "asked-indicators", {"rows": rows, "source": "测试：第二次"}, saw=1),
    )
    assert ("total-population", 3, False, "测试：第二次") in left["asked"]


def test_a_refusal_keeps_what_was_typed_and_says_where(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    given = {**FACTS, "pilot_area": "", "code": "sewage-treatment", "version": 0, "numerator_zh": "甲"}
    given["pilot_area"] = str(PilotArea.objects.get(key="national-1-510500").uid)
    answer = client.post(page_at("catalogue-new"), given)
    assert answer.status_code == 400
    assert "code" in answer.context["form"].errors and FACTS["name_zh"] in answer.content.decode()
    refused = send(client, "post", "indicators", {**given, "code": "free-code"})
    assert (refused.status_code, refused.json()["findings"][0]["target"]) == (400, "numerator_zh")


def test_a_conflict_shows_what_is_stored(luzhou_lead: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_lead)
    given = {**FACTS, "measure": "count", "since": "2026-07-01", "version": 0}
    assert client.post(page_at("catalogue-version", OWN), given).status_code == 302
    answer = client.post(page_at("catalogue-version", OWN), {**given, "since": "2026-08-01", "precision": "0"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'name="version" value="1"' in page
    told = page[page.index('role="alert"') : page.index('class="confirm"')]
    assert "data-focus" in told and f"<dd>{FACTS['name_zh']}</dd>" in told
    assert send(client, "post", "indicator-versions", given, OWN).status_code == 409
    blind = client.post(reverse("api:indicator-versions", args=[OWN]), given, content_type="application/json")
    assert blind.status_code == 428


def test_the_list_filters_by_group_words_whose_and_asked(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)

    def found(query: str) -> set[str]:
        page = client.get(f"{page_at('catalogue')}?{query}")
        rows = client.get(f"{reverse('api:indicators')}?page_size=200&{query}").json()["results"]
        assert {row.indicator.code for row in page.context["rows"]} == {row["code"] for row in rows}
        return {row["code"] for row in rows}

    assert len(found("group=资源环境")) == 5
    assert found("whose=own&q=试点") == {OWN, "county-pilot-towns"}
    assert len(found("asked=yes")) == 20
    assert found("q=sewage") == {"sewage-treatment"}
    assert client.get(f"{page_at('catalogue')}?group=nichts").status_code == 400


def test_what_nobody_could_verify_is_marked(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    page = client.get(page_at("catalogue-indicator", "waste-treatment")).content.decode()
    assert 'class="chip tone-warn"' in page
    body = client.get(reverse("api:indicator", args=["waste-treatment"])).json()
    assert {"name_zh", "direction", "plan_2020"} <= set(body["indicator"]["unverified"])
    assert body["versions"][0]["lowest"] == "0"
    plain = client.get(reverse("api:indicator", args=["resident-urbanization-rate"])).json()
    assert plain["indicator"]["unverified"] == []
    assert [row["code"] for row in plain["vintages"]] == ["census-2010", "census-2020"]


def test_each_line_says_its_source_and_what_is_derived(luzhou_drafter: Actor) -> None:
    found = detail(indicator_or_404("resident-urbanization-rate", luzhou_drafter), luzhou_drafter)
    found_lines = lines(found.versions[0])
    derived = [line.value for line in found_lines if line.source and line.source["derived"]]
    assert derived == ["52.6"]
    assert [line.value for line in found_lines if line.source is None]


def test_acts_are_offered_to_whom_they_are_allowed(
    luzhou_drafter: Actor, ndrc_reviewer: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    def offered(actor: Actor, code: str) -> list[str]:
        body = signed_in(actor).get(reverse("api:indicator", args=[code])).json()
        return [act["name"] for act in body["indicator"]["actions"]]

    assert offered(luzhou_drafter, OWN) == ["change", "end"]
    assert offered(ndrc_reviewer, OWN) == ["map"]
    assert offered(ndrc_reviewer, "land-area") == ["change"]
    assert offered(luzhou_drafter, "land-area") == offered(sichuan_reviewer, OWN) == []


@pytest.mark.parametrize("name", ["catalogue-new", "catalogue-version", "catalogue-end", "catalogue"])
def test_pages_can_be_drawn(name: str, luzhou_lead: Actor, signed_in: SignIn) -> None:
    args = [OWN] if name in {"catalogue-version", "catalogue-end"} else []
    assert signed_in(luzhou_lead).get(page_at(name, *args)).status_code == 200
