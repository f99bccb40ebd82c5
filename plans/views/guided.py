"""Pages of implementation and action plans (N11): the list, bringing one, one of them, what may be done with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from plans.filters.changes import GuidedFilter
from plans.forms.changes import GuidedForm, StepForm
from plans.guided import VIEW, events_of, listed_for, reach_guided, shows_document
from plans.guided_workflow import GUIDED, available, perform
from plans.models import GuidedPlan, GuidedStatus
from plans.services.guided import EDIT, begin_guided, edit_guided, pilots_for
from plans.views.changes import signed
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView, listed
from records.views.files import sent
from records.words import act_words, as_timeline
from records.workflow import Request, Transition

PAGE = 20
S = GuidedStatus
CHIPS = {
    S.DRAFT: ("idle", "✎"), S.SUBMITTED: ("warn", "→"), S.RETURNED: ("bad", "↩"), S.AGREED: ("good", "●"),
    S.WITHDRAWN: ("idle", "·"),
}  # fmt: skip
"""Tone and sign of each state."""
DANGEROUS = frozenset({"withdraw", "recall", "return"})


def home() -> str:
    return reverse("plans:guided-plans")


def url_of(guided: GuidedPlan) -> str:
    return reverse("plans:guided-plan", args=[guided.uid])


def trail(guided: GuidedPlan) -> list[tuple[str, Any]]:
    return [(home(), _("Implementation and action plans")), (url_of(guided), guided.title)]


class GuidedPlansView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        found = listed(GuidedFilter(request.GET, queryset=listed_for(self.actor), actor=self.actor), request, PAGE)
        result = ngettext("%(count)d document", "%(count)d documents", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(row, CHIPS[S(row.status)]) for row in found.page],
            "result": result if found.is_valid else "",
            "may_begin": pilots_for(self.actor).exists(),
        }
        return render(request, "plans/guided_plans.html", context, status=found.status)


class GuidedNewView(ActPage):
    """Bring a document of a pilot area of one's own unit."""

    action = EDIT
    begun: GuidedPlan | None = None
    filled: GuidedForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and pilots_for(actor).exists()

    def prepare(self, **named: Any) -> None:
        self.pilots = list(pilots_for(self.actor))
        if not self.pilots:
            raise NotFound

    def form(self, data: Any = None) -> Form:
        self.filled = GuidedForm(data, self.request.FILES if data is not None else None, pilots=self.pilots)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        pilot = uuid.UUID(given["pilot_area"])
        self.begun = begin_guided(pilot, self.filled.given(), self.filled.file_given(), by=self.actor)
        return _("Stored as a draft. The lead of your unit signs and submits it.")

    def words(self) -> tuple[str, str]:
        return _("Bring an implementation or action plan"), _("Store as a draft")

    def consequence(self) -> str:
        return _("The receiver of your reports gives its opinion on it. No classified matter.")

    def back(self) -> str:
        return home() if self.begun is None else url_of(self.begun)

    def trail(self) -> list[tuple[str, Any]]:
        return [(home(), _("Implementation and action plans"))]


class OneGuided(PortalView):
    """What the pages about one share: it is found within the reader's reach."""

    action = VIEW
    guided: GuidedPlan

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = GuidedPlan.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class GuidedPlanView(OneGuided):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        guided = reach_guided(uid, self.actor)
        acts = available(guided, self.actor)
        buttons = [(act, _button(guided, act)) for act in acts]
        primary = next((button for act, button in buttons if act.primary), None)
        context = {
            "guided": guided,
            "chip": CHIPS[S(guided.status)],
            "facts": facts_of(guided),
            "is_shown": shows_document(guided, self.actor),
            "may_edit": any(act.name == "withdraw" for act in acts),
            "events": as_timeline(events_of(guided, self.actor)),
            "primary": primary,
            "acts": [button for _act, button in buttons if button is not primary],
            "crumbs": [trail(guided)[0], ("", guided.title)],
        }
        return render(request, "plans/guided_plan.html", context)


