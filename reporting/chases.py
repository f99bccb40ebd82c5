"""What was asked for and promised, as the receiver's people read it; whom a chase would reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.access import Actor
from accounts.models import Membership, Role
from reporting.models import Chase, Report
from reporting.services.chasing import READERS, chasable
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Chasing:
    """What a row of the overview says: may it be chased, when it was last, what was promised, whom it reaches.

    `has_drafter` and `reaches_somebody` are None where nothing is owed: nobody asked.
    """

    can_chase: bool = False
    last: Chase | None = None
    promise: Chase | None = None
    has_drafter: bool | None = None
    reaches_somebody: bool | None = None


def chases_in_reach(actor: Actor) -> QuerySet[Chase]:
    """Chases and calls of the reader's office, newest first."""
    rows: QuerySet[Chase] = Chase.objects.visible_to(actor, "chase.send")
    return rows.select_related("by", "unit")


def chases_of(report: Report, actor: Actor) -> list[Chase]:
    """Of one report; nothing for whom it does not concern."""
    if not may_chase(actor, report.due.receiver):
        return []
    return list(chases_in_reach(actor).filter(due=report.due))


def may_chase(actor: Actor, receiver: Unit) -> bool:
    """Whether what this unit receives is the actor's to chase."""
    return actor.can("chase.send") and receiver.pk == actor.hat.unit_id


def chasing_of(reports: Sequence[Report], actor: Actor, receiver: Unit) -> Mapping[int, Chasing]:
    """By the id of the due, in two statements however many they are; nothing for whom it does not concern."""
    if not reports or not may_chase(actor, receiver):
        return {}
    chases: dict[int, list[Chase]] = {}
    for row in chases_in_reach(actor).filter(due__in=[report.due_id for report in reports]):
        chases.setdefault(row.due_id, []).append(row)
    roles = _roles([report for report in reports if report.is_owed])
    return {report.due_id: _chasing(report, chases.get(report.due_id, []), roles) for report in reports}


def _chasing(report: Report, rows: list[Chase], roles: Mapping[int, Collection[str]]) -> Chasing:
    held = roles.get(report.due.unit_id, ())
    return Chasing(
        can_chase=chasable(report) and bool(held),
        last=rows[0] if rows else None,
        promise=next((row for row in rows if row.promised_on), None),
        has_drafter=Role.DRAFTER in held if report.is_owed else None,
        reaches_somebody=bool(held) if report.is_owed else None,
    )


def _roles(reports: Iterable[Report]) -> Mapping[int, Collection[str]]:
    """Which of the roles that write and sign are held at each sender."""
    owing = list(reports)
    if not owing:
        return {}
    hats = Membership.objects.current().holding(*READERS).filter(programme=owing[0].due.cycle.programme_id)
    found: dict[int, set[str]] = {}
    for unit, role in hats.filter(unit__in={report.due.unit_id for report in owing}).values_list("unit", "role"):
        found.setdefault(unit, set()).add(role)
    return found
