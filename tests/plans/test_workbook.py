"""A plan's workbook: what comes out goes back in unchanged; what cannot be taken is named by cell; all or nothing."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from plans.models import Dependency, Plan, Task
from plans.plan_books import FIRST_ROW, MARK_ROW, NAMES, plan_book
from plans.plan_upload import Upload
from plans.services.workbook import bring_in
from plans.tree import EDIT, reach_plan
from portal.errors import BadInput, NotFound
from records.models import Event
from tests.conftest import SignIn
from tests.plans.plan_cast import A, B, a_plan, task_of

pytestmark = pytest.mark.django_db
type_cells = Mapping[tuple[str, str], object]


def taken_out(plan: Plan, by: Actor) -> list[list[Any]]:
    content = plan_book(reach_plan(plan.uid, by, EDIT)).content
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return rows


def typed(rows: list[list[Any]], cells: type_cells, *more: Mapping[str, str]) -> bytes:
    """The workbook with some cells typed anew (by name of the task and column) and rows added."""
    named = {row[NAMES.index("name_zh")]: row for row in rows[FIRST_ROW:]}
    for (name, column), value in cells.items():
        named[name][NAMES.index(column)] = value
    rows = [*rows, *([extra.get(name, "") for name in NAMES] for extra in more)]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("方案")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def brought(plan: Plan, by: Actor, cells: type_cells, *more: Mapping[str, str], store: bool = True) -> Upload:
    return bring_in(plan.uid, "方案.xlsx", typed(taken_out(plan, by), cells, *more), store=store, by=by)


def why(upload: Upload) -> list[tuple[str, str]]:
    return [(one.cell, one.code) for one in upload.bad]


def test_what_came_out_says_nothing_new(luzhou_drafter: Actor) -> None:
    plan = a_plan()
    upload = brought(plan, luzhou_drafter, {})
    assert (upload.untouched, upload.changes, upload.bad) == (7, [], [])
    assert not Event.objects.filter(subject_uid=plan.uid).exists()
    assert str(plan.uid) in taken_out(plan, luzhou_drafter)[MARK_ROW][0]


ARRANGED = {
    (A, "days"): 30,
    (B, "days"): "40",
    (B, "needs"): "3+10",
    (B, "begins_on"): "2026/7/1",
    (B, "lead"): "泸州市水务局（虚构）",
    (B, "support"): "甲局（虚构）；乙局（虚构）",
    (A, "state"): "done",
    (A, "done_on"): "2026-05-30",
    (A, "said"): "勘察报告已验收（虚构）",
}


def test_an_approved_plan_takes_what_the_pilot_arranges_itself(luzhou_drafter: Actor) -> None:
    plan = a_plan()
    upload = brought(plan, luzhou_drafter, ARRANGED)
    assert (why(upload), upload.stored, len(upload.changes)) == ([], True, 2)
    a, b = task_of(plan, A), task_of(plan, B)
    assert (a.days, b.days, str(b.begins_on), str(b.latest_start)) == (30, 40, "2026-07-01", "2026-08-22")
    assert (a.state, str(a.done_on), a.percent) == ("done", "2026-05-30", Decimal(100))
    assert [(one.needs.name_zh, one.lag_days) for one in Dependency.objects.filter(task=b)] == [(A, 10)]
    assert sorted(duty.name for duty in b.duties.all()) == ["乙局（虚构）", "泸州市水务局（虚构）", "甲局（虚构）"]
    again = brought(plan, luzhou_drafter, {})
    assert (again.untouched, again.bad) == (7, [])


def test_only_to_be_tried_stores_nothing(luzhou_drafter: Actor) -> None:
    plan = a_plan()
    upload = brought(plan, luzhou_drafter, ARRANGED, store=False)
    assert (why(upload), upload.stored, len(upload.changes)) == ([], False, 2)
    assert (task_of(plan, A).days, Dependency.objects.count(), Event.objects.filter(act="task.arrange").count()) == (
        None, 0, 0,
    )  # fmt: skip


REFUSED = [
    ({(A, "name_zh"): "别的（虚构）"}, [("D8", "not_here")]),
    ({(A, "due_on"): "2026-06-30", (A, "days"): 3}, [("J8", "not_here")]),
    ({("供水任务（虚构）", "days"): 3}, [("M7", "not_here")]),
    ({(A, "days"): "三"}, [("M8", "not_a_number")]),
    ({(A, "begins_on"): "明天", (B, "days"): 3}, [("L8", "bad_date")]),
    ({(A, "needs"): "9", (B, "needs"): "3"}, [("N8", "unknown_task")]),
    ({(A, "needs"): "4", (B, "needs"): "3"}, [("N9", "cycle")]),
    ({(A, "state"): "飞"}, [("T8", "unknown_choice")]),
    ({(A, "percent"): 140}, [("U8", "not_a_percentage")]),
    ({(A, "state"): "under_way", (A, "percent"): 40}, [("W8", "text_missing")]),
    ({(A, "uid"): "x"}, [("A8", "unknown_row")]),
    ({(A, "revision"): 7, (A, "days"): 3}, [("M8", "stale")]),
]


@pytest.mark.parametrize(("cells", "expected"), REFUSED)
def test_what_cannot_be_taken_is_named_and_nothing_is_stored(
    luzhou_drafter: Actor, cells: type_cells, expected: list[tuple[str, str]]
) -> None:
    plan = a_plan()
    upload = brought(plan, luzhou_drafter, cells)
    assert why(upload)[: len(expected)] == expected
    assert not upload.stored
    assert not Task.objects.filter(plan=plan, days__isnull=False).exists()
    assert not Dependency.objects.exists()


def test_rows_are_added_by_request_once_approved(luzhou_drafter: Actor) -> None:
    upload = brought(a_plan(), luzhou_drafter, {}, {"level": "goal", "name_zh": "新目标（虚构）"})
    assert why(upload) == [("A13", "approved")]


def test_while_it_is_written_everything_may_be_changed_and_rows_added(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    new = (
        {"level": "Task", "name_zh": "新任务（虚构）"},
        {"level": "measure", "name_zh": "新举措（虚构）", "weight": "2.5"},
    )
    upload = brought(plan, luzhou_drafter, {(A, "name_zh"): "重勘（虚构）", (A, "is_multi_plan"): "是"}, *new)
    assert (why(upload), upload.stored) == ([], True)
    task = task_of(plan, "重勘（虚构）")
    added = task_of(plan, "新举措（虚构）")
    assert (task.is_multi_plan, task.text, added.weight, added.path) == (True, "", Decimal("2.5"), "0001.0003.0001")
    assert added.parent is not None
    assert added.parent.name_zh == "新任务（虚构）"


def test_a_wrong_row_beside_good_ones_stores_none_of_them(luzhou_drafter: Actor) -> None:
    plan = a_plan("draft")
    upload = brought(
        plan, luzhou_drafter, {(A, "name_zh"): "重勘（虚构）", (B, "weight"): "-1", (B, "due_on"): "1999-01-01"}
    )
    assert sorted(why(upload)) == [("I9", "bad_weight"), ("J9", "outside_plan")]
    assert task_of(plan, A).name_zh == A


def test_a_workbook_of_another_plan_and_what_is_none(luzhou_drafter: Actor) -> None:
    plan = a_plan()
    content = typed(taken_out(plan, luzhou_drafter), {})
    other = a_plan()
    for file in (content, typed([["a", "b"]], {})):
        with pytest.raises(BadInput) as refused:
            bring_in(other.uid, "方案.xlsx", file, store=True, by=luzhou_drafter)
        assert refused.value.findings[0].code == "not_this_workbook"


def test_only_the_plan_s_own_office(sichuan_reviewer: Actor) -> None:
    with pytest.raises(NotFound):
        bring_in(a_plan().uid, "方案.xlsx", b"", store=True, by=sichuan_reviewer)


def test_page_and_room_do_the_same(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    plan = a_plan()
    client = signed_in(luzhou_drafter)
    page = reverse("plans:workbook", args=[plan.uid])
    assert "Workbook" not in client.get(page).content.decode()
    assert client.get(reverse("plans:workbook-file", args=[plan.uid]))["Content-Disposition"].startswith("attachment")

    def file(cells: type_cells) -> SimpleUploadedFile:
        return SimpleUploadedFile("方案.xlsx", typed(taken_out(plan, luzhou_drafter), cells))

    bad = client.post(page, {"file": file({(A, "days"): "三"}), "act": "store"})
    assert (bad.status_code, "M8" in bad.content.decode()) == (400, True)
    room = reverse("api:plan-workbook-upload", args=[plan.uid])
    refused = client.post(room, {"file": file({(A, "days"): "三"}), "store": "true"})
    assert (refused.status_code, refused.json()["cells"][0]["cell"]) == (400, "M8")
    tried = client.post(room, {"file": file({(A, "days"): 5})}).json()
    assert (tried["stored"], tried["changes"][0]["cells"][0]["after"]) == (False, "5")
    assert client.post(page, {"file": file({(A, "days"): 5}), "act": "check"}).status_code == 200
    assert client.post(page, {"file": file({(A, "days"): 5}), "act": "store"}).status_code == 302
    assert task_of(plan, A).days == 5
