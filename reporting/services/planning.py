"""Planning a year ahead: who will owe what to whom by when; then making it, and making it again after a change.

What would be done is shown first, with a digest. It is done only while it is still the same: whoever changes a
route, a rule or the calendar in between, or begins a report, is not overridden by what was shown before.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import BadInput, NotFound, Stale
from records.journal import Note, write
from reporting.contacts import pilots_by_sender
from reporting.deadlines.differences import Differences, Row, differences, digest_of, first_rows
from reporting.deadlines.mending import Mended, lock_dues, mend
from reporting.deadlines.rulebook import RuleBook
from reporting.deadlines.timetable import Timetable, as_typed, by_rules
from reporting.deadlines.wanted import Wanted, make_dues, refuse_circles, without_route
from reporting.models import REPORT_KINDS, Cycle, CycleKind, Occasion, TemplatePurpose
from reporting.services.announcing import tell_moved, tell_opened, tell_released
from reporting.services.contact_rounds import lock
from reporting.services.cycles import as_subject, link_sources, may_open, save_cycle, template_of
from reporting.services.hurrying import NO_HURRY, FillTime, Hurry, fill_time, note_hurry, refuse_hurry
from units.calendar import end_of, today
from units.models import Programme

KINDS = tuple(kind for kind, _label in REPORT_KINDS)
FIRST_YEAR, LAST_YEAR = 2014, 2100
Step = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """One period: its cycle where it exists, the dates it should have, and what making it (again) would change."""

    programme: Programme
    year: int
    kind: str
    cycle: Cycle | None
    wanted: Wanted
    differences: Differences
    time: FillTime | None

    @property
    def timetable(self) -> Timetable:
        return self.wanted.timetable

    @property
    def opens_on(self) -> dt.date:
        return _opens_on(self.cycle, self.wanted)

    @property
    def first_rows(self) -> list[Row]:
        """The first rows of each outcome; asked for when they are shown."""
        return [row for rows in first_rows(self.cycle, self.wanted).values() for row in rows]

    @property
    def label(self) -> str:
        return str(CycleKind(self.kind).label)

    @property
    def is_past(self) -> bool:
        """Everything in it was due before today: a plan for a year leaves it alone."""
        return self.timetable.last_day < today()

    @property
    def is_redated(self) -> bool:
        """The cycle itself stands under other dates than the rules now give."""
        return self.cycle is not None and _headline(self.cycle) != _wanted_headline(self)

    @property
    def has_work(self) -> bool:
        return self.cycle is None or self.is_redated or bool(self.differences.changes)

    @property
    def needs_reason(self) -> bool:
        """Somebody new gets less than the least time."""
        return self.time is not None and self.time.is_short

    @property
    def digest(self) -> str:
        dates = [str(day) for day in _wanted_headline(self)]
        cycle = str(self.cycle.uid) if self.cycle else ""
        return digest_of([self.year, self.kind, cycle, *dates, self.differences.digest])


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The periods of one year of a programme. `digest` is of those that would be made or made again."""

    programme: Programme
    year: int
    periods: tuple[PeriodPlan, ...]

    @property
    def to_do(self) -> list[PeriodPlan]:
        return [period for period in self.periods if period.has_work and not period.is_past]

    @property
    def needs_reason(self) -> bool:
        return any(period.needs_reason for period in self.to_do)

    @property
    def provisional_years(self) -> list[int]:
        return sorted({year for period in self.periods for year in period.timetable.provisional_years})

    @property
    def digest(self) -> str:
        return digest_of([period.digest for period in self.to_do])


def programme_of(by: Actor) -> Programme:
    """The programme a hat plans for. Raises NotFound where it is not of the office that runs it."""
    programme = by.programme
    if programme is None or not may_open(programme, by):
        raise NotFound
    return programme


def cycle_of(uid: uuid.UUID, by: Actor) -> Cycle:
    """A cycle of the programme a hat plans for. Raises NotFound."""
    rows = Cycle.objects.filter(programme=programme_of(by)).select_related("programme__owner")
    cycle = rows.filter(uid=uid).first()
    if cycle is None:
        raise NotFound
    return cycle


