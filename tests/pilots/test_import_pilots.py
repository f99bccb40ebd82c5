"""The list of pilot areas brought in: places by their names of the day, offices, routes, the published totals.

The pilot areas added here are invented and say so in their source; the places are those of the reference data.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from pilots import services
from pilots.importing.pilot_areas import PilotList
from pilots.importing.senders import Senders
from pilots.models import Capacity, PilotArea, Route
from pilots.reference.pilots import PILOTS_FILE, pilots
from portal.errors import Forbidden
from records.importing.kinds import Difference
from tests.lists import brought_in, named, planned
from units.matching import Places
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db
KIND = PilotList()


def row(province: str, name: str, **cells: str) -> dict[str, str]:
    return {"batch": "3", "province": province, "name": name, "source": "测试，虚构", **cells}


JIAOZHOU = row("山东省", "胶州市")
SHIHEZI = row("新疆生产建设兵团", "石河子市")
XICHONG = row("四川省", "南充市西充县")
CHENGDU = row("四川省", "成都市四区（虚构）", divisions="510104、510105,510106 武侯区")


def published() -> list[dict[str, str]]:
    """Our own list of the pilots on record, as a list to be brought in."""
    with Path(PILOTS_FILE).open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["batch"]]
    return [
        {
            "batch": r["batch"],
            "seq": r["official_seq"],
            "province": r["province"],
            "name": r["name_as_published"],
            "category": r["unit_level"],
            "divisions": r["admin_code_201611"],
            "source": r["source"],
            "note": r["note"],
        }
        for r in rows
    ]


def test_what_is_on_record_is_no_change(ndrc_reviewer: Actor) -> None:
    rows = [r for r in published() if r["name"] != "重庆市主城九区"]
    plan = planned(KIND, rows, ndrc_reviewer)
    assert named(plan) == []
    assert {change.what for change in plan.changes} == {Difference.SAME}


def test_without_codes_the_published_names_find_the_same_places(ndrc_reviewer: Actor) -> None:
    rows = [{**r, "divisions": ""} for r in published()]
    faults = named(planned(KIND, rows, ndrc_reviewer))
    assert [(column, code) for _row, column, code in faults] == [("divisions", "unknown")]  # nine districts together


def test_offices_and_routes_follow_the_rules_of_the_reference_data(programme: Programme) -> None:
    places = Places.load()
    senders = Senders(programme, places)
    for pilot in PilotArea.objects.filter(programme=programme).select_related("batch").prefetch_related("divisions"):
        route = Route.objects.get(programme=programme, sender=pilot.reporting_unit, capacity=Capacity.PILOT)
        assert pilot.batch is not None
        place = places.on(pilot.divisions.all()[0].pk, pilot.batch.reference_day)
        assert place is not None
        way = senders.way(pilot.reporting_unit_id, place, pilot.batch.reference_day)
        assert (way.receiver, way.note, way.source) == (route.receiver_id, route.note, route.source), pilot
        if pilot.divisions.count() == 1:
            assert senders.offices_of(place.pk) == [pilot.reporting_unit_id], pilot


@pytest.mark.parametrize(
    ("cells", "office", "receiver"),
    [
        (JIAOZHOU, "lgo-370281", "drc-370200"),
        (SHIHEZI, "lgo-659001", "drc-xpcc"),
        (XICHONG, "lgo-511325", "drc-510000"),
    ],
)
def test_a_new_pilot_gets_its_office_and_its_route(
    ndrc_reviewer: Actor, cells: dict[str, str], office: str, receiver: str
) -> None:
    brought_in(KIND, [cells], ndrc_reviewer)
    pilot = PilotArea.objects.get(name_as_published=cells["name"])
    unit = pilot.reporting_unit
    assert (unit.key, unit.by_import, pilot.by_import) == (office, True, True)
    assert unit.name_now.endswith("新型城镇化综合试点工作领导小组办公室")
    assert unit.names.count() == 1
    route = Route.objects.get(sender=unit, capacity=Capacity.PILOT)
    assert route.receiver.key == receiver


def test_several_places_are_one_pilot_with_one_office(ndrc_reviewer: Actor) -> None:
    brought_in(KIND, [CHENGDU], ndrc_reviewer)
    pilot = PilotArea.objects.get(name_as_published=CHENGDU["name"])
    assert pilot.divisions.count() == 4
    assert pilot.reporting_unit.division.name_now == "成都市"


def test_a_name_of_a_later_day_is_found_and_said(ndrc_reviewer: Actor) -> None:
    plan = planned(KIND, [row("天津市", "蓟州区", divisions="120119", batch="3")], ndrc_reviewer)
    assert [(remark.column, remark.code) for remark in plan.remarks] == [("divisions", "renamed")]
    assert "蓟县" in str(plan.remarks[0].message)


def test_the_published_totals_are_held_against_the_list(ndrc_reviewer: Actor) -> None:
    plan = planned(KIND, [JIAOZHOU, {**SHIHEZI, "batch": "1"}, {**XICHONG, "batch": "2"}], ndrc_reviewer)
    whole = {
        check.expected: check.found
        for check in plan.checks
        if "cities and towns" in str(check.label) or "城市" in str(check.label)
    }
    assert {62, 73, 111} <= set(whole)
    on_record = {batch: sum(p.shown and p.batch == batch for p in pilots()) for batch in (1, 2, 3)}
    assert (whole[62], whole[73], whole[111]) == (on_record[1] - 2 + 1, on_record[2] + 1, on_record[3] + 1)
    by_region = {str(check.label): check.expected for check in plan.checks}
    assert {43, 25, 50, 17, 3, 6, 40, 66, 246} <= set(by_region.values())


def test_loading_the_reference_data_leaves_what_the_list_changed(ndrc_reviewer: Actor) -> None:
    first = published()[5]
    brought_in(KIND, [{**first, "category": "虚构类别"}], ndrc_reviewer)
    services.load_pilots(pilots())
    pilot = PilotArea.objects.get(name_as_published=first["name"])
    assert (pilot.category, pilot.by_import) == ("虚构类别", True)


def test_only_the_office_that_runs_the_programme_brings_its_list(
    sichuan_reviewer: Actor, luzhou_reviewer: Actor
) -> None:
    with pytest.raises(Forbidden):
        planned(KIND, [XICHONG], sichuan_reviewer)
    with pytest.raises(Forbidden):
        planned(KIND, [XICHONG], luzhou_reviewer.__class__(luzhou_reviewer.user, sichuan_reviewer.hat))


def test_a_town_of_luzhous_own_programme_follows_its_county(luzhou_reviewer: Actor) -> None:
    town = Unit.objects.get(key="demo-town-1").division
    PilotArea.objects.filter(key="demo-town-1").update(name_as_published="另一个（虚构）")
    PilotArea.objects.get(key="demo-town-1").divisions.clear()
    Route.objects.filter(sender__key="demo-town-1").delete()
    brought_in(KIND, [{"province": "四川省", "name": town.name_now, "source": "测试，虚构"}], luzhou_reviewer)
    pilot = PilotArea.objects.get(name_as_published=town.name_now)
    route = Route.objects.get(sender=pilot.reporting_unit)
    assert (pilot.reporting_unit.key, route.receiver.key) == ("demo-town-1", "lgo-510522")


FAULTS = [
    (row("四川省", "西充县", batch="9"), "batch", "unknown_batch"),
    (row("四川省", "西充县", batch=""), "batch", "missing"),
    (row("四川", "西充县"), "province", "unknown"),
    (row("台湾省", "台湾省"), "province", "outside"),
    (row("四川省", "西冲县"), "divisions", "unknown"),
    (row("四川省", "大兴区"), "divisions", "unknown"),
    (row("河北省", "桥西区"), "divisions", "ambiguous"),
    (row("四川省", "西充县", divisions="511325,110101"), "divisions", "unknown"),
    (row("四川省", "西充县", region="东部"), "region", "other_region"),
    (row("四川省", "西充县", region="中央"), "region", "unknown_region"),
    (row("四川省", "西充县", confidence="low"), "confidence", "not_verified"),
    (row("四川省", "西充县", source="memory"), "source", "not_verified"),
    (row("四川省", "西充县", reporting_unit="无此单位"), "reporting_unit", "unknown"),
    (row("四川省", "西充县", reporting_unit="drc-440000"), "reporting_unit", "other_place"),
    (row("四川省", "泸州市"), "batch", "other_batch"),
    (row("四川省", "泸州", divisions="510500"), "divisions", "place_taken"),
    (row("陕西省", "榆林市神木县", divisions="610822"), "divisions", "other_places"),
    (row("四川省", "西充县", batch="1", seq="1"), "seq", "number_taken"),
]


@pytest.mark.parametrize(("cells", "column", "code"), FAULTS, ids=[f"{c}-{code}" for _r, c, code in FAULTS])
def test_what_is_refused_is_named(ndrc_reviewer: Actor, cells: dict[str, str], column: str, code: str) -> None:
    assert named(planned(KIND, [cells], ndrc_reviewer)) == [(2, column, code)]


def test_what_is_suggested_for_one_of_several_keeps_the_others(ndrc_reviewer: Actor) -> None:
    cells = row("四川省", "虚构两地", divisions="511325、西冲县")
    (fault,) = planned(KIND, [cells], ndrc_reviewer).faults
    assert "511325、511325" in {suggestion.value for suggestion in fault.suggestions}


def test_no_name_place_or_number_twice(ndrc_reviewer: Actor) -> None:
    rows = [
        row("四川省", "西充县", seq="101"),
        row("四川省", "西充县"),
        row("四川省", "南充市西充县"),
        row("四川省", "仪陇县", seq="101"),
    ]
    assert named(planned(KIND, rows, ndrc_reviewer)) == [
        (3, "name", "twice"),
        (4, "divisions", "twice"),
        (5, "seq", "twice"),
    ]


def test_statements_do_not_grow_with_the_rows(ndrc_reviewer: Actor) -> None:
    counts = []
    for rows in ([XICHONG], [XICHONG, JIAOZHOU, SHIHEZI, CHENGDU, *published()]):
        with CaptureQueriesContext(connection) as captured:
            planned(KIND, rows, ndrc_reviewer)
        counts.append(len(captured))
    assert counts[0] == counts[1]
