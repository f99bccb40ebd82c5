"""Facts about pilots, gathered for pages and API: places then and now, route, milestones, coverage."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.access import AccessPaths, Actor, condition
from accounts.models import Membership, MembershipQuerySet
from pilots.models import Batch, Capacity, Milestone, PilotArea, Route, SelectionLimit
from pilots.rules import selection_warnings
from portal.errors import NotFound
from units.calendar import today
from units.models import Division, DivisionVersion, Programme, Unit, UnitName

CONTACTS = AccessPaths(programme="programme", unit="unit")
"""Where a membership keeps what access needs when it is read as a contact."""


def programmes_seen(actor: Actor) -> QuerySet[Programme]:
    """The hat's programme; every programme for the system administrator, whose hat has none."""
    programmes = Programme.objects.select_related("owner").order_by("id")
    return programmes.filter(pk=actor.hat.programme_id) if actor.hat.programme_id else programmes


def programmes_for(actor: Actor) -> list[Programme]:
    return list(programmes_seen(actor))


def programme_or_404(actor: Actor, code: str) -> Programme:
    found = next((p for p in programmes_for(actor) if p.code == code), None)
    if found is None:
        raise NotFound
    return found


def pilot_or_404(actor: Actor, action: str, uid: uuid.UUID) -> PilotArea:
    """A verified pilot area within reach."""
    pilot: PilotArea | None = PilotArea.objects.visible_to(actor, action).shown().for_lists().filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def contacts(pilot: PilotArea, actor: Actor) -> MembershipQuerySet:
    """Who answers for a pilot area: names and roles, as far as the reader's role goes."""
    people: MembershipQuerySet = Membership.objects.current().filter(condition(CONTACTS, actor, "contacts.view"))
    of_pilot = people.filter(unit=pilot.reporting_unit_id, programme=pilot.programme_id)
    return of_pilot.select_related("user").order_by("role", "user__name")


def programme_facts(programme: Programme, actor: Actor) -> dict[str, Any]:
    """What the page of a programme and its API show."""
    return {
        "programme": programme,
        "coverage": coverage([programme], actor),
        "departments": departments(programme),
        "limits": SelectionLimit.objects.filter(programme=programme),
        "warnings": list(selection_warnings(programme)),
        "senders": Route.objects.filter(programme=programme, capacity=Capacity.COMPILER).count(),
    }


def pilot_facts(pilot: PilotArea) -> dict[str, Any]:
    """What the page of a pilot area and its API show."""
    return {
        "pilot": pilot,
        "places": places(pilot),
        "reference_day": reference_day(pilot),
        "route": route_of(pilot),
        "milestones": milestones(pilot),
    }


@dataclass(frozen=True, slots=True)
class PlaceThenAndNow:
    """One division of a pilot: as it was when approved, and as it is today (None: it no longer exists)."""

    division: Division
    then: DivisionVersion | None
    now: DivisionVersion | None
    successor: Division | None

    @property
    def changed(self) -> bool:
        before, after = self.then, self.now
        return (before and (before.name_zh, before.code)) != (after and (after.name_zh, after.code))


def reference_day(pilot: PilotArea) -> dt.date:
    """The day on which ‘as approved’ is asked; today for pilots without a batch."""
    return pilot.batch.reference_day if pilot.batch else today()


def places(pilot: PilotArea) -> list[PlaceThenAndNow]:
    return places_of([pilot])[pilot.pk]


