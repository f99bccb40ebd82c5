"""Pages about progress: a plan as a board and by chapter, pilots and provinces, saying how far a task is."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.access import Actor
from plans.boards import board_of, by_province, chapters_of
from plans.filters.tasks import ProgressFilter
from plans.forms.progress import ProgressForm
from plans.models import Plan
from plans.progress_reading import Summary, summaries_of
from plans.services.progress import RECORD, record, why_not
from plans.task_lists import MOST, VIEW, approved_plans
from plans.tree import reach_plan, reach_task, shows_rows
from plans.views.plans import TASK_CHIPS, OnePlan, trail
from plans.views.tasks import OneTask, task_trail, task_url
from portal.errors import WrongState
from portal.http import ActPage, PortalView, listed
from units.calendar import today

PAGE = 20


class BoardView(OnePlan):
    """The leaves of a plan in columns by state."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        context = {
            "plan": plan,
            "columns": [(column, TASK_CHIPS[column.state.value]) for column in board_of(plan, self.actor, today())],
            "is_shown": shows_rows(plan, self.actor),
            "tab": "board",
            "crumbs": [*trail(plan), ("", _("Board"))],
        }
        return render(request, "plans/board.html", context)


class PlanProgressView(OnePlan):
    """A plan by chapter."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        chapters, summary = chapters_of(plan, self.actor, today())
        context = {
            "plan": plan,
            "chapters": chapters,
            "summary": summary,
            "is_shown": shows_rows(plan, self.actor),
            "tab": "progress",
            "crumbs": [*trail(plan), ("", pgettext("task", "Progress"))],
        }
        return render(request, "plans/plan_progress.html", context)


class ProgressView(PortalView):
    """Pilot areas with how far their plans are."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        filtered = ProgressFilter(request.GET, queryset=approved_plans(self.actor), actor=self.actor)
        found = listed(filtered, request, PAGE, MOST)
        plans: list[Plan] = list(found.page)
        summaries = summaries_of(plans, today())
        words = ngettext("%(count)d plan", "%(count)d plans", found.count) % {"count": found.count}
        more = _("more than %(most)d plans") % {"most": MOST}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(plan, summaries.get(plan.pk, Summary())) for plan in plans],
            "result": (more if found.is_cut else words) if found.is_valid else "",
        }
        return render(request, "plans/progress.html", context, status=found.status)


class ProvincesView(PortalView):
    """The same by province."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = by_province(approved_plans(self.actor), today())
        crumbs = [(reverse("plans:progress"), pgettext("task", "Progress")), ("", _("By province"))]
        return render(request, "plans/progress_provinces.html", {"rows": rows, "crumbs": crumbs})


class TaskProgressView(OneTask, ActPage):
    """Say how far a task is."""

    action = RECORD
    filled: ProgressForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor, **named) and not why_not(reach_task(named["uid"], actor, RECORD))

    def prepare(self, **named: Any) -> None:
        self.task = reach_task(named["uid"], self.actor, RECORD)
        if why := why_not(self.task):
            raise WrongState(why)
        self.nodes = list(self.task.nodes.all())

    def form(self, data: Any = None) -> Form:
        self.filled = ProgressForm(data, task=self.task, nodes=self.nodes)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        said = record(self.task.uid, self.filled.given(), by=self.actor)
        return _("Recorded: %(percent)s %%, “%(state)s”.") % {
            "percent": f"{said.percent.normalize():f}", "state": said.get_state_display(),
        }  # fmt: skip

    def words(self) -> tuple[str, str]:
        return _("How far is it: %(task)s") % {"task": self.task}, _("Record")

    def consequence(self) -> str:
        return _("It counts at once, without approval; what is said here stays in the history of the task.")

    def back(self) -> str:
        return task_url(self.task)

    def trail(self) -> list[tuple[str, Any]]:
        return task_trail(self.task)
