"""What a leader's brief says of a pilot area or an office: the dashboard's numbers, reports, tasks. Nothing is drawn.

Briefs are gathered together: as many statements for forty of them as for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from accounts.access import Actor, Reach, units_for
from dashboards.brief_reports import OfficeReports, PilotReports, reports_of_offices, reports_of_pilots
from dashboards.brief_tasks import Work, tasks_of_offices, tasks_of_pilots
from dashboards.filters import WORST
from dashboards.reading import Meanings, meanings, newest_period, pilots_for, together
from dashboards.tallies import VIEW, Narrowed, Tallies, Tally, sender_tallies, tallies, viewpoint
from indicators.calculations import Verdict
from indicators.models import PilotPosition, PilotPositionQuerySet, Position
from pilots.models import Capacity, Route
from units.calendar import today
from units.models import Unit

MOST_WORST = 10
"""Pilot areas named in the brief of an office."""
MOST_FALLEN = 6
"""Targets that fell, named in the brief of an office."""


@dataclass(frozen=True, slots=True)
class PilotBrief:
    """A pilot area today. `targets`: its indicators with a target, worst first. None: out of the reader's reach."""

    pilot: PilotPosition
    day: dt.date
    tally: Tally
    targets: tuple[Position, ...]
    meant: Meanings
    reports: PilotReports | None
    work: Work | None

    @property
    def changed(self) -> list[Position]:
        """Verdicts that became others with the latest figure, those that fell furthest first."""
        return sorted((row for row in self.targets if row.change), key=lambda row: (row.change, row.pk))

    @property
    def is_demo(self) -> bool:
        said = self.pilot.pilot_area.is_fictitious or any(row.is_demo for row in self.targets)
        return said or bool(self.reports and self.reports.is_demo) or bool(self.work and self.work.is_demo)


@dataclass(frozen=True, slots=True)
class OfficeBrief:
    """An office and the pilot areas below it today; those that send to it themselves for who sees no others.

    `in_danger`: pilot areas with a target at risk or off track; `worst` names the first of them.
    """

    office: Unit
    day: dt.date
    pilots: int
    in_danger: int
    found: Tallies
    meant: Meanings
    worst: tuple[PilotPosition, ...]
    fallen: tuple[Position, ...]
    reports: OfficeReports | None
    work: Work | None
    has_demo: bool = False

    @property
    def tally(self) -> Tally:
        return self.found.whole

    @property
    def indicators(self) -> list[tuple[int, Tally]]:
        """By indicator (id) that all pilot areas share, those most in danger first."""
        order = list(self.meant)
        shared = [pk for pk in self.found.by("indicator") if self.meant[pk].indicator.pilot_area_id is None]
        rows = [(pk, self.found.by("indicator")[pk]) for pk in shared]
        return sorted(rows, key=lambda row: (-row[1].off_track, -row[1].at_risk, order.index(row[0])))

    @property
    def is_demo(self) -> bool:
        said = self.has_demo or self.office.is_fictitious or bool(self.reports and self.reports.is_demo)
        return said or bool(self.work and self.work.is_demo)


# -- pilot areas -------------------------------------------------------------------------------------------------


def pilot_briefs(actor: Actor, pilots: Sequence[PilotPosition]) -> list[PilotBrief]:
    """In the order given; the pilot areas are within reach."""
    keys = [pilot.pk for pilot in pilots]
    rows: dict[int, list[Position]] = {key: [] for key in keys}
    for row in Position.objects.filter(pilot__in=keys).exclude(verdict="").select_related("indicator"):
        rows[row.pilot_id].append(row)
    meant = meanings({row.indicator_id for found in rows.values() for row in found})
    reports, work = reports_of_pilots(keys, actor), tasks_of_pilots(keys, actor)
    return [
        PilotBrief(
            pilot=pilot,
            day=today(),
            tally=tally_of(pilot),
            targets=tuple(worst_first(rows[pilot.pk], meant)),
            meant=meant,
            reports=reports.get(pilot.pk),
            work=work.get(pilot.pk),
        )
        for pilot in pilots
    ]


def worst_first(rows: Iterable[Position], meant: Meanings) -> list[Position]:
    """By verdict; within it the furthest behind in time, then in the order of the catalogue."""
    order = {pk: place for place, pk in enumerate(meant)}

    def key(row: Position) -> tuple[Any, ...]:
        has_time = row.gap_years is not None
        return WORST.index(Verdict(row.verdict)), not has_time, row.gap_years or 0, order[row.indicator_id]

    return sorted(rows, key=key)


def tally_of(pilot: PilotPosition) -> Tally:
    """The counts of one pilot area."""
    counts = {verdict.value: getattr(pilot, verdict.value) for verdict in Verdict}
    return Tally(**counts, fell=pilot.fell, rose=pilot.rose)


# -- offices -----------------------------------------------------------------------------------------------------


def looks_deep(actor: Actor) -> bool:
    """Whether all below one's office are seen, not only those that send to it themselves."""
    return bool(units_for(actor, VIEW) & {Reach.BELOW, Reach.PROGRAMME})


