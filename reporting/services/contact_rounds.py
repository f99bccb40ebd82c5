"""Opening a contact round (N24): every sender owes the contacts of its pilot areas by a date."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Membership, Role, User
from pilots.calculations import CircularRoute
from pilots.contacts import newest_form
from pilots.models import Capacity, PilotArea, Route
from portal.errors import BadInput, Finding, NotFound
from records.journal import Note, write
from records.telling import News, tell_each
from reporting.contacts import pilots_by_sender
from reporting.deadlines.timetable import as_typed
from reporting.deadlines.wanted import Wanted
from reporting.models import Cycle, CycleKind, Due, Occasion, Report, TemplatePurpose
from reporting.services.cycles import (
    announce,
    as_subject,
    due_of,
    may_open,
    owe_all,
    save_cycle,
    template_of,
)
from reporting.services.hurrying import FillTime, Hurry, fill_time, note_hurry, refuse_hurry
from units.calendar import after_working_days, today
from units.models import Programme, Unit

OURS = "门户默认日期（开始之日起15个工作日）；通知所定2016年12月9日只用于2016年"
"""Where the default date comes from: the notice's own was for its year only, and the pages say so."""

DAYS_TO_ANSWER = 15


@dataclass(frozen=True, slots=True)
class RoundDates:
    """The days of one contact round: it opens, the senders have sent."""

    opens_on: dt.date
    due_on: dt.date


def default_dates(day: dt.date) -> RoundDates:
    """From this day on, fifteen working days."""
    return RoundDates(day, after_working_days(day, DAYS_TO_ANSWER))


@dataclass(frozen=True, slots=True)
class RoundInput:
    """A contact round. Dates are days in the offices' time; `date_source` says whose they are."""

    programme: Programme
    year: int
    opens_on: dt.date
    due_on: dt.date
    date_source: str
    hurry_reason: str = ""
    burden_hours: Decimal | None = None
    is_demo: bool = False

    @property
    def hurry(self) -> Hurry:
        return Hurry(self.hurry_reason, self.burden_hours)


@transaction.atomic
def open_contact_round(data: RoundInput, *, by: Actor | None, at: dt.datetime | None = None) -> Cycle:
    """Create the round with a due and an empty report for every sender that has pilot areas, and tell everybody.

    Only the owner of the programme opens it; `by=None` is the portal itself. A year may have several. Raises
    NotFound (another's programme) and BadInput (dates, no form, nobody to ask, routes that lead in a circle).
    """
    if by is not None and not may_open(data.programme, by):
        raise NotFound
    pilots = pilots_by_sender(data.programme)
    if not pilots:
        raise BadInput(_("No sender of this programme has a pilot area on record. There is nobody to ask."))
    time = fill_time(data.programme, data.opens_on, data.due_on)
    cycle = make_cycle(data, Occasion.ROUND, time)
    refuse_hurry(data.programme, time, data.hurry, by, "due_on")
    owe_all(Wanted(data.programme, as_typed(cycle), tuple(pilots)), cycle)
    announce(cycle, at)
    if today() <= data.due_on:  # the ladder tells who owes, when the round opens; pilot areas owe nothing in it
        _tell_pilots(cycle, pilots, at)
    left_out = len(senders_left_out(data.programme))
    note = Note(data={"dues": len(pilots), "without_pilots": left_out, "source": data.date_source})
    write("cycle.open", as_subject(cycle), by=by, at=at, note=note)
    return cycle


def make_cycle(data: RoundInput, occasion: Occasion, time: FillTime | None = None) -> Cycle:
    """The next collection of contacts of the year. The programme's row is locked, so numbers cannot collide.

    Where its senders get little `time`, the cycle says why.
    """
    lock(data.programme)
    form = newest_form(data.programme.pk)
    if form is None:
        raise BadInput(_("This programme has no form for contacts yet. Load the reference data first."))
    if data.due_on <= data.opens_on:
        text = _("The round opens before it is due.")
        raise BadInput(text, findings=(Finding("dates", text, "due_on"),))
    cycle = Cycle(
        programme=data.programme,
        year=data.year,
        kind=CycleKind.CONTACTS,
        number=_next_number(data.programme, data.year),
        occasion=occasion,
        template=template_of(data.programme, TemplatePurpose.CONTACTS),
        contact_form=form,
        opens_on=data.opens_on,
        pilots_due_on=data.due_on,
        compilers_due_on=data.due_on,
        date_source=data.date_source,
        is_demo=data.is_demo,
    )
    if time is not None:
        note_hurry(cycle, time, data.hurry)
    return save_cycle(cycle)


def lock(programme: Programme) -> None:
    """One after another: whoever makes a collection of contacts, or a due in one. Before any report is locked."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _next_number(programme: Programme, year: int) -> int:
    rows = Cycle.objects.filter(programme=programme, year=year, kind=CycleKind.CONTACTS)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def dues_of(cycle: Cycle, senders: Iterable[int]) -> list[Due]:
    """What these senders owe, not stored yet."""
    routes = Route.objects.filter(programme=cycle.programme, capacity=Capacity.COMPILER)
    next_up = dict(routes.values_list("sender", "receiver"))
    try:
        return [due_of(cycle, sender, next_up[sender], next_up) for sender in senders]
    except CircularRoute as error:
        raise BadInput(_("The routes of this programme lead in a circle. Mend them first.")) from error


def senders_left_out(programme: Programme) -> list[Unit]:
    """Whoever sends to the owner of the programme but is not asked: no pilot area of theirs is on record."""
    routes = Route.objects.filter(programme=programme, capacity=Capacity.COMPILER, receiver=programme.owner_id)
    asked = set(pilots_by_sender(programme))
    return [
        row.sender for row in routes.select_related("sender").order_by("sender__sort_key") if row.sender_id not in asked
    ]


def _tell_pilots(cycle: Cycle, pilots: dict[int, list[PilotArea]], at: dt.datetime | None) -> None:
    """The drafters of each pilot area: their contacts are about to be sent on."""
    offices = {pilot.reporting_unit_id: pilot for rows in pilots.values() for pilot in rows}
    senders = set(pilots)
    hats = Membership.objects.current().holding(Role.DRAFTER).filter(programme=cycle.programme)
    people: dict[int, list[User]] = {}
    for hat in hats.filter(unit__in=set(offices) - senders).select_related("user").order_by("user_id"):
        people.setdefault(hat.unit_id, []).append(hat.user)
    for office, drafters in people.items():
        pilot = offices[office]
        words = functools.partial(_check_words, cycle, pilot)
        tell_each(drafters, News("contacts.check", f"/pilots/{pilot.uid}/contacts/", cycle.programme, words), at=at)


def _check_words(cycle: Cycle, pilot: PilotArea) -> dict[str, object]:
    return {"report": cycle.name, "pilot": pilot.name, "due": cycle.compilers_due_on}


def reports_of(programme: Programme, sender: int) -> list[Report]:
    """Every contact report of a sender, locked: nothing is submitted while one looks."""
    rows = Report.objects.filter(due__cycle__programme=programme, due__cycle__kind=CycleKind.CONTACTS, due__unit=sender)
    return list(rows.select_for_update(of=("self",)).select_related("due__cycle").order_by("id"))
