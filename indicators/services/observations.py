"""Figures that begin to count, and cease to: recorded at acceptance, withdrawn by a correction, published series.

Of all figures not withdrawn of one programme, place, indicator and period one is in force. `_SETTLE` alone decides
which: verified before unverified, then the more settled, then the one recorded last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from indicators import positions, rollups
from indicators.models import (
    FIGURE_FIELDS,
    Figure,
    FigureStatus,
    IndicatorVersion,
    Observation,
    Series,
    Vintage,
    edition_of,
    period_end,
)
from indicators.rollups import FigureKey
from indicators.rollups.statements import RANKED, VERIFIED
from pilots.models import Document
from records.locks import Lock, take
from records.models import Seal
from units.models import Programme, Sourced, Unit

AT_ONCE = 2000
KEY_COLUMNS = ("division_id", "indicator_id", "year", "part")
CORRECTED = "corrected"
"""Why a figure was withdrawn whose report was corrected: a code, shown in words by `indicators.words`."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """What brings figures into force: whose they are, where they went, the seal that proves them.

    `chain`: units (ids) above, the receiver first, as frozen on what was submitted. `at`: the moment of acceptance.
    """

    programme: Programme
    unit: Unit
    receiver: Unit | None
    chain: Sequence[int]
    seal: Seal
    at: dt.datetime
    by: User | None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """One figure of a published series, in its indicator's unit. With `absence` there is no value, but a reason."""

    division_id: int
    indicator_id: int
    year: int
    value: Decimal | None
    source: str
    part: str = "year"
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    absence: str = ""
    reason: str = ""
    status: str = FigureStatus.FINAL.value
    confidence: str = Sourced.Confidence.HIGH.value
    entered: str = ""
    entered_measure: str = ""
    note: str = ""
    document: Document | None = None
    vintage: Vintage | None = None
    """None: the one of its year, where the indicator follows a series."""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class PublishedTally:
    """What publishing did; `kept` were there already, word for word."""

    recorded: int = 0
    withdrawn: int = 0
    kept: int = 0


# -- figures of a programme ------------------------------------------------------------------------------------


@transaction.atomic
def record(what: Bringing, figures: Iterable[Figure], *, replaces: Collection[Seal] = ()) -> int:
    """These figures count from now on; returns how many. Rows in which nothing is given are left out.

    `replaces`: the seals of earlier versions of the same report; what they brought is withdrawn. Afterwards the
    figures in force are settled and the roll-ups of the places above are computed anew.
    """
    given = [figure for figure in figures if figure.is_given]
    vintages = _Vintages.of({figure.indicator_id for figure in given})
    rows = [_observation(what, figure, vintages) for figure in given]
    Observation.objects.bulk_create(rows, batch_size=AT_ONCE)
    take(Lock.ROLL_UPS)
    keys = {_key(row) for row in rows}
    keys |= _withdraw(Observation.objects.filter(seal__in=[s.pk for s in replaces]), what.at, CORRECTED)[what.programme]
    _settled(what.programme, keys)
    return len(rows)


@transaction.atomic
def withdraw(seals: Collection[Seal], *, at: dt.datetime, reason: str) -> int:
    """What these seals brought counts no longer; returns how many figures. What stood before them counts again."""
    take(Lock.ROLL_UPS)
    gone = _withdraw(Observation.objects.filter(seal__in=[seal.pk for seal in seals]), at, reason)
    for programme, keys in gone.items():
        _settled(programme, keys)
    return gone.count


def _settled(programme: Programme | None, keys: Collection[FigureKey]) -> None:
    """The lock is ours. Published figures (no programme) are in no roll-up."""
    settle(programme, keys)
    if programme is not None and keys:
        rollups.refresh(programme, keys)
    positions.figures_changed(programme, {key.division_id for key in keys})


