"""The dates of one period as rows: few, computed here by rules and calendars; the database joins them to who owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from pilots.models import Capacity, Route
from portal.errors import BadInput
from reporting.deadlines.rulebook import Dates, Moment, RuleBook
from reporting.models import Cycle, DateRule
from units.calendar import calendars, end_of, is_provisional
from units.models import Unit

CAPACITIES = (Capacity.PILOT, Capacity.COMPILER)


@dataclass(frozen=True, slots=True)
class DateRow:
    """When reports in a capacity are due: of one sender, of all senders of one receiver, or of all the others."""

    capacity: str
    moment: Moment
    receiver_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """The dates of one period. The first two rows hold for all pilot areas and for all compilers (CAPACITIES)."""

    dates: Dates
    rows: tuple[DateRow, ...]
    source: str = ""
    is_ours: bool = False

    @property
    def last_day(self) -> dt.date:
        return max(row.moment.day for row in self.rows)

    @property
    def provisional_years(self) -> list[int]:
        """The years these dates fall in whose public holidays nobody has announced yet."""
        return [year for year in sorted({row.moment.day.year for row in self.rows}) if is_provisional(year)]


def by_rules(book: RuleBook, kind: str, year: int) -> Timetable:
    """The dates of a period by the rules of a programme.

    A receiver's own rule holds for its senders, an office's own days off move its own date. Raises BadInput: a rule
    is missing or impossible, or somebody's date would lie before the opening.
    """
    dates = book.dates(kind, year)
    owner = [book.rule_for(book.programme.owner_id, kind, capacity) for capacity in CAPACITIES]
    rows = (*_of_all(book, owner, year), *_of_receivers(book, kind, year), *_of_senders(book, kind, year))
    _refuse_before_opening(dates.opens_on, rows)
    sources = dict.fromkeys(rule.source for rule in owner if rule.source)
    return Timetable(dates, rows, "；".join(sources), all(rule.is_ours for rule in owner))


def as_typed(cycle: Cycle) -> Timetable:
    """The dates of a cycle whose dates somebody typed: one for each capacity."""
    dates = Dates(cycle.opens_on, cycle.pilots_due_on, cycle.compilers_due_on)
    days = (cycle.pilots_due_on, cycle.compilers_due_on)
    rows = tuple(
        DateRow(capacity, Moment(day, None, end_of(day))) for capacity, day in zip(CAPACITIES, days, strict=True)
    )
    return Timetable(dates, rows, cycle.date_source)


def _of_all(book: RuleBook, rules: Iterable[DateRule], year: int) -> Iterator[DateRow]:
    nation = calendars().nation
    for rule in rules:
        yield DateRow(rule.capacity, book.moment(rule, year, nation))


def _of_receivers(book: RuleBook, kind: str, year: int) -> Iterator[DateRow]:
    nation = calendars().nation
    for rule in book.own_rules():
        if rule.kind == kind:
            yield DateRow(rule.capacity, book.moment(rule, year, nation), receiver_id=rule.setter_id)


def _of_senders(book: RuleBook, kind: str, year: int) -> Iterator[DateRow]:
    """Offices with days of their own that send in this programme; one statement, none where nobody has such days."""
    found = calendars()
    if not found.own:
        return
    routes = Route.objects.filter(programme=book.programme, sender__in=list(found.own)).order_by("id")
    for sender, receiver, capacity in routes.values_list("sender", "receiver", "capacity"):
        rule = book.rule_for(receiver, kind, capacity)
        yield DateRow(capacity, book.moment(rule, year, found.of(sender)), receiver, sender)


def _refuse_before_opening(opens_on: dt.date, rows: Iterable[DateRow]) -> None:
    early = next((row for row in rows if row.moment.day <= opens_on), None)
    if early is None:
        return
    unit = Unit.objects.filter(pk=early.unit_id or early.receiver_id or 0).first()
    words = {
        "day": formats.date_format(early.moment.day),
        "capacity": Capacity(early.capacity).label,
        "opens": formats.date_format(opens_on),
    }
    if unit is None:
        text = _("By the rules reports (%(capacity)s) would be due on %(day)s, before the period opens on %(opens)s.")
        raise BadInput(text % words)
    text = _(
        "By the rule that holds for %(unit)s reports (%(capacity)s) would be due on %(day)s, before the period opens "
        "on %(opens)s."
    )
    raise BadInput(text % {**words, "unit": unit.name})
