"""What was told about a report, as far as the reader may know."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.access import Actor
from reporting.models import Audience, Reminder, Report
from reporting.reading import is_own, sees_draft


def reminders_of(report: Report, actor: Actor) -> QuerySet[Reminder]:
    """Newest first. All of it to its own unit and the auditor, to others what was told to the receiver."""
    rows = Reminder.objects.filter(due=report.due_id).select_related("step", "recipient").order_by("-at", "-id")
    inside = is_own(report, actor) or sees_draft(report, actor)
    return rows if inside else rows.filter(step__audience=Audience.RECEIVER)


def sent_for(report: Report, actor: Actor) -> list[Reminder]:
    """For the page: what was sent in the portal; its mail went with it."""
    rows = reminders_of(report, actor)
    return list(rows.filter(outcome=Reminder.Outcome.SENT, channel="notice")[:MOST_SHOWN])


MOST_SHOWN = 20
