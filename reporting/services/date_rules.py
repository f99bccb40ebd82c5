"""Setting rules for due dates (N13, N14): by the owner for its programme, by a receiver for its own senders.

Whatever is set here changes no date given already: periods that are open move when they are regenerated.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Actor, Reach, units_for
from pilots.models import Capacity, Route
from portal.errors import BadInput, Finding, NotFound, RuleBroken, Stale, WrongState
from records.journal import Note, write
from records.subjects import of_programme
from reporting.deadlines.consistency import Conflict, conflicts
from reporting.deadlines.facts import PARAMETERS, RuleFacts, faults, plain
from reporting.deadlines.rulebook import RuleBook, rule_name
from reporting.models import REPORT_KINDS, DateRule
from units.models import Programme

ACTION = "deadlines.set"


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule where the office has none yet. `end_own_rules`: see RuleChange."""

    kind: str
    capacity: str
    facts: RuleFacts
    end_own_rules: bool = False


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Other facts for a rule that stands. `version` is the one the writer saw.

    `end_own_rules`: offices' own rules that would then be later than what these offices owe end with the change.
    """

    rule_uid: uuid.UUID
    version: int
    facts: RuleFacts
    end_own_rules: bool = False


@dataclass(frozen=True, slots=True)
class RuleEnd:
    """An own rule that is given up: the owner's counts again."""

    rule_uid: uuid.UUID
    version: int


def sets_rules(by: Actor) -> Programme | None:
    """The programme in which the hat's office may set rules: it owns it, or receives in it. None where it may not."""
    programme = by.programme
    if programme is None or Reach.OWN not in units_for(by, ACTION):
        return None
    receives = Route.objects.filter(programme=programme, receiver=by.hat.unit_id)
    return programme if programme.owner_id == by.hat.unit_id or receives.exists() else None


@transaction.atomic
def new_rule(data: NewRule, *, by: Actor) -> DateRule:
    """Set a rule. Raises NotFound (not one who sets rules), BadInput (its fields), WrongState (there is one)."""
    programme = _locked(by)
    book = RuleBook.of(programme)
    _check_place(data.kind, data.capacity, programme, by)
    if (by.hat.unit_id, data.kind, data.capacity) in book.rules:
        raise WrongState(_("There is a rule for this already. Change that one."))
    rule = DateRule(programme=programme, setter=by.unit, kind=data.kind, capacity=data.capacity)
    return _stored(rule, data, book, by, before={})


@transaction.atomic
def change_rule(data: RuleChange, *, by: Actor) -> DateRule:
    """Change a rule of one's own office. Raises NotFound, Stale, BadInput (its fields; a circle; later than owed)."""
    rule = _own_rule(data.rule_uid, by)
    if rule.version != data.version:
        raise Stale(
            _("Somebody else has changed this rule in the meantime. Compare, then save again."),
            extra={"version": rule.version},
        )
    return _stored(rule, data, RuleBook.of(rule.programme), by, before=_plain(rule))


@transaction.atomic
def end_rule(data: RuleEnd, *, by: Actor) -> None:
    """Give up an own rule. Raises NotFound, Stale, WrongState (it is the owner's; others count from it), RuleBroken."""
    rule = _own_rule(data.rule_uid, by)
    if rule.version != data.version:
        raise Stale(_("Somebody else has changed this rule in the meantime. Reload the page."), extra=_version(rule))
    if rule.setter_id == rule.programme.owner_id:
        raise WrongState(_("The programme needs this rule. Change it instead."))
    followers = rule.followers.select_related("setter")
    if followers:
        text = _("Other rules count from this one: %(rules)s. Change them first.")
        raise WrongState(text % {"rules": ", ".join(rule_name(row) for row in followers)})
    found = conflicts(RuleBook.of(rule.programme).without([rule]))
    if found:
        raise RuleBroken(found[0].sentence, findings=tuple(Finding(c.code, c.sentence) for c in found))
    _end([rule], by, "")


def followed_units(programme: Programme, unit_id: int) -> set[int]:
    """Whose rules a rule of an office may count from: its own, the owner's, those of the office it reports to."""
    if unit_id == programme.owner_id:
        return {unit_id}
    routes = Route.objects.filter(programme=programme, sender=unit_id)
    return {unit_id, programme.owner_id, *routes.values_list("receiver", flat=True)}


