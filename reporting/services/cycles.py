"""Opening a cycle: who owes what, to whom, by when (N13, N14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots.calculations import chain
from pilots.models import Capacity, PilotArea
from pilots.rules import runs
from portal.errors import BadInput, Finding, NotFound
from records.journal import Note, Subject, write
from reporting.deadlines.rulebook import Dates, RuleBook
from reporting.deadlines.timetable import as_typed
from reporting.deadlines.wanted import Wanted, make_dues, refuse_circles, without_route
from reporting.models import REPORT_KINDS, Cycle, CycleSource, Due, Report, Template, TemplatePurpose
from reporting.services.announcing import tell_opened
from reporting.services.hurrying import FillTime, Hurry, fill_time, note_hurry, refuse_hurry
from units.calendar import end_of, today
from units.models import Programme, Unit


def default_dates(programme: Programme, year: int, kind: str) -> Dates:
    """The dates of a period by the rules of the programme's owner. Raises BadInput where they give none."""
    return RuleBook.of(programme).dates(kind, year)


@dataclass(frozen=True, slots=True)
class CycleInput:
    """A round of reporting. Dates are days in the offices' time; `date_source` says whose dates they are."""

    programme: Programme
    year: int
    kind: str
    opens_on: dt.date
    pilots_due_on: dt.date
    compilers_due_on: dt.date
    date_source: str
    hurry_reason: str = ""
    burden_hours: Decimal | None = None
    is_demo: bool = False

    @property
    def hurry(self) -> Hurry:
        return Hurry(self.hurry_reason, self.burden_hours)


@transaction.atomic
def open_cycle(data: CycleInput, *, by: Actor | None, at: dt.datetime | None = None) -> Cycle:
    """Create the cycle with a due and an empty report for every sender on the routes, and tell the drafters.

    Only the owner of the programme opens its cycles; `by=None` is the portal itself. Raises NotFound (another's
    programme) and BadInput (dates, a cycle that exists already, routes that lead in a circle).
    """
    if by is not None and not may_open(data.programme, by):
        raise NotFound
    if data.kind not in dict(REPORT_KINDS):
        text = _("This is not a period of reports. Contacts are asked for by a round of their own.")
        raise BadInput(text, findings=(Finding("invalid", text, "kind"),))
    time = fill_time(data.programme, data.opens_on, data.pilots_due_on)
    cycle = _saved(data, template_of(data.programme, TemplatePurpose.REPORT), time)
    refuse_hurry(data.programme, time, data.hurry, by, "pilots_due_on")
    count = owe_all(Wanted(cycle.programme, as_typed(cycle)), cycle)
    link_sources(cycle)
    announce(cycle, at)
    note = Note(data={"dues": count, "without_route": without_route(cycle.programme), "source": data.date_source})
    write("cycle.open", as_subject(cycle), by=by, at=at, note=note)
    return cycle


def announce(cycle: Cycle, at: dt.datetime | None = None) -> None:
    """Tell the drafters of a cycle that is open. One that opens later is announced by the ladder, on that day."""
    if cycle.opens_on <= today() <= cycle.pilots_due_on:
        tell_opened(cycle, at)


def owe_all(wanted: Wanted, cycle: Cycle) -> int:
    """A due and an empty report for everybody who is to owe; how many. Raises BadInput: routes lead in a circle."""
    refuse_circles(wanted)
    return make_dues(cycle, wanted)


def as_subject(cycle: Cycle) -> Subject:
    """What events keep: the label in one language, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        label = str(cycle.name)
    return Subject("cycle", cycle.uid, label, cycle.programme, cycle.programme.owner)


def may_open(programme: Programme, by: Actor) -> bool:
    return runs(programme, by, "cycle.open")


def template_of(programme: Programme, purpose: str) -> Template:
    """The newest form of a programme for this purpose."""
    template = Template.objects.filter(programme=programme, purpose=purpose).order_by("-number").first()
    if template is None:
        raise BadInput(_("This programme has no report template yet. Load the reference data first."))
    return template


def _saved(data: CycleInput, template: Template, time: FillTime) -> Cycle:
    cycle = Cycle(
        programme=data.programme,
        year=data.year,
        kind=data.kind,
        template=template,
        opens_on=data.opens_on,
        pilots_due_on=data.pilots_due_on,
        compilers_due_on=data.compilers_due_on,
        date_source=data.date_source,
        is_demo=data.is_demo,
    )
    note_hurry(cycle, time, data.hurry)
    return save_cycle(cycle)


def save_cycle(cycle: Cycle) -> Cycle:
    """Store a cycle's row; what the constraints refuse comes back as findings at their fields."""
    try:
        cycle.full_clean()
    except ValidationError as error:
        raise BadInput(findings=tuple(_findings(error))) from error
    try:
        with transaction.atomic():
            cycle.save()
    except IntegrityError as error:  # somebody opened it between the check and here
        raise BadInput(_("This cycle already exists.")) from error
    return cycle


def _findings(error: ValidationError) -> Iterator[Finding]:
    for field, messages in error.message_dict.items():
        for message in messages:
            yield Finding("invalid", message, "" if field == NON_FIELD_ERRORS else field)


def link_sources(cycle: Cycle) -> None:
    """A unit that runs one programme and owes in another compiles its report from its own programme (DOMAIN.md)."""
    same = Cycle.objects.filter(year=cycle.year, kind=cycle.kind).exclude(programme=cycle.programme)
    for other in same.select_related("programme__owner"):
        for target, source in ((cycle, other), (other, cycle)):
            if Due.objects.filter(cycle=target, unit=source.programme.owner).exists():
                compile_from(target, source, source.programme.owner)


def compile_from(cycle: Cycle, source: Cycle, unit: Unit) -> CycleSource:
    """Say that a unit's report in `cycle` is compiled from what it received in `source` (L9; DOMAIN.md)."""
    row, _created = CycleSource.objects.get_or_create(cycle=cycle, source=source, unit=unit)
    return row


def owe(dues: list[Due]) -> list[Report]:
    """Store dues, each with its empty report."""
    Due.objects.bulk_create(dues, batch_size=2000)
    return Report.objects.bulk_create([Report(due=due) for due in dues], batch_size=2000)


def due_of(cycle: Cycle, sender: int, receiver: int, next_up: dict[int, int], pilot: PilotArea | None = None) -> Due:
    """One due not stored yet, with the chain above its sender; a whole cycle's come from `deadlines.wanted`.

    Raises CircularRoute.
    """
    day = cycle.pilots_due_on if pilot else cycle.compilers_due_on
    return Due(
        cycle=cycle,
        unit_id=sender,
        capacity=Capacity.PILOT if pilot else Capacity.COMPILER,
        pilot_area=pilot,
        receiver_id=receiver,
        # A separately planned city sends both its reports to one receiver: no step is walked twice.
        chain=chain(sender, receiver, {k: v for k, v in next_up.items() if k != sender}),
        first_due_on=day,
        due_on=day,
        due_end=end_of(day),
    )
