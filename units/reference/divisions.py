"""All divisions as identities with dated versions: nation, provinces, prefectures, counties, three towns.

A place keeps its key through every recorded change of name, code or parent. Where no record says that
one place went on as another, the old one ends and the new one begins.
"""

import csv
from bisect import bisect_right
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

from units.reference.lineage import Item, Lineage, Node, build, rank
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, Level, VersionRecord

NATION_KEY = "CN"
NATION_NAME = "中华人民共和国"
NATION_SOURCE = "GB/T 2260: 中华人民共和国行政区划代码 (the title of the code book)"
LEVELS: tuple[Level, ...] = ("province", "prefecture", "county")
# N26 names them as a class (计划单列市); the five are listed in DOMAIN.md.
SEPARATELY_PLANNED = frozenset({"210200", "330200", "350200", "370200", "440300"})
NAMES_FILE = Path(__file__).with_name("english_names.csv")

# Towns named by the pilot lists; code and parent as `pilots.csv` gives them from china-division 2.7.0.
TOWNS: tuple[tuple[str, str], ...] = (
    ("610323101", "蔡家坡镇"),
    ("630225102", "街子镇"),
    ("371302105", "义堂镇"),
)
TOWN_SOURCE = "statistical division code as in china-division 2.7.0 (pilots.csv); dates not known"

Holders = dict[str, list[tuple[date, str]]]  # code → (first day, key), in order of time


def key_of(node: Node) -> str:
    return f"{node.code}-{node.name}"


@cache
def english_names() -> dict[str, str]:
    with NAMES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name_en"] for row in csv.DictReader(file)}


def holders_of_codes(lines: list[list[Node]]) -> Holders:
    """Who held a code since when, so that a parent can be looked up for any day."""
    holders: Holders = defaultdict(list)
    for line in lines:
        for node in line:
            holders[node.code].append((node.start or date.min, key_of(line[0])))
    for entries in holders.values():
        entries.sort()
    return holders


def holder_on(holders: Holders, code: str, day: date | None) -> str | None:
    entries = holders.get(code, [])
    index = bisect_right(entries, day or date.min, key=lambda entry: entry[0])
    return entries[index - 1][1] if index else None


def parent_of(node: Node, holders: Holders) -> str | None:
    """The prefecture if one has the code; a county without one hangs on its province."""
    level = rank(node.code)
    if level == 0:
        return NATION_KEY
    if level == 2:
        prefecture = holder_on(holders, f"{node.code[:4]}00", node.start)
        if prefecture:
            return prefecture
    return holder_on(holders, f"{node.code[:2]}0000", node.start)


def version_of(node: Node, holders: Holders) -> VersionRecord:
    return VersionRecord(
        code=node.code,
        name_zh=node.name,
        parent_key=parent_of(node, holders),
        valid_from=node.start,
        valid_to=node.end,
        source=node.source,
    )


def record_of(line: list[Node], holders: Holders, keys: dict[Item, str]) -> DivisionRecord:
    names = english_names()
    successor = line[-1].merged_into
    return DivisionRecord(
        key=key_of(line[0]),
        level=LEVELS[rank(line[0].code)],
        versions=tuple(version_of(node, holders) for node in line),
        name_en=next((names[node.code] for node in reversed(line) if node.code in names), ""),
        sort_key=pinyin_key(line[-1].name),
        separately_planned=any(node.code in SEPARATELY_PLANNED for node in line),
        succeeded_by=keys.get(successor) if successor and line[-1].end else None,
    )


def nation() -> DivisionRecord:
    version = VersionRecord(None, NATION_NAME, None, None, None, NATION_SOURCE)
    return DivisionRecord(NATION_KEY, "nation", (version,), "China", pinyin_key(NATION_NAME))


def towns(holders: Holders) -> list[DivisionRecord]:
    return [
        DivisionRecord(
            key=f"{code}-{name}",
            level="township",
            versions=(VersionRecord(code, name, holder_on(holders, code[:6], None), None, None, TOWN_SOURCE),),
            name_en=english_names().get(code, ""),
            sort_key=pinyin_key(name),
        )
        for code, name in TOWNS
    ]


@cache
def _divisions() -> tuple[DivisionRecord, ...]:
    lineage: Lineage = build()
    lines = [lineage.line(head) for head in lineage.heads()]
    holders = holders_of_codes(lines)
    keys = {(node.code, node.name): key_of(line[0]) for line in lines for node in line}
    records = [record_of(line, holders, keys) for line in sorted(lines, key=lambda line: line[0].code)]
    return (nation(), *records, *towns(holders))


def divisions() -> list[DivisionRecord]:
    """Every place known since the first approvals; parents may come after their children."""
    return list(_divisions())


@cache
def _by_key() -> dict[str, DivisionRecord]:
    return {record.key: record for record in _divisions()}


@cache
def _by_code() -> dict[str, list[DivisionRecord]]:
    found: dict[str, list[DivisionRecord]] = defaultdict(list)
    for record in _divisions():
        for version in record.versions:
            if version.code:
                found[version.code].append(record)
    return dict(found)


def division(key: str) -> DivisionRecord:
    return _by_key()[key]


def division_by_code(code: str, on: date) -> DivisionRecord | None:
    """The place that held an official code on a day."""
    for record in _by_code().get(code, []):
        version = record.version_on(on)
        if version and version.code == code:
            return record
    return None


def division_by_any_code(code: str) -> DivisionRecord | None:
    """The place that held an official code on any day; the latest one if there were several."""

    def held_from(record: DivisionRecord) -> date:
        return max(version.valid_from or date.min for version in record.versions if version.code == code)

    return max(_by_code().get(code, []), key=held_from, default=None)


def place_now(record: DivisionRecord) -> DivisionRecord | None:
    """The place itself, or the one that followed it as far as the records say; None when they say nothing."""
    while record.present is None:
        if record.succeeded_by is None:
            return None
        record = division(record.succeeded_by)
    return record
