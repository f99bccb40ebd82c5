"""Freeing a sender from one report, and ending that."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from portal.errors import BadInput, Finding, WrongState
from records.journal import Note, write
from records.workflow import Act
from reporting.due_dates import give_date, must_be_owed, reach_report, reason_given, refuse, why_not_owed
from reporting.extension_workflow import AUTHORS, close_as, tell_of
from reporting.models import Due, Report
from reporting.rules import day_from_now
from units.calendar import office_day


@dataclass(frozen=True, slots=True)
class ExemptionInput:
    reason: str


@dataclass(frozen=True, slots=True)
class EndInput:
    """Why it is owed again, and by when where the present date has passed or is not to stand."""

    reason: str
    due_on: dt.date | None = None


@transaction.atomic
def exempt(report_uid: uuid.UUID, data: ExemptionInput, *, by: Actor, at: dt.datetime | None = None) -> Report:
    """The sender owes nothing from now on. What has been written stays, and may still be sent.

    An open request for more time ends with it. Raises NotFound (not received by one's unit), WrongState (not owed),
    BadInput (reason).
    """
    now = at or timezone.now()
    report = reach_report(report_uid, by, "extension.decide")
    must_be_owed(report)
    due, reason = report.due, reason_given(data.reason)
    due.exempted_at, due.exempted_by, due.exempt_reason = now, by.user, reason
    _save(due)
    act = Act(by, now, reason)
    close_as("lapse", "exempt", due, act)
    tell_of("due.exempted", report, act, due.unit, *AUTHORS)
    write("due.exempt", report.as_subject(), by=by, at=now, note=Note(comment=reason, data={"due_on": str(due.due_on)}))
    return report


@transaction.atomic
def end_exemption(report_uid: uuid.UUID, data: EndInput, *, by: Actor, at: dt.datetime | None = None) -> Report:
    """The report is owed again, from now: by the present date, or by a new one.

    A date that has passed cannot stand: nobody is late for a time they owed nothing in. Raises NotFound, WrongState
    (not exempt, or sent all the same), BadInput (date, reason).
    """
    now = at or timezone.now()
    report = reach_report(report_uid, by, "extension.decide")
    due, reason = report.due, reason_given(data.reason)
    if not report.is_exempt:
        submitted = why_not_owed(report) if due.is_exempt else ""
        raise WrongState(submitted or _("The sender is not exempt from this report."))
    day, time = (due.due_on, due.due_time) if data.due_on is None else (data.due_on, None)
    if data.due_on is None and due.due_end <= now:
        text = _("The due date has passed meanwhile. Give a new one.")
        raise BadInput(text, findings=(Finding("due_missing", text, "due_on"),))
    if data.due_on is not None:
        refuse(day_from_now(day, office_day(now)))
    due.exempted_at, due.exempted_by, due.exempt_reason = None, None, ""
    _save(due)
    moved = give_date(due, day, time, now)
    act = Act(by, now, reason)
    tell_of("due.exemption_ended", report, act, due.unit, *AUTHORS, due=str(day))
    write("due.exempt_end", report.as_subject(), by=by, at=now, note=Note(comment=reason, data=moved))
    return report


def _save(due: Due) -> None:
    due.save(update_fields=["exempted_at", "exempted_by", "exempt_reason"])
