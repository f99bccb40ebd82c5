"""What is due as an iCalendar text (RFC 5545), for people's own calendar programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event

from accounts.access import Actor
from reporting.due_calendar import dues, most_urgent_first, not_done_before
from reporting.filters.reports import STATES
from reporting.models import DueScope, Report
from units.calendar import end_of, today

DONE_SHOWN = dt.timedelta(days=60)
MOST = 2000
ASK_AGAIN = dt.timedelta(hours=4)
BEFORE = dt.timedelta(minutes=30)
"""A due time stands at the end of half an hour: an entry without length is drawn by no program."""

SEQUENCE_BEGINS = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
STATE_WORDS: Mapping[str, Any] = dict(STATES)


@dataclass(frozen=True, slots=True)
class Shown:
    """The reports of a calendar, and how many there would be without the limit."""

    reports: tuple[Report, ...]
    total: int


def shown(actor: Actor, scope: str) -> Shown:
    """What is owed whenever it was due, and what else was due in the last 60 days or later. Two statements at most."""
    rows = dues(actor, scope).filter(not_done_before(today() - DONE_SHOWN))
    moments = Max("versions__submitted_at"), Max("versions__received_at"), Max("versions__decided_at")
    ordered = most_urgent_first(rows.for_lists())
    reports = tuple(ordered.annotate(_submitted=moments[0], _received=moments[1], _decided=moments[2])[: MOST + 1])
    return Shown(reports[:MOST], rows.count() if len(reports) > MOST else len(reports))


def calendar_text(found: Shown, scope: DueScope, owner: str) -> bytes:
    """The calendar, its lines folded and ended as the standard wants. `owner` names the office in its title."""
    book = Calendar()
    book.add("prodid", "-//Pilot Portal//Due dates//")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("x-wr-calname", _("Due dates: %(unit)s (%(scope)s)") % {"unit": owner, "scope": scope.label})
    book.add("x-wr-timezone", "Asia/Shanghai")
    book.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    book.add("x-published-ttl", "PT4H")
    if found.total > MOST:
        words = _("The %(most)d most urgent of %(all)d due dates.") % {"most": MOST, "all": found.total}
        book.add("x-wr-caldesc", words)
    for report in found.reports:
        book.add_component(_entry(report))
    text: bytes = book.to_ical()
    return text


def _entry(report: Report) -> Event:
    due, entry = report.due, Event()
    changed = _changed_at(report)
    entry.add("uid", f"{due.uid}@due.pilot-portal")
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("sequence", max(0, int((due.dated_at - SEQUENCE_BEGINS).total_seconds())))
    if due.due_time is None:
        entry.add("dtstart", due.due_on)
        entry.add("dtend", due.due_on + dt.timedelta(days=1))
    else:
        entry.add("dtstart", due.due_end - BEFORE)
        entry.add("dtend", due.due_end)
    entry.add("summary", f"{_sign(report)} {report.title} – {_standing(report)}".strip())
    entry.add("description", "\n".join(_lines(report)))
    entry.add("url", _link(report))
    entry.add("status", "CANCELLED" if report.is_exempt else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    return entry


def _changed_at(report: Any) -> dt.datetime:
    """When what the entry says became so: of what is owed at the last midnight, because it counts days."""
    moments: Iterable[dt.datetime | None] = (
        report.due.dated_at, report.due.exempted_at, report.begun_at, report.signed_at,
        report._submitted, report._received, report._decided,
        end_of(today() - dt.timedelta(days=1)) if report.is_owed else None,
    )  # fmt: skip
    return max(moment for moment in moments if moment is not None).astimezone(dt.UTC).replace(microsecond=0)


def _sign(report: Report) -> str:
    return "✓" if report.is_answered else "!" if report.is_overdue else ""


def _standing(report: Report) -> str:
    """State and days in words: “started, 12 working days left”."""
    if report.is_exempt:
        return _("exempt")
    state = str(STATE_WORDS[report.state])
    return _("%(state)s, %(days)s") % {"state": state, "days": _days(report)} if report.is_owed else state


def _days(report: Report) -> str:
    if report.is_overdue:
        late = report.days_late
        return ngettext("overdue by %(n)d working day", "overdue by %(n)d working days", late) % {"n": late}
    if report.due.is_today:
        return _("due today")
    left = report.due.days_left
    return ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}


def _lines(report: Report) -> Iterable[str]:
    due = report.due
    yield _("Receiver: %(unit)s") % {"unit": due.receiver.name}
    if due.due_time is not None:
        yield _("Due at %(time)s, Beijing time") % {"time": f"{due.due_time:%H:%M}"}
    if due.first_due_on != due.due_on:
        yield _("First due on %(day)s") % {"day": due.first_due_on.isoformat()}
    yield _link(report)


def _link(report: Report) -> str:
    return f"{settings.BASE_URL}{reverse('reporting:report', args=[report.uid])}"
