"""A version of an indicator in words, line by line, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from indicators.asking import level_words
from indicators.figure_words import as_given
from indicators.models import Direction, FieldSource, IndicatorVersion, RollUpMethod

DERIVED = ("推得", "推算")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a version says; `source` is None for what is the portal's own. `is_missing`: nobody has said it."""

    label: str
    value: str
    source: Mapping[str, Any] | None = None
    note: str = ""
    is_missing: bool = False


def lines(version: IndicatorVersion) -> list[Line]:
    """All of it, without what is empty. Its `sources` are fetched beforehand for many versions."""
    sources = {row.field: row for row in version.sources.all()}
    missing = [] if version.caliber else [Line(_("Definition"), _("not on record"), is_missing=True)]
    found = [
        Line(label, value, shown_source(sources.get(field)), note)
        for field, label, value, note in _said(version)
        if value
    ]
    for field, label in (("plan_2012", _("National plan, 2012")), ("plan_2020", _("National plan, target for 2020"))):
        if row := sources.get(field):
            note = _("A target of the nation, not of any pilot area.") if field == "plan_2020" else ""
            found.append(Line(label, row.said, shown_source(row), note))
    return [*found, *missing]


def shown_source(row: FieldSource | None) -> dict[str, Any] | None:
    """As components/source.html takes it."""
    if row is None:
        return None
    derived = any(word in row.source for word in DERIVED)
    return {"text": row.source, "verified": row.is_fact, "confidence": "", "derived": derived}


def _said(version: IndicatorVersion) -> Iterator[tuple[str, str, str, str]]:
    """Field, label, value and note, in the order of the page."""
    yield "name_zh", _("Name of the indicator"), version.name, ""
    yield "group_zh", _("Group"), version.group, ""
    yield "caliber_zh", _("Definition"), version.caliber, ""
    yield "measure", _("Unit of measure"), str(version.get_measure_display()), ""
    yield "direction", _("Direction"), _direction(version), ""
    yield "criterion_zh", _("Criterion of completion"), version.criterion, ""
    yield "frequency", _("Frequency"), str(version.get_frequency_display()), ""
    yield "department", _("Department responsible"), version.department.name if version.department else "", ""
    yield from _applies(version)
    yield "method", _("Roll-up"), str(version.get_method_display()), ""
    yield from _made_of(version)
    yield "weight", _("Weight"), version.weight.name if version.weight else "", ""
    yield "lowest", _("Possible values"), _possible(version), ""
    if version.is_cumulative:
        yield "is_cumulative", _("Cumulative"), _("Counts on from a beginning: it cannot fall."), ""
    if version.series:
        yield "series", _("Re-based by"), str(version.get_series_display()), ""


def _direction(version: IndicatorVersion) -> str:
    said = str(version.get_direction_display())
    return f"{said}: {_span(version.best_from, version.best_to)}" if version.direction == Direction.RANGE else said


def _span(low: Any, high: Any) -> str:
    return f"{as_given(low) if low is not None else '…'} – {as_given(high) if high is not None else '…'}"


def _possible(version: IndicatorVersion) -> str:
    if version.lowest is None and version.highest is None:
        return ""
    return _span(version.lowest, version.highest)


def _applies(version: IndicatorVersion) -> Iterator[tuple[str, str, str, str]]:
    if version.levels:
        yield "levels", _("Applies to"), level_words(version.levels), ""
    if version.applies_by and version.applies_over is not None:
        words = _("%(indicator)s above %(bound)s") % {
            "indicator": version.applies_by.name,
            "bound": as_given(version.applies_over),
        }
        yield "applies_by", _("Applies where"), words, ""


def _made_of(version: IndicatorVersion) -> Iterator[tuple[str, str, str, str]]:
    if version.method != RollUpMethod.RATIO:
        return
    unit = str(version.get_part_measure_display())
    yield "numerator_zh", _("Numerator"), version.numerator_name, unit
    yield "denominator_zh", _("Denominator"), version.denominator_name, unit
