"""Pages about plans: the list, beginning one, one as a tree, its head, multi-plan integration (N7)."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from plans.filters.plans import PlanFilter
from plans.forms.plans import BeginPlanForm, PlanForm
from plans.models import Plan, PlanStatus
from plans.multi_plan_book import multi_plan_book
from plans.plan_workflow import available
from plans.progress_reading import Summary, summaries_of, summary_of
from plans.services.plans import begin, change_head
from plans.tree import (
    EDIT,
    VIEW,
    events_of,
    listed_plans,
    may_arrange,
    may_edit,
    multi_plan_counts,
    multi_plan_of,
    pilots_to_plan,
    reach_plan,
    shows_rows,
    tree_of,
)
from plans.views.answers import handed_out
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView, listed
from records.words import act_words, as_timeline
from units.calendar import office_day, today

PAGE, HISTORY = 20, 12
S = PlanStatus
CHIPS = {
    S.DRAFT: ("idle", "✎"), S.SIGNING: ("warn", "?"), S.SUBMITTED: ("warn", "→"), S.RETURNED: ("bad", "↩"),
    S.APPROVED: ("good", "●"),
}  # fmt: skip
"""Tone and sign of each state."""
TASK_CHIPS = {
    "not_started": ("idle", "○"), "under_way": ("busy", "◐"), "done": ("good", "●"), "stopped": ("idle", "■"),
}  # fmt: skip
DANGEROUS = frozenset({"return", "send_back", "recall", "take_back"})


def url_of(plan: Plan) -> str:
    return reverse("plans:plan", args=[plan.uid])


def trail(plan: Plan) -> list[tuple[str, Any]]:
    """The way to a plan's pages."""
    return [(reverse("plans:plans"), _("Plans")), (url_of(plan), plan.pilot_area.name)]


class PlansView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = PlanFilter(request.GET, queryset=listed_plans(self.actor), actor=self.actor)
        found = listed(rows, request, PAGE)
        plans: list[Plan] = list(found.page)
        summaries = summaries_of(plans, today())
        result = ngettext("%(count)d plan", "%(count)d plans", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(plan, CHIPS[S(plan.status)], summaries.get(plan.pk, Summary())) for plan in plans],
            "result": result if found.is_valid else "",
            "may_begin": pilots_to_plan(self.actor).exists(),
        }
        return render(request, "plans/plans.html", context, status=found.status)


class PlanBeginView(ActPage):
    """Begin the plan of a pilot area of one's own unit that has none."""

    action = EDIT
    begun: Plan | None = None
    filled: BeginPlanForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and pilots_to_plan(actor).exists()

    def prepare(self, **named: Any) -> None:
        self.pilots = list(pilots_to_plan(self.actor))
        if not self.pilots:
            raise NotFound

    def form(self, data: Any = None) -> Form:
        self.filled = BeginPlanForm(data, pilots=self.pilots)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        self.begun = begin(uuid.UUID(given["pilot_area"]), self.filled.given(), by=self.actor)
        return _("Begun. Add the goals, then the tasks and measures below them.")

    def words(self) -> tuple[str, str]:
        return _("Begin a plan"), _("Begin")

    def consequence(self) -> str:
        return _("Each pilot area has one plan: its key points as rows. Once approved it changes by request only.")

    def back(self) -> str:
        return reverse("plans:plans") if self.begun is None else url_of(self.begun)

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("plans:plans"), _("Plans"))]


