"""What a person may do about the date of a report, and how that date came about: for its page and the API alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, Reach, units_for
from portal.errors import type_text
from records.models import Event
from records.words import label
from reporting.extension_workflow import open_request
from reporting.models import Extension, Report, ReportQuerySet
from reporting.reading import events_of


@dataclass(frozen=True, slots=True)
class DateAct:
    """One act about a date, with the action it stands under and the names of its addresses. Each asks for a reason."""

    name: str
    label: type_text
    hint: type_text
    action: str
    page: str
    room: str


ASK = DateAct(
    "ask", _("ask for more time"), _("The receiver decides. Until then the date stays."),
    "extension.request", "reporting:extend", "api:report-extensions",
)  # fmt: skip
GIVE = DateAct(
    "give", _("give more time"), _("The report is then due on the day you choose; its sender is told."),
    "extension.decide", "reporting:extend", "api:report-extensions",
)  # fmt: skip
EXEMPT = DateAct(
    "exempt", _("exempt from this report"), _("Nothing is owed any more and nobody is reminded, until you end it."),
    "extension.decide", "reporting:exempt", "api:report-exemption",
)  # fmt: skip
END = DateAct(
    "end_exemption", _("end the exemption"), _("The report is owed again from now on."),
    "extension.decide", "reporting:exempt-end", "api:report-exemption-end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dating:
    """A report's date as one reader sees it: the open request, what may be done, and how the date came about."""

    asked: Extension | None
    acts: tuple[DateAct, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to the date. `due_on` None: it was not moved by it."""

    at: dt.datetime
    what: str
    due_on: dt.date | None
    reason: str
    by_rule: bool = False


def dating(report: Report, by: Actor) -> Dating:
    """Two statements at most: the open request, and the events about the date; none where nothing happened to it.

    `has_extensions` (with_extensions) says so without asking.
    """
    due = report.due
    has_extensions = getattr(report, "has_extensions", True)
    asked = open_request(due) if report.is_owed and has_extensions else None
    moved = has_extensions or due.is_exempt or due.due_on != due.first_due_on
    return Dating(asked, tuple(_acts(report, asked, by)), tuple(steps(report, by)) if moved else ())


def with_extensions(rows: ReportQuerySet) -> ReportQuerySet:
    """Whether more time was ever asked for or given, in the statement that reads the report."""
    return rows.annotate(has_extensions=Exists(Extension.objects.filter(due=OuterRef("due"))))


def acts(report: Report, by: Actor) -> list[DateAct]:
    """What this person may do about the date now."""
    return list(_acts(report, open_request(report.due) if report.is_owed else None, by))


def _acts(report: Report, asked: Extension | None, by: Actor) -> Iterator[DateAct]:
    if report.is_owed:
        fitting = [ASK] if asked is None else []
        fitting += [GIVE, EXEMPT]
    else:
        fitting = [END] if report.is_exempt else []
    yield from (act for act in fitting if _is_in_reach(report, act.action, by))


def _is_in_reach(report: Report, action: str, by: Actor) -> bool:
    """As `visible_to` says of the actions about dates, of a row that is here already."""
    due, hat, reaches = report.due, by.hat, units_for(by, action)
    own = Reach.OWN in reaches and due.unit_id == hat.unit_id
    received = Reach.RECEIVED in reaches and due.receiver_id == hat.unit_id
    return due.cycle.programme_id == hat.programme_id and (own or received)


DATED = ("report.return", "due.extension_grant", "due.extend_region", "due.exempt", "due.exempt_end")
UNMOVED = ("due.extension_ask", "due.extension_refuse")


def steps(report: Report, by: Actor) -> Iterator[Step]:
    """How the date came about, oldest first, out of the events the reader may know; none where nothing happened."""
    for event in events_of(report, by).filter(act__in=(*DATED, *UNMOVED)).order_by("at", "id"):
        yield _step(event)


def _step(event: Event) -> Step:
    moved = event.act not in {*UNMOVED, "due.exempt"}
    day = parse_date(str(event.data.get("due_on", ""))) if moved else None
    return Step(event.at, label(event.act), day, event.comment, bool(event.data.get("by_rule")))
