"""Dated changes of divisions brought in as a list: what they change, what they refuse, and the way back.

The changes are invented and say so in their source; the places are those of the reference data.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from pilots.importing.divisions import DivisionChanges
from portal.errors import RuleBroken
from records.importing.kinds import Difference
from tests.lists import brought_in, named, planned, undone
from units import services
from units.calendar import today
from units.models import Division, DivisionVersion, Unit
from units.reference.changes import CHANGES_FILE
from units.reference.divisions import divisions
from units.reference.lineage import rank

pytestmark = pytest.mark.django_db
KIND = DivisionChanges()
DAY = dt.date(2026, 3, 1)


def row(kind: str, before: str = "", after: str = "", **more: str) -> dict[str, str]:
    """`before` and `after` as "code name"; either may be a code or a name alone."""
    cells = {"kind": kind, "on": "2026-03-01", "source": "测试，虚构"}
    for side, text in (("from", before), ("to", after)):
        for part in text.split():
            cells[f"{side}_code" if part.isdigit() else f"{side}_name"] = part
    return {**cells, **more}


UPGRADE = row("upgrade", "510522 合江县", "510506 合江区")
MERGE = row("merge", "510521 泸县", "510504 龙马潭区")
NEW_TOWN = row("establish", "", "510524901 虚构镇")


def as_stored() -> list[tuple[Any, ...]]:
    """All places with their versions, without the numbers of rows."""
    rows = DivisionVersion.objects.order_by("division__key", "valid").values_list(
        "division__key", "code", "name_zh", "parent__key", "valid", "source", "division__by_import"
    )
    now = Division.objects.order_by("key").values_list("key", "name_now", "code_now", "path_now", "succeeded_by__key")
    return [*rows, *now]


def test_the_reference_list_itself_changes_nothing(system_admin: Actor) -> None:
    with Path(CHANGES_FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    plan = planned(KIND, rows, system_admin)
    assert {change.what for change in plan.changes} == {Difference.SAME}
    # One merger which a later revision of the book dates otherwise, one dated after the standing clock.
    assert named(plan) == [(9, "from_code", "changed_already"), (277, "on", "in_the_future")]


def test_an_upgrade_closes_the_old_version_and_opens_the_new(system_admin: Actor) -> None:
    place = Division.objects.get(code_now="510522")
    plan = planned(KIND, [UPGRADE], system_admin)
    (change,) = plan.changes
    assert set(change.before.values()) == {"合江县", "510522"}
    assert set(change.after.values()) == {"合江区", "510506"}
    brought_in(KIND, [UPGRADE], system_admin)
    place.refresh_from_db()
    before, after = place.version_on(DAY - dt.timedelta(days=1)), place.version_on(DAY)
    assert before is not None
    assert after is not None
    assert (before.name_zh, after.name_zh, after.parent) == ("合江县", "合江区", before.parent)
    assert (place.name_now, place.code_now, place.by_import) == ("合江区", "510506", True)
    assert "虚构" in after.source


def test_a_merger_names_the_successor_and_what_lay_below_goes_on_there(system_admin: Actor) -> None:
    brought_in(KIND, [row("establish", "", "510521901 虚构镇", on="2025-01-01")], system_admin)
    plan = planned(KIND, [MERGE], system_admin)
    assert {remark.code for remark in plan.remarks} == {"children_follow", "offices_left"}
    brought_in(KIND, [MERGE], system_admin)
    gone, town = Division.objects.get(key="510521-泸县"), Division.objects.get(code_now="510521901")
    assert gone.succeeded_by is not None
    assert (gone.succeeded_by.code_now, gone.code_now, gone.version_on(DAY)) == ("510504", "", None)
    assert town.parent_now == gone.succeeded_by
    assert town.path_now == f"{gone.succeeded_by.path_now}{town.pk}/"
    assert Unit.objects.filter(division=gone, closed_on__isnull=True).exists()


def test_a_place_whose_level_changes_is_followed_by_a_new_one(system_admin: Actor) -> None:
    before = as_stored()
    stored = brought_in(KIND, [row("upgrade", "469005 文昌市", "460500 文昌市")], system_admin)
    old, new = Division.objects.get(key="469005-文昌市"), Division.objects.get(key="460500-文昌市")
    assert (old.level, new.level, old.succeeded_by) == ("county", "prefecture", new)
    assert (old.code_now, new.code_now, new.parent_now) == ("", "460500", old.parent_now)
    assert undone(KIND, stored, system_admin)
    assert as_stored() == before


def test_a_code_goes_over_on_one_day_and_a_place_to_another_parent(system_admin: Actor) -> None:
    rows = [
        row("recode", "510524 叙永县", "511590 叙永县"),
        row("merge", "510525 古蔺县", "511590 叙永县"),
        row("establish", "", "510525 虚构区"),
    ]
    brought_in(KIND, rows, system_admin)
    moved, new = Division.objects.get(key="510524-叙永县"), Division.objects.get(key="510525-虚构区")
    assert moved.parent_now is not None
    assert (moved.parent_now.name_now, moved.code_now) == ("宜宾市", "511590")
    assert moved.path_now == f"{moved.parent_now.path_now}{moved.pk}/"
    assert (new.code_now, Division.objects.get(key="510525-古蔺县").succeeded_by) == ("510525", moved)


def test_loading_the_reference_data_again_leaves_the_list_as_it_is(system_admin: Actor) -> None:
    brought_in(KIND, [UPGRADE, MERGE, NEW_TOWN], system_admin)
    before = as_stored()
    tally = services.load_divisions(divisions(), today())
    assert (tally.created, tally.updated) == (0, 0)
    assert as_stored() == before


def test_a_place_of_the_reference_data_that_claims_a_code_of_the_list_stays_as_it_was(system_admin: Actor) -> None:
    brought_in(KIND, [UPGRADE], system_admin)
    before = as_stored()
    records = [r for r in divisions() if r.key in ("510502-江阳区", "510500-泸州市", "510000-四川省", "CN")]
    claim = records[-1].versions[0].__class__("510506", "别名区", "510500-泸州市", DAY, None, "test")
    own = next(r for r in records if r.key == "510502-江阳区")
    contradicting = own.__class__(own.key, own.level, (claim,), own.name_en, own.sort_key)
    services.load_divisions([r for r in records if r is not own] + [contradicting], today())
    assert as_stored() == before


def test_undone_everything_is_as_before(system_admin: Actor) -> None:
    before = as_stored()
    again = row("rename", "510506 合江区", "510506 合江新区", on="2026-04-01")
    ended = row("merge", "510506 合江新区", "510504 龙马潭区", on="2026-05-01")
    stored = brought_in(KIND, [UPGRADE, MERGE, NEW_TOWN, again, ended], system_admin)
    assert as_stored() != before
    assert undone(KIND, stored, system_admin)
    assert as_stored() == before


def test_no_way_back_while_a_later_list_stands_on_it(system_admin: Actor) -> None:
    stored = brought_in(KIND, [UPGRADE], system_admin)
    later = brought_in(KIND, [row("rename", "510506", "合江新区", on="2026-04-01")], system_admin)
    with pytest.raises(RuleBroken):
        undone(KIND, stored, system_admin)
    assert undone(KIND, later, system_admin)
    assert undone(KIND, stored, system_admin)
    assert not Division.objects.filter(by_import=True).exists()


def test_no_way_back_while_an_office_stands_on_a_new_place(system_admin: Actor) -> None:
    stored = brought_in(KIND, [NEW_TOWN], system_admin)
    town = Division.objects.get(code_now="510524901")
    Unit.objects.create(key="x", kind=Unit.Kind.GOVERNMENT, division=town, name_now="虚构", sort_key="x")
    with pytest.raises(RuleBroken, match="虚构镇"):
        undone(KIND, stored, system_admin)


FAULTS = [
    (row("dissolve", "510522"), "kind", "unknown_kind"),
    (row("abolish", "510522", source=""), "source", "missing"),
    (row("rename", "510522", "新名县", on="2026-02-30"), "on", "bad_date"),
    (row("rename", "510522", "新名县", on=""), "on", "day_missing"),
    (row("rename", "510522", "新名县", on="2027-01-01"), "on", "in_the_future"),
    (row("rename", "510522", "新名县", from_code="51052"), "from_code", "bad_code"),
    (row("rename", "", "新名县"), "from_code", "from_missing"),
    (row("rename", "510522", ""), "to_code", "to_missing"),
    (row("rename", "519999", "新名县"), "from_code", "unknown"),
    (row("rename", "合汪县", "新名县"), "from_name", "unknown"),
    (row("rename", "朝阳区", "新名区"), "from_name", "ambiguous"),
    (row("rename", "510522 叙永县", "新名县"), "from_name", "name_does_not_fit"),
    (row("rename", "610821", "新名县"), "from_code", "not_so_then"),
    (row("rename", "610881", "新名市", on="2016-01-01"), "on", "before_start"),
    (row("upgrade", "510522", "510504 合江区"), "to_code", "code_in_use"),
    (row("establish", "", "510504 又一区"), "to_code", "code_in_use"),
    (row("establish", "", "999901 新设区"), "to_code", "no_parent"),
    (row("rename", "510522", "合江县"), "to_name", "no_change"),
    (row("merge", "510522", "无此区"), "to_name", "unknown"),
    (row("abolish", "510500"), "from_code", "left_behind"),
]


@pytest.mark.parametrize(
    ("cells", "column", "code"), FAULTS, ids=[f"{code}-{n}" for n, (_r, _c, code) in enumerate(FAULTS)]
)
def test_what_is_refused_is_named(system_admin: Actor, cells: dict[str, str], column: str, code: str) -> None:
    assert named(planned(KIND, [cells], system_admin)) == [(2, column, code)]


def test_a_fault_says_what_may_have_been_meant(system_admin: Actor) -> None:
    (fault,) = planned(KIND, [row("rename", "合汪县", "新名县")], system_admin).faults
    assert "510522" in {suggestion.value for suggestion in fault.suggestions}


@pytest.mark.parametrize("typed", ["510522", "四川省泸州市合江县"])
def test_what_was_suggested_is_understood_in_the_same_cell(system_admin: Actor, typed: str) -> None:
    cells = {**row("merge"), "from_name": typed, "to_name": "510504"}
    (change,) = planned(KIND, [cells], system_admin).changes
    assert "合江县 (510522) → 龙马潭区 (510504)" in str(change.label)


def test_no_way_back_while_a_later_list_has_taken_a_code_set_free(system_admin: Actor) -> None:
    stored = brought_in(KIND, [MERGE], system_admin)
    brought_in(KIND, [row("establish", "", "510521 虚构区", on="2026-04-01")], system_admin)
    with pytest.raises(RuleBroken):
        undone(KIND, stored, system_admin)


def test_two_rows_of_one_list_about_one_place(system_admin: Actor) -> None:
    rows = [UPGRADE, row("rename", "510522", "另名县"), row("rename", "510522", "三名县", on="2026-04-01")]
    assert named(planned(KIND, rows, system_admin)) == [
        (3, "from_code", "twice"),
        (4, "from_code", "changed_before"),
    ]


def big_list() -> list[dict[str, str]]:
    """Three thousand invented towns below the counties of the reference data."""
    counties = Division.objects.filter(level="county").exclude(code_now="").order_by("code_now")
    codes = [code for code in counties.values_list("code_now", flat=True) if rank(code) == 2][:300]
    return [
        row("establish", "", f"{code}{number} 虚构{code}第{number}镇") for code in codes for number in range(901, 911)
    ]


def test_three_thousand_rows_with_forty_faults(system_admin: Actor) -> None:
    good = big_list()
    assert len(good) == 3000
    spoiled, expected = list(good), []
    places = [10 + 73 * number for number in range(40)]
    for number, at in enumerate(places):
        cells, column, code = FAULTS_FOR_THE_BIG_LIST[number % len(FAULTS_FOR_THE_BIG_LIST)]
        spoiled[at] = cells
        expected.append((at + 2, column, code))
    plan = planned(KIND, spoiled, system_admin)
    assert named(plan) == sorted(expected)
    assert len({code for _row, _column, code in expected}) >= 12
    before = as_stored()
    stored = brought_in(KIND, good, system_admin)
    assert Division.objects.filter(by_import=True).count() == 3000
    assert undone(KIND, stored, system_admin)
    assert as_stored() == before


# Those that repeat without getting into each other's way: no two change one place on one day.
FAULTS_FOR_THE_BIG_LIST = [*FAULTS[:14], FAULTS[15]]


def test_statements_do_not_grow_with_the_rows(system_admin: Actor) -> None:
    counts = []
    for rows in ([MERGE], [UPGRADE, MERGE, NEW_TOWN, *big_list()[:200]]):
        with CaptureQueriesContext(connection) as captured:
            planned(KIND, rows, system_admin)
        counts.append(len(captured))
    assert counts[0] == counts[1]
