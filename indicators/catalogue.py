"""Reading the catalogue: what a person sees of it, and what they may do with it. For pages and API alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from indicators.models import (
    AskedIndicator,
    FieldSource,
    Indicator,
    IndicatorQuerySet,
    IndicatorVersion,
    Relation,
    Vintage,
)
from pilots.models import PilotArea
from pilots.rules import runs
from portal.errors import NotFound, type_text
from units.calendar import today
from units.models import Programme

RELATED = ("indicator", "department", "applies_by", "weight", "numerator", "denominator")
VIEW, EDIT, KEEP = "indicator.view", "indicator.edit", "catalogue.edit"


@dataclass(frozen=True, slots=True)
class CatalogueAct:
    """One act on an indicator, with the pages and rooms of that name."""

    name: str
    label: type_text
    page: str


CHANGE = CatalogueAct("change", _("new version"), "indicators:catalogue-version")
END = CatalogueAct("end", _("end this indicator"), "indicators:catalogue-end")
MAP = CatalogueAct("map", _("set what it counts towards"), "indicators:catalogue-map")


@dataclass(frozen=True, slots=True)
class Shown:
    """An indicator with the version of today (else the newest), as one reader sees it.

    `asked` is None where the hat's programme does not ask for it. `unverified`: fields of the version nobody could
    verify.
    """

    indicator: Indicator
    version: IndicatorVersion
    is_ended: bool
    is_own: bool
    asked: AskedIndicator | None
    unverified: frozenset[str]
    actions: tuple[CatalogueAct, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is on record about one indicator; versions newest first."""

    shown: Shown
    versions: tuple[IndicatorVersion, ...]
    asked_by: tuple[AskedIndicator, ...]
    relations: tuple[Relation, ...]
    part_of: tuple[IndicatorVersion, ...]
    mapped: tuple[Indicator, ...]
    vintages: tuple[Vintage, ...]

    @property
    def measured_by(self) -> list[Indicator]:
        """The rates it is numerator or denominator of."""
        return [version.indicator for version in self.part_of]


def seen(by: Actor) -> IndicatorQuerySet:
    """The indicators in reach: the shared ones, and the own ones of the hat's programme."""
    return Indicator.objects.visible_to(by, VIEW).select_related("pilot_area__programme", "mapped_to")


def indicator_or_404(code: str, by: Actor) -> Indicator:
    found = seen(by).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def keeps_shared(by: Actor) -> bool:
    """Whether the hat keeps what all programmes share."""
    return keeps_for_all(by, KEEP)


def keeps_for_all(by: Actor, action: str) -> bool:
    """Whether the hat has an action for all programmes: that of a programme's owner at the top of the tree."""
    programme = by.programme
    return bool(programme and runs(programme, by, action) and by.unit.division.parent_now_id is None)


def act_needed(indicator: Indicator) -> str:
    """The action under which a new version of it is made."""
    return KEEP if indicator.pilot_area_id is None else EDIT


def own_areas(by: Actor) -> list[PilotArea]:
    """The pilot areas whose own indicators the hat keeps."""
    if not by.can(EDIT):
        return []
    return list(PilotArea.objects.shown().visible_to(by, EDIT).order_by("sort_key", "id"))


def shown(indicators: Sequence[Indicator], by: Actor, areas: Iterable[PilotArea] | None = None) -> list[Shown]:
    """These indicators as a reader sees them, in the order given; few statements for any number.

    `areas`: the reader's `own_areas`, where they are known already.
    """
    pks = [row.pk for row in indicators]
    versions = _standing(pks)
    asked = {row.indicator_id: row for row in AskedIndicator.objects.filter(programme=by.programme, indicator__in=pks)}
    unverified = unverified_fields(version.pk for version in versions.values())
    own = {area.pk for area in (own_areas(by) if areas is None else areas)}
    shared, runs_it = keeps_shared(by), bool(by.programme and runs(by.programme, by, KEEP))
    return [
        Shown(
            indicator=row,
            version=versions[row.pk],
            is_ended=has_ended(versions[row.pk]),
            is_own=row.pilot_area_id is not None,
            asked=asked.get(row.pk),
            unverified=unverified.get(versions[row.pk].pk, frozenset()),
            actions=tuple(_acts(row, versions[row.pk], own, shared=shared, runs_it=runs_it)),
        )
        for row in indicators
        if row.pk in versions
    ]


