"""The grid as a workbook, out and back: nothing half stored, every bad cell named, what would change shown first."""

from __future__ import annotations

import io
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from indicators.models import FigureStatus
from reporting.models import Report, ReportFigure
from reporting.services.figures import save_report_figures
from tests.conftest import Hire, SignIn
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, give, row_of
from tests.reporting.figure_workbook import fill, rows_of
from units.models import Programme

pytestmark = pytest.mark.django_db
# Rows 5 and 6 are PEOPLE and SHARE; E F G: numerator, denominator, value; H unit, I status, J absence, K reason.


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)


@pytest.fixture
def desk(luzhou_drafter: Actor, signed_in: SignIn) -> Client:
    return signed_in(luzhou_drafter)


def taken_out(desk: Client, report: Report) -> bytes:
    answer: Any = desk.get(reverse("reporting:figures-book", args=[report.uid]))
    return b"".join(answer.streaming_content)


def sent(content: bytes, name: str = "figures.xlsx") -> dict[str, Any]:
    file = io.BytesIO(content)
    file.name = name
    return {"file": file}


def bring(desk: Client, report: Report, content: bytes) -> Any:
    return desk.post(reverse("reporting:figures-upload", args=[report.uid]), sent(content))


def test_the_workbook_has_a_row_for_each_indicator_with_what_is_known(
    luzhou_report: Report, desk: Client, luzhou_drafter: Actor
) -> None:
    give(luzhou_report, luzhou_drafter, people="43.80", share="52.5%")
    rows = rows_of(taken_out(desk, luzhou_report))
    assert [row[1] for row in rows[4:6]] == ["测试人数", "测试比例"]
    assert (rows[4][6], rows[5][6]) == (43.8, "52.5%")
    assert rows[4][8] == FigureStatus.ESTIMATE.label


def test_brought_back_untouched_it_changes_nothing(luzhou_report: Report, desk: Client, luzhou_drafter: Actor) -> None:
    give(luzhou_report, luzhou_drafter, people="43.80", share="52.5%")
    save_report_figures(
        luzhou_report.uid,
        [row_of(luzhou_report, SHARE, 1, numerator="1,000", denominator="3000.50")],
        by=luzhou_drafter,
    )
    page = bring(desk, luzhou_report, taken_out(desk, luzhou_report))
    assert page.status_code == 200
    assert not page.context["upload"].rows


def test_what_would_change_is_shown_and_only_then_stored(luzhou_report: Report, desk: Client) -> None:
    final = str(FigureStatus.FINAL.label)
    book = fill(taken_out(desk, luzhou_report), {"G5": "7", "I5": final, "E6": "1", "F6": "4", "L6": "=统计局"[1:]})
    page = bring(desk, luzhou_report, book)
    changes = page.context["upload"].changes
    assert [(cell.cell, cell.before, cell.after) for cell in changes[0].cells][:1] == [("G5", "", "7")]
    assert not ReportFigure.objects.exists()
    done = desk.post(reverse("reporting:figures-upload", args=[luzhou_report.uid]), {"rows": page.context["rows_json"]})
    assert done.status_code == 302
    stored = {row.indicator.code: row for row in ReportFigure.objects.select_related("indicator")}
    assert (stored[PEOPLE].value, stored[SHARE].value) == (Decimal(7), Decimal(25))
    assert stored[PEOPLE].status == "final"


def test_every_bad_cell_is_named_and_nothing_is_stored(luzhou_report: Report, desk: Client) -> None:
    wrong = {"G5": "很多", "I5": "大概", "E6": "=1+1", "K6": "说明"}
    page = bring(desk, luzhou_report, fill(taken_out(desk, luzhou_report), wrong))
    assert page.status_code == 400
    bad = page.context["upload"].bad
    assert [(one.cell, one.code) for one in bad] == [("I5", "unknown_choice"), ("E6", "formula")]
    assert all(one.sheet for one in bad)
    page = bring(desk, luzhou_report, fill(taken_out(desk, luzhou_report), {"G5": "很多", "E6": "7"}))
    assert [(one.cell, one.code) for one in page.context["upload"].bad] == [("G5", "no_number")]
    assert "G5" in page.content.decode()
    assert not ReportFigure.objects.exists()


def test_a_row_changed_since_says_by_whom_and_an_untouched_one_goes_over_nothing(
    luzhou_report: Report, desk: Client, hire: Hire
) -> None:
    book = taken_out(desk, luzhou_report)
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    rows = [row_of(luzhou_report, PEOPLE, value="8"), row_of(luzhou_report, SHARE, value="50")]
    save_report_figures(luzhou_report.uid, rows, by=colleague)
    upload = bring(desk, luzhou_report, fill(book, {"G5": "9"})).context["upload"]
    (change,) = upload.changes
    assert change.changed_by == colleague.user.name
    assert [(cell.before, cell.after) for cell in change.cells] == [("8", "9")]


@pytest.mark.parametrize("cells", [{"A3": f"figures:1:{uuid.uuid4()}"}, {"A3": "?"}, {"N3": "?"}])
def test_another_workbook_is_refused(luzhou_report: Report, desk: Client, cells: dict[str, str]) -> None:
    refused = bring(desk, luzhou_report, fill(taken_out(desk, luzhou_report), cells))
    assert refused.status_code == 400
    assert refused.context["error"].findings[0].code == "not_this_workbook"


def test_rows_that_are_not_asked_or_stand_twice_are_named(luzhou_report: Report, desk: Client) -> None:
    key = row_of(luzhou_report, PEOPLE).key
    book = taken_out(desk, luzhou_report)
    twice = bring(desk, luzhou_report, fill(book, {"N6": key})).context["upload"]
    assert [(one.cell, one.code) for one in twice.bad] == [("A6", "row_twice")]
    strange = bring(desk, luzhou_report, fill(book, {"N6": "x"})).context["upload"]
    assert [(one.cell, one.code) for one in strange.bad] == [("A6", "unknown_row")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"a,b\n1,2\n", b"x" * (5 * 1024 * 1024)])
def test_files_that_are_no_workbook_are_refused_in_words(luzhou_report: Report, desk: Client, content: bytes) -> None:
    refused = bring(desk, luzhou_report, content)
    assert refused.status_code in {400, 413}
    assert refused.context["problems"]


def test_the_api_checks_first_and_stores_when_told(luzhou_report: Report, desk: Client) -> None:
    url = f"/api/v1/reports/{luzhou_report.uid}/figures/workbook/"
    answer: Any = desk.get(f"/api/v1/reports/{luzhou_report.uid}/figures.xlsx")
    book = fill(b"".join(answer.streaming_content), {"G5": "7"})
    seen = desk.post(url, sent(book)).json()
    assert (seen["stored"], seen["changes"][0]["cells"][0]["cell"]) == (False, "G5")
    assert not ReportFigure.objects.exists()
    assert desk.post(url, {**sent(book), "store": "true"}).json()["stored"] is True
    assert ReportFigure.objects.get().value == 7
    bad = desk.post(url, {**sent(fill(book, {"G5": "x"})), "store": "true"})
    assert bad.status_code == 400
    assert bad.json()["cells"][0]["cell"] == "G5"
    assert ReportFigure.objects.get().value == 7
