"""Offices of places: new ones, new names of known ones from a day on, and the day an office closes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership
from pilots.importing import cells
from pilots.importing.finding import Cell, Notes, find
from records.importing.kinds import Change, Column, Difference, Given, ImportKind, Plan, Row, Stored, Suggestion
from units.matching import Offices, Places, plain
from units.models import Sourced, Unit, UnitName
from units.reference.pinyin import pinyin_key
from units.upsert import BATCH

SHORT = {
    Unit.Kind.MINISTRY: "min",
    Unit.Kind.COMMISSION: "drc",
    Unit.Kind.LEADING_GROUP: "lgo",
    Unit.Kind.DEPARTMENT: "dep",
    Unit.Kind.GOVERNMENT: "gov",
}
"""How the keys of offices begin, as in the reference data."""


@dataclass(eq=False, slots=True)
class Work:
    """What a row does to one office. `unit` is None for a new one; `name` is the new name, if there is one."""

    row: int
    key: str
    kind: str
    place: int
    name_zh: str
    name_en: str
    since: dt.date | None
    closed_on: dt.date | None
    source: str
    unit: Unit | None = None
    current: UnitName | None = None
    renamed: bool = False
    english: bool = False
    closes: bool = False
    successor: int | None = None


class OfficeList(ImportKind):
    code = "units"
    label = gettext_lazy("Offices")
    hint = gettext_lazy(
        "One office in each row. An office that is known by its key or its name gets a new name from a day on, or is "
        "closed; the others are new."
    )
    action = "places.import"
    most_rows = cells.MOST_ROWS
    columns = (
        Column(
            "key",
            gettext_lazy("key"),
            help=gettext_lazy("Only where the office is known by one; a new office gets one by its place."),
            read=cells.key,
            aliases=("标识", "单位标识"),
            longest=120,
        ),
        Column(
            "division",
            gettext_lazy("division"),
            required=True,
            help=gettext_lazy("Code or name of the place"),
            read=cells.line,
            aliases=("区划代码", "所在地", "地区"),
        ),
        Column(
            "kind",
            gettext_lazy("kind"),
            required=True,
            help=cells.words_of(Unit.Kind.choices),
            read=cells.one_of("unknown_kind", Unit.Kind.choices),
            aliases=("单位类型", "类别"),
        ),
        Column("name_zh", gettext_lazy("name"), required=True, read=cells.line, aliases=("单位名称", "名称", "单位")),
        Column("name_en", gettext_lazy("English name"), read=cells.line, aliases=("英文名称",), is_aside=True),
        Column(
            "former_name",
            gettext_lazy("former name"),
            help=gettext_lazy("The name a known office has had so far"),
            read=cells.line,
            aliases=("原名称", "曾用名"),
        ),
        Column(
            "since",
            gettext_lazy("name since"),
            help=gettext_lazy("Needed for a new name of a known office"),
            read=cells.day,
            aliases=("启用日期", "更名日期", "成立日期"),
        ),
        Column("closed_on", gettext_lazy("closed on"), read=cells.day, aliases=("撤销日期",)),
        Column(
            "successor",
            gettext_lazy("followed by"),
            help=gettext_lazy("Key or name of the office that took over"),
            read=cells.line,
            aliases=("承接单位",),
        ),
        cells.SOURCE,
    )

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        planner = _Planner(given.day, {row.values.get("key", "") for row in rows})
        works = [work for row in rows if (work := planner.work(row))]
        planner.people_left(works)
        notes = planner.notes
        changes = [planner.change(work) for work in works if not notes.faulty(work.row)]
        return Plan(tuple(changes), tuple(notes.faults), tuple(notes.remarks))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        works = [change.work for change in plan.changes if change.what != Difference.SAME]
        return list(_store([work for work in works if isinstance(work, Work)]))

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        return False


@dataclass
class _Planner:
    """Everything known is read once, in five statements."""

    day: dt.date
    typed_keys: set[str]
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.places = Places.load()
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.offices = Offices.load(self.units.values())
        self.keys = {unit.key: unit for unit in self.units.values()}
        self.current = {name.unit_id: name for name in UnitName.objects.filter(valid__endswith__isnull=True)}
        self.here: dict[int | None, set[int]] = defaultdict(set)
        for unit in self.units.values():
            self.here[unit.division_id].add(unit.pk)
        self.seen: dict[object, int] = {}
        self.numbers: Counter[str] = Counter()

    def work(self, row: Row) -> Work | None:
        value = row.values.get
        for column in ("since", "closed_on"):
            named = value(column)
            if named and named > self.day:
                words = _("This day is still to come. Bring the row when it has come.")
                self.notes.fault(row.number, column, "in_the_future", words)
        day = value("since") or value("closed_on") or self.day
        place = find(self.places, Cell(row.number, "division", row.values["division"], day), self.notes)
        unit = self._known(row, place)
        if place is None or self.notes.faulty(row.number):
            return None
        work = Work(
            row=row.number,
            key=unit.key if unit else value("key", ""),
            kind=row.values["kind"],
            place=place,
            name_zh=row.values["name_zh"],
            name_en=value("name_en", ""),
            since=value("since"),
            closed_on=value("closed_on"),
            source=row.values["source"],
            unit=unit,
            current=self.current.get(unit.pk) if unit else None,
        )
        self._settle(work, value("successor", ""))
        return work

    def _known(self, row: Row, place: int | None) -> Unit | None:
        """The office a row is about: by its key, by its former name, by its name at this place."""
        value = row.values.get
        if value("key") in self.keys:
            return self.keys[row.values["key"]]
        if value("former_name"):
            cell = Cell(row.number, "former_name", row.values["former_name"], self.day)
            pk = find(self.offices, cell, self.notes, self.here[place])
        else:
            pk = self.offices.find(row.values["name_zh"], self.day, self.here[place]).pk
        unit = self.units.get(pk or 0)
        if unit and value("key"):
            words = _("This office is on record under the key %(key)s.") % {"key": unit.key}
            self.notes.fault(row.number, "key", "other_key", words, Suggestion(unit.key, unit.name_now))
        return unit

    def _settle(self, work: Work, successor: str) -> None:
        """What differs from what is known, and whether that may be."""
        who = work.unit.pk if work.unit else (work.key or (work.place, work.kind, plain(work.name_zh)))
        earlier = self.seen.setdefault(who, work.row)
        if earlier != work.row:
            words = _("Row %(row)d is about the same office.") % {"row": earlier}
            self.notes.fault(work.row, "name_zh", "twice", words)
        if successor:
            cell = Cell(work.row, "successor", successor, self.day)
            work.successor = find(self.offices, cell, self.notes)
            if not work.closed_on:
                words = _("Only an office that closes is followed by another. Give the day it closes.")
                self.notes.fault(work.row, "closed_on", "not_closing", words)
        if work.unit:
            self._known_office(work, work.unit)
        else:
            self._new_office(work)

    def _known_office(self, work: Work, unit: Unit) -> None:
        if work.kind != unit.kind:
            words = _("This office is on record as: %(kind)s.") % {"kind": unit.get_kind_display()}
            known = Suggestion(unit.kind, unit.get_kind_display())
            self.notes.fault(work.row, "kind", "other_kind", words, known)
        if work.place != unit.division_id:
            words = _("This office is on record at another place: %(place)s. An office does not move.")
            self.notes.fault(work.row, "division", "other_place", words % {"place": self._place(unit.division_id)})
        work.renamed = plain(work.name_zh) != plain(unit.name_now)
        work.english = not work.renamed and bool(work.name_en) and work.name_en != unit.name_en_now
        work.closes = work.closed_on is not None and work.closed_on != unit.closed_on
        if unit.closed_on and (work.renamed or work.closes):
            words = _("This office was closed on %(day)s.") % {"day": unit.closed_on}
            self.notes.fault(work.row, "closed_on" if work.closes else "name_zh", "closed_already", words)
        elif work.renamed:
            self._may_rename(work)

    def _may_rename(self, work: Work) -> None:
        start = work.current.valid.lower if work.current and work.current.valid else None
        if work.since is None:
            words = _("Known so far as %(name)s. Say since when it has the new name.")
            values = {"name": work.current.name_zh if work.current else work.name_zh}
            self.notes.fault(work.row, "since", "since_missing", words % values)
        elif start and work.since <= start:
            words = _("The name before is of %(day)s; the new one must be later.") % {"day": start}
            self.notes.fault(work.row, "since", "before_start", words)
        elif work.closed_on and work.closed_on <= work.since:
            words = _("The office would close before it has the new name.")
            self.notes.fault(work.row, "closed_on", "closed_before", words)

    def _new_office(self, work: Work) -> None:
        if work.closed_on:
            words = _("There is no such office to be closed. Check its name or give its key.")
            near = self.offices.find(work.name_zh, self.day).candidates
            self.notes.fault(work.row, "name_zh", "unknown", words, *(Suggestion(one.name, one.write) for one in near))
            return
        work.key = work.key or self._key(work)
        others = [self.units[pk] for pk in self.offices.at(work.place, work.kind) if pk not in self.offices.closed]
        if others and work.kind != Unit.Kind.DEPARTMENT:
            words = _("This place has an office of this kind already: %(name)s. The row adds another one.")
            self.notes.remark(work.row, "name_zh", "another", words % {"name": others[0].name})

    def _key(self, work: Work) -> str:
        """As in the reference data: the kind and the code of the place, numbered where that is taken."""
        span = self.places.last(work.place)
        base = f"{SHORT[Unit.Kind(work.kind)]}-{span.code if span and span.code else work.place}"
        while True:
            self.numbers[base] += 1
            number = self.numbers[base]
            key = base if number == 1 else f"{base}-{number}"
            if key not in self.keys and key not in self.typed_keys:
                return key

    def _place(self, pk: int) -> str:
        span = self.places.on(pk, self.day) or self.places.last(pk)
        return span.name if span else ""

    def people_left(self, works: Iterable[Work]) -> None:
        """People keep their roles at an office that closes until somebody moves them; one statement."""
        closing = {work.unit.pk: work.row for work in works if work.unit and work.closes}
        people = Membership.objects.current().filter(unit__in=closing)
        for unit, number in people.order_by("unit").values_list("unit").annotate(number=Count("pk")):
            words = ngettext(
                "%(number)d role at this office goes on. Move or end it.",
                "%(number)d roles at this office go on. Move or end them.",
                number,
            )
            self.notes.remark(closing[unit], "closed_on", "people_left", words % {"number": number})

    def change(self, work: Work) -> Change:
        before, after = dict(_before(work)), dict(self._after(work))
        if work.unit is None:
            return Change(work.row, Difference.NEW, work.name_zh, {}, after, work)
        changed = work.renamed or work.english or work.closes
        what = Difference.CHANGED if changed else Difference.SAME
        return Change(work.row, what, work.unit.name_now, before, after if changed else {}, work)

    def _after(self, work: Work) -> Iterator[tuple[str, str]]:
        if work.unit is None:
            yield str(_("key")), work.key
            yield str(_("division")), self._place(work.place)
            yield str(_("kind")), str(Unit.Kind(work.kind).label)
        if work.unit is None or work.renamed:
            yield str(_("name")), work.name_zh
            yield str(_("name since")), str(work.since or "—")
        if work.name_en and (work.unit is None or work.renamed or work.english):
            yield str(_("English name")), work.name_en
        if work.closes:
            yield str(_("closed on")), str(work.closed_on)
        if work.closes and work.successor:
            yield str(_("followed by")), self.units[work.successor].name_now


def _before(work: Work) -> Iterator[tuple[str, str]]:
    if work.unit is None:
        return
    if work.renamed:
        yield str(_("name")), work.unit.name_now
    if work.renamed or work.english:
        yield str(_("English name")), work.unit.name_en_now
    if work.closes:
        yield str(_("closed on")), "—"


def _store(works: Sequence[Work]) -> Iterator[Stored]:
    """First the names that end, then what begins; the rows before and after for the way back."""
    yield from _close_names([work for work in works if work.renamed])
    made = [work for work in works if work.unit is None]
    for work, unit in zip(made, Unit.objects.bulk_create(map(_unit, made), batch_size=BATCH), strict=True):
        work.unit = unit
        yield Stored(work.row, unit)
    new = {work.row for work in made}
    named = [work for work in works if work.row in new or work.renamed]
    rows = UnitName.objects.bulk_create(map(_name, named), batch_size=BATCH)
    yield from (Stored(work.row, row) for work, row in zip(named, rows, strict=True))
    yield from _change_units([work for work in works if work.row not in new])


def _close_names(works: Sequence[Work]) -> Iterator[Stored]:
    rows = []
    for work in works:
        if work.current is not None and work.current.valid is not None:
            yield Stored(work.row, work.current, {"valid": work.current.valid})
            work.current.valid = DateRange(work.current.valid.lower, work.since, "[)")
            rows.append(work.current)
    UnitName.objects.bulk_update(rows, ["valid"], batch_size=BATCH)


def _change_units(works: Sequence[Work]) -> Iterator[Stored]:
    columns = ("name_now", "name_en_now", "sort_key", "closed_on", "succeeded_by_id", "by_import")
    english: dict[int, str] = defaultdict(str)
    rows = []
    for work in works:
        unit = work.unit
        if unit is None:
            continue
        yield Stored(work.row, unit, {column: getattr(unit, column) for column in columns})
        if work.english and work.current:
            yield Stored(work.row, work.current, {"name_en": work.current.name_en})
            work.current.name_en = english[work.current.pk] = work.name_en
        for column, value in _columns(work, unit).items():
            setattr(unit, column, value)
        rows.append(unit)
    names = [work.current for work in works if work.current and work.current.pk in english]
    UnitName.objects.bulk_update(names, ["name_en"], batch_size=BATCH)
    Unit.objects.bulk_update(rows, [column.removesuffix("_id") for column in columns], batch_size=BATCH)


def _columns(work: Work, unit: Unit) -> Mapping[str, object]:
    return {
        "by_import": True,
        **({"name_now": work.name_zh, "sort_key": pinyin_key(work.name_zh)} if work.renamed else {}),
        **({"name_en_now": work.name_en} if work.renamed or work.english else {}),
        **({"closed_on": work.closed_on} if work.closes else {}),
        **({"succeeded_by_id": work.successor} if work.closes and work.successor else {}),
    }


def _unit(work: Work) -> Unit:
    return Unit(
        key=work.key,
        kind=work.kind,
        division_id=work.place,
        name_now=work.name_zh,
        name_en_now=work.name_en,
        sort_key=pinyin_key(work.name_zh),
        source=work.source,
        confidence=Sourced.Confidence.MEDIUM,
        by_import=True,
    )


def _name(work: Work) -> UnitName:
    return UnitName(
        unit=work.unit,
        name_zh=work.name_zh,
        name_en=work.name_en,
        valid=DateRange(work.since, None, "[)"),
        source=work.source,
        confidence=Sourced.Confidence.MEDIUM,
    )
