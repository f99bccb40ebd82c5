"""Loading places and offices from the reference data: one pass, safe to repeat, nothing deleted.

What an imported list made or changed (`by_import`) is left as the list has it, until the import is undone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from units.models import Division, DivisionVersion, Unit, UnitName
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, NameRecord, OfficeRecord, VersionRecord
from units.upsert import BATCH, Tally, settle

log = logging.getLogger(__name__)

Dated = VersionRecord | NameRecord
T = TypeVar("T", VersionRecord, NameRecord)


def holds(span: Dated, day: dt.date) -> bool:
    return (span.valid_from is None or span.valid_from <= day) and (span.valid_to is None or day < span.valid_to)


def current(spans: Sequence[T], day: dt.date) -> T:
    """The span that holds on the day; where none does, the last one, so that there is a name to be shown."""
    return next((span for span in spans if holds(span, day)), spans[-1])


def ids_of(rows: models.QuerySet[Any]) -> dict[str, int]:
    """The database's number for each stable key of the reference data."""
    return dict(rows.values_list("key", "pk"))


@transaction.atomic
def load_divisions(records: Sequence[DivisionRecord], day: dt.date) -> Tally:
    """Places with their dated versions; the columns `*_now` as they are on `day`."""
    kept = _kept_places(records)
    known = ids_of(Division.objects.all())
    loaded = [record for record in records if record.key not in kept]
    made = [record for record in records if record.key not in kept or record.key not in known]
    tally = settle(Division.objects.all(), ("key",), [_division(record, day) for record in made])
    ids = ids_of(Division.objects.all())
    _place_in_tree(loaded, ids, day)
    wanted = {ids[record.key]: [_version(record, span, ids) for span in record.versions] for record in loaded}
    versions = _replace_spans(DivisionVersion.objects.all(), "division_id", wanted)
    return tally + Tally(updated=versions)


def _kept_places(records: Sequence[DivisionRecord]) -> set[str]:
    """Keys of the places which an imported list wrote, and of those that claim a code which such a place has then."""
    kept = set(Division.objects.filter(by_import=True).values_list("key", flat=True))
    held: dict[str, list[tuple[str, DateRange]]] = defaultdict(list)
    rows = DivisionVersion.objects.filter(division__by_import=True).exclude(code="")
    for code, key, valid in rows.values_list("code", "division__key", "valid"):
        held[code].append((key, valid))
    for record in records:
        if record.key not in kept and any(
            _taken(record.key, span, held.get(span.code or "", ())) for span in record.versions
        ):
            log.warning("a place of the reference data contradicts an imported list", extra={"division": record.key})
            kept.add(record.key)
    return kept


def _taken(key: str, span: VersionRecord, held: Iterable[tuple[str, DateRange]]) -> bool:
    """Whether another place holds the span's code at some time within it."""
    start, end = span.valid_from or dt.date.min, span.valid_to or dt.date.max
    return any(
        other != key and start < (valid.upper or dt.date.max) and (valid.lower or dt.date.min) < end
        for other, valid in held
    )


def _division(record: DivisionRecord, day: dt.date) -> dict[str, Any]:
    now = current(record.versions, day)
    return {
        "key": record.key,
        "level": record.level,
        "name_now": now.name_zh,
        "name_en_now": record.name_en,
        "code_now": now.code if now.code and holds(now, day) else "",
        "sort_key": record.sort_key,
    }


def _version(record: DivisionRecord, span: VersionRecord, ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": span.code or "",
        "name_zh": span.name_zh,
        "name_en": record.name_en,
        "parent_id": ids[span.parent_key] if span.parent_key else None,
        "valid": DateRange(span.valid_from, span.valid_to, "[)"),
        "source": span.source,
    }


def _place_in_tree(records: Sequence[DivisionRecord], ids: Mapping[str, int], day: dt.date) -> None:
    """Parents, paths and successors, once every place has its number."""
    others = Division.objects.exclude(key__in=[record.key for record in records])
    parents: dict[str, str | None] = dict(others.values_list("key", "parent_now__key"))
    parents.update((record.key, current(record.versions, day).parent_key) for record in records)
    successors = {record.key: record.succeeded_by for record in records}
    changed = []
    for row in Division.objects.filter(key__in=successors):
        wanted = (
            ids.get(parents[row.key] or ""),
            _path(row.key, parents, ids),
            ids.get(successors[row.key] or ""),
        )
        if wanted != (row.parent_now_id, row.path_now, row.succeeded_by_id):
            row.parent_now_id, row.path_now, row.succeeded_by_id = wanted
            changed.append(row)
    Division.objects.bulk_update(changed, ["parent_now", "path_now", "succeeded_by"], batch_size=BATCH)


