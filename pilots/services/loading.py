"""Loading programmes, pilots and routes from the reference data: safe to repeat, nothing deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from pilots import structure
from pilots.models import (
    Batch,
    BatchTotal,
    ContactField,
    ContactForm,
    Milestone,
    PilotArea,
    ReviewingDepartment,
    Route,
    SelectionLimit,
)
from pilots.reference.records import (
    WHOLE_BATCH_CATEGORIES,
    BatchRecord,
    ContactFormRecord,
    MilestoneRecord,
    PilotRecord,
    ProgrammeRecord,
    RouteRecord,
    SelectionLimitRecord,
)
from units.models import Division, Programme, Unit
from units.reference.pinyin import pinyin_key
from units.services import ids_of
from units.upsert import Tally, settle

PREFIXES = {"national": "GJ", "luzhou": "LZ"}
"""How the receipt numbers of a programme begin (国家, 泸州)."""


def programme_ids() -> dict[str, int]:
    return dict(Programme.objects.values_list("code", "pk"))


@transaction.atomic
def load_programmes(records: Sequence[ProgrammeRecord]) -> Tally:
    """Programmes and the departments that review each of them."""
    units = ids_of(Unit.objects.all())
    tally = settle(
        Programme.objects.all(),
        ("code",),
        [
            {
                "code": record.key,
                "name_zh": record.name_zh,
                "name_en": record.name_en,
                "owner_id": units[record.owner_key],
                "prefix": PREFIXES[record.key],
            }
            for record in records
        ],
    )
    programmes = programme_ids()
    departments = [
        {"programme_id": programmes[record.key], "unit_id": units[key], "position": position}
        for record in records
        for position, key in enumerate(record.reviewing_department_keys, start=1)
    ]
    return tally + settle(ReviewingDepartment.objects.all(), ("programme_id", "unit_id"), departments)


@transaction.atomic
def load_batches(records: Sequence[BatchRecord]) -> Tally:
    """Batches with their published totals and their milestones."""
    programmes = programme_ids()
    wanted = [
        {
            "programme_id": programmes[record.programme],
            "number": record.number,
            "name_zh": record.name_zh,
            "name_en": record.name_en,
            "document_number": record.document_number,
            "document_title": record.document_title,
            "approved_on": record.approved_on,
            "reference_day": record.reference_day,
            "source": record.source,
            "confidence": record.confidence,
        }
        for record in records
    ]
    tally = settle(Batch.objects.all(), ("programme_id", "number"), wanted)
    ids = batch_ids()
    totals = [
        {
            "batch_id": ids[record.programme, record.number],
            "category": total.category,
            "count": total.count,
            "as_of": total.as_of,
            "is_whole": total.category in WHOLE_BATCH_CATEGORIES,
            "source": total.source,
            "confidence": total.confidence,
        }
        for record in records
        for total in record.totals
    ]
    milestones = [
        _milestone(milestone, batch_id=ids[record.programme, record.number], pilot_area_id=None)
        for record in records
        for milestone in record.milestones
    ]
    return tally + settle(BatchTotal.objects.all(), ("batch_id", "category"), totals) + _milestones(milestones)


def batch_ids() -> dict[tuple[str, int], int]:
    rows = Batch.objects.values_list("programme__code", "number", "pk")
    return {(code, number): pk for code, number, pk in rows}


def _milestone(record: MilestoneRecord, **owner: int | None) -> dict[str, Any]:
    return {
        **owner,
        "kind": record.kind,
        "due_on": record.on,
        "wording_zh": record.wording_zh,
        "wording_en": record.wording_en,
        "source": record.source,
    }


def _milestones(wanted: Sequence[Mapping[str, Any]]) -> Tally:
    return settle(Milestone.objects.all(), ("batch_id", "pilot_area_id", "kind"), wanted)


def _not_imported(records: Iterable[PilotRecord]) -> Iterator[PilotRecord]:
    """Those that no imported list wrote, under this key or this name."""
    rows = PilotArea.objects.filter(by_import=True)
    kept = set(rows.values_list("programme__code", "key"))
    kept |= set(rows.values_list("programme__code", "name_as_published"))
    for record in records:
        if not kept & {(record.programme, record.key), (record.programme, record.name_as_published)}:
            yield record


@transaction.atomic
def load_pilots(records: Sequence[PilotRecord]) -> Tally:
    """Pilot areas with their places and own milestones. What nobody could verify (`shown=False`) stays out.

    So does what an imported list wrote, known by its key or its published name: the list wins until it is undone.
    """
    shown = list(_not_imported(record for record in records if record.shown))
    units, divisions = ids_of(Unit.objects.all()), ids_of(Division.objects.all())
    programmes, batches = programme_ids(), batch_ids()
    wanted = [
        {
            "key": record.key,
            "programme_id": programmes[record.programme],
            "batch_id": batches[record.programme, record.batch] if record.batch else None,
            "official_seq": record.official_seq,
            "name_as_published": record.name_as_published,
            "name_en": record.name_en,
            "category": record.category,
            "region": record.region,
            "province_id": divisions[record.province_key],
            "reporting_unit_id": units[record.office_key],
            "source": record.source,
            "confidence": record.confidence,
            "note": record.note,
            "sort_key": pinyin_key(record.name_as_published),
        }
        for record in shown
    ]
    tally = settle(PilotArea.objects.all(), ("key",), wanted)
    ids = ids_of(PilotArea.objects.all())
    link_divisions({ids[r.key]: {divisions[key] for key in r.division_keys} for r in shown})
    overrides = [
        _milestone(milestone, batch_id=None, pilot_area_id=ids[record.key])
        for record in shown
        for milestone in record.milestone_overrides
    ]
    return tally + _milestones(overrides)


def link_divisions(wanted: Mapping[int, set[int]]) -> None:
    """Give each pilot area exactly these places."""
    links = PilotArea.divisions.through
    stored = set(links._default_manager.filter(pilotarea__in=wanted).values_list("pilotarea_id", "division_id"))
    given = {(pilot, division) for pilot, divisions in wanted.items() for division in divisions}
    for pilot, division in stored - given:
        links._default_manager.filter(pilotarea=pilot, division=division).delete()
    links._default_manager.bulk_create(
        links(pilotarea_id=pilot, division_id=division) for pilot, division in sorted(given - stored)
    )
    if stored != given:
        structure.changed()


@transaction.atomic
def load_routes(records: Sequence[RouteRecord]) -> Tally:
    units, programmes = ids_of(Unit.objects.all()), programme_ids()
    wanted = [
        {
            "programme_id": programmes[record.programme],
            "sender_id": units[record.sender_key],
            "receiver_id": units[record.receiver_key],
            "capacity": record.capacity,
            "note": record.note,
            "source": record.source,
        }
        for record in records
    ]
    return settle(Route.objects.all(), ("programme_id", "sender_id", "capacity"), wanted)


@transaction.atomic
def load_selection_limits(records: Sequence[SelectionLimitRecord]) -> Tally:
    programmes = programme_ids()
    wanted = [
        {
            "programme_id": programmes[record.programme],
            "chosen_by": record.selected_by,
            "minimum": record.minimum,
            "maximum": record.maximum,
            "clause": record.clause_zh,
            "source": record.source,
        }
        for record in records
    ]
    return settle(SelectionLimit.objects.all(), ("programme_id", "chosen_by"), wanted)


@transaction.atomic
def load_contact_forms(records: Sequence[ContactFormRecord]) -> Tally:
    """What is asked about contacts, version by version."""
    programmes = programme_ids()
    forms = [
        {"programme_id": programmes[record.programme], "number": record.number, "source": record.source}
        for record in records
    ]
    tally = settle(ContactForm.objects.all(), ("programme_id", "number"), forms)
    ids = {(form.programme_id, form.number): form.pk for form in ContactForm.objects.all()}
    fields = [
        {
            "form_id": ids[programmes[record.programme], record.number],
            "position": position,
            "code": row.code,
            "title_zh": row.title_zh,
            "title_en": row.title_en,
            "kind": row.kind,
            "is_required": row.is_required,
        }
        for record in records
        for position, row in enumerate(record.fields, start=1)
    ]
    return tally + settle(ContactField.objects.all(), ("form_id", "code"), fields)
