"""Luzhou's plan at work: prolonged by request, scheduled back from its end, with duties, progress, an annual plan.

The opinion says nothing of this: days, departments, who answers and how far it is are made up and say so; the only
people are the accounts of the demo. Dates are relative to the day of loading, so that the year that runs is alive.

The critical chain can be checked by hand. It ends with the plan, and counted back from there without a day to lose:

    jobs 150 days ← insurance 120 ← (10 days between) ← finance 90 ← fund 60: 430 days, and 20 days to spare.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.access import Actor
from accounts.models import Role
from plans import annual_workflow, change_workflow, guided_workflow
from plans.models import GuidedKind, Plan, Task, Tier
from plans.services.annual import AnnualInput, AnnualRowInput, save_rows
from plans.services.annual import begin as begin_annual
from plans.services.arranging import ArrangeInput, NeedInput, arrange, wait_for
from plans.services.changes import ChangeInput, RowInput, begin_change, propose, put_row
from plans.services.duties import Holder, settle_tier
from plans.services.guided import GuidedInput, begin_guided
from plans.services.nodes import NodeInput, add_node
from plans.services.progress import ProgressInput, record
from portal.demo.cast import Company
from portal.demo.stage import at_hour
from portal.demo.words import MARK
from records.files import Incoming
from records.workflow import Request

PILOT = "national-1-510500"
CHAIN, SPARE = 430, 20
"""Days of the critical chain, and how many days earlier than it must its first task may begin."""
FIRST, LAST = "设立农业转移人口市民化专项基金", "完善统筹城乡发展的就业扶持政策"
FINANCE, INSURANCE = "进一步完善财税制度", "建立和完善社会保险衔接制度"
POWERS, POSTS, HEALTH = "简政放权", "合理配置机构人员编制", "合理配置医疗资源"
SUBDISTRICTS, ASSETS, FUNDS = "撤镇设街道办事处", "盘活地方政府性资产", "提高政府资金的使用效率"
INDUSTRY, PARKS, SCHOOLS = "强化产业支撑", "加快园区建设", "健全农业转移人口子女在城镇接受教育的体制机制"
WORKS = "完善城镇基础设施体系，提升基本公共服务水平"

DAYS = {
    FIRST: 60, FINANCE: 90, INSURANCE: 120, LAST: 150, INDUSTRY: 120, PARKS: 200, ASSETS: 90, FUNDS: 60, WORKS: 240,
    POWERS: 45, SUBDISTRICTS: 200, HEALTH: 180, SCHOOLS: 210, POSTS: 60,
}  # fmt: skip
NEEDS = (
    (FINANCE, FIRST, 0), (INSURANCE, FINANCE, 10), (LAST, INSURANCE, 0), (PARKS, INDUSTRY, 0), (FUNDS, ASSETS, 0),
    (WORKS, FUNDS, 15), (SUBDISTRICTS, POWERS, 0),
)  # fmt: skip
GOALS = ("以产业支撑全域新型城镇化建设", "创建合理可行的农业转移人口市民化成本分担机制",
         "建立多元可持续的城镇化投融资机制", "建立行政管理高效与行政成本降低的新型管理模式")  # fmt: skip
OFFICES = ("经济和信息化部门（演示）", "财政部门（演示）", "发展改革部门（演示）", "机构编制部门（演示）")
LEADS = dict(zip(GOALS, OFFICES, strict=True))
SOCIAL = "人力资源和社会保障部门（演示）"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a task, so many days before today."""

    task: str
    days_ago: int
    state: str
    percent: int | None
    text: str
    done: bool = False
    reached: tuple[str, ...] = field(default=())


