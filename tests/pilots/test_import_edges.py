"""What lists must not do silently: take the wrong office, drop a source, name what is private, die of a long name."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import Actor
from pilots.importing.divisions import DivisionChanges
from pilots.importing.offices import OfficeList
from pilots.importing.pilot_areas import PilotList
from pilots.models import PilotArea
from portal.errors import Forbidden, RuleBroken
from records.importing import services
from records.importing.kinds import kinds_for
from records.importing.services import Answer, ListInput
from records.models import ImportRun
from records.workflow import Request
from tests.conftest import SignIn
from tests.lists import brought_in, named, planned, undone
from tests.pilots.test_import_pilots import CHENGDU, published, row
from units.models import Division, Unit

pytestmark = pytest.mark.django_db
PILOTS, OFFICES, DIVISIONS = PilotList(), OfficeList(), DivisionChanges()
NEW_TOWN = {
    "kind": "establish", "on": "2026-03-01", "to_code": "510524901", "to_name": "虚构镇", "source": "测试，虚构"
}  # fmt: skip


def bring(kind: str, text: str, by: Actor) -> ImportRun:
    return services.start(ListInput(kind, "虚构.csv", text.encode()), by=by)


def codes(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(fault["row"], fault["column"], fault["code"]) for fault in services.outcome_of(run)["faults"]]


def test_what_is_stored_of_a_known_pilot_area_was_shown(ndrc_reviewer: Actor) -> None:
    first = published()[5]
    pilot = PilotArea.objects.get(name_as_published=first["name"])
    PilotArea.objects.filter(pk=pilot.pk).update(confidence="high")
    cells = {**first, "category": "虚构类别", "source": "虚构来源"}
    (change,) = planned(PILOTS, [cells], ndrc_reviewer).changes
    assert {"虚构类别", "虚构来源"} == set(change.after.values())
    brought_in(PILOTS, [cells], ndrc_reviewer)
    pilot.refresh_from_db()
    assert (pilot.category, pilot.source, pilot.confidence) == ("虚构类别", "虚构来源", "high")


def test_the_office_of_several_places_does_not_report_for_the_one_above(ndrc_reviewer: Actor) -> None:
    brought_in(PILOTS, [CHENGDU], ndrc_reviewer)
    brought_in(PILOTS, [row("四川省", "成都市", batch="2")], ndrc_reviewer)
    shared = PilotArea.objects.get(name_as_published=CHENGDU["name"]).reporting_unit
    assert PilotArea.objects.get(name_as_published="成都市").reporting_unit != shared


def test_of_several_offices_of_a_place_none_is_taken_silently(ndrc_reviewer: Actor) -> None:
    place = Division.objects.get(code_now="511325")
    for key in ("one", "two"):
        Unit.objects.create(key=key, kind="leading_group", division=place, name_now=f"虚构{key}", sort_key=key)
    run = bring("pilots", "批次,省份,试点地区,来源\n3,四川省,西充县,测试\n", ndrc_reviewer)
    assert codes(run) == [(2, "reporting_unit", "ambiguous")]
    run = services.answer(run.uid, [Answer(2, "reporting_unit", "two")], expected_version=0, by=ndrc_reviewer)
    assert run.counts["faults"] == 0
    services.perform(run, Request("store"), by=ndrc_reviewer)
    assert PilotArea.objects.get(name_as_published="西充县").reporting_unit.key == "two"


def test_two_sorts_of_fault_in_one_row_are_told_at_once(ndrc_reviewer: Actor) -> None:
    run = bring("pilots", "批次,省份,试点地区,来源,区域\n3,四川省,西冲县,memory,中央\n", ndrc_reviewer)
    assert codes(run) == [
        (2, "divisions", "unknown"),
        (2, "region", "unknown_region"),
        (2, "source", "not_verified"),
    ]
    run = bring("pilots", "批次,省份,试点地区,来源\n3,四川省,西充县,memory\n", ndrc_reviewer)
    assert codes(run) == [(2, "source", "not_verified")]
    assert (run.counts["new"], services.outcome_of(run)["changes"]) == (0, [])


def test_each_of_two_faults_in_one_cell_can_be_chosen_away(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    text = "批次,省份,试点地区,区划代码,来源\n3,四川省,虚构两地,西冲县、合汪县,测试\n"
    run = bring("pilots", text, ndrc_reviewer)
    assert codes(run) == [(2, "divisions", "unknown")] * 2
    first = next(
        one["value"] for one in services.outcome_of(run)["faults"][0]["suggestions"] if "511325" in one["value"]
    )
    posted = {"version": 0, "choice-2-divisions": [first, ""]}
    assert signed_in(ndrc_reviewer).post(reverse("import-answers", args=[run.uid]), posted).status_code == 302
    run.refresh_from_db()
    assert codes(run) == [(2, "divisions", "unknown")]
    assert "511325、合汪县" in services.outcome_of(run)["faults"][0]["value"]


def test_a_choice_holds_for_a_column_the_file_does_not_have(ndrc_reviewer: Actor) -> None:
    run = bring("pilots", "省份,试点地区,来源\n四川省,西充县,测试\n", ndrc_reviewer)
    assert codes(run) == [(2, "batch", "missing")]
    run = services.answer(run.uid, [Answer(2, "batch", "3")], expected_version=0, by=ndrc_reviewer)
    assert run.counts["faults"] == 0
    mapping = {**run.mapping, "note": ""}
    run = services.map_columns(run.uid, mapping, expected_version=1, by=ndrc_reviewer)
    assert run.counts["faults"] == 0


def test_a_cell_of_very_many_names_names_three_of_them(ndrc_reviewer: Actor) -> None:
    several = "、".join(f"虚构{n}县" for n in range(20))
    assert len(planned(PILOTS, [row("四川省", "虚构", divisions=several)], ndrc_reviewer).faults) == 3
    too_many = "、".join("甲" for _n in range(31))
    assert named(planned(PILOTS, [row("四川省", "虚构", divisions=too_many)], ndrc_reviewer)) == [
        (2, "divisions", "too_many")
    ]
    assert planned(PILOTS, [row("四川省", too_many)], ndrc_reviewer).faults


def test_long_names_are_stored_or_refused_in_words(ndrc_reviewer: Actor, system_admin: Actor) -> None:
    brought_in(PILOTS, [{**CHENGDU, "name": "双" * 100}], ndrc_reviewer)
    office = {"division": "511325", "kind": "department", "name_zh": "双" * 190, "source": "测试"}
    brought_in(OFFICES, [office], system_admin)
    run = bring(
        "divisions", f"类型,日期,新代码,新名称,来源\n设立,2026-03-01,510524901,{'长' * 61},测试\n", system_admin
    )
    assert ("to_name", "too_long") in [(column, code) for _row, column, code in codes(run)]
    brought_in(DIVISIONS, [{**NEW_TOWN, "to_name": "双" * 60}], system_admin)


def test_a_new_place_stays_while_a_pilot_area_is_there(ndrc_reviewer: Actor, system_admin: Actor) -> None:
    stored = brought_in(DIVISIONS, [NEW_TOWN], system_admin)
    pilot = PilotArea.objects.filter(programme__code="national").first()
    assert pilot
    pilot.divisions.add(Division.objects.get(code_now="510524901"))
    with pytest.raises(RuleBroken, match="虚构镇"):
        undone(DIVISIONS, stored, system_admin)
    assert pilot.divisions.filter(code_now="510524901").exists()


def test_a_kind_is_offered_only_where_it_may_be_brought(
    ndrc_reviewer: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    assert [kind.code for kind in kinds_for(ndrc_reviewer)] == ["pilots", "figures"]
    assert kinds_for(sichuan_reviewer) == []
    client = signed_in(sichuan_reviewer)
    assert reverse("import-new", args=["pilots"]) not in client.get(reverse("imports")).content.decode()
    assert client.get(reverse("import-new", args=["pilots"])).status_code == 403
    assert client.get(reverse("api:import-kinds")).json() == []
    file = SimpleUploadedFile("a.csv", b"x")
    assert client.post(reverse("api:imports"), {"kind": "pilots", "file": file}).status_code == 403
    with pytest.raises(Forbidden):
        bring("pilots", "x", sichuan_reviewer)


def test_a_faulty_phone_number_is_masked(unit_admin: Actor, signed_in: SignIn) -> None:
    run = bring("people", "邮箱,姓名,手机,角色\na@office.example,测试,13800001234转8,填报员\n", unit_admin)
    assert ("phone", "bad_phone") in [(column, code) for _row, column, code in codes(run)]
    client = signed_in(unit_admin)
    for url in (reverse("import", args=[run.uid]), reverse("import-faults", args=[run.uid])):
        assert "13800001234" not in client.get(url).content.decode()
    assert "13800001234" not in client.get(reverse("api:import-rows", args=[run.uid])).content.decode()


def test_a_list_of_people_is_not_longer_than_somebody_waits(unit_admin: Actor) -> None:
    lines = "".join(f"p{n}@office.example,测试,drafter\n" for n in range(5001))
    run = bring("people", f"email,name,role\n{lines}", unit_admin)
    assert codes(run) == [(1, "", "too_many_rows")]


def test_what_is_cleared_leaves_no_heading(unit_admin: Actor) -> None:
    run = bring("people", "a@office.example,测试·甲,13800001234\nb@office.example,测试·乙,13800001235\n", unit_admin)
    services.perform(run, Request("discard"), by=unit_admin)
    run.refresh_from_db()
    assert (run.headings, run.mapping, run.rows) == ([], {}, None)


def test_a_key_that_is_taken_is_a_fault_and_no_collision(ndrc_reviewer: Actor) -> None:
    pilot = PilotArea.objects.get(name_as_published="泸州市")
    PilotArea.objects.filter(pk=pilot.pk).update(key="national-3-511325")
    assert named(planned(PILOTS, [row("四川省", "西充县")], ndrc_reviewer)) == [(2, "divisions", "place_taken")]
