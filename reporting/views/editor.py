"""Writing a report: the editor page, its form without JavaScript, and autosave."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import NotFound, PortalError, Stale
from portal.http import problem_json
from reporting import reading
from reporting.contacts import live_sheet
from reporting.declared import declared_once, declares
from reporting.figure_pages import open_problems
from reporting.figures import has_grid, written_rows
from reporting.models import Report
from reporting.reference.template import PROGRESS
from reporting.report_tasks import tasks_now
from reporting.services.sections import SectionInput, save_section, save_sections
from reporting.texts import from_plain, plain
from reporting.typed import TypedSection, conflicts, digest, read_form, revision
from reporting.views.base import ReportView, act_buttons, crumbs, problem_links, report_url
from reporting.views.reports import contacts


class EditView(ReportView):
    """The five sections, each in an editor; plain fields where there is no JavaScript."""

    action = "report.edit"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        if not report.is_editable:
            messages.info(
                request,
                _("This report is “%(state)s” and cannot be edited now.") % {"state": report.get_status_display()},
            )
            return redirect(report_url(report))
        return render(request, "reporting/edit.html", self.context(report))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """All sections at once, from plain fields. What nobody touched is not written; a refusal loses nothing."""
        report = self.report_or_404(uid)
        typed = read_form(request.POST, reading.live_passages(report))
        try:
            save_sections(report.uid, [field.as_input() for field in typed.values()], by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            return self._refused(request, uid, typed, error)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("reporting:edit", args=[report.uid]))

    def _refused(
        self, request: HttpRequest, uid: uuid.UUID, typed: dict[str, TypedSection], error: PortalError
    ) -> HttpResponse:
        """The editor again, every field as it was typed. In a conflict the next save overwrites knowingly."""
        report = self.report_or_404(uid)
        context = self.context(report)
        found = conflicts(report, typed)
        for section in context["sections"]:
            field = typed.get(section["code"])
            if field is not None:
                section |= {"plain": field.text, "html": from_plain(field.text)}
                if field.code not in found and field.given_revision.isdecimal():
                    section |= {"revision": field.given_revision, "base": field.base}
        told = isinstance(error, Stale) and found
        problems = problem_links(error.findings, report) or [("", str(error))]
        context |= {"error": error, "conflicts": list(found.values()), "problems": [] if told else problems}
        return render(request, "reporting/edit.html", context, status=error.status)

    def context(self, report: Report) -> dict[str, Any]:
        passages = reading.live_passages(report)
        before = reading.last_period(report)
        tasks = tasks_now(report)
        earlier = {p.section.code: p.html for p in reading.version_passages(before)} if before else {}
        sections = [
            {
                "code": p.section.code,
                "number": number,
                "label": p.section.title,
                "guidance": p.section.guidance,
                "html": p.html,
                "plain": plain(p.html),
                "revision": p.revision,
                "base": digest(plain(p.html)),
                "name": f"text_{p.section.code}",
                "url": f"#section-{p.section.code}",
                "state": "done" if p.length else "empty",
                "problems": 1 if p.remark else 0,
                "remark": p.remark,
                "earlier": earlier.get(p.section.code, ""),
                "tasks": tasks if p.section.code == PROGRESS else None,
                "save_url": reverse("reporting:section", args=[report.uid, p.section.code]),
            }
            for number, p in enumerate(passages, 1)
        ]
        return {
            "report": report,
            "crumbs": crumbs(report, ("", _("Check and send") if report.due.cycle.is_of_contacts else _("Write"))),
            "sections": sections,
            "contacts": self._contacts(report),
            "figures": self._figures(report),
            "declared": self._declared(report),
            "tasks": tasks,
            "before": before,
            **act_buttons(report, self.actor),
            "compiles": bool(report.source_cycles),
            "user_key": str(self.actor.user.uid),
            "returned": report.versions.filter(outcome="returned").first() if report.status == "returned" else None,
        }

    def _figures(self, report: Report) -> dict[str, Any] | None:
        """The entry of the grid among the sections: how much is given, and how much is left to settle."""
        if not has_grid(report):
            return None
        grid = written_rows(report)
        if not grid.rows:
            return None
        return {"url": reverse("reporting:figures", args=[report.uid]), "grid": grid, "problems": open_problems(grid)}

    def _declared(self, report: Report) -> dict[str, Any] | None:
        """The entry of red lines and commitments among the sections: how many are answered."""
        if not declares(report):
            return None
        found = declared_once(report)
        return {"url": reverse("reporting:declared", args=[report.uid]), "found": found}

    def _contacts(self, report: Report) -> dict[str, Any] | None:
        if not report.due.cycle.is_of_contacts:
            return None
        return contacts(report, reading.Reading((), sheet=live_sheet(report)), self.actor)


class SectionView(ReportView):
    """Autosave of one section: few statements, and a conflict that keeps both texts."""

    action = "report.edit"

    def post(self, request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
        try:
            data = SectionInput(code, request.POST.get("html", ""), revision(request.POST.get("revision")))
            row = save_section(uid, data, by=self.actor)
        except PortalError as error:
            return problem_json(error)
        saved_at = timezone.localtime(row.updated_at)
        return JsonResponse({"revision": row.revision, "saved_at": saved_at.isoformat(), "length": row.length})
