"""Pages of a plan's editions, of its acts, and its original file."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.changes import differences_between, editions_of, reach_edition
from plans.forms.changes import FileForm, StepForm
from plans.models import Plan, PlanEdition
from plans.plan_content import WORDING
from plans.plan_workflow import PLAN, available, perform
from plans.services.originals import bring_original
from plans.tree import EDIT, reach_plan, shows_rows
from plans.views.changes import signed
from plans.views.plans import DANGEROUS, OnePlan, plan_facts, trail, url_of
from plans.wording import LABELS, Names, differences_in_words
from portal.errors import NotFound, bad
from portal.http import ActPage
from records.views.files import sent
from records.words import act_words
from records.workflow import Request, Transition

SHOWN = tuple(name for name in WORDING if name not in ("level", "parent", "mark", "name_zh", "name_en", "text"))
"""What stands in small below the wording of a row."""


class EditionsView(OnePlan):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        editions = list(editions_of(plan))
        context = {
            "plan": plan,
            "editions": [(edition, _approval(edition)) for edition in editions],
            "crumbs": [*trail(plan), ("", _("Editions"))],
        }
        return render(request, "plans/editions.html", context)


def _approval(edition: PlanEdition) -> str:
    """Who approved a wording and when; the day alone where it was taken over from a document."""
    if edition.approved_by is None:
        return _("entered from the document, approved by nobody here")
    return signed(edition.approved_by, edition.approved_at)


class EditionView(OnePlan):
    """One approved wording, as it was sealed."""

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PlanEdition.objects.filter(plan__uid=named["uid"], number=named["number"])
        return super().within_reach(actor, **named) and rows.exists()

    def get(self, request: HttpRequest, uid: uuid.UUID, number: int) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        edition = reach_edition(plan, number)
        context = {
            "plan": plan,
            "edition": edition,
            "approval": _approval(edition),
            "content": edition.content,
            "rows": rows_in_words(plan, edition.content),
            "older": number - 1,
            "crumbs": [*_edition_trail(plan), ("", _("Edition %(number)d") % {"number": number})],
        }
        return render(request, "plans/edition.html", context)


def _edition_trail(plan: Plan) -> list[tuple[str, Any]]:
    return [*trail(plan), (reverse("plans:editions", args=[plan.uid]), _("Editions"))]


def rows_in_words(plan: Plan, content: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a wording with their depth and, in words, what is said of each beside its text."""
    names = Names(plan, ())
    depth: dict[str | None, int] = {None: -1}
    found = []
    for task in content["tasks"]:
        depth[task["uid"]] = depth.get(task["parent"], -1) + 1
        said = [(LABELS[name], names.text(name, task[name])) for name in SHOWN if task[name]]
        found.append({"task": task, "depth": depth[task["uid"]], "said": said})
    return found


class EditionDifferencesView(OnePlan):
    """What is otherwise in one edition than in an earlier one: `?from=`, the one before where it is left out."""

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return EditionView.within_reach(actor, **named) and named["number"] > 1

    def get(self, request: HttpRequest, uid: uuid.UUID, number: int) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        edition = reach_edition(plan, number)
        since = number_of(request.GET.get("from", ""), number - 1)
        if number == 1:
            raise NotFound
        context = {
            "plan": plan,
            "edition": edition,
            "since": since,
            "rows": differences_in_words(plan, differences_between(edition, since)),
            "others": [(n, n == since) for n in range(number - 1, 0, -1)],
            "crumbs": [*_edition_trail(plan), ("", _("Edition %(number)d") % {"number": number})],
        }
        return render(request, "plans/edition_differences.html", context)


def number_of(text: str, otherwise: int) -> int:
    """The number in the address. Raises BadInput."""
    if not text:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise bad("no_such_edition", _("Choose an earlier edition of this plan."), "from")
    return int(text)


class OriginalView(OnePlan):
    """The file the plan was approved with, as a download. Whoever does not see the rows does not see it."""

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        plan = Plan.objects.visible_to(actor, cls.action).filter(uid=named["uid"], original__isnull=False).first()
        return actor.can(cls.action) and plan is not None and shows_rows(plan, actor)

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        plan = reach_plan(uid, self.actor)
        if plan.original is None or not shows_rows(plan, self.actor):
            raise NotFound
        return sent(plan.original)


class OriginalNewView(OnePlan, ActPage):
    """Bring the original file of a plan that is being written."""

    action = EDIT
    filled: FileForm

    def prepare(self, **named: Any) -> None:
        self.plan = reach_plan(named["uid"], self.actor, EDIT)

    def form(self, data: Any = None) -> Form:
        self.filled = FileForm(data, self.request.FILES if data is not None else None, version=self.plan.version)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        bring_original(self.plan.uid, self.filled.given(), by=self.actor)
        return _("The file is stored.")

    def words(self) -> tuple[str, str]:
        return _("Original file of the plan"), _("Store it")

    def consequence(self) -> str:
        if self.plan.is_approved:
            return _("The plan is approved: what was approved changes by request only. Propose a change.")
        return ""

    def back(self) -> str:
        return url_of(self.plan)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)


class PlanActView(OnePlan, ActPage):
    """One act on a plan. The table says who may; whoever may not now is shown where it stands."""

    template = "plans/step.html"
    transition: Transition

    def prepare(self, **named: Any) -> None:
        self.plan = reach_plan(named["uid"], self.actor)
        self.transition = PLAN[named["name"]]
        self.danger = self.transition.name in DANGEROUS

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if self.transition.name not in {act.name for act in available(self.plan, self.actor)}:
            return redirect(self.back())
        return self.page(self.form())

    def form(self, data: Any = None) -> Form:
        return StepForm(data, transition=self.transition, version=self.plan.version)

    def more(self) -> dict[str, Any]:
        return {"facts": plan_facts(self.plan)}

    def act(self, given: dict[str, Any]) -> str:
        wanted = Request(self.transition.name, given["comment"], given["version"])
        done = perform(self.plan, wanted, by=self.actor)
        return _("The plan is now “%(state)s”.") % {"state": done.get_status_display()}

    def words(self) -> tuple[str, str]:
        label = act_words(self.transition)
        return _("%(act)s: %(what)s") % {"act": label, "what": self.plan}, label

    def consequence(self) -> str:
        return str(self.transition.hint)

    def back(self) -> str:
        return url_of(self.plan)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)
