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
from reporting.deadlines.rulebook import RuleBook
from reporting.deadlines.timetable import by_rules
from reporting.forms.planning import HurryForm
from reporting.forms.reports import CycleForm
from reporting.models import Cycle, CycleKind
from reporting.services.cycles import CycleInput, may_open, open_cycle
from reporting.services.hurrying import may_hurry
from units.calendar import today
from units.models import Programme


class OpeningView(PortalView):
    """The owner of a programme opens something that others then owe."""

    action = "cycle.open"
    form_class: type[HurryForm]
    template: str

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(initial=self.proposed()))

    def post(self, request: HttpRequest) -> HttpResponse:
        programme = self._programme()
        form = self._form(request.POST)
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

    def _form(self, data: Any = None, initial: dict[str, Any] | None = None) -> HurryForm:
        form = self.form_class(data, initial=initial)
        if not may_hurry(self._programme(), self.actor):
            form.without_hurry()
        return form

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
        given = {"year": day.year, "kind": kind}
        try:
            found = by_rules(RuleBook.of(self._programme()), kind, day.year)
        except BadInput:  # without rules the dates are typed
            return given
        dates = found.dates
        return {
            **given,
            "opens_on": dates.opens_on,
            "pilots_due_on": dates.pilots_due_on,
            "compilers_due_on": dates.compilers_due_on,
            "date_source": found.source,
        }

    def opened(self, programme: Programme, given: dict[str, Any]) -> Cycle:
        return open_cycle(CycleInput(programme=programme, **given), by=self.actor)

    def told(self, owed: int) -> str:
        text = ngettext("Opened: %(count)d report is owed.", "Opened: %(count)d reports are owed.", owed)
        return text % {"count": owed}

    def title(self) -> str:
        return _("Open a period")
