"""The five sections of every report (N12), and what goes with the contacts (N24), with guidance in our own words."""

from dataclasses import dataclass

SOURCE = "第三批试点通知正文 三(三) (N12)"


@dataclass(frozen=True, slots=True)
class SectionRecord:
    position: int
    code: str
    title_zh: str
    title_en: str
    guidance_zh: str
    guidance_en: str
    source: str = SOURCE
    is_compulsory: bool = True


PROGRESS = "progress"
SECTIONS: tuple[SectionRecord, ...] = (
    SectionRecord(
        1,
        PROGRESS,
        "工作进展情况",
        "Progress of the work",
        "对照批复的任务逐项说明本期做到哪一步:已完成、进行中、未启动;数字请注明时点和来源,预计数要标明。",
        "Go through the approved tasks one by one: done, under way, not begun. "
        "Give the day and the source of every figure, and mark estimates as such.",
    ),
    SectionRecord(
        2,
        "measures",
        "采取的主要做法",
        "Main measures taken",
        "写清谁牵头、出了什么办法、怎样落实;写本期真正采取的举措,不重复上期内容。",
        "Say who led, what was decided and how it was carried out. "
        "Write what was really done in this period, not what the last report said.",
    ),
    SectionRecord(
        3,
        "results",
        "取得的成果经验",
        "Results and experience",
        "说明带来了哪些变化,哪些做法别处也可以用、需要什么条件;与目标值相比有差距的,如实写明。",
        "Describe what changed, and which practices others could use under which conditions. "
        "Where a target was missed, say so.",
    ),
    SectionRecord(
        4,
        "difficulties",
        "遇到的矛盾困难",
        "Problems and difficulties",
        "一事一条:卡在哪里、原因是什么、自己能解决多少、需要哪一级哪个部门协调。请示事项不写入报告,请另行行文。",
        "One matter to a paragraph: where it is stuck, why, how much can be solved on the spot, "
        "and which office would have to help. Requests for a decision do not belong here: send them by letter.",
    ),
    SectionRecord(
        5,
        "next_steps",
        "下一步工作建议",
        "Proposals for the next steps",
        "写下一期要做的事、责任单位和完成时间,以及对政策的改进建议;下期报告将与此对照。",
        "Name what comes next, who is responsible and by when, and what policy should change. "
        "The next report will be held against this.",
    ),
)


def sections() -> tuple[SectionRecord, ...]:
    return SECTIONS


REMARKS = "remarks"
CONTACT_SECTIONS: tuple[SectionRecord, ...] = (
    SectionRecord(
        1,
        REMARKS,
        "说明",
        "Remarks",
        "有缺项的，写明缺哪个试点的哪一项、原因和补报时间；没有缺项的，可以不写。",
        "Where something is missing, say for which pilot area, why, and when it will follow. "
        "Nothing need be written when nothing is missing.",
        source="门户自拟;通知的附件3未公布 (N24)",
        is_compulsory=False,
    ),
)


def contact_sections() -> tuple[SectionRecord, ...]:
    return CONTACT_SECTIONS
