"""Three thousand pilot areas with forty planted faults, by page and API: named, none stored; mended: stored; undone.

The list is invented and says so; its places are those of the reference data.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from pilots.models import Batch, PilotArea, Route
from pilots.reference.regions import region_of
from records.jobs import run_waiting
from records.models import ImportedObject, ImportRun
from tests.conftest import SignIn
from tests.pilots.test_import_engine import contents
from tests.records.lists import csv_of
from units.matching import Places, Span
from units.models import Division, Unit

pytestmark = pytest.mark.django_db
HEADINGS = ("批次", "省份", "试点地区", "区划代码", "来源", "序号", "可信度")
BATCH, PROVINCE, NAME, DIVISIONS, SOURCE, SEQ, CONFIDENCE = range(7)
ROWS, FAULTS, STEP = 3000, 40, 70
SORTS = (
    (BATCH, "9", "unknown_batch"),
    (PROVINCE, "虚构省", "unknown"),
    (NAME, "", "missing"),
    (DIVISIONS, "虚构甲乙县", "unknown"),
    (SOURCE, "memory", "not_verified"),
    (SEQ, "=A1", "formula"),
    (CONFIDENCE, "低", "not_verified"),
    (DIVISIONS, "above", "twice"),
)


def mended() -> list[list[str]]:
    """A row for each of 3,000 places which are nobody's pilot area yet."""
    places, day = Places.load(), Batch.objects.get(programme__code="national", number=3).reference_day
    taken = set(PilotArea.divisions.through.objects.values_list("division", flat=True))
    rows: list[list[str]] = []
    for pk in sorted(places.of_level(Division.Level.COUNTY, Division.Level.PREFECTURE) - taken):
        span = places.on(pk, day)
        if span and span.code and (province := in_the_programme(places, span)):
            name = f"{places.above(span, day)}{span.name}"
            rows.append(["3", province, name, span.code, "虚构，测试", str(1000 + len(rows)), ""])
    assert len(rows) >= ROWS
    return rows[:ROWS]


def in_the_programme(places: Places, span: Span) -> str:
    """The name of the province, where the programme reaches."""
    found = [places.last(pk) for pk in places.way_up(span, span.start)]
    for above in found:
        if above and places.levels[above.pk] == Division.Level.PROVINCE:
            with contextlib.suppress(KeyError):
                region_of(above.code)
                return above.name
    return ""


def planted(rows: list[list[str]]) -> tuple[list[list[str]], list[tuple[int, str, str]]]:
    """Forty faults of eight sorts in as many rows, and one row with two; what is to be said: row, cell, code."""
    rows, expected = [list(row) for row in rows], []
    for number in range(FAULTS - 1):
        index = 7 + number * STEP
        column, text, code = SORTS[number % len(SORTS)]
        rows[index][column] = rows[index - 1][column] if text == "above" else text
        expected.append((index + 2, f"{'ABCDEFG'[column]}{index + 2}", code))
    rows[7][SOURCE] = "memory"
    expected.insert(1, (9, "E9", "not_verified"))
    return rows, expected


def send(client: Client, rows: list[list[str]]) -> ImportRun:
    file = SimpleUploadedFile("虚构.csv", csv_of(rows, HEADINGS))
    assert client.post(reverse("api:imports"), {"kind": "pilots", "file": file}).status_code == 201
    run = ImportRun.objects.order_by("id").last()
    assert run
    return run


def act(client: Client, run: ImportRun, name: str) -> int:
    url, version = reverse("api:import-act", args=[run.uid, name]), ImportRun.objects.get(pk=run.pk).version
    headers = {"If-Match": f'"{version}"'}
    return client.post(url, {}, content_type="application/json", headers=headers).status_code


def test_of_3000_pilot_areas_40_faults_are_named_then_stored_then_undone(
    ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client, good, before = signed_in(ndrc_reviewer), mended(), contents()
    bad, expected = planted(good)
    run = send(client, bad)
    said: Any = client.get(reverse("api:import-rows", args=[run.uid]), {"page_size": 200}).json()["results"]
    assert [(one["row"], one["cell"], one["code"]) for one in said] == expected
    assert all(one["message"] for one in said)
    page = client.get(reverse("import", args=[run.uid])).content.decode()
    assert all(f">{cell}<" in page for _row, cell, _code in expected)
    assert (act(client, run, "store"), contents()) == (422, before)
    run = send(client, good)
    assert (run.counts["faults"], run.counts["new"]) == (0, ROWS)
    pilots, offices, routes = PilotArea.objects.count(), Unit.objects.count(), Route.objects.count()
    assert (act(client, run, "store"), run_waiting()) == (202, 1)
    assert PilotArea.objects.count() == pilots + ROWS
    assert Unit.objects.count() > offices
    assert Route.objects.count() > routes
    assert (act(client, run, "undo"), run_waiting()) == (202, 1)
    assert contents() == before
    assert not ImportedObject.objects.exists()
