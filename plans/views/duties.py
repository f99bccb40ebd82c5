"""Pages about who answers for what: the matrix of a plan, naming somebody for a task, releasing them."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.duties import duties_of_task
from plans.duty_matrix import duties_book, matrix_of, tiers_of
from plans.duty_reading import duties_seen, reach_duty
from plans.forms.duties import DutyForm, MatrixForm, ReleaseForm
from plans.models import Duty, Tier
from plans.services.duties import give, release
from plans.tree import EDIT, may_arrange, reach_plan, reach_task
from plans.views.answers import handed_out
from plans.views.plans import OnePlan, trail
from plans.views.tasks import TaskAct, task_trail
from portal.http import ActPage


class DutiesView(OnePlan):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan, form = reach_plan(uid, self.actor), MatrixForm(request.GET)
        matrix = matrix_of(plan, self.actor, **form.wanted())
        context = {
            "plan": plan,
            "form": form,
            "matrix": matrix,
            "tiers": list(Tier),
            "may_arrange": may_arrange(plan, self.actor),
            "query": request.GET.urlencode(),
            "reset_url": reverse("plans:duties", args=[plan.uid]),
            "crumbs": [*trail(plan), ("", _("Duties"))],
        }
        return render(request, "plans/duties.html", context)


class DutiesBookView(OnePlan):
    """The same as a workbook, filtered as the page."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> FileResponse:
        plan = reach_plan(uid, self.actor)
        return handed_out(duties_book(matrix_of(plan, self.actor, **MatrixForm(request.GET).wanted())))


class TaskDutiesView(TaskAct):
    """Who answers for one task, and naming one more."""

    template = "plans/task_duties.html"
    filled: DutyForm

    def form(self, data: Any = None) -> Form:
        tier = self.request.GET.get("tier", "")
        self.filled = DutyForm(data, task=self.task, tier=tier if tier in Tier.values else "")
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        duty = give(self.task.uid, self.filled.given(), by=self.actor)
        return _("%(who)s answers for it now: %(tier)s.") % {"who": duty.who, "tier": duty.get_tier_display()}

    def more(self) -> dict[str, Any]:
        return {"tiers": tiers_of(duties_of_task(self.task)), "task": self.task}

    def words(self) -> tuple[str, str]:
        return _("Who answers for “%(task)s”") % {"task": self.task.name}, _("Name them")

    def consequence(self) -> str:
        return _(
            "Needs no approval. There is one principal leader and one lead department: whoever is named takes over. "
            "What you name here stands before what the row above has in that tier."
        )

    def back(self) -> str:
        return reverse("plans:task-duties" if self.request.method == "POST" else "plans:task", args=[self.task.uid])


class DutyReleaseView(ActPage):
    """Somebody answers for a task no more."""

    action = EDIT
    danger = True
    duty: Duty

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and duties_seen(actor).filter(uid=named["uid"]).exists()

    def prepare(self, **named: Any) -> None:
        self.duty = reach_duty(named["uid"], self.actor)
        self.task = reach_task(self.duty.task.uid, self.actor, EDIT)

    def form(self, data: Any = None) -> Form:
        return ReleaseForm(data)

    def act(self, given: dict[str, Any]) -> str:
        duty = release(self.duty.uid, by=self.actor)
        return _("%(who)s does not answer for it any more.") % {"who": duty.who}

    def words(self) -> tuple[str, str]:
        return _("Release %(who)s from “%(task)s”") % {"who": self.duty.who, "task": self.task.name}, _("Release")

    def consequence(self) -> str:
        return _("If nobody else is named here in this tier, what the row above has holds for this one too.")

    def back(self) -> str:
        return reverse("plans:task-duties", args=[self.task.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return task_trail(self.task)
