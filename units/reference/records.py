"""Shapes of the reference data about places and offices. Pure data: nothing here knows the database.

Ranges are half-open: `valid_from` is the first day, `valid_to` the first day no longer valid.
`None` as a start means that the start is not known; `None` as an end means that it is still so.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["nation", "province", "prefecture", "county", "township"]
OfficeKind = Literal["ministry", "commission", "leading_group", "department"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """How a place was called, coded and subordinated during one span of time."""

    code: str | None
    name_zh: str
    parent_key: str | None
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class DivisionRecord:
    """One place. A place that changes its level ends, and the new one is named in `succeeded_by`."""

    key: str
    level: Level
    versions: tuple[VersionRecord, ...]
    name_en: str = ""
    sort_key: str = ""
    separately_planned: bool = False
    succeeded_by: str | None = None

    def version_on(self, day: date) -> VersionRecord | None:
        for version in self.versions:
            started = version.valid_from is None or version.valid_from <= day
            if started and (version.valid_to is None or day < version.valid_to):
                return version
        return None

    @property
    def present(self) -> VersionRecord | None:
        """The version that is still so, if the place still exists."""
        return self.versions[-1] if self.versions[-1].valid_to is None else None


@dataclass(frozen=True, slots=True)
class NameRecord:
    """The name an office bore during one span of time."""

    name_zh: str
    name_en: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class OfficeRecord:
    """One office of a place."""

    key: str
    kind: OfficeKind
    division_key: str
    names: tuple[NameRecord, ...]
    source: str
    confidence: Confidence
    sort_key: str = ""
    parent_key: str | None = None
    desk_zh: str = ""
    desk_en: str = ""
    valid_to: date | None = None
    succeeded_by: str | None = None
    province_level_sender: bool = False
    shown: bool = True

    def name_on(self, day: date) -> NameRecord | None:
        for name in self.names:
            started = name.valid_from is None or name.valid_from <= day
            if started and (name.valid_to is None or day < name.valid_to):
                return name
        return None
