"""Where a pilot area stands against its targets on a day (N16, L1–L4), as far as a reader may see its figures.

A figure accepted in the programme goes before a published one; only periods that have ended by the day count. Targets
and published figures are for everybody who sees indicators, reported figures for those along the route.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q

from accounts.access import Actor
from indicators.calculations import (
    Aim,
    Judgement,
    Partial,
    Point,
    Thresholds,
    combine,
    coverage,
    figure_for,
    judge,
    partial_of,
    rolled_value,
)
from indicators.catalogue import unverified_fields
from indicators.measures import Measure
from indicators.models import (
    RANK,
    Absence,
    Baseline,
    Comparison,
    Direction,
    FigureStatus,
    IndicatorVersion,
    Observation,
    ObservationQuerySet,
    Target,
    VerdictPolicy,
    Vintage,
    period_end,
)
from indicators.services.targets_reference import POLICY
from indicators.standing_shapes import Break, IndicatorStanding, Line, OtherStart, Shown, Standing, Start
from pilots.models import PilotArea

Period = tuple[int, str]
"""Year and part."""
T = TypeVar("T", Target, Baseline)


def standing_of(pilot_area: PilotArea, day: dt.date, reader: Actor) -> Standing:
    """Where the pilot area stands on the day. A constant number of statements, however many figures there are."""
    seen = Observation.objects.visible_to(reader, "figure.view")
    (found,) = standings_of([pilot_area], day, seen)
    sees = PilotArea.objects.kept_by(reader, "figure.view").filter(pk=pilot_area.pk).exists()
    return replace(found, sees_reported=sees)


def standings_of(pilots: Sequence[PilotArea], day: dt.date, seen: ObservationQuerySet) -> list[Standing]:
    """The same of several pilot areas, by the figures among `seen`; as many statements as for one."""
    targets, baselines, divisions = _cited(Target, pilots), _cited(Baseline, pilots), _divisions(pilots)
    observed = _observed(pilots, set().union(*divisions.values()), day, seen)
    figures = {pilot.pk: _figures(pilot, divisions[pilot.pk], observed) for pilot in pilots}
    wanted = {
        pilot.pk: {*targets[pilot.pk], *baselines[pilot.pk], *(key[1] for key in figures[pilot.pk])} for pilot in pilots
    }
    versions = _versions(set().union(*wanted.values()), day)
    unsure = unverified_fields(version.pk for version in versions.values())
    policies = VerdictPolicy.objects.in_bulk({p.programme_id for p in pilots}, field_name="programme_id")
    standings = []
    for pilot in pilots:
        policy = policies.get(pilot.programme_id)
        found = [
            _standing(
                versions[pk],
                targets[pilot.pk].get(pk, []),
                baselines[pilot.pk].get(pk, []),
                _series(versions[pk], figures[pilot.pk], divisions[pilot.pk]),
                _Asking(day, thresholds(policy), unsure.get(versions[pk].pk, frozenset())),
            )
            for pk in wanted[pilot.pk]
            if pk in versions
        ]
        standings.append(Standing(pilot, day, tuple(sorted(found, key=_place)), policy, sees_reported=True))
    return standings


def judged_before(line: Line, one: IndicatorStanding, policy: VerdictPolicy | None) -> tuple[Shown, Judgement] | None:
    """The last figure that counted before the one the target is judged by, and what it said on its own day."""
    if line.figure is None:
        return None
    earlier = [f for f in one.figures if f.counts and f.value is not None and f.day < line.figure.day]
    if not earlier:
        return None
    last, start = earlier[-1], line.start.point if line.start else None
    return last, judge(last.reading, line.aim, start, last.day, thresholds(policy), between=line.between)


def thresholds(policy: VerdictPolicy | None) -> Thresholds:
    """A programme's own, or the portal's where it has none."""
    given = POLICY if policy is None else {name: getattr(policy, name) for name in POLICY}
    return Thresholds(**given)


@dataclass(frozen=True, slots=True)
class _Asking:
    """`unsure`: fields of the version that nobody could verify; they settle no verdict."""

    day: dt.date
    thresholds: Thresholds
    unsure: frozenset[str] = frozenset()


def _place(one: IndicatorStanding) -> tuple[object, ...]:
    """Those with a target first, then in the order of the catalogue."""
    row = one.indicator
    return (not one.lines, row.plan_number is None, row.plan_number or 0, row.sort_key, row.pk)


# -- reading -----------------------------------------------------------------------------------------------------


def _cited(model: type[T], pilots: Sequence[PilotArea]) -> dict[int, dict[int, list[T]]]:
    """What stands today about each pilot area, by indicator, in the model's order."""
    rows: Any = model.objects.current().filter(pilot_area__in=pilots).select_related("document", "clause", "vintage")
    found: dict[int, dict[int, list[T]]] = {pilot.pk: {} for pilot in pilots}
    for row in rows:
        found[row.pilot_area_id].setdefault(row.indicator_id, []).append(row)
    return found


