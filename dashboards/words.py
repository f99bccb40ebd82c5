"""Positions and tallies in words: what a cell, a row of a file and a heading say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.filters import WORST
from dashboards.tallies import Tally
from indicators import figure_words
from indicators.calculations import Aim, Judgement, Reason, Verdict
from indicators.models import Direction, IndicatorVersion, Position
from indicators.words import SIGNS, verdict_word

BAR = 100


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in hundredths of its length."""

    verdict: Verdict
    count: int
    x: str
    width: str


def segments(tally: Tally) -> Iterator[Segment]:
    """Worst first; nothing for what there is none of."""
    begin = 0.0
    for verdict in WORST:
        if count := tally.of(verdict):
            width = BAR * count / tally.total
            yield Segment(verdict, count, f"{begin:.2f}", f"{width:.2f}")
            begin += width


def bar(tally: Tally) -> SafeString:
    """Rectangles side by side, each in its colour and pattern (`_legend.html` has them).

    Written here, not by a template: a page has a hundred of them.
    """
    parts = (
        f'<rect fill="url(#mark-{part.verdict.value})" x="{part.x}" width="{part.width}" height="10"/>'
        for part in segments(tally)
    )
    return mark_safe("".join(parts))  # noqa: S308 (numbers and names of verdicts, nothing anybody typed)


def told(tally: Tally) -> str:
    """`3 off track, 5 at risk, …` for who does not see the bar."""
    return _(", ").join(f"{tally.of(verdict)} {verdict.label}" for verdict in WORST if tally.of(verdict)) or _("none")


def verdict_chip(row: Position) -> dict[str, str]:
    """Tone, sign and word; none where no target is on record."""
    if not row.verdict:
        return {}
    sign, tone = SIGNS[Verdict(row.verdict)]
    word = verdict_word(Judgement(Verdict(row.verdict), Reason(row.reason)))
    return {"tone": tone, "sign": sign, "text": word}


def value(row: Position, version: IndicatorVersion) -> str:
    """'' where there is no number."""
    return _given(row.value, version)


def before(row: Position, version: IndicatorVersion) -> str:
    """What the figure before was; '' where there is none."""
    return _given(row.before_value, version)


def _given(number: Decimal | None, version: IndicatorVersion) -> str:
    if number is None:
        return ""
    if version.direction == Direction.YES_NO:
        return _("yes") if number else _("no")
    if version.direction == Direction.QUALITATIVE:
        return _("done") if number else _("not done")
    return figure_words.amount(number, version)


def expected(row: Position, version: IndicatorVersion) -> str:
    return figure_words.amount(row.expected, version) if row.expected is not None else ""


def gap(row: Position, version: IndicatorVersion) -> str:
    return figure_words.difference(row.gap, version, with_sign=True) if row.gap is not None else ""


def gap_time(row: Position) -> str:
    """The gap in time on the path: how long ahead or behind."""
    span = figure_words.span(row.gap_years) if row.gap_years else ""
    if not span:
        return ""
    return (_("%(span)s ahead") if row.gap_years and row.gap_years > 0 else _("%(span)s behind")) % {"span": span}


def aim(row: Position) -> Aim:
    return Aim(row.comparison, row.target, row.target_to, row.due_on)


def demand(row: Position, version: IndicatorVersion) -> str:
    return figure_words.demand(aim(row), version) if row.comparison else ""


def due(row: Position) -> str:
    return figure_words.due(aim(row)) if row.comparison else ""


def change(row: Position) -> str:
    """`on track → at risk`; '' where the verdict is the same or nobody can say."""
    if not row.change:
        return ""
    return f"{Verdict(row.before_verdict).label} → {Verdict(row.verdict).label}"


def since(row: Position) -> str:
    return figure_words.moment(row.figure_on) if row.figure_on else ""


def cell_title(row: Position, version: IndicatorVersion) -> str:
    """What a cell of the heat table says in full."""
    chip = verdict_chip(row)
    parts = [version.name, chip.get("text", _("No target is on record.")), value(row, version), gap(row, version)]
    return " · ".join(part for part in parts if part)


def finding(tally: Tally) -> str:
    """The sentence over a table: what the reader is to know first."""
    if not tally.total:
        return _("No target is on record here.")
    if not tally.judged:
        return _("None of %(total)d targets can be judged yet.") % {"total": tally.total}
    text = ngettext(
        "%(behind)d of %(judged)d target that can be judged is at risk or off track",
        "%(behind)d of %(judged)d targets that can be judged are at risk or off track",
        tally.judged,
    )
    return text % {"behind": tally.behind, "judged": tally.judged}


def coverage(tally: Tally) -> str:
    counts: dict[str, Any] = {"judged": tally.judged, "total": tally.total}
    return _("%(judged)d of %(total)d judged") % counts
