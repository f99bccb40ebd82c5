"""Pages about annual plans (N10): those of a plan, beginning one, one of them, what may be done with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.annual import (
    EDIT,
    VIEW,
    departments_for,
    events_of,
    lines_of,
    not_taken_in,
    reach_annual,
    shows_tasks,
    year_of,
)
from plans.annual_workflow import ANNUAL, available, perform
from plans.forms.years import AnnualActForm, AnnualBeginForm, DiscardForm
from plans.models import AnnualPlan, AnnualStatus, Plan
from plans.services.annual import begin, discard, draw, editable
from plans.tree import reach_plan
from plans.views.plans import OnePlan, trail
from portal.errors import NotFound
from portal.http import ActPage, PortalView
from records.words import act_words, as_timeline
from records.workflow import Request, Transition
from units.calendar import office_day, today

S = AnnualStatus
CHIPS = {
    S.DRAFT: ("idle", "✎"), S.SUBMITTED: ("warn", "→"), S.RETURNED: ("bad", "↩"), S.APPROVED: ("good", "●"),
}  # fmt: skip
"""Tone and sign of each state."""
DANGEROUS = frozenset({"recall", "take_back", "return", "reopen"})


def url_of(row: AnnualPlan) -> str:
    return reverse("plans:annual-plan", args=[row.uid])


def annual_trail(row: AnnualPlan) -> list[tuple[str, Any]]:
    home = reverse("plans:annual", args=[row.plan.uid])
    return [*trail(row.plan), (f"{home}?year={row.year}", _("Annual plans")), (url_of(row), str(row))]


def year_given(request: HttpRequest, plan: Plan) -> int:
    """The year of the address, within the plan; this year, or the nearest of the plan, where it names none."""
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) <= len("9999") else today().year
    return min(max(year, plan.begins_on.year), plan.ends_on.year)


class AnnualsView(OnePlan):
    """The annual plans of a plan in one year, and who has none."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        year = year_given(request, plan)
        found = year_of(uid, year, self.actor)
        context = {
            "plan": plan,
            "year": year,
            "years": range(plan.begins_on.year, plan.ends_on.year + 1),
            "rows": [(row, CHIPS[S(row.status)]) for row in found.rows],
            "without": found.without,
            "may_begin": bool(departments_for(plan, self.actor)),
            "crumbs": [*trail(plan), ("", _("Annual plans"))],
        }
        return render(request, "plans/annuals.html", context)


