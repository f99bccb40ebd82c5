"""Loading the published series from the reference data: safe to repeat; what people brought or withdrew stays so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from indicators.measures import convert
from indicators.models import Indicator, IndicatorVersion, Observation, Part, period_end
from indicators.reference.series import SeriesRecord, published_series
from indicators.services.observations import Published, publish
from units.models import Division
from units.services import ids_of
from units.upsert import Tally

SourceKey = tuple[int, int, int, str]


@transaction.atomic
def load_series() -> Tally:
    """Published figures of the nation, Sichuan and Luzhou, as observations of no programme."""
    places = ids_of(Division.objects.filter(key__in={record.division_key for record in published_series()}))
    indicators = dict(Indicator.objects.values_list("code", "pk"))
    records = [record for record in published_series() if record.division_key in places and record.code in indicators]
    versions = _versions([indicators[record.code] for record in records])
    rows = [_published(record, places, indicators, versions) for record in records]
    done = publish(_ours_to_say(rows))
    return Tally(len(rows), done.recorded, done.withdrawn)


def _versions(indicators: Sequence[int]) -> dict[int, list[IndicatorVersion]]:
    found: dict[int, list[IndicatorVersion]] = {}
    for version in IndicatorVersion.objects.filter(indicator_id__in=set(indicators)):
        found.setdefault(version.indicator_id, []).append(version)
    return found


def _published(
    record: SeriesRecord,
    places: Mapping[str, int],
    indicators: Mapping[str, int],
    versions: Mapping[int, Sequence[IndicatorVersion]],
) -> Published:
    indicator, day = indicators[record.code], period_end(record.year, Part.YEAR)
    version = next(version for version in versions[indicator] if day in version.valid)
    return Published(
        division_id=places[record.division_key], indicator_id=indicator, year=record.year,
        value=convert(record.value, record.measure, version.measure),
        numerator=_part(record.numerator, version), denominator=_part(record.denominator, version),
        source=record.source, status=record.status, confidence=record.confidence, entered=record.entered,
        entered_measure=record.measure, note=record.note,
    )  # fmt: skip


def _part(value: Decimal | None, version: IndicatorVersion) -> Decimal | None:
    return None if value is None else convert(value, "10k_persons", version.part_measure)


def _ours_to_say(rows: Sequence[Published]) -> list[Published]:
    """Without those a person has brought anew from the same source, or withdrawn since."""
    known: dict[SourceKey, list[tuple[int | None, bool]]] = {}
    stored = Observation.objects.published().filter(
        division__in={row.division_id for row in rows}, indicator__in={row.indicator_id for row in rows}
    )
    columns = ("division_id", "indicator_id", "year", "source", "recorded_by_id", "withdrawn_at")
    for *key, by, withdrawn_at in stored.values_list(*columns):
        division, indicator, year, source = key
        known.setdefault((division, indicator, year, source), []).append((by, withdrawn_at is None))
    return [row for row in rows if _is_ours(known.get((row.division_id, row.indicator_id, row.year, row.source), []))]


def _is_ours(stored: Sequence[tuple[int | None, bool]]) -> bool:
    standing = [by for by, stands in stored if stands]
    return not stored or (bool(standing) and all(by is None for by in standing))
