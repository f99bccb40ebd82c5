"""Pages that set the targets and baselines of a pilot area, and the page that lists them with their history."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators.forms.targets import BaselineForm, ReasonForm, TargetForm
from indicators.models import Baseline, Target
from indicators.services.baselines import BaselineChoice, BaselineEnd, choose_baseline, end_baseline, set_baseline
from indicators.services.targets import (
    TargetEnd,
    TargetInput,
    TargetReplacement,
    end_target,
    replace_target,
    set_target,
)
from indicators.targets import (
    SEE,
    SET,
    baseline_or_404,
    baselines_of,
    is_kept,
    kept_or_404,
    shown_baselines,
    shown_targets,
    target_or_404,
    targets_of,
)
from pilots.facts import pilot_or_404
from pilots.models import PilotArea
from portal.http import ActPage, PortalView


def targets_url(pilot: PilotArea) -> str:
    return reverse("indicators:pilot-targets", args=[pilot.uid])


def figures_trail(pilot: PilotArea) -> list[tuple[str, Any]]:
    return [
        (reverse("reporting:pilot", args=[pilot.uid]), pilot.name),
        (reverse("indicators:pilot-figures", args=[pilot.uid]), _("Figures and targets")),
    ]


class PilotTargetsView(PortalView):
    """Every target and baseline of a pilot area, who says so, and what stood before."""

    action = SEE

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        pilot = pilot_or_404(self.actor, self.action, uid)
        kept = is_kept(pilot, self.actor)
        targets = shown_targets(list(targets_of(pilot)), acts=kept)
        baselines = shown_baselines(list(baselines_of(pilot)), acts=kept)
        context = {
            "pilot": pilot,
            "may_set": kept,
            "targets": [one for one in targets if one.target.ended_at is None],
            "baselines": [one for one in baselines if one.baseline.ended_at is None],
            "past_targets": [one for one in targets if one.target.ended_at],
            "past_baselines": [one for one in baselines if one.baseline.ended_at],
            "crumbs": [*figures_trail(pilot), ("", _("Targets and baselines"))],
        }
        return render(request, "indicators/pilot_targets.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action).shown()
        return super().within_reach(actor) and rows.filter(**named).exists()


class TargetsAct(ActPage):
    """An act on the targets of a pilot area; back to their list."""

    action = SET
    pilot: PilotArea

    def back(self) -> str:
        return targets_url(self.pilot)

    def trail(self) -> list[tuple[str, Any]]:
        return [*figures_trail(self.pilot), (self.back(), _("Targets and baselines"))]


class TargetSetView(TargetsAct):
    given_form: TargetForm

    def prepare(self, **named: Any) -> None:
        self.pilot = kept_or_404(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        self.given_form = TargetForm(data, pilot=self.pilot, indicator=self.request.GET.get("indicator", ""))
        return self.given_form

    def words(self) -> tuple[str, str]:
        return _("Set a target for %(pilot)s") % {"pilot": self.pilot.name}, _("Set")

    def consequence(self) -> str:
        return _(
            "Where documents demand different things, each has its own target. The office and its receiver are told."
        )

    def act(self, given: dict[str, Any]) -> str:
        form = self.given_form
        data = TargetInput(self.pilot.uid, given["indicator"], form.demand(), form.saying(), given["reason"])
        target = set_target(data, by=self.actor)
        return _("The target is set: %(indicator)s.") % {"indicator": target.indicator.name}


class TargetAct(TargetsAct):
    target: Target

    def prepare(self, **named: Any) -> None:
        self.target = target_or_404(named["uid"], self.actor)
        self.pilot = self.target.pilot_area

    def said(self) -> dict[str, str]:
        shown = shown_targets([self.target], acts=False)[0]
        return {"indicator": self.target.indicator.name, "demand": shown.demand, "due": shown.due}


class TargetReplaceView(TargetAct):
    given_form: TargetForm

    def form(self, data: Any = None) -> forms.Form:
        self.given_form = TargetForm(data, pilot=self.pilot, before=self.target)
        return self.given_form

    def words(self) -> tuple[str, str]:
        return _("Replace the target: %(indicator)s") % self.said(), _("Replace")

    def consequence(self) -> str:
        text = _("Now it is: %(demand)s (%(due)s). It ends and stays in the history; the new one follows it.")
        return text % self.said()

    def act(self, given: dict[str, Any]) -> str:
        form = self.given_form
        data = TargetReplacement(self.target.uid, form.demand(), form.saying(), given["reason"])
        replace_target(data, by=self.actor)
        return _("The target is replaced: %(indicator)s.") % self.said()


class TargetEndView(TargetAct):
    danger = True

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def words(self) -> tuple[str, str]:
        return _("End the target: %(indicator)s, %(demand)s (%(due)s)") % self.said(), _("End the target")

    def consequence(self) -> str:
        return _("Figures are not held against it any more. It stays in the history.")

    def act(self, given: dict[str, Any]) -> str:
        end_target(TargetEnd(self.target.uid, given["reason"]), by=self.actor)
        return _("The target has ended: %(indicator)s.") % self.said()


class BaselineSetView(TargetsAct):
    given_form: BaselineForm

    def prepare(self, **named: Any) -> None:
        self.pilot = kept_or_404(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        self.given_form = BaselineForm(data, pilot=self.pilot, indicator=self.request.GET.get("indicator", ""))
        return self.given_form

    def words(self) -> tuple[str, str]:
        return _("Set a baseline for %(pilot)s") % {"pilot": self.pilot.name}, _("Set")

    def consequence(self) -> str:
        return _("Several baselines may stand; the path is drawn from the chosen one.")

    def act(self, given: dict[str, Any]) -> str:
        baseline = set_baseline(self.given_form.baseline(self.pilot), by=self.actor)
        return _("The baseline is set: %(indicator)s.") % {"indicator": baseline.indicator.name}


class BaselineAct(TargetsAct):
    baseline: Baseline

    def prepare(self, **named: Any) -> None:
        self.baseline = baseline_or_404(named["uid"], self.actor)
        self.pilot = self.baseline.pilot_area

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def said(self) -> dict[str, Any]:
        shown = shown_baselines([self.baseline], acts=False)[0]
        return {"indicator": self.baseline.indicator.name, "value": shown.value, "year": self.baseline.year}


class BaselineChooseView(BaselineAct):
    def words(self) -> tuple[str, str]:
        return _("Draw the path from %(value)s (%(year)d): %(indicator)s") % self.said(), _("Choose")

    def consequence(self) -> str:
        return _("Verdicts are made from this baseline on. The one before stays on record.")

    def act(self, given: dict[str, Any]) -> str:
        choose_baseline(BaselineChoice(self.baseline.uid, given["reason"]), by=self.actor)
        return _("The path is drawn from %(value)s (%(year)d).") % self.said()


class BaselineEndView(BaselineAct):
    danger = True

    def words(self) -> tuple[str, str]:
        return _("End the baseline: %(indicator)s, %(value)s (%(year)d)") % self.said(), _("End the baseline")

    def consequence(self) -> str:
        if self.baseline.is_chosen:
            return _("The path is drawn from this one. Choose another afterwards, where there is one.")
        return _("It stays in the history.")

    def act(self, given: dict[str, Any]) -> str:
        end_baseline(BaselineEnd(self.baseline.uid, given["reason"]), by=self.actor)
        return _("The baseline has ended: %(indicator)s.") % self.said()
