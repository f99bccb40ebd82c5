"""From what a list says, a name or a code, to the one place or office it means on a day.

In this order: what is so on the day; what was so on another day (*renamed*: the same one, and it is said); otherwise
suggestions. Nothing is ever guessed: a place whose name or code was not typed is only suggested, and so are several
places of one name. Widths and blanks of characters do not count; a name may be written out with the names above it
(四川省泸州市合江县), as long as each of them is right.
"""

from __future__ import annotations

import datetime as dt
import enum
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

from units.models import Division, DivisionVersion, Unit, UnitName
from units.reference.pinyin import pinyin_key

K = TypeVar("K")
V = TypeVar("V")
MOST_SUGGESTIONS = 8
MOST_NEAR = 200
"""Names like one that was typed that are looked at; further ones are never among the suggestions."""
SUFFIXES = (
    "土家族苗族自治县",
    "自治县",
    "自治旗",
    "自治州",
    "自治区",
    "开发区",
    "林区",
    "地区",
    "新区",
    "县",
    "市",
    "区",
    "旗",
    "镇",
    "乡",
    "省",
    "盟",
)
NEAR = 0.5
"""Share of equal pairs of characters from which on a name is worth suggesting: one wrong of three is near."""


class Outcome(enum.StrEnum):
    EXACT = "exact"
    RENAMED = "renamed"  # so called or coded on another day; the same place existed on the day asked
    AMBIGUOUS = "ambiguous"  # several bear the name
    NOT_THEN = "not_then"  # so called or coded once, but not there on the day asked
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Span:
    """One place or office under one name in one span of time (half-open, None unbounded)."""

    pk: int
    code: str
    name: str
    start: dt.date | None
    end: dt.date | None
    parent: int | None = None
    source: str = ""

    def holds(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may have been meant: `write` is what finds exactly this one, `above` tells it from its namesakes."""

    pk: int
    write: str
    name: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """`pk` is the one found, None where there is none; `typed_as` is the span in which what was typed was so."""

    outcome: Outcome
    pk: int | None = None
    span: Span | None = None
    typed_as: Span | None = None
    candidates: tuple[Candidate, ...] = ()


def plain(typed: str) -> str:
    """Without blanks and widths, which tell nothing."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


def stem(name: str) -> str:
    """合江 of 合江县; a name of which nothing much would be left stays whole."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


@lru_cache(maxsize=16384)
def _sound(name: str) -> str:
    """How a name is read: finds homophones and traditional characters."""
    return pinyin_key(name)


def _pairs(name: str) -> list[str]:
    """The pairs of neighbouring characters, one that comes again numbered; one more than there are characters."""
    padded, seen = f"^{name}$", Counter[str]()
    found = []
    for i in range(len(padded) - 1):
        pair = padded[i : i + 2]
        seen[pair] += 1
        found.append(f"{pair}{seen[pair]}")
    return found


def similarity(one: str, other: str) -> float:
    """Twice the common pairs of neighbouring characters by all pairs: 1 for equal names (Dice)."""
    first, second = set(_pairs(one)), set(_pairs(other))
    return 2 * len(first & second) / (len(first) + len(second))


@dataclass
class Register:
    """All spans of all places or offices, and what was typed looked up in them. Reads nothing by itself."""

    spans: Sequence[Span]
    _near: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def by_pk(self) -> Mapping[int, list[Span]]:
        return _grouped((span.pk, span) for span in self.spans)

    @cached_property
    def by_name(self) -> Mapping[str, list[Span]]:
        return _grouped((plain(span.name), span) for span in self.spans)

    @cached_property
    def by_code(self) -> Mapping[str, list[Span]]:
        return _grouped((plain(span.code), span) for span in self.spans if span.code)

    @cached_property
    def by_pair(self) -> Mapping[str, list[str]]:
        return _grouped((pair, name) for name in self.by_name for pair in _pairs(name))

    @cached_property
    def by_stem(self) -> Mapping[str, list[str]]:
        return _grouped((stem(name), name) for name in self.by_name)

    @cached_property
    def by_sound(self) -> Mapping[str, list[str]]:
        return _grouped((_sound(name), name) for name in self.by_name)

    def on(self, pk: int, day: dt.date) -> Span | None:
        return next((span for span in self.by_pk.get(pk, ()) if span.holds(day)), None)

    def last(self, pk: int) -> Span | None:
        """The newest span."""
        return max(self.by_pk.get(pk, ()), key=lambda span: span.start or dt.date.min, default=None)

    def bearing(self, typed: str) -> Iterable[Span]:
        """Every span whose code or name was typed."""
        return [*self.by_code.get(typed, ()), *self.by_name.get(typed, ())]

    def find(self, typed: str, day: dt.date, among: Collection[int] | None = None) -> Match:
        """The one that is meant on a day. `among`: only these are in question (a province's places)."""
        typed = plain(typed)
        spans = [span for span in self.bearing(typed) if among is None or span.pk in among]
        then = {span.pk: span for span in spans if span.holds(day)}
        if len(then) == 1:
            ((pk, span),) = then.items()
            return Match(Outcome.EXACT, pk, span, span)
        if then:
            return Match(Outcome.AMBIGUOUS, candidates=self.candidates(then, day))
        return self._on_another_day(typed, spans, day) if spans else self._nowhere(typed, day, among)

    def _on_another_day(self, typed: str, spans: Sequence[Span], day: dt.date) -> Match:
        there = {span.pk: span for span in spans if self.on(span.pk, day)}
        if len(there) == 1:
            ((pk, span),) = there.items()
            return Match(Outcome.RENAMED, pk, self.on(pk, day), span)
        if there:
            return Match(Outcome.AMBIGUOUS, candidates=self.candidates(there, day))
        gone = {span.pk for span in spans}
        return Match(Outcome.NOT_THEN, typed_as=spans[0], candidates=self.candidates(self.instead_of(gone), day))

    def _nowhere(self, typed: str, day: dt.date, among: Collection[int] | None) -> Match:
        """None in question bears it: those elsewhere that do, then those in question with a name like it."""
        elsewhere = [span.pk for span in self.bearing(typed)]
        like = (span.pk for name in self.near(typed) for span in self.by_name[name])
        found = dict.fromkeys([*elsewhere, *(pk for pk in like if among is None or pk in among)])
        return Match(Outcome.UNKNOWN, candidates=self.candidates(found, day))

    def instead_of(self, gone: Collection[int]) -> Iterable[int]:
        """Those that followed what no longer, or not yet, was."""
        return gone

    def near(self, typed: str) -> list[str]:
        """Names like the one typed, the nearest first: by sound, by stem, by equal pairs of characters.

        Looked up by pairs, never name by name: a list may hold thousands of names that nobody knows.
        """
        if typed not in self._near:
            common = Counter(name for pair in _pairs(typed) for name in self.by_pair.get(pair, ()))
            most = len(typed) + 2
            near = (name for name, number in common.items() if 2 * number >= NEAR * (most + len(name)))
            found = {name: similarity(typed, name) for name in near}
            found |= dict.fromkeys(self.by_stem.get(stem(typed), ()), 0.95)
            found |= dict.fromkeys(self.by_sound.get(_sound(typed), ()), 1.0)
            self._near[typed] = sorted(found, key=lambda name: (-found[name], name))[:MOST_NEAR]
        return self._near[typed]

    def candidates(self, pks: Iterable[int], day: dt.date) -> tuple[Candidate, ...]:
        """At most eight, in the order given; those that are not there on the day are left out."""
        found = []
        for pk in pks:
            span = self.on(pk, day)
            if span:
                found.append(Candidate(pk, self.write(span), span.name, self.above(span, day)))
        return tuple(found[:MOST_SUGGESTIONS])

    def write(self, span: Span) -> str:
        return span.code or span.name

    def above(self, span: Span, day: dt.date) -> str:
        return ""


@dataclass
class Places(Register):
    """Divisions by code, by name, and by names written out from above."""

    levels: Mapping[int, str] = field(default_factory=dict)
    keys: Mapping[int, str] = field(default_factory=dict)
    successors: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Places:
        """Two statements, however long the list."""
        spans = [
            Span(
                pk=row["division"],
                code=row["code"],
                name=row["name_zh"],
                start=row["valid"].lower,
                end=row["valid"].upper,
                parent=row["parent"],
                source=row["source"],
            )
            for row in DivisionVersion.objects.values("division", "code", "name_zh", "valid", "parent", "source")
        ]
        rows = list(Division.objects.values_list("pk", "level", "key", "succeeded_by"))
        return cls(
            spans,
            levels={pk: level for pk, level, _key, _next in rows},
            keys={pk: key for pk, _level, key, _next in rows},
            successors={pk: after for pk, _level, _key, after in rows if after},
        )

    def of_level(self, *levels: str) -> set[int]:
        return {pk for pk, level in self.levels.items() if level in levels}

    def bearing(self, typed: str) -> Iterable[Span]:
        return super().bearing(typed) or list(self._written_out(typed))

    def _written_out(self, typed: str) -> Iterator[Span]:
        for cut in range(2, len(typed) - 1):
            for span in self.by_name.get(typed[cut:], ()):
                if self._names_above(span, typed[:cut]):
                    yield span

    def _names_above(self, span: Span, text: str) -> bool:
        """Whether a text consists of names of places above, from the top, each at most once."""
        for pk in reversed(self.way_up(span, span.start)):
            names = sorted({plain(row.name) for row in self.by_pk.get(pk, ())}, key=len, reverse=True)
            text = next((text.removeprefix(name) for name in names if text.startswith(name)), text)
        return not text

    def way_up(self, span: Span, day: dt.date | None) -> list[int]:
        """The places above, the nearest first, as they were on a day (None: in their first spans)."""
        found: list[int] = []
        at = span.parent
        while at and at not in found:
            found.append(at)
            spans = self.by_pk.get(at, ())
            row = next((s for s in spans if s.holds(day or dt.date.min)), spans[0] if spans else None)
            at = row.parent if row else None
        return found

    def below(self, pk: int) -> set[int]:
        """A place and everything that ever lay below it."""
        children: dict[int, set[int]] = defaultdict(set)
        for span in self.spans:
            if span.parent:
                children[span.parent].add(span.pk)
        found: set[int] = set()
        waiting = {pk}
        while waiting:
            found |= waiting
            waiting = set().union(*(children[at] for at in waiting)) - found
        return found

    def instead_of(self, gone: Collection[int]) -> Iterable[int]:
        """What they were merged into, else what was merged into them, back to where they came from."""
        after = [self.successors[pk] for pk in gone if pk in self.successors]
        return after or [pk for pk, then in self.successors.items() if then in gone]

    def above(self, span: Span, day: dt.date) -> str:
        """四川省泸州市 for 合江县."""
        spans = (self.on(pk, day) or self.last(pk) for pk in reversed(self.way_up(span, day)))
        return "".join(row.name for row in spans if row and self.levels.get(row.pk) != Division.Level.NATION)


@dataclass
class Offices(Register):
    """Offices by key and by the names they ever had; the key takes the place of the code."""

    places: Mapping[int, int] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)
    closed: Mapping[int, dt.date] = field(default_factory=dict)

    @classmethod
    def load(cls, rows: Iterable[Unit] | None = None) -> Offices:
        """Two statements. `rows`: only these offices, for whoever may know of no others."""
        units = list(Unit.objects.all() if rows is None else rows)
        keys = {unit.pk: unit.key for unit in units}
        names = UnitName.objects.filter(unit__in=keys) if rows is not None else UnitName.objects.all()
        spans = [
            Span(
                pk=name.unit_id,
                code=keys[name.unit_id],
                name=name.name_zh,
                start=name.valid.lower,
                end=name.valid.upper,
            )
            for name in names
        ]
        named = {span.pk for span in spans}
        spans += [Span(unit.pk, unit.key, unit.name_now, None, None) for unit in units if unit.pk not in named]
        return cls(
            spans,
            places={unit.pk: unit.division_id for unit in units},
            kinds={unit.pk: unit.kind for unit in units},
            closed={unit.pk: unit.closed_on for unit in units if unit.closed_on},
        )

    def at(self, place: int, kind: str = "") -> list[int]:
        """The offices of a place, of one kind or of all, those not closed first."""
        found = [pk for pk, at in self.places.items() if at == place and kind in ("", self.kinds[pk])]
        return sorted(found, key=lambda pk: (pk in self.closed, pk))

    def write(self, span: Span) -> str:
        return span.code

    def above(self, span: Span, day: dt.date) -> str:
        return ""


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
