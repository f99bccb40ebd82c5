"""Loading targets and baselines from the reference data: safe to repeat, and what people have changed since stays.

Rows are never changed: where the file says something else than when it was loaded, the old row ends and the new one
follows it. A row somebody has ended or replaced here is left as they have it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from indicators.measures import convert
from indicators.models import (
    Baseline,
    Comparison,
    Direction,
    FigureStatus,
    Indicator,
    IndicatorVersion,
    PathShape,
    Target,
    VerdictPolicy,
    Vintage,
    edition_of,
)
from indicators.models.targets import Cited
from indicators.reference.targets import CitedRecord, baselines, targets
from pilots.models import Clause, Document, PilotArea
from units.models import Programme
from units.upsert import Tally

log = logging.getLogger(__name__)
C = TypeVar("C", bound=Cited)

PROGRAMME = "national"
REPLACED = "参考数据已更新"
POLICY_SOURCE = "门户自定：通知与实施意见均未给出判定阈值 (N16; requirements C.2)"
POLICY: Mapping[str, Decimal] = {
    "ahead_from": Decimal("0.05"),
    "on_track_within": Decimal("0.05"),
    "at_risk_within": Decimal("0.20"),
    "about_within": Decimal("0.02"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows point to, read once."""

    pilots: Mapping[str, PilotArea]
    indicators: Mapping[str, Indicator]
    versions: Mapping[int, IndicatorVersion]
    documents: Mapping[str, Document]
    clauses: Mapping[tuple[str, str], Clause]
    vintages: list[Vintage]

    @classmethod
    def read(cls) -> Ground:
        pilots = PilotArea.objects.shown().filter(programme__code=PROGRAMME)
        versions = IndicatorVersion.objects.order_by("indicator_id", "valid")  # the last of each stays
        return cls(
            pilots={pilot.name_as_published: pilot for pilot in pilots},
            indicators={row.code: row for row in Indicator.objects.all()},
            versions={row.indicator_id: row for row in versions},
            documents={row.number: row for row in Document.objects.exclude(number="")},
            clauses={(c.document.number, c.anchor): c for c in Clause.objects.select_related("document")},
            vintages=list(Vintage.objects.order_by("-from_year")),
        )

    def has(self, record: CitedRecord) -> bool:
        """Whether the pilot area and the indicator are on record; what is not is never invented."""
        found = record.pilot in self.pilots and record.code in self.indicators
        if not found:
            log.warning("not on record, left out: %s %s", record.pilot, record.code)
        return found

    def clause(self, record: CitedRecord) -> int | None:
        """None too where an office had entered the document before, without this passage: its entry stays."""
        at = (record.document, record.clause)
        if not record.clause or (at not in self.clauses and self.documents[record.document].unit_id is not None):
            return None
        return self.clauses[at].pk

    def vintage(self, series: str, year: int) -> Vintage | None:
        """The edition of the series that figures of the year are of."""
        return edition_of(self.vintages, series, year)


@transaction.atomic
def load_targets() -> Tally:
    """Targets and baselines, and for each programme the thresholds of its verdicts where it has none yet."""
    ground = Ground.read()
    tally = _stored(Target, [_target(record, ground) for record in targets() if ground.has(record)])
    given = [_baseline(record, ground) for record in baselines() if ground.has(record)]
    tally += _stored(Baseline, given)
    _choose(given)
    return tally + _load_policies()


def _cited(record: CitedRecord, ground: Ground) -> tuple[dict[str, Any], IndicatorVersion]:
    indicator = ground.indicators[record.code]
    facts = {
        "pilot_area_id": ground.pilots[record.pilot].pk,
        "indicator_id": indicator.pk,
        "document_id": ground.documents[record.document].pk if record.document else None,
        "clause_id": ground.clause(record),
        "as_written": record.as_written,
        "note": record.note,
        "source": record.source,
        "confidence": record.confidence,
    }
    return facts, ground.versions[indicator.pk]


