"""Rules for dates as their readers see them: everybody of a programme reads its rules, few may change them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import Actor
from pilots.models import Capacity
from portal.errors import NotFound
from reporting.deadlines.rulebook import RuleBook, place_name
from reporting.deadlines.wording import Yield, in_words, provisional_years, yielded
from reporting.models import REPORT_KINDS, DateRule
from reporting.services.date_rules import followed_units, sets_rules
from units.models import Programme


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the reader may do with a rule."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule with its words, the dates it gives, and what the reader may do with it."""

    rule: DateRule
    followed: DateRule | None
    place: str
    words: str
    yields: tuple[Yield, ...]
    actions: tuple[Offer, ...]


def rules_seen(actor: Actor) -> QuerySet[DateRule]:
    """The rules of the hat's programme, the owner's and offices' own: they bind all who are in it."""
    rows = DateRule.objects.select_related("programme", "setter", "after")
    if actor.programme is None or not actor.can("cycle.view"):
        return rows.none()
    return rows.filter(programme=actor.programme).order_by(
        "programme_id", "setter__sort_key", "kind", "-capacity", "id"
    )


def rule_or_404(uid: uuid.UUID, actor: Actor) -> DateRule:
    rule = rules_seen(actor).filter(uid=uid).first()
    if rule is None:
        raise NotFound
    return rule


def kept_or_404(uid: uuid.UUID, actor: Actor) -> DateRule:
    """A rule the actor may change: one of the own office."""
    rule = rule_or_404(uid, actor)
    if sets_rules(actor) is None or rule.setter_id != actor.hat.unit_id:
        raise NotFound
    return rule


def shown(rules: Sequence[DateRule], book: RuleBook, actor: Actor) -> list[ShownRule]:
    """Rules as a reader sees them; statements do not grow with the rules."""
    provisional, may_set = provisional_years(), sets_rules(actor) is not None
    by_key = {rule.pk: rule for rule in book.rules.values()}
    found = []
    for rule in rules:
        followed = by_key.get(rule.after_id or 0)
        offers = _offers(rule, book.programme) if may_set and rule.setter_id == actor.hat.unit_id else ()
        words, dates = in_words(rule, followed), yielded(rule, book, provisional)
        found.append(ShownRule(rule, followed, place_name(rule.kind, rule.capacity), words, dates, offers))
    return found


def _offers(rule: DateRule, programme: Programme) -> tuple[Offer, ...]:
    change = Offer("change", _("Change"))
    return (change,) if rule.setter_id == programme.owner_id else (change, Offer("end", _("End")))


def free_places(book: RuleBook, unit_id: int) -> list[tuple[str, str]]:
    """Periods and capacities an office has no rule for yet."""
    return [
        (kind, capacity)
        for kind, _label in REPORT_KINDS
        for capacity in Capacity.values
        if (unit_id, kind, capacity) not in book.rules
    ]


def followable(book: RuleBook, unit_id: int, but: DateRule | None = None) -> list[DateRule]:
    """The rules a rule of an office may count from, without itself."""
    units = followed_units(book.programme, unit_id)
    return [rule for rule in book.rules.values() if rule.setter_id in units and rule != but]
