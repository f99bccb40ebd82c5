"""Pages about the yearly assessment of responsibility (N17): every pilot area of a year, and one entry."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from pilots.documents import documents_seen
from pilots.models import PilotArea
from plans.assessment_book import assessment_book
from plans.assessments import EDIT, VIEW, AssessmentLine, count_of, lines_for, pilots_seen, reach_line
from plans.filters.years import AssessmentFilter
from plans.forms.years import AssessmentForm
from plans.models import Inclusion
from plans.services.assessments import record
from plans.views.answers import handed_out
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView, listed

PAGE = 20
CHIPS = {
    Inclusion.INCLUDED: ("good", "●"), Inclusion.NOT_INCLUDED: ("idle", "○"), Inclusion.NOT_SAID: ("warn", "?"),
}  # fmt: skip


def home() -> str:
    return reverse("plans:assessments")


class AssessmentsView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        pilots = pilots_seen(self.actor)
        rows = AssessmentFilter(request.GET, queryset=pilots, actor=self.actor)
        found = listed(rows, request, PAGE)
        result = ngettext("%(count)d pilot area", "%(count)d pilot areas", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "year": rows.asked_year,
            "count": count_of(pilots, rows.asked_year),
            "lines": [(line, _chip(line)) for line in lines_for(found.page, rows.asked_year, self.actor)],
            "result": result if found.is_valid else "",
            "query": request.GET.urlencode(),
        }
        return render(request, "plans/assessments.html", context, status=found.status)


def _chip(line: AssessmentLine) -> tuple[str, str]:
    return CHIPS[Inclusion(line.assessment.inclusion)] if line.assessment else ("bad", "!")


class AssessmentsBookView(PortalView):
    """The same as a workbook, filtered as the page; all rows."""

    action = VIEW

    def get(self, request: HttpRequest) -> FileResponse:
        pilots = pilots_seen(self.actor)
        rows = AssessmentFilter(request.GET, queryset=pilots, actor=self.actor)
        found = rows.qs if rows.form.is_valid() else pilots.none()
        return handed_out(assessment_book(lines_for(found, rows.asked_year, self.actor), rows.asked_year))


class AssessmentView(ActPage):
    """Enter or correct one year of one's own pilot area."""

    action = EDIT
    revision = "version"
    filled: AssessmentForm
    line: AssessmentLine

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()

    def prepare(self, **named: Any) -> None:
        self.line = reach_line(named["uid"], named["year"], self.actor)
        if not self.line.may_edit:
            raise NotFound

    def form(self, data: Any = None) -> Form:
        documents = list(documents_seen(self.actor).order_by("-year", "name_zh", "id"))
        self.filled = AssessmentForm(data, line=self.line, documents=documents)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        line = self.line
        record(line.pilot_area.uid, line.year, self.filled.given(), given["version"], by=self.actor)
        return _("The assessment of %(year)d is recorded.") % {"year": line.year}

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fields, theirs = self.filled.fields, error.extra["theirs"]
        return [(fields[name].label, str(text)) for name, text in theirs.items() if name in fields and text]

    def words(self) -> tuple[str, str]:
        words = {"pilot": self.line.pilot_area.name, "year": self.line.year}
        return _("Assessment of responsibility %(year)d: %(pilot)s") % words, _("Save")

    def consequence(self) -> str:
        return _("Needs no approval. The offices above see it, and what is missing.")

    def back(self) -> str:
        return f"{home()}?year={self.line.year}"

    def trail(self) -> list[tuple[str, Any]]:
        return [(home(), _("Assessment of responsibility"))]
