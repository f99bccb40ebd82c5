"""One row of a grid as typed, understood: numbers in the indicator's unit, a rate from its parts, why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from indicators.calculations import rate
from indicators.figure_words import plain
from indicators.measures import Measure
from indicators.models import Absence, FigureStatus, IndicatorVersion
from indicators.typed import STORED, BadNumber, is_too_large, read_number, typed_measure
from portal.errors import Finding

PARTS = ("numerator", "denominator")
NUMBERS = ("value", *PARTS)
PAIR = " / "
"""Between the parts of a rate in what is kept as typed; no single number holds it."""
LENGTHS = {"reason": 500, "source": 500, "note": 1000}
LONGEST_ENTERED = 60
LONGEST_ANSWER, MOST_ANSWERS = 500, 30
CODE = re.compile(r"[a-z0-9_]{1,60}")
"""What a warning is called; answers to anything else are to nothing."""


class Typed(Protocol):
    """What a row of a grid brings: texts."""

    @property
    def key(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def numerator(self) -> str: ...
    @property
    def denominator(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def absence(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says: the columns of a figure, and the answers to warnings as they were sent."""

    fields: dict[str, Any]
    answers: dict[str, str]

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to keep but how settled it would be."""
        return any(value not in ("", None) for name, value in self.fields.items() if name != "status")


def _clean(text: str) -> str:
    """Without what no column holds: null characters and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def cell(key: str, field: str = "") -> str:
    """What findings about a cell point at."""
    return f"figure:{key}:{field}" if field else f"figure:{key}"


def as_text(value: Decimal | str | None) -> str | None:
    """A number without needless zeros, a text as it is, None for none."""
    return plain(value) if isinstance(value, Decimal) else value


def read_row(given: Typed, version: IndicatorVersion) -> tuple[Said, list[Finding]]:
    """What a row says, and of each cell that cannot be read why. With findings the first is not to be used."""
    findings: list[Finding] = []
    numbers = {name: _number(given, version, name, findings) for name in NUMBERS}
    findings += _wrong_choices(given) or _contradictions(given, version, numbers)
    texts = {name: _text(given, name, findings) for name in LENGTHS}
    value = numbers["value"]
    if value is None and not findings:
        value = _rate(given, version, numbers, findings)
    answers = _answers(given, findings)
    fields = {
        **numbers,
        **texts,
        "value": value,
        "absence": given.absence,
        "status": given.status,
        "entered": _entered(given),
        "entered_measure": _measure(given, version) if any(value is not None for value in numbers.values()) else "",
    }
    return Said(fields, answers), findings


def _number(given: Typed, version: IndicatorVersion, name: str, findings: list[Finding]) -> Decimal | None:
    text = _clean(getattr(given, name))
    if not text or (name in PARTS and not version.is_rate):
        return None
    measure = "" if version.is_rate and name == "value" else given.measure
    if measure and measure not in Measure.values:
        return None
    try:
        return read_number(text, measure, version, of=name)
    except BadNumber as error:
        findings.append(Finding(error.code, error.message, cell(given.key, name)))
        return None


def _wrong_choices(given: Typed) -> list[Finding]:
    """What is none of the words a choice has."""
    offered = {"absence": Absence.values, "status": FigureStatus.values, "measure": ["", *Measure.values]}
    return [
        Finding("unknown_choice", _("Choose one of those offered."), cell(given.key, name))
        for name, values in offered.items()
        if getattr(given, name) not in values
    ]


def _contradictions(given: Typed, version: IndicatorVersion, numbers: Mapping[str, Decimal | None]) -> list[Finding]:
    found = []
    if given.absence and any(getattr(given, name).strip() for name in NUMBERS):
        text = _("Give either a number or the reason why there is none, not both.")
        found.append(Finding("number_and_absence", text, cell(given.key, "absence")))
    if not version.is_rate:
        text = _("This indicator is given as one number, without numerator and denominator.")
        found += [Finding("no_parts", text, cell(given.key, name)) for name in PARTS if getattr(given, name).strip()]
    if numbers["denominator"] == 0:
        text = _("The denominator is 0, so there is no rate. Where there is nothing to measure, say “not applicable”.")
        found.append(Finding("denominator_zero", text, cell(given.key, "denominator")))
    return found


def _rate(
    given: Typed, version: IndicatorVersion, numbers: Mapping[str, Decimal | None], findings: list[Finding]
) -> Decimal | None:
    """A rate of which only the two parts were given."""
    numerator, denominator = numbers["numerator"], numbers["denominator"]
    if numerator is None or denominator is None:
        return None
    value = rate(numerator, denominator, version.scale)
    if value is not None and is_too_large(value):
        text = _("This makes a rate larger than any figure kept here.")
        findings.append(Finding("too_large", text, cell(given.key, "numerator")))
        return None
    return None if value is None else value.quantize(STORED, ROUND_HALF_UP)


def _text(given: Typed, name: str, findings: list[Finding]) -> str:
    text = _clean(getattr(given, name))
    most = LENGTHS[name]
    if len(text) > most:
        words = _("This is too long: at most %(most)d characters.") % {"most": most}
        findings.append(Finding("too_long", words, cell(given.key, name)))
    return text


def _answers(given: Typed, findings: list[Finding]) -> dict[str, str]:
    """Without empty ones: taking an answer back is leaving it empty."""
    texts = {code: _clean(text) for code, text in given.answers.items() if CODE.fullmatch(code)}
    if len(texts) > MOST_ANSWERS or any(len(text) > LONGEST_ANSWER for text in texts.values()):
        words = _("An answer is at most %(most)d characters long.") % {"most": LONGEST_ANSWER}
        findings.append(Finding("too_long", words, cell(given.key, "answers")))
    return {code: text for code, text in sorted(texts.items()) if text}


def _entered(given: Typed) -> str:
    """The number as typed; of a rate of which only the parts were, those."""
    value = _clean(given.value)
    parts = PAIR.join(text for name in PARTS if (text := _clean(getattr(given, name))))
    return value or (parts if len(parts) <= LONGEST_ENTERED else PAIR)


def _measure(given: Typed, version: IndicatorVersion) -> str:
    return given.measure or typed_measure(version)
