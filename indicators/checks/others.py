"""Checks against other figures: parts and their sum, what is never above another, published and accepted figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.checks.context import Case, in_unit, measure_alike
from indicators.checks.itself import RATE_WITHIN, calculated
from indicators.checks.shapes import ERROR, WARNING, Fact, Flaw
from indicators.figure_words import as_given
from indicators.measures import convert
from indicators.models import RANK, FigureStatus


def sums(case: Case) -> Iterator[Flaw]:
    """Parts make their whole within the rounding of the digits given; said once, at the whole or the first part."""
    here = case.entry.key.indicator_id
    for whole_id, part_ids in case.ledger.parts.items():
        if here != whole_id and here not in part_ids:
            continue
        whole, parts = case.same_period(whole_id), [case.same_period(part) for part in part_ids]
        known = [part for part in parts if part is not None]
        if case.value is None or whole is None or not known or here != _speaker(case, whole_id, part_ids):
            continue
        if measure_alike(whole, *known) and all(case.is_comparable(fact) for fact in (whole, *known)):
            yield from _sum(case, whole, known, is_complete=len(known) == len(part_ids) > 1)


def _speaker(case: Case, whole_id: int, part_ids: tuple[int, ...]) -> int | None:
    """Which of the entries speaks for the sum, so that it is said once."""
    return next((pk for pk in (whole_id, *part_ids) if _is_entered(case, pk)), None)


def _is_entered(case: Case, indicator_id: int) -> bool:
    """Whether a number of it is among the entries of the same place and period."""
    beside = case.entries.get(case.key_of(indicator_id))
    return beside is not None and beside.value is not None and not beside.absence


def _sum(case: Case, whole: Fact, parts: list[Fact], *, is_complete: bool) -> Iterator[Flaw]:
    total = sum((convert(part.value, part.measure, whole.measure) for part in parts), Decimal(0))
    loose = sum((convert(part.step, part.measure, whole.measure) for part in parts), whole.step) / 2
    said = {
        "parts": " + ".join(f"{part.name} {as_given(part.value)}" for part in parts),
        "total": in_unit(total, whole.measure), "name": whole.name, "whole": in_unit(whole.value, whole.measure),
        "loose": as_given(loose),
    }  # fmt: skip
    if is_complete and abs(total - whole.value) > loose:
        yield case.flaw(
            "sum_differs", ERROR,
            _("%(parts)s makes %(total)s, but %(name)s is %(whole)s: more apart than rounding explains (%(loose)s).")
            % said,
            total=total, whole=whole.value, allowed=loose,
        )  # fmt: skip
    elif not is_complete and total - whole.value > loose:
        yield case.flaw(
            "part_above_whole", ERROR,
            _("%(parts)s is more than %(name)s, of which it is a part: %(whole)s.") % said,
            total=total, whole=whole.value, allowed=loose,
        )  # fmt: skip


def not_above(case: Case) -> Iterator[Flaw]:
    """One thing above another where it usually is not; silent where it was so here before."""
    for lower_id, upper_id in case.ledger.not_above:
        if case.value is None or case.entry.key.indicator_id not in {lower_id, upper_id}:
            continue
        lower, upper = case.same_period(lower_id), case.same_period(upper_id)
        if lower is None or upper is None or not measure_alike(lower, upper) or _was_above(case, lower_id, upper_id):
            continue
        if case.entry.key.indicator_id == upper_id and _is_entered(case, lower_id):
            continue  # the lower one's own row says it
        allowed = (convert(lower.step, lower.measure, upper.measure) + upper.step) / 2
        if convert(lower.value, lower.measure, upper.measure) - upper.value > allowed:
            yield case.flaw(
                "above_other", WARNING,
                _("%(lower)s (%(low)s) is above %(upper)s (%(high)s), which is unusual. Check both, or say why.")
                % {"lower": lower.name, "low": in_unit(lower.value, lower.measure), "upper": upper.name,
                   "high": in_unit(upper.value, upper.measure)},
                lower=lower.value, upper=upper.value,
            )  # fmt: skip


def _was_above(case: Case, lower_id: int, upper_id: int) -> bool:
    """Whether an earlier period of this place already had it the other way, by figures that count."""
    place = case.entry.key.division_id
    uppers = {
        (fact.key.year, fact.key.part): fact
        for fact in case.ledger.by_place.get((place, upper_id), ())
        if fact.is_in_force and fact.is_verified
    }
    for fact in case.ledger.by_place.get((place, lower_id), ()):
        upper = uppers.get((fact.key.year, fact.key.part))
        if upper is None or fact.key.day >= case.entry.key.day or not (fact.is_in_force and fact.is_verified):
            continue
        if measure_alike(fact, upper) and convert(fact.value, fact.measure, upper.measure) > upper.value:
            return True
    return False


def against_published(case: Case) -> Iterator[Flaw]:
    """Another figure was published for this place and period. Only the most settled ones speak.

    Unverified published figures are mentioned as such, and only where there are no others.
    """
    published = [
        fact for fact in case.ledger.about(case.entry.key)
        if fact.key == case.entry.key and fact.is_published and case.is_comparable(fact)
    ]  # fmt: skip
    verified = [fact for fact in published if fact.is_verified]
    if verified:
        best = max(RANK[FigureStatus(fact.status)] for fact in verified)
        verified = [fact for fact in verified if RANK[FigureStatus(fact.status)] == best]
    other = next((fact for fact in verified or published if _differs(case, fact)), None)
    if other is None:
        return
    said = {"value": case.shown(), "other": case.shown(other.value), "source": other.source,
            "status": FigureStatus(other.status).label}  # fmt: skip
    if not other.is_verified:
        message = _("A source that could not be verified gives %(other)s for this period, not %(value)s: %(source)s")
    elif other.status == FigureStatus.FINAL:
        message = _("The published final figure of this period is %(other)s, not %(value)s. Source: %(source)s")
    else:
        message = _("Published for this period: %(other)s (%(status)s), not %(value)s. Source: %(source)s")
    yield case.flaw(
        "published_differs", WARNING, message % said,
        value=case.value, published=other.value, status=other.status, observation=str(other.uid or ""),
        is_verified=other.is_verified,
    )  # fmt: skip


def against_accepted(case: Case) -> Iterator[Flaw]:
    """Another figure was accepted for the same period. A more settled one replaces it without a question."""
    accepted = [
        fact for fact in case.ledger.about(case.entry.key)
        if fact.key == case.entry.key and not fact.is_published and fact.is_in_force and case.is_comparable(fact)
    ]  # fmt: skip
    other = accepted[0] if accepted else None
    if other is None or RANK[FigureStatus(case.entry.status)] > RANK[FigureStatus(other.status)]:
        return
    if _differs(case, other):
        yield case.flaw(
            "accepted_differs", WARNING,
            _("Accepted for this period: %(other)s (%(status)s). Now %(value)s is entered: say why it changed.")
            % {"other": case.shown(other.value), "status": FigureStatus(other.status).label, "value": case.shown()},
            value=case.value, accepted=other.value, status=other.status, observation=str(other.uid or ""),
        )  # fmt: skip


def _differs(case: Case, fact: Fact) -> bool:
    """Beyond half a unit of the coarser one's last digit; a rate that its parts bear out may be finer than it says."""
    value = case.value
    if value is None:
        return False
    loose = max(case.step, fact.step) / 2
    made = calculated(case)
    if made is not None and abs(made - value) <= RATE_WITHIN and abs(made - fact.value) <= loose:
        return False
    return abs(value - fact.value) > loose
