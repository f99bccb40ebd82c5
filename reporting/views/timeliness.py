"""Was it in time? By period and capacity; for one period also sender by sender."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.http import PortalView, page_of
from reporting.forms.reports import TimelinessForm
from reporting.models import Cycle
from reporting.timeliness import OUTCOMES, Timeliness, days_late, senders, timeliness, years
from units.calendar import today

PAGE = 50
WORDS = dict(OUTCOMES)
TONES = {"first": "good", "later": "busy", "late": "warn", "missing": "bad"}
SIGNS = {"first": "●", "later": "↷", "late": "↓", "missing": "!", "open": "○", "exempt": "–"}


class TimelinessView(PortalView):
    action = "cycle.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = TimelinessForm(request.GET, actor=self.actor)
        is_valid = form.is_valid()
        cycle: Cycle | None = form.cleaned_data.get("cycle") if is_valid else None
        year: int | None = form.cleaned_data.get("year") if is_valid else None
        rows = timeliness(self.actor, year or self._latest(), cycle) if is_valid else []
        base = reverse("reporting:timeliness")
        context = {
            "form": form,
            "is_valid": is_valid,
            "reset_url": base,
            "rows": rows,
            "cycle": cycle,
            "sentence": _sentence(rows),
            "page_obj": self._senders(cycle) if cycle else None,
            "crumbs": [(base, _("Timeliness")), ("", cycle.name)] if cycle else [("", _("Timeliness"))],
        }
        return render(request, "reporting/timeliness.html", context, status=200 if is_valid else 400)

    def _latest(self) -> int:
        """The year shown when none is named: this one, or the last that has periods."""
        found = years(self.actor)
        return next((year for year in found if year <= today().year), found[0] if found else today().year)

    def _senders(self, cycle: Cycle) -> Page[Any]:
        page = page_of(senders(self.actor, cycle), self.request, PAGE)
        for report in page.object_list:
            report.days_late_then = days_late(report)
            report.outcome_words = WORDS[report.outcome]
            report.outcome_tone = TONES.get(report.outcome, "idle")
            report.outcome_sign = SIGNS[report.outcome]
        return page


def _sentence(rows: list[Timeliness]) -> str:
    """The finding: of how many expected how many are in, and by which date."""
    have, total, first = (sum(getattr(row, name) for row in rows) for name in ("submitted", "expected", "first"))
    if not total:
        return _("No report was expected.")
    return _("%(have)d of %(all)d are in, %(first)d of them by the first date.") % {
        "have": have,
        "all": total,
        "first": first,
    }
