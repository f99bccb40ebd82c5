"""Two red lines of the tests' own, and a report of the period before with commitments."""

from __future__ import annotations

import datetime as dt

from accounts.access import Actor
from pilots.models import Capacity
from plans.models import RedLine
from reporting.declared import declared_of
from reporting.models import CycleKind, Report
from reporting.services.cycles import CycleInput, open_cycle
from reporting.services.declaring import CommitmentInput, DeclaredInput, RedLineInput, save_declared
from tests.steps import Three, lead_to
from units.models import Programme

FARMLAND, GROWTH = "test-farmland", "test-growth"
SAID = "建成供水管网（虚构）"


def ask_red_lines(programme: Programme) -> None:
    """Ask about these two and no others."""
    RedLine.objects.filter(programme=programme).update(ended_on=dt.date(2020, 1, 1))
    for position, (code, name) in enumerate([(FARMLAND, "测试：耕地保护"), (GROWTH, "测试：城镇开发边界")]):
        RedLine.objects.create(programme=programme, code=code, position=position, name_zh=name, name_en=f"Test {code}")


def say(report: Report, by: Actor, answer: str = "kept", explanation: str = "") -> None:
    """The same answer to both."""
    rows = [RedLineInput(code, answer, explanation) for code in (FARMLAND, GROWTH)]
    save_declared(report.uid, DeclaredInput(declared_of(report).revision, red_lines=rows), by=by)


def commit(report: Report, by: Actor, *texts: str) -> None:
    """These commitments, and no others."""
    rows = [CommitmentInput(text) for text in texts]
    save_declared(report.uid, DeclaredInput(declared_of(report).revision, commitments=rows), by=by)


def report_before(report: Report, three: Three, *commitments: str) -> Report:
    """The report of the year before by the same sender, accepted, with these commitments."""
    due = report.due
    cycle = open_cycle(
        CycleInput(
            programme=due.cycle.programme, year=due.cycle.year - 1, kind=CycleKind.YEAR_END,
            opens_on=dt.date(2025, 11, 1), pilots_due_on=dt.date(2026, 6, 20), compilers_due_on=dt.date(2026, 6, 30),
            date_source="test",
        ),
        by=None,
    )  # fmt: skip
    before = Report.objects.get(due__cycle=cycle, due__unit=due.unit, due__capacity=Capacity.PILOT)
    commit(before, three.drafter, *commitments)
    return lead_to(before, "accepted", three)
