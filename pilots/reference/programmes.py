"""The two programmes, the batches of the national one with their published totals, and Luzhou's limits."""

import csv
from datetime import date
from pathlib import Path
from typing import cast

from pilots.reference.records import (
    BatchRecord,
    MilestoneRecord,
    ProgrammeRecord,
    SelectionLimitRecord,
    TotalRecord,
)
from units.reference.departments import NDRC_KEY, REVIEWING_DEPARTMENT_KEYS
from units.reference.luzhou import LUZHOU_OFFICE_KEY
from units.reference.records import Confidence

TOTALS_FILE = Path(__file__).with_name("pilot_totals.csv")
SCOPES = {1: "第一批", 2: "第二批", 3: "第三批"}
COMBINED = {"前两批合计": (1, 2), "三批合计": (1, 2, 3)}
# These rows say how many were or could be proposed, not how many were approved.
NOT_APPROVED = ("各省申报总数", "每省申报限额(个)")

NOTICE_3 = "第三批试点通知正文 一 (N3)"
BRIEFING_2015 = (
    "http://finance.china.com.cn/roll/20151211/3492094.shtml "
    "(2015-12-11: 到2017年同步取得阶段性成果,到2020年全面推广;时间要求与第一批试点一致)"
)
OPINION = "泸市府发〔2015〕7号 四(三) (L11)"

INTERIM_2017 = MilestoneRecord(
    "interim", date(2017, 12, 31), "到2017年取得阶段性成果", "interim results by 2017", BRIEFING_2015
)
ROLLOUT_2020 = MilestoneRecord(
    "rollout",
    date(2020, 12, 31),
    "到2020年全面推广成功经验",
    "roll-out of what worked by 2020",
    BRIEFING_2015,
)
MILESTONES_3 = (
    MilestoneRecord("start", date(2016, 12, 31), "2016年年底前启动试点", "begin before the end of 2016", NOTICE_3),
    MilestoneRecord(
        "interim", date(2018, 12, 31), "到2018年取得试点任务的阶段性成果", "interim results by 2018", NOTICE_3
    ),
    MilestoneRecord(
        "rollout",
        date(2020, 12, 31),
        "到2020年在全国范围内全面有序推广试点成功经验",
        "nationwide roll-out of what worked by 2020",
        NOTICE_3,
    ),
)


def programmes() -> list[ProgrammeRecord]:
    return [
        ProgrammeRecord(
            key="national",
            name_zh="国家新型城镇化综合试点",
            name_en="National New-type Urbanization Comprehensive Pilots",
            owner_key=NDRC_KEY,
            reviewing_department_keys=REVIEWING_DEPARTMENT_KEYS,
            source="第三批试点通知正文 (N1, N26)",
        ),
        ProgrammeRecord(
            key="luzhou",
            name_zh="泸州市新型城镇化建设综合改革试点",
            name_en="Luzhou Pilots of Comprehensive Reform of New-type Urbanization",
            owner_key=LUZHOU_OFFICE_KEY,
            reviewing_department_keys=(),
            source="泸市府发〔2015〕7号 (L9, L11)；名称据实施意见标题及四(三)形成",
        ),
    ]


def totals(batch: int) -> tuple[TotalRecord, ...]:
    """Counts published for one batch; a count for several batches together belongs to none."""
    with TOTALS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            TotalRecord(
                category=row["category"],
                count=int(row["count"]),
                as_of=row["as_of"],
                source=row["source"],
                confidence=cast(Confidence, row["confidence"]),
            )
            for row in csv.DictReader(file)
            if row["scope"] == SCOPES[batch] and row["category"] not in NOT_APPROVED
        )


def combined_totals() -> list[tuple[tuple[int, ...], TotalRecord]]:
    """Counts published for several batches of the national programme together, with the numbers of these batches."""
    with TOTALS_FILE.open(encoding="utf-8", newline="") as file:
        return [
            (
                COMBINED[row["scope"]],
                TotalRecord(
                    category=row["category"],
                    count=int(row["count"]),
                    as_of=row["as_of"],
                    source=row["source"],
                    confidence=cast(Confidence, row["confidence"]),
                ),
            )
            for row in csv.DictReader(file)
            if row["scope"] in COMBINED
        ]


def _first() -> BatchRecord:
    return BatchRecord(
        programme="national",
        number=1,
        name_zh="第一批",
        name_en="Batch 1",
        document_number="发改规划〔2014〕2960号",
        document_title="国家新型城镇化综合试点总体实施方案",
        approved_on=None,  # the only date at hand is from memory
        revision="201412",
        reference_day=date(2014, 12, 31),
        totals=totals(1),
        milestones=(INTERIM_2017, ROLLOUT_2020),
        source="http://fanhuazhida.com/chengzhenguihua/zixun-1485-1.html ; 第三批试点通知正文",
        confidence="high",
    )


def _second() -> BatchRecord:
    return BatchRecord(
        programme="national",
        number=2,
        name_zh="第二批",
        name_en="Batch 2",
        document_number="发改规划〔2015〕2665号",
        document_title="关于公布第二批国家新型城镇化综合试点地区名单的通知",
        approved_on=date(2015, 11, 16),
        revision="201511",
        reference_day=date(2015, 11, 30),
        totals=totals(2),
        milestones=(INTERIM_2017, ROLLOUT_2020),
        source=(
            "http://news.mysteel.com/15/1127/11/21EDB7B7E5728164.html ；日期："
            "https://newton.com.tw/wiki/第二批國家新型城鎮化綜合試點地區/20263129"
        ),
        confidence="high",
    )


def _third() -> BatchRecord:
    return BatchRecord(
        programme="national",
        number=3,
        name_zh="第三批",
        name_en="Batch 3",
        document_number="发改规划〔2016〕2489号",
        document_title="关于公布第三批国家新型城镇化综合试点地区名单的通知",
        approved_on=None,  # the notice as transcribed has no date
        revision="201611",
        reference_day=date(2016, 11, 30),
        totals=totals(3),
        milestones=MILESTONES_3,
        source="第三批试点通知正文 ；文号：http://m.fzxysj.com/xwzx/hg/201612/t20161207_5113288.html",
        confidence="medium",
    )


def batches() -> list[BatchRecord]:
    return [_first(), _second(), _third()]


def batch(number: int) -> BatchRecord:
    return next(record for record in batches() if record.number == number)


def selection_limits() -> list[SelectionLimitRecord]:
    """The text lets the number of towns grow (逐步扩大试点范围), so the limits warn and never stop."""
    return [
        SelectionLimitRecord("luzhou", "city", 3, 5, "全市选择3—5个镇", OPINION),
        SelectionLimitRecord("luzhou", "county", 1, 2, "各区县也要在辖区内挑选1—2个乡镇", OPINION),
    ]
