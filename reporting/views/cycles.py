"""Opening a period of reporting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import BadInput, NotFound
from portal.http import PortalView
from reporting.forms import CycleForm
from reporting.models import CycleKind
from reporting.services.cycles import OURS, CycleInput, default_dates, may_open, open_cycle
from units.calendar import today
from units.models import Programme


class OpenCycleView(PortalView):
    """The owner of a programme opens its next period; the dates offered are ours, and say so (N13; C.1)."""

    action = "cycle.open"

    def get(self, request: HttpRequest) -> HttpResponse:
        day = today()
        kind = CycleKind.MID_YEAR if day.month <= 6 else CycleKind.YEAR_END
        dates = default_dates(day.year, kind)
        initial: dict[str, Any] = {
            "year": day.year,
            "kind": kind,
            "opens_on": dates.opens_on,
            "pilots_due_on": dates.pilots_due_on,
            "compilers_due_on": dates.compilers_due_on,
            "date_source": OURS,
        }
        return self._page(request, CycleForm(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CycleForm(request.POST)
        programme = self._programme()
        if not form.is_valid():
            return self._page(request, form, status=400)
        try:
            cycle = open_cycle(CycleInput(programme=programme, **form.cleaned_data), by=self.actor)
        except BadInput as error:
            for finding in error.findings:
                form.add_error(finding.target or None, str(finding.message))
            if not error.findings:
                form.add_error(None, str(error))
            return self._page(request, form, status=error.status)
        owed = cycle.dues.count()
        messages.success(
            request,
            ngettext("Opened: %(count)d report is owed.", "Opened: %(count)d reports are owed.", owed)
            % {"count": owed},
        )
        return redirect(f"{reverse('reporting:overview')}?cycle={cycle.uid}")

    def _programme(self) -> Programme:
        programme = self.actor.programme
        if programme is None or not may_open(programme, self.actor):
            raise NotFound
        return programme

    def _page(self, request: HttpRequest, form: CycleForm, status: int = 200) -> HttpResponse:
        programme = self._programme()
        context = {
            "form": form,
            "programme": programme,
            "back_url": reverse("reporting:overview"),
            "crumbs": [(reverse("reporting:overview"), _("Overview")), ("", _("Open a period"))],
        }
        return render(request, "reporting/open_cycle.html", context, status=status)