def preview(programme: Programme, year: int, kinds: Sequence[str] = KINDS) -> YearPlan:
    """Who will owe what and when, before anything exists; of what exists, the differences. Reads only.

    Raises BadInput: a rule is missing, impossible or circular, a date lies before its opening, routes lead in a
    circle.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise BadInput(_("Choose a year from %(first)d to %(last)d.") % words)
    book = RuleBook.of(programme)
    cycles = {cycle.kind: cycle for cycle in Cycle.objects.filter(programme=programme, year=year, kind__in=kinds)}
    periods = tuple(_period(book, year, kind, cycles.get(kind)) for kind in kinds)
    return YearPlan(programme, year, periods)


def preview_cycle(cycle: Cycle) -> PeriodPlan:
    """The differences of one cycle. Raises BadInput also for collections of changed contacts: nobody plans those."""
    if cycle.occasion == Occasion.CHANGES:
        raise BadInput(_("The portal itself asks for changed contacts, as they change. There is nothing to plan."))
    return _period(RuleBook.of(cycle.programme), cycle.year, cycle.kind, cycle)


def _period(book: RuleBook, year: int, kind: str, cycle: Cycle | None) -> PeriodPlan:
    asked = tuple(pilots_by_sender(book.programme)) if kind == CycleKind.CONTACTS else None
    typed = cycle is not None and not cycle.by_rule
    wanted = Wanted(book.programme, as_typed(cycle) if cycle and typed else by_rules(book, kind, year), asked)
    refuse_circles(wanted)
    found = differences(cycle, wanted)
    time = fill_time(book.programme, _opens_on(cycle, wanted), found.earliest_new) if found.earliest_new else None
    return PeriodPlan(book.programme, year, kind, cycle, wanted, found, time)


def _opens_on(cycle: Cycle | None, wanted: Wanted) -> dt.date:
    """A period that is open stays open, whatever the rules say now."""
    if cycle is not None and cycle.opens_on <= today():
        return cycle.opens_on
    return wanted.timetable.dates.opens_on


def _headline(cycle: Cycle) -> tuple[dt.date, dt.date, dt.date]:
    return cycle.opens_on, cycle.pilots_due_on, cycle.compilers_due_on


def _wanted_headline(period: PeriodPlan) -> tuple[dt.date, dt.date, dt.date]:
    dates = period.timetable.dates
    return period.opens_on, dates.pilots_due_on, dates.compilers_due_on


def check(plan: YearPlan | PeriodPlan, digest: str, hurry: Hurry, *, by: Actor | None) -> None:
    """Whether what was shown may be done now.

    Raises NotFound, Stale, and BadInput where there is too little time, or somebody would become late by it.
    """
    if by is not None and not may_open(plan.programme, by):
        raise NotFound
    if digest != plan.digest:
        raise Stale(
            _("Something has changed since this was shown: dates, routes, lists, or a report was begun. Look again."),
            extra={"digest": plan.digest},
        )
    for period in plan.to_do if isinstance(plan, YearPlan) else [plan]:
        _refuse_past(period)
        if period.time is not None and not _is_explained(period, hurry):
            refuse_hurry(plan.programme, period.time, hurry, by, "")


def _refuse_past(period: PeriodPlan) -> None:
    """Nobody becomes late by a plan: no date still to come moves to one that has passed."""
    if (day := period.differences.into_the_past) is not None:
        text = _(
            "By the rules reports that have time left would be due on %(day)s, which has passed. Change the rule first."
        )
        raise BadInput(text % {"day": formats.date_format(day)})


def _is_explained(period: PeriodPlan, hurry: Hurry) -> bool:
    """The cycle says already why its senders have so little time, and they do not get less."""
    said = hurry == NO_HURRY and period.cycle is not None and period.cycle.hurry_reason
    return bool(said) and not period.is_redated


@transaction.atomic
def generate(
    programme: Programme, year: int, *, digest: str, by: Actor | None, hurry: Hurry = NO_HURRY, step: Step | None = None
) -> list[tuple[Cycle, Mapping[str, int]]]:
    """Make the year's cycles as they were shown, bring those that exist up to date; each with its counts.

    Two at once: the second waits, and is told that something has changed. `step` is called with the number of
    reports after each period. Raises NotFound, Stale and BadInput.
    """
    lock(programme)
    for cycle in Cycle.objects.filter(programme=programme, year=year, kind__in=KINDS).order_by("id"):
        lock_dues(cycle)
    plan = preview(programme, year)
    check(plan, digest, hurry, by=by)
    done = []
    for period in plan.to_do:
        cycle, counts = _make(period, hurry, by) if period.cycle is None else _remake(period, period.cycle, hurry, by)
        done.append((cycle, counts))
        if step is not None:
            step(period.differences.owing)
    return done


@transaction.atomic
def regenerate(cycle: Cycle, *, digest: str, by: Actor | None, hurry: Hurry = NO_HURRY) -> Mapping[str, int]:
    """Bring what one cycle owes up to date, as it was shown; how many were added, moved, removed and kept.

    Raises NotFound, Stale and BadInput.
    """
    lock(cycle.programme)
    lock_dues(cycle)
    cycle = Cycle.objects.select_related("programme__owner").get(pk=cycle.pk)
    period = preview_cycle(cycle)
    check(period, digest, hurry, by=by)
    return _remake(period, cycle, hurry, by)[1] if period.has_work else period.differences.counts


def _make(period: PeriodPlan, hurry: Hurry, by: Actor | None) -> tuple[Cycle, Mapping[str, int]]:
    dates = period.timetable.dates
    cycle = Cycle(
        programme=period.programme,
        year=period.year,
        kind=period.kind,
        template=template_of(period.programme, TemplatePurpose.REPORT),
        opens_on=dates.opens_on,
        pilots_due_on=dates.pilots_due_on,
        compilers_due_on=dates.compilers_due_on,
        date_source=period.timetable.source,
        by_rule=True,
    )
    if period.time is not None:
        note_hurry(cycle, period.time, hurry)
    save_cycle(cycle)
    made = make_dues(cycle, period.wanted)
    link_sources(cycle)
    if cycle.opens_on <= today():
        tell_opened(cycle)
    counts = {**period.differences.counts, "without_route": without_route(period.programme)}
    note = Note(data={**counts, "dues": made, "source": cycle.date_source})
    write("cycle.plan", as_subject(cycle), by=by, note=note)
    return cycle, counts


def _remake(period: PeriodPlan, cycle: Cycle, hurry: Hurry, by: Actor | None) -> tuple[Cycle, Mapping[str, int]]:
    before = _headline(cycle)
    if cycle.by_rule:
        cycle.opens_on, cycle.pilots_due_on, cycle.compilers_due_on = _wanted_headline(period)
        cycle.date_source = period.timetable.source
    if period.time is not None and not _is_explained(period, hurry):
        note_hurry(cycle, period.time, hurry)
    save_cycle(cycle)
    mended = mend(cycle, period.wanted)
    link_sources(cycle)
    _tell(cycle, mended, is_opened=before[0] > today())
    counts = period.differences.counts
    data: dict[str, Any] = {**counts, "source": cycle.date_source}
    if before != _headline(cycle):
        data |= {"dates_before": [str(day) for day in before], "dates": [str(day) for day in _headline(cycle)]}
    write("cycle.regenerate", as_subject(cycle), by=by, note=Note(data=data))
    return cycle, counts


def _tell(cycle: Cycle, mended: Mended, *, is_opened: bool) -> None:
    """Of a cycle that is not open yet nobody has heard: the ladder announces it with the dates it has then.

    `is_opened`: by this very act. The ladder tells nobody whose date is younger than the opening.
    """
    if cycle.opens_on > today():
        return
    if is_opened:
        since = end_of(cycle.opens_on - dt.timedelta(days=1))
        tell_opened(cycle, dues=list(cycle.dues.filter(dated_at__gte=since).values_list("pk", flat=True)))
        return
    if mended.added:
        tell_opened(cycle, dues=mended.added)
    if mended.moved:
        tell_moved(cycle, mended.moved)
    if mended.released:
        tell_released(cycle, mended.released)
