"""Figures beside the reports over the API: what is taken, what is refused and where it points."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.access import Actor
from indicators.models import Observation, Supplement
from tests.conftest import SignIn
from tests.indicators.supplement_cast import POPULATION, filled, lead_to, luzhou

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/supplements/"


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> dict[str, Actor]:
    return {"drafter": luzhou_drafter, "lead": luzhou_lead, "reviewer": sichuan_reviewer}


@pytest.fixture
def clients(three: dict[str, Actor], signed_in: SignIn) -> dict[str, Client]:
    return {part: signed_in(actor) for part, actor in three.items()}


def cell(**more: Any) -> dict[str, Any]:
    return {"division": str(luzhou().divisions.get().uid), "indicator": POPULATION, "year": 2025, **more}


def send(client: Client, how: str, path: str, body: Any, saw: int | None = None) -> Any:
    headers = {} if saw is None else {"if-match": f'"{saw}"'}
    return getattr(client, how)(ROOT + path, body, content_type="application/json", headers=headers)


def test_the_whole_way(clients: dict[str, Client]) -> None:
    begun = {"purpose": "final", "pilot_area": str(luzhou().uid), "title": "2025年审定数"}
    made = send(clients["drafter"], "post", "", begun)
    assert made.status_code == 201 and made["ETag"] == '"0"'
    path = f"{made.json()['uid']}/"
    choices = clients["drafter"].get(f"{ROOT}{path}choices/?year=2025").json()["rows"]
    assert not any(row["is_settled"] or row["is_chosen"] for row in choices)
    sheet = send(clients["drafter"], "put", f"{path}figures/", {"rows": [cell(value="222.4", revision=0)]})
    assert [(row["value"], row["status"], row["revision"]) for row in sheet.json()["rows"]] == [("222.4", "final", 1)]
    for saw, (part, name) in enumerate((("drafter", "send_for_signing"), ("lead", "submit"), ("reviewer", "accept"))):
        shown = clients[part].get(ROOT + path).json()
        assert name in [act["name"] for act in shown["actions"]]
        assert send(clients[part], "post", f"{path}actions/{name}/", {}, saw).status_code == 200, name
    assert Observation.objects.in_force().filter(indicator__code=POPULATION, programme__code="national").exists()


def test_a_cell_that_cannot_be_read_is_named(clients: dict[str, Client], three: dict[str, Actor]) -> None:
    row = filled(three["drafter"])
    answer = send(clients["drafter"], "put", f"{row.uid}/figures/", {"rows": [cell(value="abt 5", revision=1)]})
    assert answer.status_code == 400
    target = f"figure:{luzhou().divisions.get().uid}:{POPULATION}:2025:year:value"
    assert [finding["target"] for finding in answer.json()["findings"]] == [target]


def test_a_row_somebody_changed_comes_back_with_both(clients: dict[str, Client], three: dict[str, Actor]) -> None:
    row = filled(three["drafter"])
    answer = send(clients["drafter"], "put", f"{row.uid}/figures/", {"rows": [cell(value="223", revision=0)]})
    (both,) = answer.json()["rows"]
    assert answer.status_code == 409 and (both["theirs"]["value"], both["mine"]["value"]) == ("222.4", "223")


def test_the_receiver_sees_no_rows_while_they_are_changed(clients: dict[str, Client], three: dict[str, Actor]) -> None:
    row = lead_to(filled(three["drafter"]), "returned", three)
    assert clients["reviewer"].get(f"{ROOT}{row.uid}/figures/").json() == {"rows": []}
    assert len(clients["drafter"].get(f"{ROOT}{row.uid}/figures/").json()["rows"]) == 1


@pytest.mark.parametrize(("name", "status"), [("accept", 404), ("no-such", 404), ("recall", 428)])
def test_acts_that_are_refused(name: str, status: int, clients: dict[str, Client], three: dict[str, Actor]) -> None:
    row = lead_to(filled(three["drafter"]), "submitted", three)
    saw = None if status == 428 else row.version
    assert send(clients["lead"], "post", f"{row.uid}/actions/{name}/", {}, saw).status_code == status
    assert Supplement.objects.get(pk=row.pk).status == "submitted"


def test_what_is_sent_cannot_be_changed(clients: dict[str, Client], three: dict[str, Actor]) -> None:
    row = lead_to(filled(three["drafter"]), "signing", three)
    for path, how, body in (("figures/", "put", {"rows": [cell(value="1", revision=1)]}), ("rows/", "post", {})):
        assert send(clients["drafter"], how, f"{row.uid}/{path}", body).status_code == 409
    assert clients["drafter"].get(f"{ROOT}{row.uid}/choices/?year=2025").status_code == 409


def test_filters_and_years_that_cannot_be(clients: dict[str, Client], three: dict[str, Actor]) -> None:
    row = filled(three["drafter"])
    assert clients["drafter"].get(f"{ROOT}?state=gone").status_code == 400
    assert clients["drafter"].get(f"{ROOT}?state=draft").json()["count"] == 1
    for year, status in (("2026", 400), ("", 400), ("99999", 400), ("2025", 200)):
        assert clients["drafter"].get(f"{ROOT}{row.uid}/choices/?year={year}").status_code == status, year