def _observation(what: Bringing, figure: Figure, vintages: _Vintages) -> Observation:
    return Observation(
        programme=what.programme,
        unit=what.unit,
        receiver=what.receiver,
        chain=list(what.chain),
        seal=what.seal,
        vintage_id=vintages.of_figure(figure.indicator_id, figure.year, figure.part),
        is_demo=what.is_demo,
        recorded_at=what.at,
        recorded_by=what.by,
        **_said(figure),
    )


def _said(figure: Figure | Published) -> dict[str, Any]:
    """The key and everything that is said, by column."""
    return {name: getattr(figure, name) for name in (*KEY_COLUMNS, *FIGURE_FIELDS)}


# -- published series ------------------------------------------------------------------------------------------


@transaction.atomic
def publish(
    rows: Iterable[Published],
    *,
    by: User | None = None,
    at: dt.datetime | None = None,
    instead_of: QuerySet[Observation] | None = None,
) -> PublishedTally:
    """Published figures, by place, indicator, period and source: two sources may differ, and both stay.

    One that is there word for word is left alone; one of the same source that says otherwise is withdrawn for it.
    `instead_of`: the published figures these stand for altogether; those not among the rows are withdrawn.
    """
    now = at or timezone.now()
    given = list({source_key(row): row for row in rows}.values())
    vintages = _Vintages.of({row.indicator_id for row in given})
    wanted = {source_key(row): _published(row, vintages, now, by) for row in given}
    take(Lock.ROLL_UPS)
    before = _standing_for(wanted, instead_of)
    same = {key for key, row in before.items() if key in wanted and _words(row) == _words(wanted[key])}
    gone = [row.pk for key, row in before.items() if key not in same]
    new = [row for key, row in wanted.items() if key not in same]
    Observation.objects.bulk_create(new, batch_size=AT_ONCE)
    keys = {_key(row) for row in new}
    if gone:
        keys |= _withdraw(Observation.objects.filter(pk__in=gone), now, "replaced")[None]
    _settled(None, keys)
    return PublishedTally(len(new), len(gone), len(same))


SourceKey = tuple[int, int, int, str, str]
"""(division, indicator, year, part, source): what tells published figures apart."""


def source_key(row: Published | Observation) -> SourceKey:
    return row.division_id, row.indicator_id, row.year, row.part, row.source


def _published(row: Published, vintages: _Vintages, at: dt.datetime, by: User | None) -> Observation:
    vintage = row.vintage.pk if row.vintage else vintages.of_figure(row.indicator_id, row.year, row.part)
    return Observation(
        **_said(row), vintage_id=vintage, document=row.document, confidence=row.confidence, is_demo=row.is_demo,
        recorded_at=at, recorded_by=by,
    )  # fmt: skip


def standing(keys: Collection[SourceKey]) -> dict[SourceKey, Observation]:
    """What is published now of the same places, indicators, periods and sources; one statement."""
    rows = Observation.objects.published().filter(
        withdrawn_at__isnull=True, division__in={key[0] for key in keys}, indicator__in={key[1] for key in keys}
    )
    return {key: row for row in rows if (key := source_key(row)) in keys}


def _standing_for(
    keys: Collection[SourceKey], instead_of: QuerySet[Observation] | None
) -> dict[SourceKey, Observation]:
    found = standing(keys)
    if instead_of is not None:
        rows = instead_of.filter(programme__isnull=True, withdrawn_at__isnull=True)
        found |= {source_key(row): row for row in rows}
    return found


def _words(row: Observation) -> tuple[object, ...]:
    """What two published figures are compared by: everything that is said, numbers by their amount."""
    names = (*FIGURE_FIELDS, "confidence", "document_id", "vintage_id", "is_demo")
    return tuple(str(found) if isinstance(found := getattr(row, name), str) else found for name in names)


# -- which one is in force -------------------------------------------------------------------------------------

