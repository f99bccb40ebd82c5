"""Chasing what is owed (催报): by a message of the portal, one or many at once, and the log of calls.

Who receives a report chases it, and nobody above. What is written to the sender in a chase goes to the sender; whom
one spoke to on the phone and what was noted stays with the receiver's people.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, Role, User
from portal.errors import BadInput, Finding, NotFound, RuleBroken
from records.journal import Note, unsaved, write
from records.models import Event
from records.telling import News, tell_many
from reporting.models import Chase, Report
from reporting.reference.deadlines import POLICY
from units.calendar import OFFICE_TIME, today
from units.models import Programme

AT_MOST = 500
LONGEST_NOTE = 2000
LONGEST_NAME = 80
LONGEST_PROMISE = dt.timedelta(days=366)
READERS = (Role.DRAFTER, Role.LEAD)


@dataclass(frozen=True, slots=True)
class ChaseInput:
    """Which reports are asked for, and what is written to their senders with it."""

    reports: Sequence[uuid.UUID]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallInput:
    """A call about one report: who answered, what they promised, what is to be remembered."""

    report: uuid.UUID
    spoken_to: str
    promised_on: dt.date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotChased:
    """A report that could not be chased, and why. `again_at`: from when it can, where it was chased a while ago."""

    report: Report
    code: str
    reason: str
    again_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Chased:
    """What became of a chase: the rows written, and the reports passed over."""

    rows: tuple[Chase, ...]
    passed_over: tuple[NotChased, ...]


def chase_again_hours(programme: Programme) -> int:
    """How long the same report is left alone after a chase."""
    policy = getattr(programme, "deadline_policy", None)
    hours: int = policy.chase_again_hours if policy else POLICY.chase_again_hours
    return hours


def chasable(report: Report) -> bool:
    """Owed now, in a cycle that is open. What the button is drawn by; when it was last chased is asked for besides."""
    return report.is_owed and report.due.cycle.opens_on <= today()


@transaction.atomic
def chase(data: ChaseInput, *, by: Actor) -> Chased:
    """Ask the senders for what they owe; those that cannot be asked are named, and the others go.

    Raises NotFound (one of them is not received here), BadInput, and RuleBroken with one finding for each report
    when nobody at all can be asked.
    """
    note = _plain(data.note, "note", LONGEST_NOTE)
    reports = _locked(data.reports, by)
    readers = _readers(reports)
    lately = _lately(reports)
    goes: list[Report] = []
    passed_over: list[NotChased] = []
    for report in reports:
        refused = _refusal(report, readers.get(report.due.unit_id, []), lately.get(report.due_id))
        passed_over += [refused] if refused else []
        goes += [] if refused else [report]
    if not goes:
        findings = tuple(Finding(row.code, f"{row.report}: {row.reason}", str(row.report.uid)) for row in passed_over)
        raise RuleBroken(_("Nobody was chased."), findings=findings)
    return Chased(tuple(_sent(goes, note, readers, by)), tuple(passed_over))


def _locked(uids: Sequence[uuid.UUID], by: Actor) -> list[Report]:
    """The reports in reach, their dues locked: two who chase at once find each other's rows.

    In the order of the reports, as planning and blanket extensions lock them: nobody waits in a circle.
    """
    wanted = set(uids)
    if not wanted:
        raise _bad("reports", _("Choose whom to chase."))
    if len(wanted) > AT_MOST:
        raise _bad("reports", _("Chase at most %(most)d at once.") % {"most": AT_MOST})
    mine = Report.objects.visible_to(by, "chase.send").filter(uid__in=wanted).select_related("due").order_by("pk")
    dues = [report.due_id for report in mine.select_for_update(no_key=True, of=("due",))]
    if len(dues) != len(wanted):
        raise NotFound
    rows = Report.objects.filter(due__in=dues).for_lists()
    return list(
        rows.select_related("due__cycle__programme__deadline_policy").order_by("due__unit__sort_key", "due__capacity")
    )


def _readers(reports: list[Report]) -> Mapping[int, list[User]]:
    """Who at each sender is told: active drafters and leads, each once."""
    hats = Membership.objects.current().holding(*READERS).select_related("user").order_by("user_id")
    units = {report.due.unit_id for report in reports}
    found: dict[int, dict[int, User]] = {}
    for hat in hats.filter(unit__in=units, programme=reports[0].due.cycle.programme_id):
        found.setdefault(hat.unit_id, {})[hat.user_id] = hat.user
    return {unit: list(people.values()) for unit, people in found.items()}


def _lately(reports: list[Report]) -> Mapping[int, dt.datetime]:
    """When each due was last chased by message."""
    rows = Chase.objects.filter(due__in=[report.due_id for report in reports], means=Chase.Means.MESSAGE)
    return dict(rows.order_by("due", "-at").distinct("due").values_list("due", "at"))


def _refusal(report: Report, readers: list[User], last: dt.datetime | None) -> NotChased | None:
    """What stands in the way of chasing one report now."""
    opens = report.due.cycle.opens_on
    if not report.is_owed:
        return NotChased(report, "not_owed", _("Nothing is owed at the moment."))
    if opens > today():
        return NotChased(report, "not_open", _("The period opens on %(day)s.") % {"day": opens})
    again = last + dt.timedelta(hours=chase_again_hours(report.due.cycle.programme)) if last else None
    if again and again > timezone.now():
        at = again.astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M")
        words = {"at": at}
        return NotChased(report, "too_soon", _("It was chased a short while ago; again from %(at)s.") % words, again)
    if not readers:
        text = _("Nobody writes or signs at %(unit)s, so nobody can be reminded. Call them instead.")
        return NotChased(report, "nobody", text % {"unit": report.due.unit.name})
    return None


def _sent(reports: list[Report], note: str, readers: Mapping[int, list[User]], by: Actor) -> list[Chase]:
    now = timezone.now()
    rows: list[Chase] = Chase.objects.bulk_create(
        Chase(due=report.due, means=Chase.Means.MESSAGE, unit=by.unit, by=by.user, at=now, note=note)
        for report in reports
    )
    Event.objects.bulk_create(
        unsaved("due.chase", report.as_subject(), by=by, note=Note(comment=note), at=now) for report in reports
    )
    tell_many(list(_news(reports, note, readers, by)), at=now)
    return rows


def _news(
    reports: list[Report], note: str, readers: Mapping[int, list[User]], by: Actor
) -> Iterator[tuple[User, News]]:
    for report in reports:
        programme, words = report.due.cycle.programme, _words(report, note, by)
        news = News("due.chased", f"/reports/{report.uid}/", programme, words)
        yield from ((person, news) for person in readers[report.due.unit_id] if person.pk != by.user.pk)


def _words(report: Report, note: str, by: Actor) -> Callable[[], Mapping[str, object]]:
    """Asked for once in each language."""

    def values() -> Mapping[str, object]:
        who, due = by.user.name, report.due
        return {
            "report": report.title, "who": who, "unit": due.receiver.name, "due": due.due_on, "comment": note or "—",
        }  # fmt: skip

    return values


@transaction.atomic
def record_call(data: CallInput, *, by: Actor) -> Chase:
    """Keep what was said on the phone. Raises NotFound (not received here) and BadInput (the promise, the words)."""
    rows = Report.objects.visible_to(by, "chase.send").for_lists()
    # The due is locked: what has a call in its log is not deleted by a plan at the same moment.
    report = rows.select_for_update(no_key=True, of=("due",)).filter(uid=data.report).first()
    if report is None:
        raise NotFound
    spoken_to = _plain(data.spoken_to, "spoken_to", LONGEST_NAME)
    if not spoken_to:
        raise _bad("spoken_to", _("Say whom you spoke to."))
    if report.due.cycle.opens_on > today():
        raise _bad("", _("The period opens on %(day)s.") % {"day": report.due.cycle.opens_on})
    _promise_can_be(data.promised_on)
    row = Chase.objects.create(
        due=report.due,
        means=Chase.Means.CALL,
        unit=by.unit,
        by=by.user,
        note=_plain(data.note, "note", LONGEST_NOTE),
        spoken_to=spoken_to,
        promised_on=data.promised_on,
    )
    # The sender reads the event: it says that there was a call and what was promised, not with whom, nor the note.
    promised = {"promised_on": str(row.promised_on)} if row.promised_on else {}
    write("due.call", report.as_subject(), by=by, note=Note(data=promised), at=row.at)
    return row


def _promise_can_be(day: dt.date | None) -> None:
    if day is None:
        return
    if day < today():
        raise _bad("promised_on", _("The promised day has passed."))
    if day > today() + LONGEST_PROMISE:
        raise _bad("promised_on", _("The promised day is more than a year away."))


def _plain(text: str, field: str, longest: int) -> str:
    text = unicodedata.normalize("NFC", text).replace("\x00", "").strip()
    if len(text) > longest:
        raise _bad(field, _("This is too long: at most %(most)d characters.") % {"most": longest})
    return text


def _bad(field: str, text: str) -> BadInput:
    return BadInput(text, findings=(Finding("invalid", text, field),))