def _divisions(pilots: Sequence[PilotArea]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {pilot.pk: set() for pilot in pilots}
    links: Any = PilotArea.divisions.through
    for pilot, division in links.objects.filter(pilotarea__in=pilots).values_list("pilotarea_id", "division_id"):
        found[pilot].add(division)
    return found


Figures = Mapping[tuple[int, int, Period], Observation]
"""(division, indicator, period) → the figure that counts there."""


def _observed(
    pilots: Sequence[PilotArea], divisions: set[int], day: dt.date, seen: ObservationQuerySet
) -> Mapping[int, Sequence[Observation]]:
    """Figures in force of periods that have ended by the day, by place."""
    rows = seen.in_force().filter(
        Q(programme__in={pilot.programme_id for pilot in pilots}) | Q(programme__isnull=True),
        division__in=divisions,
        year__lte=day.year,
    )
    found: dict[int, list[Observation]] = defaultdict(list)
    for row in rows.select_related("vintage").order_by("year", "part", "id"):
        if row.period_end <= day:
            found[row.division_id].append(row)
    return found


def _figures(pilot: PilotArea, divisions: set[int], observed: Mapping[int, Sequence[Observation]]) -> Figures:
    by_key: dict[tuple[int, int, Period], list[Observation]] = defaultdict(list)
    for row in (row for division in divisions for row in observed.get(division, ())):
        if row.programme_id in {None, pilot.programme_id}:
            by_key[row.division_id, row.indicator_id, (row.year, row.part)].append(row)
    return {key: _counting(rows) for key, rows in by_key.items()}


def _counting(rows: Sequence[Observation]) -> Observation:
    """What was accepted in the programme goes before a published figure, unless it says nothing or is not verified."""

    def rank(row: Observation) -> tuple[bool, bool, bool]:
        says = row.value is not None or row.absence == Absence.NOT_APPLICABLE
        return says and row.is_fact, says, row.programme_id is not None

    return max(rows, key=rank)


def _versions(indicators: Iterable[int], day: dt.date) -> dict[int, IndicatorVersion]:
    """What each means on the day; where it did not exist yet, or no longer, what it meant nearest to it."""
    rows = IndicatorVersion.objects.filter(indicator__in=indicators).select_related("indicator").order_by("valid", "id")
    by_indicator: dict[int, list[IndicatorVersion]] = defaultdict(list)
    for row in rows:
        by_indicator[row.indicator_id].append(row)
    return {
        pk: next((row for row in found if day in row.valid), found[0] if _before(day, found[0]) else found[-1])
        for pk, found in by_indicator.items()
    }


def _before(day: dt.date, version: IndicatorVersion) -> bool:
    return version.since is not None and day < version.since


# -- the series --------------------------------------------------------------------------------------------------


def _series(version: IndicatorVersion, figures: Figures, divisions: set[int]) -> tuple[Shown, ...]:
    """Its figures in order of time: of the one place, or of all places put together as the roll-up method says."""
    pk = version.indicator_id
    periods = sorted({key[2] for key in figures if key[1] == pk}, key=lambda period: period_end(*period))
    if len(divisions) == 1:
        (place,) = divisions
        return tuple(_of_one(figures[place, pk, period]) for period in periods)
    return tuple(_of_several(version, figures, divisions, period) for period in periods)


def _of_one(row: Observation) -> Shown:
    return Shown(
        row.year, row.part, row.period, row.value, row.status, row.absence, row.reason, row.source, row.numerator,
        row.denominator, row.is_fact, row.programme_id is None, row.is_demo, row.vintage, row.uid,
    )  # fmt: skip


def _of_several(version: IndicatorVersion, figures: Figures, divisions: set[int], period: Period) -> Shown:
    given = {place: figures.get((place, version.indicator_id, period)) for place in divisions}
    rows = [row for row in given.values() if row]
    whole = combine(_leaf(version, row, _weight(version, figures, place, period)) for place, row in given.items())
    vintages = {row.vintage for row in rows}
    told = {row.absence for row in rows}
    return Shown(
        *period,
        rows[0].period,
        rolled_value(version.method, whole, version.scale),
        min((row.status for row in rows), key=lambda status: RANK[FigureStatus(status)]),
        absence=told.pop() if len(told) == 1 else "",
        is_fact=all(row.is_fact for row in rows) and len(vintages) == 1,
        is_published=all(row.programme_id is None for row in rows),
        is_demo=any(row.is_demo for row in rows),
        vintage=max(vintages, key=lambda one: one.from_year if one else 0),
        coverage=coverage(whole),
    )


def _leaf(version: IndicatorVersion, row: Observation | None, weight: Decimal | None) -> Partial:
    if row is None:
        return partial_of(version.method, None)
    return partial_of(
        version.method, row.value, absence=row.absence, parts=(row.numerator, row.denominator), weight=weight
    )


def _weight(version: IndicatorVersion, figures: Figures, place: int, period: Period) -> Decimal | None:
    row = figures.get((place, version.weight_id or 0, period))
    return row.value if row else None


# -- judging -----------------------------------------------------------------------------------------------------


def _standing(
    version: IndicatorVersion,
    targets: Sequence[Target],
    baselines: Sequence[Baseline],
    figures: tuple[Shown, ...],
    asking: _Asking,
) -> IndicatorStanding:
    # Which way is better settles only what “about” means; unverified, neither way is.
    direction = Direction.RANGE if "direction" in asking.unsure else version.direction
    bare = _merged(targets, direction)
    is_share = version.measure == Measure.PERCENT
    judged = (_judged(line, bare, baselines, figures, asking) for line in bare)
    lines = tuple(replace(line, is_share=is_share) for line in judged)
    dated: tuple[Target | Baseline | Shown, ...] = (*targets, *baselines, *figures)
    vintages = {one.vintage for one in dated if one.vintage and one.is_fact}
    return IndicatorStanding(
        version.indicator, version, lines, tuple(baselines), figures, _breaks(vintages), _principal(lines, asking.day)
    )


def _merged(targets: Sequence[Target], direction: str) -> list[Line]:
    """Targets that say the same become one line, whoever says so; by due day, those that always bind last."""
    same: dict[tuple[object, ...], list[Target]] = defaultdict(list)
    for row in targets:
        same[row.due_on, row.comparison, row.value, row.value_to].append(row)
    lines = [_line(rows, direction) for rows in same.values()]
    return sorted(lines, key=lambda line: (line.aim.due_on is None, line.aim.due_on or dt.date.max))


def _line(rows: Sequence[Target], direction: str) -> Line:
    first = next((row for row in rows if row.is_fact), rows[0])
    aim = Aim(
        first.comparison, first.value, first.value_to, first.due_on, first.shape, direction,
        first.vintage.code if first.vintage else "", any(row.is_fact for row in rows),
    )  # fmt: skip
    return Line(aim, tuple(rows), all(row.is_year_inferred for row in rows), first.vintage)


def _judged(
    line: Line, lines: Sequence[Line], baselines: Sequence[Baseline], figures: Sequence[Shown], asking: _Asking
) -> Line:
    counting = [one for one in figures if one.counts] or [one for one in figures if one.value is not None]
    reading = figure_for([one.reading for one in counting], line.aim, asking.day)
    figure = next((one for one in counting if reading and one.day == reading.day), None)
    start, between = _start(line.aim, baselines, figures), _between(line, lines)
    verified = [row for row in baselines if row.is_fact and start and row is not start.baseline]

    def asked(begin: Start | None) -> Judgement:
        point = begin.point if begin else None
        return judge(reading, line.aim, point, asking.day, asking.thresholds, between=between)

    judgement = asked(start)
    others = [(row, asked(_from(row))) for row in verified if start and start.baseline]
    return replace(
        line,
        judgement=judgement,
        figure=figure,
        start=start,
        between=between,
        others=tuple(OtherStart(row, other, other.verdict != judgement.verdict) for row, other in others),
    )


def _from(row: Baseline) -> Start:
    return Start(dt.date(row.year, 12, 31), row.value, row.vintage, row)


def _start(aim: Aim, baselines: Sequence[Baseline], figures: Sequence[Shown]) -> Start | None:
    """The baseline that was chosen, else the earliest verified one, else the first verified figure before the target.

    None for what binds at all times: that needs no path.
    """
    if aim.due_on is None or aim.comparison == Comparison.DONE:
        return None
    early = [row for row in baselines if row.is_fact and dt.date(row.year, 12, 31) < aim.due_on]
    if early:
        return _from(next((row for row in early if row.is_chosen), early[0]))
    known = (one for one in figures if one.counts and one.value is not None and one.day < aim.due_on)
    return next((Start(one.day, one.value, one.vintage) for one in known if one.value is not None), None)


def _between(line: Line, lines: Sequence[Line]) -> tuple[Point, ...]:
    """Verified targets on the way, one a day: where documents differ, the one of the same document goes before."""
    own = {row.document_id for row in line.cited} - {None}
    found: dict[dt.date, Point] = {}
    for other in sorted(lines, key=lambda one: bool(own & {row.document_id for row in one.cited})):
        aim = other.aim
        if aim.due_on is None or line.aim.due_on is None or aim.value is None:
            continue
        if aim.due_on < line.aim.due_on and aim.is_fact and aim.comparison == line.aim.comparison:
            found[aim.due_on] = Point(aim.due_on, aim.value, aim.shape)
    return tuple(found[day] for day in sorted(found))


def _breaks(vintages: Iterable[Vintage]) -> tuple[Break, ...]:
    ordered = sorted(set(vintages), key=lambda one: one.from_year)
    return tuple(Break(dt.date(after.from_year, 1, 1), before, after) for before, after in itertools.pairwise(ordered))


def _principal(lines: Sequence[Line], day: dt.date) -> Line | None:
    """The next target that falls due; after the last one that one; else what binds at all times."""
    dated = [line for line in lines if line.aim.due_on]
    coming = [line for line in dated if line.aim.due_on and line.aim.due_on >= day]
    if coming or dated:
        return coming[0] if coming else dated[-1]
    return lines[0] if lines else None
