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

from accounts.models import Membership, Role, Scope, User
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
    """One thing that may be done: its words, the reaches each role has, and the scope a token needs for it.

    An action without a scope is for people who have signed in: no token can do it.
    """

    label: type_text
    roles: Mapping[Role, frozenset[Reach]]
    scope: Scope | None = Scope.READ


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
        _("see by name who answers for a pilot area, its contacts and its leading group"),
        _grant(drafter=P, lead=P, reviewer=P, viewer=P, clerk=P, unit_admin=P, auditor=P),
    ),
    "contacts.edit": Action(
        _("keep the contacts and the leading group of a pilot area"),
        _grant(drafter=(O, R), lead=(O, R)),
        Scope.CONTACTS,
    ),
    "contacts.reveal": Action(
        _("see the phone numbers of contacts in full; each look is written down"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B)),
        Scope.PHONES,
    ),
    "pilots.import": Action(
        _("import the list of pilot areas of one's own programme"), _grant(reviewer=O), Scope.IMPORTS
    ),
    "places.import": Action(_("import offices and changes of divisions"), _grant(system_admin=E), Scope.IMPORTS),
    "import.run": Action(
        _("check a list before it is stored, look at it again, undo it"),
        _grant(reviewer=O, unit_admin=O, system_admin=E),
        Scope.IMPORTS,
    ),
    "report.view": Action(
        _("see reports: one's own, those one receives, and below"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), auditor=P),
    ),
    "report.draft": Action(
        _("read a report while it is being written"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, auditor=P),
    ),
    "report.edit": Action(_("write a report"), _grant(drafter=O), Scope.REPORTS),
    "report.sign": Action(_("sign a report"), _grant(lead=O), Scope.SIGN),
    "report.submit": Action(_("submit, recall"), _grant(drafter=O, lead=O), Scope.REPORTS),
    "report.review": Action(_("receive, return, accept"), _grant(reviewer=R), Scope.REVIEW),
    "copy.view": Action(_("read accepted reports copied to reviewing departments"), _grant(clerk=P)),
    "cycle.view": Action(
        _("see who has reported"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), auditor=P),
    ),
    "cycle.open": Action(
        _("plan and open periods of reporting in one's own programme"), _grant(reviewer=O, lead=O), Scope.REVIEW
    ),
    "cycle.hurry": Action(
        _("give senders less than the least time to fill in, with a reason"), _grant(lead=O), Scope.REVIEW
    ),
    "deadlines.set": Action(
        _("set rules for dates, the ladder of reminders and what goes with them"), _grant(reviewer=O), Scope.DEADLINES
    ),
    "extension.request": Action(_("ask for more time"), _grant(drafter=O, lead=O), Scope.REPORTS),
    "extension.decide": Action(
        _("decide on requests for more time, exempt from a report"), _grant(reviewer=R), Scope.DEADLINES
    ),
    "extension.blanket": Action(
        _("give more time to all senders of a region"), _grant(reviewer=(R, B)), Scope.DEADLINES
    ),
    "chase.send": Action(_("chase what is owed, keep the log of calls"), _grant(reviewer=R), Scope.DEADLINES),
    "workdays.edit": Action(
        _("keep the calendar of working days: announcements, local closures"),
        _grant(unit_admin=O, system_admin=E),
        Scope.DEADLINES,
    ),
    "feed.manage": Action(
        _("subscribe to what is due in one's own calendar program"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, auditor=O),
        None,
    ),
    "preferences.set": Action(
        _("choose how mail comes"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, clerk=O, unit_admin=O, auditor=O, system_admin=O),
        None,
    ),
    "job.run": Action(
        _("follow long jobs, cancel them, try them again"),
        _grant(lead=O, reviewer=O, unit_admin=O, system_admin=E),
        Scope.READ,
    ),
    "document.view": Action(
        _("see the register of documents"),
        _grant(drafter=P, lead=P, reviewer=P, viewer=P, clerk=P, unit_admin=P, auditor=P, system_admin=E),
    ),
    "document.edit": Action(
        _("enter documents and their clauses in the register"), _grant(drafter=O, lead=O, reviewer=O), Scope.FIGURES
    ),
    "indicator.view": Action(
        _("see the catalogue of indicators and the targets"),
        _grant(drafter=P, lead=P, reviewer=P, viewer=P, clerk=P, unit_admin=P, auditor=P),
    ),
    "indicator.edit": Action(
        _("keep the own indicators of one's pilot area"), _grant(drafter=O, lead=O), Scope.FIGURES
    ),
    "catalogue.edit": Action(
        _("keep the catalogue of indicators: new versions, what is asked, what own indicators count towards"),
        _grant(reviewer=O),
        Scope.FIGURES,
    ),
    "target.set": Action(
        _("set targets and baselines of a pilot area, with the document that says so"),
        _grant(drafter=O, lead=O, reviewer=(O, B)),
        Scope.FIGURES,
    ),
    "figure.view": Action(
        _("see the figures of pilot areas: one's own, those one receives, and below"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), auditor=P),
    ),
    "figure.import": Action(_("import published series of figures"), _grant(reviewer=O), Scope.IMPORTS),
    "rollup.view": Action(
        _("see figures rolled up: of one's own place and what lies in it"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, clerk=P, auditor=P),
    ),
    "supplement.edit": Action(
        _("give figures beside the reports: final ones that came later, figures for others to use"),
        _grant(drafter=O),
        Scope.FIGURES,
    ),
    "supplement.submit": Action(_("sign and submit figures beside the reports"), _grant(lead=O), Scope.SIGN),
    "supplement.review": Action(_("accept or return figures beside the reports"), _grant(reviewer=R), Scope.REVIEW),
    "plan.view": Action(
        _("see plans, tasks and progress: one's own, those one receives, and below"),
        _grant(drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), auditor=P),
    ),
    "plan.edit": Action(
        _("write the plan of one's pilot area, schedule it, say who answers, keep the records beside it"),
        _grant(drafter=O),
        Scope.PLANS,
    ),
    "plan.submit": Action(_("sign and submit plans and requests to change them"), _grant(lead=O), Scope.SIGN),
    "plan.review": Action(
        _("approve or return plans and requests to change them, give an opinion"), _grant(reviewer=R), Scope.REVIEW
    ),
    "task.progress": Action(_("say how far a task is"), _grant(drafter=O, lead=O), Scope.PLANS),
    "task.own": Action(
        _("see the tasks one's office or oneself answers for, and say how far they are"),
        _grant(drafter=O, lead=O),
        Scope.PLANS,
    ),
    "annual.edit": Action(_("write the annual plan of one's department"), _grant(drafter=O), Scope.PLANS),
    "annual.submit": Action(_("sign and submit annual plans"), _grant(lead=O), Scope.SIGN),
    "annual.approve": Action(_("approve or return the annual plans of departments"), _grant(lead=R), Scope.SIGN),
    "fields.edit": Action(
        _("keep the fields of work of batches that could not be sourced"), _grant(reviewer=O), Scope.PLANS
    ),
    "history.view": Action(
        _("read the history of acts"),
        _grant(
            drafter=(O, R), lead=(O, R), reviewer=(O, B), viewer=(O, B), unit_admin=O, auditor=(P, C), system_admin=C
        ),
    ),
    "people.view": Action(_("see the people of a unit"), _grant(unit_admin=O, auditor=P, system_admin=E)),
    "people.manage": Action(
        _("invite, move, deactivate people; hand over their work"),
        _grant(unit_admin=O, system_admin=E),
        Scope.PEOPLE,
    ),
    "people.reveal": Action(
        _("see a person's phone number in full; each look is written down"),
        _grant(unit_admin=O, system_admin=E),
        Scope.PHONES,
    ),
    "token.manage": Action(
        _("make and revoke one's own API tokens"),
        _grant(drafter=O, lead=O, reviewer=O, viewer=O, clerk=O, unit_admin=O, auditor=O, system_admin=O),
        None,
    ),
    "token.oversee": Action(_("see and revoke the API tokens of a unit"), _grant(unit_admin=O, system_admin=E), None),
    "webhook.view": Action(
        _("see the webhooks of a unit and what they delivered"), _grant(unit_admin=O, auditor=P, system_admin=E)
    ),
    "webhook.manage": Action(_("subscribe to events by webhook"), _grant(unit_admin=O), Scope.WEBHOOKS),
    "operations.view": Action(_("see the state of the machinery"), _grant(system_admin=E)),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person under one hat. `origin` is where the act comes from (address and request), for the event.

    `scopes` is what the API token they came with allows; None for people who have signed in.
    """

    user: User
    hat: Membership
    origin: str = ""
    scopes: frozenset[str] | None = None

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
    """The reaches of a hat for an action, none beyond a token's scopes. An action nobody listed is a mistake."""
    try:
        granted = ACTIONS[action]
    except KeyError as error:
        raise ImproperlyConfigured(f"Unknown action {action!r}: add it to accounts/access.py.") from error
    if actor.scopes is not None and granted.scope not in actor.scopes:
        return frozenset()
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
        raise _refusal(actor, ACTIONS[action])
    return actor


def _refusal(actor: Actor | None, action: Action) -> Forbidden:
    if actor is None or actor.scopes is None or action.scope in actor.scopes:
        return Forbidden(_("Your role does not allow: %(act)s.") % {"act": action.label})
    if action.scope is None:
        refused = Forbidden(_("No token can do this: %(act)s. Sign in for it.") % {"act": action.label})
    else:
        refused = Forbidden(
            _("Your token lacks the scope “%(scope)s” for this: %(act)s.")
            % {"scope": action.scope.value, "act": action.label}
        )
    return refused.known_as("scope_missing")


def table() -> list[tuple[str, str, str, dict[str, Any]]]:
    """The table as rows (action, words, scope, role → reaches), for docs/permissions.md."""
    return [
        (
            name,
            str(action.label),
            action.scope.value if action.scope else "",
            {role.value: sorted(reach) for role, reach in action.roles.items()},
        )
        for name, action in ACTIONS.items()
    ]
