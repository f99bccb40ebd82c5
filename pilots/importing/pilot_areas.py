"""The list of pilot areas as annex 1 of an approval publishes it: batch, province, name, category, places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from pilots import structure
from pilots.importing import cells
from pilots.importing.finding import Cell, Notes, find
from pilots.importing.pilot_columns import COLUMNS
from pilots.importing.senders import Senders, Way
from pilots.importing.storing import store
from pilots.importing.totals import Counted, checks, on_record
from pilots.models import Batch, PilotArea, Region
from pilots.reference.regions import region_of
from pilots.rules import runs
from portal.errors import Forbidden
from records.importing.kinds import Change, Check, Difference, Given, ImportKind, Plan, Row, Stored, Suggestion
from units.matching import Places, Span, plain
from units.models import Division, Programme, Sourced
from units.reference.records import OfficeRecord
from units.reference.senders import XINJIANG_CODE, XPCC_NAME

MOST_FAULTS = 3
"""Named of one cell."""
CORPS = {XPCC_NAME, "兵团"}
COMPARED = {
    "official_seq": gettext_lazy("number in the list"),
    "name_en": gettext_lazy("English name"),
    "category": gettext_lazy("category as published"),
    "region": gettext_lazy("region"),
    "note": gettext_lazy("note"),
    "source": gettext_lazy("source"),
    "confidence": gettext_lazy("confidence"),
}
"""What a list may change of a pilot area on record. Its places and its office are changed by acts of their own."""


@dataclass(eq=False, slots=True)
class Work:
    """One pilot area. `office` is None where `new_office` is made for it; `known` is its row on record."""

    row: int
    batch: Batch | None
    province: Span
    places: tuple[Span, ...]
    name: str
    values: dict[str, Any]
    key: str
    office: int | None = None
    new_office: OfficeRecord | None = None
    way: Way | None = None
    known: PilotArea | None = None


class PilotList(ImportKind):
    code = "pilots"
    label = gettext_lazy("Pilot areas")
    hint = gettext_lazy(
        "The list as it was published, one pilot area in each row. A leading-group office is made where a place has "
        "none, and its reports go to the office that compiles for it."
    )
    action = "pilots.import"
    most_rows = cells.MOST_ROWS
    columns = COLUMNS

    def open_to(self, actor: Actor) -> bool:
        """The same rule as for opening a period of reporting: the hat's office runs the hat's programme."""
        return actor.programme is not None and runs(actor.programme, actor, self.action)

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        planner = _Planner(programme_run_by(given), given)
        works = [work for row in rows if (work := planner.work(row))]
        notes = planner.notes
        good = [work for work in works if not notes.faulty(work.row)]
        changes = [planner.change(work) for work in good]
        faults = sorted(notes.faults, key=lambda fault: fault.row)
        return Plan(tuple(changes), tuple(faults), tuple(notes.remarks), tuple(planner.checks(good)))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        works = [change.work for change in plan.changes if change.what != Difference.SAME]
        return store(programme_run_by(given), [work for work in works if isinstance(work, Work)])

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        return False

    def afterwards(self) -> None:
        structure.changed()


def _in_words(column: str, value: Any) -> str:
    choices = {"region": Region.choices, "confidence": Sourced.Confidence.choices}.get(column, ())
    return str(dict(choices).get(value, value) or "—")


def _in_the_whole_cell(notes: Notes, typed: Sequence[str], number: int) -> Notes:
    """What is suggested for one of several divisions, written so that the others stay."""

    def whole(one: Suggestion) -> Suggestion:
        return Suggestion("、".join([*typed[:number], one.value, *typed[number + 1 :]]), one.label)

    for at, fault in enumerate(notes.faults):
        notes.faults[at] = replace(fault, suggestions=tuple(map(whole, fault.suggestions)))
    return notes


def programme_run_by(given: Given) -> Programme:
    """The hat's programme, if its office runs it."""
    programme = given.by.programme
    if programme is None or not PilotList().open_to(given.by):
        raise Forbidden(_("Only the office that runs a programme brings in the list of its pilot areas."))
    return programme