def _path(key: str | None, parents: Mapping[str, str | None], ids: Mapping[str, int]) -> str:
    steps: list[int] = []
    while key:
        steps.append(ids[key])
        key = parents.get(key)
    return "/" + "".join(f"{step}/" for step in reversed(steps))


def refresh_now(places: Collection[int], day: dt.date) -> None:
    """The columns `*_now` of these places from their versions, and the paths of all that lies below them."""
    versions: dict[int, list[DivisionVersion]] = defaultdict(list)
    for version in DivisionVersion.objects.filter(division__in=places).order_by("division_id", "valid"):
        versions[version.division_id].append(version)
    rows = {row.pk: row for row in Division.objects.all()}
    for pk, spans in versions.items():
        _set_now(rows[pk], spans, day)
    moved = [row for row in rows.values() if _set_path(row, rows) or row.pk in versions]
    columns = ["name_now", "name_en_now", "code_now", "parent_now", "path_now", "sort_key"]
    Division.objects.bulk_update(moved, columns, batch_size=BATCH)


def _set_now(row: Division, spans: Sequence[DivisionVersion], day: dt.date) -> None:
    """As on the day; of a place that is gone its last name, and no code."""
    now = next((span for span in spans if day in span.valid), None)
    last = now or spans[-1]
    row.name_now, row.name_en_now, row.parent_now_id = last.name_zh, last.name_en, last.parent_id
    row.code_now = now.code if now else ""
    row.sort_key = pinyin_key(last.name_zh)


def _set_path(row: Division, rows: Mapping[int, Division]) -> bool:
    """Write the path by today's parents; whether it was another one."""
    steps, at = [row.pk], row.parent_now_id
    while at:
        steps.append(at)
        at = rows[at].parent_now_id
    path = "/" + "".join(f"{step}/" for step in reversed(steps))
    changed = path != row.path_now
    row.path_now = path
    return changed


@transaction.atomic
def load_offices(records: Sequence[OfficeRecord], day: dt.date) -> Tally:
    """Offices with their dated names. An office whose place is not loaded is a mistake in the data: KeyError."""
    kept = set(Unit.objects.filter(by_import=True).values_list("key", flat=True))
    records = [record for record in records if record.key not in kept]
    places = ids_of(Division.objects.all())
    tally = settle(Unit.objects.all(), ("key",), [_unit(record, places, day) for record in records])
    ids = ids_of(Unit.objects.all())
    settle(
        Unit.objects.all(),
        ("key",),
        [{"key": r.key, "succeeded_by_id": ids[r.succeeded_by] if r.succeeded_by else None} for r in records],
    )
    wanted = {ids[record.key]: [_name(record, span) for span in record.names] for record in records}
    names = _replace_spans(UnitName.objects.all(), "unit_id", wanted)
    return tally + Tally(updated=names)


def _unit(record: OfficeRecord, places: Mapping[str, int], day: dt.date) -> dict[str, Any]:
    now = current(record.names, day)
    return {
        "key": record.key,
        "kind": record.kind,
        "division_id": places[record.division_key],
        "name_now": now.name_zh,
        "name_en_now": now.name_en,
        "sort_key": record.sort_key,
        "closed_on": record.valid_to,
        "source": record.source,
        "confidence": record.confidence,
    }


def _name(record: OfficeRecord, span: NameRecord) -> dict[str, Any]:
    return {
        "name_zh": span.name_zh,
        "name_en": span.name_en,
        "valid": DateRange(span.valid_from, span.valid_to, "[)"),
        "source": span.source,
        "confidence": record.confidence,
    }


def _replace_spans(rows: models.QuerySet[Any], owner: str, wanted: Mapping[int, Sequence[Mapping[str, Any]]]) -> int:
    """Write anew all spans of each owner whose spans differ; returns how many existing owners had changed.

    Moving a boundary row by row would make two spans overlap for a moment, which the database refuses.
    """
    stored: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(**{f"{owner}__in": wanted}):
        stored[getattr(row, owner)].append(row)
    changed = [key for key, spans in wanted.items() if _values(stored.get(key, []), spans) != _given(spans)]
    rows.filter(**{f"{owner}__in": changed}).delete()
    rows.model._default_manager.bulk_create(
        (rows.model(**{owner: key}, **span) for key in changed for span in wanted[key]), batch_size=BATCH
    )
    return sum(1 for key in changed if key in stored)


def _plain(value: Any) -> Any:
    # The database writes an open beginning as "(", we write "[": compare the days themselves.
    return (value.lower, value.upper) if hasattr(value, "lower_inc") else value


def _given(spans: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(_plain, span.values())) for span in spans), key=repr)


def _values(rows: Iterable[Any], spans: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    columns = list(spans[0]) if spans else []
    found = [tuple(_plain(getattr(row, column)) for column in columns) for row in rows]
    return sorted(found, key=repr)
