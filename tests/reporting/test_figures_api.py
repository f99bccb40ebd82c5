"""The figures of a report by the API: the grid, rows that are stored together, refusals, and who reads what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from reporting.models import Report, ReportFigure, Writer
from reporting.services.figures import save_report_figures
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, give, row_of
from tests.steps import Three, lead_to
from units.models import Programme

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


class Room:
    """The figures of one report, as one person is answered."""

    def __init__(self, client: Client, report: Report) -> None:
        self.client, self.report = client, report
        self.path = reverse("api:report-figures", args=[report.uid])

    def get(self) -> Any:
        return self.client.get(self.path)

    def put(self, *rows: dict[str, Any]) -> Any:
        return self.client.put(self.path, {"rows": list(rows)}, content_type="application/json")

    def row(self, code: str, revision: int | None = 0, **fields: Any) -> dict[str, Any]:
        said = {"division": str(row_of(self.report, code).division), "indicator": code, **fields}
        return said if revision is None else {**said, "revision": revision}


@pytest.fixture
def room(luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn) -> Room:
    return Room(signed_in(luzhou_drafter), luzhou_report)


def test_the_grid_is_read_and_written(room: Room) -> None:
    at_first = room.get().json()
    assert (at_first["year"], at_first["part"], at_first["filled"]) == (2026, "h1", 0)
    people = next(row for row in at_first["rows"] if row["indicator"]["code"] == PEOPLE)
    assert (people["revision"], people["figure"], people["is_compulsory"]) == (0, None, True)
    answer = room.put(
        room.row(PEOPLE, value="43.29万", source="统计公报"), room.row(SHARE, numerator="1", denominator="4")
    )
    assert answer.status_code == 200
    rows = {row["indicator"]["code"]: row for row in answer.json()["rows"]}
    assert (rows[PEOPLE]["figure"]["value"], rows[PEOPLE]["typed"]["value"]) == ("432900", "43.29万")
    assert (rows[SHARE]["figure"]["value"], rows[SHARE]["revision"], answer.json()["filled"]) == ("25", 1, 2)


def test_refusals_name_the_cells_and_store_nothing(room: Room) -> None:
    bad = room.row(PEOPLE, value="many")
    answer = room.put(room.row(SHARE, value="50"), bad)
    assert answer.status_code == 400
    assert [f["target"] for f in answer.json()["findings"]] == [f"figure:{bad['division']}:{PEOPLE}:value"]
    unsaid = room.put(room.row(SHARE, value="50"), room.row(PEOPLE, None, value="7"))
    assert (unsaid.status_code, unsaid.json()["findings"][0]["target"]) == (428, "rows.1.revision")
    assert room.put().status_code == 400
    assert not ReportFigure.objects.exists()


def test_a_conflict_carries_both(room: Room, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    give(luzhou_report, luzhou_drafter, people="7")
    answer = room.put(room.row(PEOPLE, value="8"))
    assert answer.status_code == 409
    (row,) = answer.json()["rows"]
    assert (row["theirs"]["value"], row["mine"]["value"], row["theirs_by"]) == ("7", "8", luzhou_drafter.user.name)


def test_null_and_empty_take_a_figure_back(room: Room) -> None:
    room.put(room.row(PEOPLE, value="0"))
    rows = room.put(room.row(PEOPLE, 1, value=None, source=None)).json()["rows"]
    assert next(row for row in rows if row["indicator"]["code"] == PEOPLE)["is_given"] is False


def test_page_and_api_leave_the_same(room: Room, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    left = []
    typed: dict[str, Any] = {"value": "7", "note": "a", "status": "final"}
    for face in (
        lambda: save_report_figures(luzhou_report.uid, [row_of(luzhou_report, PEOPLE, **typed)], by=luzhou_drafter),
        lambda: room.put(room.row(PEOPLE, **typed)),
    ):
        with transaction.atomic():
            face()
            figures = ReportFigure.objects.values_list("value", "note", "status", "entered", "revision", "updated_by")
            left.append((list(figures), list(Writer.objects.values_list("user"))))
            transaction.set_rollback(True)
    assert left[0] == left[1]


def test_figures_being_written_stay_in_the_office(
    luzhou_report: Report, three: Three, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    give(luzhou_report, three.drafter, people="7")
    report, detail = luzhou_report, reverse("api:report", args=[luzhou_report.uid])
    people = {"lead": three.lead, "receiver": three.reviewer, "above": ndrc_reviewer}
    clients = {name: signed_in(actor) for name, actor in people.items()}

    def seen() -> dict[str, tuple[int, int]]:
        """Who is answered how by the grid, and how many figures the report shows."""
        return {
            name: (Room(client, report).get().status_code, len(client.get(detail).json()["figures"]))
            for name, client in clients.items()
        }

    assert seen() == {"lead": (200, 1), "receiver": (404, 0), "above": (404, 0)}
    report = lead_to(report, "received", three)
    assert seen() == {"lead": (200, 1), "receiver": (404, 1), "above": (404, 0)}


def test_versions_carry_figures_with_what_was_answered(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    give(luzhou_report, three.drafter, people="7")
    lead_to(luzhou_report, "submitted", three)
    version = signed_in(three.reviewer).get(reverse("api:version", args=[luzhou_report.uid, 1])).json()
    (figure,) = version["figures"]
    assert (figure["indicator"]["code"], figure["value"], figure["part"], figure["findings"]) == (PEOPLE, "7", "h1", [])
    assert version["rollups"] == []
