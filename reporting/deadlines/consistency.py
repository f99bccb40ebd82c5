"""Whether the rules of a programme fit together: nobody's senders have longer than it has itself (requirements C.1).

Looked at for this year and the next five, because a rule moves with weekends and holidays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilots.models import Capacity, Route
from reporting.deadlines.functions import Moment
from reporting.deadlines.rulebook import RuleBook, rule_name
from reporting.models import REPORT_KINDS, CycleKind, DateRule
from units.calendar import Calendar, calendars, today

YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Conflict:
    """A rule that gives a date it must not give: what is wrong (code and sentence), and with which rule."""

    rule: DateRule
    code: str
    sentence: str


def years() -> range:
    """This year and those looked ahead."""
    return range(today().year, today().year + YEARS_AHEAD + 1)


def conflicts(book: RuleBook) -> list[Conflict]:
    """One for each rule that does not fit, with the first year it does not. Raises BadInput for circles."""
    return [*_out_of_order(book), *_own_rules(book)]


def _out_of_order(book: RuleBook) -> Iterator[Conflict]:
    """Pilot areas report before those who compile from them, by the owner's rules."""
    owner, nation = book.programme.owner_id, calendars().nation
    for kind, _label in REPORT_KINDS:
        pilots, compilers = (
            book.rules.get((owner, kind, capacity)) for capacity in (Capacity.PILOT, Capacity.COMPILER)
        )
        if pilots is None or compilers is None:
            continue
        for year in years():
            first, then = book.moment(pilots, year, nation), book.moment(compilers, year, nation)
            if first.end > then.end:
                text = _("In %(year)d pilot areas would report by %(first)s, after the compilers (%(then)s).")
                words = {"year": year, "first": told(first), "then": told(then)}
                yield Conflict(compilers, "out_of_order", text % words)
                break


@dataclass(frozen=True, slots=True)
class _Setter:
    """What counts for one receiver: what it owes itself, and by which calendars its senders work."""

    owes: Route | None
    own: Calendar
    senders: tuple[Calendar, ...]


def _own_rules(book: RuleBook) -> Iterator[Conflict]:
    """Receivers' own rules: never later than what they owe themselves, never before the period opens."""
    rules = book.own_rules()
    if not rules:
        return
    setters = _setters(book, {rule.setter_id for rule in rules})
    for rule in rules:
        found = next(_of_own_rule(book, rule, setters[rule.setter_id]), None)
        if found is not None:
            yield found


def _setters(book: RuleBook, units: set[int]) -> dict[int, _Setter]:
    """By two statements. An office that compiles owes that; one that does not owes as a pilot area."""
    everyone = calendars()
    routes = Route.objects.filter(programme=book.programme)
    owes: dict[int, Route] = {}
    for route in routes.filter(sender__in=units).order_by("-capacity"):  # pilot first, so that compiler stands
        owes[route.sender_id] = route
    below: dict[int, list[Calendar]] = {unit: [everyone.nation] for unit in units}
    for sender, receiver in routes.filter(receiver__in=units, sender__in=everyone.own).values_list(
        "sender", "receiver"
    ):
        below[receiver].append(everyone.of(sender))
    return {unit: _Setter(owes.get(unit), everyone.of(unit), tuple(below[unit])) for unit in units}


def _of_own_rule(book: RuleBook, rule: DateRule, setter: _Setter) -> Iterator[Conflict]:
    for year in years():
        given = max((book.moment(rule, year, calendar) for calendar in setter.senders), key=_end)
        yield from _too_early(book, rule, year, given)
        if setter.owes is not None:
            owed_rule = book.rule_for(setter.owes.receiver_id, rule.kind, setter.owes.capacity)
            owed = book.moment(owed_rule, year, setter.own)
            if given.end > owed.end:
                text = _("In %(year)d %(rule)s would be due on %(given)s, but %(unit)s owes its own by %(owed)s.")
                words = {"year": year, "rule": rule_name(rule), "unit": rule.setter.name}
                words |= {"given": told(given), "owed": told(owed)}
                yield Conflict(rule, "later_than_owed", text % words)


def _too_early(book: RuleBook, rule: DateRule, year: int, given: Moment) -> Iterator[Conflict]:
    opens = book.dates(rule.kind, year).opens_on
    if given.day <= opens:
        text = _("In %(year)d %(rule)s would be due on %(given)s, before the period opens on %(opens)s.")
        words = {"year": year, "rule": rule_name(rule), "given": told(given), "opens": day_words(opens)}
        yield Conflict(rule, "before_opening", text % words)


def too_little_time(book: RuleBook, least: int) -> str:
    """Where periods open so late that pilot areas never have the least time to fill in; '' where they have."""
    owner, nation = book.programme.owner_id, calendars().nation
    for kind, label in REPORT_KINDS:
        if (owner, kind, Capacity.PILOT) not in book.rules or (owner, kind, Capacity.COMPILER) not in book.rules:
            continue
        for year in years():
            dates = book.dates(CycleKind(kind), year)
            days = nation.working_days(dates.opens_on, dates.pilots_due_on)
            if days < least:
                text = _(
                    "In %(year)d the %(kind)s period would be open for %(days)d working days only (%(opens)s to "
                    "%(due)s). Open it earlier, or lower the least time."
                )
                words = {"year": year, "kind": label, "days": days}
                return text % {**words, "opens": day_words(dates.opens_on), "due": day_words(dates.pilots_due_on)}
    return ""


def told(moment: Moment) -> str:
    """A due date in words, with its time where it has one."""
    day = day_words(moment.day)
    return f"{day} {moment.time:%H:%M}" if moment.time else day


def day_words(day: dt.date) -> str:
    return str(date_format(day, _("M j, Y")))


def _end(moment: Moment) -> dt.datetime:
    return moment.end
