"""Who does what on stage: small steps over the real services, on days given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.access import Actor
from accounts.models import Role
from pilots.models import Capacity
from portal.demo import declarations, figures, words
from portal.demo.cast import Company, short_name
from records.workflow import Request
from reporting import workflow
from reporting.compilation import working_basis
from reporting.models import Cycle, Report
from reporting.services.compiling import take_in
from reporting.services.sections import SectionInput, save_sections
from units.calendar import OFFICE_TIME

DATE_SOURCE = "演示数据；日期为门户默认值，非通知原文"


@dataclass(frozen=True, slots=True)
class Step:
    """One act: what, how many days before today, and what is said with it."""

    act: str
    days_ago: int
    comment: str = ""
    due_in: int = 0
    remarks: tuple[tuple[str, str], ...] = ()


def at_hour(day: dt.date, hour: int) -> dt.datetime:
    """An hour of office time on a day."""
    return dt.datetime.combine(day, dt.time(hour), OFFICE_TIME)


def office_hours(day: dt.date, number: int) -> dt.datetime:
    """The time of the act with this number in a row: acts of one day follow on each other."""
    return at_hour(day, 9) + dt.timedelta(minutes=50 * number)


def reports_of(cycle: Cycle, capacity: str) -> list[Report]:
    rows = Report.objects.filter(due__cycle=cycle, due__capacity=capacity)
    return list(
        rows.select_related(
            "due__cycle__programme", "due__cycle__template", "due__unit", "due__receiver", "due__pilot_area"
        ).order_by("id")
    )


class Stage:
    """The company with the services in its hands. `now` bounds every act: nothing happens tomorrow."""

    def __init__(self, company: Company, now: dt.datetime) -> None:
        self.company = company
        self.now = now
        self.today = now.astimezone(OFFICE_TIME).date()

    def actor(self, report: Report, role: Role) -> Actor:
        unit = report.due.receiver_id if role is Role.REVIEWER else report.due.unit_id
        return self.company.get(unit, report.due.cycle.programme_id, role)

    def write(self, report: Report, at: dt.datetime, codes: Iterable[str] = words.CODES) -> None:
        """The drafter writes the sections, anew what stands there already, and gives and declares what is asked."""
        due = report.due
        who = due.pilot_area.name_as_published if due.pilot_area else short_name(due.unit)
        compiled = due.capacity == Capacity.COMPILER
        revisions = dict(report.sections.values_list("section__code", "revision"))
        items = [
            SectionInput(code, words.section(code, who, f"{who}{at}", compiled=compiled), revisions.get(code, 0))
            for code in codes
        ]
        drafter = self.actor(report, Role.DRAFTER)
        save_sections(report.uid, items, by=drafter, at=at)
        figures.give(report, drafter, at)
        declarations.give(report, drafter, at)

    def act(self, report: Report, step: Step, at: dt.datetime) -> None:
        role = {"report.sign": Role.LEAD, "report.review": Role.REVIEWER}.get(
            workflow.REPORT[step.act].action, Role.DRAFTER
        )
        data = {"due_on": at.date() + dt.timedelta(days=step.due_in), "remarks": dict(step.remarks)}
        request = Request(step.act, step.comment, data=data if step.act == "return" else {})
        workflow.perform(report, request, by=self.actor(report, role), at=at)

    def play(self, report: Report, steps: Sequence[Step]) -> None:
        """All steps in order; `write` and `take_in` are steps as well."""
        for number, step in enumerate(steps):
            day = self.today - dt.timedelta(days=step.days_ago)
            at = min(office_hours(day, number), self.now)
            if step.act == "write":
                self.write(report, at, step.comment.split() or words.CODES)
            elif step.act == "take_in":
                self._take_in(report, at)
            else:
                self.act(report, step, at)

    def _take_in(self, report: Report, at: dt.datetime) -> None:
        """Everything that can be taken in on that day."""
        fresh = [row.due.uid for row in working_basis(report) if row.can_be_taken_in]
        if fresh:
            take_in(report.uid, fresh, by=self.actor(report, Role.DRAFTER), at=at)