PROGRESS = (
    Said(INDUSTRY, 40, "done", None, "产业链清单已印发。", done=True),
    Said(PARKS, 12, "under_way", 30, "两个园区的配套道路已开工。"),
    Said(POWERS, 30, "under_way", 60, "第一批下放事项目录已公布。"),
    Said(ASSETS, 20, "under_way", 45, "资产清查完成近半。"),
    Said(HEALTH, 15, "under_way", 25, "分级医疗试点方案已定。"),
    Said(SCHOOLS, 10, "under_way", 20, "两所公办幼儿园已选址。"),
    Said(FIRST, 5, "under_way", None, "基金管理办法已经审议。", reached=("管理办法通过审议（演示）",)),
)
NODES = (("管理办法通过审议（演示）", 40, 2), ("首期资金到位（演示）", 10, 3))
"""Of the first task of the chain: name, days before its latest finish, share of the work."""


def load(company: Company, now: dt.datetime) -> Plan | None:
    """Nothing where the plan is arranged already."""
    plan = Plan.objects.select_related("programme", "pilot_area").filter(pilot_area__key=PILOT).first()
    if plan is None or plan.edition != 1 or plan.tasks.filter(days__isnull=False).exists():
        return None
    return _Director(plan, company, now).play()


class _Director:
    """The plan with those who act on it."""

    def __init__(self, plan: Plan, company: Company, now: dt.datetime) -> None:
        self.plan, self.today, self.now = plan, now.date(), now
        place = plan.unit_id, plan.programme_id
        self.drafter, self.lead = company.get(*place, Role.DRAFTER), company.get(*place, Role.LEAD)
        self.reviewer = company.get(plan.receiver_id, plan.programme_id, Role.REVIEWER)
        self.tasks = {task.name_zh: task for task in plan.tasks.current()}
        self.ends_on = _end_of_month(self.today + dt.timedelta(days=CHAIN - 20))

    def play(self) -> Plan:
        self._prolong()
        self._arrange()
        self._answer()
        self._say()
        self._propose()
        self._plan_the_year()
        self._guide()
        self.plan.refresh_from_db()
        return self.plan

    def at(self, days_ago: int, hour: int = 10) -> dt.datetime:
        return min(at_hour(self.today - dt.timedelta(days=days_ago), hour), self.now)

    def task(self, name: str) -> Task:
        return Task.objects.get(pk=self.tasks[name].pk)

    def _prolong(self) -> None:
        """The opinion ends in 2020: its plan goes on by a request, which makes edition 2."""
        reason = f"{MARK}实施意见的期限已过，为演示进行中的工作，将规划期延长，并相应调整期限。"
        head = ChangeInput(f"{MARK}延长规划期", reason)
        change = begin_change(self.plan.uid, head, by=self.drafter, at=self.at(70))
        rows: list[tuple[Task | None, Mapping[str, object]]] = [(None, {"ends_on": str(self.ends_on)})]
        rows += [(task, {"due_on": None}) for task in self.tasks.values() if task.due_on is not None]
        rows.append((self.tasks[POSTS], {"due_on": str(self.today - dt.timedelta(days=12))}))
        rows.append((self.tasks[POWERS], {"due_on": str(self.today + dt.timedelta(days=25))}))
        for version, (task, wanted) in enumerate(rows, change.version):
            put_row(change.uid, RowInput("change", task.uid if task else None, wanted), version, by=self.drafter,
                    at=self.at(70))  # fmt: skip
        for days_ago, act, by in ((69, "send_for_signing", self.drafter), (68, "submit", self.lead),
                                  (65, "approve", self.reviewer)):  # fmt: skip
            change.refresh_from_db()
            change_workflow.perform(change, Request(act), by=by, at=self.at(days_ago))

    def _arrange(self) -> None:
        begins = {FIRST: self.ends_on - dt.timedelta(days=CHAIN + SPARE - 1)}
        for name, days in DAYS.items():
            task = self.task(name)
            arrange(task.uid, ArrangeInput(days, begins.get(name)), task.revision, by=self.drafter, at=self.at(60))
        for name, needs, lag in NEEDS:
            need = NeedInput(self.tasks[needs].uid, lag)
            wait_for(self.tasks[name].uid, need, by=self.drafter, at=self.at(60, 11))
        finish = self.task(FIRST).finish_by or self.ends_on
        for name, before, weight in NODES:
            node = NodeInput(name, finish - dt.timedelta(days=before), Decimal(weight))
            add_node(self.tasks[FIRST].uid, node, by=self.drafter, at=self.at(60, 14))

    def _answer(self) -> None:
        """One department for each chapter, the accounts of the demo as people; the rest are gaps."""
        for goal in GOALS:
            self._named(goal, Tier.PRINCIPAL, Holder(person=self.lead.user.uid))
            self._named(goal, Tier.LEAD, Holder(name=LEADS[goal]))
        for goal in GOALS[1:]:
            self._named(goal, Tier.PERSON, Holder(person=self.drafter.user.uid))
        self._named(GOALS[1], Tier.DEPUTY, Holder(person=self.lead.user.uid))
        for name in (INSURANCE, LAST):
            self._named(name, Tier.LEAD, Holder(name=SOCIAL))
            self._named(name, Tier.SUPPORT, Holder(name=LEADS[GOALS[1]]))

    def _named(self, name: str, tier: Tier, holder: Holder) -> None:
        settle_tier(self.tasks[name].uid, tier, [holder], by=self.drafter, at=self.at(58))

    def _say(self) -> None:
        for said in PROGRESS:
            at = self.at(said.days_ago, 15)
            nodes = self.tasks[said.task].nodes.filter(name_zh__in=said.reached)
            data = ProgressInput(
                state=said.state,
                percent=None if said.percent is None else Decimal(said.percent),
                text=f"{MARK}{said.text}",
                done_on=at.date() if said.done else None,
                reached={node.uid: at.date() for node in nodes},
            )
            record(self.tasks[said.task].uid, data, by=self.drafter, at=at)

    def _propose(self) -> None:
        """A request under way: signed and sent, not decided."""
        due = _end_of_month(self.today + dt.timedelta(days=90))
        row = RowInput("change", self.tasks[POSTS].uid, {"due_on": str(due), "weight": "2.00"})
        head = ChangeInput(f"{MARK}机构编制任务延期并提高权重", f"{MARK}编制核定工作推迟，需要延期。")
        change = propose(self.plan.uid, row, head, by=self.drafter, at=self.at(4))
        for days_ago, act, by in ((3, "send_for_signing", self.drafter), (2, "submit", self.lead)):
            change.refresh_from_db()
            change_workflow.perform(change, Request(act), by=by, at=self.at(days_ago))

    def _plan_the_year(self) -> None:
        """The year of the department that leads two tasks of the chain."""
        year = (self.task(INSURANCE).latest_start or self.today).year
        annual = begin_annual(self.plan.uid, AnnualInput(year, None, SOCIAL), by=self.drafter, at=self.at(8))
        rows = [
            AnnualRowInput(row.task.uid, f"{MARK}按倒排时间完成当年部分。", row.percent or 40, row.revision)
            for row in annual.rows.select_related("task")
        ]
        save_rows(annual.uid, rows, by=self.drafter, at=self.at(8, 11))
        annual.refresh_from_db()
        annual_workflow.perform(annual, Request("send"), by=self.drafter, at=self.at(7))

    def _guide(self) -> None:
        """An action plan with the province's opinion (N11)."""
        data = GuidedInput(GuidedKind.ACTION, f"{MARK}{self.today.year}年行动计划", self.today.year)
        guided = begin_guided(
            self.plan.pilot_area.uid, data, Incoming("行动计划.pdf", _pdf()), by=self.drafter, at=self.at(20)
        )
        opinion = Request("agree", f"{MARK}同意。请把资金来源写明。")
        steps: Sequence[tuple[int, Request, Actor]] = ((18, Request("submit"), self.lead), (15, opinion, self.reviewer))
        for days_ago, request, by in steps:
            guided.refresh_from_db()
            guided_workflow.perform(guided, request, by=by, at=self.at(days_ago))


def _end_of_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _pdf() -> bytes:
    """One empty page."""
    parts = ("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
             "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>")  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj{part}endobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer<</Size 4/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 4\n0000000000 65535 f \n{table}{end}".encode()
