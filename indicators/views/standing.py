"""The page of a pilot area's figures: each indicator's finding, targets, series and chart."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Actor
from indicators import figure_words, words
from indicators.calculations import Judgement
from indicators.chart_data import trend
from indicators.charts import Chart, chart_of
from indicators.forms.standing import DayForm
from indicators.models import Baseline, FigureStatus, Target
from indicators.standing import standing_of
from indicators.standing_shapes import IndicatorStanding, Line, Shown, Standing
from indicators.targets import is_kept
from pilots.facts import pilot_or_404
from pilots.models import PilotArea
from portal.http import PortalView
from units.calendar import today


@dataclass(frozen=True, slots=True)
class LineRow:
    """One target as the page shows it."""

    line: Line
    demand: str
    due: str
    expected: str
    actual: str
    when: str
    gap: str
    time: str
    pace: str
    forecast: str
    chip: dict[str, str]
    reason: str
    notes: list[str]

    @property
    def cited(self) -> tuple[Target, ...]:
        return self.line.cited


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of the series; `breaks` names the edition that begins with it."""

    figure: Shown
    value: str
    breaks: str


@dataclass(frozen=True, slots=True)
class Section:
    """One indicator as the page shows it: its finding first."""

    standing: IndicatorStanding
    finding: str
    chip: dict[str, str]
    lines: list[LineRow]
    baselines: list[tuple[Baseline, str, str]]
    figures: list[FigureRow]
    chart: Chart | None
    chart_text: str
    chart_data: dict[str, Any] | None
    notes: list[str]

    @property
    def anchor(self) -> str:
        return self.standing.indicator.code

    @property
    def chart_data_id(self) -> str:
        return f"{self.anchor}-data"


class PilotFiguresView(PortalView):
    action = "indicator.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        pilot = pilot_or_404(self.actor, self.action, uid)
        form = DayForm(request.GET)
        is_valid = form.is_valid()
        day = form.cleaned_data.get("day") or today()
        standing = standing_of(pilot, day, self.actor) if is_valid else None
        context = {
            "pilot": pilot,
            "form": form if request.GET else DayForm(initial={"day": day}),
            "is_valid": is_valid,
            "day": day,
            "standing": standing,
            "summary": words.summary(standing) if standing else "",
            "sections": [section(one, standing) for one in standing.indicators] if standing else [],
            "may_set": is_kept(pilot, self.actor),
            "crumbs": [
                (reverse("pilots:pilots"), _("Pilot areas")),
                (reverse("reporting:pilot", args=[pilot.uid]), pilot.name),
                ("", _("Figures and targets")),
            ],
        }
        return render(request, "indicators/pilot_figures.html", context, status=200 if is_valid else 400)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action).shown()
        return super().within_reach(actor) and rows.filter(**named).exists()


def chip(judgement: Judgement) -> dict[str, str]:
    sign, tone = words.SIGNS[judgement.verdict]
    return {"sign": sign, "tone": tone, "text": words.verdict_word(judgement)}


def section(one: IndicatorStanding, standing: Standing) -> Section:
    principal, version = one.principal, one.version
    drawn, lines = chart_of(one, standing.day), [_line(line, one) for line in one.lines]
    if principal:
        finding = words.reason(principal, version)
    elif one.latest and one.latest.value is not None:
        told = {"value": figure_words.amount(one.latest.value, version), "when": figure_words.moment(one.latest.day)}
        finding = _("%(value)s at %(when)s. No target is on record.") % told
    else:
        finding = _("No target is on record.")
    text = _chart_text(one) if drawn else ""
    return Section(
        one,
        finding,
        chip(principal.judgement) if principal else {},
        lines,
        [(row, figure_words.given(row.value, version), _status(row.status)) for row in one.baselines],
        _figures(one),
        drawn,
        text,
        trend(one, standing, finding, text) if drawn else None,
        _notes(lines),
    )


def _notes(lines: list[LineRow]) -> list[str]:
    """What has to be known besides, once; where it is not so of all targets with a due day, with the day."""
    found: dict[str, list[str]] = defaultdict(list)
    dated = [row.due for row in lines if row.line.aim.due_on]
    for row in lines:
        for note in (*row.notes, row.pace, row.forecast):
            if note:
                found[note].append(row.due)
    return [note if dues == dated else f"{note} ({_and(dues)})" for note, dues in found.items()]


def _and(parts: list[str]) -> str:
    return pgettext("between items of a list", ", ").join(parts)


def _status(code: str) -> str:
    return str(FigureStatus(code).label) if code else ""


def _line(line: Line, one: IndicatorStanding) -> LineRow:
    found, version, figure = line.judgement, one.version, line.figure
    shown = figure is not None and figure.value is not None
    return LineRow(
        line=line,
        demand=figure_words.demand(line.aim, version),
        due=figure_words.due(line.aim),
        expected=figure_words.amount(found.expected, version) if found.expected is not None else "",
        actual=figure_words.amount(figure.value, version) if figure and figure.value is not None else "",
        when=figure_words.moment(figure.day) if figure and shown else "",
        gap=figure_words.difference(found.gap, version, with_sign=True) if found.gap is not None else "",
        time=figure_words.span(found.gap_years) if found.gap_years else "",
        pace=words.pace(line, version),
        forecast=words.forecast(line, version),
        chip=chip(found),
        reason=words.reason(line, version),
        notes=words.notes(line, version),
    )


def _figures(one: IndicatorStanding) -> list[FigureRow]:
    """In order of time; the first figure of another edition than the one before it says so."""
    rows, before = [], None
    for figure in one.figures:
        is_new = before is not None and figure.vintage is not None and figure.vintage != before
        value = figure_words.number(figure.value, one.version.precision) if figure.value is not None else ""
        rows.append(FigureRow(figure, value, figure.vintage.name if is_new and figure.vintage else ""))
        before = figure.vintage or before
    return rows


def _chart_text(one: IndicatorStanding) -> str:
    """What the chart shows, for those who do not see it."""
    version = one.version
    figures = [f"{f.period} {figure_words.amount(f.value, version)}" for f in one.figures if f.value is not None]
    targets = [f"{figure_words.due(line.aim)} {figure_words.demand(line.aim, version)}" for line in one.lines]
    told = {"figures": "; ".join(figures) or "—", "targets": "; ".join(targets) or "—"}
    text = _("Figures: %(figures)s. Targets: %(targets)s.") % told
    for found in one.breaks:
        text += " " + _("From %(year)d on the series is on the %(basis)s.") % {
            "year": found.day.year,
            "basis": found.after.name,
        }
    return text
