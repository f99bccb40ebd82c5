"""Writing the figures of a report: what is typed, what is kept, two writers, and how few statements it takes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.models import Role
from indicators.models import FIGURE_FIELDS
from portal.errors import BadInput, NotFound, Stale, WrongState
from reporting.figures import draft_grid
from reporting.models import Report, ReportFigure, Writer
from reporting.services.figures import save_report_figures
from tests.reporting.figure_cast import PEOPLE, SHARE, YEARLY, ask, give, many, row_of
from tests.steps import Three, lead_to
from units.models import Programme

pytestmark = pytest.mark.django_db
Hire = Callable[..., Actor]


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)


def test_a_figure_is_kept_in_the_indicators_unit_with_what_was_typed(
    luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    typed = row_of(luzhou_report, PEOPLE, value="43.29 万", source="统计公报", status="preliminary")
    (row,) = save_report_figures(luzhou_report.uid, [typed], by=luzhou_drafter)
    kept = ReportFigure.objects.get(report=luzhou_report)
    assert (row.pk, row.revision) == (kept.pk, 1)
    assert (kept.value, kept.entered, kept.entered_measure) == (Decimal(432900), "43.29 万", "persons")
    assert (kept.source, kept.status, kept.part, kept.updated_by) == (
        "统计公报", "preliminary", "h1", luzhou_drafter.user,
    )  # fmt: skip
    assert Writer.objects.get(report=luzhou_report).user == luzhou_drafter.user
    assert Report.objects.get(pk=luzhou_report.pk).begun_at


def test_a_rate_is_computed_from_its_parts_and_comes_back_as_typed(
    luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    typed = row_of(luzhou_report, SHARE, numerator="1", denominator="3", measure="10k_persons")
    (row,) = save_report_figures(luzhou_report.uid, [typed], by=luzhou_drafter)
    assert (row.value, row.numerator, row.denominator) == (Decimal("33.333333"), Decimal(10000), Decimal(30000))
    grid = draft_grid(luzhou_report)
    assert grid.rows
    shown = next(r for r in grid.rows if r.asked.indicator.code == SHARE)
    assert shown.typed == {"value": "", "numerator": "1", "denominator": "3", "measure": "10k_persons"}
    again = row_of(luzhou_report, SHARE, 1, **shown.typed)
    (same,) = save_report_figures(luzhou_report.uid, [again], by=luzhou_drafter)
    assert same.revision == 1, "saying the same again changes nothing"


def test_taking_a_figure_back_leaves_the_row_empty(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    give(luzhou_report, luzhou_drafter, people="0")
    assert ReportFigure.objects.get().is_given, "zero is a number"
    (row,) = save_report_figures(luzhou_report.uid, [row_of(luzhou_report, PEOPLE, 1)], by=luzhou_drafter)
    assert (row.revision, row.value, row.entered, row.is_given) == (2, None, "", False)


def test_half_a_rate_and_an_absence_can_wait_for_the_rest(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    rows = [
        row_of(luzhou_report, SHARE, numerator="1"),
        row_of(luzhou_report, PEOPLE, absence="not_available"),
    ]
    half, absent = save_report_figures(luzhou_report.uid, rows, by=luzhou_drafter)
    assert (half.is_given, half.numerator, absent.is_given) == (False, Decimal(1), True)


BAD: list[tuple[str, dict[str, Any], str]] = [
    (PEOPLE, {"value": "many"}, "value"),
    (PEOPLE, {"value": "7", "measure": "km2"}, "value"),
    (PEOPLE, {"value": "7", "measure": "li"}, "measure"),
    (PEOPLE, {"value": "7", "absence": "not_available"}, "absence"),
    (PEOPLE, {"numerator": "7"}, "numerator"),
    (PEOPLE, {"absence": "gone"}, "absence"),
    (PEOPLE, {"value": "7", "status": "sure"}, "status"),
    (PEOPLE, {"value": "7", "reason": "x" * 501}, "reason"),
    (SHARE, {"numerator": "7", "denominator": "0"}, "denominator"),
    (YEARLY, {"value": "7"}, "indicator"),
    ("no-such", {"value": "7"}, "indicator"),
    ("no\x00such", {"value": "7"}, "indicator"),
]


@pytest.mark.parametrize(("code", "fields", "cell"), BAD)
def test_what_cannot_be_read_names_the_cell(
    code: str, fields: dict[str, Any], cell: str, luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    good, bad = (
        row_of(luzhou_report, PEOPLE if code != PEOPLE else SHARE, value="1"),
        row_of(luzhou_report, code, **fields),
    )
    with pytest.raises(BadInput) as refused:
        save_report_figures(luzhou_report.uid, [good, bad], by=luzhou_drafter)
    assert [f.target for f in refused.value.findings] == [f"figure:{bad.division}:{code}:{cell}"]
    assert all(str(f.message) for f in refused.value.findings)
    assert not ReportFigure.objects.exists(), "nothing of it is stored"


def test_another_place_is_refused(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    row = row_of(luzhou_report, PEOPLE, value="1")
    other = type(row)(division=uuid.uuid4(), indicator=PEOPLE, revision=0, value="1")
    with pytest.raises(BadInput) as refused:
        save_report_figures(luzhou_report.uid, [row, other, row], by=luzhou_drafter)
    assert [f.code for f in refused.value.findings] == ["unknown_place", "row_twice"]


def test_a_second_writer_gets_both_figures_and_nothing_is_stored(
    luzhou_report: Report, luzhou_drafter: Actor, hire: Hire
) -> None:
    second = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    give(luzhou_report, luzhou_drafter, people="7")
    rows = [row_of(luzhou_report, SHARE, value="50"), row_of(luzhou_report, PEOPLE, value="8")]
    with pytest.raises(Stale) as refused:
        save_report_figures(luzhou_report.uid, rows, by=second)
    (told,) = refused.value.extra["rows"]
    assert (told["theirs"]["value"], told["mine"]["value"], told["revision"]) == ("7", "8", 1)
    assert (told["theirs_by"], told["key"]) == (luzhou_drafter.user.name, rows[1].key)
    assert set(told["theirs"]) == set(FIGURE_FIELDS)
    assert ReportFigure.objects.count() == 1
    assert not Writer.objects.filter(user=second.user).exists(), "who was refused has not written"


def test_two_who_say_the_same_do_not_collide(luzhou_report: Report, luzhou_drafter: Actor, hire: Hire) -> None:
    give(luzhou_report, luzhou_drafter, people="7")
    second = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    (row,) = save_report_figures(luzhou_report.uid, [row_of(luzhou_report, PEOPLE, value="7")], by=second)
    assert row.revision == 1


def test_answers_go_when_the_figure_changes(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    give(luzhou_report, luzhou_drafter, people="7")
    answered = row_of(luzhou_report, PEOPLE, 1, value="7", answers={"jump": "行政区划调整", "empty": " "})
    (row,) = save_report_figures(luzhou_report.uid, [answered], by=luzhou_drafter)
    assert row.answers == {"jump": "行政区划调整"}
    changed = row_of(luzhou_report, PEOPLE, 2, value="8", answers=row.answers)
    (row,) = save_report_figures(luzhou_report.uid, [changed], by=luzhou_drafter)
    assert row.answers == {}


def test_characters_no_column_holds_are_left_out(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    typed = {"value": "7\x00", "note": "a\x00b\ud800", "answers": {"x\x00": "a", "jump": "\x00"}}
    (row,) = save_report_figures(luzhou_report.uid, [row_of(luzhou_report, PEOPLE, **typed)], by=luzhou_drafter)
    assert (row.entered, row.note, row.answers) == ("7", "ab", {})


def test_eighteen_cells_take_eight_statements(
    luzhou_report: Report, luzhou_drafter: Actor, programme: Programme
) -> None:
    codes = many(programme, 18)
    for revision in (0, 1):
        rows = [row_of(luzhou_report, code, revision, value=str(revision)) for code in codes]
        with CaptureQueriesContext(connection) as seen:
            save_report_figures(luzhou_report.uid, rows, by=luzhou_drafter)
        statements = [q["sql"] for q in seen if "SAVEPOINT" not in q["sql"]]
        assert len(statements) <= 8, statements
    assert luzhou_report.figures.filter(revision=2).count() == 18


def test_only_the_writers_of_an_open_report_of_a_pilot_area(
    luzhou_report: Report,
    sichuan_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_drafter: Actor,
    sichuan_reviewer: Actor,
) -> None:
    row = row_of(luzhou_report, PEOPLE, value="1")
    for actor in (luzhou_lead, sichuan_drafter, sichuan_reviewer):
        with pytest.raises(NotFound):
            save_report_figures(luzhou_report.uid, [row], by=actor)
    with pytest.raises(NotFound):
        save_report_figures(sichuan_report.uid, [row], by=sichuan_drafter)
    give(luzhou_report, luzhou_drafter, people="1")
    lead_to(luzhou_report, "signing", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    with pytest.raises(WrongState):
        save_report_figures(luzhou_report.uid, [row], by=luzhou_drafter)


def test_the_grid_says_what_is_asked_and_how_much_is_given(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    give(luzhou_report, luzhou_drafter, share="50")
    grid = draft_grid(luzhou_report)
    assert grid.rows
    assert [(row.asked.indicator.code, row.is_given, row.is_missing) for row in grid.rows[:2]] == [
        (PEOPLE, False, True),
        (SHARE, True, False),
    ]
    assert (grid.filled, grid.day.month) == (1, 6)
    assert [place.division for place in grid.places] == [grid.rows[0].asked.division]


def test_the_grid_is_read_in_as_many_statements_for_many_rows_as_for_few(
    luzhou_report: Report, luzhou_drafter: Actor, programme: Programme
) -> None:
    give(luzhou_report, luzhou_drafter, people="7", share="50")
    counts = []
    for codes in ([], many(programme, 16)):
        rows = [row_of(luzhou_report, code, value="1") for code in codes]
        if rows:
            save_report_figures(luzhou_report.uid, rows, by=luzhou_drafter)
        report = Report.objects.select_related("due__cycle__programme", "due__pilot_area__programme").get(
            pk=luzhou_report.pk
        )
        with CaptureQueriesContext(connection) as seen:
            grid = draft_grid(report)
        assert grid.rows
        assert grid.filled == 2 + len(codes)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16, counts
