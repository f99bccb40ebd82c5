"""Published figures brought in as a list: read, checked like any other figure, shown, stored, taken back.

Observations are never changed or deleted. A figure of the same source that says otherwise is withdrawn for the new
one; undoing withdraws what the list brought, and what it had replaced is published again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from indicators.catalogue import keeps_for_all
from indicators.checks import Entry, Flaw, Key, Ledger, examine
from indicators.figure_words import plain
from indicators.importing.cells import COLUMNS
from indicators.models import FigureStatus, Indicator, IndicatorVersion, Observation, Part, period_end
from indicators.services.observations import Published, SourceKey, publish, source_key, standing
from indicators.typed import BadNumber, read
from pilots.importing.cells import MOST_ROWS
from pilots.importing.finding import Cell, Notes, find
from portal.errors import RuleBroken
from records.importing.kinds import Change, Difference, Given, ImportKind, Plan, Row, Stored, Suggestion
from units.matching import Places
from units.models import Division, Sourced

NATION = ("全国", "中国", "nation", "china")
NUMBERS = ("value", "numerator", "denominator")
REPLACED = {"withdrawn_at": None, "withdrawn_reason": "", "is_in_force": False}
"""What a figure was before the list replaced it, as far as undoing asks."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a row says, and the entry it is checked as."""

    row: int
    place: str
    indicator: Indicator
    published: Published
    entry: Entry

    @property
    def key(self) -> SourceKey:
        return source_key(self.published)

    @property
    def label(self) -> str:
        part = "" if self.published.part == Part.YEAR else f" {Part(self.published.part).label}"
        return f"{self.place} · {self.indicator.name} · {self.published.year}{part}"


class PublishedFigures(ImportKind):
    """Yearbooks and communiqués, by the office that keeps what all programmes share."""

    code = "figures"
    label = gettext_lazy("Published figures")
    hint = gettext_lazy(
        "One figure in each row, with its source and how settled it is. Figures of another source stay beside it; one "
        "of the same source that says otherwise is replaced."
    )
    action = "figure.import"
    most_rows = MOST_ROWS
    columns = COLUMNS

    def open_to(self, actor: Actor) -> bool:
        """Published figures enter the verdicts of all programmes: whoever keeps what these share brings them."""
        return keeps_for_all(actor, self.action)

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        reader = _Reader(given.day)
        works = reader.works(rows)
        notes = reader.notes
        _note_flaws(works, notes)
        now = standing({work.key for work in works})
        good = [work for work in works if not notes.faulty(work.row)]
        changes = [_change(work, now.get(work.key)) for work in good]
        faults = sorted(notes.faults, key=lambda fault: (fault.row, fault.column))
        return Plan(tuple(changes), tuple(faults), tuple(sorted(notes.remarks, key=lambda one: (one.row, one.code))))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        works = [c.work for c in plan.changes if c.what != Difference.SAME and isinstance(c.work, Work)]
        keys = {work.key for work in works}
        before = standing(keys)
        moment = timezone.now()
        publish([work.published for work in works], by=given.by.user, at=moment)
        after = standing(keys)
        stored = []
        for work in works:
            old = before.get(work.key)
            if old is not None:
                stored.append(Stored(work.row, old, REPLACED))
            stored.append(Stored(work.row, after[work.key]))
            given.step()
        return stored

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        brought = [row.object for row in stored if row.before is None and isinstance(row.object, Observation)]
        replaced = [row.object for row in stored if row.before is not None and isinstance(row.object, Observation)]
        if any(row.withdrawn_at is not None for row in brought):
            raise RuleBroken(_("A later list has replaced figures of this one. Undo that one first."))
        ours = Observation.objects.filter(pk__in=[row.pk for row in brought])
        publish([as_published(row) for row in replaced], by=given.by.user, instead_of=ours)
        return True


def as_published(row: Observation) -> Published:
    """What an observation said, to be published again."""
    return Published(
        division_id=row.division_id, indicator_id=row.indicator_id, year=row.year, part=row.part, value=row.value,
        numerator=row.numerator, denominator=row.denominator, absence=row.absence, reason=row.reason,
        status=row.status, entered=row.entered, entered_measure=row.entered_measure, source=row.source,
        confidence=row.confidence, note=row.note, document=row.document, vintage=row.vintage, is_demo=row.is_demo,
    )  # fmt: skip


