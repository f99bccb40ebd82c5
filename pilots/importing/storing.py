"""Writing the pilot areas of a list: the offices made for them, the pilot areas, their places, their routes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from django.db.backends.postgresql.psycopg_any import DateRange

from pilots.importing.senders import Way
from pilots.models import Batch, Capacity, PilotArea, Route
from records.importing.kinds import Stored
from units.matching import Span
from units.models import Division, Programme, Unit, UnitName
from units.reference.pinyin import pinyin_key
from units.reference.records import OfficeRecord
from units.upsert import BATCH


class Wanted(Protocol):
    """What storing reads of a row of the plan."""

    row: int
    batch: Batch | None
    province: Span
    places: tuple[Span, ...]
    name: str
    values: dict[str, object]
    key: str
    office: int | None
    new_office: OfficeRecord | None
    way: Way | None
    known: PilotArea | None


def store(programme: Programme, works: Sequence[Wanted]) -> list[Stored]:
    """Everything in a number of statements that does not grow with the rows."""
    return [
        *_offices(works),
        *_pilots(programme, [work for work in works if work.known is None]),
        *_changed([work for work in works if work.known is not None]),
        *_routes(programme, works),
    ]


def _offices(works: Sequence[Wanted]) -> Iterator[Stored]:
    new = [(work, record) for work in works if (record := work.new_office)]
    places = dict(Division.objects.filter(key__in=[r.division_key for _w, r in new]).values_list("key", "pk"))
    units = Unit.objects.bulk_create(
        (_unit(record, places[record.division_key]) for _work, record in new), batch_size=BATCH
    )
    names: list[UnitName] = []
    rows: list[int] = []
    for (work, record), unit in zip(new, units, strict=True):
        work.office = unit.pk
        yield Stored(work.row, unit)
        names += _names(record, unit)
        rows += [work.row] * len(record.names)
    UnitName.objects.bulk_create(names, batch_size=BATCH)
    yield from (Stored(row, name) for row, name in zip(rows, names, strict=True))


def _unit(record: OfficeRecord, place: int) -> Unit:
    return Unit(
        key=record.key,
        kind=record.kind,
        division_id=place,
        name_now=record.names[-1].name_zh,
        name_en_now=record.names[-1].name_en,
        sort_key=record.sort_key,
        closed_on=record.valid_to,
        source=record.source,
        confidence=record.confidence,
        by_import=True,
    )


def _names(record: OfficeRecord, unit: Unit) -> list[UnitName]:
    return [
        UnitName(
            unit=unit,
            name_zh=name.name_zh,
            name_en=name.name_en,
            valid=DateRange(name.valid_from, name.valid_to, "[)"),
            source=name.source,
            confidence=record.confidence,
        )
        for name in record.names
    ]


def _pilots(programme: Programme, works: Sequence[Wanted]) -> Iterator[Stored]:
    made = PilotArea.objects.bulk_create(
        (
            PilotArea(
                key=work.key,
                programme=programme,
                batch=work.batch,
                name_as_published=work.name,
                province_id=work.province.pk,
                reporting_unit_id=work.office or 0,
                sort_key=pinyin_key(work.name),
                by_import=True,
                **work.values,
            )
            for work in works
        ),
        batch_size=BATCH,
    )
    links = PilotArea.divisions.through
    links._default_manager.bulk_create(
        [
            links(pilotarea_id=pilot.pk, division_id=place.pk)
            for work, pilot in zip(works, made, strict=True)
            for place in work.places
        ],
        batch_size=BATCH,
    )
    yield from (Stored(work.row, pilot) for work, pilot in zip(works, made, strict=True))


def _changed(works: Sequence[Wanted]) -> Iterator[Stored]:
    rows, columns = [], ["by_import"]
    for work in works:
        if work.known is None:
            continue
        columns = ["by_import", *work.values]
        yield Stored(work.row, work.known, {column: getattr(work.known, column) for column in columns})
        for column, value in {**work.values, "by_import": True}.items():
            setattr(work.known, column, value)
        rows.append(work.known)
    PilotArea.objects.bulk_update(rows, columns, batch_size=BATCH)


def _routes(programme: Programme, works: Sequence[Wanted]) -> Iterator[Stored]:
    """One for each new sender, however many pilot areas it reports for."""
    wanted = {work.office: (work, work.way) for work in reversed(works) if work.way and work.way.receiver}
    made = Route.objects.bulk_create(
        (
            Route(
                programme=programme,
                sender_id=office,
                receiver_id=way.receiver,
                capacity=Capacity.PILOT,
                note=way.note,
                source=way.source,
            )
            for office, (_work, way) in wanted.items()
            if office and way.receiver
        ),
        batch_size=BATCH,
    )
    rows = {office: work.row for office, (work, _way) in wanted.items()}
    yield from (Stored(rows[route.sender_id], route) for route in made)
