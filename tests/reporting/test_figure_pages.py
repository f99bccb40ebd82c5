"""The grid of figures as a page: the plain form, rows that save themselves, offers, what readers see."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from indicators.models import FIGURE_FIELDS
from reporting.figure_pages import read_form
from reporting.models import Report, ReportFigure
from reporting.services.figures import save_report_figures
from tests.conftest import Hire, SignIn
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, give, row_of
from tests.reporting.figure_workbook import fill
from tests.steps import Three, lead_to
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)


@pytest.fixture
def desk(luzhou_drafter: Actor, signed_in: SignIn) -> Client:
    return signed_in(luzhou_drafter)


def address(report: Report, name: str = "figures") -> str:
    return reverse(f"reporting:{name}", args=[report.uid])


def form_of(page: Any) -> dict[str, str]:
    """What a browser would send back: every field as the page has it."""
    fields: dict[str, str] = {}
    for line in page.context["lines"]:
        fields |= {cell.field_name: cell.value for cell in line.cells if cell}
        fields |= {f"{line.key}:revision": str(line.revision), f"{line.key}:base": line.base}
        fields |= {check.name: check.answer for check in line.checks if not check.flaw.is_error}
    return fields


def key_of(page: Any, code: str) -> str:
    return next(str(line.key) for line in page.context["lines"] if line.row.asked.indicator.code == code)


def rows_json(*rows: Any) -> dict[str, str]:
    names = ("value", "numerator", "denominator", "measure", "status", "source", "absence", "reason", "note")
    sent = [
        {**{name: getattr(row, name) for name in names}, "division": str(row.division), "indicator": row.indicator,
         "revision": row.revision, "answers": dict(row.answers)}
        for row in rows
    ]  # fmt: skip
    return {"rows": json.dumps(sent)}


def test_the_page_shows_each_asked_row_with_its_cells(luzhou_report: Report, desk: Client) -> None:
    page = desk.get(address(luzhou_report))
    body = page.content.decode()
    assert [line.row.asked.indicator.code for line in page.context["lines"]][:2] == [PEOPLE, SHARE]
    for name in form_of(page):
        assert f'name="{name}"' in body
    assert f'name="{key_of(page, PEOPLE)}:numerator"' not in body


def test_the_plain_form_stores_what_was_changed_and_nothing_else(luzhou_report: Report, desk: Client) -> None:
    page = desk.get(address(luzhou_report))
    form = form_of(page) | {f"{key_of(page, SHARE)}:numerator": "1", f"{key_of(page, SHARE)}:denominator": "4"}
    assert desk.post(address(luzhou_report), form).status_code == 302
    (row,) = ReportFigure.objects.filter(report=luzhou_report)
    assert (row.indicator.code, row.value) == (SHARE, Decimal(25))
    again = desk.get(address(luzhou_report))
    assert "= 25.00" in again.content.decode()
    assert read_form(QueryDict(mutable=False) | form_of(again), again.context["lines"]) == []


def test_a_refused_form_comes_back_as_it_was_typed(luzhou_report: Report, desk: Client) -> None:
    page = desk.get(address(luzhou_report))
    people, share = key_of(page, PEOPLE), key_of(page, SHARE)
    form = form_of(page) | {f"{people}:value": "很多", f"{share}:numerator": "1", f"{share}:source": "<统计局>"}
    refused = desk.post(address(luzhou_report), form)
    body = refused.content.decode()
    assert refused.status_code == 400
    assert f'href="#figure:{people}:value"' in body
    assert f'id="figure:{people}:value-why"' in body
    assert 'value="很多"' in body
    assert "&lt;统计局&gt;" in body
    assert not ReportFigure.objects.exists()
    mended = form_of(refused) | {f"{people}:value": "7"}
    assert desk.post(address(luzhou_report), mended).status_code == 302
    assert ReportFigure.objects.count() == 2


def test_a_conflict_in_the_plain_form_shows_both_and_then_replaces(
    luzhou_report: Report, desk: Client, hire: Hire
) -> None:
    page = desk.get(address(luzhou_report))
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    save_report_figures(luzhou_report.uid, [row_of(luzhou_report, PEOPLE, value="8")], by=colleague)
    form = form_of(page) | {f"{key_of(page, PEOPLE)}:value": "9"}
    refused = desk.post(address(luzhou_report), form)
    assert refused.status_code == 409
    (conflict,) = refused.context["conflicts"]
    assert conflict["by"] == colleague.user.name
    assert [(cell["mine"], cell["theirs"]) for cell in conflict["cells"]] == [("9", "8")]
    assert desk.post(address(luzhou_report), form_of(refused)).status_code == 302
    assert ReportFigure.objects.get().value == 9


def test_rows_save_themselves_and_hear_the_checks(luzhou_report: Report, desk: Client) -> None:
    row = row_of(luzhou_report, SHARE, numerator="3", denominator="2")
    answer = desk.post(address(luzhou_report, "figure-rows"), rows_json(row))
    body = answer.json()
    assert body["rows"] == [{"key": row.key, "revision": 1}]
    assert body["count"] == "1/" + body["count"].partition("/")[2]
    shown = next(one for one in body["grid"] if one["key"] == row.key)
    assert shown["shown"] == "= 150.00"


def test_rows_that_cannot_be_read_name_the_cell(luzhou_report: Report, desk: Client) -> None:
    row = row_of(luzhou_report, PEOPLE, value="x")
    refused = desk.post(address(luzhou_report, "figure-rows"), rows_json(row))
    assert refused.status_code == 400
    assert refused.json()["findings"][0]["target"] == f"figure:{row.key}:value"


@pytest.mark.parametrize("rows", ["", "[1]", "{}", '[{"division": "x"}]', "[" * 2000, '[{"revision": true}]'])
def test_rows_that_are_none_are_refused(luzhou_report: Report, desk: Client, rows: str) -> None:
    assert desk.post(address(luzhou_report, "figure-rows"), {"rows": rows}).status_code == 400


def test_a_conflict_of_rows_carries_theirs_as_the_cells_hold_it(
    luzhou_report: Report, desk: Client, hire: Hire
) -> None:
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    save_report_figures(luzhou_report.uid, [row_of(luzhou_report, PEOPLE, value="8 人")], by=colleague)
    refused = desk.post(address(luzhou_report, "figure-rows"), rows_json(row_of(luzhou_report, PEOPLE, value="9")))
    assert refused.status_code == 409
    (row,) = refused.json()["rows"]
    assert (row["revision"], row["by"], row["content"]["value"]) == (1, colleague.user.name, "8 人")
    assert "numerator" not in row["content"]


def test_an_accepted_report_shows_its_figures_and_takes_no_more(
    luzhou_report: Report, desk: Client, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor,
    signed_in: SignIn,
) -> None:  # fmt: skip
    give(luzhou_report, luzhou_drafter, people="7")
    lead_to(luzhou_report, "accepted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    assert desk.get(address(luzhou_report)).status_code == 302
    for url in (address(luzhou_report, "report"), f"/reports/{luzhou_report.uid}/versions/1/"):
        assert "测试人数" in signed_in(sichuan_reviewer).get(url).content.decode()


def test_a_compiled_report_has_no_grid(sichuan_report: Report, sichuan_drafter: Actor, signed_in: SignIn) -> None:
    assert signed_in(sichuan_drafter).get(address(sichuan_report)).status_code == 404


def test_every_face_stores_the_same(luzhou_report: Report, desk: Client) -> None:
    page = desk.get(address(luzhou_report))
    key = key_of(page, PEOPLE)
    row = row_of(luzhou_report, PEOPLE, value="7", measure="persons")
    book: Any = desk.get(f"/api/v1/reports/{luzhou_report.uid}/figures.xlsx")
    filled = io.BytesIO(fill(b"".join(book.streaming_content), {"G5": "7"}))
    filled.name = "figures.xlsx"
    api = f"/api/v1/reports/{luzhou_report.uid}/figures/"
    body = {"rows": [{"division": str(row.division), "indicator": PEOPLE, "revision": 0, "value": "7",
                      "measure": "persons"}]}  # fmt: skip
    faces: list[Callable[[], Any]] = [
        lambda: desk.post(address(luzhou_report), form_of(page) | {f"{key}:value": "7"}),
        lambda: desk.post(address(luzhou_report, "figure-rows"), rows_json(row)),
        lambda: desk.put(api, body, content_type="application/json"),
        lambda: desk.post(f"{api}workbook/", {"file": filled, "store": "true"}),
    ]
    left = []
    for face in faces:
        with transaction.atomic():
            assert face().status_code in {200, 302}
            left.append(list(ReportFigure.objects.values_list(*FIGURE_FIELDS, "answers", "revision", "updated_by")))
            transaction.set_rollback(True)
    assert left[0]
    assert left == left[:1] * len(faces)
