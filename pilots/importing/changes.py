"""What a list of dated changes would make of the places: worked out in memory, day by day, with every fault."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilots.importing.finding import Cell, Notes, find
from pilots.importing.timeline import Place, Timeline, Version, level_of
from records.importing.kinds import Suggestion
from units.matching import Outcome, Places, plain

MOST_NAMES = 3


class Kind(enum.StrEnum):
    RENAME = "rename"
    RECODE = "recode"
    UPGRADE = "upgrade"
    MERGE = "merge"
    ABOLISH = "abolish"
    ESTABLISH = "establish"


GOES_ON = (Kind.RENAME, Kind.RECODE, Kind.UPGRADE)
"""After these the place is the same one, unless its level changes."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the list. `year_only`: the source gives the year, and `day` is its last day."""

    row: int
    kind: Kind
    day: dt.date
    year_only: bool
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    to_name_en: str
    parent: str
    source: str

    @property
    def eve(self) -> dt.date:
        return self.day - dt.timedelta(days=1)

    @property
    def from_column(self) -> str:
        return "from_code" if self.from_code else "from_name"

    @property
    def to_column(self) -> str:
        return "to_code" if self.to_code else "to_name"


@dataclass(slots=True)
class Effect:
    """What a row does. `also` are the versions of places below, which go on under the successor."""

    told: Told
    closed: Version | None = None
    opened: Version | None = None
    target: Version | None = None
    also: list[tuple[Version, Version]] = field(default_factory=list)
    same: bool = False

    @property
    def ended(self) -> bool:
        """The place itself ends with this row."""
        return self.closed is not None and (self.opened is None or self.opened.place is not self.closed.place)


