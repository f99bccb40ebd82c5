"""Whole lists of the API: page by page, as lines and as a table they are the same rows, for those within reach."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from indicators.models import Position
from portal import api_streams
from tests.conftest import SignIn
from tests.dashboards.dense import dense
from units.models import Programme

pytestmark = pytest.mark.django_db
ROOMS = {
    "positions": ({}, {"indicator": "public-water-supply"}, {"batch": "1", "ordering": "-gap"}),
    "observations": ({}, {"year": "2025"}),
    "targets-all": ({}, {"indicator": "public-water-supply"}),
    "rollups": ({},),
    "tasks": ({},),
    "progress": ({},),
}


def paged(client: Client, url: str, query: dict[str, str]) -> list[dict[str, Any]]:
    answer = client.get(url, {**query, "page_size": "70"}).json()
    rows: list[dict[str, Any]] = answer["results"]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        rows += answer["results"]
    return rows


def streamed(client: Client, url: str, query: dict[str, str], accept: str) -> str:
    answer: Any = client.get(url, query, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{accept}; charset=utf-8"
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def lines(client: Client, url: str, query: dict[str, str]) -> list[dict[str, Any]]:
    text = streamed(client, url, query, "application/x-ndjson")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def small_chunks() -> Iterator[None]:
    with patch.object(api_streams, "CHUNK", 50):
        yield


@pytest.mark.parametrize("room", ROOMS)
def test_pages_lines_and_table_are_the_same(
    room: str, programme: Programme, ndrc_reviewer: Actor, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    for actor in (ndrc_reviewer, luzhou_drafter):
        client, url = signed_in(actor), reverse(f"api:{room}")
        for query in ROOMS[room]:
            expected = paged(client, url, query)
            assert lines(client, url, query) == expected
            table = list(csv.DictReader(io.StringIO(streamed(client, url, query, "text/csv"))))
            assert len(table) == len(expected)
            for line, row in zip(table, expected, strict=True):
                for name, value in row.items():
                    if isinstance(value, str) and value and not value.startswith(("=", "+", "-", "@")):
                        assert line[name] == value, name
    if room in {"positions", "targets-all", "observations"}:
        assert len(lines(signed_in(ndrc_reviewer), reverse(f"api:{room}"), {})) > 100


def test_statements_grow_by_the_chunk_not_by_the_row(
    programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    client, url = signed_in(ndrc_reviewer), reverse("api:positions")
    with CaptureQueriesContext(connection) as found:
        rows = lines(client, url, {})
    assert len(found) < 12 + 2 * (len(rows) // 50 + 1)


def test_an_error_in_the_middle_breaks_the_answer(
    programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    answer: Any = signed_in(ndrc_reviewer).get(reverse("api:positions"), headers={"accept": "text/csv"})
    waiting = iter(answer.streaming_content)
    next(waiting)
    with patch("dashboards.api.targets.meanings", side_effect=RuntimeError("gone")), pytest.raises(RuntimeError):
        list(waiting)


def test_what_is_wrong_is_said_as_ever(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    for query in ({"batch": "9"}, {"nonsense": "1"}):
        answer = client.get(reverse("api:positions"), query, headers={"accept": "text/csv"})
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert client.get(reverse("api:positions"), headers={"accept": "image/png"}).status_code == 406


def test_what_looks_like_a_formula_is_text(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    dense(programme)
    row = Position.objects.select_related("pilot__pilot_area").order_by("pilot", "indicator")[0]
    area = row.pilot.pilot_area
    type(area).objects.filter(pk=area.pk).update(name_as_published="=1+1", name_en="=1+1")
    text = streamed(signed_in(ndrc_reviewer), reverse("api:positions"), {}, "text/csv")
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_a_stream_is_not_asked_twice_for_the_same_version(
    programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    client, url = signed_in(ndrc_reviewer), reverse("api:positions")
    tag = client.get(url, headers={"accept": "text/csv"})["ETag"]
    assert client.get(url, headers={"accept": "text/csv", "if-none-match": tag}).status_code == 304
    assert client.get(url)["ETag"] != tag
