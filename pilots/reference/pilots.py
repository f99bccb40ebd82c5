"""The pilots on record: facts of `pilots.csv`, each with its source, joined to places and offices."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from pilots.reference.programmes import batch, batches
from pilots.reference.records import CoverageRecord, MilestoneRecord, PilotRecord
from pilots.reference.regions import region_of
from units.reference.divisions import division_by_any_code, division_by_code
from units.reference.leading_groups import GroupName, leading_group_office
from units.reference.luzhou import LUZHOU_CODE, LUZHOU_OFFICE_KEY
from units.reference.pinyin import pinyin_key
from units.reference.records import Confidence, DivisionRecord, NameRecord, OfficeRecord
from units.reference.senders import commission_key

PILOTS_FILE = Path(__file__).with_name("pilots.csv")
BOOK_OF_THE_CODES = date(2016, 11, 30)  # the column admin_code_201611 is of revision 201611

# Towns have no code in the books; theirs stand in the notes of the file.
TOWN_CODES = {"蔡家坡镇": "610323101", "街子镇": "630225102", "义堂镇": "371302105"}

CORE_NAME = "重庆市主城九区"
CORE_NAME_EN = "Nine Core Districts of Chongqing"
CORE_CODES = (
    "500103",
    "500104",
    "500105",
    "500106",
    "500107",
    "500108",
    "500109",
    "500112",
    "500113",
)
CORE_KEY = "500000-core"
CHONGQING_CODE = "500000"

GROUP_ZH = "新型城镇化综合试点工作领导小组"
GROUP_EN = "Leading Group Office for the New-type Urbanization Pilot"
GROUP_SOURCE = "formed by rule from 第三批试点通知 三(一) (N8), not from a list"

OVERRIDES: dict[str, tuple[MilestoneRecord, ...]] = {
    "150521": (
        MilestoneRecord(
            "interim",
            date(2017, 12, 31),
            "到2017年形成可复制可推广的示范经验",
            "experience fit to be copied by 2017",
            "http://zxyzs.com/neimenggu/dt/2016/25288.html (requirements, C.4)",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class PilotRow:
    """One row of the file, with the code by which the rest of the data knows the place."""

    batch: int | None
    official_seq: int | None
    province: str
    name: str
    category: str
    code: str
    source: str
    confidence: Confidence
    note: str

    @property
    def shown(self) -> bool:
        """Not when the batch is unknown or nothing but memory stands behind it."""
        return self.batch is not None and self.confidence != "low" and "memory" not in self.source

    @property
    def key(self) -> str:
        return f"national-{self.batch or 'x'}-{self.code}"


def code_of(row: dict[str, str]) -> str:
    if row["admin_code_201611"]:
        return row["admin_code_201611"]
    if row["name_as_published"] == CORE_NAME:
        return CORE_KEY
    return next(code for town, code in TOWN_CODES.items() if row["name_as_published"].endswith(town))


@cache
def pilot_rows() -> tuple[PilotRow, ...]:
    with PILOTS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            PilotRow(
                batch=int(row["batch"]) if row["batch"] else None,
                official_seq=int(row["official_seq"]) if row["official_seq"] else None,
                province=row["province"],
                name=row["name_as_published"],
                category=row["unit_level"],
                code=code_of(row),
                source=row["source"],
                confidence=cast(Confidence, row["confidence"]),
                note=row["note"],
            )
            for row in csv.DictReader(file)
        )


def places_of(row: PilotRow) -> list[DivisionRecord]:
    """The pilot's places, found by the code they had in the book of the third approval."""
    codes = CORE_CODES if row.code == CORE_KEY else (row.code,)
    found = [division_by_code(code, BOOK_OF_THE_CODES) for code in codes]
    if None in found:
        raise LookupError(row.name)
    return [record for record in found if record is not None]


def province_of(row: PilotRow) -> DivisionRecord:
    record = division_by_any_code(f"{row.code[:2]}0000")
    if record is None or record.versions[-1].name_zh != row.province:
        raise LookupError(row.province)
    return record


def reports_as_commission(row: PilotRow) -> bool:
    """A province and a separately planned city are pilots and senders at once."""
    place = places_of(row)[0]
    return place.level == "province" or place.separately_planned


def office_key_of(row: PilotRow) -> str:
    if not row.shown:
        return ""
    if reports_as_commission(row):
        return commission_key(row.code)
    return LUZHOU_OFFICE_KEY if row.code == LUZHOU_CODE else f"lgo-{row.code}"


def core_office() -> OfficeRecord:
    chongqing = division_by_any_code(CHONGQING_CODE)
    if chongqing is None:
        raise LookupError(CHONGQING_CODE)
    name = NameRecord(f"{CORE_NAME}{GROUP_ZH}办公室", f"{CORE_NAME_EN} {GROUP_EN}", None, None, GROUP_SOURCE)
    return OfficeRecord(
        key=f"lgo-{CORE_KEY}",
        kind="leading_group",
        division_key=chongqing.key,
        names=(name,),
        source=GROUP_SOURCE,
        confidence="medium",
        sort_key=pinyin_key(name.name_zh),
    )


def group_of(row: PilotRow) -> GroupName:
    if row.batch is None:
        raise LookupError(row.name)
    return GroupName(GROUP_ZH, GROUP_EN, batch(row.batch).reference_day, GROUP_SOURCE)


def pilot_offices() -> list[OfficeRecord]:
    """The leading-group offices of the pilots shown; commissions and Luzhou's office stand already."""
    found = []
    for row in pilot_rows():
        if not row.shown or reports_as_commission(row) or row.code == LUZHOU_CODE:
            continue
        if row.code == CORE_KEY:
            found.append(core_office())
            continue
        found.append(leading_group_office(office_key_of(row), places_of(row)[0], group_of(row)))
    return found


def pilot(row: PilotRow) -> PilotRecord:
    places = places_of(row)
    return PilotRecord(
        key=row.key,
        programme="national",
        batch=row.batch,
        official_seq=row.official_seq,
        province_key=province_of(row).key,
        name_as_published=row.name,
        name_en=CORE_NAME_EN if row.code == CORE_KEY else places[0].name_en,
        category=row.category,
        region=region_of(row.code),
        division_keys=tuple(place.key for place in places),
        office_key=office_key_of(row),
        source=row.source,
        confidence=row.confidence,
        note=row.note,
        shown=row.shown,
        milestone_overrides=OVERRIDES.get(row.code, ()),
    )


def pilots() -> list[PilotRecord]:
    """All rows; those with `shown=False` have no office and must not be loaded as pilots."""
    return [pilot(row) for row in pilot_rows()]


def coverage() -> list[CoverageRecord]:
    on_record = Counter(row.batch for row in pilot_rows() if row.shown)
    return [
        CoverageRecord("national", known.number, on_record[known.number], known.total_places) for known in batches()
    ]


def approved_name(record: PilotRecord, place: DivisionRecord) -> str:
    """How a place of a pilot was called when its batch was approved."""
    if record.batch is None:
        return place.versions[0].name_zh
    version = place.version_on(batch(record.batch).reference_day)
    return version.name_zh if version else place.versions[0].name_zh
