"""What Luzhou's opinion says in the records: every word its own, cited to its clause, and no figure beyond it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pilots.reference.documents import OPINION
from plans.ledgers import LEDGERS, Kind, Ledger
from plans.models import Entry, KeyProject, Plan
from plans.reference.ledgers import luzhou_entries
from plans.services.ledgers_reference import load_ledgers
from units.upsert import Tally

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parents[1] / "data" / "luzhou_opinion.txt").read_text(encoding="utf-8")
ROWS = {"three-links": 3, "special-fund": 1, "cost-shares": 8, "key-projects": 9, "delegated-powers": 5,
        "division-changes": 4}  # fmt: skip


def rows_of(ledger: Ledger) -> list[Entry]:
    return list(ledger.model.objects.filter(key__isnull=False).select_related("clause", "plan"))


def test_every_record_has_the_opinion_s_rows() -> None:
    assert {slug: len(rows_of(ledger)) for slug, ledger in LEDGERS.items()} == ROWS


def test_every_word_is_the_clause_s_own() -> None:
    for ledger in LEDGERS.values():
        texts = [column.name for column in ledger.columns if column.kind in {Kind.LINE, Kind.TEXT}]
        for row in rows_of(ledger):
            assert row.clause is not None
            for words in filter(None, (*(getattr(row, name) for name in texts), row.note)):
                assert words in row.clause.text, words
                assert words in TEXT


def test_no_figure_no_day_and_no_stage_is_made_up() -> None:
    empty = {Kind.NUMBER: None, Kind.YEAR: None, Kind.DAY: None}
    for ledger in LEDGERS.values():
        for row in rows_of(ledger):
            assert getattr(row, "state", "not_said") == "not_said"
            assert all(getattr(row, c.name) is None for c in ledger.columns if c.kind in empty)
            assert (row.source, row.recorded_by, row.version) == (OPINION, None, 0)


def test_only_what_is_sure_came_in() -> None:
    assert {record.confidence for slug in LEDGERS for record in luzhou_entries(slug)} == {"high"}


def test_loading_again_changes_nothing_and_leaves_what_the_office_changed() -> None:
    total = sum(ROWS.values())
    assert load_ledgers() == Tally(total)
    project = rows_of(LEDGERS["key-projects"])[0]
    row: Any = KeyProject.objects.get(pk=project.pk)
    row.owner, row.version = "交通局（虚构）", 1
    row.save()
    assert load_ledgers() == Tally(total - 1)
    project.refresh_from_db()
    assert getattr(project, "owner", "") == "交通局（虚构）"


def test_a_plan_the_office_wrote_itself_gets_none(luzhou_drafter: object) -> None:
    Plan.objects.filter(pilot_area__key="national-1-510500").update(begun_by=getattr(luzhou_drafter, "user", None))
    assert load_ledgers() == Tally()
