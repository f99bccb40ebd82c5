"""The words of the demo's reports. Every section says that it is a demo text; no figures, no people."""

from __future__ import annotations

import zlib

MARK = "（演示文本）"

BANK: dict[str, tuple[str, ...]] = {
    "progress": (
        "本期围绕批复的试点任务逐项推进，{who}对照任务清单梳理了已完成、进行中和尚未启动的事项。",
        "户籍、居住证和随迁子女入学等事项已纳入常态办理，各责任部门按月核对办理情况。",
        "城镇低效用地再开发完成了摸底，首批地块的实施方案正在征求意见。",
        "产业园区与城镇生活配套同步安排，公共交通和社区服务站点布局已作调整。",
        "“多规合一”成果已用于项目选址审查，永久基本农田和城镇开发边界按划定范围执行。",
        "尚有部分任务因前置手续未办结而进度偏慢，已列入下期重点。",
    ),
    "measures": (
        "领导小组定期听取专题汇报，分管领导牵头协调，责任部门按任务分解表落实到岗位。",
        "建立任务、措施、责任单位、完成时间一张表，逾期事项由领导小组办公室提示。",
        "把审批事项下放到便民服务中心办理，群众在镇上就能办结。",
        "采取政府、企业、个人合理分担的办法，分类测算公共服务支出并纳入预算安排。",
        "引导社会资本参与市政设施建设运营，先评估承受能力，再确定合作方式。",
        "部门之间实行信息共享，减少重复填报和重复核验。",
    ),
    "results": (
        "农业转移人口办理落户和享受公共服务更加方便，窗口办理环节有所减少。",
        "任务清单加定期核对的办法便于复制，前提是责任部门有专人负责。",
        "园区与社区共用公共服务设施，避免了分头建设。",
        "形成了一批制度文本和操作流程，可供条件相近的地区参考。",
        "与既定目标相比仍有差距，主要在配套设施建设和资金落实方面。",
    ),
    "difficulties": (
        "公共服务支出压力较大，分担机制的资金来源需要进一步明确。",
        "部分历史遗留用地手续不全，再开发涉及多个权利人，协调周期较长。",
        "基层专职人员不足，一人兼任多项工作，数据核对容易滞后。",
        "跨行政区的社会保险关系衔接仍需上级部门协调。",
        "{who}可以自行解决办理流程问题，政策口径问题需要上级统一。",
    ),
    "next_steps": (
        "继续推进未完成任务，逐项明确责任单位和完成时间。",
        "完善成本分担办法，提出分类、分级的资金安排建议。",
        "总结成熟做法，编成操作手册，在辖区内推广。",
        "加强人员培训，统一统计口径，提高报送质量。",
        "建议上级部门对跨区域事项给予统一指导。",
    ),
}
COMPILED = {
    "progress": "{who}汇总本级接收的试点报告，总体情况如下。",
    "measures": "各试点采取的做法归纳如下，具体内容见分报告。",
    "results": "各试点的成果经验归纳如下，可复制的做法另行整理。",
    "difficulties": "各试点反映的困难归纳如下，已区分本级可以解决和需要上级协调的事项。",
    "next_steps": "结合各试点建议，提出下一步工作安排。",
}
CODES = tuple(BANK)

LATE_REASON = "部分数字没有注明时点和来源，请补充后重新报送。"
REMARK = "请写明卡在哪个环节、由哪个部门协调，一事一条。"
RECALL = "“主要做法”一节引用了旧稿，请求退还修改。"
CORRECTION = "“成果经验”一节的表述需要更正。"


def _paragraphs(code: str, who: str, seed: str) -> list[str]:
    """Two to four sentences of the bank, the same for the same seed."""
    bank = BANK[code]
    number = zlib.crc32(f"{seed}{code}".encode())
    start, count = number % len(bank), 2 + number // 7 % 3
    return [bank[(start + step) % len(bank)].format(who=who) for step in range(count)]


def section(code: str, who: str, seed: str, *, compiled: bool = False) -> str:
    """The mark-up of one section of one place's report."""
    lines = [COMPILED[code].format(who=who)] if compiled else []
    lines += _paragraphs(code, who, seed)
    return "".join(f"<p>{MARK if not index else ''}{line}</p>" for index, line in enumerate(lines))


def report(who: str, seed: str, *, compiled: bool = False) -> dict[str, str]:
    return {code: section(code, who, seed, compiled=compiled) for code in CODES}
