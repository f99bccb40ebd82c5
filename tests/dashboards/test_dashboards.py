"""The same numbers on the page, in the API and in the file, whatever is asked; and who sees which."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from dashboards.filters import WORST
from indicators import positions
from indicators.models import PilotPosition, Position
from pilots.models import PilotArea, Region
from tests.conftest import SignIn
from tests.dashboards.dense import CODES, dense
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db
FILTERS, FILTERS_IN_SOAK = 20, 200
NAMES = (*(verdict.value for verdict in WORST), "fell", "rose")


def rows_of(client: Client, query: dict[str, str]) -> list[dict[str, str]]:
    answer: Any = client.get(reverse("dashboards:positions-csv"), query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def told(tally: Any) -> dict[str, int]:
    given = tally if isinstance(tally, dict) else {name: getattr(tally, name) for name in NAMES}
    return {name: given[name] for name in NAMES}


def counted(rows: list[dict[str, str]]) -> dict[str, int]:
    found = Counter(row["verdict"] for row in rows if row["verdict"])
    changes = [int(row["change"]) for row in rows]
    return {
        **{verdict.value: found[verdict.value] for verdict in WORST},
        "fell": sum(change < 0 for change in changes),
        "rose": sum(change > 0 for change in changes),
    }


def some_filter(chance: random.Random, senders: list[Unit]) -> dict[str, str]:
    offered = {
        "batch": ["1", "2", "3"],
        "category": sorted({*PilotArea.objects.values_list("category", flat=True)} - {""}),
        "region": [str(region) for region in Region],
        "sender": [str(unit.uid) for unit in senders],
    }
    names = chance.sample(sorted(offered), chance.randint(0, 3))
    return {name: chance.choice(offered[name]) for name in names}


@pytest.mark.parametrize("number", [FILTERS, pytest.param(FILTERS_IN_SOAK, marks=pytest.mark.soak)])
def test_page_api_and_file_say_the_same(
    number: int, programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    client, chance = signed_in(ndrc_reviewer), random.Random(3)  # noqa: S311
    page: Any = client.get(reverse("dashboards:overview"))
    senders = list(page.context["form"].fields["sender"].queryset)
    seen_some = 0
    for _number in range(number):
        query = some_filter(chance, senders)
        page = client.get(reverse("dashboards:overview"), query)
        api = client.get(reverse("api:dashboard"), query).json()
        rows = rows_of(client, query)
        assert told(page.context["found"]) == told(api["whole"]) == counted(rows), query
        seen_some += bool(rows)
        code = chance.choice(CODES)
        across: Any = client.get(reverse("dashboards:indicator", args=[code]), query)
        listed = client.get(reverse("api:positions"), {**query, "indicator": code, "page_size": "200"}).json()
        one = rows_of(client, {**query, "indicator": code})
        assert across.context["page_obj"].paginator.count == listed["count"] == len(one)
        assert told(across.context["whole"]["tally"]) == counted(one), (query, code)
        assert sorted((r["pilot_area"], r["gap"] or "") for r in listed["results"]) == sorted(
            (r["pilot_area_uid"], r["gap"]) for r in one
        )
    assert seen_some > number / 4


def test_each_office_sees_its_own_and_nobody_else_s(
    programme: Programme, sichuan_reviewer: Actor, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    province, pilot = signed_in(sichuan_reviewer), signed_in(luzhou_drafter)
    below = PilotPosition.objects.filter(chain__contains=[sichuan_reviewer.unit.pk])
    names = {row["pilot_area"] for row in rows_of(province, {})}
    assert names == {head.pilot_area.name for head in below}
    assert {row["pilot_area"] for row in rows_of(pilot, {})} == {"泸州市"}
    page: Any = pilot.get(reverse("dashboards:overview"))
    assert page.context["own"]
    assert not page.context["senders_rows"]
    assert "成都" not in page.content.decode()


def test_a_pilot_area_sees_how_its_batch_stands_without_names(
    programme: Programme, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    page: Any = signed_in(luzhou_drafter).get(reverse("dashboards:overview"))
    own = {row["row"].indicator.code: row for row in page.context["own"]}
    luzhou = PilotPosition.objects.get(unit=luzhou_drafter.unit, programme=programme)
    for code in set(own) & set(CODES):
        whole = Position.objects.filter(pilot__batch=luzhou.batch, indicator__code=code).exclude(verdict="")
        assert own[code]["others"]["tally"].total == whole.count()


def test_the_api_answers_304_until_something_below_is_judged_anew(
    programme: Programme, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    client, url = signed_in(sichuan_reviewer), reverse("api:positions")
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    elsewhere = PilotPosition.objects.exclude(chain__contains=[sichuan_reviewer.unit.pk]).filter(programme=programme)
    positions.refresh([elsewhere[0].pk])
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    below = PilotPosition.objects.filter(chain__contains=[sichuan_reviewer.unit.pk])
    positions.refresh([below[0].pk])
    answer = client.get(url, headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_heat_table_and_workbook(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    dense(programme)
    client = signed_in(ndrc_reviewer)
    page: Any = client.get(reverse("dashboards:pilots"))
    worst = [row["pilot"].off_track for row in page.context["rows"]]
    assert worst == sorted(worst, reverse=True)
    book: Any = client.get(reverse("dashboards:pilots-book"), {"batch": "1"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0)
    names = [row[0] for row in sheet.to_python()[4:]]
    assert len(names) == PilotPosition.objects.filter(programme=programme, batch__number=1).count()
    only: Any = client.get(reverse("dashboards:pilots"), {"verdict": "off_track"})
    assert all(row["pilot"].off_track for row in only.context["rows"])


@pytest.mark.parametrize("query", ["batch=9", "region=mars", "sender=xxx", "verdict=bad", "category=%00"])
def test_what_cannot_be_asked_is_refused_in_words(query: str, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    assert client.get(f"{reverse('dashboards:pilots')}?{query}").status_code == 400
    assert client.get(f"{reverse('api:positions')}?{query}").status_code == 400
