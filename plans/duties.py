"""Who answers for what (N8, N10): duties with those that come down from the row above, gaps, and whom to remind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import EXCLUSIVE_ROLES, Membership, User
from plans.models import Duty, Plan, Task, TaskState, Tier
from units.models import Unit

COMPULSORY = (Tier.PRINCIPAL, Tier.DEPUTY, Tier.LEAD, Tier.PERSON)
"""The three tiers of N8 and the responsible person of N10. Supporting departments there may be, or not."""

OFFICES = frozenset({Tier.LEAD, Tier.SUPPORT})
"""Tiers in which offices answer; in the others persons do."""
ONE_HOLDER = frozenset({Tier.PRINCIPAL, Tier.LEAD})
"""Tiers with one holder: whoever is named takes over from whoever was."""


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty as it holds for a task: the task's own, or that of the row above it which `inherited_from` names."""

    duty: Duty
    inherited_from: Task | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A leaf for which nobody answers in a tier, itself or from above."""

    task: Task
    tier: Tier


Held = dict[Tier, list[HeldDuty]]


def duties_of(plan: Plan) -> dict[int, Held]:
    """For each current task of a plan (by pk) who answers, tier by tier; two statements.

    A tier nobody holds is not in the inner dict.
    """
    return held(tasks_of(plan), standing(plan))


def tasks_of(plan: Plan) -> list[Task]:
    """The current rows of a plan in the order of its tree."""
    return list(plan.tasks.filter(ended_at=None).order_by("path", "id"))


def standing(plan: Plan) -> QuerySet[Duty]:
    """The duties of a plan that have not ended, with the words to name them."""
    rows = Duty.objects.filter(task__plan=plan, task__ended_at=None, ended_at=None)
    return rows.select_related("unit", "person").order_by("task_id", "tier", "id")


def held(tasks: Iterable[Task], duties: Iterable[Duty]) -> dict[int, Held]:
    """The same of rows one has: `tasks` in tree order (a row after what it is part of)."""
    own: dict[int, dict[Tier, list[Duty]]] = {}
    for duty in duties:
        own.setdefault(duty.task_id, {}).setdefault(Tier(duty.tier), []).append(duty)
    found: dict[int, Held] = {}
    rows = {task.pk: task for task in tasks}
    for task in rows.values():
        above = found.get(task.parent_id, {}) if task.parent_id else {}
        parent = rows.get(task.parent_id) if task.parent_id else None
        mine = own.get(task.pk, {})
        found[task.pk] = dict(_tiers(mine, above, parent))
    return found


def _tiers(
    own: Mapping[Tier, list[Duty]], above: Mapping[Tier, list[HeldDuty]], parent: Task | None
) -> Iterator[tuple[Tier, list[HeldDuty]]]:
    """Tier by tier: one's own, or else what holds for the row above."""
    for tier in Tier:
        if tier in own:
            yield tier, [HeldDuty(duty) for duty in own[tier]]
        elif tier in above:
            yield tier, [HeldDuty(one.duty, one.inherited_from or parent) for one in above[tier]]


def duties_of_task(task: Task) -> Held:
    """Who answers for one task; two statements however deep it lies."""
    above = list(_way_up(task))
    rows = Duty.objects.filter(task__in=[row.pk for row in above], ended_at=None).select_related("unit", "person")
    return held(above, rows.order_by("task_id", "tier", "id"))[task.pk]


def _way_up(task: Task) -> list[Task]:
    """The rows a task is part of, from the top, and itself."""
    steps = task.path.split(".")
    paths = [".".join(steps[: number + 1]) for number in range(len(steps))]
    above = Task.objects.filter(plan=task.plan_id, path__in=paths, ended_at=None).exclude(pk=task.pk)
    return [*above.order_by("path", "id"), task]


def gaps_of(plan: Plan) -> list[Gap]:
    """Where nobody answers, in tree order; leaves only (a row above passes on what it has), stopped ones left out."""
    tasks = tasks_of(plan)
    return gaps(tasks, held(tasks, standing(plan)))


def gaps(tasks: Iterable[Task], found: Mapping[int, Mapping[Tier, Any]]) -> list[Gap]:
    """The same of what one has read."""
    return [
        Gap(task, tier)
        for task in tasks
        if task.is_leaf and task.state != TaskState.STOPPED
        for tier in COMPULSORY
        if tier not in found[task.pk]
    ]


def recipients(task_ids: Iterable[int] | QuerySet[Any], tier: Tier = Tier.PERSON) -> QuerySet[Any]:
    """Rows (task pk, user pk) of the people with an account who answer for these tasks in a tier, also from above.

    One statement. A task whose own duty in the tier names somebody without an account yields nobody: what stands
    above does not hold for it.
    """
    tasks = Task.objects.filter(pk__in=task_ids).order_by()
    rows = [
        tasks.filter(
            *(~Exists(_own(tier, below)) for below in WAYS[:number]),
            **{f"{way}duties__tier": tier, f"{way}duties__ended_at": None, f"{way}duties__person__isnull": False},
        ).values_list("pk", f"{way}duties__person")
        for number, way in enumerate(WAYS)
    ]
    return rows[0].union(*rows[1:])


WAYS = ("", "parent__", "parent__parent__")
"""From a task to the rows whose duties may hold for it: itself, what it is part of, and what that is (N9)."""


def _own(tier: Tier, way: str) -> QuerySet[Duty]:
    """Standing duties in a tier nearer to the task: they stand before those above."""
    return Duty.objects.filter(tier=tier, ended_at=None, task=OuterRef(f"{way}pk")).order_by()


def offices_for(plan: Plan) -> QuerySet[Unit]:
    """Offices of the register that can answer for a task: of the pilot area's places and of what lies in them."""
    here = Q(pk=plan.unit_id)
    for place in plan.pilot_area.divisions.all():
        here |= Q(division__path_now__startswith=place.path_now) if place.path_now else Q(division=place)
    return Unit.objects.filter(here, closed_on=None).order_by("sort_key", "id")


def people_for(plan: Plan) -> QuerySet[User]:
    """People with an account who can answer: whoever works in one of these offices for the plan's programme."""
    hats = Membership.objects.current().filter(programme=plan.programme_id, unit__in=offices_for(plan).values("pk"))
    hats = hats.exclude(role__in=[role.value for role in EXCLUSIVE_ROLES])
    return User.objects.filter(pk__in=hats.order_by().values("user")).order_by("name", "id")
