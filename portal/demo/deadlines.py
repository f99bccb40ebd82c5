"""More time asked for and given, an exemption, a report chased, and the reminders the ladder owes by now."""

from __future__ import annotations

import datetime as dt

from accounts.models import Role
from portal.demo.cast import Company
from portal.demo.words import MARK
from reporting.models import Cycle, Extension, Report
from reporting.reminders import remind
from reporting.services.chasing import CallInput, ChaseInput, chase, record_call
from reporting.services.exemptions import ExemptionInput, exempt
from reporting.services.extensions import ExtensionInput, extend, request_extension
from units.calendar import after_working_days

ASKS = "lgo-632221"
"""Its drafter asks for more time; the province has not decided yet."""
CHASED = "lgo-610821"
"""Returned, overdue, chased and called."""
GIVES, EXEMPTS = "drc-610000", "drc-440000"
"""A province that gave more time unasked, and one that exempted a pilot area."""


def load(company: Company, cycle: Cycle | None, now: dt.datetime) -> None:
    """What happened around the dates of the running cycle; nothing where that is there already."""
    if cycle is not None and not Extension.objects.filter(due__cycle=cycle).exists():
        _ask(company, cycle)
        _give(company, cycle)
        _exempt(company, cycle)
        _chase(company, cycle, now.date())
    remind(now)


def _owed(cycle: Cycle, **where: str) -> Report | None:
    rows = Report.objects.owed().filter(due__cycle=cycle, **where).select_related("due__cycle", "due__unit")
    return rows.exclude(due__unit__key=CHASED).order_by("id").first()


def _ask(company: Company, cycle: Cycle) -> None:
    if (report := _owed(cycle, due__unit__key=ASKS)) is not None:
        drafter = company.get(report.due.unit_id, cycle.programme_id, Role.DRAFTER)
        day = after_working_days(report.due.due_on, 5)
        request_extension(report.uid, ExtensionInput(day, f"{MARK}统计部门数据预计推迟一周提供。"), by=drafter)


def _give(company: Company, cycle: Cycle) -> None:
    if (report := _owed(cycle, due__receiver__key=GIVES)) is not None:
        reviewer = company.get(report.due.receiver_id, cycle.programme_id, Role.REVIEWER)
        day = after_working_days(report.due.due_on, 3)
        extend(report.uid, ExtensionInput(day, f"{MARK}汛期抢险，酌情延期。"), by=reviewer)


def _exempt(company: Company, cycle: Cycle) -> None:
    if (report := _owed(cycle, due__receiver__key=EXEMPTS)) is not None:
        reviewer = company.get(report.due.receiver_id, cycle.programme_id, Role.REVIEWER)
        exempt(report.uid, ExemptionInput(f"{MARK}机构调整期间，本期免报。"), by=reviewer)


def _chase(company: Company, cycle: Cycle, today: dt.date) -> None:
    report = Report.objects.overdue().filter(due__cycle=cycle, due__unit__key=CHASED).select_related("due").first()
    if report is None:
        return
    reviewer = company.get(report.due.receiver_id, cycle.programme_id, Role.REVIEWER)
    chase(ChaseInput([report.uid], f"{MARK}请尽快报送修改稿。"), by=reviewer)
    promised = after_working_days(today, 2)
    call = CallInput(report.uid, "试点办值班人员（演示）", promised, f"{MARK}答复两个工作日内报送。")
    record_call(call, by=reviewer)
