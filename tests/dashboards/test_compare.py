"""Pilot areas side by side: the same on page, in the API and in the workbook; nobody else's; two to six."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from dashboards import comparing
from indicators.models import PilotPosition
from tests.conftest import SignIn
from tests.dashboards.dense import dense
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def uids(programme: Programme) -> list[str]:
    dense(programme)
    heads = PilotPosition.objects.filter(programme=programme).select_related("pilot_area").worst_first()
    return [str(head.pilot_area.uid) for head in heads[:8]]


def test_both_faces_and_the_workbook(uids: list[str], ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, chosen = signed_in(ndrc_reviewer), {"pilot": uids[:4]}
    page: Any = client.get(reverse("dashboards:compare"), chosen)
    api = client.get(reverse("api:comparison"), chosen).json()
    assert [row["pilot_area"] for row in api["pilots"]] == uids[:4]
    lines = page.context["lines"]
    assert len(lines) == len(api["lines"])
    for line, told in zip(lines, api["lines"], strict=True):
        assert told["indicator"]["code"] == line["version"].indicator.code
        for place, (cell, said) in enumerate(zip(line["cells"], told["cells"], strict=True)):
            assert (cell is None) == (said is None)
            if cell:
                assert said["verdict"] == cell["row"].verdict
                assert (cell["is_best"], cell["is_worst"]) == (place in told["best"], place in told["worst"])
    book: Any = client.get(reverse("dashboards:compare-book"), chosen)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0)
    assert len(sheet.to_python()[4:]) == len(lines)


def test_best_and_last_are_those_by_value(uids: list[str], ndrc_reviewer: Actor) -> None:
    found = comparing.compared(ndrc_reviewer, comparing.chosen(ndrc_reviewer, uids[:6]))
    marked = [line for line in found.lines if line.best]
    assert marked
    for line in marked:
        values = {place: cell.value for place, cell in enumerate(line.cells) if cell and cell.value is not None}
        sign = 1 if line.version.direction == "up" else -1
        assert all(values[place] * sign == max(value * sign for value in values.values()) for place in line.best)
        assert all(values[place] * sign == min(value * sign for value in values.values()) for place in line.worst)
        assert not line.best & line.worst


def test_as_many_statements_for_six_as_for_two(uids: list[str], ndrc_reviewer: Actor) -> None:
    def asked(number: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            comparing.compared(ndrc_reviewer, comparing.chosen(ndrc_reviewer, uids[:number]))
        return len(found)

    assert asked(6) == asked(2)


def test_what_cannot_be_compared_is_refused(uids: list[str], ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, page, api = signed_in(ndrc_reviewer), reverse("dashboards:compare"), reverse("api:comparison")
    assert client.get(page).status_code == 200
    assert client.get(page, {"pilot": uids[:1]}).status_code == 200
    assert client.get(api, {"pilot": uids[:1]}).status_code == 422
    for given, status in ((uids[:7], 422), (["nonsense"], 400)):
        assert client.get(page, {"pilot": given}).status_code == 400
        assert client.get(api, {"pilot": given}).status_code == status
    stranger = [uids[0], str(uuid.uuid4())]
    assert client.get(page, {"pilot": stranger}).status_code == 404
    assert client.get(api, {"pilot": stranger}).status_code == 404


def test_nobody_else_s(uids: list[str], luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    assert client.get(reverse("dashboards:compare"), {"pilot": uids[:2]}).status_code == 404
    found: Any = client.get(reverse("dashboards:compare"), {"q": "成都"})
    assert not found.context["offered"]


def test_a_name_finds_more(uids: list[str], ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    page: Any = signed_in(ndrc_reviewer).get(reverse("dashboards:compare"), {"pilot": uids[:1], "q": "泸州"})
    assert [str(row) for row, _address in page.context["offered"]] == ["泸州市"]
    assert uids[0] in page.context["offered"][0][1]
