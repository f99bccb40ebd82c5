"""Briefs as pages and on paper, and the meeting pack: several of them in one PDF."""

from __future__ import annotations

import io
import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress

from django.db.models import Case, When
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import packs
from dashboards.briefs import looks_deep
from dashboards.filters import PilotFilter
from dashboards.forms.briefs import PackForm
from dashboards.packs import MOST
from dashboards.papers import brief_pdf, pack_pdf, printed, sources
from dashboards.reading import categories_for, pilots_for
from dashboards.sheets import Sheet, office_sheet, pilot_sheet
from dashboards.tallies import VIEW, Narrowed, Tally, tallies, viewpoint
from dashboards.views.overview import choices
from indicators.models import PilotPosition
from portal.errors import BadInput
from portal.http import PortalView, put_errors
from units.models import Unit

LISTED = 60
"""Pilot areas offered at once: with all senders ticked as well, the address still fits into a request."""
WORST_FIRST = ("-off_track", "-at_risk", "sort_key", "pk")
PRESET = 10
"""Pilot areas ticked where nothing narrows them: the worst of those in danger."""


def handed_out(content: bytes, name: str) -> FileResponse:
    """A PDF to save; nobody between keeps a copy of it."""
    answer = FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf")
    add_never_cache_headers(answer)
    return answer


def file_name(sheet: Sheet) -> str:
    return f"{sheet.name} {sheet.day.isoformat()}.pdf".replace("/", "-")


class BriefView(PortalView):
    """A brief as a page that prints on one sheet of paper."""

    action = VIEW
    pdf = ""

    def sheet(self, uid: uuid.UUID) -> Sheet:
        """Raises NotFound."""
        raise NotImplementedError

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        sheet = self.sheet(uid)
        context = {
            "sheet": sheet,
            "pdf_url": reverse(self.pdf, args=[uid]),
            "sources": sources(),
            "printed": printed(self.actor),
            "crumbs": [(reverse("dashboards:overview"), _("Dashboard")), ("", sheet.name)],
        }
        return render(request, "dashboards/brief.html", context)


class PilotBriefView(BriefView):
    pdf = "dashboards:pilot-brief-pdf"

    def sheet(self, uid: uuid.UUID) -> Sheet:
        return pilot_sheet(packs.pilot_brief(self.actor, uid))


class OfficeBriefView(BriefView):
    pdf = "dashboards:office-brief-pdf"

    def sheet(self, uid: uuid.UUID) -> Sheet:
        return office_sheet(packs.office_brief(self.actor, uid))


class PilotBriefPdfView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest, uid: uuid.UUID) -> FileResponse:
        sheet = pilot_sheet(packs.pilot_brief(self.actor, uid))
        return handed_out(brief_pdf(sheet, self.actor), file_name(sheet))


class OfficeBriefPdfView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest, uid: uuid.UUID) -> FileResponse:
        sheet = office_sheet(packs.office_brief(self.actor, uid))
        return handed_out(brief_pdf(sheet, self.actor), file_name(sheet))


class PackView(PortalView):
    """What goes into a pack: ticked beforehand is what the filters of the dashboard find, or the worst."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        given = PilotFilter(request.GET, queryset=pilots_for(self.actor), actor=self.actor)
        is_valid = not given.is_bound or given.is_valid()
        rows = list(given.qs[: LISTED + 1]) if is_valid else []
        is_narrowed = any(request.GET.get(name) for name in given.filters)
        wanted = rows[:MOST] if is_narrowed else [row for row in rows if row.off_track or row.at_risk][:PRESET]
        ticked = {row.pilot_area.uid for row in wanted}
        return self.page(given, rows, ticked, status=200 if is_valid else 400)

    def refused(self, form: PackForm) -> HttpResponse:
        """The form again, with everything that was ticked."""
        ticked = _uids(self.request.GET.getlist("pilot")) | _uids(self.request.GET.getlist("office"))
        given = PilotFilter(None, queryset=pilots_for(self.actor), actor=self.actor)
        first = Case(When(pilot_area__uid__in=ticked, then=0), default=1)
        rows = list(given.qs.order_by(first, *WORST_FIRST)[: max(LISTED, len(ticked)) + 1])
        return self.page(given, rows, ticked, form, status=400)

    def page(
        self,
        given: PilotFilter,
        rows: Sequence[PilotPosition],
        ticked: Collection[uuid.UUID],
        form: PackForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        senders, _batches = choices(given, categories_for(self.actor))
        has_overview = packs.has_overview(self.actor)
        context = {
            "filters": given.form,
            "is_valid": status == 200 or form is not None,
            "form": form,
            "pilots": [(row, row.pilot_area.uid in ticked) for row in rows[:LISTED]],
            "result": self._result(rows),
            "senders": self._senders(senders, given, ticked),
            "office": viewpoint(self.actor) if has_overview else None,
            "overview": form is None or "overview" in self.request.GET,
            "most": MOST,
            "crumbs": [(reverse("dashboards:overview"), _("Dashboard")), ("", _("Meeting pack"))],
        }
        return render(self.request, "dashboards/pack.html", context, status=status)

    def _result(self, rows: Sequence[PilotPosition]) -> str:
        if len(rows) > LISTED:
            return _("the first %(count)d pilot areas") % {"count": LISTED}
        return ngettext("%(count)d pilot area", "%(count)d pilot areas", len(rows)) % {"count": len(rows)}

    def _senders(
        self, senders: Sequence[Unit], given: PilotFilter, ticked: Collection[uuid.UUID]
    ) -> list[tuple[Unit, Tally, bool]]:
        """Those with targets below, the worst first; only the one that is asked about."""
        if not looks_deep(self.actor) or (given.is_bound and not given.is_valid()):
            return []
        found = tallies(self.actor, Narrowed(sender=given.narrowed.sender)).by("sender")
        rows = [(unit, found[unit.pk], unit.uid in ticked) for unit in senders if unit.pk in found]
        return sorted(rows, key=lambda row: (-row[1].off_track, -row[1].at_risk, row[0].sort_key))


def _uids(texts: Sequence[str]) -> set[uuid.UUID]:
    """Of texts those that are uids."""
    found = set()
    for text in texts:
        with suppress(ValueError):
            found.add(uuid.UUID(text))
    return found


class PackPdfView(PackView):
    """The pack itself; a choice that cannot be comes back as the form."""

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        form = PackForm(request.GET)
        if not form.is_valid():
            return self.refused(form)
        try:
            sheets = packs.pack(self.actor, form.choice())
        except BadInput as error:
            put_errors(error, form)
            return self.refused(form)
        name = _("Meeting pack")
        return handed_out(pack_pdf(sheets, self.actor), f"{name} {sheets[0].day.isoformat()}.pdf")
