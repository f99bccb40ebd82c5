"""What checks are given and what they say. Plain values: nothing here knows a database."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from indicators.models import IndicatorVersion, Part, period_end

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"


@dataclass(frozen=True, slots=True)
class Key:
    """Whose figure it is: one place, one indicator, one period."""

    division_id: int
    indicator_id: int
    year: int
    part: str = Part.YEAR

    @property
    def day(self) -> dt.date:
        return period_end(self.year, self.part)


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure to be checked, in the version's units. `entered` and `entered_measure` say how fine it was given.

    `vintage_id` None: the vintage is the usual one of that year, or the indicator has none.
    """

    key: Key
    version: IndicatorVersion
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    absence: str = ""
    status: str = "estimate"
    vintage_id: int | None = None
    name: str = ""
    entered: str = ""
    entered_measure: str = ""

    @property
    def called(self) -> str:
        return self.name or self.version.name


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that is known already: accepted in the programme, or published."""

    key: Key
    value: Decimal
    step: Decimal
    """One unit of the last digit it was given with."""
    measure: str
    name: str
    status: str
    vintage_id: int | None = None
    is_verified: bool = True
    is_published: bool = True
    is_in_force: bool = True
    source: str = ""
    uid: UUID | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing a check found. Errors stop a submission, warnings take an answer kept under `code`."""

    key: Key
    code: str
    severity: Severity
    message: str
    field: str = "value"
    evidence: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR
