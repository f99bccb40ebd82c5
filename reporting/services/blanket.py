"""More time for everybody who owes in a period and lies in a region, given at once with one reason.

Written by a constant number of statements, however many owe: rows are built here and stored together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Case, DateTimeField, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, Role, User
from accounts.tokens import require_scope
from portal.errors import BadInput, Finding, NotFound
from records.journal import Note, Subject, unsaved, write
from records.models import Event
from records.telling import News, tell_many
from reporting.due_dates import own_date_in, reason_given, refuse
from reporting.extension_workflow import AUTHORS, EXTENSION
from reporting.models import BlanketExtension, Cycle, Due, Extension, ExtensionStatus, Report, ReportQuerySet, owed_now
from reporting.rules import day_from_now
from reporting.services.cycles import as_subject
from units.calendar import end_of, office_day
from units.models import Division

BATCH = 10_000
"""Rows of one INSERT: what a statement of the widest of these tables carries comfortably."""
DEPTH = 2
"""How many steps below one's own place regions are offered: a ministry chooses provinces and prefectures."""
GRANT = EXTENSION["grant"]


@dataclass(frozen=True, slots=True)
class Area:
    """A period and a region of it; `region` None: all one's senders."""

    cycle: Cycle
    region: Division | None

    @property
    def name(self) -> str:
        return self.region.name if self.region else _("all regions")


@dataclass(frozen=True, slots=True)
class BlanketInput:
    """Who gets more time, until which day (office time; each keeps its hour), and why."""

    area: Area
    due_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """So many reports are due on a day."""

    due_on: dt.date
    count: int


@dataclass(frozen=True, slots=True)
class BlanketPreview:
    """What it would do: whose date moves, whose would come earlier and so stays, and what it settles."""

    area: Area
    due_on: dt.date
    moved: tuple[Report, ...]
    left_out: tuple[Report, ...]
    requests: int
    own_date: dt.date | None

    @property
    def count(self) -> int:
        return len(self.moved)

    @property
    def days(self) -> list[DayCount]:
        """From which dates, and how many from each, the earliest first."""
        counts = Counter(report.due.due_on for report in self.moved)
        return [DayCount(day, counts[day]) for day in sorted(counts)]

    @property
    def is_late_for_giver(self) -> bool:
        """Whether the senders would be due after the giver's own report of the same period."""
        return self.own_date is not None and self.due_on > self.own_date


def preview_region(area: Area, due_on: dt.date, *, by: Actor) -> BlanketPreview:
    """What `extend_region` would do now. Raises NotFound (another programme's period) and BadInput (the day)."""
    _check(area, due_on, by, timezone.now())
    rows = _reach(area, by).order_by("due__unit__sort_key", "due__unit_id", "pk")
    moved, left_out = _parted(rows, due_on, timezone.now())
    asked = Extension.objects.filter(status=ExtensionStatus.REQUESTED, due__in=[r.due_id for r in moved])
    return BlanketPreview(area, due_on, moved, left_out, asked.count(), own_date_in(area.cycle, by.unit))


@transaction.atomic
def extend_region(data: BlanketInput, *, by: Actor, at: dt.datetime | None = None) -> BlanketExtension:
    """Move the dates, close open requests as granted, write one event for each report, tell senders and receivers.

    Raises NotFound (another programme's period) and BadInput (day, reason, nobody whose date would come later).
    """
    now, area = at or timezone.now(), data.area
    reason = reason_given(data.reason)
    _check(area, data.due_on, by, now)
    moved, _left_out = _parted(_reach(area, by).select_for_update(of=("self", "due")), data.due_on, now)
    if not moved:
        text = _("Nobody owes a report there that is due before this day. Choose another region or a later day.")
        raise BadInput(text, findings=(Finding("nobody", text, "region"),))
    blanket = BlanketExtension.objects.create(
        cycle=area.cycle, unit=by.unit, region=area.region, due_on=data.due_on, reason=reason, by=by.user, at=now,
        count=len(moved),
    )  # fmt: skip
    asked = _put_down(blanket, moved)
    Event.objects.bulk_create(_events(blanket, moved, asked, by), batch_size=BATCH)
    write("cycle.extend_region", _as_subject(blanket), by=by, at=now, note=Note(comment=reason, data=_what(blanket)))
    _tell(blanket, moved, by)
    _move(blanket)
    return blanket


def regions_for(cycle: Cycle, by: Actor) -> QuerySet[Division]:
    """The places to choose from: those in which somebody owes in reach, two steps down from one's own. Two statements.

    The API takes any place; a list of all would be too long to choose from.
    """
    paths = set(_reach(Area(cycle, None), by).order_by().values_list("due__unit__division__path_now", flat=True))
    own = by.unit.division.path_now.strip("/").split("/")
    ids = {step for path in paths for step in path.strip("/").split("/")[: len(own) + DEPTH] if step.isdecimal()}
    found: QuerySet[Division] = Division.objects.filter(pk__in=ids).order_by("sort_key", "id")
    return found


def _check(area: Area, due_on: dt.date, by: Actor, now: dt.datetime) -> None:
    require_scope(by, "extension.blanket")
    if area.cycle.programme_id != by.hat.programme_id:
        raise NotFound
    refuse(day_from_now(due_on, office_day(now)))


def _reach(area: Area, by: Actor) -> ReportQuerySet:
    """What is owed there to one's unit or below it, in the order in which the rows are locked."""
    rows: ReportQuerySet = Report.objects.visible_to(by, "extension.blanket").filter(owed_now(), due__cycle=area.cycle)
    if area.region is not None:
        rows = rows.filter(due__unit__division__path_now__startswith=area.region.path_now)
    return rows.select_related("due__cycle__programme", "due__unit", "due__receiver", "due__pilot_area").order_by("pk")


def _parted(rows: Iterable[Report], due_on: dt.date, now: dt.datetime) -> tuple[tuple[Report, ...], tuple[Report, ...]]:
    """Those whose date would come later, and those whose would not, or whose hour of that day has passed."""
    moved: list[Report] = []
    left_out: list[Report] = []
    for report in rows:
        due = report.due
        gains = due.due_on < due_on and end_of(due_on, due.due_time) > now
        (moved if gains else left_out).append(report)
    return tuple(moved), tuple(left_out)


def _put_down(blanket: BlanketExtension, moved: Sequence[Report]) -> dict[int, dt.date]:
    """A granted row for each due: the open request where there is one. Returns what was asked for, by due.

    The requests are closed together, by the target the table names, because one by one they would take statements
    for each.
    """
    waiting = Extension.objects.filter(status__in=GRANT.sources, due__in=[report.due_id for report in moved])
    asked = dict(waiting.values_list("due", "asked_due_on"))
    decision = {"decided_by": blanket.by, "decided_at": blanket.at, "granted_due_on": blanket.due_on}
    Extension.objects.filter(status__in=GRANT.sources, due__in=list(asked)).update(
        status=GRANT.target, version=F("version") + 1, blanket=blanket, comment=blanket.reason, **decision
    )
    Extension.objects.bulk_create(
        (
            Extension(
                due_id=report.due_id, blanket=blanket, status=GRANT.target, due_on_before=report.due.due_on,
                asked_due_on=blanket.due_on, reason=blanket.reason, requested_at=blanket.at, **decision,
            )
            for report in moved
            if report.due_id not in asked
        ),
        batch_size=BATCH,
    )  # fmt: skip
    return asked


def _move(blanket: BlanketExtension) -> None:
    """All dues in one statement; each keeps its time of day."""
    dues = Due.objects.filter(extensions__blanket=blanket)
    times = [time for time in dues.order_by().values_list("due_time", flat=True).distinct() if time is not None]
    ends = [When(due_time=time, then=Value(end_of(blanket.due_on, time))) for time in times]
    Due.objects.filter(pk__in=dues.values("pk")).update(
        due_on=blanket.due_on,
        due_end=Case(*ends, default=Value(end_of(blanket.due_on)), output_field=DateTimeField()),
        dated_at=blanket.at,
    )


def _what(blanket: BlanketExtension) -> dict[str, object]:
    region = blanket.region.key if blanket.region else ""
    return {"blanket": str(blanket.uid), "region": region, "due_on": str(blanket.due_on), "dues": blanket.count}


def _as_subject(blanket: BlanketExtension) -> Subject:
    """The period, as an act of the office that gave the time."""
    cycle = as_subject(blanket.cycle)
    return Subject(cycle.kind, cycle.uid, cycle.label, cycle.programme, blanket.unit)


def _events(
    blanket: BlanketExtension, moved: Sequence[Report], asked: dict[int, dt.date], by: Actor
) -> Iterator[Event]:
    for report in moved:
        due = report.due
        data = {
            "blanket": str(blanket.uid),
            "due_on": str(blanket.due_on),
            "due_on_before": str(due.due_on),
            "asked": str(asked.get(due.pk, "")),
        }
        note = Note(comment=blanket.reason, data=data)
        yield unsaved("due.extend_region", report.as_subject(), by=by, at=blanket.at, note=note)


def _tell(blanket: BlanketExtension, moved: Sequence[Report], by: Actor) -> None:
    """The senders of each report, and once each the receivers between them and whoever gave the time."""
    between = Counter(unit for report in moved for unit in _between(report.due, blanket.unit_id))
    authors = _people({report.due.unit_id for report in moved}, blanket, AUTHORS)
    reviewers = _people(between, blanket, (Role.REVIEWER,))
    news = [
        (person, _sender_news(blanket, report)) for report in moved for person in authors.get(report.due.unit_id, ())
    ]
    news += [
        (person, _receiver_news(blanket, count))
        for unit, count in between.items()
        for person in reviewers.get(unit, ())
    ]
    tell_many([(person, told) for person, told in news if person.pk != by.user.pk], at=blanket.at)


def _between(due: Due, giver: int) -> list[int]:
    chain = list(due.chain)
    return chain[: chain.index(giver)] if giver in chain else []


def _people(units: Iterable[int], blanket: BlanketExtension, roles: Sequence[Role]) -> dict[int, list[User]]:
    """Who holds one of the roles at each unit, each person once, by one statement."""
    hats = Membership.objects.current().holding(*roles)
    found: dict[int, dict[int, User]] = {}
    for hat in (
        hats.filter(programme=blanket.cycle.programme_id, unit__in=list(units)).select_related("user").order_by("user")
    ):
        found.setdefault(hat.unit_id, {})[hat.user_id] = hat.user
    return {unit: list(people.values()) for unit, people in found.items()}


def _sender_news(blanket: BlanketExtension, report: Report) -> News:
    words = partial(_sender_words, blanket, report)
    return News("due.extended", f"/reports/{report.uid}/", blanket.cycle.programme, words)


def _sender_words(blanket: BlanketExtension, report: Report) -> dict[str, object]:
    return {"report": report.title, "who": blanket.by.name, "due": blanket.due_on, "comment": blanket.reason}


def _receiver_news(blanket: BlanketExtension, count: int) -> News:
    words = partial(_receiver_words, blanket, count)
    path = f"/overview/?cycle={blanket.cycle.uid}"
    return News("due.region_extended", path, blanket.cycle.programme, words)


def _receiver_words(blanket: BlanketExtension, count: int) -> dict[str, object]:
    return {
        "cycle": blanket.cycle.name,
        "region": Area(blanket.cycle, blanket.region).name,
        "who": blanket.by.name,
        "due": blanket.due_on,
        "count": count,
        "comment": blanket.reason,
    }
