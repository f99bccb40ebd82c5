"""All places with their dated versions in memory: what a list of changes would make of them, before it is stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from units.matching import plain
from units.models import Division, DivisionVersion
from units.reference.lineage import rank

LEVELS = (Division.Level.PROVINCE, Division.Level.PREFECTURE, Division.Level.COUNTY)


@dataclass(eq=False, slots=True)
class Place:
    """One place. `pk` is None while it stands in the list only; `successor` where it went."""

    pk: int | None
    key: str
    level: str
    successor: Place | None = None
    versions: list[Version] = field(default_factory=list)

    @property
    def last(self) -> Version:
        return self.versions[-1]


@dataclass(eq=False, slots=True)
class Version:
    """One span of a place. `stored` is its row in the database; None while it stands in the list only."""

    place: Place
    code: str
    name: str
    name_en: str
    parent: Place | None
    start: dt.date | None
    end: dt.date | None
    source: str
    stored: DivisionVersion | None = None

    def holds(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    @property
    def described(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name


def level_of(code: str) -> str:
    """The level a code says; townships have nine digits."""
    return LEVELS[rank(code)].value if len(code) == 6 else Division.Level.TOWNSHIP.value


class Timeline:
    """The places of the database; closing and opening versions changes only what is in memory."""

    def __init__(self) -> None:
        """Two statements, however long the list."""
        self.places = {row.pk: Place(row.pk, row.key, row.level) for row in Division.objects.all()}
        self.keys = {place.key for place in self.places.values()}
        self.by_code: dict[str, list[Version]] = defaultdict(list)
        self.by_name: dict[str, list[Version]] = defaultdict(list)
        self.children: dict[Place, list[Version]] = defaultdict(list)
        rows = DivisionVersion.objects.all()
        for row in sorted(rows, key=lambda row: (row.division_id, row.since or dt.date.min)):
            self._add(
                Version(
                    place=self.places[row.division_id],
                    code=row.code,
                    name=row.name_zh,
                    name_en=row.name_en,
                    parent=self.places[row.parent_id] if row.parent_id else None,
                    start=row.since,
                    end=row.until,
                    source=row.source,
                    stored=row,
                )
            )

    def _add(self, version: Version) -> None:
        version.place.versions.append(version)
        self.by_name[plain(version.name)].append(version)
        if version.code:
            self.by_code[version.code].append(version)
        if version.parent:
            self.children[version.parent].append(version)

    def open(self, version: Version) -> Version:
        """A further version of a place, after its others."""
        self._add(version)
        return version

    def establish(self, code: str, name: str, day: dt.date) -> Place:
        """A new place without versions yet. One of the same code and name was there before: the day is added."""
        key = f"{code}-{name}"
        if key in self.keys:
            key = f"{key}-{day:%Y%m%d}"
        self.keys.add(key)
        return Place(None, key, level_of(code))

    def bearing(self, code: str, name: str, day: dt.date) -> list[Version]:
        """The versions of a day with this code; without a code, those with this name."""
        found: Iterable[Version] = self.by_code.get(code, ()) if code else self.by_name.get(plain(name), ())
        return [version for version in found if version.holds(day)]

    def holder_from(self, code: str, day: dt.date) -> Version | None:
        """Who has a code on a day or will have it later."""
        return next((v for v in self.by_code.get(code, ()) if v.end is None or day < v.end), None)

    def parent_by_code(self, code: str, day: dt.date) -> Place | None:
        """The place above by the code: the county of a township; the prefecture if there is one, else the province."""
        above = [code[:6]] if len(code) > 6 else [f"{code[:4]}00", f"{code[:2]}0000"]
        if code.endswith("0000"):
            return next((place for place in self.places.values() if place.level == Division.Level.NATION), None)
        for one in above:
            found = [version.place for version in self.bearing(one, "", day) if one != code]
            if found:
                return found[0]
        return None

    def below(self, place: Place) -> Iterator[Version]:
        """The versions of places that still hang on this one."""
        return (version for version in list(self.children.get(place, ())) if version.end is None)
