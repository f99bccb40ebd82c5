"""Pages of change requests: those of a plan, beginning one, one of them side by side, what may be done with it."""

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
from plans.change_workflow import CHANGE, available, perform
from plans.changes import (
    VIEW,
    events_of,
    listed_for,
    may_propose,
    open_change,
    original_wanted,
    reach_change,
    rows_shown,
    shows_rows,
)
from plans.filters.changes import ChangeFilter
from plans.forms.changes import ChangeForm, FileForm, StepForm, VersionForm
from plans.models import ChangeItem, ChangeRequest, ChangeStatus
from plans.services.changes import begin_change, drop_row, edit_change
from plans.services.originals import propose_original
from plans.tree import EDIT, reach_plan
from plans.views.plans import OnePlan, trail
from plans.wording import RowShown, items_in_words
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView, listed
from records.views.files import sent
from records.words import act_words, as_timeline
from records.workflow import Request, Transition
from units.calendar import office_day

PAGE = 20
S = ChangeStatus
CHIPS = {
    S.DRAFT: ("idle", "✎"), S.SIGNING: ("warn", "?"), S.SUBMITTED: ("warn", "→"), S.RETURNED: ("bad", "↩"),
    S.APPROVED: ("good", "●"), S.REFUSED: ("bad", "×"), S.WITHDRAWN: ("idle", "·"),
}  # fmt: skip
"""Tone and sign of each state."""
DANGEROUS = frozenset({"withdraw", "send_back", "recall", "return", "refuse"})


def url_of(change: ChangeRequest) -> str:
    return reverse("plans:change", args=[change.uid])


def change_trail(change: ChangeRequest) -> list[tuple[str, Any]]:
    """The way to a request's pages."""
    home = reverse("plans:changes", args=[change.plan.uid])
    return [*trail(change.plan), (home, _("Change requests")), (url_of(change), change.title)]


