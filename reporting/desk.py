"""The desk: one list of what is asked of a person now, most urgent first, and what they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Supplement
from indicators.supplements import waiting_for
from plans.models import Task as PlanTask
from plans.task_lists import overdue_of_mine
from plans.waiting import Waiting, matters_of, waiting_rows
from portal.errors import type_text
from reporting.models import Extension, ExtensionStatus, Report, ReportQuerySet, ReportStatus, exempt_now
from units.calendar import today

S = ReportStatus
Row = TypeVar("Row")
DECIDE = _("Decide on more time")
MOST = 50
"""As many of each list as are shown at once."""
# What each role is asked to do in each state of a report of its own unit, and of one it receives.
OWN: dict[str, dict[str, type_text]] = {
    Role.DRAFTER: {S.DRAFT: _("Write"), S.RETURNED: _("Correct and send again"), S.SIGNED: _("Submit")},
    Role.LEAD: {S.SIGNING: _("Read and sign"), S.SIGNED: _("Submit")},
}
CONTACTS: dict[str, type_text] = {S.DRAFT: _("Check and send")}
"""Where the contacts of a round are asked for other words: nothing is written there."""
RECEIVED: dict[str, dict[str, type_text]] = {
    Role.REVIEWER: {
        S.SUBMITTED: _("Sign for it"),
        S.RECEIVED: _("Review"),
        S.RECALL_REQUESTED: _("Decide on the recall"),
    }
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: the report, and the word on the button."""

    report: Report
    button: type_text
    extension: Extension | None = None
    """The request for more time that waits for a decision."""


@dataclass(frozen=True, slots=True)
class Desk:
    todo: tuple[Task, ...]
    returned: tuple[Task, ...]
    waiting: tuple[Report, ...]
    coming: tuple[Report, ...]
    """What one's own unit owes in the next four weeks."""
    asked: Mapping[int, Extension] = field(default_factory=dict)
    """What one's own unit has asked for more time in and what was answered last, by due."""
    beside: tuple[Supplement, ...] = ()
    """Figures beside the reports that wait for this person, the oldest first: they have no date."""
    late: tuple[PlanTask, ...] = ()
    """Tasks of plans this person or their office answers for and is late with, the latest first."""
    matters: tuple[Waiting, ...] = ()
    """Plans, requests to change them, annual plans that wait for this person, the oldest first."""
    reports_left_out: int = 0
    beside_left_out: int = 0
    late_left_out: int = 0
    matters_left_out: int = 0
    """How many more there are than are shown."""

    @property
    def left_out(self) -> int:
        return self.reports_left_out + self.beside_left_out + self.late_left_out + self.matters_left_out

    @property
    def shown(self) -> int:
        lists = (self.todo, self.returned, self.waiting, self.beside, self.late, self.matters)
        return sum(len(rows) for rows in lists)

    @property
    def total(self) -> int:
        return self.shown + self.left_out


def to_decide(actor: Actor) -> ReportQuerySet:
    """What this person is to receive, to decide, or to give back: none for who does not review."""
    words = RECEIVED.get(actor.hat.role, {})
    rows: ReportQuerySet = Report.objects.visible_to(actor, "report.view")
    return rows.filter(due__receiver=actor.hat.unit_id, status__in=list(words)).exclude(due__unit=actor.hat.unit_id)


def desk(actor: Actor) -> Desk:
    """Eight statements: what the unit owes, what it receives, more time it asked for, and that it is asked for, figures
    beside the reports, tasks that are late, matters of plans and their pilot areas; and a further one for each list
    that is longer than shown.
    """
    own_words = OWN.get(actor.hat.role, {})
    received_words = RECEIVED.get(actor.hat.role, {})
    opened = Q(due__cycle__opens_on__lte=today())
    visible = Report.objects.visible_to(actor, "report.view").filter(opened, due__unit=actor.hat.unit_id)
    own, own_left = _first(visible.exclude(status=S.ACCEPTED).exclude(exempt_now()).for_lists())
    received, received_left = _first(to_decide(actor).for_lists()) if received_words else ([], 0)
    tasks = [Task(r, _own_word(r, own_words)) for r in own if r.status in own_words]
    tasks += [Task(r, received_words[r.status]) for r in received]
    waiting, requests_left = _requests(actor)
    beside, beside_left = _first(waiting_for(actor))
    late, late_left = _first(overdue_of_mine(actor))
    matters, matters_left = _first(waiting_rows(actor))
    tasks += [Task(row.due.report, DECIDE, row) for row in waiting]
    tasks.sort(key=lambda task: task.report.due.due_end)
    returned = tuple(t for t in tasks if t.report.status == S.RETURNED and t.extension is None)
    return Desk(
        todo=tuple(t for t in tasks if t not in returned),
        returned=returned,
        waiting=tuple(r for r in own if r.status not in own_words),
        coming=tuple(r for r in own if r.is_owed and 0 <= (r.due.due_on - today()).days <= 28),
        asked=_asked(own),
        beside=tuple(beside),
        reports_left_out=own_left + received_left + requests_left,
        beside_left_out=beside_left,
        late=tuple(late),
        late_left_out=late_left,
        matters=tuple(matters_of(matters)),
        matters_left_out=matters_left,
    )


def _requests(actor: Actor) -> tuple[list[Extension], int]:
    """Requests for more time that wait for this person's decision, and how many more there are."""
    if not actor.can("extension.decide"):
        return [], 0
    rows = Extension.objects.visible_to(actor, "extension.decide").filter(status=ExtensionStatus.REQUESTED)
    needed = ("cycle__programme", "unit__division", "receiver", "pilot_area", "report__accepted_version")
    return _first(rows.select_related(*(f"due__{name}" for name in needed)).order_by("due__due_end", "id"))


def _asked(own: list[Report]) -> dict[int, Extension]:
    """The newest request of one's own unit for each report it still owes."""
    owed = [report.due_id for report in own if report.is_owed]
    rows = Extension.objects.filter(due__in=owed, requested_by__isnull=False).order_by("id") if owed else []
    return {row.due_id: row for row in rows}


def _own_word(report: Report, words: dict[str, type_text]) -> type_text:
    if report.due.cycle.is_of_contacts and report.status in CONTACTS:
        return CONTACTS[report.status]
    return words[report.status]


def _first(rows: QuerySet[Any, Row]) -> tuple[list[Row], int]:
    """The first rows, and how many more there are."""
    shown = list(rows[:MOST])
    return shown, rows.count() - len(shown) if len(shown) == MOST else 0
