"""Closed cycles of 2017 to 2020: nearly everything reported and accepted, some late, one report never sent."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

from accounts.models import Role
from pilots.models import Capacity
from portal.demo import words
from portal.demo.cast import Company, short_name
from portal.demo.stage import DATE_SOURCE, Stage, Step, office_hours, reports_of
from reporting.models import Cycle, CycleKind, Report
from reporting.services.cycles import CycleInput, compile_from, open_cycle
from reporting.services.history import Finished, record_finished
from units.models import Programme, Unit

CITY = "lgo-510500"
NEVER_SENT = (2018, CycleKind.YEAR_END, "lgo-540124")
"""One report that never came, so that a compiled one names what is missing: cycle and office."""
RETURNED_ONCE = (2020, CycleKind.YEAR_END, CITY)
LATE_ONE_IN = 17
YEARS = (2017, 2018, 2019, 2020)
FIRST_YEAR_OF_LUZHOU = 2018


@dataclass(frozen=True, slots=True)
class Dates:
    """Opening, pilots' and compilers' due days of one cycle; the year-end's last one is in January."""

    opens_on: dt.date
    pilots_due_on: dt.date
    compilers_due_on: dt.date


def national_dates(year: int, kind: str) -> Dates:
    if kind == CycleKind.MID_YEAR:
        return Dates(dt.date(year, 6, 1), dt.date(year, 6, 30), dt.date(year, 7, 20))
    return Dates(dt.date(year, 11, 16), dt.date(year, 12, 15), dt.date(year + 1, 1, 15))


def luzhou_dates(year: int, kind: str) -> Dates:
    """Early enough for the city's own report to be compiled from them."""
    if kind == CycleKind.MID_YEAR:
        return Dates(dt.date(year, 6, 1), dt.date(year, 6, 15), dt.date(year, 6, 22))
    return Dates(dt.date(year, 11, 16), dt.date(year, 11, 30), dt.date(year, 12, 7))


def load(company: Company) -> None:
    """Every closed cycle that is not there yet, oldest first."""
    national, luzhou = Programme.objects.get(code="national"), Programme.objects.get(code="luzhou")
    city = Unit.objects.get(key=CITY)
    for year in YEARS:
        for kind in (CycleKind.MID_YEAR, CycleKind.YEAR_END):
            if Cycle.objects.filter(programme=national, year=year, kind=kind).exists():
                continue
            own = _closed(company, luzhou, year, kind) if year >= FIRST_YEAR_OF_LUZHOU else None
            cycle = _opened(national, year, kind, national_dates(year, kind))
            if own:
                compile_from(cycle, own, city)
            _fill(company, cycle)


def _closed(company: Company, programme: Programme, year: int, kind: CycleKind) -> Cycle:
    cycle = _opened(programme, year, kind, luzhou_dates(year, kind))
    _fill(company, cycle)
    return cycle


def _opened(programme: Programme, year: int, kind: CycleKind, dates: Dates) -> Cycle:
    data = CycleInput(
        programme=programme,
        year=year,
        kind=kind,
        opens_on=dates.opens_on,
        pilots_due_on=dates.pilots_due_on,
        compilers_due_on=dates.compilers_due_on,
        date_source=DATE_SOURCE,
        is_demo=True,
    )
    return open_cycle(data, by=None, at=office_hours(dates.opens_on, 0))


def _fill(company: Company, cycle: Cycle) -> None:
    """Pilots first: the compilers stand on them."""
    for capacity in (Capacity.PILOT, Capacity.COMPILER):
        items = []
        for report in reports_of(cycle, capacity):
            case = (cycle.year, cycle.kind, report.due.unit.key)
            if case == RETURNED_ONCE and capacity == Capacity.PILOT:
                _return_once(company, report)
            elif case != NEVER_SENT:
                items.append(_finished(company, report))
        record_finished(items)


def _finished(company: Company, report: Report) -> Finished:
    due = report.due
    programme = due.cycle.programme_id
    who = due.pilot_area.name_as_published if due.pilot_area else short_name(due.unit)
    return Finished(
        report=report,
        texts=words.report(who, f"{due.cycle.code}{who}", compiled=due.capacity == Capacity.COMPILER),
        drafter=company.get(due.unit_id, programme, Role.DRAFTER),
        lead=company.get(due.unit_id, programme, Role.LEAD),
        reviewer=company.get(due.receiver_id, programme, Role.REVIEWER),
        days=_days(report),
    )


def _days(report: Report) -> dict[str, dt.datetime]:
    """One to three days before the due day, a few after it; decided by the names, so always the same."""
    due = report.due
    number = zlib.crc32(f"{due.cycle.code}{due.unit.key}{due.capacity}".encode())
    late = number % LATE_ONE_IN == 0 and due.cycle.programme.code == "national"
    shift = 2 + number % 5 if late else -1 - number % 3
    submitted = due.due_on + dt.timedelta(days=shift)
    offsets = {"send_for_signing": -2, "sign": -1, "submit": 0, "receive": 1, "accept": 3}
    return {
        act: office_hours(submitted + dt.timedelta(days=offset), number % 6 + index)
        for index, (act, offset) in enumerate(offsets.items())
    }


def _return_once(company: Company, report: Report) -> None:
    """Luzhou's report of the last closed year-end: returned on one section, corrected, accepted."""
    due_on = report.due.due_on
    stage = Stage(company, office_hours(due_on + dt.timedelta(days=20), 0))
    back = Step("return", 21, words.LATE_REASON, due_in=6, remarks=(("difficulties", words.REMARK),))
    straight = ("send_for_signing", "sign", "submit", "receive")
    stage.play(
        report,
        [
            Step("write", 26),
            *(Step(act, 24) for act in straight),
            back,
            Step("write", 19, "difficulties"),
            *(Step(act, 18) for act in straight),
            Step("accept", 16),
        ],
    )
