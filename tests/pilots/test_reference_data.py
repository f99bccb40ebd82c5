"""Programmes, pilots and routes of the reference data: places, coverage, sources. No database."""

from datetime import date

import pytest

from pilots.reference.pilots import approved_name, coverage, pilot_offices, pilots
from pilots.reference.programmes import batch, batches, programmes, selection_limits
from pilots.reference.records import PilotRecord
from pilots.reference.routes import routes
from reporting.reference.template import sections
from units.reference.divisions import division, place_now
from units.reference.offices import offices

SHOWN = [record for record in pilots() if record.shown]


def by_name(name: str) -> PilotRecord:
    return next(record for record in pilots() if record.name_as_published == name)


@pytest.mark.parametrize("record", SHOWN, ids=lambda record: record.key)
def test_each_pilot_has_its_place_as_approved_and_now(record: PilotRecord) -> None:
    assert record.batch is not None and record.division_keys
    day = batch(record.batch).reference_day
    for key in record.division_keys:
        place = division(key)
        assert place.version_on(day) is not None
        assert place_now(place) is not None


@pytest.mark.parametrize("record", SHOWN, ids=lambda record: record.key)
def test_the_name_as_published_ends_with_the_name_as_approved(record: PilotRecord) -> None:
    places = [division(key) for key in record.division_keys]
    if len(places) == 1:
        assert record.name_as_published.endswith(approved_name(record, places[0]))


def test_the_nine_core_districts_of_chongqing() -> None:
    record = by_name("重庆市主城九区")
    names = [approved_name(record, division(key)) for key in record.division_keys]
    assert names == [
        "渝中区",
        "大渡口区",
        "江北区",
        "沙坪坝区",
        "九龙坡区",
        "南岸区",
        "北碚区",
        "渝北区",
        "巴南区",
    ]
    now = {place.key for key in record.division_keys if (place := place_now(division(key)))}
    assert len(now) == 8  # 江北区 and 渝北区 are 两江新区 since November 2025


def test_coverage_is_counted_and_honest() -> None:
    found = {row.batch: (row.on_record, row.published) for row in coverage()}
    assert found == {1: (27, 64), 2: (21, 73), 3: (13, 111)}
    for number, (on_record, _) in found.items():
        assert on_record == len([record for record in SHOWN if record.batch == number])


def test_published_totals_belong_to_one_batch_and_have_a_source() -> None:
    for known in batches():
        assert known.totals and all(total.source and "memory" not in total.source for total in known.totals)
    assert {total.category: total.count for total in batch(2).totals} == {
        "新增城市(镇)": 59,
        "农村土地制度改革试点并入": 14,
    }


def test_nothing_unverified_is_shown() -> None:
    hidden = [record for record in pilots() if not record.shown]
    assert [record.name_as_published for record in hidden] == ["兴义市"]
    for record in SHOWN:
        assert record.source and record.confidence != "low" and "memory" not in record.source
    for office in pilot_offices():
        assert office.source and "memory" not in office.source


def test_dates_from_memory_are_left_out() -> None:
    assert [known.approved_on for known in batches()] == [None, date(2015, 11, 16), None]


def test_milestones_of_the_batches_and_one_override() -> None:
    years = {known.number: {milestone.kind: milestone.on.year for milestone in known.milestones} for known in batches()}
    assert years[1] == years[2] == {"interim": 2017, "rollout": 2020}
    assert years[3] == {"start": 2016, "interim": 2018, "rollout": 2020}
    overridden = [record.name_as_published for record in pilots() if record.milestone_overrides]
    assert overridden == ["科尔沁左翼中旗"]
    assert by_name("科尔沁左翼中旗").milestone_overrides[0].on.year == 2017


def test_every_route_joins_offices_that_exist() -> None:
    keys = [office.key for office in (*offices(), *pilot_offices())]
    assert len(keys) == len(set(keys))
    for route in routes():
        assert {route.sender_key, route.receiver_key} <= set(keys)


def test_each_pilot_has_one_route_and_each_sender_compiles() -> None:
    national = [route for route in routes() if route.programme == "national"]
    assert {r.sender_key for r in national if r.capacity == "pilot"} == {p.office_key for p in SHOWN}
    assert len([r for r in national if r.capacity == "pilot"]) == len(SHOWN)
    compilers = [route for route in national if route.capacity == "compiler"]
    assert len(compilers) == 37 and {route.receiver_key for route in compilers} == {"ndrc"}


@pytest.mark.parametrize("code", ["320000", "340000", "330200", "210200", "370200"])
def test_pilots_that_are_senders_owe_twice(code: str) -> None:
    own = [route for route in routes() if route.sender_key == f"drc-{code}"]
    assert {(route.capacity, route.receiver_key) for route in own} == {
        ("pilot", "ndrc"),
        ("compiler", "ndrc"),
    }


def test_luzhou_reports_to_sichuan_and_its_counties_to_luzhou() -> None:
    receivers = {(r.programme, r.sender_key): r.receiver_key for r in routes()}
    assert receivers["national", "lgo-510500"] == "drc-510000"
    assert receivers["luzhou", "lgo-510522"] == "lgo-510500"


def test_an_office_bears_only_names_from_the_approval_on() -> None:
    names = {office.key: [name.name_zh for name in office.names] for office in pilot_offices()}
    assert [name[:3] for name in names["lgo-451081"]] == ["靖西市"]
    assert [name[:3] for name in names["lgo-610821"]] == ["神木县", "神木市"]


def test_regions_follow_the_statistics_bureau() -> None:
    regions = {record.name_as_published: record.region for record in pilots()}
    assert regions["宁波市"] == "east" and regions["安徽省"] == "middle"
    assert regions["泸州市"] == "west" and regions["大连市"] == "northeast"


def test_programmes_limits_and_sections() -> None:
    assert {record.key: len(record.reviewing_department_keys) for record in programmes()} == {
        "national": 11,
        "luzhou": 0,
    }
    limits = {limit.selected_by: (limit.minimum, limit.maximum) for limit in selection_limits()}
    assert limits == {"city": (3, 5), "county": (1, 2)}
    titles = [section.title_zh for section in sections()]
    assert titles == ["工作进展情况", "采取的主要做法", "取得的成果经验", "遇到的矛盾困难", "下一步工作建议"]
