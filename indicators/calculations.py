"""The arithmetic of figures: rounding, rates, paths to targets, verdicts, roll-ups. Pure: Decimals in, Decimals out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from indicators.models import Absence, Comparison, Direction, PathShape
from indicators.partials import (
    EXACT,
    ZERO,
    Coverage,
    Latest,
    Partial,
    Parts,
    combine,
    coverage,
    partial_of,
    rate,
    rolled_value,
)
from indicators.paths import Point, expected, moment, moment_of, years_between

__all__ = [
    "EXACT",
    "ORDER",
    "Aim",
    "Coverage",
    "Judgement",
    "Latest",
    "Partial",
    "Parts",
    "Point",
    "Reading",
    "Reason",
    "Thresholds",
    "Verdict",
    "combine",
    "coverage",
    "expected",
    "figure_for",
    "judge",
    "moment",
    "moment_of",
    "partial_of",
    "rate",
    "rolled_value",
    "rounded",
    "years_between",
]


def rounded(value: Decimal, precision: int) -> Decimal:
    """To so many decimals, halves away from zero, as statistical offices do; never a negative zero."""
    with localcontext(EXACT):
        return value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP) + ZERO


class Verdict(TextChoices):
    """Where a figure stands against a target."""

    AHEAD = "ahead", _("ahead")
    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    OFF_TRACK = "off_track", _("off track")
    UNKNOWN = "unknown", _("unknown")


ORDER: tuple[Verdict, ...] = (Verdict.OFF_TRACK, Verdict.AT_RISK, Verdict.ON_TRACK, Verdict.AHEAD)
"""From worst to best; unknown is none of them."""


class Reason(TextChoices):
    """Why the verdict is what it is. `indicators.words` says each in a sentence."""

    AHEAD = "ahead", _("ahead of the path")
    ON_PATH = "on_path", _("on the path")
    BEHIND = "behind", _("behind the path")
    MET = "met", _("target met")
    MISSED = "missed", _("target missed")
    NOT_DONE_YET = "not_done_yet", _("not done yet, and not yet due")
    NO_FIGURE = "no_figure", _("no figure")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    NOT_AVAILABLE = "not_available", _("not available")
    NO_BASELINE = "no_baseline", _("no baseline")
    OTHER_VINTAGE = "other_vintage", _("figures of two vintages")
    UNVERIFIED_TARGET = "unverified_target", _("target not verified")
    UNVERIFIED_FIGURE = "unverified_figure", _("figure not verified")
    TOO_EARLY = "too_early", _("nothing since the baseline")
    DUE_FIGURE_MISSING = "due_figure_missing", _("no figure for the day of the target")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Shares of the whole way from baseline to target (`about_within`: of the target's value)."""

    ahead_from: Decimal
    on_track_within: Decimal
    at_risk_within: Decimal
    about_within: Decimal


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure that is held against a target, as of the end of its period; `absence` where it is no number."""

    day: dt.date
    value: Decimal | None
    vintage: str = ""
    is_fact: bool = True
    absence: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: what the figure is to be by `due_on`, or at all times where that is None."""

    comparison: str
    value: Decimal | None = None
    value_to: Decimal | None = None
    due_on: dt.date | None = None
    shape: str = PathShape.LINEAR
    direction: str = Direction.UP
    vintage: str = ""
    is_fact: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """`gap` in the indicator's unit, `gap_years` in years on the path: + is better, whichever way is better.

    The paces are changes in a year as they are (a fall is negative): from the figure to the target, and from the
    baseline to the figure.
    """

    verdict: Verdict
    reason: Reason
    expected: Decimal | None = None
    gap: Decimal | None = None
    gap_years: Decimal | None = None
    pace_needed: Decimal | None = None
    pace_so_far: Decimal | None = None

    @property
    def is_known(self) -> bool:
        return self.verdict != Verdict.UNKNOWN


def figure_for(readings: Sequence[Reading], aim: Aim, day: dt.date) -> Reading | None:
    """Which figure a target is judged by on a day: the first on or after its due day, before that the last.

    Only periods that have ended by `day` count.
    """
    past = sorted((one for one in readings if one.day <= day), key=lambda one: one.day)
    since = [one for one in past if aim.due_on and one.day >= aim.due_on]
    return since[0] if since else (past[-1] if past else None)


def judge(
    actual: Reading | None, aim: Aim, start: Point | None, day: dt.date, thresholds: Thresholds, *,
    between: Sequence[Point] = (),
) -> Judgement:  # fmt: skip
    """Where a figure stands against a target on a day; never across two vintages, never by what is not verified.

    `start`: the baseline. `between`: targets on the way, through which the path goes as well.
    """
    if why := _cannot_judge(actual, aim):
        return _unknown(why)
    if actual is None or actual.value is None:  # said above; here for the reader and the type checker
        return _unknown(Reason.NO_FIGURE)
    if aim.due_on is None or actual.day >= aim.due_on:
        return _settled(actual.value, aim, thresholds)
    if aim.comparison == Comparison.DONE:
        return _done_before(actual.value, is_due=day > aim.due_on)
    judged = _on_path(actual, aim, start, thresholds, between)
    if day > aim.due_on:  # the day has gone by, and what was reached on it nobody has said
        return replace(judged, verdict=Verdict.UNKNOWN, reason=Reason.DUE_FIGURE_MISSING)
    return judged


