"""Leading-group offices: their names follow the place's own names through time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from units.reference.divisions import division
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, NameRecord, OfficeRecord, VersionRecord

Lookup = Callable[[str], DivisionRecord]
"""A place by its key: in the reference data, or, for lists brought in, in the database."""


def place_name(record: DivisionRecord, version: VersionRecord, lookup: Lookup = division) -> str:
    """Districts and towns are named with the place above: there are several 朝阳区."""
    if version.parent_key is None or record.level == "province":
        return version.name_zh
    if record.level == "township" or (record.level == "county" and version.name_zh.endswith("区")):
        return f"{lookup(version.parent_key).versions[-1].name_zh}{version.name_zh}"
    return version.name_zh


@dataclass(frozen=True, slots=True)
class GroupName:
    """A group's name without its place, as the notice or the opinion has it, and since when it can be."""

    name_zh: str
    name_en: str
    since: date
    source: str


def name_during(
    record: DivisionRecord, version: VersionRecord, group: GroupName, lookup: Lookup = division
) -> NameRecord:
    changed_since = version.valid_from is not None and version.valid_from > group.since
    return NameRecord(
        name_zh=f"{place_name(record, version, lookup)}{group.name_zh}办公室",
        name_en=f"{record.name_en} {group.name_en}" if record.name_en else "",
        valid_from=version.valid_from if changed_since else None,
        valid_to=version.valid_to,
        source=group.source if not changed_since else f"{group.source}; place: {version.source}",
    )


def leading_group_office(key: str, record: DivisionRecord, group: GroupName, lookup: Lookup = division) -> OfficeRecord:
    """Names which the place had lost before there was a group are left out."""
    names = tuple(
        name_during(record, version, group, lookup)
        for version in record.versions
        if version.valid_to is None or version.valid_to > group.since
    )
    return OfficeRecord(
        key=key,
        kind="leading_group",
        division_key=record.key,
        names=names,
        source=group.source,
        confidence="medium",
        sort_key=pinyin_key(names[-1].name_zh),
        valid_to=record.versions[-1].valid_to,
    )
