"""Targets and baselines of pilot areas: what is on record, what cites a document, what a reader may do."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F, Q, QuerySet

from accounts.access import Actor
from indicators import figure_words
from indicators.asking import versions_on
from indicators.models import Baseline, Indicator, IndicatorVersion, Target
from pilots.documents import VIEW as SEE_DOCUMENTS
from pilots.models import Document, PilotArea
from portal.errors import NotFound
from units.calendar import today

SEE, SET = "indicator.view", "target.set"
C = TypeVar("C", Target, Baseline)


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target with its words: at least 52.2%, by the end of 2017. `acts`: names of what the reader may do."""

    target: Target
    version: IndicatorVersion | None
    demand: str
    due: str
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownBaseline:
    """A baseline with its words. `acts`: names of what the reader may do."""

    baseline: Baseline
    version: IndicatorVersion | None
    value: str
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Something that is taken from a document: of which pilot area, what it says; exactly one of the two is there."""

    target: ShownTarget | None = None
    baseline: ShownBaseline | None = None

    @property
    def cited(self) -> Target | Baseline:
        found = self.target.target if self.target else self.baseline.baseline if self.baseline else None
        if found is None:
            raise ValueError("nothing is cited")
        return found

    @property
    def kind(self) -> str:
        return "target" if self.target else "baseline"

    @property
    def words(self) -> str:
        if self.target:
            return f"{self.target.due} {self.target.demand}"
        return f"{self.baseline.baseline.year} {self.baseline.value}" if self.baseline else ""


def kept_or_404(uid: uuid.UUID, actor: Actor) -> PilotArea:
    """A pilot area whose targets the actor sets."""
    pilot: PilotArea | None = PilotArea.objects.kept_by(actor, SET).shown().for_lists().filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def is_kept(pilot: PilotArea, actor: Actor) -> bool:
    """Whether the actor sets the pilot area's targets."""
    return actor.can(SET) and PilotArea.objects.kept_by(actor, SET).filter(pk=pilot.pk).exists()


def target_or_404(uid: uuid.UUID, actor: Actor) -> Target:
    """A target of a pilot area whose targets the actor sets, ended or not."""
    target = _with_all(Target.objects.filter(uid=uid)).first()
    if target is None or not is_kept(target.pilot_area, actor):
        raise NotFound
    return target


def baseline_or_404(uid: uuid.UUID, actor: Actor) -> Baseline:
    """A baseline of a pilot area whose targets the actor sets, ended or not."""
    baseline = _with_all(Baseline.objects.filter(uid=uid)).first()
    if baseline is None or not is_kept(baseline.pilot_area, actor):
        raise NotFound
    return baseline


def _with_all(rows: QuerySet[C]) -> QuerySet[C]:
    paths = ("pilot_area__programme", "pilot_area__reporting_unit", "indicator", "document", "clause", "vintage")
    return rows.select_related(*paths, "recorded_by", "follows")


def in_order(rows: QuerySet[C], when: str) -> QuerySet[C]:
    """By indicator as the catalogue has them, then by `when`; what has ended comes after what stands."""
    return _with_all(rows).order_by(
        F("indicator__plan_number").asc(nulls_last=True), "indicator__sort_key", "indicator_id",
        F("ended_at").desc(nulls_first=True), F(when).asc(nulls_last=True), "id",
    )  # fmt: skip


def targets_of(pilot: PilotArea) -> QuerySet[Target]:
    return in_order(Target.objects.filter(pilot_area=pilot), "due_on")


def baselines_of(pilot: PilotArea) -> QuerySet[Baseline]:
    return in_order(Baseline.objects.filter(pilot_area=pilot), "year")


def targets_in_reach(actor: Actor) -> QuerySet[Target]:
    """Of all pilot areas of the programme that are seen, pilot area by pilot area."""
    pilots = PilotArea.objects.visible_to(actor, SEE).shown().order_by()
    rows = in_order(Target.objects.filter(pilot_area__in=pilots.values("pk")), "due_on")
    return rows.order_by("pilot_area__sort_key", "pilot_area_id", *rows.query.order_by)


def shown_to(targets: Sequence[Target], actor: Actor) -> list[ShownTarget]:
    """With their words, and with acts where the reader keeps the pilot area. Two statements."""
    versions = meanings(row.indicator_id for row in targets)
    pilots = {row.pilot_area_id for row in targets} if actor.can(SET) else set()
    kept = set(PilotArea.objects.kept_by(actor, SET).filter(pk__in=pilots).values_list("pk", flat=True))
    return [_shown_target(row, versions, acts=row.pilot_area_id in kept) for row in targets]


def shown_targets(targets: Sequence[Target], *, acts: bool) -> list[ShownTarget]:
    """With their words; as many statements for many as for one. `acts`: whether the reader sets them."""
    versions = meanings(row.indicator_id for row in targets)
    return [_shown_target(row, versions, acts=acts) for row in targets]


def _shown_target(row: Target, versions: Mapping[int, IndicatorVersion], *, acts: bool) -> ShownTarget:
    version = versions.get(row.indicator_id)
    demand = figure_words.demand(row, version) if version else row.as_written
    offered = ("replace", "end") if acts and row.ended_at is None else ()
    return ShownTarget(row, version, demand, figure_words.due(row), offered)


def shown_baselines(baselines: Sequence[Baseline], *, acts: bool) -> list[ShownBaseline]:
    """With their words; as many statements for many as for one. `acts`: whether the reader sets them."""
    versions = meanings(row.indicator_id for row in baselines)
    found = []
    for row in baselines:
        version = versions.get(row.indicator_id)
        offered = ("end",) if row.is_chosen else ("choose", "end")
        value = figure_words.given(row.value, version) if version else row.as_written
        found.append(ShownBaseline(row, version, value, offered if acts and row.ended_at is None else ()))
    return found


def meanings(indicators: Iterable[int]) -> dict[int, IndicatorVersion]:
    """What each indicator means today; of one that has ended, its last meaning."""
    return versions_on(set(indicators), today(), or_last=True)


def settable(pilot: PilotArea) -> QuerySet[Indicator]:
    """The indicators a pilot area can have targets for: the shared ones and its own, as the catalogue has them."""
    rows = Indicator.objects.filter(Q(pilot_area__isnull=True) | Q(pilot_area=pilot))
    return rows.order_by(F("plan_number").asc(nulls_last=True), "sort_key", "id")


def citations_of(document: Document, actor: Actor) -> list[Citation]:
    """What stands today in the reader's programme and is taken from the document, by pilot area."""
    if not (actor.can(SEE) and actor.can(SEE_DOCUMENTS)):
        return []
    order = ("pilot_area__sort_key", "pilot_area_id", "indicator__sort_key", "indicator_id")
    cited = {"document": document, "ended_at__isnull": True}
    targets = _with_all(Target.objects.visible_to(actor, SEE).filter(**cited)).order_by(*order, "due_on", "id")
    baselines = _with_all(Baseline.objects.visible_to(actor, SEE).filter(**cited)).order_by(*order, "year", "id")
    found = [Citation(target=one) for one in shown_targets(list(targets), acts=False)]
    return found + [Citation(baseline=one) for one in shown_baselines(list(baselines), acts=False)]
