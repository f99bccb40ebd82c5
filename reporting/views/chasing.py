"""Chasing what is owed from the overview or a report, and the log of calls."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import BadInput, NotFound, RuleBroken
from portal.http import ActPage, PortalView
from reporting.forms.chases import CallForm
from reporting.models import Cycle, Report
from reporting.overview import cycles_for
from reporting.services.chasing import CallInput, Chased, ChaseInput, chase, record_call
from reporting.views.base import crumbs, report_url


class ChaseView(PortalView):
    """The chosen rows of the overview, or all that are overdue. Works without a script."""

    action = "chase.send"

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        cycle = cycles_for(self.actor).filter(uid=uid).first()
        if cycle is None:
            raise NotFound
        note = request.POST.get("note", "")
        try:
            done = chase(ChaseInput(self._chosen(cycle), note), by=self.actor)
        except (BadInput, RuleBroken) as error:
            findings = error.findings if isinstance(error, RuleBroken) else ()
            return self._page(cycle, {"error": error, "findings": findings, "note": note}, error.status)
        count = len(done.rows)
        words = ngettext("%(count)d sender was chased.", "%(count)d senders were chased.", count) % {"count": count}
        if done.passed_over:
            return self._page(cycle, {"done": done, "words": words})
        messages.success(request, words)
        return redirect(self._back(cycle, done))

    def _chosen(self, cycle: Cycle) -> list[uuid.UUID]:
        if self.request.POST.get("which") == "overdue":
            rows = Report.objects.visible_to(self.actor, self.action).filter(due__cycle=cycle).overdue()
            return list(rows.values_list("uid", flat=True))
        try:
            return [uuid.UUID(given) for given in self.request.POST.getlist("report")]
        except ValueError as error:
            raise BadInput(_("Choose whom to chase.")) from error

    def _back(self, cycle: Cycle, done: Chased) -> str:
        if self.request.POST.get("from") == "report":
            return report_url(done.rows[0].due.report)
        return _overview_url(cycle)

    def _page(self, cycle: Cycle, more: dict[str, Any], status: int = 200) -> HttpResponse:
        """Who was passed over, and why."""
        url = _overview_url(cycle)
        trail = [(url, _("Overview")), (url, cycle.name), ("", _("Chasing"))]
        return render(self.request, "reporting/chased.html", {"crumbs": trail, "back_url": url, **more}, status=status)


def _overview_url(cycle: Cycle) -> str:
    return f"{reverse('reporting:overview')}?cycle={cycle.uid}"


class CallView(ActPage):
    """Writing down a call with the sender of a report."""

    action = "chase.send"
    report: Report

    def prepare(self, **named: Any) -> None:
        found = Report.objects.visible_to(self.actor, self.action).for_lists().filter(uid=named["uid"]).first()
        if found is None:
            raise NotFound
        self.report = found

    def form(self, data: Any = None) -> forms.Form:
        return CallForm(data)

    def words(self) -> tuple[str, str]:
        return _("Record a call"), _("Save the call")

    def consequence(self) -> str:
        return _(
            "About “%(report)s”. %(unit)s reads that there was a call and what was promised; with whom you spoke "
            "and your note stay with your unit."
        ) % {"report": self.report.title, "unit": self.report.due.unit.name}

    def back(self) -> str:
        return report_url(self.report)

    def trail(self) -> list[tuple[str, Any]]:
        return crumbs(self.report, ("", ""))[:-1]

    def act(self, given: dict[str, Any]) -> str:
        record_call(CallInput(self.report.uid, **given), by=self.actor)
        return _("The call is recorded.")