def _button(guided: GuidedPlan, act: Transition) -> dict[str, Any]:
    url = reverse("plans:guided-plan-act", args=[guided.uid, act.name])
    return {"label": act_words(act), "url": url, "danger": act.name in DANGEROUS}


def facts_of(guided: GuidedPlan) -> list[dict[str, Any]]:
    """Whose document, for whom; who signed, and the opinion."""
    pilot = guided.pilot_area
    facts: list[dict[str, Any]] = [
        {"label": _("Kind"), "value": guided.get_kind_display()},
        {"label": _("Pilot area"), "value": pilot.name, "url": reverse("reporting:pilot", args=[pilot.uid])},
        {"label": _("Year"), "value": str(guided.year) if guided.year else _("the whole time of the pilot")},
        {"label": _("From"), "value": guided.unit.name},
        {"label": _("For"), "value": guided.receiver.name},
    ]
    if guided.note:
        facts.append({"label": _("What the receiver should know"), "value": guided.note})
    if guided.submitted_by and guided.submitted_at:
        facts.append({"label": _("Signed"), "value": signed(guided.submitted_by, guided.submitted_at)})
    return facts


class GuidedEditView(OneGuided, ActPage):
    """Other words, or another document."""

    action = EDIT
    revision = "version"
    filled: GuidedForm

    def prepare(self, **named: Any) -> None:
        self.guided = reach_guided(named["uid"], self.actor, EDIT)

    def form(self, data: Any = None) -> Form:
        self.filled = GuidedForm(data, self.request.FILES if data is not None else None, guided=self.guided)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        file = self.filled.file_given()
        edit_guided(self.guided.uid, self.filled.given(), given["version"], file, by=self.actor)
        return _("The document is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        now = GuidedPlan.objects.get(pk=self.guided.pk)
        return [(self.filled.fields[name].label, str(getattr(now, name) or "—")) for name in ("title", "year", "note")]

    def words(self) -> tuple[str, str]:
        return _("Change: %(title)s") % {"title": self.guided.title}, _("Save")

    def back(self) -> str:
        return url_of(self.guided)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.guided)


class GuidedFileView(OneGuided):
    """The document, as a download."""

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = GuidedPlan.objects.visible_to(actor, VIEW).filter(uid=named["uid"], file__isnull=False)
        return actor.can(VIEW) and any(shows_document(row, actor) for row in rows)

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        guided = reach_guided(uid, self.actor)
        if guided.file is None or not shows_document(guided, self.actor):
            raise NotFound
        return sent(guided.file)


class GuidedActView(OneGuided, ActPage):
    """One act. The table says who may; whoever may not now is shown where it stands."""

    template = "plans/step.html"
    transition: Transition

    def prepare(self, **named: Any) -> None:
        self.guided = reach_guided(named["uid"], self.actor)
        self.transition = GUIDED[named["name"]]
        self.danger = self.transition.name in DANGEROUS

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if self.transition.name not in {act.name for act in available(self.guided, self.actor)}:
            return redirect(self.back())
        return self.page(self.form())

    def form(self, data: Any = None) -> Form:
        return StepForm(data, transition=self.transition, version=self.guided.version, reason=_("Opinion"))

    def more(self) -> dict[str, Any]:
        return {"facts": facts_of(self.guided)}

    def act(self, given: dict[str, Any]) -> str:
        wanted = Request(self.transition.name, given["comment"], given["version"])
        done = perform(self.guided, wanted, by=self.actor)
        return _("The document is now “%(state)s”.") % {"state": done.get_status_display()}

    def words(self) -> tuple[str, str]:
        label = act_words(self.transition)
        return _("%(act)s: %(what)s") % {"act": label, "what": self.guided.title}, label

    def consequence(self) -> str:
        return str(self.transition.hint)

    def back(self) -> str:
        return url_of(self.guided)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.guided)
