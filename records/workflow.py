"""The one transition engine. A subject declares its table; `perform()` is the only way its status changes.

One transaction: lock the row within the actor's reach → version → source → rules → status, event, effects.
`available()` reads the same table: it draws the buttons and fills the API's `actions`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, ScopedQuerySet
from accounts.tokens import require_scope
from portal.errors import BadInput, Finding, NotFound, RuleBroken, Stale, WrongState, type_text
from records.journal import Note, Subject, write

LONGEST_COMMENT = 4000


class Stateful(Protocol):
    """What the engine needs of a subject."""

    pk: Any
    status: str
    version: int

    def as_subject(self, *, internal: bool = False) -> Subject: ...


S = TypeVar("S", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Act:
    """One transition being carried out: handed to rules and effects."""

    by: Actor
    at: dt.datetime
    comment: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


Rule = Callable[[Any, Act], Iterable[Finding]]
Effect = Callable[[Any, Act], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a table. `effect` runs after the new status is saved; what it returns goes into the event.

    `internal`: an act inside the sender's office; its event is not for those above. `when`: a condition beside
    the status, about the subject alone.
    """

    name: str
    label: type_text
    sources: frozenset[str]
    target: str
    action: str
    needs_comment: bool = False
    rules: tuple[Rule, ...] = ()
    effect: Effect | None = None
    primary: bool = False
    internal: bool = False
    when: Callable[[Any], bool] | None = None
    hint: type_text = ""

    def fits(self, subject: Any) -> bool:
        """Whether the act makes sense in the subject's present state."""
        return subject.status in self.sources and (self.when is None or self.when(subject))


@dataclass(frozen=True)
class Workflow(Generic[S]):
    kind: str
    rows: Callable[[], ScopedQuerySet[S]]
    transitions: tuple[Transition, ...]
    prefix: str = ""
    """What stands before a transition's name in the act of its event; `kind` and a dot where it is empty."""

    def act(self, transition: Transition) -> str:
        """The transition's name in events."""
        return f"{self.prefix or self.kind + '.'}{transition.name}"

    def __getitem__(self, name: str) -> Transition:
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise NotFound(_("There is no act of this name."))


def available(workflow: Workflow[S], subject: S, by: Actor) -> list[Transition]:
    """The transitions this person may carry out now (state and reach; rules speak when it is tried).

    One query, whatever number of actions the fitting rows of the table name; none where no row fits.
    """
    fitting = [t for t in workflow.transitions if t.fits(subject)]
    actions = sorted({t.action for t in fitting if by.can(t.action)})
    reaching = [workflow.rows().visible_to(by, action).filter(pk=subject.pk).order_by() for action in actions]
    named = [rows.values_list(models.Value(action)) for rows, action in zip(reaching, actions, strict=True)]
    reached = {action for (action,) in named[0].union(*named[1:])} if named else set()
    return [t for t in fitting if t.action in reached]


@dataclass(frozen=True, slots=True)
class Request:
    """What a face asks for. `expected_version` is what the person saw; None skips the check (batch acts)."""

    name: str
    comment: str = ""
    expected_version: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def perform(workflow: Workflow[S], pk: object, request: Request, *, by: Actor, at: dt.datetime | None = None) -> S:
    """Carry out one transition and return the subject.

    Raises NotFound (out of reach), Stale (version), WrongState, BadInput (comment), RuleBroken (findings).
    """
    transition = workflow[request.name]
    subject, act = _examined(workflow, pk, request, by, at)
    before = subject.status  # type: ignore[attr-defined]
    subject.status = transition.target  # type: ignore[attr-defined]
    subject.version += 1  # type: ignore[attr-defined]
    subject.save(update_fields=["status", "version"])
    data = dict(transition.effect(subject, act) or {}) if transition.effect else {}
    if not workflow.rows().visible_to(by, transition.action).filter(pk=subject.pk).exists():
        raise NotFound
    write(
        workflow.act(transition),
        subject.as_subject(internal=transition.internal),  # type: ignore[attr-defined]
        by=by,
        at=act.at,
        note=Note(outcome=f"{before} → {transition.target}", comment=act.comment, data=data),
    )
    return subject


@transaction.atomic
def examine(workflow: Workflow[S], pk: object, request: Request, *, by: Actor) -> S:
    """The subject, if `perform` would begin now; raises as it would, and changes nothing. For acts done later."""
    return _examined(workflow, pk, request, by, None)[0]


def _examined(workflow: Workflow[S], pk: object, request: Request, by: Actor, at: dt.datetime | None) -> tuple[S, Act]:
    """The subject, locked, with nothing against the act."""
    transition = workflow[request.name]
    require_scope(by, transition.action)
    act = Act(by=by, at=at or timezone.now(), comment=_clean(transition, request.comment), data=request.data)
    subject = _locked(workflow, pk, transition, by)
    _check(subject, transition, request)
    findings = tuple(f for rule in transition.rules for f in rule(subject, act))
    if findings:
        raise RuleBroken(findings=findings)
    return subject, act


def _clean(transition: Transition, comment: str) -> str:
    comment = comment.replace("\x00", "").strip()
    if transition.needs_comment and not comment:
        raise BadInput(_("Give a reason."), findings=(Finding("reason_missing", _("Give a reason."), "comment"),))
    if len(comment) > LONGEST_COMMENT:
        text = _("The reason is too long: at most %(most)d characters.") % {"most": LONGEST_COMMENT}
        raise BadInput(text, findings=(Finding("reason_too_long", text, "comment"),))
    return comment


def _locked(workflow: Workflow[S], pk: object, transition: Transition, by: Actor) -> S:
    """The subject's row, locked, if the actor reaches it for this action; otherwise as if it were not there."""
    subject = workflow.rows().visible_to(by, transition.action).select_for_update(of=("self",)).filter(pk=pk).first()
    if subject is None:
        raise NotFound
    return subject


def _check(subject: Any, transition: Transition, request: Request) -> None:
    if not transition.fits(subject):
        raise WrongState(
            _("It is now “%(state)s”; “%(act)s” is not possible any more. Reload the page to see what happened.")
            % {"state": subject.get_status_display(), "act": transition.label}
        )
    if request.expected_version is not None and request.expected_version != subject.version:
        raise Stale(
            _("Somebody changed this after you opened it. Reload the page, look at it again, then decide."),
            extra={"version": subject.version},
        )
