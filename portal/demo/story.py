"""The cycle that runs today: its dates are relative to the day of loading, its reports are in every state."""

from __future__ import annotations

import datetime as dt
import zlib

from pilots.models import Capacity
from portal.demo import words
from portal.demo.cast import Company
from portal.demo.stage import DATE_SOURCE, Stage, Step, at_hour, reports_of
from reporting.models import Cycle, CycleKind, Report
from reporting.services.cycles import CycleInput, compile_from, open_cycle
from units.models import Programme, Unit

CITY = "lgo-510500"
Plot = tuple[Step, ...]

WRITTEN: Plot = (Step("write", 12), Step("send_for_signing", 11))
SIGNED: Plot = (*WRITTEN, Step("sign", 10))
SUBMITTED: Plot = (*SIGNED, Step("submit", 9))
RECEIVED: Plot = (*SUBMITTED, Step("receive", 8))
ACCEPTED: Plot = (*RECEIVED, Step("accept", 7))
REMARKS = (("difficulties", words.REMARK),)
RETURNED: Plot = (*RECEIVED, Step("return", 4, words.LATE_REASON, due_in=10, remarks=REMARKS))
RETURNED_AND_OVERDUE: Plot = (*RECEIVED, Step("return", 7, words.LATE_REASON, due_in=5, remarks=REMARKS))
RECALLING: Plot = (*RECEIVED, Step("request_recall", 2, words.RECALL))
CORRECTING: Plot = (Step("correct", 1, words.CORRECTION), Step("write", 1, "results"))
BEGUN: Plot = (Step("write", 3, "progress measures results"),)
RESUBMITTED: Plot = (
    *RETURNED,
    Step("write", 3, "difficulties"),
    Step("send_for_signing", 3),
    Step("sign", 2),
    Step("submit", 2),
)
COMPILING: Plot = (Step("write", 5, "progress"), Step("take_in", 4))

# Office → what its report has gone through; offices not named follow OTHERS.
NATIONAL_PILOTS: dict[str, Plot] = {
    CITY: BEGUN,
    "lgo-610600": ACCEPTED,
    "lgo-611024": RETURNED,
    "lgo-610821": RETURNED_AND_OVERDUE,
    "lgo-610323101": ACCEPTED,
    "lgo-632801": SUBMITTED,
    "lgo-630100": RECEIVED,
    "lgo-632223": RECALLING,
    "lgo-632523": SIGNED,
    "lgo-632621": ACCEPTED,
    "lgo-630225102": WRITTEN,
    "lgo-632221": BEGUN,
    "drc-330200": SUBMITTED,
    "drc-320000": ACCEPTED,
    "drc-340000": RESUBMITTED,
}
OTHERS: tuple[Plot, ...] = ((), ACCEPTED, BEGUN, SUBMITTED, ACCEPTED, RECEIVED)
NATIONAL_COMPILERS: dict[str, Plot] = {
    "drc-610000": COMPILING,
    "drc-330200": (Step("write", 2, "progress measures"),),
    "drc-320000": (
        *COMPILING,
        Step("write", 3, "measures results difficulties next_steps"),
        Step("send_for_signing", 3),
        Step("sign", 2),
        Step("submit", 1),
    ),
}
# A correction begins when the report has been compiled already: the compiled one is then out of date.
NATIONAL_CORRECTIONS: dict[str, Plot] = {"lgo-610323101": CORRECTING}

LUZHOU_TOWNS: dict[str, Plot] = {
    "demo-town-1": (Step("write", 2, "progress measures"),),
    "demo-town-2": SUBMITTED,
    "demo-town-3": ACCEPTED,
    "demo-town-4": RETURNED_AND_OVERDUE,
    "demo-town-5": ACCEPTED,
    "demo-town-6": WRITTEN,
    "demo-town-7": RECEIVED,
    "demo-town-8": (),
}
LUZHOU_COUNTIES: dict[str, Plot] = {
    "lgo-510502": tuple(Step(step.act, step.days_ago, step.comment) for step in ACCEPTED),
    "lgo-510503": SUBMITTED,
    "lgo-510521": COMPILING,
}


def period(today: dt.date) -> tuple[int, CycleKind]:
    """The report an office would be writing on this day: from April the mid-year's, from October the year-end's."""
    if today.month < 4:
        return today.year - 1, CycleKind.YEAR_END
    return today.year, CycleKind.MID_YEAR if today.month < 10 else CycleKind.YEAR_END


def load(company: Company, now: dt.datetime) -> Cycle | None:
    """The running cycle with its reports; nothing where this period's cycle exists already."""
    stage = Stage(company, now)
    year, kind = period(stage.today)
    national, luzhou = Programme.objects.get(code="national"), Programme.objects.get(code="luzhou")
    if Cycle.objects.filter(programme=national, year=year, kind=kind).exists():
        return None
    own = _open(stage, luzhou, (year, kind), pilots_in=3, compilers_in=6)
    cycle = _open(stage, national, (year, kind), pilots_in=9, compilers_in=30)
    compile_from(cycle, own, Unit.objects.get(key=CITY))
    _play(stage, own, Capacity.PILOT, LUZHOU_TOWNS)
    _play(stage, own, Capacity.COMPILER, LUZHOU_COUNTIES)
    _play(stage, cycle, Capacity.PILOT, NATIONAL_PILOTS, others=OTHERS)
    _play(stage, cycle, Capacity.COMPILER, NATIONAL_COMPILERS)
    _play(stage, cycle, Capacity.PILOT, NATIONAL_CORRECTIONS)
    return cycle


def _open(
    stage: Stage, programme: Programme, when: tuple[int, CycleKind], *, pilots_in: int, compilers_in: int
) -> Cycle:
    opens_on = stage.today - dt.timedelta(days=30)
    data = CycleInput(
        programme=programme,
        year=when[0],
        kind=when[1],
        opens_on=opens_on,
        pilots_due_on=stage.today + dt.timedelta(days=pilots_in),
        compilers_due_on=stage.today + dt.timedelta(days=compilers_in),
        date_source=DATE_SOURCE,
        is_demo=True,
    )
    return open_cycle(data, by=None, at=at_hour(opens_on, 9))


def _play(stage: Stage, cycle: Cycle, capacity: str, plots: dict[str, Plot], others: tuple[Plot, ...] = ((),)) -> None:
    for report in reports_of(cycle, capacity):
        stage.play(report, plots.get(report.due.unit.key, _other(report, others)))


def _other(report: Report, others: tuple[Plot, ...]) -> Plot:
    return others[zlib.crc32(report.due.unit.key.encode()) % len(others)]
