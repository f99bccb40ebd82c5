"""What the rules of one programme yield: which rule counts for whom, and the date it gives in a year (N13, N14).

Chains of `after` are walked here, and circles named. Everything is computed from two statements (`RuleBook.of`);
nothing a rule yields is stored but in the dues made from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from pilots.models import Capacity
from portal.errors import BadInput
from reporting.deadlines import functions
from reporting.deadlines.functions import Moment
from reporting.models import CycleKind, DateFunction, DateRule, DeadlinePolicy, Due
from units.calendar import Calendar, calendars
from units.models import Programme

__all__ = ["Dates", "Moment", "RuleBook", "place_name", "rule_name"]

Place = tuple[int, str, str]
"""Where a rule stands: setter (its key), kind, capacity. One rule stands in each place."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one round: it opens, pilot areas report, compilers report."""

    opens_on: dt.date
    pilots_due_on: dt.date
    compilers_due_on: dt.date


def place_name(kind: str, capacity: str) -> str:
    """For which period and in which capacity a rule counts."""
    words = {"kind": CycleKind(kind).label, "capacity": Capacity(capacity).label}
    return _("%(kind)s, %(capacity)s") % words


def rule_name(rule: DateRule) -> str:
    """A rule in a sentence: whose, for which period, in which capacity."""
    return _("%(unit)s: %(place)s") % {"unit": rule.setter.name, "place": place_name(rule.kind, rule.capacity)}


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules and the policy of one programme."""

    programme: Programme
    rules: Mapping[Place, DateRule]
    found_policy: DeadlinePolicy | None

    @classmethod
    def of(cls, programme: Programme) -> RuleBook:
        """Read by two statements. What is missing is said when it is asked for, not here."""
        rows = DateRule.objects.filter(programme=programme).select_related("setter")
        rules = {_place(rule): rule for rule in rows}
        return cls(programme, rules, DeadlinePolicy.objects.filter(programme=programme).first())

    @property
    def policy(self) -> DeadlinePolicy:
        """What goes with all dates. Raises BadInput where the programme has none."""
        if self.found_policy is None:
            text = _(
                "%(programme)s does not say yet how long before the first due date a period opens. Set that first."
            )
            raise BadInput(text % {"programme": self.programme})
        return self.found_policy

    def rule_for(self, receiver_id: int, kind: str, capacity: str) -> DateRule:
        """The receiver's own rule, else the owner's. Raises BadInput where there is neither."""
        own = self.rules.get((receiver_id, kind, capacity))
        rule = own or self.rules.get((self.programme.owner_id, kind, capacity))
        if rule is None:
            text = _("%(programme)s has no rule for this date yet: %(place)s. Set one first.")
            raise BadInput(text % {"programme": self.programme, "place": place_name(kind, capacity)})
        return rule

    def moment(self, rule: DateRule, year: int, calendar: Calendar) -> Moment:
        """When a rule's reports of the period of a year are due, by an office's calendar.

        The whole chain of rules it counts from is walked by that calendar. Raises BadInput: a circle, an impossible
        date, an unknown time zone, a rule it counts from that is not in this programme.
        """
        return self._walk(rule, year, calendar, ())

    def dates(self, kind: str, year: int) -> Dates:
        """The headline dates of a round, by the owner's rules and everybody's calendar. Raises BadInput."""
        nation, owner = calendars().nation, self.programme.owner_id
        pilots, compilers = (
            self.moment(self.rule_for(owner, kind, capacity), year, nation).day
            for capacity in (Capacity.PILOT, Capacity.COMPILER)
        )
        return Dates(pilots - dt.timedelta(days=self.policy.open_days_before), pilots, compilers)

    def own_rules(self) -> list[DateRule]:
        """The rules receivers have set for their own senders."""
        return [rule for rule in self.rules.values() if rule.setter_id != self.programme.owner_id]

    def return_day(self, day: dt.date, unit_id: int) -> dt.date:
        """When something returned on a day is due again, by its sender's calendar."""
        return calendars().of(unit_id).after(day, self.policy.return_days)

    def return_date(self, day: dt.date, due: Due) -> dt.date:
        """The same of one due, and never before the date it has: who was early is not worse off for it."""
        return max(self.return_day(day, due.unit_id), due.due_on)

    def with_rule(self, rule: DateRule) -> RuleBook:
        """The book as it would be with a rule that is not stored yet, in place of the one that stands there."""
        return replace(self, rules={**self.rules, _place(rule): rule})

    def without(self, rules: list[DateRule]) -> RuleBook:
        """The book as it would be without some rules."""
        gone = {_place(rule) for rule in rules}
        return replace(self, rules={place: rule for place, rule in self.rules.items() if place not in gone})

    def followed_by(self, rule: DateRule) -> DateRule | None:
        """The rule this one counts from, as it stands in this book. Raises BadInput where it is not here."""
        if rule.after_id is None:
            return None
        found = next((r for r in self.rules.values() if r.pk == rule.after_id), None)
        if found is None:
            text = _("%(rule)s counts from a rule that is not one of this programme. Choose another.")
            raise BadInput(text % {"rule": rule_name(rule)})
        return found

    def _walk(self, rule: DateRule, year: int, calendar: Calendar, path: tuple[DateRule, ...]) -> Moment:
        places = [_place(seen) for seen in path]
        if (place := _place(rule)) in places:
            circle = " → ".join(rule_name(seen) for seen in (*path[places.index(place) :], rule))
            text = _("These rules count from each other in a circle: %(circle)s. One of them needs a date of its own.")
            raise BadInput(text % {"circle": circle})
        year += rule.year_offset
        try:
            if rule.function == DateFunction.AFTER_DUE:
                day = self._after(rule, year, calendar, (*path, rule))
            else:
                day = _dated(rule, year)
            day = functions.on_working_day(day, rule.on_non_working, calendar, rule.after_holiday_days or 1)
            return functions.moment_at(day, rule.time_of_day, functions.zone_named(rule.zone))
        except functions.ImpossibleDate as error:
            raise BadInput(_("%(rule)s: there is no such date.") % {"rule": rule_name(rule)}) from error
        except functions.UnknownZone as error:
            words = {"rule": rule_name(rule), "zone": rule.zone}
            raise BadInput(_("%(rule)s: there is no time zone “%(zone)s”.") % words) from error

    def _after(self, rule: DateRule, year: int, calendar: Calendar, path: tuple[DateRule, ...]) -> dt.date:
        base = self.followed_by(rule)
        if base is None or rule.working_days is None:
            raise functions.ImpossibleDate("after")
        return functions.after_due(self._walk(base, year, calendar, path), rule.working_days, calendar)


def _place(rule: DateRule) -> Place:
    return rule.setter_id, rule.kind, rule.capacity


def _dated(rule: DateRule, year: int) -> dt.date:
    month = rule.month or 0  # what is missing names no date, and is refused as such
    if rule.function == DateFunction.FIXED_DATE:
        return functions.fixed_date(year, month, rule.day or 0)
    return functions.nth_weekday(year, month, -1 if rule.weekday is None else rule.weekday, rule.nth or 0)