def offices_for(actor: Actor) -> QuerySet[Unit]:
    """Offices one may have a brief of: one's own, and those that compile for it, however far below."""
    own = viewpoint(actor).pk
    found = {own}
    if looks_deep(actor):
        ways = Route.objects.filter(programme=actor.hat.programme_id, capacity=Capacity.COMPILER)
        senders: dict[int, list[int]] = {}
        for sender, receiver in ways.order_by().values_list("sender", "receiver"):
            senders.setdefault(receiver, []).append(sender)
        asked = [own]
        while asked:
            below = [unit for unit in senders.get(asked.pop(), ()) if unit not in found]
            found.update(below)
            asked += below
    rows: QuerySet[Unit] = Unit.objects.filter(pk__in=found).select_related("division")
    return rows


def pilots_below(actor: Actor, office: Unit) -> PilotPositionQuerySet:
    """The pilot areas the dashboard counts under an office; of a sender its own too."""
    said = Q(chain__contains=[office.pk])
    if office.pk != viewpoint(actor).pk:
        said |= Q(unit=office)
    rows: PilotPositionQuerySet = PilotPosition.objects.visible_to(actor, VIEW).filter(said)
    return rows


def office_briefs(actor: Actor, offices: Sequence[Unit]) -> list[OfficeBrief]:
    """In the order given, without those that have no pilot area below; the offices are within reach."""
    places = {office.pk: pilots_below(actor, office) for office in offices}
    counts = _counts(places)
    places = {office: rows for office, rows in places.items() if counts.get(office, _Counts()).pilots}
    offices = [office for office in offices if office.pk in places]
    if not offices:
        return []
    found = _tallies(actor, offices)
    worst, fallen = _worst(actor, places), _fallen(places)
    meant = meanings({pk for one in found.values() for pk in one.by("indicator")})
    reports = reports_of_offices(list(places), actor, newest_period(actor))
    work = tasks_of_offices(places, actor)
    return [
        OfficeBrief(
            office=office,
            day=today(),
            pilots=counts[office.pk].pilots,
            in_danger=counts[office.pk].in_danger,
            found=found[office.pk],
            meant=meant,
            worst=tuple(worst[office.pk]),
            fallen=tuple(fallen[office.pk]),
            reports=reports.get(office.pk),
            work=work.get(office.pk),
            has_demo=bool(counts[office.pk].demo),
        )
        for office in offices
    ]


@dataclass(frozen=True, slots=True)
class _Counts:
    pilots: int = 0
    in_danger: int = 0
    demo: int = 0


Places = Mapping[int, PilotPositionQuerySet]
"""Pilot areas by office (id)."""


def _counts(places: Places) -> dict[int, _Counts]:
    demo = Exists(Position.objects.filter(pilot=OuterRef("pk"), is_demo=True))
    danger = Q(off_track__gt=0) | Q(at_risk__gt=0)
    queries = (
        rows.order_by()
        .annotate(office=Value(office))
        .values("office")
        .annotate(pilots=Count("pk"), in_danger=Count("pk", filter=danger), demo=Count("pk", filter=demo))
        for office, rows in places.items()
    )
    found = together(queries)
    return {row["office"]: _Counts(row["pilots"], row["in_danger"], row["demo"]) for row in found}


def _tallies(actor: Actor, offices: Sequence[Unit]) -> dict[int, Tallies]:
    """As the dashboard counts: for one's own office all below, for others what is below them and their own."""
    own = viewpoint(actor).pk
    found = dict(sender_tallies(actor, [office.pk for office in offices if office.pk != own]))
    if own in {office.pk for office in offices}:
        found[own] = tallies(actor, Narrowed())
    return {office.pk: found.get(office.pk, Tallies()) for office in offices}


@dataclass(slots=True)
class _Picked:
    """Keys of rows by office, in their order."""

    by: dict[int, list[int]] = field(default_factory=dict)

    def rows(self, office: int, known: Mapping[int, Any]) -> list[Any]:
        return [known[pk] for pk in self.by.get(office, ())]

    @property
    def keys(self) -> set[int]:
        return {pk for keys in self.by.values() for pk in keys}


def _picked(places: Mapping[int, QuerySet[Any]], order: Sequence[Any], most: int) -> _Picked:
    """The first rows of each, in one statement."""
    ranked = Window(RowNumber(), order_by=list(order))
    queries = (
        rows.order_by()
        .annotate(office=Value(office), place=ranked)
        .order_by("place")
        .values_list("office", "place", "pk")[:most]
        for office, rows in places.items()
    )
    picked = _Picked()
    for office, _place, pk in sorted(together(queries)):
        picked.by.setdefault(office, []).append(pk)
    return picked


def _worst(actor: Actor, places: Places) -> dict[int, list[PilotPosition]]:
    danger = Q(off_track__gt=0) | Q(at_risk__gt=0)
    order = (F("off_track").desc(), F("at_risk").desc(), "sort_key", "pk")
    picked = _picked({office: rows.filter(danger) for office, rows in places.items()}, order, MOST_WORST)
    known = pilots_for(actor).in_bulk(picked.keys)
    return {office: picked.rows(office, known) for office in places}


def _fallen(places: Places) -> dict[int, list[Position]]:
    """With the latest figures; worse ones before better ones of the same day."""
    rows = {
        office: Position.objects.filter(change__lt=0, pilot__in=pilots.order_by().values("pk"))
        for office, pilots in places.items()
    }
    picked = _picked(rows, (F("figure_on").desc(), "change", "pk"), MOST_FALLEN)
    known = Position.objects.select_related("pilot__pilot_area", "indicator").in_bulk(picked.keys)
    return {office: picked.rows(office, known) for office in places}
