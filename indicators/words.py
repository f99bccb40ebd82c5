"""Verdicts, their reasons and what goes with them in words, in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from indicators.calculations import Judgement, Reason, Verdict, rounded
from indicators.figure_words import amount, demand, difference, due, given, moment, span
from indicators.models import Comparison, IndicatorVersion
from indicators.standing_shapes import Line, Shown, Standing, Start


def verdict_word(judgement: Judgement) -> str:
    """The word on the chip: a target whose day has come is met or missed."""
    if judgement.reason == Reason.MET:
        return pgettext("target", "met")
    if judgement.reason == Reason.MISSED:
        return pgettext("target", "missed")
    return str(judgement.verdict.label)


SIGNS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.AHEAD: ("▲", "good"),
    Verdict.ON_TRACK: ("●", "good"),
    Verdict.AT_RISK: ("!", "warn"),
    Verdict.OFF_TRACK: ("▼", "bad"),
    Verdict.UNKNOWN: ("?", "idle"),
}
"""Sign and tone of a verdict; it never stands without its word."""


# -- reasons -----------------------------------------------------------------------------------------------------


def reason(line: Line, version: IndicatorVersion) -> str:
    """Why the verdict is what it is, in one sentence."""
    judgement = line.judgement
    if judgement.reason in {Reason.AHEAD, Reason.ON_PATH, Reason.BEHIND}:
        return _on_path(judgement, line.figure, version)
    if judgement.reason in {Reason.MET, Reason.MISSED}:
        return _settled(line, version)
    return UNKNOWN[judgement.reason](line, version)


def _told(figure: Shown | None, version: IndicatorVersion) -> dict[str, Any]:
    if figure is None or figure.value is None:
        return {"actual": "—", "when": "—"}
    return {"actual": amount(figure.value, version), "when": moment(figure.day)}


def _on_path(judgement: Judgement, figure: Shown | None, version: IndicatorVersion) -> str:
    gap, should = judgement.gap or Decimal(0), judgement.expected or Decimal(0)
    time = span(judgement.gap_years) if judgement.gap_years else ""
    told = {
        **_told(figure, version),
        "expected": amount(should, version),
        "gap": difference(gap, version),
        "time": time,
    }
    if not rounded(gap, version.precision):
        return _("By %(when)s it should be %(expected)s, and so it is.") % told
    if gap > 0 and time:
        text = _("By %(when)s it should be %(expected)s; it is %(actual)s, %(gap)s ahead, worth about %(time)s.")
    elif gap > 0:
        text = _("By %(when)s it should be %(expected)s; it is %(actual)s, %(gap)s ahead.")
    elif time:
        text = _("By %(when)s it should be %(expected)s; it is %(actual)s, %(gap)s behind, worth about %(time)s.")
    else:
        text = _("By %(when)s it should be %(expected)s; it is %(actual)s, %(gap)s behind.")
    return text % told


def _settled(line: Line, version: IndicatorVersion) -> str:
    is_met, gap = line.judgement.reason == Reason.MET, line.judgement.gap or Decimal(0)
    if line.aim.comparison == Comparison.DONE:
        return _("Done.") if is_met else _("Not done, though it was due by %(due)s.") % {"due": due(line.aim)}
    told = {
        **_told(line.figure, version),
        "target": demand(line.aim, version),
        "due": due(line.aim),
        "gap": difference(gap, version),
    }
    if not rounded(gap, version.precision) or (is_met and gap < 0):
        text = _("Met: %(target)s was asked for, and at %(when)s it was %(actual)s.")
    elif is_met:
        text = _("Met: %(target)s was asked for, and at %(when)s it was %(actual)s, %(gap)s better.")
    else:
        text = _("Missed: %(target)s was asked for by %(due)s; at %(when)s it was %(actual)s, %(gap)s short.")
        if line.aim.due_on is None:
            text = _("Missed: %(target)s is asked for at all times; at %(when)s it was %(actual)s, %(gap)s off.")
    return text % told


def _no_baseline(line: Line, version: IndicatorVersion) -> str:
    text = _("No baseline is on record, so there is no path to hold %(actual)s at %(when)s against.")
    return text % _told(line.figure, version)


def _other_vintage(line: Line, version: IndicatorVersion) -> str:
    figure = line.figure.vintage if line.figure else None
    target, start = line.vintage, line.start.vintage if line.start else None
    told = {**_told(line.figure, version), "basis": figure.name if figure else "—"}
    if figure and target and figure != target:
        text = _(
            "%(actual)s at %(when)s is on the %(basis)s, the target on the %(other)s: the two cannot be compared, "
            "so there is no verdict."
        )
        return text % {**told, "other": target.name}
    text = _(
        "%(actual)s at %(when)s and the target are on the %(basis)s, the baseline on the %(other)s: the two cannot be "
        "compared, so there is no verdict."
    )
    basis = figure or target
    return text % {**told, "basis": basis.name if basis else "—", "other": start.name if start else "—"}


def _too_early(line: Line, version: IndicatorVersion) -> str:
    start = {"start": moment(line.start.day)} if line.start else {"start": "—"}
    return _("Since %(start)s, where the path begins, there is no figure yet.") % start


def _due_figure_missing(line: Line, version: IndicatorVersion) -> str:
    text = _("The target was due by %(due)s, and no figure as of then is on record.") % {"due": due(line.aim)}
    judgement, figure = line.judgement, line.figure
    if judgement.expected is None or judgement.gap is None or figure is None:
        return text
    told = {**_told(figure, version), "expected": amount(judgement.expected, version)}
    return f"{text} " + _("The last one is %(actual)s at %(when)s, when it should have been %(expected)s.") % told


def _not_applicable(line: Line, version: IndicatorVersion) -> str:
    return _("It does not apply here: %(why)s") % {"why": line.figure.reason if line.figure else "—"}


Say = Callable[[Line, IndicatorVersion], str]
UNKNOWN: Mapping[Reason, Say] = {
    Reason.NOT_DONE_YET: lambda line, _v: _("Not done yet; it is due by %(due)s.") % {"due": due(line.aim)},
    Reason.NO_FIGURE: lambda _l, _v: _("There is no figure yet, so there is no verdict."),
    Reason.NOT_APPLICABLE: _not_applicable,
    Reason.NOT_AVAILABLE: lambda _l, _v: _("The figure is not available, so there is no verdict."),
    Reason.NO_BASELINE: _no_baseline,
    Reason.OTHER_VINTAGE: _other_vintage,
    Reason.UNVERIFIED_TARGET: lambda _l, _v: _("The target is not verified and takes no part in verdicts."),
    Reason.UNVERIFIED_FIGURE: lambda _l, _v: _("The figure is not verified and takes no part in verdicts."),
    Reason.TOO_EARLY: _too_early,
    Reason.DUE_FIGURE_MISSING: _due_figure_missing,
}


# -- what goes with it -------------------------------------------------------------------------------------------


def pace(line: Line, version: IndicatorVersion) -> str:
    """What is needed each year from the last figure on, beside what was reached; '' where it says nothing."""
    judgement = line.judgement
    if not judgement.is_known or judgement.pace_needed is None or judgement.pace_so_far is None:
        return ""
    told = {
        "needed": difference(judgement.pace_needed, version, with_sign=True),
        "so_far": difference(judgement.pace_so_far, version, with_sign=True),
    }
    return _("Needed each year from now on: %(needed)s; so far it was %(so_far)s a year.") % told


def forecast(line: Line, version: IndicatorVersion) -> str:
    """Where the pace so far would lead; '' where nobody can say."""
    point = line.forecast
    if point is None:
        return ""
    told = {"value": amount(point.value, version), "when": moment(point.day)}
    return _("At the pace so far it would be %(value)s at %(when)s.") % told


def start(begin: Start, version: IndicatorVersion) -> str:
    """Where the path is drawn from."""
    told = {"value": given(begin.value, version), "when": moment(begin.day)}
    if begin.baseline is None:
        text = _("No baseline is on record: the path is drawn from the first verified figure, %(value)s at %(when)s.")
        return text % told
    return _("The path is drawn from the baseline of %(value)s at %(when)s.") % told


def notes(line: Line, version: IndicatorVersion) -> list[str]:
    """What a reader of the verdict has to know besides."""
    said = [start(line.start, version)] if line.start else []
    for other in line.others:
        told = {
            "value": given(other.baseline.value, version),
            "year": other.baseline.year,
            "verdict": verdict_word(other.judgement),
        }
        if other.changes:
            said.append(_("From the other baseline, %(value)s (%(year)d), the verdict would be: %(verdict)s.") % told)
        else:
            said.append(_("The other baseline, %(value)s (%(year)d), would not change the verdict.") % told)
    if line.is_judged_late:
        said.append(_("No figure as of the due day is on record: the first one after it is used."))
    if line.is_year_inferred:
        said.append(_("The document does not give the year in this sentence; it is inferred from what stands before."))
    return said


def summary(standing: Standing) -> str:
    """All indicators with a target in one sentence; '' where there is none."""
    order = list(Verdict)
    found = [one.principal.judgement for one in standing.indicators if one.principal]
    found.sort(key=lambda judgement: order.index(judgement.verdict))
    words, whole = Counter(verdict_word(one) for one in found), len(found)
    if not whole:
        return ""
    parts = [f"{word} {count}" for word, count in words.items()]
    text = ngettext(
        "%(count)d indicator with a target: %(parts)s", "%(count)d indicators with targets: %(parts)s", whole
    )
    return text % {"count": whole, "parts": pgettext("between items of a list", ", ").join(parts)}


def withdrawn(code: str) -> str:
    """Why a figure counts no longer; codes of ours in words, sentences of people as they are."""
    known = {
        "corrected": _("The report that brought it was corrected."),
        "replaced": _("The published series was replaced."),
    }
    return known.get(code, code)
