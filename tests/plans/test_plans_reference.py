"""Luzhou's opinion as a plan: to the letter, with nothing the text does not say; fields of work and red lines."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from pilots.models import Clause
from pilots.reference.documents import OPINION, clauses_of
from plans.models import BELOW, Duty, Level, Plan, PlanStatus, Progress, RedLine, SpatialStructure, Task, TaskField
from plans.plan_content import content_of
from plans.services.plans_reference import load_plans, load_red_lines, load_structures, load_task_fields
from records.seals import broken_seals
from units.upsert import Tally

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parents[1] / "data" / "luzhou_opinion.txt").read_text(encoding="utf-8")
"""The opinion as transcribed from the city's web page."""
LAST_OF_2017 = dt.date(2017, 12, 31)
TREE = """
（一） 以产业支撑全域新型城镇化建设 2/2
（二） 创建合理可行的农业转移人口市民化成本分担机制 2/10
（三） 建立多元可持续的城镇化投融资机制 4/7
（四） 建立行政管理高效与行政成本降低的新型管理模式 3/5
"""


def luzhou_plan() -> Plan:
    found: Plan = Plan.objects.get(pilot_area__key="national-1-510500")
    return found


def test_it_stands_as_approved_from_the_document_and_by_nobody() -> None:
    plan = luzhou_plan()
    edition = plan.editions.get()
    assert (plan.status, plan.edition, plan.decided_by, plan.begun_by) == (PlanStatus.APPROVED, 1, None, None)
    assert (edition.number, edition.approved_by, edition.change) == (1, None, None)
    assert plan.document is not None
    assert plan.document.number == OPINION
    assert edition.content == content_of(plan)
    assert edition.seal == plan.seal
    assert broken_seals() == []
    assert "逐字录自原文" in plan.source
    assert "推定" in plan.source


def test_the_four_chapters_and_their_items() -> None:
    rows = list(luzhou_plan().tasks.order_by("path"))
    lines = []
    for goal in (row for row in rows if row.level == "goal"):
        below = [row for row in rows if row.path.startswith(f"{goal.path}.")]
        tasks = sum(row.level == "task" for row in below)
        lines.append(f"{goal} {tasks}/{sum(row.is_leaf for row in below)}")
    assert lines == TREE.split("\n")[1:-1]
    assert len(rows) == 34
    assert all(BELOW[Level(row.parent.level)] == row.level for row in rows if row.parent)


def test_every_wording_is_the_opinion_s_and_nothing_of_the_third_part_is_left_out() -> None:
    left = TEXT[TEXT.index("（一）以产业支撑") : TEXT.index("四、保障措施")]
    for row in luzhou_plan().tasks.select_related("clause__document").order_by("path"):
        assert row.clause is not None
        assert (row.clause.text, row.clause.document.number) == (row.text, OPINION)
        for piece in (row.text,) if row.text.startswith(row.name_zh) else (row.name_zh, row.text):
            assert piece in left
            left = left.replace(piece, "", 1)
    assert re.fullmatch(r"[\s—（）()一二三四\d.]*", left), left


def test_only_dates_the_text_gives() -> None:
    dated = luzhou_plan().tasks.exclude(due_on=None).order_by("path")
    assert [(str(row), row.due_on) for row in dated if row.level != "goal"] == [
        ("建立和完善社会保险衔接制度", LAST_OF_2017)
    ]
    assert [row.mark for row in dated if row.level == "goal"] == ["（二）", "（三）", "（四）"]
    assert {row.due_on for row in dated} == {LAST_OF_2017}
    park = Task.objects.get(name_zh="加快园区建设")
    assert (park.due_on, park.finish_by) == (None, dt.date(2020, 12, 31))


def test_no_days_departments_or_progress_are_made_up() -> None:
    tasks = luzhou_plan().tasks
    assert not tasks.exclude(days=None, begins_on=None, percent=0, state="not_started").exists()
    assert not Duty.objects.exists()
    assert not Progress.objects.exists()


def test_loading_again_changes_nothing() -> None:
    before = set(Task.objects.values_list("pk", "path", "finish_by"))
    assert load_plans() == Tally(1)
    assert (load_task_fields().updated, load_red_lines().updated) == (0, 0)
    assert set(Task.objects.values_list("pk", "path", "finish_by")) == before


def test_the_spatial_structure_of_the_opinion_is_its_first_version() -> None:
    row = SpatialStructure.objects.get(pilot_area__key="national-1-510500")
    assert (row.number, row.name, row.recorded_by) == (1, "一主四副多点", None)
    assert row.name in row.text
    assert row.text in TEXT
    assert load_structures() == Tally(1)


def test_what_its_keeper_changed_stays() -> None:
    TaskField.objects.filter(code="local-culture").update(name_zh="文化（虚构）", version=1)
    load_task_fields()
    assert TaskField.objects.get(code="local-culture").name_zh == "文化（虚构）"


def test_seven_fields_of_the_third_batch_eight_of_the_second_none_invented_for_the_first() -> None:
    counts = [TaskField.objects.filter(batch__number=number, is_open=False).count() for number in (1, 2, 3)]
    assert counts == [0, 8, 7]
    assert {row.confidence for row in TaskField.objects.filter(batch__number=2, is_open=False)} == {"medium"}
    assert all(row.source for row in TaskField.objects.filter(is_open=False))


def test_six_red_lines_of_the_notice() -> None:
    rows = RedLine.objects.filter(programme__code="national")
    assert rows.count() == 6
    assert {row.is_fact for row in rows} == {True}
    assert not RedLine.objects.exclude(programme__code="national").exists()


def test_the_clauses_are_the_opinion_s_words() -> None:
    assert all(record.text in TEXT for record in clauses_of(OPINION))
    assert Clause.objects.filter(document__number=OPINION, unit=None).count() == len(clauses_of(OPINION)) == 44