class _Reader:
    """Everything the rows are looked up in, read once."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        self.notes = Notes()
        self.places = Places.load()
        self.nation = next((pk for pk, level in self.places.levels.items() if level == Division.Level.NATION), None)
        self.indicators = {row.pk: row for row in Indicator.objects.shared().order_by("pk")}
        self.versions: dict[int, list[IndicatorVersion]] = {}
        for version in IndicatorVersion.objects.filter(indicator__in=self.indicators).order_by("pk"):
            self.versions.setdefault(version.indicator_id, []).append(version)
        self.called = {name.casefold(): pk for pk, row in self.indicators.items() for name in _names(row) if name}

    def works(self, rows: Sequence[Row]) -> list[Work]:
        seen: dict[SourceKey, int] = {}
        works = []
        for row in rows:
            work = self._work(row)
            if work is None:
                continue
            if work.key in seen:
                words = _("Row %(row)d gives the same figure of the same source already.") % {"row": seen[work.key]}
                self.notes.fault(row.number, "", "twice", words)
                continue
            seen[work.key] = row.number
            works.append(work)
        return works

    def _work(self, row: Row) -> Work | None:
        year, part = row.values["year"], row.values.get("period", Part.YEAR.value)
        end = period_end(year, part)
        if end >= self.day:
            words = _("This period ends on %(day)s. Bring its figure when it has ended.") % {"day": end}
            self.notes.fault(row.number, "year", "in_the_future", words)
        place, indicator = self._place(row, end), self._indicator(row)
        version = self._version(indicator, row, end)
        if place is None or indicator is None or version is None:
            return None
        numbers = self._numbers(row, version)
        if self.notes.faulty(row.number):
            return None
        published = Published(
            division_id=place, indicator_id=indicator.pk, year=year, part=part, value=numbers["value"],
            numerator=numbers["numerator"], denominator=numbers["denominator"],
            source=row.values.get("source", ""), status=row.values["status"], note=row.values.get("note", ""),
            confidence=row.values.get("confidence", Sourced.Confidence.HIGH.value), entered=row.values["value"],
            entered_measure=row.values.get("unit", ""),
        )  # fmt: skip
        entry = Entry(
            key=Key(place, indicator.pk, year, part), version=version, value=published.value,
            numerator=published.numerator, denominator=published.denominator, status=published.status,
            name=indicator.name, entered=published.entered, entered_measure=published.entered_measure,
        )  # fmt: skip
        span = self.places.on(place, end)
        return Work(row.number, span.name if span else row.values["place"], indicator, published, entry)

    def _place(self, row: Row, end: dt.date) -> int | None:
        typed = row.values["place"]
        if typed.casefold() in NATION:
            return self.nation
        return find(self.places, Cell(row.number, "place", typed, end), self.notes)

    def _indicator(self, row: Row) -> Indicator | None:
        typed = row.values["indicator"]
        pk = self.called.get(typed.casefold())
        if pk is not None:
            return self.indicators[pk]
        near = [self.indicators[self.called[name]] for name in get_close_matches(typed.casefold(), self.called, 3, 0.5)]
        words = _("“%(typed)s” is no shared indicator. Write its code or its name.") % {"typed": typed}
        chosen = (Suggestion(one.code, f"{one.name} ({one.code})") for one in dict.fromkeys(near))
        self.notes.fault(row.number, "indicator", "unknown_indicator", words, *chosen)
        return None

    def _version(self, indicator: Indicator | None, row: Row, end: dt.date) -> IndicatorVersion | None:
        if indicator is None:
            return None
        version = next((one for one in self.versions.get(indicator.pk, ()) if end in one.valid), None)
        if version is None:
            words = _("“%(name)s” was not defined on %(day)s.") % {"name": indicator.name, "day": end}
            self.notes.fault(row.number, "year", "not_defined_then", words)
        return version

    def _numbers(self, row: Row, version: IndicatorVersion) -> dict[str, Decimal | None]:
        """The three numbers in the indicator's units; the unit of the row is that of the value."""
        found: dict[str, Decimal | None] = {}
        for name in NUMBERS:
            text, unit = row.values.get(name, ""), row.values.get("unit", "") if name == "value" else ""
            found[name] = None
            try:
                found[name] = read(text, unit, version, of=name).value if text else None
            except BadNumber as error:
                self.notes.fault(row.number, name, error.code, error.message)
        if not version.is_rate and (found["numerator"] is not None or found["denominator"] is not None):
            words = _("“%(name)s” is no rate of two counts: leave numerator and denominator empty.")
            self.notes.fault(row.number, "numerator", "no_rate", words % {"name": version.name})
        return found


def _names(row: Indicator) -> tuple[str, ...]:
    return row.code, row.name_now, row.name_en_now


def _note_flaws(works: Sequence[Work], notes: Notes) -> None:
    """The checks every figure goes through: errors are faults of the row, warnings are remarks beside it."""
    if not works:
        return
    keys = [work.entry.key for work in works]
    ledger = Ledger.of(
        None, {key.division_id for key in keys}, {key.indicator_id for key in keys}, max(key.year for key in keys)
    )
    left = list(works)
    while left:  # two sources may give one figure: each is checked by itself
        at_once: dict[Key, Work] = {}
        for work in left:
            at_once.setdefault(work.entry.key, work)
        for flaw in examine([work.entry for work in at_once.values()], ledger):
            _note(flaw, at_once[flaw.key].row, notes)
        left = [work for work in left if at_once[work.entry.key] is not work]


def _note(flaw: Flaw, row: int, notes: Notes) -> None:
    column = flaw.field if flaw.field in NUMBERS else "value"
    if flaw.is_error:
        notes.fault(row, column, flaw.code, flaw.message)
    else:
        notes.remark(row, column, flaw.code, flaw.message)


def _change(work: Work, old: Observation | None) -> Change:
    after = _facts(work.published)
    if old is None:
        return Change(work.row, Difference.NEW, work.label, after=after, work=work)
    before = _facts(old)
    differs = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    if not differs:
        return Change(work.row, Difference.SAME, work.label, work=work)
    return Change(
        work.row, Difference.CHANGED, work.label, {name: before.get(name, "") for name in differs},
        {name: after.get(name, "") for name in differs}, work,
    )  # fmt: skip


def _facts(row: Published | Observation) -> dict[str, str]:
    """What two figures are told apart by, in words."""
    said = {
        str(_("value")): "" if row.value is None else plain(row.value),
        str(_("as typed")): " ".join(part for part in (row.entered, row.entered_measure) if part),
        str(_("numerator")): "" if row.numerator is None else plain(row.numerator),
        str(_("denominator")): "" if row.denominator is None else plain(row.denominator),
        str(_("how settled")): str(FigureStatus(row.status).label),
        str(_("confidence")): str(Sourced.Confidence(row.confidence).label),
        str(_("note")): row.note,
    }
    return {name: text for name, text in said.items() if text}
