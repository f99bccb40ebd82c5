"""Requests for more time: the list, one of them, deciding on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.http import ActPage, PortalView, listed
from records.words import act_words
from records.workflow import Request, Transition
from reporting.day_words import day_in_words
from reporting.due_dates import receivers_own_date
from reporting.extension_workflow import EXTENSION, available, perform
from reporting.filters.extensions import ExtensionFilter
from reporting.forms.extensions import ExtensionActForm
from reporting.models import Extension, ExtensionStatus
from reporting.services.extensions import listed_for, reach_extension
from reporting.views.base import report_url
from units.calendar import office_day

PAGE = 20
S = ExtensionStatus
CHIPS = {S.REQUESTED: ("warn", "?"), S.GRANTED: ("good", "●"), S.REFUSED: ("bad", "✕"), S.WITHDRAWN: ("idle", "·")}
"""Tone and sign of each state."""
DANGEROUS = frozenset({"refuse", "withdraw"})


class ExtensionsView(PortalView):
    action = "report.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = listed(ExtensionFilter(request.GET, queryset=listed_for(self.actor), actor=self.actor), request, PAGE)
        result = ngettext("%(count)d request or extension", "%(count)d requests and extensions", found.count)
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(row, CHIPS[S(row.status)]) for row in found.page],
            "result": result % {"count": found.count} if found.is_valid else "",
        }
        return render(request, "reporting/extensions.html", context, status=found.status)


class OneExtension(PortalView):
    """What the pages about one request share: it is found where its report is."""

    action = "report.view"
    extension: Extension

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and listed_for(actor).filter(uid=named["uid"]).exists()


class ExtensionView(OneExtension):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        extension = reach_extension(uid, self.actor)
        buttons = [(act, _button(extension, act)) for act in available(extension, self.actor)]
        primary = next((button for act, button in buttons if act.primary), None)
        context = {
            "extension": extension,
            "report": extension.due.report,
            "chip": CHIPS[S(extension.status)],
            "facts": _facts(extension),
            "own_date": late_for_receiver(extension) if extension.status == S.REQUESTED else None,
            "primary": primary,
            "acts": [button for _act, button in buttons if button is not primary],
            "crumbs": [*trail(extension)[:2], ("", _("More time"))],
        }
        return render(request, "reporting/extension.html", context)


def late_for_receiver(extension: Extension) -> Any:
    """By when the receiver itself owes, where what is asked for is later than that; else None."""
    own = receivers_own_date(extension.due)
    return own if own is not None and extension.asked_due_on > own else None


def trail(extension: Extension) -> list[tuple[str, Any]]:
    report = extension.due.report
    here = reverse("reporting:extension", args=[extension.uid])
    listed_at = reverse("reporting:extensions")
    return [(listed_at, _("More time")), (report_url(report), str(report.title)), (here, _("More time"))]


def _button(extension: Extension, act: Transition) -> dict[str, Any]:
    url = reverse("reporting:extension-act", args=[extension.uid, act.name])
    return {"label": act_words(act), "url": url, "danger": act.name in DANGEROUS}


def _facts(extension: Extension) -> list[dict[str, Any]]:
    """What was asked or given, by whom and why, and what was decided."""
    due = extension.due
    facts = [
        {"label": _("First due date"), "value": day_in_words(due.first_due_on)},
        {"label": _("Due when this was asked or given"), "value": day_in_words(extension.due_on_before)},
        {"label": _("Due now"), "value": day_in_words(due.due_on)},
    ]
    if extension.requested_by:
        facts.append(
            {
                "label": _("Asked for"),
                "value": day_in_words(extension.asked_due_on),
                "note": _by(extension, "requested"),
            }
        )
    facts.append({"label": _("Reason"), "value": extension.reason})
    if extension.granted_due_on:
        facts.append(
            {"label": _("Given"), "value": day_in_words(extension.granted_due_on), "note": _by(extension, "decided")}
        )
    elif extension.decided_by:
        facts.append({"label": extension.get_status_display(), "value": _by(extension, "decided")})
    if extension.comment:
        facts.append({"label": _("Note on the decision"), "value": extension.comment})
    if extension.blanket:
        facts.append({"label": _("Together with"), "value": _("more time for all senders of a region")})
    return facts


def _by(extension: Extension, what: str) -> str:
    who, at = getattr(extension, f"{what}_by"), getattr(extension, f"{what}_at")
    return _("%(who)s on %(day)s") % {"who": who.name if who else "—", "day": office_day(at) if at else "—"}


class ExtensionActView(OneExtension, ActPage):
    """One decision. The table says who may; whoever may not now is shown where the request stands."""

    template = "reporting/extension_act.html"
    transition: Transition

    def more(self) -> dict[str, Any]:
        return {"report": self.extension.due.report, "facts": _facts(self.extension)}

    def prepare(self, **named: Any) -> None:
        self.extension = reach_extension(named["uid"], self.actor)
        self.transition = EXTENSION[named["name"]]
        self.danger = self.transition.name in DANGEROUS

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if self.transition.name not in {act.name for act in available(self.extension, self.actor)}:
            return redirect(self.back())
        return self.page(self.form())

    def form(self, data: Any = None) -> Form:
        return ExtensionActForm(data, transition=self.transition, extension=self.extension)

    def act(self, given: dict[str, Any]) -> str:
        data = {"due_on": given["due_on"]} if given.get("due_on") else {}
        wanted = Request(self.transition.name, given["comment"], given["version"], data)
        done = perform(self.extension, wanted, by=self.actor)
        if done.granted_due_on:
            return _("More time is given: due on %(day)s.") % {"day": day_in_words(done.granted_due_on)}
        return _("The request is now “%(state)s”; the date stays.") % {"state": done.get_status_display()}

    def words(self) -> tuple[str, str]:
        label = act_words(self.transition)
        return _("%(act)s: %(report)s") % {"act": label, "report": self.extension.due.report.title}, label

    def consequence(self) -> str:
        hint = str(self.transition.hint)
        own = late_for_receiver(self.extension) if self.transition.name == "grant" else None
        if own is None:
            return hint
        warning = _("Your own report of the same period is due on %(day)s, before the date asked for.") % {"day": own}
        return f"{hint} {warning}"

    def back(self) -> str:
        return reverse("reporting:extension", args=[self.extension.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.extension)[1:]
