"""Opening a cycle: who owes what, to whom, by when (N13, N14)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Membership, Role, User
from pilots.calculations import CircularRoute, chain
from pilots.models import Capacity, PilotArea, Route
from pilots.rules import runs
from portal.errors import BadInput, Finding, NotFound
from records.journal import Note, Subject, write
from reporting.models import REPORT_KINDS, Cycle, CycleKind, CycleSource, Due, Report, Template, TemplatePurpose
from reporting.telling import News, tell_each
from units.calendar import after_working_days, end_of, today
from units.models import Programme, Unit

OURS = "门户默认日期（6月30日、12月15日，汇总单位再加15个工作日），通知未规定具体日期"
"""Where the default dates come from: they are ours (requirements, C.1), and the pages say so."""

LATEST = {CycleKind.MID_YEAR: (6, 30), CycleKind.YEAR_END: (12, 15)}


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one round: it opens, pilot areas report, compilers report."""

    opens_on: dt.date
    pilots_due_on: dt.date
    compilers_due_on: dt.date


def default_dates(year: int, kind: str) -> Dates:
    """30 June or 15 December, moved to a working day; open thirty days before; compilers fifteen working days later."""
    month, day = LATEST[CycleKind(kind)]
    due = after_working_days(dt.date(year, month, day) - dt.timedelta(days=1), 1)
    return Dates(due - dt.timedelta(days=30), due, after_working_days(due, 15))


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
    is_demo: bool = False


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
    cycle = _saved(data, template_of(data.programme, TemplatePurpose.REPORT))
    count, without_route = _generate(cycle)
    _link_sources(cycle)
    if cycle.pilots_due_on >= today():
        tell_drafters(cycle, at)
    write(
        "cycle.open",
        as_subject(cycle),
        by=by,
        at=at,
        note=Note(data={"dues": count, "without_route": without_route, "source": data.date_source}),
    )
    return cycle


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


def _saved(data: CycleInput, template: Template) -> Cycle:
    return save_cycle(
        Cycle(
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
    )


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


def _link_sources(cycle: Cycle) -> None:
    """A unit that runs one programme and owes in another compiles its report from its own programme (DOMAIN.md)."""
    same = Cycle.objects.filter(year=cycle.year, kind=cycle.kind).exclude(programme=cycle.programme)
    for other in same.select_related("programme__owner"):
        for target, source in ((cycle, other), (other, cycle)):
            if Due.objects.filter(cycle=target, unit=source.programme.owner).exists():
                compile_from(target, source, source.programme.owner)


def tell_drafters(cycle: Cycle, at: dt.datetime | None) -> None:
    """One notice to each drafter of a unit that owes, with its own due date."""
    for capacity, day in ((Capacity.PILOT, cycle.pilots_due_on), (Capacity.COMPILER, cycle.compilers_due_on)):
        hats = Membership.objects.current().holding(Role.DRAFTER).filter(programme=cycle.programme)
        owing = cycle.dues.filter(capacity=capacity).values("unit")
        people = User.objects.filter(pk__in=hats.filter(unit__in=owing).values("user")).order_by("id")
        words = functools.partial(_opened_words, cycle, day)
        tell_each(people, News("cycle.opened", "/", cycle.programme, words), at=at)


def _opened_words(cycle: Cycle, day: dt.date) -> dict[str, object]:
    return {"report": cycle.name, "due": day}


def compile_from(cycle: Cycle, source: Cycle, unit: Unit) -> CycleSource:
    """Say that a unit's report in `cycle` is compiled from what it received in `source` (L9; DOMAIN.md)."""
    row, _created = CycleSource.objects.get_or_create(cycle=cycle, source=source, unit=unit)
    return row


def _generate(cycle: Cycle) -> tuple[int, int]:
    """Dues and their reports in two statements; how many, and how many pilots have no route and so owe nothing."""
    routes = list(Route.objects.filter(programme=cycle.programme))
    next_up = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.COMPILER}
    pilot_routes = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.PILOT}
    pilots = list(PilotArea.objects.filter(programme=cycle.programme).shown())
    routed = [pilot for pilot in pilots if pilot.reporting_unit_id in pilot_routes]
    try:
        dues = [
            due_of(cycle, pilot.reporting_unit_id, pilot_routes[pilot.reporting_unit_id], next_up, pilot)
            for pilot in routed
        ]
        dues += [due_of(cycle, sender, receiver, next_up) for sender, receiver in next_up.items()]
    except CircularRoute as error:
        raise BadInput(_("The routes of this programme lead in a circle. Mend them first.")) from error
    owe(dues)
    return len(dues), len(pilots) - len(routed)


def owe(dues: list[Due]) -> list[Report]:
    """Store dues, each with its empty report."""
    Due.objects.bulk_create(dues, batch_size=2000)
    return Report.objects.bulk_create([Report(due=due) for due in dues], batch_size=2000)


def due_of(cycle: Cycle, sender: int, receiver: int, next_up: dict[int, int], pilot: PilotArea | None = None) -> Due:
    """A due not stored yet, with the chain above its sender. Raises CircularRoute."""
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
