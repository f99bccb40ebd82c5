"""Checks that need nothing but the figure: what cannot be, and a rate against what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.calculations import rate, rounded
from indicators.checks.context import Case, in_unit, measure_alike
from indicators.checks.shapes import ERROR, WARNING, Fact, Flaw
from indicators.figure_words import as_given
from indicators.measures import convert

RATE_WITHIN = Decimal("0.05")
"""Points by which a rate may differ from its numerator and denominator (issue 5)."""
WHOLE = Decimal(100)


def impossible(case: Case) -> Iterator[Flaw]:
    """Values below the lowest or above the highest possible one; parts of a rate below zero."""
    entry, value = case.entry, case.value
    lowest, highest = entry.version.lowest, entry.version.highest
    if value is not None and lowest is not None and value < lowest:
        yield case.flaw(
            "too_low", ERROR,
            _("%(name)s cannot be %(value)s: the lowest possible value is %(bound)s.")
            % {"name": entry.called, "value": case.shown(), "bound": case.shown(lowest)},
            value=value, lowest=lowest,
        )  # fmt: skip
    if value is not None and highest is not None and value > highest:
        yield case.flaw(
            "too_high", ERROR,
            _("%(name)s cannot be %(value)s: the highest possible value is %(bound)s.")
            % {"name": entry.called, "value": case.shown(), "bound": case.shown(highest)},
            value=value, highest=highest,
        )  # fmt: skip
    if value is not None and entry.version.is_yes_no and value not in {0, 1}:
        yield case.flaw("yes_or_no", ERROR, _("Answer with yes or no (1 or 0)."), value=value)
    yield from _negative_parts(case)


def _negative_parts(case: Case) -> Iterator[Flaw]:
    for field, part in (("numerator", case.entry.numerator), ("denominator", case.entry.denominator)):
        if part is not None and part < 0:
            yield case.flaw(
                "negative_part", ERROR,
                _("The %(part)s of %(name)s cannot be below zero: %(value)s.")
                % {"part": _part_name(case, field), "name": case.entry.called, "value": as_given(part)},
                field, value=part,
            )  # fmt: skip


def _part_name(case: Case, field: str) -> str:
    version = case.entry.version
    if field == "numerator":
        return version.numerator_name or _("numerator")
    return version.denominator_name or _("denominator")


def parts_of_rate(case: Case) -> Iterator[Flaw]:
    """A rate has both parts or neither, a denominator above zero, and no numerator above it where it is a share."""
    entry = case.entry
    above, below = entry.numerator, entry.denominator
    if entry.absence or not entry.version.is_rate or (above is None and below is None):
        return
    if above is None or below is None:
        missing = "numerator" if above is None else "denominator"
        yield case.flaw(
            "part_missing", ERROR,
            _("“%(missing)s” of %(name)s is missing: numerator and denominator are given together.")
            % {"missing": _part_name(case, missing), "name": entry.called},
            missing,
        )  # fmt: skip
    elif below == 0:
        yield case.flaw(
            "denominator_zero", ERROR,
            _("“%(part)s” is 0, so no rate can be calculated. If there is nothing to measure here, choose "
              "“not applicable”.") % {"part": _part_name(case, "denominator")},
            "denominator",
        )  # fmt: skip
    elif above > below >= 0 and entry.version.highest == WHOLE:
        yield case.flaw(
            "numerator_above", ERROR,
            _("“%(above)s” (%(numerator)s) is larger than “%(below)s” (%(denominator)s), of which it is a part.")
            % {"above": _part_name(case, "numerator"), "numerator": as_given(above),
               "below": _part_name(case, "denominator"), "denominator": as_given(below)},
            "numerator", numerator=above, denominator=below,
        )  # fmt: skip


def calculated(case: Case) -> Decimal | None:
    """The rate that the entry's own parts make."""
    entry = case.entry
    if entry.absence or not entry.version.is_rate or entry.numerator is None or not entry.denominator:
        return None
    return rate(entry.numerator, entry.denominator, entry.version.scale)


def rate_against_parts(case: Case) -> Iterator[Flaw]:
    """A rate must be what its numerator and denominator make, within 0.05 points."""
    made, value = calculated(case), case.value
    if made is None or value is None or abs(made - value) <= RATE_WITHIN or is_share(case, made):
        return
    entry = case.entry
    yield case.flaw(
        "rate_mismatch", ERROR,
        _("%(numerator)s ÷ %(denominator)s makes %(made)s, but %(value)s is entered: %(apart)s points apart. "
          "Correct one of the three.")
        % {"numerator": as_given(entry.numerator or Decimal(0)),
           "denominator": as_given(entry.denominator or Decimal(0)), "made": case.shown(rounded(made, 2)),
           "value": case.shown(), "apart": as_given(rounded(abs(made - value), 2))},
        calculated=rounded(made, 6), value=value,
    )  # fmt: skip


def is_share(case: Case, made: Decimal) -> bool:
    """Whether the parts prove that a share of one was entered instead of percent: 0.52 for 52 %."""
    value = case.value
    if value is None or not case.is_percent or not 0 < value <= 1:
        return False
    return abs(made - value) > RATE_WITHIN and abs(made - value * WHOLE) <= max(RATE_WITHIN, case.step * WHOLE / 2)


def share_proved(case: Case) -> Iterator[Flaw]:
    """Percent confusion that numerator and denominator prove."""
    made = calculated(case)
    if made is None or not is_share(case, made):
        return
    meant = rounded(made, case.entry.version.precision)
    yield case.flaw(
        "percent_as_share", ERROR,
        _("%(value)s is entered, but numerator ÷ denominator makes %(meant)s. Enter percent, not a share of one: "
          "%(number)s.") % {"value": case.shown(), "meant": case.shown(meant), "number": as_given(meant)},
        value=case.value, meant=meant,
    )  # fmt: skip


def rate_against_counts(case: Case) -> Iterator[Flaw]:
    """A rate without parts of its own against the same place's counts: within 0.05 points and their rounding."""
    version, value = case.entry.version, case.value
    if value is None or case.entry.numerator is not None or not (version.numerator_id and version.denominator_id):
        return
    above, below = case.same_period(version.numerator_id), case.same_period(version.denominator_id)
    if above is None or below is None or below.value <= 0 or not measure_alike(above, below):
        return
    if not (case.is_comparable(above) and case.is_comparable(below)):
        return
    made, loose = rate_of_counts(above, below, version.scale)
    if abs(made - value) > RATE_WITHIN + loose:
        yield case.flaw(
            "rate_and_counts", WARNING,
            _("%(above)s (%(numerator)s) ÷ %(below)s (%(denominator)s) makes %(made)s, but %(value)s is entered.")
            % {"above": above.name, "numerator": in_unit(above.value, above.measure), "below": below.name,
               "denominator": in_unit(below.value, below.measure), "made": case.shown(rounded(made, 2)),
               "value": case.shown()},
            calculated=rounded(made, 6), value=value,
        )  # fmt: skip


def rate_of_counts(above: Fact, below: Fact, scale: Decimal) -> tuple[Decimal, Decimal]:
    """What two counts make, and by how much their own rounding may move it."""
    numerator = convert(above.value, above.measure, below.measure)
    step = convert(above.step, above.measure, below.measure)
    made = numerator / below.value * scale
    loose = (step / 2 / below.value + numerator * below.step / 2 / below.value**2) * scale
    return made, loose
