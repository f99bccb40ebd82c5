"""The 37 province-level senders (N26): 31 provinces, 5 separately planned cities and the Corps."""

from functools import cache

from units.reference.divisions import division_by_any_code, divisions
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, NameRecord, OfficeRecord

XPCC_KEY = "drc-xpcc"
XPCC_NAME = "新疆生产建设兵团"
XPCC_NAME_EN = "Xinjiang Production and Construction Corps"
XINJIANG_CODE = "650000"
# Tiles on the map, but not in the programme and owing nothing (DOMAIN.md).
OUTSIDE_THE_PROGRAMME = frozenset({"710000", "810000", "820000"})

SENDER_SOURCE = (
    "name formed by rule from 省级发展改革部门 (N13) and the addressees of N26; the addressees of "
    "发改规划〔2020〕532号 (http://xcysalbb.cn/news/32/202041092944.html) are the same 发展改革委"
)


def commission_key(code: str) -> str:
    return f"drc-{code}"


def commission(key: str, place_zh: str, place_en: str, division_key: str) -> OfficeRecord:
    name_zh = f"{place_zh}发展和改革委员会"
    name = NameRecord(name_zh, f"{place_en} Development and Reform Commission", None, None, SENDER_SOURCE)
    return OfficeRecord(
        key=key,
        kind="commission",
        division_key=division_key,
        names=(name,),
        source=SENDER_SOURCE,
        confidence="medium",
        sort_key=pinyin_key(name_zh),
        province_level_sender=True,
    )


def reports_itself(record: DivisionRecord) -> bool:
    if record.level == "province":
        return record.versions[0].code not in OUTSIDE_THE_PROGRAMME
    return record.separately_planned


@cache
def _senders() -> tuple[OfficeRecord, ...]:
    found = [
        commission(
            commission_key(record.versions[0].code or ""),
            record.versions[-1].name_zh,
            record.name_en,
            record.key,
        )
        for record in divisions()
        if reports_itself(record)
    ]
    xinjiang = division_by_any_code(XINJIANG_CODE)
    if xinjiang is None:  # the books have it: a missing book, not a missing place
        raise LookupError(XINJIANG_CODE)
    found.append(commission(XPCC_KEY, XPCC_NAME, XPCC_NAME_EN, xinjiang.key))
    return tuple(found)


def senders() -> list[OfficeRecord]:
    return list(_senders())