def _acts(
    row: Indicator, version: IndicatorVersion, own: Collection[int], *, shared: bool, runs_it: bool
) -> Iterable[CatalogueAct]:
    ended = version.until is not None
    if row.pilot_area_id is None:
        if shared and not ended:
            yield CHANGE
        return
    if row.pilot_area_id in own and not ended:
        yield CHANGE
        yield END
    if runs_it:
        yield MAP


def has_ended(version: IndicatorVersion) -> bool:
    return version.until is not None and version.until <= today()


def _standing(indicators: Collection[int]) -> dict[int, IndicatorVersion]:
    """The version of today of each; the newest where none is of today."""
    rows = IndicatorVersion.objects.filter(indicator__in=indicators).select_related(*RELATED)
    found: dict[int, IndicatorVersion] = {}
    for version in rows.order_by("indicator_id", "valid"):
        before = found.get(version.indicator_id)
        if before is None or (version.since or today()) <= today() or (has_ended(before)):
            found[version.indicator_id] = version
    return found


def unverified_fields(versions: Iterable[int]) -> Mapping[int, frozenset[str]]:
    """Fields of these versions that nobody could verify, by version. They are no facts, and settle no verdict."""
    found: dict[int, set[str]] = {}
    for row in FieldSource.objects.filter(version__in=list(versions)):
        if not row.is_fact:
            found.setdefault(row.version_id, set()).add(row.field)
    return {version: frozenset(names) for version, names in found.items()}


def detail(indicator: Indicator, by: Actor) -> Detail:
    """One indicator with all its versions, where each field comes from, and what it hangs together with."""
    rows = shown([indicator], by)
    if not rows:
        raise NotFound
    sources = Prefetch("sources", FieldSource.objects.order_by("id"))
    versions = indicator.versions.select_related(*RELATED).prefetch_related(sources).order_by("-valid")
    whole = IndicatorVersion.objects.filter(Q(numerator=indicator) | Q(denominator=indicator))
    relations = Relation.objects.filter(Q(lower=indicator) | Q(upper=indicator)).select_related("lower", "upper")
    asked_by = AskedIndicator.objects.filter(indicator=indicator, programme__in=_programmes(by))
    return Detail(
        shown=rows[0],
        versions=tuple(versions),
        asked_by=tuple(asked_by.select_related("programme").order_by("programme_id")),
        relations=tuple(relations.order_by("kind", "id")),
        part_of=tuple(whole.filter(valid__contains=today()).select_related("indicator").order_by("indicator_id")),
        mapped=tuple(seen(by).filter(mapped_to=indicator).order_by("sort_key", "id")),
        vintages=tuple(Vintage.objects.filter(series=rows[0].version.series).order_by("from_year"))
        if rows[0].version.series
        else (),
    )


def _programmes(by: Actor) -> list[Programme]:
    """Whose asking a reader is told: their own programme's."""
    return [by.programme] if by.programme else []


def asked_list(programme: Programme) -> list[AskedIndicator]:
    """What a programme asks for, in its order."""
    rows = AskedIndicator.objects.filter(programme=programme).select_related("indicator", "programme")
    return list(rows.order_by("position", "id"))


def added_together(own: IndicatorVersion, other: IndicatorVersion) -> bool:
    """Whether figures can be added as they are: in one unit, and a rate only to a rate of the same parts."""
    rates = [version.is_rate for version in (own, other)]
    if own.measure != other.measure or rates[0] != rates[1]:
        return False
    return not rates[0] or own.part_measure == other.part_measure


def alike(own: Indicator, among: Collection[Indicator] | None = None) -> list[Indicator]:
    """The shared indicators (those in `among`, else all) an own one can count towards, by what both mean today.

    What one counts towards takes effect at once and has no days of its own; roll-ups leave out the periods in which
    the two are measured in another unit.
    """
    if among is None:
        among = list(Indicator.objects.shared().order_by("plan_number", "sort_key", "id"))
    versions = _standing([own.pk, *(row.pk for row in among)])
    mine = versions.get(own.pk)
    return [row for row in among if mine and row.pk in versions and added_together(mine, versions[row.pk])]
