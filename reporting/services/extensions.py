"""More time for one report: asked for by its sender, or given by its receiver."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role
from portal.errors import BadInput, Finding, NotFound, WrongState
from records.journal import Note, write
from records.workflow import Act, Request
from reporting.due_dates import find_report, later_date, must_be_owed, reach_report, reason_given, refuse
from reporting.extension_workflow import open_request, perform, tell_of
from reporting.models import Extension, Report


@dataclass(frozen=True, slots=True)
class ExtensionInput:
    """The day wanted, in office time, and why. `due_on` None: the date is missing."""

    due_on: dt.date | None
    reason: str


def ask_or_give(report_uid: uuid.UUID, data: ExtensionInput, *, by: Actor) -> Extension:
    """More time under the hat worn: its sender asks, its receiver gives. Raises NotFound for anybody else."""
    return extend(report_uid, data, by=by) if decides(by) else request_extension(report_uid, data, by=by)


def more_time_for(report_uid: uuid.UUID, by: Actor) -> Report:
    """The report this hat may ask or give more time for. Raises Forbidden (a token's scope) and NotFound."""
    return find_report(report_uid, by, "extension.decide" if decides(by) else "extension.request")


def decides(by: Actor) -> bool:
    """Whether this hat gives more time rather than asking for it. A token without the scope is refused later."""
    return by.hat.role == Role.REVIEWER


@transaction.atomic
def request_extension(
    report_uid: uuid.UUID, data: ExtensionInput, *, by: Actor, at: dt.datetime | None = None
) -> Extension:
    """Ask the receiver for more time; its reviewers are told.

    Raises NotFound (not one's own unit's report), WrongState (not owed, or asked already), BadInput (date, reason).
    """
    now = at or timezone.now()
    report = reach_report(report_uid, by, "extension.request")
    must_be_owed(report)
    due = report.due
    if (asked := open_request(due)) is not None:
        text = _("More time until %(day)s has been asked for already. Take that request back before you ask anew.")
        raise WrongState(text % {"day": asked.asked_due_on})
    day, reason = _date_of(data), reason_given(data.reason)
    refuse(later_date(due, day, now))
    extension: Extension = Extension.objects.create(
        due=due, due_on_before=due.due_on, asked_due_on=day, reason=reason, requested_by=by.user, requested_at=now
    )
    act = Act(by, now, reason)
    tell_of("due.extension_asked", report, act, due.receiver, Role.REVIEWER, due=str(day))
    write(
        "due.extension_ask",
        extension.as_subject(),
        by=by,
        at=now,
        note=Note(
            comment=reason,
            data={"extension": str(extension.uid), "asked": str(day), "due_on": str(due.due_on)},
        ),
    )
    return extension


@transaction.atomic
def extend(report_uid: uuid.UUID, data: ExtensionInput, *, by: Actor, at: dt.datetime | None = None) -> Extension:
    """Give more time: what was asked for is granted until this day; what nobody asked for is put down as given.

    Raises NotFound (not received by one's unit), WrongState (not owed), BadInput (date, reason).
    """
    now = at or timezone.now()
    report = reach_report(report_uid, by, "extension.decide")
    must_be_owed(report)
    due, day, reason = report.due, _date_of(data), reason_given(data.reason)
    refuse(later_date(due, day, now))
    extension = open_request(due)
    if extension is None:
        extension = Extension.objects.create(
            due=due, due_on_before=due.due_on, asked_due_on=day, reason=reason, requested_at=now
        )
    return perform(extension, Request("grant", reason, data={"due_on": day}), by=by, at=now)


def _date_of(data: ExtensionInput) -> dt.date:
    if data.due_on is None:
        text = _("Give the new due date.")
        raise BadInput(text, findings=(Finding("due_missing", text, "due_on"),))
    return data.due_on


def listed_for(by: Actor) -> QuerySet[Extension]:
    """Requests and extensions of the reports within reach, with what a row of them shows, newest first."""
    needed = ("due__cycle__programme", "due__unit", "due__receiver", "due__pilot_area", "due__report", "blanket")
    rows: QuerySet[Extension] = Extension.objects.visible_to(by, "report.view")
    return rows.select_related(*needed, "requested_by", "decided_by").order_by("-requested_at", "-id")


def reach_extension(uid: uuid.UUID, by: Actor) -> Extension:
    """One request or extension of a report within reach. Raises NotFound."""
    found = listed_for(by).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
