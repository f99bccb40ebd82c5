"""Reading figures that count: who finds which, where each comes from, and which of several counts and why."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators import words
from indicators.models import RANK, FigureStatus, IndicatorVersion, Observation, ObservationQuerySet
from indicators.origins import Origin, origins_of
from portal.errors import NotFound

VIEW = "figure.view"


@dataclass(frozen=True, slots=True)
class Rival:
    """One of the figures of the same place, indicator and period. `why` it counts, or does not, among its like."""

    row: Observation
    why: str
    version: IndicatorVersion | None = None
    origin: Origin | None = None

    @property
    def counts(self) -> bool:
        return self.row.is_in_force


@dataclass(frozen=True, slots=True)
class Observed:
    """One figure with all others of its place, indicator and period that the reader may see, accepted ones first."""

    this: Rival
    others: tuple[Rival, ...]
    versions: dict[int, list[IndicatorVersion]]
    """Of its indicator, as `versions_of` gives them."""

    @property
    def row(self) -> Observation:
        return self.this.row

    @property
    def version(self) -> IndicatorVersion | None:
        return self.this.version


def observations(by: Actor) -> ObservationQuerySet:
    """Accepted figures within reach, and all published ones; without the bodies of their seals."""
    found: ObservationQuerySet = (
        Observation.objects.visible_to(by, VIEW)
        .select_related("division", "indicator", "programme", "unit", "vintage", "document", "seal", "recorded_by")
        .defer("seal__body")
    )
    return found


def observation_or_404(uid: uuid.UUID, by: Actor) -> Observation:
    row = observations(by).filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def versions_of(indicators: Collection[int]) -> dict[int, list[IndicatorVersion]]:
    found: dict[int, list[IndicatorVersion]] = {}
    for version in IndicatorVersion.objects.filter(indicator_id__in=indicators).order_by("valid", "id"):
        found.setdefault(version.indicator_id, []).append(version)
    return found


def version_for(row: Observation, versions: dict[int, list[IndicatorVersion]]) -> IndicatorVersion | None:
    """That of the period's end; the newest where the indicator was not defined then."""
    known = versions.get(row.indicator_id, [])
    return next((one for one in known if row.period_end in one.valid), known[-1] if known else None)


def observed(row: Observation, by: Actor) -> Observed:
    """The figure, where it comes from, and all others beside it. Constant statements."""
    same = observations(by).filter(division=row.division_id, indicator=row.indicator_id, year=row.year, part=row.part)
    rows = sorted(same, key=_as_shown)
    versions = versions_of({row.indicator_id})
    origins = origins_of((one.seal for one in rows if one.seal is not None), by)
    rivals = [
        Rival(one, why(one, rows), version_for(one, versions), origins.get(one.seal_id or 0)) for one in rows
    ]  # fmt: skip
    this = next(rival for rival in rivals if rival.row.pk == row.pk)
    return Observed(this, tuple(rival for rival in rivals if rival is not this), versions)


def _as_shown(row: Observation) -> tuple[object, ...]:
    """Accepted before published, by programme; what counts first, then what stands, the newest first."""
    return (
        row.programme_id is None, row.programme_id or 0, not row.is_in_force, row.withdrawn_at is not None,
        -row.recorded_at.timestamp(), -row.pk,
    )  # fmt: skip


def why(row: Observation, beside: Sequence[Observation]) -> str:
    """Why a figure counts, or does not, among the accepted ones of its programme, or among the published ones.

    The order is `indicators.services.observations`': verified, then the more settled, then the one recorded last.
    """
    if row.withdrawn_at is not None:
        return words.withdrawn(row.withdrawn_reason)
    standing = [
        one for one in beside
        if one.pk != row.pk and one.withdrawn_at is None and one.programme_id == row.programme_id
    ]  # fmt: skip
    if row.is_in_force:
        return _why_it_counts(row, standing)
    winner = next((one for one in standing if one.is_in_force), None)
    return _why_not(row, winner) if winner else ""


def _why_it_counts(row: Observation, standing: Sequence[Observation]) -> str:
    if not standing:
        return _("It is the only published one.") if row.programme_id is None else _("It is the only accepted one.")
    if row.is_fact and not any(one.is_fact for one in standing):
        return _("It is the only one that could be verified.")
    rivals = [one for one in standing if one.is_fact == row.is_fact]
    if _rank(row) > max((_rank(one) for one in rivals), default=0):
        return _("It is the most settled one: %(status)s.") % {"status": row.get_status_display()}
    return _("Of equally settled figures the one recorded last counts.")


def _why_not(row: Observation, winner: Observation) -> str:
    if winner.is_fact and not row.is_fact:
        return _("It could not be verified.")
    if _rank(winner) > _rank(row):
        return _("Another one is more settled: %(other)s, this one only %(status)s.") % {
            "other": winner.get_status_display(),
            "status": row.get_status_display(),
        }
    return _("An equally settled one was recorded after it.")


def _rank(row: Observation) -> int:
    return RANK[FigureStatus(row.status)]