def places_of(pilots: Sequence[PilotArea]) -> dict[int, list[PlaceThenAndNow]]:
    """The pilot's key → its divisions; two statements for all of them."""
    now = today()
    of_pilots = PilotArea.objects.filter(pk__in=[pilot.pk for pilot in pilots]).order_by()
    links = list(of_pilots.values_list("pk", "divisions").exclude(divisions=None))
    divisions = Division.objects.filter(pk__in=[link[1] for link in links]).select_related("succeeded_by")
    by_key = {division.pk: division for division in divisions}
    versions: dict[int, list[DivisionVersion]] = defaultdict(list)
    for version in DivisionVersion.objects.filter(division__in=by_key).select_related("parent"):
        versions[version.division_id].append(version)

    def on(division: Division, when: dt.date) -> DivisionVersion | None:
        return next((v for v in versions[division.pk] if when in v.valid), None)

    def of(pilot: PilotArea) -> list[PlaceThenAndNow]:
        day = reference_day(pilot)
        own = sorted((by_key[link[1]] for link in links if link[0] == pilot.pk), key=lambda d: d.sort_key)
        return [PlaceThenAndNow(d, on(d, day), on(d, now), d.succeeded_by) for d in own]

    return {pilot.pk: of(pilot) for pilot in pilots}


def milestones(pilot: PilotArea) -> list[Milestone]:
    return milestones_of([pilot])[pilot.pk]


def milestones_of(pilots: Sequence[PilotArea]) -> dict[int, list[Milestone]]:
    """The pilot's key → the batch's dates, each replaced by the pilot's own where its key points differ (N3; C.4)."""
    wanted = Q(batch__in={pilot.batch_id for pilot in pilots}) | Q(pilot_area__in=[pilot.pk for pilot in pilots])
    rows = list(Milestone.objects.filter(wanted))

    def of(pilot: PilotArea) -> list[Milestone]:
        by_kind = {row.kind: row for row in rows if row.batch_id is not None and row.batch_id == pilot.batch_id}
        by_kind.update({row.kind: row for row in rows if row.pilot_area_id == pilot.pk})
        return sorted(by_kind.values(), key=lambda row: row.due_on)

    return {pilot.pk: of(pilot) for pilot in pilots}


def route_of(pilot: PilotArea) -> list[Unit]:
    """The offices a report of this pilot passes today, its own first."""
    up = {
        (r.sender_id, r.capacity): r
        for r in Route.objects.filter(programme=pilot.programme_id).select_related("receiver")
    }
    way, step = [pilot.reporting_unit], up.get((pilot.reporting_unit_id, Capacity.PILOT.value))
    while step and step.receiver not in way:
        way.append(step.receiver)
        step = up.get((step.receiver_id, Capacity.COMPILER.value))
    return way


@dataclass(frozen=True, slots=True)
class DepartmentThenAndNow:
    """A reviewing department (N1): its office today, and what it was called when the pilots were approved."""

    unit: Unit
    then: str

    @property
    def changed(self) -> bool:
        return self.then != self.unit.name


def departments(programme: Programme) -> list[DepartmentThenAndNow]:
    """In the notice's order, with the names of the day of the latest approval; two statements."""
    day = max((batch.reference_day for batch in programme.batches.all()), default=today())
    rows = list(programme.reviewing_departments.select_related("unit"))
    names = UnitName.objects.filter(unit__in=[row.unit for row in rows], valid__contains=day)
    then = {name.unit_id: name.name for name in names}
    return [DepartmentThenAndNow(row.unit, then.get(row.unit_id, row.unit.name)) for row in rows]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many pilots of a batch are on record, of how many published. `published` None: no total is known."""

    batch: Batch
    have: int
    published: int | None


def coverage(programmes: Iterable[Programme], actor: Actor) -> list[Coverage]:
    """Said with every list, because the lists of names are not complete (‘13 of 111 on record’)."""
    counts = dict(
        PilotArea.objects.visible_to(actor, "pilot.view")
        .shown()
        .order_by()
        .values_list("batch")
        .annotate(count=Count("id"))
    )
    batches = Batch.objects.filter(programme__in=programmes).prefetch_related("totals")
    return [
        Coverage(batch, counts.get(batch.pk, 0), sum(t.count for t in batch.totals.all() if t.is_whole) or None)
        for batch in batches
    ]
