"""One round of contacts that runs today: sent, on its way, not begun, and once owed again."""

from __future__ import annotations

import datetime as dt

from accounts.models import Role
from pilots.models import Contact, ContactKind, PilotArea
from pilots.services.contacts import ContactInput, record_contact
from portal.demo.cast import Company
from portal.demo.stage import DATE_SOURCE, at_hour
from portal.demo.words import MARK
from records.workflow import Request
from reporting.models import Cycle, CycleKind, Report
from reporting.services.contact_rounds import RoundInput, open_contact_round
from reporting.services.sections import SectionInput, save_section
from reporting.workflow import REPORT, perform
from units.models import Programme

REMARKS = f"<p>{MARK}其余试点地区正在确定人选，下月补报。</p>"
SENT = ("send_for_signing", "sign", "submit")
ACCEPTED = (*SENT, "receive", "accept")
# Office → how far it has come; offices not named have not begun.
PLOTS: dict[str, tuple[str, ...]] = {
    "drc-510000": ACCEPTED,
    "drc-610000": ACCEPTED,
    "drc-330200": SENT,
    "drc-320000": SENT[:1],
}
OPENED, FIRST_ACT = 20, 12
"""Days before today."""

CHANGED = ("lgo-610600", ContactKind.LIAISON, "示例卯（虚构）")
"""Whose liaison changed after Shaanxi had sent them, two days ago."""


def load(company: Company, now: dt.datetime) -> Cycle | None:
    """The round with what was sent in it; nothing where there is one already."""
    programme, today = Programme.objects.get(code="national"), now.date()
    if Cycle.objects.filter(programme=programme, kind=CycleKind.CONTACTS).exists():
        return None
    opens_on = today - dt.timedelta(days=OPENED)
    due_on = today + dt.timedelta(days=6)
    data = RoundInput(programme, today.year, opens_on, due_on, DATE_SOURCE, is_demo=True)
    cycle = open_contact_round(data, by=None, at=at_hour(opens_on, 9))
    for report in REPORT.rows().filter(due__cycle=cycle, due__unit__key__in=PLOTS):
        _play(company, report, today)
    _change(company, programme, today)
    return cycle


def _play(company: Company, report: Report, today: dt.date) -> None:
    """Remarks, then one act a day."""
    due, programme = report.due, report.due.cycle.programme_id
    begun = today - dt.timedelta(days=FIRST_ACT)
    drafter = company.get(due.unit_id, programme, Role.DRAFTER)
    save_section(report.uid, SectionInput("remarks", REMARKS, 0), by=drafter, at=at_hour(begun, 9))
    roles = {"report.sign": Role.LEAD, "report.review": Role.REVIEWER}
    for number, name in enumerate(PLOTS[due.unit.key], start=1):
        role = roles.get(REPORT[name].action, Role.DRAFTER)
        office = due.receiver_id if role is Role.REVIEWER else due.unit_id
        day = begun + dt.timedelta(days=number)
        perform(report, Request(name), by=company.get(office, programme, role), at=at_hour(day, 10))


def _change(company: Company, programme: Programme, today: dt.date) -> None:
    unit, kind, name = CHANGED
    pilot = PilotArea.objects.filter(programme=programme, reporting_unit__key=unit).first()
    present = Contact.objects.current().filter(pilot_area=pilot, kind=kind).first()
    if pilot is None or present is None:
        return
    day = today - dt.timedelta(days=2)
    seen = Contact.objects.filter(pilot_area=pilot, kind=kind).count()
    values = {**present.values, **present.numbers}  # made-up numbers: no look to be written down
    by = company.get(pilot.reporting_unit_id, programme.pk, Role.DRAFTER)
    record_contact(ContactInput(pilot.uid, kind, name, values, seen=seen, since=day), by=by, at=at_hour(day, 11))
