"""Contact rounds: opening one, and handing out what was sent as workbooks."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.errors import BadInput
from portal.http import PortalView
from reporting import exports
from reporting.exports import CONTENT_TYPE, File
from reporting.forms.reports import ContactRoundForm
from reporting.models import Cycle, CycleKind, Occasion, Report
from reporting.services.contact_rounds import OURS, RoundInput, default_dates, open_contact_round, senders_left_out
from reporting.views.base import ReportView
from reporting.views.cycles import OpeningView
from units.calendar import today
from units.models import Programme


class OpenContactRoundView(OpeningView):
    """The owner of a programme asks its senders for the contacts of their pilot areas (N24)."""

    form_class = ContactRoundForm
    template = "reporting/open_contact_round.html"

    def proposed(self) -> dict[str, Any]:
        dates = default_dates(today())
        return {
            "year": today().year,
            "opens_on": dates.opens_on,
            "due_on": dates.due_on,
            "date_source": OURS,
        }

    def opened(self, programme: Programme, given: dict[str, Any]) -> Cycle:
        return open_contact_round(RoundInput(programme=programme, **given), by=self.actor)

    def told(self, owed: int) -> str:
        text = ngettext("Opened: %(count)d sender is asked.", "Opened: %(count)d senders are asked.", owed)
        return text % {"count": owed}

    def more(self, programme: Programme) -> dict[str, Any]:
        return {"running": _running(programme), "left_out": senders_left_out(programme)}

    def title(self) -> str:
        return _("Ask for contacts")


def _running(programme: Programme) -> list[dict[str, Any]]:
    """Rounds whose date has not passed: whoever asks once more should know of them first."""
    rounds = Cycle.objects.filter(programme=programme, kind=CycleKind.CONTACTS, occasion=Occasion.ROUND)
    overview = reverse("reporting:overview")
    return [
        {"name": cycle.name, "until": cycle.compilers_due_on, "url": f"{overview}?cycle={cycle.uid}"}
        for cycle in rounds.filter(compilers_due_on__gte=today()).select_related("programme").order_by("-id")[:1]
    ]


def handed_out(file: File) -> FileResponse:
    """A file to save; nobody between keeps a copy of it."""
    answer = FileResponse(io.BytesIO(file.content), as_attachment=True, filename=file.name, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def number_of(given: str | None) -> int | None:
    """The number of a version from an address; None where none is named."""
    if not given:
        return None
    if not given.isdecimal() or len(given) > 4:
        raise BadInput(_("This address names no version. Choose one from the list."))
    return int(given)


class ReportContactsView(ReportView):
    """The contacts of one report as a workbook, phones masked."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        report = self.report_or_404(uid)
        return handed_out(exports.report_export(report, self.actor, number_of(request.GET.get("version"))))

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Report.objects.visible_to(actor, cls.action).filter(due__cycle__kind=CycleKind.CONTACTS)
        return super().within_reach(actor, **named) and rows.filter(uid=named["uid"]).exists()


class ReportContactsInFullView(ReportView):
    """The same with phone numbers, on request only: whoever asks is written down."""

    action = "contacts.reveal"

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        report = self.report_or_404(uid)
        return handed_out(exports.report_export_in_full(report, self.actor, number_of(request.POST.get("number"))))


class CycleContactsView(PortalView):
    """A whole round as one workbook, phones masked: a list of the senders, then a sheet for each."""

    action = "report.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        return handed_out(exports.cycle_export(exports.round_or_404(self.actor, self.action, uid), self.actor))


class CycleContactsInFullView(PortalView):
    """The same with phone numbers."""

    action = "contacts.reveal"

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        cycle = exports.round_or_404(self.actor, self.action, uid)
        return handed_out(exports.cycle_export_in_full(cycle, self.actor))
