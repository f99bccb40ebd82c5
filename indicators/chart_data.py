"""What a live chart draws, as plain data for static/src/charts.js: days, numbers and finished words, nothing to judge.

The tables beside the charts and the API give exact figures; numbers here are only as exact as a screen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from indicators.calculations import Point
from indicators.charts import forecast_of, runs_of, walked
from indicators.figure_words import amount, due, given
from indicators.standing_shapes import IndicatorStanding, Shown, Standing

Data = dict[str, Any]


def trend(one: IndicatorStanding, standing: Standing, finding: str, text: str) -> Data:
    """Figures by edition, the path to the target that matters most, where the pace so far leads, breaks, the day.

    `finding`: the title of a picture of it; `text`: what it shows, for those who do not see it.
    """
    version = one.version
    figures = [figure for figure in one.figures if figure.value is not None]
    path = max((line.path for line in one.lines), key=len, default=())
    return {
        "kind": "trend",
        "title": f"{standing.pilot_area.name} · {version.name}",
        "finding": finding,
        "text": text,
        "note": _note(figures, standing.day),
        "unit": str(version.get_measure_display()),
        "names": _names(),
        "path": [_at(when, value, amount(value, version)) for when, value in walked(path)],
        "forecast": [_at(p.day, p.value, amount(p.value, version)) for p in forecast_of(one)],
        "runs": [[_at(f.day, f.value, "") for f in run] for run in runs_of(figures)],
        "figures": [_figure(figure, one) for figure in figures],
        "targets": [
            _at(line.aim.due_on, value, f"{due(line.aim)}: {given(value, version)}")
            for line in one.lines
            for value in (line.aim.value, line.aim.value_to)
            if line.aim.due_on and value is not None
        ],
        "baselines": [
            _at(dt.date(row.year, 12, 31), row.value, f"{row.year}: {given(row.value, version)}")
            for row in one.baselines
        ],
        "breaks": [{"day": found.day.isoformat(), "name": found.after.name} for found in one.breaks],
        "today": standing.day.isoformat(),
    }


def _names() -> dict[str, str]:
    return {
        "path": _("expected path"),
        "forecast": _("at the pace so far"),
        "target": _("target"),
        "baseline": _("baseline"),
        "reported": pgettext("figure", "reported"),
        "published": pgettext("figure", "published"),
        "unverified": _("Not verified"),
        "today": _("today"),
    }


def _at(when: dt.date | None, value: Decimal | None, label: str) -> Data:
    point = Point(when or dt.date.max, value or Decimal(0))
    return {"day": point.day.isoformat(), "value": float(point.value), "label": label}


def _figure(figure: Shown, one: IndicatorStanding) -> Data:
    value = figure.value or Decimal(0)
    words = [figure.period, amount(value, one.version), figure.status_label]
    words += [figure.vintage.name] if figure.vintage else []
    words += [_("demo data")] if figure.is_demo else []
    kind = "unverified" if not figure.is_fact else "published" if figure.is_published else "reported"
    return {**_at(figure.day, value, " · ".join(word for word in words if word)), "kind": kind}


def _note(figures: Sequence[Shown], day: dt.date) -> str:
    """Under a picture: as of when, whether any of it is demo data."""
    words = [_("As of %(day)s") % {"day": day.isoformat()}]
    words += [_("demo data")] if any(figure.is_demo for figure in figures) else []
    return " · ".join(words)