def _target(record: CitedRecord, ground: Ground) -> Target:
    facts, version = _cited(record, ground)
    # What is not named binds at all times, from the edition that was in force when it was set: before 2020.
    vintage = ground.vintage(version.series, min(record.year or 2015, 2019))
    usual = Comparison.AT_MOST if version.direction == Direction.DOWN else Comparison.AT_LEAST
    at_once = record.amount.comparison == Comparison.DONE or record.due_on is None
    return Target(
        **facts,
        due_on=record.due_on,
        comparison=record.amount.comparison or usual.value,
        value=_converted(record.amount.value, record, version),
        value_to=_converted(record.amount.value_to, record, version),
        shape=PathShape.STEP if at_once else PathShape.LINEAR,
        vintage=vintage,
        is_year_inferred=record.is_year_inferred,
    )


def _baseline(record: CitedRecord, ground: Ground) -> Baseline:
    facts, version = _cited(record, ground)
    if record.year is None or record.amount.value is None:
        raise ValueError(f"a baseline without a year or a value: {record.pilot} {record.code}")
    return Baseline(
        **facts,
        year=record.year,
        value=convert(record.amount.value, record.measure, version.measure),
        vintage=ground.vintage(version.series, record.year),
        status=record.status,
    )


def _converted(value: Decimal | None, record: CitedRecord, version: IndicatorVersion) -> Decimal | None:
    return None if value is None else convert(value, record.measure, version.measure)


def _key(row: Cited) -> tuple[Any, ...]:
    when = row.due_on if isinstance(row, Target) else getattr(row, "year", None)
    return row.pilot_area_id, row.indicator_id, when, row.document_id, row.source


FACTS: Mapping[type[Cited], tuple[str, ...]] = {
    Target: ("comparison", "value", "value_to", "clause_id", "as_written", "note", "confidence", "is_year_inferred"),
    Baseline: ("value", "clause_id", "as_written", "note", "confidence", "status"),
}


def _stored(model: type[C], wanted: Iterable[C]) -> Tally:
    """The rows that are not there yet; what came from here before is known by who recorded it: nobody."""
    rows: Any = model._default_manager
    known = {_key(row): row for row in rows.filter(recorded_by__isnull=True, is_demo=False).order_by("id")}
    theirs = {_key(row)[:4] for row in rows.current().exclude(document=None).filter(recorded_by__isnull=False)}
    given = created = updated = 0
    for row in wanted:
        given += 1
        before = known.get(_key(row))
        if before is None and _key(row)[:4] in theirs:  # somebody has taken it from the same document already
            continue
        if before is None:
            created += 1
        elif before.ended_at is not None or _said(before) == _said(row):
            continue
        else:
            updated += 1
            _end(before)
            row.follows = before
            if isinstance(row, Baseline) and isinstance(before, Baseline):
                row.is_chosen = before.is_chosen
        row.save(force_insert=True)
    return Tally(given, created, updated)


def _said(row: Cited) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in FACTS[type(row)])


def _end(row: Cited) -> None:
    row.ended_at, row.ended_reason = timezone.now(), REPLACED
    row.save(update_fields=["ended_at", "ended_reason"])


def _choose(given: Iterable[Baseline]) -> None:
    """Where nobody has chosen yet, paths are drawn from the baseline that is settled, or else from the only one."""
    chosen = set(Baseline.objects.filter(is_chosen=True).values_list("pilot_area_id", "indicator_id"))
    for pilot, indicator in dict.fromkeys((row.pilot_area_id, row.indicator_id) for row in given):
        current = Baseline.objects.filter(pilot_area=pilot, indicator=indicator, ended_at__isnull=True)
        settled = [row for row in current if row.status == FigureStatus.FINAL]
        best = settled or list(current)
        if (pilot, indicator) not in chosen and len(best) == 1:
            Baseline.objects.filter(pk=best[0].pk).update(is_chosen=True)


def _load_policies() -> Tally:
    """One for each programme that has none: whoever has set others keeps them."""
    lacking = Programme.objects.filter(verdict_policy__isnull=True)
    made = VerdictPolicy.objects.bulk_create(
        VerdictPolicy(programme=programme, source=POLICY_SOURCE, **POLICY) for programme in lacking
    )
    return Tally(Programme.objects.count(), len(made))