class PlanChangesView(OnePlan):
    """The requests to change one plan, and whether another can be begun."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        found = listed(ChangeFilter(request.GET, queryset=listed_for(self.actor, plan)), request, PAGE)
        result = ngettext("%(count)d change request", "%(count)d change requests", found.count)
        context = {
            "plan": plan,
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(row, CHIPS[S(row.status)]) for row in found.page],
            "result": result % {"count": found.count} if found.is_valid else "",
            "may_begin": may_propose(plan, self.actor) and open_change(plan) is None,
            "crumbs": [*trail(plan), ("", _("Change requests"))],
        }
        return render(request, "plans/changes.html", context, status=found.status)


class ChangeNewView(OnePlan, ActPage):
    """Begin a request; its rows come afterwards."""

    action = EDIT
    begun: ChangeRequest | None = None
    filled: ChangeForm

    def prepare(self, **named: Any) -> None:
        self.plan = reach_plan(named["uid"], self.actor, EDIT)

    def form(self, data: Any = None) -> Form:
        self.filled = ChangeForm(data)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        self.begun = begin_change(self.plan.uid, self.filled.given(), by=self.actor)
        return _("Begun. Say what the plan shall say instead, task by task.")

    def words(self) -> tuple[str, str]:
        return _("Propose a change of the plan"), _("Begin")

    def consequence(self) -> str:
        return _("What was approved stays as it is until the request is approved. One request at a time.")

    def back(self) -> str:
        return reverse("plans:changes", args=[self.plan.uid]) if self.begun is None else url_of(self.begun)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.plan)


class OneChange(PortalView):
    """What the pages about one share: it is found within the reader's reach."""

    action = VIEW
    change: ChangeRequest

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = ChangeRequest.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class ChangeView(OneChange):
    """What the plan says and what it shall say, side by side; what may be done now; what happened."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        change = reach_change(uid, self.actor)
        acts = available(change, self.actor)
        buttons = [(act, _button(change, act)) for act in acts]
        primary = next((button for act, button in buttons if act.primary), None)
        may_edit = any(act.name == "send_for_signing" for act in acts)
        items = rows_shown(change, self.actor)
        context = {
            "change": change,
            "plan": change.plan,
            "chip": CHIPS[S(change.status)],
            "facts": facts_of(change),
            "rows": [(row, _row_urls(change, item, row)) for item, row in _in_words(change, items)],
            "brings_original": any(item.task_id is None and item.wanted.get("original") for item in items),
            "is_shown": shows_rows(change, self.actor),
            "may_edit": may_edit,
            "events": as_timeline(events_of(change, self.actor)),
            "primary": primary,
            "acts": [button for _act, button in buttons if button is not primary],
            "crumbs": [*change_trail(change)[:-1], ("", change.title)],
        }
        return render(request, "plans/change.html", context)


def _in_words(change: ChangeRequest, items: list[ChangeItem]) -> list[tuple[ChangeItem, RowShown]]:
    return list(zip(items, items_in_words(change.plan, items), strict=True))


def _row_urls(change: ChangeRequest, item: ChangeItem, row: RowShown) -> dict[str, str]:
    """Where a row is written anew, and where it is taken out."""
    out = reverse("plans:change-row-remove", args=[change.uid, item.uid])
    match row.kind:
        case "head":
            edit = reverse("plans:propose-head", args=[change.plan.uid])
        case "add":
            edit = reverse("plans:change-row", args=[change.uid, item.uid])
        case "change":
            edit = reverse("plans:propose", args=[item.task.uid]) if item.task else ""
        case _:
            edit = ""
    return {"edit": edit, "remove": out}


def _button(change: ChangeRequest, act: Transition) -> dict[str, Any]:
    url = reverse("plans:change-act", args=[change.uid, act.name])
    return {"label": act_words(act), "url": url, "danger": act.name in DANGEROUS}


def facts_of(change: ChangeRequest) -> list[dict[str, Any]]:
    """Of which plan and edition, why; who signed and what was decided."""
    plan = change.plan
    facts: list[dict[str, Any]] = [
        {"label": _("Plan"), "value": str(plan), "url": reverse("plans:plan", args=[plan.uid])},
        {"label": _("Pilot area"), "value": plan.pilot_area.name},
        {"label": _("Written against"), "value": _("edition %(number)d") % {"number": change.based_on}},
        {"label": _("Why the plan shall change"), "value": change.reason},
    ]
    if change.submitted_by and change.submitted_at:
        facts.append({"label": _("Signed"), "value": signed(change.submitted_by, change.submitted_at)})
    if change.decided_by and change.decided_at:
        decided = signed(change.decided_by, change.decided_at)
        facts.append({"label": change.get_status_display(), "value": decided, "note": change.comment})
    if change.seal:
        facts.append({"label": _("Fingerprint"), "value": f"{change.seal.sha256[:16]}…"})
    return facts


def signed(who: Any, at: Any) -> str:
    return _("%(who)s on %(day)s") % {"who": who.name, "day": office_day(at)}


class ChangeAct(OneChange, ActPage):
    """A page that writes in one request."""

    action = EDIT

    def prepare(self, **named: Any) -> None:
        self.change = reach_change(named["uid"], self.actor, EDIT)

    def back(self) -> str:
        return url_of(self.change)

    def trail(self) -> list[tuple[str, Any]]:
        return change_trail(self.change)


class ChangeEditView(ChangeAct):
    """Another title or reason."""

    revision = "version"
    filled: ChangeForm

    def form(self, data: Any = None) -> Form:
        self.filled = ChangeForm(data, change=self.change)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        edit_change(self.change.uid, self.filled.given(), given["version"], by=self.actor)
        return _("The request is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        now = ChangeRequest.objects.get(pk=self.change.pk)
        return [(self.filled.fields[name].label, getattr(now, name)) for name in ("title", "reason")]

    def words(self) -> tuple[str, str]:
        return _("Title and reason of the request"), _("Save")


class ChangeRowRemoveView(ChangeAct):
    """Take a row out of a request."""

    danger = True
    row: RowShown

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        found = _in_words(self.change, rows_shown(self.change, self.actor))
        row = next((row for item, row in found if item.uid == named["row"]), None)
        if row is None:
            raise NotFound
        self.row = row

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = ChangeItem.objects.filter(uid=named["row"], change__uid=named["uid"])
        return super().within_reach(actor, **named) and rows.exists()

    def form(self, data: Any = None) -> Form:
        return VersionForm(data, version=self.change.version)

    def act(self, given: dict[str, Any]) -> str:
        drop_row(self.change.uid, uuid.UUID(self.row.uid), given["version"], by=self.actor)
        return _("Taken out: %(task)s.") % {"task": self.row.name}

    def words(self) -> tuple[str, str]:
        return _("Take “%(task)s” out of the request") % {"task": self.row.name}, _("Take out")


class ChangeOriginalView(OneChange):
    """The original file a request brings, as a download."""

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        if not super().within_reach(actor, **named):
            return False
        try:
            original_wanted(reach_change(named["uid"], actor), actor)
        except NotFound:
            return False
        return True

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        return sent(original_wanted(reach_change(uid, self.actor), self.actor))


class ChangeOriginalNewView(ChangeAct):
    """Another original file, as part of a request."""

    filled: FileForm

    def form(self, data: Any = None) -> Form:
        files = self.request.FILES if data is not None else None
        self.filled = FileForm(data, files, version=self.change.version)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        propose_original(self.change.uid, self.filled.given(), given["version"], by=self.actor)
        return _("The file is part of the request now.")

    def words(self) -> tuple[str, str]:
        return _("Another original file of the plan"), _("Put it into the request")


class ChangeActView(OneChange, ActPage):
    """One act. The table says who may; whoever may not now is shown where it stands."""

    template = "plans/step.html"
    transition: Transition

    def prepare(self, **named: Any) -> None:
        self.change = reach_change(named["uid"], self.actor)
        self.transition = CHANGE[named["name"]]
        self.danger = self.transition.name in DANGEROUS

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if self.transition.name not in {act.name for act in available(self.change, self.actor)}:
            return redirect(self.back())
        return self.page(self.form())

    def form(self, data: Any = None) -> Form:
        return StepForm(data, transition=self.transition, version=self.change.version)

    def more(self) -> dict[str, Any]:
        return {"facts": facts_of(self.change)}

    def act(self, given: dict[str, Any]) -> str:
        wanted = Request(self.transition.name, given["comment"], given["version"])
        done = perform(self.change, wanted, by=self.actor)
        return _("The request is now “%(state)s”.") % {"state": done.get_status_display()}

    def words(self) -> tuple[str, str]:
        label = act_words(self.transition)
        return _("%(act)s: %(what)s") % {"act": label, "what": self.change.title}, label

    def consequence(self) -> str:
        return str(self.transition.hint)

    def back(self) -> str:
        return url_of(self.change)

    def trail(self) -> list[tuple[str, Any]]:
        return change_trail(self.change)
