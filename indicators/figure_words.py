"""Numbers, figures and targets in words: the one place that says how a number, its unit and its sign are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from indicators.calculations import Aim, rounded
from indicators.measures import Measure
from indicators.models import Absence, Comparison, Direction, IndicatorVersion, Target

MINUS = "−"  # noqa: RUF001 (a real minus sign)
SIGNS = {Comparison.AT_LEAST: "≥", Comparison.AT_MOST: "≤", Comparison.ABOUT: "≈", Comparison.EXACTLY: "="}
NOT_SAID = frozenset({"", Measure.NONE, Measure.COUNT})
"""Units nobody writes behind a number."""


# -- numbers -----------------------------------------------------------------------------------------------------


def plain(value: Decimal) -> str:
    """As people type it: no exponent, no needless zeros, nothing between the thousands."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: Decimal, precision: int) -> str:
    """Rounded half-up to so many decimals, thousands apart, a real minus sign."""
    return f"{rounded(value, precision):,f}".replace("-", MINUS)


def as_given(value: Decimal) -> str:
    """As many decimals as were given, none of them empty: targets and baselines stand as their documents have them."""
    text = f"{value:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def signed(value: Decimal, precision: int) -> str:
    """A change with its sign, plus or minus; zero has none."""
    text = number(value, precision)
    return f"+{text}" if rounded(value, precision) > 0 else text


# -- with their unit ---------------------------------------------------------------------------------------------


def with_unit(text: str, measure: str) -> str:
    """A number with its unit: 52.2%, 38 × 10,000 persons."""
    if measure in NOT_SAID:
        return text
    if measure == Measure.PERCENT:
        return f"{text}%"
    unit = str(Measure(measure).label)
    return f"{text} × {unit}" if unit[:1].isdigit() else f"{text} {unit}"


def amount(value: Decimal, version: IndicatorVersion) -> str:
    return with_unit(number(value, version.precision), version.measure)


def given(value: Decimal, version: IndicatorVersion) -> str:
    return with_unit(as_given(value), version.measure)


def points(text: str) -> str:
    """Shares differ by percentage points."""
    return _("%(number)s percentage points") % {"number": text}


def difference(value: Decimal, version: IndicatorVersion, *, with_sign: bool = False) -> str:
    """Between two figures, in the indicator's unit."""
    text = signed(value, version.precision) if with_sign else number(abs(value), version.precision)
    return points(text) if version.measure == Measure.PERCENT else with_unit(text, version.measure)


def moment(day: dt.date) -> str:
    """The end of a period: the end of 2017, the end of June 2016; any other day as it is."""
    if (day.month, day.day) == (12, 31):
        return _("the end of %(year)d") % {"year": day.year}
    if (day.month, day.day) == (6, 30):
        return _("the end of June %(year)d") % {"year": day.year}
    return day.isoformat()


def span(years: Decimal) -> str:
    """How long, in months up to two years; '' for less than half a month."""
    months = int(rounded(abs(years) * 12, 0))
    if months >= 24:
        return _("%(years)s years") % {"years": number(abs(years), 1)}
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months} if months else ""


# -- figures -----------------------------------------------------------------------------------------------------


def figure(said: Any, version: IndicatorVersion, *, exact: bool = False) -> str:
    """A figure (draft, sent, observed, offered) with its unit, or why there is no number; '' where nothing is said.

    `exact`: with all its decimals, instead of the indicator's.
    """
    if said.value is None:
        return str(Absence(said.absence).label) if said.absence else ""
    if version.direction == Direction.YES_NO:
        return _("yes") if said.value else _("no")
    if version.direction == Direction.QUALITATIVE:
        return _("done") if said.value else _("not done")
    return given(said.value, version) if exact else amount(said.value, version)


def change(said: Any, last: Any, version: IndicatorVersion) -> str:
    """How much more or less than the last one. '' where that cannot be said."""
    if said.value is None or last.value is None or version.is_yes_no:
        return ""
    return difference(said.value - last.value, version, with_sign=True)


# -- targets -----------------------------------------------------------------------------------------------------


def demand(aim: Aim | Target, version: IndicatorVersion) -> str:
    """What a target asks for, as in a sentence: at least 52.2%, 3–5, done."""
    if aim.comparison == Comparison.DONE or aim.value is None:
        return pgettext("what a target asks for", "done")
    if aim.comparison == Comparison.RANGE and aim.value_to is not None:
        return with_unit(f"{as_given(aim.value)}–{as_given(aim.value_to)}", version.measure)
    value = {"value": given(aim.value, version)}
    if aim.comparison == Comparison.AT_MOST:
        return _("at most %(value)s") % value
    if aim.comparison == Comparison.ABOUT:
        return _("about %(value)s") % value
    return (_("exactly %(value)s") if aim.comparison == Comparison.EXACTLY else _("at least %(value)s")) % value


def due(aim: Aim | Target) -> str:
    return moment(aim.due_on) if aim.due_on else _("at all times")


def target(row: Target, version: IndicatorVersion) -> str:
    """The same in little room, as beside a cell: ≥ 52.2% (by 2017)."""
    sign = SIGNS.get(Comparison(row.comparison), "")
    asked = f"{sign} {given(row.value, version)}" if sign and row.value is not None else demand(row, version)
    return _("%(aim)s (by %(year)d)") % {"aim": asked, "year": row.due_on.year} if row.due_on else asked
