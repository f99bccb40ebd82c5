"""Offices brought in as a list: new, renamed from a day on, closed. The offices are invented and say so."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.access import Actor
from accounts.models import Role
from pilots.importing.offices import OfficeList
from records.importing.kinds import Difference
from tests.conftest import Hire
from tests.lists import brought_in, named, planned
from units import services
from units.calendar import today
from units.models import Unit
from units.reference.offices import offices

pytestmark = pytest.mark.django_db
KIND = OfficeList()


def row(**cells: str) -> dict[str, str]:
    return {"division": "510522", "kind": "department", "name_zh": "合江县虚构局", "source": "测试，虚构", **cells}


LAND = {"key": "land", "division": "中华人民共和国", "kind": "ministry", "name_zh": "自然资源部"}
RENAMED = row(**{**LAND, "name_zh": "虚构资源部"}, since="2026-03-01")


def test_a_new_office_with_its_name_and_a_key_by_its_place(system_admin: Actor) -> None:
    plan = planned(KIND, [row(since="2020-01-01"), row(kind="commission", name_zh="合江县虚构发改局")], system_admin)
    assert [change.what for change in plan.changes] == [Difference.NEW, Difference.NEW]
    brought_in(KIND, [row(since="2020-01-01"), row(kind="commission", name_zh="合江县虚构发改局")], system_admin)
    unit = Unit.objects.get(key="dep-510522")
    name = unit.names.get()
    assert (unit.division.name_now, unit.name_now, unit.by_import) == ("合江县", "合江县虚构局", True)
    assert name.valid is not None
    assert name.valid.lower == dt.date(2020, 1, 1)
    assert Unit.objects.filter(key="drc-510522").exists()


def test_a_known_office_gets_a_new_name_from_a_day_on(system_admin: Actor) -> None:
    brought_in(KIND, [RENAMED], system_admin)
    land = Unit.objects.get(key="land")
    assert land.name_now == "虚构资源部"
    assert land.name_on(dt.date(2026, 2, 28)) == "自然资源部"
    assert land.name_on(dt.date(2026, 3, 1)) == "虚构资源部"
    services.load_offices(offices(), today())
    land.refresh_from_db()
    assert (land.name_now, land.names.count()) == ("虚构资源部", 3)


def test_what_is_so_already_is_no_change(system_admin: Actor) -> None:
    (change,) = planned(KIND, [row(**LAND)], system_admin).changes
    assert change.what == Difference.SAME


def test_an_office_closes_and_says_who_is_left(system_admin: Actor, hire: Hire) -> None:
    hire("hejiang.lead", "lgo-510522", Role.LEAD, "luzhou")
    name = Unit.objects.get(key="lgo-510522").name_now
    cells = row(kind="leading_group", name_zh=name, closed_on="2026-06-01", successor="lgo-510500")
    plan = planned(KIND, [cells], system_admin)
    assert [remark.code for remark in plan.remarks] == ["people_left"]
    brought_in(KIND, [cells], system_admin)
    office = Unit.objects.get(key="lgo-510522")
    assert office.closed_on == dt.date(2026, 6, 1)
    assert office.succeeded_by is not None
    assert office.succeeded_by.key == "lgo-510500"


FAULTS = [
    (row(division="合汪县"), "division", "unknown"),
    (row(division="朝阳区"), "division", "ambiguous"),
    (row(kind="agency"), "kind", "unknown_kind"),
    (row(source="from memory"), "source", "not_verified"),
    (row(since="2027-01-01"), "since", "in_the_future"),
    (row(former_name="合江县无此局"), "former_name", "unknown"),
    (row(closed_on="2026-01-01"), "name_zh", "unknown"),
    (row(**{**LAND, "name_zh": "虚构资源部"}), "since", "since_missing"),
    (row(**{**LAND, "name_zh": "虚构资源部"}, since="2018-03-17"), "since", "before_start"),
    (row(**{**LAND, "kind": "government"}), "kind", "other_kind"),
    (row(**{**LAND, "division": "510000"}), "division", "other_place"),
    (row(key="no-such", **{k: v for k, v in LAND.items() if k != "key"}), "key", "other_key"),
    (row(successor="land"), "closed_on", "not_closing"),
    (row(key="A b"), "key", "bad_key"),
]


@pytest.mark.parametrize(("cells", "column", "code"), FAULTS, ids=[f"{c}-{code}" for _r, c, code in FAULTS])
def test_what_is_refused_is_named(system_admin: Actor, cells: dict[str, str], column: str, code: str) -> None:
    assert named(planned(KIND, [cells], system_admin)) == [(2, column, code)]


def test_one_office_twice_in_one_list(system_admin: Actor) -> None:
    assert named(planned(KIND, [row(), row()], system_admin)) == [(3, "name_zh", "twice")]
