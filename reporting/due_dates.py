"""Giving a due another date: what may be given, and the columns that then change together."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.tokens import require_scope
from portal.errors import BadInput, Finding, NotFound, WrongState
from records.workflow import LONGEST_COMMENT
from reporting.models import Cycle, CycleSource, Due, Report, ReportQuerySet
from reporting.rules import LONGEST_RESPITE
from units.calendar import end_of, office_day
from units.models import Unit


def reach_report(uid: uuid.UUID, by: Actor, action: str) -> Report:
    """The report with its due, both locked, within the actor's reach for an action.

    The report's row is the lock of everything about its date: who asks, decides, gives, exempts or submits waits
    here for the other. Raises Forbidden (a token's scope) and NotFound.
    """
    return _found(_locked(), uid, by, action)


def find_report(uid: uuid.UUID, by: Actor, action: str) -> Report:
    """The same without a lock, for a face that asks before it reads what was sent."""
    return _found(Report.objects.for_lists(), uid, by, action)


def _found(rows: ReportQuerySet, uid: uuid.UUID, by: Actor, action: str) -> Report:
    require_scope(by, action)
    report: Report | None = rows.visible_to(by, action).filter(uid=uid).first()
    if report is None:
        raise NotFound
    return report


def lock_report(due_id: int) -> None:
    """Wait for whoever changes the date or the state of this due's report."""
    _locked().get(due=due_id)


def _locked() -> ReportQuerySet:
    """Both rows are locked: of a joined row that is not, PostgreSQL would hand out the state before the wait."""
    needed = ("due__cycle__programme", "due__unit", "due__receiver", "due__pilot_area")
    rows: ReportQuerySet = Report.objects.select_related(*needed).select_for_update(of=("self", "due"))
    return rows


def must_be_owed(report: Report) -> None:
    """More time and exemptions are about what is owed. Raises WrongState with the reason it is not."""
    if text := why_not_owed(report):
        raise WrongState(text)


def why_not_owed(report: Report) -> str:
    """'' while it is owed."""
    if report.is_owed:
        return ""
    if report.is_being_corrected:
        return str(
            _("A correction has no due date: the accepted version stays in force until the new one is accepted.")
        )
    if report.is_answered:
        return str(_("This report has been submitted: it is not owed at present, so its date stays as it is."))
    return str(_("The sender is exempt from this report, so there is no date to move."))


def latest_date(due: Due, at: dt.datetime) -> dt.date:
    """The last day more time may reach to: a year from the present date, or from today where that is past."""
    return max(due.due_on, office_day(at)) + LONGEST_RESPITE


def later_date(due: Due, day: dt.date, at: dt.datetime) -> Iterator[Finding]:
    """More time is a later day, at most a year away, whose hour (the due keeps its own) has not passed."""
    if day <= due.due_on:
        text = _("It is due on %(day)s already. Choose a later day.") % {"day": due.due_on}
        yield Finding("due_not_later", text, "due_on")
    elif day > latest_date(due, at):
        yield Finding("due_far", _("The new due date is more than a year away. Check the year."), "due_on")
    elif end_of(day, due.due_time) <= at:
        yield Finding("due_past", _("The new due date must not lie in the past."), "due_on")


def reason_given(reason: str) -> str:
    """The reason without what surrounds it. Raises BadInput at the field `reason`."""
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise BadInput(_("Give a reason."), findings=(Finding("reason_missing", _("Give a reason."), "reason"),))
    if len(reason) > LONGEST_COMMENT:
        text = _("The reason is too long: at most %(most)d characters.") % {"most": LONGEST_COMMENT}
        raise BadInput(text, findings=(Finding("reason_too_long", text, "reason"),))
    return reason


def refuse(findings: Iterator[Finding]) -> None:
    """Raises BadInput with the findings, where there are any."""
    found = tuple(findings)
    if found:
        raise BadInput(found[0].message, findings=found)


def give_date(due: Due, day: dt.date, time: dt.time | None, at: dt.datetime) -> dict[str, str]:
    """Store the new date; what the event says of it. The first date stays: statistics count from it."""
    before = due.due_on
    due.due_on, due.due_time, due.due_end, due.dated_at = day, time, end_of(day, time), at
    due.save(update_fields=["due_on", "due_time", "due_end", "dated_at"])
    return {"due_on": str(day), "due_on_before": str(before)}


def receivers_own_date(due: Due) -> dt.date | None:
    """By when the receiver itself owes in the same period, in this programme or the one it compiles for."""
    return own_date_in(due.cycle, due.receiver, apart_from=due.pk)


def own_date_in(cycle: Cycle, unit: Unit, *, apart_from: int | None = None) -> dt.date | None:
    """By when a unit owes first in a period, or in the one it compiles from this one; None where it owes nothing."""
    compiled = CycleSource.objects.filter(source=cycle, unit=unit).values("cycle")
    owed = Due.objects.filter(Q(cycle=cycle) | Q(cycle__in=compiled), unit=unit, exempted_at__isnull=True)
    if apart_from is not None:
        owed = owed.exclude(pk=apart_from)
    return owed.order_by("due_on").values_list("due_on", flat=True).first()
