"""Who sees which row, and who may do what to it: one table, one function.

A *reach* says which rows an act extends to, measured from the office of the hat a person wears:

* OWN        rows of the office itself;
* RECEIVED   rows whose receiver is the office (the step directly below on the route);
* BELOW      rows anywhere below the office on the route;
* PROGRAMME  every row of the hat's programme;
* COMMON     rows that belong to no programme: sign-ins, the system's own administrators;
* EVERYWHERE every row.

Each model says in `ACCESS` where its programme, unit, receiver and chain are; `visible_to` does the rest,
for pages, API and jobs alike. What an action's table does not grant is out of reach and answers 404.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from portal.errors import Forbidden, type_text
from units.models import Programme, Unit

M = TypeVar("M", bound=models.Model)


class Reach(enum.StrEnum):
    OWN = "own"
    RECEIVED = "received"
    BELOW = "below"
    PROGRAMME = "programme"
    COMMON = "common"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be done: its words, and the reaches each role has."""

    label: type_text
    roles: Mapping[Role, frozenset[Reach]]


def _grant(**roles: Reach | tuple[Reach, ...]) -> dict[Role, frozenset[Reach]]:
    return {Role(name): frozenset(reach if isinstance(reach, tuple) else (reach,)) for name, reach in roles.items()}


O, R, B, P = Reach.OWN, Reach.RECEIVED, Reach.BELOW, Reach.PROGRAMME  # noqa: E741
C, E = Reach.COMMON, Reach.EVERYWHERE

ACTIONS: dict[str, Action] = {
    "desk.view": Action(
        _("see one's own desk and notices"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, clerk=O, unit_admin=O, auditor=O, system_admin=O),
    ),
    "programme.view": Action(
        _("see programmes and batches"),
        _grant(drafter=P, lead=P, reviewer=P, viewer=P, clerk=P, unit_admin=P, auditor=P, system_admin=E),
    ),
    "pilot.view": Action(
        _("see pilot areas"),
        _grant(drafter=P, lead=P, reviewer=P, viewer=P, clerk=P, unit_admin=P, auditor=P),
    ),
    "contacts.view": Action(
        _("see by name who answers for a pilot area"),
        _grant(drafter=P, lead=P, reviewer=P, viewer=P, clerk=P, unit_admin=P, auditor=P),
    ),
    "report.view": Action(
        _("see reports: one's own, those one receives, and below"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), auditor=P),
    ),
    "report.draft": Action(
        _("read a report while it is being written"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, auditor=P),
    ),
    "report.edit": Action(_("write a report"), _grant(drafter=O)),
    "report.sign": Action(_("sign a report"), _grant(lead=O)),
    "report.submit": Action(_("submit, recall"), _grant(drafter=O, lead=O)),
    "report.review": Action(_("receive, return, accept"), _grant(reviewer=R)),
    "copy.view": Action(_("read accepted reports copied to reviewing departments"), _grant(clerk=P)),
    "cycle.view": Action(
        _("see who has reported"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), auditor=P),
    ),
    "cycle.open": Action(_("open a period of reporting in one's own programme"), _grant(reviewer=O)),
    "history.view": Action(
        _("read the history of acts"),
        _grant(
            drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), unit_admin=O, auditor=(P, C), system_admin=C
        ),
    ),
    "people.view": Action(_("see the people of a unit"), _grant(unit_admin=O, auditor=P, system_admin=E)),
    "people.manage": Action(_("invite, move, deactivate people"), _grant(unit_admin=O, system_admin=E)),
    "operations.view": Action(_("see the state of the machinery"), _grant(system_admin=E)),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person under one hat. `origin` is where the act comes from (address and request), for the event."""

    user: User
    hat: Membership
    origin: str = ""

    @property
    def unit(self) -> Unit:
        return self.hat.unit

    @property
    def programme(self) -> Programme | None:
        return self.hat.programme

    def can(self, action: str) -> bool:
        """Whether the hat has this action over any row at all (draws menus; rows are asked for separately)."""
        return bool(units_for(self, action))


@dataclass(frozen=True, slots=True)
class AccessPaths:
    """Where a model keeps what access needs: field paths, '' where there is none."""

    programme: str = ""
    unit: str = ""
    receiver: str = ""
    chain: str = ""


def units_for(actor: Actor, action: str) -> frozenset[Reach]:
    """The reaches of a hat for an action. An action nobody listed is a programming error."""
    try:
        granted = ACTIONS[action]
    except KeyError as error:
        raise ImproperlyConfigured(f"Unknown action {action!r}: add it to accounts/access.py.") from error
    return granted.roles.get(Role(actor.hat.role), frozenset())


def condition(paths: AccessPaths, actor: Actor, action: str) -> models.Q:
    """The rows in reach as one condition; a condition nothing meets where there is none."""
    reaches = units_for(actor, action)
    if Reach.EVERYWHERE in reaches:
        return models.Q()
    rows = models.Q(pk__in=[])
    for reach in reaches - {Reach.COMMON}:
        rows |= _rows(paths, actor, reach)
    if paths.programme:
        rows &= models.Q(**{paths.programme: actor.hat.programme_id})
        if Reach.COMMON in reaches:
            rows |= models.Q(**{f"{paths.programme}__isnull": True})
    return rows


def _rows(paths: AccessPaths, actor: Actor, reach: Reach) -> models.Q:
    unit = actor.hat.unit_id
    if reach is Reach.PROGRAMME:
        return models.Q(pk__isnull=False) if paths.programme else models.Q(pk__in=[])
    path, value = {
        Reach.OWN: (paths.unit, unit),
        Reach.RECEIVED: (paths.receiver, unit),
        Reach.BELOW: (
            f"{paths.chain}__contains" if paths.chain else paths.receiver,
            [unit] if paths.chain else unit,
        ),
    }[reach]
    return models.Q(**{path: value}) if path else models.Q(pk__in=[])


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """A queryset that knows who may see its rows."""

    def visible_to(self, actor: Actor, action: str) -> Self:
        paths: AccessPaths = getattr(self.model, "ACCESS")  # noqa: B009 - the model declares it
        return self.filter(condition(paths, actor, action))


def require(actor: Actor | None, action: str) -> Actor:
    """The actor, if the hat has this action at all; otherwise the refusal a face shows."""
    if actor is None or not actor.can(action):
        raise Forbidden(_("Your role does not allow: %(act)s.") % {"act": ACTIONS[action].label})
    return actor


def table() -> list[tuple[str, str, dict[str, Any]]]:
    """The table as rows (action, words, role → reaches), for docs/permissions.md."""
    return [
        (name, str(action.label), {role.value: sorted(reach) for role, reach in action.roles.items()})
        for name, action in ACTIONS.items()
    ]