@dataclass
class _Planner:
    """Everything known is read once."""

    programme: Programme
    given: Given
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.places = Places.load()
        self.senders = Senders(self.programme, self.places)
        self.batches = {batch.number: batch for batch in Batch.objects.filter(programme=self.programme)}
        self.provinces = self.places.of_level(Division.Level.PROVINCE)
        self.below: dict[int, set[int]] = {}
        pilots = PilotArea.objects.filter(programme=self.programme).prefetch_related("divisions")
        self.known = {plain(pilot.name_as_published): pilot for pilot in pilots}
        self.holders = {place.pk: pilot for pilot in self.known.values() for place in pilot.divisions.all()}
        self.keys = dict(PilotArea.objects.values_list("key", "name_as_published"))
        self.numbers = {(p.batch_id, p.official_seq): p for p in self.known.values() if p.official_seq}
        self.names_seen: dict[str, int] = {}
        self.places_seen: dict[int, int] = {}
        self.numbers_seen: dict[tuple[int | None, int], int] = {}

    def work(self, row: Row) -> Work | None:
        batch = self._batch(row)
        day = batch.reference_day if batch else self.given.day
        province = self._province(row, day)
        if self.notes.faulty(row.number) or province is None:
            return None
        places = self._places(row, province, day)
        if not places:
            return None
        name = row.values["name"]
        work = Work(
            row=row.number,
            batch=batch,
            province=province,
            places=places,
            name=name,
            values=self._values(row, province),
            key=self._key(batch, places),
            known=self.known.get(plain(name)),
        )
        self._once(work)
        if work.known:
            self._as_known(work, work.known)
        self._office(row, work, day)
        return work

    def _batch(self, row: Row) -> Batch | None:
        number = row.values.get("batch")
        if number is None and not self.batches:
            return None
        batch = self.batches.get(number or 0)
        if batch is None:
            known = [Suggestion(str(one), self.batches[one].name) for one in sorted(self.batches)]
            code, words = (
                ("missing", _("Say of which batch."))
                if number is None
                else (
                    "unknown_batch",
                    _("This programme has no batch %(number)d.") % {"number": number},
                )
            )
            self.notes.fault(row.number, "batch", code, words, *known)
        return batch

    def _province(self, row: Row, day: Any) -> Span | None:
        typed = row.values["province"]
        if plain(typed) in CORPS:
            typed = XINJIANG_CODE
        pk = find(self.places, Cell(row.number, "province", typed, day), self.notes, self.provinces)
        return self.places.on(pk, day) if pk else None

    def _places(self, row: Row, province: Span, day: Any) -> tuple[Span, ...]:
        """The divisions named; where none is, the one place that bears the published name in this province."""
        if province.pk not in self.below:
            self.below[province.pk] = self.places.below(province.pk)
        typed = row.values.get("divisions") or cells.parts(plain(row.values["name"]))
        among, found = self.below[province.pk], []
        for number, one in enumerate(typed):
            notes = Notes()
            found.append(find(self.places, Cell(row.number, "divisions", one, day), notes, among))
            self.notes.take(_in_the_whole_cell(notes, typed, number))
            if found.count(None) == MOST_FAULTS:  # the others are named when these are mended
                break
        spans = [self.places.on(pk, day) for pk in dict.fromkeys(found) if pk]
        return tuple(span for span in spans if span) if all(found) else ()

    def _values(self, row: Row, province: Span) -> dict[str, Any]:
        try:
            region = str(region_of(province.code))
        except KeyError:
            words = _("%(name)s is not in the programme.") % {"name": province.name}
            self.notes.fault(row.number, "province", "outside", words)
            region = ""
        if row.values.get("region", region) != region:
            label = str(Region(region).label)
            words = _("%(name)s belongs to: %(region)s.") % {"name": province.name, "region": label}
            self.notes.fault(row.number, "region", "other_region", words, Suggestion(region, label))
        value = row.values.get
        return {
            "official_seq": value("seq"),
            "name_en": value("name_en", ""),
            "category": value("category", ""),
            "region": region,
            "note": value("note", ""),
            "source": row.values["source"],
            "confidence": value("confidence", ""),
        }

    def _key(self, batch: Batch | None, places: Sequence[Span]) -> str:
        """As the reference data form it, so that both mean the same pilot area."""
        first = places[0]
        code = first.code or self.places.keys[first.pk]
        group = "-group" if len(places) > 1 else ""
        return f"{self.programme.code}-{batch.number if batch else 'x'}-{code}{group}"

    # -- against the other rows, and what is on record ---------------------------------------------------------

    def _once(self, work: Work) -> None:
        """No name, place or number twice, neither in the list nor with what is on record."""
        earlier = self.names_seen.setdefault(plain(work.name), work.row)
        if earlier != work.row:
            self._twice(work, "name", earlier)
            return
        for place in work.places:
            row = self.places_seen.setdefault(place.pk, work.row)
            holder = self.holders.get(place.pk)
            if row != work.row:
                self._twice(work, "divisions", row)
            elif holder and holder is not work.known:
                self._taken(work, place, holder.name_as_published)
        # Its places may have changed since: the key is of those it had at first.
        if work.known is None and work.key in self.keys and not self.notes.faulty(work.row):
            self._taken(work, work.places[0], self.keys[work.key])
        self._number_once(work)

    def _taken(self, work: Work, place: Span, name: str) -> None:
        words = _("%(place)s is on record as pilot area: %(name)s.") % {"place": place.name, "name": name}
        self.notes.fault(work.row, "divisions", "place_taken", words)

    def _number_once(self, work: Work) -> None:
        seq = work.values["official_seq"]
        if not seq:
            return
        number = (work.batch.pk if work.batch else None, seq)
        row = self.numbers_seen.setdefault(number, work.row)
        holder = self.numbers.get(number)
        if row != work.row:
            self._twice(work, "seq", row)
        elif holder and holder is not work.known:
            words = _("%(name)s has this number in the batch.") % {"name": holder.name_as_published}
            self.notes.fault(work.row, "seq", "number_taken", words)

    def _twice(self, work: Work, column: str, row: int) -> None:
        self.notes.fault(work.row, column, "twice", _("Row %(row)d says this already.") % {"row": row})

    def _as_known(self, work: Work, known: PilotArea) -> None:
        """What is on record and is not changed by a list."""
        if known.batch_id != (work.batch.pk if work.batch else None):
            words = _("This pilot area is on record in another batch: %(batch)s.") % {"batch": known.batch or "—"}
            self.notes.fault(work.row, "batch", "other_batch", words)
        if {place.pk for place in known.divisions.all()} != {place.pk for place in work.places}:
            names = "、".join(place.name_now for place in known.divisions.all())
            words = _("This pilot area is on record with other places: %(names)s.") % {"names": names}
            self.notes.fault(work.row, "divisions", "other_places", words)

    # -- who reports, and to whom ------------------------------------------------------------------------------

    def _office(self, row: Row, work: Work, day: Any) -> None:
        typed = row.values.get("reporting_unit")
        if typed:
            cell = Cell(work.row, "reporting_unit", typed, self.given.day)
            work.office = find(self.senders.offices, cell, self.notes)
            self._may_report(work)
        elif work.known:
            work.office = work.known.reporting_unit_id
        elif len(work.places) == 1:
            work.office = self._only_one(work, self.senders.offices_of(work.places[0].pk))
        if self.notes.faulty(work.row):
            return
        if work.office is None:
            self._new_office(work, day)
        if work.office not in self.senders.pilot_routes and not self.notes.faulty(work.row):
            work.way = self.senders.way(work.office, work.places[0], day)

    def _only_one(self, work: Work, offices: Sequence[int]) -> int | None:
        """The office of the place; where it has several, whoever brings the list says which."""
        if len(offices) > 1:
            units = [self.senders.units[pk] for pk in offices]
            words = _("This place has several offices. Name the one that reports.")
            choices = [Suggestion(unit.key, unit.name_now) for unit in units]
            self.notes.fault(work.row, "reporting_unit", "ambiguous", words, *choices)
            return None
        return offices[0] if offices else None

    def _may_report(self, work: Work) -> None:
        unit = self.senders.units.get(work.office or 0)
        if unit is None:
            return
        near = {pk for place in work.places for pk in (place.pk, *self.places.way_up(place, place.start))}
        if unit.closed_on:
            words = _("This office was closed on %(day)s.") % {"day": unit.closed_on}
            self.notes.fault(work.row, "reporting_unit", "closed", words)
        elif unit.division_id not in near:
            words = _("This office is at another place.")
            self.notes.fault(work.row, "reporting_unit", "other_place", words)
        elif work.known and work.known.reporting_unit_id != unit.pk:
            words = _("Another office reports for this pilot area: %(name)s. Changing that is an act of its own.")
            values = {"name": self.senders.units[work.known.reporting_unit_id].name_now}
            self.notes.fault(work.row, "reporting_unit", "other_unit", words % values)

    def _new_office(self, work: Work, day: Any) -> None:
        if not self.senders.is_national:
            words = _("Name the office that reports: this programme has no rule for making one.")
            self.notes.fault(work.row, "reporting_unit", "unit_missing", words)
            return
        work.new_office = self.senders.new_office(work.name, work.places, day)
        if work.new_office.key in self.senders.keys:
            words = _("The office of this place is closed. Name the one that reports.")
            self.notes.fault(work.row, "reporting_unit", "closed", words)

    # -- what it comes to --------------------------------------------------------------------------------------

    def change(self, work: Work) -> Change:
        if work.known is None:
            work.values["confidence"] = work.values["confidence"] or Sourced.Confidence.MEDIUM.value
            return Change(work.row, Difference.NEW, work.name, {}, dict(self._facts(work)), work)
        before = {column: getattr(work.known, column) for column in COMPARED}
        # An empty cell says nothing: what is on record stays.
        told = {column: work.values[column] or before[column] for column in COMPARED}
        different = [column for column in COMPARED if told[column] != before[column]]
        work.values.update(told)
        labels = {column: str(COMPARED[column]) for column in different}
        return Change(
            work.row,
            Difference.CHANGED if different else Difference.SAME,
            work.name,
            {labels[column]: _in_words(column, before[column]) for column in different},
            {labels[column]: _in_words(column, told[column]) for column in different},
            work,
        )

    def _facts(self, work: Work) -> Iterator[tuple[str, str]]:
        yield str(_("batch")), work.batch.name if work.batch else "—"
        yield str(_("divisions")), "、".join(f"{place.name} {place.code}".strip() for place in work.places)
        yield str(_("region")), str(Region(work.values["region"]).label)
        unit = self.senders.units.get(work.office or 0)
        if unit:
            yield str(_("reporting unit")), unit.name_now
        elif work.new_office:
            yield str(_("reporting unit, new")), work.new_office.names[-1].name_zh
        if work.way:
            receiver = self.senders.units.get(work.way.receiver or 0)
            yield str(_("reports to")), receiver.name_now if receiver else "—"

    def checks(self, works: Sequence[Work]) -> list[Check]:
        """The published counts as they would be with the list."""
        ours = {plain(work.name) for work in works}
        rows = [row for row in on_record(self.programme) if plain(row.name) not in ours]
        rows += [
            Counted(
                batch=work.batch.number,
                name=work.name,
                category=work.values["category"],
                region=work.values["region"],
                level=self.places.levels[work.places[0].pk],
            )
            for work in works
            if work.batch
        ]
        return list(checks(self.programme, rows, {work.batch.number for work in works if work.batch}))
