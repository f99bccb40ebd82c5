"""What a report declares, on one page; and taking the tasks of the plan into its text."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import NotFound, Stale
from portal.http import ActPage
from reporting.declared import Declared, declared_of, declares
from reporting.forms.declared import DeclaredForm
from reporting.models import Report
from reporting.reference.template import PROGRESS
from reporting.report_tasks import has_tasks
from reporting.services.declaring import save_declared
from reporting.services.task_text import take_tasks_in
from reporting.views.base import ReportView, crumbs, report_url


class DeclaredView(ReportView, ActPage):
    """Red lines, what became of the last commitments, and commitments anew: one form, one button."""

    action = "report.edit"
    template = "reporting/declared.html"
    revision = "revision"
    report: Report
    found: Declared
    sent: DeclaredForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Report.objects.visible_to(actor, cls.action).select_related("due__cycle", "due__pilot_area")
        report = rows.filter(uid=named["uid"]).first()
        return super().within_reach(actor, **named) and report is not None and declares(report)

    def prepare(self, **named: Any) -> None:
        self.report = self.report_or_404(named["uid"])
        if not declares(self.report):
            raise NotFound(_("This report declares nothing."))
        self.found = declared_of(self.report)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if not self.report.is_editable:
            words = {"state": self.report.get_status_display()}
            messages.info(request, _("This report is “%(state)s” and cannot be edited now.") % words)
            return redirect(report_url(self.report))
        return self.page(self.form())

    def form(self, data: Any = None) -> DeclaredForm:
        self.sent = DeclaredForm(data, found=self.found)
        return self.sent

    def act(self, given: dict[str, Any]) -> str:
        save_declared(self.report.uid, self.sent.data_in(), by=self.actor)
        return _("Saved.")

    def words(self) -> tuple[str, str]:
        return _("Red lines and commitments"), _("Save")

    def back(self) -> str:
        """Where saving leads: the same page, for there may be more to say."""
        return reverse("reporting:declared", args=[self.report.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return crumbs(self.report, (reverse("reporting:edit", args=[self.report.uid]), _("Write")))

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        """What stands there now, row by row, as far as something is said."""
        red_lines = [(row.name, (row.answer_label, row.explanation)) for row in self.found.red_lines]
        outcomes = [(row.commitment.text, (row.outcome_label, row.account)) for row in self.found.outcomes]
        said = [(label, _(": ").join(part for part in parts if part)) for label, parts in (*red_lines, *outcomes)]
        planned = [(_("Commitment"), row.text) for row in self.found.commitments]
        return [(label, text) for label, text in (*said, *planned) if text]

    def more(self) -> dict[str, Any]:
        return {"report": self.report, "found": self.found}


class TakeTasksView(ReportView):
    """The tasks as sentences into the section on progress: a button of the editor."""

    action = "report.edit"

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Report.objects.visible_to(actor, cls.action).select_related("due__cycle", "due__pilot_area")
        report = rows.filter(uid=named["uid"]).first()
        return super().within_reach(actor, **named) and report is not None and has_tasks(report)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        take_tasks_in(report.uid, by=self.actor)
        words = _("What the tasks say today now stands at the end of the section on progress. Read and edit it.")
        messages.success(request, words)
        return redirect(f"{reverse('reporting:edit', args=[report.uid])}#section-{PROGRESS}")
