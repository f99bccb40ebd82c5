"""The register of documents (L13): rows of `policy_documents.csv`, and the clauses that are cited."""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from pilots.document_numbers import normalised, year_of
from pilots.reference.records import ClauseRecord, DocumentRecord
from units.reference.records import Confidence

DOCUMENTS_FILE = Path(__file__).with_name("policy_documents.csv")
OPINION = "泸市府发〔2015〕7号"
PLAN_POINTS = "发改规划〔2014〕2960号"

DATE = re.compile(r"(\d{4}-\d{2}-\d{2})\((成文|公布|发布)\)")
UNNAMED = re.compile(r"\d{4}-\d{2}-\d{2}")
UNNAMED_NOTE = "来源给出的日期为 {day}，未注明是成文日期还是发布日期"
KINDS = ("通知", "意见", "决定", "公告", "通报", "批复", "函")

OPINION_HEAD = {"index_number": "00835003X/2015-00042", "validity": "in_force"}
"""What the head of the opinion's web page says besides its dates (L13)."""

CLAUSES: dict[str, tuple[ClauseRecord, ...]] = {
    PLAN_POINTS: (ClauseRecord("key-points", "各试点工作方案要点", "Key points of the pilots' own plans"),),
    OPINION: (
        ClauseRecord(
            "goals-2017",
            "二、发展目标（到2017年的总体目标）",
            "II. Goals: by 2017",
            "到2017年，力争率先建成具有合理可行的农业转移人口市民化成本分担机制的特色示范市，具备可示范的多元化可持续的"
            "城镇化投融资机制，拥有行政管理创新高效与行政成本降低的新型管理模式的示范市。",
        ),
        ClauseRecord(
            "goals-level",
            "二、发展目标——城镇化水平和质量稳步提升",
            "II. Goals: level and quality of urbanization",
            "到2017年，全市常住人口城镇化率达到52.2%，农业转移人口市民化进程加快，城镇化水平明显提高。到2020年，全市常住"
            "人口城镇化率达到58.5%，接近全国平均水平，户籍人口城镇化率55%，实现新增42万农业转移人口和其他常住人口在城镇"
            "落户。",
        ),
        ClauseRecord(
            "goals-layout",
            "二、发展目标——城镇化格局更加完善",
            "II. Goals: layout of towns",
            "“一主四副多点”新型城镇化体系不断完善，中心城区建成区面积达到130平方公里，常住人口130万人。",
        ),
        ClauseRecord(
            "social-insurance",
            "三（二）2. 建立和完善社会保险衔接制度",
            "III (2) 2. Linking the social insurances",
            "……到2017年泸州市社会保险覆盖面提高到80%。",
        ),
        ClauseRecord(
            "leading-groups",
            "四（一）加强组织领导",
            "IV (1) Leadership",
            "成立泸州市新型城镇化建设综合改革领导小组，负责统一领导和整体部署……各区县和有试点任务的镇也要成立相应的领导"
            "小组，切实负起主体责任……",
        ),
        ClauseRecord(
            "pilot-towns",
            "四（三）开展试点示范",
            "IV (3) Pilots within the city",
            "全市选择3—5个镇，各区县也要在辖区内挑选1—2个乡镇开展新型城镇化建设试点，并逐步扩大试点范围……",
        ),
        ClauseRecord(
            "assessment",
            "四（四）严格目标管理",
            "IV (4) Management by objectives",
            "建立新型城镇化工作考核指标体系，把推进新型城镇化作为考核领导班子实绩的重要内容。",
        ),
    ),
}


@cache
def documents() -> tuple[DocumentRecord, ...]:
    with DOCUMENTS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(document(row) for row in csv.DictReader(file))


def document(row: dict[str, str]) -> DocumentRecord:
    number = normalised(row["doc_no"])
    signed_on, published_on, dates_note = dates(row["date"])
    head = OPINION_HEAD if number == OPINION else {"index_number": "", "validity": "unknown"}
    return DocumentRecord(
        number=number,
        title=row["title"],
        issuer=row["issuer"],
        kind=kind_of(row["title"]),
        year=year_of(number) or int(row["date"][:4]),
        signed_on=signed_on,
        published_on=published_on,
        dates_note=dates_note,
        index_number=head["index_number"],
        validity="in_force" if head["validity"] == "in_force" else "unknown",
        note=row["role_for_portal"],
        source=row["source"],
        confidence=cast(Confidence, row["confidence"]),
        clauses=CLAUSES.get(number, ()),
    )


def dates(cell: str) -> tuple[date | None, date | None, str]:
    """Signed on, published on, and what is left to say. Only a day of which the file says what it is becomes one."""
    found = {what: date.fromisoformat(day) for day, what in DATE.findall(cell)}
    if found:
        return found.get("成文"), found.get("发布") or found.get("公布"), ""
    if "memory" in cell:
        return None, None, f"{cell[:10]}（仅凭记忆，未核实）"
    if UNNAMED.fullmatch(cell):
        return None, None, UNNAMED_NOTE.format(day=cell)
    return None, None, "" if re.fullmatch(r"\d{4}", cell) else cell


def kind_of(title: str) -> str:
    """The kind a document names itself in its title; '' where it names none."""
    return next((kind for kind in KINDS if title.endswith(f"的{kind}")), "")
