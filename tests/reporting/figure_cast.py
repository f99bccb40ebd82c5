"""A few indicators of the tests' own, asked of every pilot area at mid-year, and rows that give them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from indicators.models import (
    AskedIndicator,
    FigureStatus,
    Frequency,
    Indicator,
    IndicatorVersion,
    Observation,
    Part,
    RollUpMethod,
)
from indicators.services.drafting import FigureInput
from reporting.models import Report, ReportFigure
from reporting.services.figures import save_report_figures
from units.models import Division, Programme

PEOPLE, SHARE, YEARLY = "test-people", "test-share", "test-yearly"


def indicator(code: str, name: str, **fields: Any) -> Indicator:
    """A shared indicator with one version that was always valid."""
    row = Indicator.objects.create(code=code, name_now=name, sort_key=code)
    usual = {"measure": "persons", "method": RollUpMethod.SUM, "frequency": Frequency.HALF_YEARLY, "precision": 0}
    IndicatorVersion.objects.create(indicator=row, name_zh=name, **usual | fields)
    return row


def ask(programme: Programme) -> None:
    """Ask for people (compulsory) and a share at mid-year, for a third one yearly; for nothing else."""
    AskedIndicator.objects.all().delete()
    rate = {"measure": "percent", "part_measure": "persons", "scale": Decimal(100), "method": RollUpMethod.RATIO}
    rows = [
        indicator(PEOPLE, "测试人数"),
        indicator(SHARE, "测试比例", precision=2, **rate),
        indicator(YEARLY, "测试年度数", frequency=Frequency.YEARLY),
    ]
    for position, row in enumerate(rows):
        AskedIndicator.objects.create(
            programme=programme, indicator=row, position=position, is_compulsory=row.code == PEOPLE
        )


def many(programme: Programme, number: int) -> list[str]:
    """So many more, none compulsory; their codes."""
    codes = [f"test-more-{n:02}" for n in range(number)]
    for n, code in enumerate(codes):
        row = indicator(code, f"测试{n}")
        AskedIndicator.objects.create(programme=programme, indicator=row, position=100 + n)
    return codes


def row_of(report: Report, code: str, revision: int = 0, /, **fields: Any) -> FigureInput:
    assert report.due.pilot_area
    (division,) = report.due.pilot_area.divisions.all()[:1]
    return FigureInput(division=division.uid, indicator=code, revision=revision, **fields)


def give(report: Report, by: Actor, *, at: dt.datetime | None = None, **texts: Any) -> list[ReportFigure]:
    """`give(report, drafter, people="7")`: what stands in these rows from now on."""
    codes = {"people": PEOPLE, "share": SHARE}
    revisions = dict(report.figures.values_list("indicator__code", "revision"))
    rows = [row_of(report, codes[name], revisions.get(codes[name], 0), value=text) for name, text in texts.items()]
    return save_report_figures(report.uid, rows, by=by, at=at)


def known(report: Report, code: str, value: str, years_before: int = 1) -> Observation:
    """A figure of the year before, or of another, that counts in the report's programme."""
    given = row_of(report, code)
    return Observation.objects.create(
        programme=report.due.cycle.programme, unit=report.due.unit, receiver=report.due.receiver,
        division=Division.objects.get(uid=given.division), indicator=Indicator.objects.get(code=code),
        year=report.due.cycle.year - years_before, part=Part.FIRST_HALF, value=Decimal(value),
        status=FigureStatus.FINAL, source="test", is_in_force=True,
    )  # fmt: skip
