"""Rules for due dates, what goes with them, and the ladder of reminders: read by all, changed by few."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import BadInput, NotFound
from portal.http import ActPage, PortalView
from reporting.date_rules import ShownRule, followable, free_places, kept_or_404, rules_seen, shown
from reporting.deadlines.rulebook import RuleBook, rule_name
from reporting.deadlines.wording import shown_years, step_words
from reporting.forms.dates import EndForm, LadderForm, PolicyForm, RuleForm
from reporting.models import DateRule, DeadlinePolicy
from reporting.services.date_rules import NewRule, RuleChange, RuleEnd, change_rule, end_rule, new_rule, sets_rules
from reporting.services.ladders import (
    LadderInput,
    PolicyInput,
    ladder_of,
    set_ladder,
    set_policy,
    sets_policy,
)
from units.models import Programme


class DatesView(PortalView):
    """The rules of the programme in words, with the dates they give; the policy; the ladder."""

    action = "cycle.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        programme = self.actor.programme
        if programme is None:
            raise NotFound
        book = RuleBook.of(programme)
        rows = shown(list(rules_seen(self.actor)), book, self.actor)
        steps = ladder_of(programme).steps
        setting = sets_rules(self.actor) is not None
        context = {
            "programme": programme,
            "rules": [row for row in rows if row.rule.setter_id == programme.owner_id],
            "own_rules": [row for row in rows if row.rule.setter_id != programme.owner_id],
            "years": shown_years(),
            "has_provisional": any(found.is_provisional for row in rows for found in row.yields),
            "is_ours": _is_ours(rows, book.found_policy),
            "policy": book.found_policy,
            "steps": [(step_words(step), step) for step in steps],
            "may_set": sets_policy(programme, self.actor),
            "may_add": setting and bool(free_places(book, self.actor.hat.unit_id)),
        }
        return render(request, "reporting/dates.html", context)


def _is_ours(rows: list[ShownRule], policy: DeadlinePolicy | None) -> bool:
    return any(row.rule.is_ours for row in rows) or bool(policy and policy.is_ours)


class DatesAct(ActPage):
    """An act on rules, policy or ladder, by an office that sets rules."""

    action = "deadlines.set"
    revision = "version"
    programme: Programme

    def prepare(self, **named: Any) -> None:
        programme = sets_rules(self.actor)
        if programme is None:
            raise NotFound
        self.programme = programme

    def back(self) -> str:
        return reverse("reporting:dates")

    def trail(self) -> list[tuple[str, Any]]:
        return [(self.back(), _("Rules for due dates"))]


class RulePage(DatesAct):
    """The form of a rule, new or changed."""

    template = "reporting/date_rule.html"
    book: RuleBook
    filled: RuleForm

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        self.book = RuleBook.of(self.programme)

    def offered(self, but: DateRule | None = None) -> dict[str, Any]:
        """What a form needs of the other rules."""
        mine = {self.actor.hat.unit_id, self.programme.owner_id}
        return {
            "followable": followable(self.book, self.actor.hat.unit_id, but),
            "may_end": any(rule.setter_id not in mine for rule in self.book.rules.values()),
        }

    def consequence(self) -> str:
        return _("Periods that are open already keep their dates until they are regenerated in the plan.")


class RuleNewView(RulePage):
    def form(self, data: Any = None) -> forms.Form:
        places = free_places(self.book, self.actor.hat.unit_id)
        if not places:
            raise NotFound
        self.filled = RuleForm(data, places=places, **self.offered())
        return self.filled

    def words(self) -> tuple[str, str]:
        return _("Set a rule for a due date"), _("Save")

    def act(self, given: dict[str, Any]) -> str:
        form = self.filled
        kind, capacity = form.chosen_place()
        try:
            rule = new_rule(NewRule(kind, capacity, form.facts(), bool(given.get("end_own_rules"))), by=self.actor)
        except BadInput as error:
            raise form.refused(error) from error
        return _("The rule is set: %(rule)s.") % {"rule": rule_name(rule)}


class RuleChangeView(RulePage):
    rule: DateRule

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        self.rule = kept_or_404(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        self.filled = RuleForm(data, rule=self.rule, **self.offered(self.rule))
        return self.filled

    def words(self) -> tuple[str, str]:
        return rule_name(self.rule), _("Save")

    def act(self, given: dict[str, Any]) -> str:
        facts = self.filled.facts()
        try:
            rule = change_rule(
                RuleChange(self.rule.uid, given["version"], facts, bool(given.get("end_own_rules"))), by=self.actor
            )
        except BadInput as error:
            raise self.filled.refused(error) from error
        return _("The rule is set: %(rule)s.") % {"rule": rule_name(rule)}

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = rules_seen(actor).filter(uid=named["uid"], setter=actor.hat.unit_id)
        return super().within_reach(actor) and rows.exists()


class RuleEndView(DatesAct):
    """An office gives up a rule of its own."""

    danger = True
    rule: DateRule

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        self.rule = kept_or_404(named["uid"], self.actor)
        if self.rule.setter_id == self.programme.owner_id:
            raise NotFound

    def form(self, data: Any = None) -> forms.Form:
        return EndForm(data, initial={"version": self.rule.version})

    def words(self) -> tuple[str, str]:
        return _("End the own rule: %(rule)s") % {"rule": rule_name(self.rule)}, _("End the rule")

    def consequence(self) -> str:
        return _("The rule of the programme then counts for those who report to you again.")

    def act(self, given: dict[str, Any]) -> str:
        end_rule(RuleEnd(self.rule.uid, given["version"]), by=self.actor)
        return _("The own rule has ended.")


class OwnerAct(DatesAct):
    """What the owner of the programme alone may do."""

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        if not sets_policy(self.programme, self.actor):
            raise NotFound


class PolicyView(OwnerAct):
    """What goes with all dates of the programme."""

    def form(self, data: Any = None) -> forms.Form:
        return PolicyForm(data, policy=DeadlinePolicy.objects.filter(programme=self.programme).first())

    def words(self) -> tuple[str, str]:
        return _("What goes with due dates"), _("Save")

    def act(self, given: dict[str, Any]) -> str:
        set_policy(PolicyInput(**given), by=self.actor)
        return _("Saved.")


class LadderView(OwnerAct):
    """The ladder of reminders as a whole."""

    filled: LadderForm

    def form(self, data: Any = None) -> forms.Form:
        ladder = ladder_of(self.programme)
        self.filled = LadderForm(data, steps=ladder.steps, version=ladder.version)
        return self.filled

    def words(self) -> tuple[str, str]:
        return _("Ladder of reminders"), _("Save")

    def consequence(self) -> str:
        return _("Write the working days on which each is told, with commas. A step you remove is not sent any more.")

    def act(self, given: dict[str, Any]) -> str:
        try:
            ladder = set_ladder(LadderInput(given["version"], self.filled.steps()), by=self.actor)
        except BadInput as error:
            raise self.filled.refused(error) from error
        for warning in ladder.warnings:
            messages.warning(self.request, str(warning))
        return _("The ladder is saved.")
