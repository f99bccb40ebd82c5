"""Checks against the place's own earlier figures of the same edition of the series.

All thresholds below are this portal's, not a rule of any document. They were set so that none of the published
series in `indicators/reference/` raises a false alarm (tests/indicators/test_golden_series.py counts).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _

from indicators.calculations import rounded
from indicators.checks.context import Case, in_unit
from indicators.checks.itself import calculated
from indicators.checks.shapes import WARNING, Fact, Flaw
from indicators.figure_words import points, signed
from indicators.measures import Measure, alike, convert

MIN_CHANGES = 4
"""Yearly changes there must be before their spread says anything (five earlier figures)."""
SPREADS = Decimal(6)
"""How many median absolute deviations a change may lie from the median change."""
POINTS_ALWAYS = Decimal("1.0")
"""A change of a rate this close to the usual one is never a jump (percentage points a year)."""
SHARE_ALWAYS = Decimal("0.05")
"""The same of amounts, as a share of the earlier figure."""
COUNT_ALWAYS = Decimal(5)
"""Small counts move by whole things: this many more or fewer a year is never a jump."""
POINTS_GROSS = Decimal(10)
"""With too little history for a spread: points a year beyond which a rate is asked about all the same."""
FACTOR_GROSS = Decimal(3)
"""The same of amounts: that many times the earlier figure, or that part of it."""
NEAR = Decimal(2)
"""A figure is taken for another unit's where it then lies within half and double the earlier one."""
WHOLE = Decimal(100)


def falling(case: Case) -> Iterator[Flaw]:
    """What counts on from a beginning cannot fall."""
    value = case.value
    if value is None or not case.entry.version.is_cumulative:
        return
    earlier = [
        fact for fact in case.ledger.about(case.entry.key)
        if fact.key.day < case.entry.key.day and fact.is_verified and fact.is_in_force and case.is_comparable(fact)
    ]  # fmt: skip
    highest = max(earlier, key=lambda fact: (fact.value, fact.key.day), default=None)
    if highest is not None and value < highest.value:
        yield case.flaw(
            "cumulative_falls", WARNING,
            _("%(name)s is counted on from its beginning and cannot fall: %(value)s now, %(earlier)s in %(year)s. "
              "If only this period is meant, enter the total since the beginning.")
            % {"name": case.entry.called, "value": case.shown(), "earlier": case.shown(highest.value),
               "year": highest.key.year},
            value=value, earlier=highest.value, year=highest.key.year,
        )  # fmt: skip


def confused_percent(case: Case) -> Iterator[Flaw]:
    """0.52 where the place's last figure was about 52: a share of one instead of percent."""
    value, last = case.value, case.last
    if value is None or last is None or not case.is_percent or not 0 < value <= 1 or calculated(case) is not None:
        return
    meant = value * WHOLE
    if last.value > 1 and abs(meant - last.value) < abs(value - last.value):
        yield case.flaw(
            "percent_as_share", WARNING,
            _("%(value)s is less than one percent; %(year)s it was %(last)s. Was %(meant)s meant?")
            % {"value": case.shown(), "year": last.key.year, "last": case.shown(last.value),
               "meant": case.shown(meant)},
            value=value, meant=meant, last=last.value, year=last.key.year,
        )  # fmt: skip


def confused_unit(case: Case) -> Iterator[Flaw]:
    """An amount that fits the last one only if it was counted in another unit: 4,259,000 (persons) for 425.9 (万人)."""
    value, last = case.value, case.last
    if value is None or last is None or not case.is_amount or last.value <= 0 or _near(value, last.value):
        return
    for measure in alike(case.measure):
        meant = convert(value, measure, case.measure)
        if measure != case.measure and _near(meant, last.value):
            yield case.flaw(
                "unit_confused", WARNING,
                _("%(value)s is entered; %(year)s it was %(last)s. Was %(meant)s meant (%(given)s)?")
                % {"value": case.shown(), "year": last.key.year, "last": case.shown(last.value),
                   "meant": case.shown(meant), "given": in_unit(value, measure)},
                value=value, meant=meant, measure=str(measure), last=last.value, year=last.key.year,
            )  # fmt: skip
            return


