"""Loading the catalogue from the reference data: safe to repeat; what somebody has changed is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db import transaction

from indicators.models import AskedIndicator, FieldSource, Indicator, IndicatorVersion, Relation, Vintage
from indicators.reference.catalogue import (
    TEXTS,
    AskedRecord,
    IndicatorRecord,
    RelationRecord,
    VintageRecord,
    asked,
    indicators,
    relations,
    vintages,
)
from pilots.models import PilotArea
from records.models import Event
from units.models import Programme
from units.reference.pinyin import pinyin_key
from units.services import ids_of
from units.upsert import Tally, settle

OTHERS = ("applies_by", "weight", "numerator", "denominator")
"""Fields of a version that name another indicator."""
SET_BY_OWNER = "indicator.ask"
SAME_NAME = ("precision", "applies_over", "scale", "lowest", "highest", "is_cumulative")


@transaction.atomic
def load_catalogue() -> Tally:
    """Indicators with their versions and the source of each field, relations, vintages, what programmes ask for."""
    areas = ids_of(PilotArea.objects.all())
    records = [record for record in indicators() if not record.pilot_key or record.pilot_key in areas]
    tally = _load_indicators(records, areas)
    ids = indicator_ids()
    versions = _load_versions(records, ids)
    tally += _load_sources(records, ids)
    tally += _load_relations(list(relations()), ids) + _load_vintages(list(vintages()))
    return tally + versions + _load_asked(list(asked()), ids)


def indicator_ids() -> dict[str, int]:
    return dict(Indicator.objects.values_list("code", "pk"))


def _untouched() -> set[str]:
    """Indicators as this loader left them: nobody has made another version, or said anything else of them."""
    return set(Indicator.objects.filter(version=0).values_list("code", flat=True))


def _load_indicators(records: Sequence[IndicatorRecord], areas: Mapping[str, int]) -> Tally:
    touched = set(Indicator.objects.exclude(version=0).values_list("code", flat=True))
    wanted = [
        {
            "code": record.code,
            "plan_number": record.plan_number,
            "pilot_area_id": areas[record.pilot_key] if record.pilot_key else None,
            "name_now": record.name_zh,
            "name_en_now": record.name_en,
            "sort_key": pinyin_key(record.name_zh),
        }
        for record in records
        if record.code not in touched
    ]
    return settle(Indicator.objects.all(), ("code",), wanted)


def _load_versions(records: Sequence[IndicatorRecord], ids: Mapping[str, int]) -> Tally:
    untouched = _untouched()
    wanted = [_version(record, ids) for record in records if record.code in untouched]
    return settle(IndicatorVersion.objects.all(), ("indicator_id",), wanted)


def _version(record: IndicatorRecord, ids: Mapping[str, int]) -> dict[str, Any]:
    own = {name: getattr(record, name) for name in (*TEXTS, *SAME_NAME) if name not in (*OTHERS, "code")}
    others = {f"{name}_id": ids.get(getattr(record, name)) for name in OTHERS}
    return {"indicator_id": ids[record.code], "levels": list(record.levels), **own, **others}


def _load_sources(records: Sequence[IndicatorRecord], ids: Mapping[str, int]) -> Tally:
    untouched = _untouched()
    versions = dict(IndicatorVersion.objects.values_list("indicator_id", "pk"))
    wanted = [
        {
            "version_id": versions[ids[record.code]],
            "field": source.field,
            "said": source.said,
            "source": source.source,
            "confidence": source.confidence,
        }
        for record in records
        if record.code in untouched
        for source in record.sources
    ]
    return settle(FieldSource.objects.all(), ("version_id", "field"), wanted)


def _load_relations(records: Sequence[RelationRecord], ids: Mapping[str, int]) -> Tally:
    wanted = [
        {"kind": row.kind, "lower_id": ids[row.lower], "upper_id": ids[row.upper], "source": row.source}
        for row in records
    ]
    return settle(Relation.objects.all(), ("kind", "lower_id", "upper_id"), wanted)


def _load_vintages(records: Sequence[VintageRecord]) -> Tally:
    wanted = [{name: getattr(row, name) for name in VintageRecord.__slots__} for row in records]
    return settle(Vintage.objects.all(), ("code",), wanted)


def _load_asked(records: Sequence[AskedRecord], ids: Mapping[str, int]) -> Tally:
    """Nothing where the programme ever asked for anything: what its owner took away stays away."""
    programmes = dict(Programme.objects.values_list("code", "pk"))
    asking = set(AskedIndicator.objects.values_list("programme_id", flat=True))
    asking |= set(Event.objects.filter(act=SET_BY_OWNER).values_list("programme_id", flat=True))
    tally = Tally()
    for code, rows in groupby(records, key=lambda row: row.programme):
        given = list(rows)
        tally += Tally(len(given))
        if code in programmes and programmes[code] not in asking:
            made = [
                AskedIndicator(
                    programme_id=programmes[code],
                    indicator_id=ids[row.code],
                    position=position,
                    is_compulsory=row.is_compulsory,
                    source=row.source,
                )
                for position, row in enumerate(given, start=1)
            ]
            tally += Tally(0, len(AskedIndicator.objects.bulk_create(made)))
    return tally