def lock(programme: Programme) -> None:
    """Rules are checked against each other: whoever changes one of a programme waits for whoever else does."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _locked(by: Actor) -> Programme:
    programme = sets_rules(by)
    if programme is None:
        raise NotFound
    lock(programme)
    return programme


def _own_rule(uid: uuid.UUID, by: Actor) -> DateRule:
    rows = DateRule.objects.visible_to(by, ACTION).select_related("programme__owner", "setter", "after")
    programme = _locked(by)
    rule: DateRule | None = rows.filter(uid=uid, programme=programme).first()
    if rule is None:
        raise NotFound
    return rule


def _check_place(kind: str, capacity: str, programme: Programme, by: Actor) -> None:
    found = []
    if kind not in dict(REPORT_KINDS):
        text = _("This is not a period of reports. Contacts are asked for by a round of their own.")
        found.append(Finding("invalid", text, "kind"))
    if capacity not in Capacity.values:
        found.append(Finding("invalid", _("Choose one of the capacities offered."), "capacity"))
    elif programme.owner_id != by.hat.unit_id:
        senders = Route.objects.filter(programme=programme, receiver=by.hat.unit_id, capacity=capacity)
        if not senders.exists():
            text = _("Nobody sends to your office in this capacity.")
            found.append(Finding("no_senders", text, "capacity"))
    if found:
        raise BadInput(findings=tuple(found))


def _stored(
    rule: DateRule, data: NewRule | RuleChange, book: RuleBook, by: Actor, *, before: dict[str, Any]
) -> DateRule:
    """The rule with its new facts, checked by themselves and against all others, stored with its event."""
    found = faults(data.facts)
    if found:
        raise BadInput(findings=tuple(found))
    _fill(rule, data.facts, book)
    if before == _plain(rule):
        return rule
    ending = _checked(rule, book, data.end_own_rules)
    rule.is_ours = False
    rule.version += 1
    rule.save()
    _end(ending, by, str(rule))
    note = Note(data={"uid": str(rule.uid), "before": before, "after": _plain(rule)})
    write("dates.rule_set", of_programme(book.programme, rule.setter), by=by, note=note)
    return rule


def _fill(rule: DateRule, facts: RuleFacts, book: RuleBook) -> None:
    for name, value in plain(facts).items():
        setattr(rule, name, value)
    rule.after = _followed(rule, facts.after, book) if facts.after is not None else None


def _followed(rule: DateRule, uid: uuid.UUID, book: RuleBook) -> DateRule:
    allowed = followed_units(rule.programme, rule.setter_id)
    found = next((row for row in book.rules.values() if row.uid == uid and row.setter_id in allowed), None)
    if found is None:
        text = _("Count from a rule of this programme: your own, its owner's, or that of the office you report to.")
        raise BadInput(text, findings=(Finding("not_this_programme", text, "after"),))
    return found


def _checked(rule: DateRule, book: RuleBook, end_own_rules: bool) -> list[DateRule]:
    """Offices' own rules that end with this change. Raises BadInput: a circle, or a date that must not be."""
    after = book.with_rule(rule)
    try:
        found = conflicts(after)
    except BadInput as error:
        raise BadInput(str(error), findings=(Finding("circular", str(error), "after"),)) from error
    ending: list[DateRule] = []
    while end_own_rules and (elsewhere := [c.rule for c in found if _is_elsewhere(c, rule)]):
        ending += _with_followers(elsewhere, after)
        after = after.without(ending)
        found = conflicts(after)
    if found:
        raise BadInput(findings=tuple(_finding(conflict, rule) for conflict in found))
    return ending


def _is_elsewhere(conflict: Conflict, rule: DateRule) -> bool:
    """Whether another office's rule is what no longer fits."""
    return conflict.rule.setter_id not in {rule.setter_id, rule.programme.owner_id}


def _finding(conflict: Conflict, rule: DateRule) -> Finding:
    if _is_elsewhere(conflict, rule):
        text = _("%(sentence)s Say that such rules end with yours, or choose another date.")
        return Finding("own_rule_too_late", text % {"sentence": conflict.sentence}, "end_own_rules")
    return Finding(conflict.code, conflict.sentence, PARAMETERS[rule.function][-1])


def _with_followers(rules: Iterable[DateRule], book: RuleBook) -> list[DateRule]:
    """Some rules with all that count from them, those that count first."""
    found = {rule.pk: rule for rule in rules}
    while more := [r for r in book.rules.values() if r.pk not in found and r.after_id in found]:
        found |= {rule.pk: rule for rule in more}
    return list(reversed(found.values()))


def _end(rules: list[DateRule], by: Actor, because: str) -> None:
    """Take rules out of force; what they said stays in the event."""
    if not rules:
        return
    for rule in rules:
        note = Note(comment=because, data={"uid": str(rule.uid), "before": _plain(rule)})
        write("dates.rule_end", of_programme(rule.programme, rule.setter), by=by, note=note)
    DateRule.objects.filter(pk__in=[rule.pk for rule in rules]).delete()


def _plain(rule: DateRule) -> dict[str, Any]:
    """A rule as the event keeps it; also what two states of one are compared by."""
    names = ("function", "month", "day", "weekday", "nth", "working_days", "year_offset", "zone", "on_non_working")
    found = {name: getattr(rule, name) for name in (*names, "after_holiday_days", "source")}
    time = rule.time_of_day.isoformat("minutes") if rule.time_of_day else None
    after = str(rule.after.uid) if rule.after else None
    return {"kind": rule.kind, "capacity": rule.capacity, **found, "time_of_day": time, "after": after}


def _version(rule: DateRule) -> dict[str, int]:
    return {"version": rule.version}