def _near(value: Decimal, other: Decimal) -> bool:
    return other / NEAR <= value <= other * NEAR


def jump(case: Case) -> Iterator[Flaw]:
    """A change out of proportion to the place's own yearly changes; see the thresholds above."""
    value, last = case.value, case.last
    if value is None or last is None or not (case.is_percent or case.is_amount) or _explained(case):
        return
    change = _yearly(last, value, case.entry.key.year, is_share=not case.is_percent)
    if change is None:
        return
    changes = _changes(case)
    if len(changes) < MIN_CHANGES:
        yield from _gross(case, last, value, change)
        return
    usual = median(changes)
    spread = median([abs(one - usual) for one in changes])
    floor = POINTS_ALWAYS if case.is_percent else SHARE_ALWAYS
    allowed = max(spread * SPREADS, floor)
    if abs(change - usual) > allowed and not _small_count(case, last, value):
        yield case.flaw(
            "jump", WARNING, _jump_words(case, last, change, usual, allowed, len(changes)),
            value=value, last=last.value, year=last.key.year, change=rounded(change, 4), usual=rounded(usual, 4),
            allowed=rounded(allowed, 4), changes=len(changes),
        )  # fmt: skip


def _explained(case: Case) -> bool:
    """A confused unit or percent says more than a jump."""
    return any(True for check in (confused_percent, confused_unit) for _flaw in check(case))


def _changes(case: Case) -> list[Decimal]:
    found = (
        _yearly(before, after.value, after.key.year, is_share=not case.is_percent)
        for before, after in pairwise(case.past)
    )
    return [change for change in found if change is not None]


def _yearly(before: Fact, value: Decimal, year: int, *, is_share: bool) -> Decimal | None:
    """The change of one year: points for rates, a share of the earlier figure for amounts (none from zero)."""
    change = (value - before.value) / (year - before.key.year)
    if not is_share:
        return change
    return change / abs(before.value) if before.value else None


def _small_count(case: Case, last: Fact, value: Decimal) -> bool:
    return case.measure == Measure.COUNT and abs(value - last.value) <= COUNT_ALWAYS


def _gross(case: Case, last: Fact, value: Decimal, change: Decimal) -> Iterator[Flaw]:
    """Too few years to know what is usual: only what is out of all proportion."""
    if case.is_percent:
        is_gross = abs(change) > POINTS_GROSS
    else:
        is_gross = last.value > 0 and not last.value / FACTOR_GROSS <= value <= last.value * FACTOR_GROSS
    if is_gross and not _small_count(case, last, value):
        yield case.flaw(
            "jump", WARNING,
            _("%(value)s is entered; %(year)s it was %(last)s. Is that right?")
            % {"value": case.shown(), "year": last.key.year, "last": case.shown(last.value)},
            value=value, last=last.value, year=last.key.year,
        )  # fmt: skip


def _jump_words(case: Case, last: Fact, change: Decimal, usual: Decimal, allowed: Decimal, count: int) -> str:
    said = {
        "value": case.shown(), "year": last.key.year, "last": case.shown(last.value), "count": count,
        "change": _change_words(case, change), "low": _change_words(case, usual - allowed),
        "high": _change_words(case, usual + allowed),
    }  # fmt: skip
    return (
        _(
            "%(value)s after %(last)s in %(year)s is a change of %(change)s a year. By the %(count)d yearly changes "
            "before, %(low)s to %(high)s would be usual here."
        )
        % said
    )


def _change_words(case: Case, change: Decimal) -> str:
    if case.is_percent:
        return points(signed(change, 2))
    return f"{signed(change * WHOLE, 1)}%"