class OnePlan(PortalView):
    """What the pages about one plan share: it is found within the reader's reach."""

    action = VIEW
    plan: Plan

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Plan.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class PlanView(OnePlan):
    """The plan as a tree; what may be done with it; what happened to it."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        buttons = [(act, _button(plan, act)) for act in available(plan, self.actor)]
        primary = next((button for act, button in buttons if act.primary), None)
        context = {
            "plan": plan,
            "chip": CHIPS[S(plan.status)],
            "facts": plan_facts(plan, is_shown=shows_rows(plan, self.actor)),
            "summary": summary_of(plan, today()),
            "rows": [(row, TASK_CHIPS[row.line.state]) for row in tree_of(plan, self.actor, today())],
            "is_shown": shows_rows(plan, self.actor),
            "may_edit": may_edit(plan, self.actor),
            "may_arrange": may_arrange(plan, self.actor),
            "events": _history(plan, self.actor),
            "primary": primary,
            "acts": [button for _act, button in buttons if button is not primary],
            "crumbs": [trail(plan)[0], ("", plan.pilot_area.name)],
        }
        return render(request, "plans/plan.html", context)


def _history(plan: Plan, by: Actor) -> list[dict[str, Any]]:
    """The newest acts on the plan and its rows; an act on a row names the row and leads to it."""
    events = list(events_of(plan, by)[:HISTORY])
    rows = as_timeline(events)
    tasks = {str(uid) for uid in plan.tasks.current().values_list("uid", flat=True)}
    for row, event in zip(rows, events, strict=True):
        uid = event.data.get("task") or event.data.get("uid")
        if uid in tasks:
            row |= {"act": f"{row['act']} · {event.outcome}", "url": reverse("plans:task", args=[uid])}
    return rows


def _button(plan: Plan, act: Any) -> dict[str, Any]:
    url = reverse("plans:plan-act", args=[plan.uid, act.name])
    return {"label": act_words(act), "url": url, "danger": act.name in DANGEROUS}


def plan_facts(plan: Plan, *, is_shown: bool = False) -> list[dict[str, Any]]:
    """Whose plan, from when to when, out of which document, who approved it; its file for whoever sees the rows."""
    pilot = plan.pilot_area
    facts: list[dict[str, Any]] = [
        {"label": _("Pilot area"), "value": pilot.name, "url": reverse("reporting:pilot", args=[pilot.uid])},
        {"label": _("Kept by"), "value": plan.unit.name},
        {"label": _("Approved by"), "value": plan.receiver.name},
        {"label": _("Time"), "value": f"{plan.begins_on} – {plan.ends_on}"},
    ]
    if plan.document:
        url = reverse("indicators:document", args=[plan.document.uid])
        facts.append({"label": _("Document"), "value": str(plan.document), "url": url})
    if plan.original and is_shown:
        url = reverse("plans:original", args=[plan.uid])
        facts.append({"label": _("Original file"), "value": plan.original.name, "url": url})
    if plan.source:
        facts.append({"label": _("Source"), "value": plan.source})
    if plan.edition:
        url = reverse("plans:editions", args=[plan.uid]) if is_shown else ""
        facts.append({"label": _("Edition"), "value": str(plan.edition), "note": _edition_note(plan), "url": url})
    if plan.seal:
        facts.append({"label": _("Fingerprint"), "value": f"{plan.seal.sha256[:16]}…"})
    return facts


def _edition_note(plan: Plan) -> str:
    edition = plan.editions.select_related("approved_by").filter(number=plan.edition).first()
    if edition and edition.approved_by:
        return _("%(who)s on %(day)s") % {"who": edition.approved_by.name, "day": office_day(edition.approved_at)}
    return _("Entered from the document: nobody approved it here.")


class PlanHeadView(OnePlan, ActPage):
    """Title, document and dates, while the plan is written."""

    action = EDIT
    revision = "version"
    filled: PlanForm

    def prepare(self, **named: Any) -> None:
        self.plan = reach_plan(named["uid"], self.actor, EDIT)

    def form(self, data: Any = None) -> Form:
        self.filled = PlanForm(data, plan=self.plan)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        change_head(self.plan.uid, self.filled.given(), given["version"], by=self.actor)
        return _("The plan is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fields = self.filled.fields
        return [(fields[name].label, text) for name, text in error.extra["theirs"].items() if name in fields and text]

    def words(self) -> tuple[str, str]:
        return _("Title, document and dates of the plan"), _("Save")

    def back(self) -> str:
        return url_of(self.plan)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)


class MultiPlanView(OnePlan):
    """What the plan undertakes for multi-plan integration, and how far it is."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        found = multi_plan_of(plan, self.actor, today())
        context = {
            "plan": plan,
            "found": found,
            "rows": [(row, TASK_CHIPS[row.line.state]) for row in found.rows],
            "is_shown": shows_rows(plan, self.actor),
            "crumbs": [*trail(plan), ("", _("Multi-plan integration"))],
        }
        return render(request, "plans/multi_plan.html", context)


class MultiPlanBookView(OnePlan):
    """The same as a workbook."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> FileResponse:
        plan = reach_plan(uid, self.actor)
        return handed_out(multi_plan_book(multi_plan_of(plan, self.actor, today())))


class MultiPlansView(PortalView):
    """Multi-plan integration of all plans in reach: how much is tagged in each."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = PlanFilter(request.GET, queryset=listed_plans(self.actor), actor=self.actor)
        found = listed(rows, request, PAGE)
        plans: list[Plan] = list(found.page)
        counts = multi_plan_counts(plans)
        result = ngettext("%(count)d plan", "%(count)d plans", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(plan, counts.get(plan.pk, 0)) for plan in plans],
            "result": result if found.is_valid else "",
            "crumbs": [(reverse("plans:plans"), _("Plans")), ("", _("Multi-plan integration"))],
        }
        return render(request, "plans/multi_plans.html", context, status=found.status)
