"""Opening a period of reporting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import BadInput, NotFound
from portal.http import PortalView, put_errors
from reporting.forms import CycleForm
from reporting.models import Cycle, CycleKind
from reporting.services.cycles import OURS, CycleInput, default_dates, may_open, open_cycle
from units.calendar import today
from units.models import Programme


class OpeningView(PortalView):
    """The owner of a programme opens something that others then owe."""

    action = "cycle.open"
    form_class: type[Form]
    template: str

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self.form_class(initial=self.proposed()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        programme = self._programme()
        if not form.is_valid():
            return self._page(form, status=400)
        try:
            cycle = self.opened(programme, form.cleaned_data)
        except BadInput as error:
            put_errors(error, form)
            return self._page(form, status=error.status)
        messages.success(request, self.told(cycle.dues.count()))
        return redirect(f"{reverse('reporting:overview')}?cycle={cycle.uid}")

    def proposed(self) -> dict[str, Any]:
        """What the form begins with: the dates offered are ours, and say so (N13; C.1)."""
        raise NotImplementedError

    def opened(self, programme: Programme, given: dict[str, Any]) -> Cycle:
        raise NotImplementedError

    def told(self, owed: int) -> str:
        raise NotImplementedError

    def more(self, programme: Programme) -> dict[str, Any]:
        """What else the page shows."""
        return {}

    def title(self) -> str:
        raise NotImplementedError

    def _programme(self) -> Programme:
        programme = self.actor.programme
        if programme is None or not may_open(programme, self.actor):
            raise NotFound
        return programme

    def _page(self, form: Form, status: int = 200) -> HttpResponse:
        programme = self._programme()
        context = {
            "form": form,
            "programme": programme,
            "back_url": reverse("reporting:overview"),
            "crumbs": [(reverse("reporting:overview"), _("Overview")), ("", self.title())],
            **self.more(programme),
        }
        return render(self.request, self.template, context, status=status)


class OpenCycleView(OpeningView):
    """The next period of reporting (N13)."""

    form_class = CycleForm
    template = "reporting/open_cycle.html"

    def proposed(self) -> dict[str, Any]:
        day = today()
        kind = CycleKind.MID_YEAR if day.month <= 6 else CycleKind.YEAR_END
        dates = default_dates(day.year, kind)
        return {
            "year": day.year,
            "kind": kind,
            "opens_on": dates.opens_on,
            "pilots_due_on": dates.pilots_due_on,
            "compilers_due_on": dates.compilers_due_on,
            "date_source": OURS,
        }

    def opened(self, programme: Programme, given: dict[str, Any]) -> Cycle:
        return open_cycle(CycleInput(programme=programme, **given), by=self.actor)

    def told(self, owed: int) -> str:
        text = ngettext("Opened: %(count)d report is owed.", "Opened: %(count)d reports are owed.", owed)
        return text % {"count": owed}

    def title(self) -> str:
        return _("Open a period")