class AnnualBeginView(OnePlan, ActPage):
    action = EDIT
    begun: AnnualPlan | None = None
    filled: AnnualBeginForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        plan = Plan.objects.visible_to(actor, VIEW).filter(uid=named["uid"]).first()
        return plan is not None and bool(departments_for(plan, actor))

    def prepare(self, **named: Any) -> None:
        self.plan = reach_plan(named["uid"], self.actor)
        self.departments = departments_for(self.plan, self.actor)
        if not self.departments:
            raise NotFound

    def form(self, data: Any = None) -> Form:
        year = year_given(self.request, self.plan) if "year" in self.request.GET else None
        self.filled = AnnualBeginForm(data, plan=self.plan, departments=self.departments, year=year)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        self.begun = begin(self.plan.uid, self.filled.given(), by=self.actor)
        return _("Begun, with the tasks whose time touches the year. Say what is to be reached.")

    def words(self) -> tuple[str, str]:
        return _("Begin an annual plan"), _("Begin")

    def consequence(self) -> str:
        return _(
            "It is drawn from the schedule: the tasks the department leads and whose time touches the year. "
            "Your office keeps it and sends it for approval."
        )

    def back(self) -> str:
        if self.begun is not None:
            return reverse("plans:annual-edit", args=[self.begun.uid])
        return reverse("plans:annual", args=[self.plan.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return [*trail(self.plan), (reverse("plans:annual", args=[self.plan.uid]), _("Annual plans"))]


class OneAnnual(PortalView):
    """What the pages about one share: it is found within the reader's reach."""

    action = VIEW
    row: AnnualPlan

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = AnnualPlan.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class AnnualView(OneAnnual):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = reach_annual(uid, self.actor)
        buttons = [(act, _button(row, act)) for act in available(row, self.actor)]
        primary = next((button for act, button in buttons if act.primary), None)
        is_shown = shows_tasks(row, self.actor)
        may_edit = row.is_editable and self.actor.can(EDIT) and row.unit_id == self.actor.hat.unit_id
        context = {
            "row": row,
            "chip": CHIPS[S(row.status)],
            "facts": facts_of(row),
            "lines": lines_of(row) if is_shown else [],
            "is_shown": is_shown,
            "may_edit": may_edit,
            "may_discard": may_edit and row.seal_id is None,
            "not_in": len(not_taken_in(row)) if may_edit else 0,
            "events": as_timeline(events_of(row, self.actor)),
            "primary": primary,
            "acts": [button for _act, button in buttons if button is not primary],
            "crumbs": [*annual_trail(row)[:-1], ("", str(row))],
        }
        return render(request, "plans/annual.html", context)


def _button(row: AnnualPlan, act: Transition) -> dict[str, Any]:
    url = reverse("plans:annual-act", args=[row.uid, act.name])
    return {"label": act_words(act), "url": url, "danger": act.name in DANGEROUS}


def facts_of(row: AnnualPlan) -> list[dict[str, Any]]:
    """Whose year, out of which plan, for whom; who sent it and what was decided."""
    facts: list[dict[str, Any]] = [
        {"label": _("Department"), "value": row.department.name if row.department else row.name},
        {"label": _("Year"), "value": str(row.year)},
        {"label": _("Plan"), "value": str(row.plan), "url": reverse("plans:plan", args=[row.plan.uid])},
        {"label": _("Kept by"), "value": row.unit.name},
        {"label": _("Approved by"), "value": row.receiver.name},
    ]
    if row.submitted_by and row.submitted_at:
        facts.append({"label": _("Sent"), "value": _by(row.submitted_by, row.submitted_at)})
    if row.decided_by and row.decided_at:
        decided = _by(row.decided_by, row.decided_at)
        facts.append({"label": row.get_status_display(), "value": decided, "note": row.comment})
    if row.seal:
        facts.append({"label": _("Fingerprint"), "value": f"{row.seal.sha256[:16]}…"})
    return facts


def _by(who: Any, at: Any) -> str:
    return _("%(who)s on %(day)s") % {"who": who.name, "day": office_day(at)}


class AnnualAct(OneAnnual, ActPage):
    """A page of one act on one of them."""

    def back(self) -> str:
        return url_of(self.row)

    def trail(self) -> list[tuple[str, Any]]:
        return annual_trail(self.row)


class AnnualActView(AnnualAct):
    """One act. The table says who may; whoever may not now is shown where it stands."""

    transition: Transition

    def prepare(self, **named: Any) -> None:
        self.row = reach_annual(named["uid"], self.actor)
        self.transition = ANNUAL[named["name"]]
        self.danger = self.transition.name in DANGEROUS

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if self.transition.name not in {act.name for act in available(self.row, self.actor)}:
            return redirect(self.back())
        return self.page(self.form())

    def form(self, data: Any = None) -> Form:
        return AnnualActForm(data, transition=self.transition, version=self.row.version)

    def act(self, given: dict[str, Any]) -> str:
        wanted = Request(self.transition.name, given["comment"], given["version"])
        done = perform(self.row, wanted, by=self.actor)
        return _("The annual plan is now “%(state)s”.") % {"state": done.get_status_display()}

    def words(self) -> tuple[str, str]:
        label = act_words(self.transition)
        return _("%(act)s: %(what)s") % {"act": label, "what": self.row}, label

    def consequence(self) -> str:
        return str(self.transition.hint)


class AnnualDrawView(AnnualAct):
    """Take in what the schedule has beside what is there."""

    action = EDIT

    def prepare(self, **named: Any) -> None:
        self.row = editable(named["uid"], self.actor, lock=False)

    def form(self, data: Any = None) -> Form:
        return DiscardForm(data)

    def act(self, given: dict[str, Any]) -> str:
        draw(self.row.uid, by=self.actor)
        return _("Taken in from the schedule.")

    def words(self) -> tuple[str, str]:
        return _("Take in from the schedule"), _("Take in")

    def consequence(self) -> str:
        names = "；".join(str(one.task) for one in not_taken_in(self.row)[:20])
        return _("These tasks come in: %(tasks)s") % {"tasks": names or "—"}


class AnnualDiscardView(AnnualAct):
    """Delete one that was never sent."""

    action = EDIT
    danger = True
    is_gone = False

    def prepare(self, **named: Any) -> None:
        self.row = editable(named["uid"], self.actor, lock=False)

    def form(self, data: Any = None) -> Form:
        return DiscardForm(data)

    def act(self, given: dict[str, Any]) -> str:
        discard(self.row.uid, by=self.actor)
        self.is_gone = True
        return _("The annual plan is discarded.")

    def words(self) -> tuple[str, str]:
        return _("Discard this annual plan"), _("Discard")

    def consequence(self) -> str:
        return _("It was never sent. The history keeps that it was begun.")

    def back(self) -> str:
        return reverse("plans:annual", args=[self.row.plan.uid]) if self.is_gone else super().back()