class Changes:
    """Works a list through: within a day first everything that ends, then everything that begins."""

    def __init__(self, timeline: Timeline, places: Places) -> None:
        self.timeline, self.places = timeline, places
        self.notes = Notes()
        self.effects: dict[int, Effect] = {}
        self._touched: dict[tuple[Place, dt.date], int] = {}
        self._changed: dict[Place, int] = {}

    def work(self, told: Sequence[Told]) -> None:
        for _day, rows in groupby(sorted(told, key=lambda t: (t.day, t.row)), key=lambda t: t.day):
            self._one_day(list(rows))

    def _one_day(self, rows: Sequence[Told]) -> None:
        todo = [Effect(told) for told in rows]
        for effect in todo:
            self.effects[effect.told.row] = effect
            effect.same = self._already(effect.told)
        todo = [effect for effect in todo if not effect.same]
        for effect in todo:
            if effect.told.kind is not Kind.ESTABLISH:
                effect.closed = self._origin(effect.told)
        for effect in todo:
            if effect.closed:
                effect.closed.end = effect.told.day
        for effect in todo:
            self._begin(effect)
        for effect in todo:
            self._follow(effect)

    # -- what is there already ---------------------------------------------------------------------------------

    def _already(self, told: Told) -> bool:
        """Whether the database has this change: on that day, or in that year where the source gives no day."""
        if told.kind in (Kind.MERGE, Kind.ABOLISH):
            return any(
                self._then(v.end, told) and v is v.place.last for v in self._stored(told.from_code, told.from_name)
            )
        code, name = told.to_code or told.from_code, told.to_name or told.from_name
        for version in self._stored(code, name):
            if self._then(version.start, told) and self._followed(version, told):
                return True
        return False

    def _stored(self, code: str, name: str) -> Iterator[Version]:
        """Versions in the database which a row names: by its code, its name, or both."""
        rows = self.timeline.by_code.get(code, ()) if code else self.timeline.by_name.get(plain(name), ())
        return (v for v in rows if v.stored and (not name or plain(v.name) == plain(name)))

    def _followed(self, version: Version, told: Told) -> bool:
        before = [v for v in version.place.versions if v.end and v.end == version.start]
        if told.kind is Kind.ESTABLISH:
            return not before
        return any(told.from_code in ("", v.code) and plain(told.from_name) in ("", plain(v.name)) for v in before)

    @staticmethod
    def _then(day: dt.date | None, told: Told) -> bool:
        return day is not None and (day.year == told.day.year if told.year_only else day == told.day)

    # -- what ends ---------------------------------------------------------------------------------------------

    def _origin(self, told: Told) -> Version | None:
        """The version that held on the eve, and holds still: the one which this row ends."""
        found = self._then_so(told.from_code, told.from_name, told.eve)
        if len(found) != 1:
            self._not_found(told)
            return None
        version = found[0]
        if told.from_code and not plain(told.from_name or version.name).endswith(plain(version.name)):
            words = _("On %(day)s %(code)s was %(name)s.")
            values = {"day": told.eve, "code": told.from_code, "name": version.name}
            self._fault(told, "from_name", "name_does_not_fit", words % values, Suggestion(version.name, version.name))
            return None
        return version if self._may_end(told, version) else None

    def _then_so(self, code: str, name: str, day: dt.date) -> list[Version]:
        """What a row names, as it was on a day: by code, by name, by a name written out or a code in its place."""
        found = self.timeline.bearing(code, name, day)
        match = self.places.find(name, day) if not found and not code else None
        if match is None or match.pk is None or match.outcome is not Outcome.EXACT:
            return found
        place, typed = self.timeline.places[match.pk], plain(name)
        return [v for v in place.versions if v.holds(day) and (typed == v.code or typed.endswith(plain(v.name)))]

    def _may_end(self, told: Told, version: Version) -> bool:
        earlier = self._touched.setdefault((version.place, told.day), told.row)
        if earlier != told.row:
            words = _("Row %(row)d changes the same place on the same day.") % {"row": earlier}
            self._fault(told, told.from_column, "twice", words)
            return False
        if version.end is not None:
            words = _("%(name)s is changed again on %(day)s already: only what is still so can be changed.")
            self._fault(
                told, told.from_column, "changed_already", words % {"name": version.described, "day": version.end}
            )
            return False
        self._changed[version.place] = told.row
        return True

    def _not_found(self, told: Told) -> None:
        typed = told.from_code or told.from_name
        later = [v for v in self._named(told.from_code, told.from_name) if v.start and v.start >= told.day]
        if later:
            first = later[0]
            words = _("%(name)s is so since %(since)s only; the change cannot be of %(day)s or before.")
            values = {"name": first.described, "since": first.start, "day": told.day}
            self._fault(told, "on", "before_start", words % values)
            return
        gone = [v for v in self._named(told.from_code, told.from_name) if v.end and v.end <= told.day]
        if gone and gone[-1].place in self._changed:
            words = _("Row %(row)d has changed %(name)s before.")
            place = gone[-1].place
            now = [Suggestion(v.code or v.name, v.described) for v in place.versions if v.holds(told.eve)]
            words %= {"row": self._changed[place], "name": gone[-1].described}
            self._fault(told, told.from_column, "changed_before", words, *now)
            return
        self._search(told, told.from_column, typed, told.eve)

    def _named(self, code: str, name: str) -> list[Version]:
        rows = self.timeline.by_code.get(code, ()) if code else self.timeline.by_name.get(plain(name), ())
        return sorted(rows, key=lambda v: v.start or dt.date.min)

    def _search(self, told: Told, column: str, typed: str, day: dt.date) -> None:
        """Say why a place was not found. One that the database knows otherwise is not taken silently either."""
        scratch = Notes()
        pk = find(self.places, Cell(told.row, column, typed, day), scratch)
        if pk is None:
            self.notes.take(scratch)
            return
        span = self.places.on(pk, day)
        suggestion = [Suggestion(span.code or span.name, f"{span.name} ({span.code})")] if span else []
        words = _("“%(typed)s” was not so on %(day)s.") % {"typed": typed, "day": day}
        self._fault(told, column, "not_so_then", words, *suggestion)

    # -- what begins -------------------------------------------------------------------------------------------

    def _begin(self, effect: Effect) -> None:
        told, closed = effect.told, effect.closed
        if told.kind in (Kind.MERGE, Kind.ABOLISH):
            return
        if told.kind in GOES_ON and closed is None:
            return
        code = told.to_code or (closed.code if closed else "")
        name = told.to_name or (closed.name if closed else "")
        if not self._is_a_change(told, closed, code, name) or not self._is_free(told, code):
            return
        stays = closed is not None and closed.place.level == level_of(code)
        place = closed.place if closed and stays else self.timeline.establish(code, name, told.day)
        parent = self._parent(told, closed if stays else None, code)
        name_en = told.to_name_en or (closed.name_en if closed and closed.name == name else "")
        effect.opened = self.timeline.open(Version(place, code, name, name_en, parent, told.day, None, told.source))

    def _is_a_change(self, told: Told, closed: Version | None, code: str, name: str) -> bool:
        if closed is None or (code, plain(name)) != (closed.code, plain(closed.name)) or told.parent:
            return True
        self._fault(told, told.to_column, "no_change", _("Name and code are as they were before."))
        return False

    def _is_free(self, told: Told, code: str) -> bool:
        holder = self.timeline.holder_from(code, told.day) if code else None
        if holder is None:
            return True
        words = _("The code %(code)s belongs to %(name)s on %(day)s.")
        values = {"code": code, "name": holder.name, "day": max(told.day, holder.start or told.day)}
        self._fault(told, "to_code", "code_in_use", words % values)
        return False

    def _parent(self, told: Told, stays: Version | None, code: str) -> Place | None:
        """The one the row names; else the same as before, as long as the code is; else the one the code says."""
        if told.parent:
            found = self.timeline.bearing(told.parent, "", told.day) or self.timeline.bearing("", told.parent, told.day)
            if len(found) == 1:
                return found[0].place
            self._search(told, "parent", told.parent, told.day)
            return None
        if stays and stays.code == code:
            return stays.parent
        parent = self.timeline.parent_by_code(code, told.day)
        if parent is None:
            words = _("No place above is known by the code %(code)s. Name it in its own column.") % {"code": code}
            self._fault(told, "to_code", "no_parent", words)
        return parent

    # -- what hangs on what ended ------------------------------------------------------------------------------

    def _follow(self, effect: Effect) -> None:
        """A place that ended names its successor, and what lay below it goes on there."""
        told, closed = effect.told, effect.closed
        if closed is None or not effect.ended or self.notes.faulty(told.row):
            return
        successor = effect.opened.place if effect.opened else self._target(effect)
        if self.notes.faulty(told.row):
            return
        closed.place.successor = successor
        left = [version for version in self.timeline.below(closed.place) if version.place is not closed.place]
        if left and successor is None:
            self._left_behind(told, left)
            return
        for version in left:
            self._hang(effect, version, successor)

    def _hang(self, effect: Effect, version: Version, successor: Place | None) -> None:
        day = effect.told.day
        if version.start == day and version.stored is None:
            version.parent = successor
            return
        version.end = day
        onward = Version(
            version.place, version.code, version.name, version.name_en, successor, day, None, effect.told.source
        )
        effect.also.append((version, self.timeline.open(onward)))

    def _target(self, effect: Effect) -> Place | None:
        """Where an abolished place went; nothing is said of some."""
        told = effect.told
        if not told.to_code and not told.to_name:
            return None
        found = self._then_so(told.to_code, told.to_name, told.day)
        fits = [v for v in found if not told.to_code or plain(told.to_name or v.name).endswith(plain(v.name))]
        if len(fits) == 1:
            effect.target = fits[0]
            return fits[0].place
        if found and not fits:
            words = _("On %(day)s %(code)s is %(name)s.")
            values = {"day": told.day, "code": told.to_code, "name": found[0].name}
            self._fault(told, "to_name", "name_does_not_fit", words % values, Suggestion(found[0].name, found[0].name))
        else:
            self._search(told, told.to_column, told.to_code or told.to_name, told.day)
        return None

    def _left_behind(self, told: Told, left: Iterable[Version]) -> None:
        names = [version.name for version in left]
        words = ngettext(
            "%(number)d place still belongs to it: %(names)s. Say where it goes.",
            "%(number)d places still belong to it: %(names)s. Say where they go.",
            len(names),
        )
        more = "…" if len(names) > MOST_NAMES else ""
        values = {"number": len(names), "names": "、".join(names[:MOST_NAMES]) + more}
        self._fault(told, told.from_column, "left_behind", words % values)

    def _fault(self, told: Told, column: str, code: str, message: str, *suggestions: Suggestion) -> None:
        self.notes.fault(told.row, column, code, message, *suggestions)
