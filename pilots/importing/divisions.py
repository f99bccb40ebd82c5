"""Dated changes of divisions: renamed, re-coded, upgraded, merged, abolished, established."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilots import structure
from pilots.importing import cells
from pilots.importing.changes import GOES_ON, Changes, Effect, Kind, Told
from pilots.importing.finding import Notes
from pilots.importing.timeline import Place, Timeline, Version
from pilots.models import PilotArea
from portal.errors import RuleBroken
from records.importing.kinds import Change, Column, Difference, Given, ImportKind, Plan, Row, Stored
from units.matching import Places
from units.models import Division, DivisionVersion, Unit
from units.reference.pinyin import pinyin_key
from units.services import refresh_now
from units.upsert import BATCH

KINDS = (
    (Kind.RENAME.value, gettext_lazy("renamed")),
    (Kind.RECODE.value, gettext_lazy("re-coded")),
    (Kind.UPGRADE.value, gettext_lazy("upgraded")),
    (Kind.MERGE.value, gettext_lazy("merged")),
    (Kind.ABOLISH.value, gettext_lazy("abolished")),
    (Kind.ESTABLISH.value, gettext_lazy("established")),
)


class DivisionChanges(ImportKind):
    """The list closes the old version of a place and opens the new one; `load_reference` leaves both alone."""

    code = "divisions"
    label = gettext_lazy("Changes of divisions")
    hint = gettext_lazy(
        "One change in each row, with its day and its source. Nothing that ended is deleted: the old name and code "
        "stay findable by their days."
    )
    action = "places.import"
    most_rows = cells.MOST_ROWS
    columns = (
        Column(
            "kind",
            gettext_lazy("kind of change"),
            required=True,
            help=gettext_lazy("rename, recode, upgrade, merge, abolish or establish"),
            read=cells.one_of("unknown_kind", KINDS),
            aliases=("变更类型", "变更方式", "类型"),
        ),
        Column(
            "on", gettext_lazy("day of the change"), read=cells.day, aliases=("date", "日期", "变更日期", "批准日期")
        ),
        Column(
            "year",
            gettext_lazy("year of the change"),
            help=gettext_lazy("Where the source gives no day: dated to the last day of the year."),
            read=cells.number(cells.FIRST_YEAR, cells.LAST_YEAR),
            aliases=("年份", "年度"),
        ),
        Column("from_code", gettext_lazy("code before"), read=cells.code, aliases=("原代码", "变更前代码")),
        Column("from_name", gettext_lazy("name before"), read=cells.line, aliases=("原名称", "变更前名称")),
        Column("to_code", gettext_lazy("code after"), read=cells.code, aliases=("现代码", "变更后代码", "新代码")),
        Column(
            "to_name",
            gettext_lazy("name after"),
            read=cells.line,
            aliases=("现名称", "变更后名称", "新名称"),
            longest=cells.LONGEST_NAME,
        ),
        Column("to_name_en", gettext_lazy("English name after"), read=cells.line, aliases=("英文名称",), is_aside=True),
        Column(
            "parent",
            gettext_lazy("belongs to"),
            help=gettext_lazy("Code or name of the place above; without it the code says."),
            read=cells.line,
            aliases=("上级", "隶属", "上级代码"),
        ),
        Column("document", gettext_lazy("document"), read=cells.line, aliases=("文号", "批文"), is_aside=True),
        cells.SOURCE,
    )

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        notes = Notes()
        told = [one for row in rows if (one := _told(row, given.day, notes))]
        changes = Changes(Timeline(), Places.load())
        changes.work(told)
        for row, effect in changes.effects.items():
            if effect.also:
                notes.remark(row, "", "children_follow", _follow_words(effect))
        _offices_left(changes.effects, notes)
        faults = sorted((*notes.faults, *changes.notes.faults), key=lambda fault: (fault.row, fault.column))
        faulty = {fault.row for fault in faults}
        made = [_change(effect) for row, effect in sorted(changes.effects.items()) if row not in faulty]
        remarks = sorted((*notes.remarks, *changes.notes.remarks), key=lambda remark: (remark.row, remark.code))
        return Plan(tuple(made), tuple(faults), tuple(remarks))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        effects = [change.work for change in plan.changes if isinstance(change.work, Effect) and not change.work.same]
        return _Storing(effects).all(given.day)

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        _Undoing(stored).all(given.day)
        return True

    def afterwards(self) -> None:
        structure.changed()


def _told(row: Row, today: dt.date, notes: Notes) -> Told | None:
    """The row, if it says enough; otherwise a fault says what is missing."""
    value = row.values.get
    kind = Kind(row.values["kind"])
    day = value("on") or (dt.date(row.values["year"], 12, 31) if value("year") else None)
    told = Told(
        row=row.number,
        kind=kind,
        day=day or today,
        year_only=not value("on"),
        from_code=value("from_code", ""),
        from_name=value("from_name", ""),
        to_code=value("to_code", ""),
        to_name=value("to_name", ""),
        to_name_en=value("to_name_en", ""),
        parent=value("parent", ""),
        source=_source(row),
    )
    missing = list(_missing(told, day, today))
    for column, code, words in missing:
        notes.fault(row.number, column, code, words)
    return None if missing else told


def _missing(told: Told, day: dt.date | None, today: dt.date) -> Iterator[tuple[str, str, str]]:
    if day is None:
        yield "on", "day_missing", _("Give the day, or at least the year.")
    elif day > today:
        yield "on", "in_the_future", _("This day is still to come. Bring the row when it has come.")
    before, after = told.from_code or told.from_name, told.to_code or told.to_name
    if told.kind is not Kind.ESTABLISH and not before:
        yield "from_code", "from_missing", _("Say by code or name which place changed.")
    if told.kind in (*GOES_ON, Kind.MERGE) and not after:
        yield "to_code", "to_missing", _("Say the code or the name after the change.")
    if told.kind is Kind.ESTABLISH:
        if not told.to_code:
            yield "to_code", "to_missing", _("A new place needs its code.")
        if not told.to_name:
            yield "to_name", "to_missing", _("A new place needs its name.")


def _source(row: Row) -> str:
    """As the reference data write it: the document, the source, and that only a year was known."""
    document = f"{row.values['document']}; " if row.values.get("document") else ""
    text = f"{document}{row.values['source']}"
    year = row.values.get("year")
    return text if row.values.get("on") else f"{text}; year only ({year}), dated to its last day"


def _follow_words(effect: Effect) -> str:
    words = ngettext(
        "%(number)d place below goes on under the one that follows: %(names)s.",
        "%(number)d places below go on under the one that follows: %(names)s.",
        len(effect.also),
    )
    return words % {"number": len(effect.also), "names": "、".join(v.name for v, _next in effect.also[:3])}


def _offices_left(effects: Mapping[int, Effect], notes: Notes) -> None:
    """Offices of a place that ends stay open until somebody closes them; one statement."""
    ended = {e.closed.place.pk: row for row, e in effects.items() if e.ended and e.closed and e.closed.place.pk}
    open_ones = Unit.objects.filter(division__in=ended, closed_on__isnull=True)
    for place, number in open_ones.order_by().values_list("division").annotate(number=Count("pk")):
        words = ngettext(
            "%(number)d office of this place stays open. Close or rename it with a list of offices.",
            "%(number)d offices of this place stay open. Close or rename them with a list of offices.",
            number,
        )
        notes.remark(ended[place], "", "offices_left", words % {"number": number})


def _change(effect: Effect) -> Change:
    told, closed, opened = effect.told, effect.closed, effect.opened
    kind = str(dict(KINDS)[told.kind.value])
    label = f"{told.day} {kind}: {_path(effect)}"
    if effect.same:
        return Change(told.row, Difference.SAME, label, work=effect)
    before, after = _facts(closed), _facts(opened)
    if effect.ended and closed:
        gone = opened or effect.target
        after = {str(_("ended on")): str(told.day), **({str(_("followed by")): gone.described} if gone else {})}
        before = {str(_("ended on")): "—"}
    what = Difference.CHANGED if closed else Difference.NEW
    different = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return Change(
        told.row,
        what,
        label,
        {name: text for name, text in before.items() if name in different},
        {name: text for name, text in after.items() if name in different},
        effect,
    )


def _path(effect: Effect) -> str:
    told = effect.told
    before = effect.closed.described if effect.closed else f"{told.from_name} {told.from_code}".strip()
    after = effect.opened or effect.target
    return " → ".join(
        part for part in (before, after.described if after else f"{told.to_name} {told.to_code}".strip()) if part
    )


def _facts(version: Version | None) -> dict[str, str]:
    if version is None:
        return {}
    facts = {
        str(_("name")): version.name,
        str(_("code")): version.code,
        str(_("belongs to")): version.parent.last.name if version.parent and version.parent.versions else "",
    }
    return {name: text for name, text in facts.items() if text}


class _Storing:
    """Writes the effects of a plan in a few statements: first all that ends, then all that begins."""

    def __init__(self, effects: Sequence[Effect]) -> None:
        self.effects = effects
        self.rows: dict[Place, int] = {}
        for effect in effects:
            for version in _versions(effect):
                self.rows.setdefault(version.place, effect.told.row)
        self.divisions: dict[Place, Division] = {}
        self.stored: list[Stored] = []

    def all(self, day: dt.date) -> list[Stored]:
        self._divisions()
        self._close()
        self._open()
        self._successors()
        refresh_now([row.pk for row in self.divisions.values()], day)
        return self.stored

    def _divisions(self) -> None:
        """The new places, and a mark on every one touched: loading the reference data passes them over."""
        new = [place for place in self.rows if place.pk is None]
        made = Division.objects.bulk_create([_division(place) for place in new], batch_size=BATCH)
        for place, row in zip(new, made, strict=True):
            place.pk = row.pk
            self.divisions[place] = row
            self.stored.append(Stored(self.rows[place], row))
        known = Division.objects.in_bulk([place.pk for place in self.rows if place not in self.divisions])
        for place, number in self.rows.items():
            if place not in self.divisions:
                row = known[place.pk or 0]
                self.divisions[place] = row
                before = {"by_import": row.by_import, "succeeded_by_id": row.succeeded_by_id}
                self.stored.append(Stored(number, row, before))

    def _close(self) -> None:
        closed = [(e, v) for e in self.effects for v in _versions(e) if v.stored and v.end and v.stored.until is None]
        rows = []
        for effect, version in closed:
            row = version.stored
            if row is not None:
                self.stored.append(Stored(effect.told.row, row, {"valid": row.valid}))
                row.valid = DateRange(version.start, version.end, "[)")
                rows.append(row)
        DivisionVersion.objects.bulk_update(rows, ["valid"], batch_size=BATCH)

    def _open(self) -> None:
        opened = [(e, v) for e in self.effects for v in _versions(e) if v.stored is None and v.start == e.told.day]
        fresh = [(effect, version) for effect, version in opened if version is not effect.closed]
        rows = [self._version(version) for _effect, version in fresh]
        DivisionVersion.objects.bulk_create(rows, batch_size=BATCH)
        for (effect, version), row in zip(fresh, rows, strict=True):
            self.stored.append(Stored(effect.told.row, row))
            if version is version.place.last and version.end:  # begun and ended by one list
                self.stored.append(Stored(effect.told.row, row, {"valid": DateRange(version.start, None, "[)")}))

    def _version(self, version: Version) -> DivisionVersion:
        return DivisionVersion(
            division=self.divisions[version.place],
            code=version.code,
            name_zh=version.name,
            name_en=version.name_en,
            parent_id=version.parent.pk if version.parent else None,
            valid=DateRange(version.start, version.end, "[)"),
            source=version.source,
        )

    def _successors(self) -> None:
        for place, row in self.divisions.items():
            row.by_import = True
            row.succeeded_by_id = place.successor.pk if place.successor else row.succeeded_by_id
        Division.objects.bulk_update(self.divisions.values(), ["by_import", "succeeded_by"], batch_size=BATCH)


def _versions(effect: Effect) -> list[Version]:
    pairs = [version for pair in effect.also for version in pair]
    return [version for version in (effect.closed, effect.opened, *pairs) if version]


def _division(place: Place) -> Division:
    last = place.last
    return Division(
        key=place.key,
        level=place.level,
        name_now=last.name,
        name_en_now=last.name_en,
        sort_key=pinyin_key(last.name),
        by_import=True,
    )


class _Undoing:
    """Puts the versions back as they were, as long as no later list and no office stands on the new ones."""

    def __init__(self, stored: Sequence[Stored]) -> None:
        objects: list[tuple[Any, Mapping[str, Any] | None]] = [(row.object, row.before) for row in stored]
        self.made = [o for o, before in objects if isinstance(o, DivisionVersion) and before is None]
        self.closed = [_as_before(o, b) for o, b in objects if isinstance(o, DivisionVersion) and b is not None]
        """Among them what one list began and ended: it is in both."""
        self.new = [o for o, before in objects if isinstance(o, Division) and before is None]
        self.touched = [(o, before) for o, before in objects if isinstance(o, Division) and before is not None]

    def all(self, day: dt.date) -> None:
        self._nothing_later()
        DivisionVersion.objects.filter(pk__in=[row.pk for row in self.made]).delete()
        self._reopen()
        for division, before in self.touched:
            division.by_import, division.succeeded_by_id = before["by_import"], before["succeeded_by_id"]
        rows = [division for division, _before in self.touched]
        Division.objects.bulk_update(rows, ["by_import", "succeeded_by"], batch_size=BATCH)
        refresh_now([row.pk for row in rows], day)
        self._delete_new()

    def _reopen(self) -> None:
        try:
            with transaction.atomic():
                DivisionVersion.objects.bulk_update(self.closed, ["valid"], batch_size=BATCH)
        except IntegrityError as error:
            words = _("Another place has taken a code since that this list had set free. Undo the later list first.")
            raise RuleBroken(words) from error

    def _delete_new(self) -> None:
        new = Division.objects.filter(pk__in=[row.pk for row in self.new])
        # Django would take the places of pilot areas off with them.
        if PilotArea.divisions.through._default_manager.filter(division__in=new).exists():
            raise RuleBroken(_still_needed(self.new))
        new.update(parent_now=None, succeeded_by=None)
        try:
            new.delete()
        except ProtectedError as error:
            raise RuleBroken(_still_needed(self.new)) from error

    def _nothing_later(self) -> None:
        """Versions which a later list made or ended stand on ours."""
        made, closed = {row.pk for row in self.made}, {row.pk for row in self.closed}
        begun = {(row.division_id, row.since) for row in self.made}
        first: dict[int, dt.date] = {}
        for division, since in begun:
            day = since or dt.date.min
            first[division] = min(first.get(division, day), day)
        for version in DivisionVersion.objects.filter(division__in=first).select_related("division"):
            added = version.pk not in made and version.since and version.since >= first[version.division_id]
            follows = (version.division_id, version.until) in begun or version.pk in closed
            if added or (version.pk in made and version.until and not follows):
                words = _("%(name)s was changed again by a later list. Undo that one first.")
                raise RuleBroken(words % {"name": version.division.name_now})


def _as_before(version: DivisionVersion, before: Mapping[str, Any]) -> DivisionVersion:
    version.valid = before["valid"]
    return version


def _still_needed(new: Sequence[Division]) -> str:
    names = "、".join(row.name_now for row in new[:3])
    words = _("Offices, pilot areas or other places stand on what this list established: %(names)s.")
    return words % {"names": names}