_SETTLE = """
WITH ranked AS (
  SELECT o.id, o.is_in_force, row_number() OVER (
    PARTITION BY o.division_id, o.indicator_id, o.year, o.part
    ORDER BY {verified} DESC, {ranked} DESC, o.recorded_at DESC, o.id DESC) = 1 AS wins
  FROM unnest(%(divisions)s::bigint[], %(indicators)s::bigint[], %(years)s::int[], %(parts)s::text[])
       AS k (division_id, indicator_id, year, part)
  JOIN indicators_observation o
    ON o.division_id = k.division_id AND o.indicator_id = k.indicator_id AND o.year = k.year AND o.part = k.part
   AND {programme}
  WHERE o.withdrawn_at IS NULL),
off AS (
  UPDATE indicators_observation o SET is_in_force = false
  FROM ranked WHERE ranked.id = o.id AND ranked.is_in_force AND NOT ranked.wins RETURNING o.id)
UPDATE indicators_observation o SET is_in_force = true
FROM ranked WHERE ranked.id = o.id AND ranked.wins AND NOT ranked.is_in_force AND (SELECT count(*) FROM off) >= 0
"""
"""The one in force before is put out before the next is put in: the index knows one at a time, at any moment."""


def settle(programme: Programme | None, keys: Collection[FigureKey]) -> None:
    """Of all that stand for each key put the right one in force: one statement, by what they say and nothing else."""
    if not keys:
        return
    ordered = sorted(keys)
    of_programme = "o.programme_id = %(programme)s" if programme else "o.programme_id IS NULL"
    said = _SETTLE.format(programme=of_programme, verified=VERIFIED.format(row="o"), ranked=RANKED.format(row="o"))
    with connection.cursor() as cursor:
        cursor.execute(
            said,
            {
                "programme": programme.pk if programme else None,
                "divisions": [key.division_id for key in ordered],
                "indicators": [key.indicator_id for key in ordered],
                "years": [key.year for key in ordered],
                "parts": [key.part for key in ordered],
            },
        )


class _Gone(dict[Programme | None, set[FigureKey]]):
    """Keys of what was withdrawn, by programme; a programme not in it lost nothing."""

    count: int = 0

    def __missing__(self, programme: Programme | None) -> set[FigureKey]:
        return set()


def _withdraw(rows: QuerySet[Observation], at: dt.datetime, reason: str) -> _Gone:
    gone = _Gone()
    standing = list(rows.filter(withdrawn_at__isnull=True).select_related("programme").order_by("programme_id", "pk"))
    for programme, group in groupby(standing, key=lambda row: row.programme):
        gone[programme] = {_key(row) for row in group}
    gone.count = len(standing)
    if standing:
        pks = [row.pk for row in standing]
        Observation.objects.filter(pk__in=pks).update(withdrawn_at=at, withdrawn_reason=reason, is_in_force=False)
    return gone


def _key(row: Observation) -> FigureKey:
    return FigureKey(row.division_id, row.indicator_id, row.year, row.part)


# -- vintages --------------------------------------------------------------------------------------------------


def vintages_of(series: str) -> list[Vintage]:
    """All editions of a series, the newest first."""
    return list(Vintage.objects.filter(series=series).order_by("-from_year")) if series else []


def vintage_for(series: str, year: int) -> Vintage | None:
    """See `edition_of`; whoever asks for many reads `vintages_of` once."""
    return edition_of(vintages_of(series), series, year)


@dataclass(frozen=True, slots=True)
class _Vintages:
    """Series of the indicators by span of time, editions of the series: two statements, then no more."""

    versions: Mapping[int, Sequence[IndicatorVersion]]
    editions: Sequence[Vintage]

    @classmethod
    def of(cls, indicators: Collection[int]) -> _Vintages:
        rows = IndicatorVersion.objects.filter(~Q(series=Series.NONE), indicator__in=indicators)
        versions: dict[int, list[IndicatorVersion]] = {}
        for version in rows:
            versions.setdefault(version.indicator_id, []).append(version)
        return cls(versions, list(Vintage.objects.order_by("-from_year")) if versions else [])

    def of_figure(self, indicator: int, year: int, part: str) -> int | None:
        day = period_end(year, part)
        series = next((v.series for v in self.versions.get(indicator, ()) if day in v.valid), "")
        edition = edition_of(self.editions, series, year)
        return edition.pk if edition else None
