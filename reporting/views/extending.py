"""Moving the date of a report, freeing its sender from it, and more time for a whole region."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.errors import BadInput, NotFound
from portal.http import ActPage, PortalView, put_errors
from reporting.date_acts import ASK, GIVE, DateAct, acts
from reporting.day_words import day_in_words
from reporting.due_dates import latest_date, receivers_own_date
from reporting.forms.extensions import BlanketForm, ExemptEndForm, MoreTimeForm, ReasonForm, RegionForm
from reporting.models import Cycle, Report
from reporting.overview import cycles_for
from reporting.services.blanket import Area, BlanketInput, BlanketPreview, extend_region, preview_region, regions_for
from reporting.services.exemptions import EndInput, ExemptionInput, end_exemption, exempt
from reporting.services.extensions import ExtensionInput, ask_or_give, decides
from reporting.views.base import crumbs, report_url
from reporting.workflow import REPORT


class DateActPage(ActPage):
    """An act about the date of one report. Where it is not possible now, the report's page shows why."""

    action = "report.view"
    template = "reporting/date_act.html"
    done_by = ""
    report: Report

    def more(self) -> dict[str, Any]:
        return {"report": self.report}

    def prepare(self, **named: Any) -> None:
        rows = REPORT.rows().visible_to(self.actor, self.act_needed())
        found: Report | None = rows.filter(uid=named["uid"]).first()
        if found is None:
            raise NotFound
        self.report = found

    def act_needed(self) -> str:
        """The action of accounts.access that finds the report."""
        return self.action

    def offered(self) -> set[str]:
        """The names of the acts this page stands for."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if not self.offered() & {act.name for act in acts(self.report, self.actor)}:
            messages.info(request, _("This is not possible now. The page shows where the report stands."))
            return redirect(self.back())
        return self.page(self.form())

    def back(self) -> str:
        return report_url(self.report)

    def trail(self) -> list[tuple[str, Any]]:
        return [*crumbs(self.report)[:1], (self.back(), str(self.report.title))]

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Report.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class ExtendView(DateActPage):
    """The sender asks for more time; the receiver gives it unasked."""

    def act_needed(self) -> str:
        return self._act().action

    def offered(self) -> set[str]:
        return {self._act().name}

    def _act(self) -> DateAct:
        return GIVE if decides(self.actor) else ASK

    def form(self, data: Any = None) -> Form:
        return MoreTimeForm(data, latest=latest_date(self.report.due, timezone.now()))

    def words(self) -> tuple[str, str]:
        if decides(self.actor):
            return _("Give more time"), _("Give more time")
        return _("Ask for more time"), _("Send the request")

    def consequence(self) -> str:
        due = self.report.due
        if not decides(self.actor):
            return str(ASK.hint)
        own = receivers_own_date(due)
        warning = (
            ""
            if own is None
            else _("Your own report of the same period is due on %(day)s.") % {"day": day_in_words(own)}
        )
        return f"{GIVE.hint} {warning}".strip()

    def act(self, given: dict[str, Any]) -> str:
        row = ask_or_give(self.report.uid, ExtensionInput(**given), by=self.actor)
        if row.granted_due_on is None:
            return _("The request is with the receiver. You are told when it is decided.")
        own = receivers_own_date(row.due)
        if own is not None and row.granted_due_on > own:
            messages.warning(
                self.request,
                _("Your own report of the same period is due on %(own)s, before this one (%(day)s).")
                % {"own": day_in_words(own), "day": day_in_words(row.granted_due_on)},
            )
        return _("More time is given: due on %(day)s.") % {"day": day_in_words(row.granted_due_on)}


class ExemptView(DateActPage):
    action = "extension.decide"

    def offered(self) -> set[str]:
        return {"exempt"}

    def form(self, data: Any = None) -> Form:
        return ReasonForm(data)

    def words(self) -> tuple[str, str]:
        return _("Exempt from this report"), _("Exempt")

    def consequence(self) -> str:
        return _(
            "%(unit)s then owes nothing here and is not reminded. What is written stays, and may still be sent. You "
            "can end the exemption."
        ) % {"unit": self.report.due.unit.name}

    def act(self, given: dict[str, Any]) -> str:
        exempt(self.report.uid, ExemptionInput(**given), by=self.actor)
        return _("%(unit)s is exempt from this report.") % {"unit": self.report.due.unit.name}


class ExemptEndView(DateActPage):
    action = "extension.decide"

    def offered(self) -> set[str]:
        return {"end_exemption"}

    def form(self, data: Any = None) -> Form:
        return ExemptEndForm(data)

    def words(self) -> tuple[str, str]:
        return _("End the exemption from this report"), _("End the exemption")

    def consequence(self) -> str:
        return _("The report is owed again, by the present date (%(day)s) or the one you give.") % {
            "day": day_in_words(self.report.due.due_on)
        }

    def act(self, given: dict[str, Any]) -> str:
        report = end_exemption(self.report.uid, EndInput(**given), by=self.actor)
        return _("The report is owed again: due on %(day)s.") % {"day": day_in_words(report.due.due_on)}


SHOWN = 50
"""As many names as the preview lists; it counts all."""


class BlanketView(PortalView):
    """First who and until when, then what that would do, then the reason and the act."""

    action = "extension.blanket"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        cycle = self._cycle(uid)
        regions = regions_for(cycle, self.actor)
        if "due_on" not in request.GET:
            return self._page(cycle, RegionForm(regions=regions))
        form = RegionForm(request.GET, regions=regions)
        preview = self._preview(cycle, form)
        if preview is None:
            return self._page(cycle, form, status=400)
        act = BlanketForm(regions=regions)
        act.initial = {"region": request.GET.get("region", ""), "due_on": preview.due_on}
        return self._page(cycle, form, preview, act)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        cycle = self._cycle(uid)
        regions = regions_for(cycle, self.actor)
        act, form = BlanketForm(request.POST, regions=regions), RegionForm(request.POST, regions=regions)
        if not act.is_valid():
            return self._page(cycle, form, self._preview(cycle, form), act, status=400)
        given = act.cleaned_data
        wanted = BlanketInput(Area(cycle, given["region"]), given["due_on"], given["reason"])
        try:
            blanket = extend_region(wanted, by=self.actor)
        except BadInput as error:
            put_errors(error, act)
            return self._page(cycle, form, self._preview(cycle, form), act, status=error.status)
        text = ngettext(
            "%(count)d report is due on %(day)s now.", "%(count)d reports are due on %(day)s now.", blanket.count
        )
        messages.success(request, text % {"count": blanket.count, "day": day_in_words(blanket.due_on)})
        return redirect(self._back(cycle))

    def _preview(self, cycle: Cycle, form: RegionForm) -> BlanketPreview | None:
        if not form.is_valid():
            return None
        given = form.cleaned_data
        try:
            return preview_region(Area(cycle, given["region"]), given["due_on"], by=self.actor)
        except BadInput as error:
            put_errors(error, form)
            return None

    def _cycle(self, uid: uuid.UUID) -> Cycle:
        cycle = cycles_for(self.actor).filter(uid=uid).first()
        if cycle is None:
            raise NotFound
        return cycle

    def _back(self, cycle: Cycle) -> str:
        return f"{reverse('reporting:overview')}?cycle={cycle.uid}"

    def _page(
        self,
        cycle: Cycle,
        form: RegionForm,
        preview: BlanketPreview | None = None,
        act: BlanketForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "cycle": cycle,
            "form": form,
            "preview": preview,
            "act": act if preview else None,
            "moved": preview.moved[:SHOWN] if preview else (),
            "left_out": preview.left_out[:SHOWN] if preview else (),
            "back_url": self._back(cycle),
            "crumbs": [
                (reverse("reporting:overview"), _("Overview")),
                (self._back(cycle), cycle.name),
                ("", _("More time for a region")),
            ],
        }
        return render(self.request, "reporting/blanket.html", context, status=status)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and cycles_for(actor).filter(uid=named["uid"]).exists()
