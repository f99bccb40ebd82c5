"""What an indicator means, as one gives it: the shape both faces fill, and what cannot be among it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.measures import Measure
from indicators.models import Direction, Frequency, IndicatorVersion, RollUpMethod, Series
from portal.errors import Finding
from units.models import Division

LONGEST: dict[str, int] = {
    "name_zh": 200, "name_en": 200, "group_zh": 80, "group_en": 80, "caliber_zh": 2000, "caliber_en": 2000,
    "criterion_zh": 2000, "criterion_en": 2000, "numerator_zh": 120, "numerator_en": 120, "denominator_zh": 120,
    "denominator_en": 120,
}  # fmt: skip
LONGEST_SOURCE = 500
MOST_DECIMALS = 6
LARGEST = Decimal(10) ** 17
NUMBERS = ("best_from", "best_to", "applies_over", "scale", "lowest", "highest")
OTHERS = ("applies_by", "weight", "numerator", "denominator")
"""Fields that name another indicator by its code."""
PARTS = ("numerator_zh", "numerator_en", "denominator_zh", "denominator_en", "numerator", "denominator", "part_measure")
"""What only a rate has."""
CHOICES: dict[str, list[str]] = {
    "measure": Measure.values,
    "part_measure": ["", *Measure.values],
    "direction": Direction.values,
    "frequency": Frequency.values,
    "method": RollUpMethod.values,
    "series": Series.values,
}


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """All that one version says. Other indicators by code, '' for none; `department` is the uid of an office.

    `source` says where it comes from, for the fields that are new or changed with this version.
    """

    name_zh: str
    measure: str
    source: str
    name_en: str = ""
    group_zh: str = ""
    group_en: str = ""
    precision: int = 2
    direction: str = Direction.UP.value
    best_from: Decimal | None = None
    best_to: Decimal | None = None
    caliber_zh: str = ""
    caliber_en: str = ""
    criterion_zh: str = ""
    criterion_en: str = ""
    frequency: str = Frequency.YEARLY.value
    department: uuid.UUID | None = None
    levels: tuple[str, ...] = ()
    applies_by: str = ""
    applies_over: Decimal | None = None
    method: str = RollUpMethod.NONE.value
    weight: str = ""
    numerator_zh: str = ""
    numerator_en: str = ""
    denominator_zh: str = ""
    denominator_en: str = ""
    numerator: str = ""
    denominator: str = ""
    scale: Decimal = Decimal(1)
    part_measure: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    is_cumulative: bool = False
    series: str = ""


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(VersionFacts) if field.name != "source")


def facts_of(version: IndicatorVersion) -> VersionFacts:
    """What a stored version says, to be changed from there; the source is asked for anew."""
    values = {name: getattr(version, name) for name in FIELDS if name not in (*OTHERS, "department", "levels")}
    others: dict[str, Any] = {name: _code(version, name) for name in OTHERS}
    department = version.department.uid if version.department else None
    return VersionFacts(source="", department=department, levels=tuple(version.levels), **values, **others)


def _code(version: IndicatorVersion, name: str) -> str:
    other = getattr(version, name)
    return other.code if other else ""


def faults(facts: VersionFacts) -> Iterator[Finding]:
    """What cannot be, each pointing at its field."""
    yield from _text_faults(facts)
    yield from _choice_faults(facts)
    yield from _number_faults(facts)
    yield from _range_faults(facts)
    yield from _method_faults(facts)
    if facts.direction == Direction.QUALITATIVE and not facts.criterion_zh:
        yield Finding("required", _("Say when it counts as done: nobody can judge it otherwise."), "criterion_zh")
    if bool(facts.applies_by) != (facts.applies_over is not None):
        missing = "applies_over" if facts.applies_by else "applies_by"
        yield Finding("required", _("Name both the indicator and the bound, or neither."), missing)


def _text_faults(facts: VersionFacts) -> Iterator[Finding]:
    for name in ("name_zh", "source"):
        if not getattr(facts, name).strip():
            yield Finding("required", _("Please fill this in."), name)
    for name, most in {**LONGEST, "source": LONGEST_SOURCE}.items():
        if len(getattr(facts, name)) > most:
            yield Finding("max_length", _("At most %(most)d characters.") % {"most": most}, name)


def _choice_faults(facts: VersionFacts) -> Iterator[Finding]:
    for name, offered in CHOICES.items():
        if getattr(facts, name) not in offered:
            yield Finding("invalid_choice", _("Choose one of those offered."), name)
    if set(facts.levels) - set(Division.Level.values):
        yield Finding("invalid_choice", _("Choose among those offered."), "levels")


def _number_faults(facts: VersionFacts) -> Iterator[Finding]:
    if not 0 <= facts.precision <= MOST_DECIMALS:
        text = _("Between %(least)d and %(most)d.") % {"least": 0, "most": MOST_DECIMALS}
        yield Finding("out_of_bounds", text, "precision")
    for name in NUMBERS:
        value = getattr(facts, name)
        if value is not None and not _fits(value):
            yield Finding("bad_number", _("A number with at most %(most)d decimals.") % {"most": MOST_DECIMALS}, name)
    if facts.scale <= 0:
        yield Finding("out_of_bounds", _("This must be above zero: 100 for percent."), "scale")


def _fits(value: Decimal) -> bool:
    return value.is_finite() and abs(value) < LARGEST and value == round(value, MOST_DECIMALS)


def _range_faults(facts: VersionFacts) -> Iterator[Finding]:
    best = (facts.best_from, facts.best_to)
    if facts.direction == Direction.RANGE and best == (None, None):
        yield Finding("required", _("Say where the best range begins, or where it ends."), "best_from")
    if facts.direction != Direction.RANGE and best != (None, None):
        text = _("Only where a range is best. Leave it empty, or choose that direction.")
        yield Finding("of_no_use", text, "best_from")
    for low, high in (("best_from", "best_to"), ("lowest", "highest")):
        bounds = (getattr(facts, low), getattr(facts, high))
        if None not in bounds and bounds[0] > bounds[1]:
            yield Finding("out_of_order", _("This lies below where it begins."), high)


def _method_faults(facts: VersionFacts) -> Iterator[Finding]:
    if facts.method == RollUpMethod.WEIGHTED and not facts.weight:
        yield Finding("required", _("A weighted mean names the indicator it is weighted by."), "weight")
    if facts.method == RollUpMethod.RATIO:
        for name in ("numerator_zh", "denominator_zh", "part_measure"):
            if not getattr(facts, name):
                yield Finding("required", _("A rate says what it is made of, and in which unit."), name)
        return
    for name in PARTS:
        if getattr(facts, name):
            yield Finding("of_no_use", _("Only a rate has this. Leave it empty, or roll it up as a rate."), name)
