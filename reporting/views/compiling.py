"""Compiling: what the report should stand on, what it stands on, and taking reports in."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import BadInput, NotFound
from reporting import compilation, reading
from reporting.figure_reading import rollups_now
from reporting.models import Standing
from reporting.report_tasks import tasks_below
from reporting.services.compiling import take_in
from reporting.views.base import ReportView, crumbs


class CompileView(ReportView):
    action = "report.edit"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        if not report.source_cycles:
            raise NotFound
        rows = compilation.working_basis(report)
        shown = request.GET.get("show", "")
        chosen = next((row for row in rows if str(row.due.uid) == shown and row.usable), None)
        context = {
            "report": report,
            "rows": rows,
            "taken": sum(row.used is not None for row in rows),
            "expected": sum(row.standing != Standing.EXEMPT for row in rows),
            "can_take": any(row.can_be_taken_in for row in rows),
            "rollups": rollups_now(report),
            "tasks_below": tasks_below(rows),
            "chosen": chosen,
            "passages": reading.version_passages(chosen.usable) if chosen and chosen.usable else (),
            "crumbs": crumbs(report, ("", _("Compile"))),
        }
        return render(request, "reporting/compile.html", context)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        rows = take_in(report.uid, _uids(request.POST.getlist("due")), by=self.actor)
        messages.success(
            request,
            ngettext(
                "%(count)d report taken in. Its words stand in each section under its name.",
                "%(count)d reports taken in. Their words stand in each section under their names.",
                len(rows),
            )
            % {"count": len(rows)},
        )
        return redirect("reporting:edit", uid=report.uid)


def _uids(values: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in values[:5000]]
    except ValueError as error:
        raise BadInput(_("The list of reports could not be read. Reload the page and choose again.")) from error
