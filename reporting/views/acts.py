"""Carrying out a transition: a page with its consequence and a reason, or straight from a button."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.errors import BadInput, NotFound, PortalError
from records.words import act_words
from records.workflow import Transition
from reporting.figure_reading import ReadFigures, read_figures
from reporting.forms.reports import ActForm, act_form
from reporting.models import Report
from reporting.reading import read, readable_versions
from reporting.views.base import DANGEROUS, ReportView, crumbs, problem_links, report_url
from reporting.views.reports import detail
from reporting.workflow import REPORT, available, perform

WITH_FIGURES = frozenset({"return"})
"""Acts that say something about single figures, so that one should see them."""


class ActView(ReportView):
    """One act on one report. The table decides who may; this page only asks and tells."""

    def get(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        report, transition = self._found(uid, name)
        if transition.name not in {t.name for t in available(report, self.actor)}:
            messages.info(request, _("This is not possible now. The page shows where the report stands."))
            return redirect(report_url(report))
        return self._page(request, report, act_form(transition, report))

    def post(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        report, transition = self._found(uid, name)
        form = act_form(transition, report, request.POST)
        if not form.is_valid():
            if "version" in form.errors:
                raise BadInput(_("The page did not say which state of the report you saw. Reload it and do it again."))
            return self._page(request, report, form, status=400)
        try:
            done = perform(report, form.request(), by=self.actor)
        except PortalError as error:
            return self._refused(request, report, form, error)
        messages.success(request, _done(transition, done))
        return redirect(report_url(report))

    def _found(self, uid: uuid.UUID, name: str) -> tuple[Report, Transition]:
        return self.report_or_404(uid), REPORT[name]

    def _page(self, request: HttpRequest, report: Report, form: ActForm, status: int = 200) -> HttpResponse:
        transition = form.transition
        context: dict[str, Any] = {
            "report": report,
            "form": form,
            "transition": transition,
            "button": act_words(transition),
            "danger": transition.name in DANGEROUS,
            "back_url": report_url(report),
            "crumbs": crumbs(report, ("", str(transition.label))),
            "figures": self._figures(report) if transition.name in WITH_FIGURES else None,
        }
        return render(request, "reporting/act.html", context, status=status)

    def _figures(self, report: Report) -> ReadFigures | None:
        return read_figures(report, read(report, self.actor, readable_versions(report, self.actor)))

    def _refused(self, request: HttpRequest, report: Report, form: ActForm, error: PortalError) -> HttpResponse:
        """Findings about the form's fields stay on the form; the others are shown on the report, as links."""
        if isinstance(error, NotFound):
            raise error
        mine = [f for f in error.findings if f.target in form.fields]
        for finding in mine:
            form.add_error(finding.target, str(finding.message))
        if mine and len(mine) == len(error.findings):
            return self._page(request, report, form, status=error.status)
        fresh = self.report_or_404(report.uid)
        context = detail(fresh, self.actor, "text", error)
        context["problems"] = problem_links(error.findings, report)
        return render(request, "reporting/report.html", context, status=error.status)


def _done(transition: Transition, report: Report) -> str:
    if transition.name == "submit":
        version = report.versions.select_related("seal").get(outcome="waiting")
        return _("Submitted. Receipt number %(number)s, fingerprint %(print)s.") % {
            "number": version.receipt_number,
            "print": version.seal.fingerprint,
        }
    return _("Done: %(act)s. The report is now “%(state)s”.") % {
        "act": transition.label,
        "state": report.get_status_display(),
    }