def _cannot_judge(actual: Reading | None, aim: Aim) -> Reason | None:
    if not aim.is_fact:
        return Reason.UNVERIFIED_TARGET
    if actual is None:
        return Reason.NO_FIGURE
    if not actual.is_fact:
        return Reason.UNVERIFIED_FIGURE
    if actual.value is None:
        not_for = actual.absence == Absence.NOT_APPLICABLE
        return Reason.NOT_APPLICABLE if not_for else Reason.NOT_AVAILABLE
    if _differ(actual.vintage, aim.vintage):
        return Reason.OTHER_VINTAGE
    return None


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _unknown(reason: Reason) -> Judgement:
    return Judgement(Verdict.UNKNOWN, reason)


def _side(aim: Aim) -> int:
    """+1 where more is better, -1 where less is, 0 where only the target itself is good."""
    if aim.comparison in {Comparison.AT_LEAST, Comparison.DONE}:
        return 1
    if aim.comparison == Comparison.AT_MOST:
        return -1
    if aim.comparison == Comparison.ABOUT:
        return {Direction.UP: 1, Direction.DOWN: -1}.get(Direction(aim.direction), 0)
    return 0


def _ends(aim: Aim) -> tuple[Decimal, Decimal]:
    """The lowest and the highest value that is exactly what was aimed at."""
    low = Decimal(1) if aim.comparison == Comparison.DONE or aim.value is None else aim.value
    return low, low if aim.value_to is None else aim.value_to


def _distance(value: Decimal, aim: Aim) -> Decimal:
    """From the target, + is better; 0 at best where only the target itself is good."""
    low, high = _ends(aim)
    if side := _side(aim):
        return (value - low) * side
    return min(value - low, high - value, ZERO)


def _settled(value: Decimal, aim: Aim, thresholds: Thresholds) -> Judgement:
    """Met or missed, and by how much: the day has come, or the target binds on every day."""
    gap = _distance(value, aim)
    room = abs(_ends(aim)[0]) * thresholds.about_within if aim.comparison == Comparison.ABOUT else ZERO
    is_met = gap >= -room
    verdict, reason = (Verdict.ON_TRACK, Reason.MET) if is_met else (Verdict.OFF_TRACK, Reason.MISSED)
    return Judgement(verdict, reason, expected=_nearest(value, aim), gap=gap)


def _nearest(value: Decimal, aim: Aim) -> Decimal:
    low, high = _ends(aim)
    return min(max(value, low), high)


def _done_before(value: Decimal, *, is_due: bool) -> Judgement:
    if value >= 1:
        return Judgement(Verdict.ON_TRACK, Reason.MET, expected=Decimal(1), gap=ZERO)
    return _unknown(Reason.DUE_FIGURE_MISSING if is_due else Reason.NOT_DONE_YET)


def _on_path(
    actual: Reading, aim: Aim, start: Point | None, thresholds: Thresholds, between: Sequence[Point]
) -> Judgement:
    if start is None:
        return _unknown(Reason.NO_BASELINE)
    if any(_differ(start.vintage, one) for one in (actual.vintage, aim.vintage)):
        return _unknown(Reason.OTHER_VINTAGE)
    if actual.day <= start.day:
        return _unknown(Reason.TOO_EARLY)
    assert actual.value is not None and aim.due_on is not None  # noqa: S101 (asked by `judge`)
    goal = _nearest(start.value, aim)
    path = [start, *(one for one in between if start.day < one.day < aim.due_on), Point(aim.due_on, goal, aim.shape)]
    should = expected(path, actual.day, aim.shape)
    assert should is not None  # noqa: S101 (the figure is later than the start)
    gap = _gap(actual.value, should, aim, start.value)
    way = abs(goal - start.value) or abs(goal)
    verdict = _verdict(gap, way, thresholds)
    now, then = moment(actual.day), moment_of(path, actual.value, moment(actual.day), aim.shape)
    return Judgement(
        verdict,
        {Verdict.AHEAD: Reason.AHEAD, Verdict.ON_TRACK: Reason.ON_PATH}.get(verdict, Reason.BEHIND),
        expected=should,
        gap=gap,
        gap_years=abs(then - now).copy_sign(gap) if then is not None and gap else None,
        pace_needed=(_nearest(actual.value, aim) - actual.value) / (moment(aim.due_on) - now),
        pace_so_far=(actual.value - start.value) / (now - moment(start.day)),
    )


def _gap(value: Decimal, should: Decimal, aim: Aim, began: Decimal) -> Decimal:
    """From the expected value, + is better. On the way to a target that is to be hit exactly, further along the way
    is better until it is passed."""
    if side := _side(aim):
        return (value - should) * side
    past = _distance(value, aim)
    low, high = _ends(aim)
    towards = (began < low) - (began > high)
    is_before = (value < low and towards > 0) or (value > high and towards < 0)
    return (value - should) * towards if is_before or not past else past


def _verdict(gap: Decimal, way: Decimal, thresholds: Thresholds) -> Verdict:
    if gap > 0 and gap >= thresholds.ahead_from * way:
        return Verdict.AHEAD
    if gap >= -thresholds.on_track_within * way:
        return Verdict.ON_TRACK
    return Verdict.AT_RISK if gap >= -thresholds.at_risk_within * way else Verdict.OFF_TRACK
