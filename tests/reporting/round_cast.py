"""What the tests of contact rounds share: a round, who sends in it, and the register filled for all but one."""

from __future__ import annotations

from accounts.access import Actor
from pilots.models import ContactKind, PilotArea
from pilots.services.contacts import record_contact
from pilots.services.groups import GroupInput, MemberInput, add_member, create_group
from records.workflow import Request
from reporting.contacts import live_sheet
from reporting.models import Cycle, Report
from reporting.services.contact_rounds import OURS, RoundInput, default_dates, open_contact_round
from reporting.services.sections import SectionInput, save_section
from reporting.workflow import REPORT, perform
from tests.pilots.contact_cast import given, pilot_of
from tests.steps import WAY, Three
from units.calendar import today
from units.models import Programme

LUZHOU = "lgo-510500"
SICHUAN = "drc-510000"


def round_input(programme: Programme, year: int = 2026) -> RoundInput:
    dates = default_dates(today())
    return RoundInput(programme, year, dates.opens_on, dates.due_on, OURS)


def a_round(programme: Programme, year: int = 2026) -> Cycle:
    return open_contact_round(round_input(programme, year), by=None)


def contact_report(cycle: Cycle, unit: str = SICHUAN) -> Report:
    return REPORT.rows().get(due__cycle=cycle, due__unit__key=unit)


def fill(pilot: PilotArea, by: Actor) -> None:
    """Both people of a pilot area."""
    for kind in ContactKind.values:
        record_contact(given(pilot, kind), by=by)


def fill_everything(by: Actor, lead_groups_of: Actor) -> None:
    """The register of Luzhou complete; of the province's other pilot areas nothing is known."""
    fill(pilot_of(LUZHOU), by)
    group = create_group(
        GroupInput(lead_groups_of.unit.uid, "领导小组（虚构）", "虚构发〔2026〕1号"), by=lead_groups_of
    )
    add_member(MemberInput(group.uid, "head", "李某（虚构）", "市长（虚构）"), by=lead_groups_of)


def remark(report: Report, by: Actor, text: str = "其余试点正在确定人选，下月补报。") -> None:
    revision = dict(report.sections.values_list("section__code", "revision")).get("remarks", 0)
    save_section(report.uid, SectionInput("remarks", f"<p>{text}</p>", revision), by=by)


def send(report: Report, status: str, three: Three) -> Report:
    """Write the remarks and carry the report to a status."""
    remark(report, three.drafter)
    for name in WAY[status]:
        perform(report, Request(name), by=three.for_act(name))
    return REPORT.rows().get(pk=report.pk)


def row_of(report: Report, unit: str = LUZHOU) -> object:
    return next(row for row in live_sheet(report).rows if row.pilot.reporting_unit.key == unit)
