"""The list of reports, one report, one sealed version."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.errors import NotFound, PortalError
from portal.http import Listed, PortalView, listed, page_of
from records.models import Event
from reporting import compilation, reading
from reporting.chases import chases_of, may_chase
from reporting.contact_changes import Difference, differences
from reporting.date_acts import dating
from reporting.declared import read_declared
from reporting.figure_reading import read_figures, read_rollups
from reporting.filters.reports import ReportFilter
from reporting.models import Cycle, Occasion, Report, ReportVersion
from reporting.reminders.reading import sent_for
from reporting.report_tasks import read_tasks, tasks_below
from reporting.services.chasing import chasable
from reporting.texts import difference
from reporting.views.base import ReportView, act_buttons, crumbs, history, report_url

PAGE = 20


class ReportsView(PortalView):
    action = "report.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = (
            Report.objects.visible_to(self.actor, self.action)
            .for_lists()
            .order_by("-due__due_end", "due__unit__sort_key", "id")
        )
        cycles = Cycle.objects.filter(programme=self.actor.hat.programme_id)
        found = listed(ReportFilter(request.GET, queryset=rows, cycles=cycles), request, PAGE)
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "result": _result(found) if found.is_valid else "",
        }
        return render(request, "reporting/reports.html", context, status=found.status)


def _result(found: Listed) -> str:
    """How many, and to whom where the address names a receiver: that filter has no field of its own."""
    words = ngettext("%(count)d report", "%(count)d reports", found.count) % {"count": found.count}
    receiver = found.form.cleaned_data.get("receiver")
    return _("%(reports)s to %(unit)s") % {"reports": words, "unit": receiver} if receiver else words


VIEWS = ("text", "changes", "last", "history")
WITH_FIGURES = frozenset({"text", "last"})


class ReportDetailView(ReportView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        return render(request, "reporting/report.html", detail(report, self.actor, request.GET.get("view", "text")))


def detail(report: Report, actor: Actor, view: str = "text", error: PortalError | None = None) -> dict[str, Any]:
    """Everything the page of one report shows; `error` is what an act just refused, with its findings."""
    versions = reading.readable_versions(report, actor)
    shown = reading.read(report, actor, versions)
    view = view if view in VIEWS else "text"
    compiles = bool(report.source_cycles)
    basis = _basis(report, actor, shown) if compiles else {}
    other = reading.held_against(report, shown, versions, view)
    about_date = dating(report, actor)
    chases = view == "text" and may_chase(actor, report.due.receiver)
    last_return = next((v for v in versions if v.outcome == ReportVersion.Outcome.RETURNED), None)
    return {
        "report": report,
        "crumbs": crumbs(report),
        "view": view,
        "tabs": _tabs(report, view, versions),
        "compared_with": other,
        "passages": shown.passages,
        "version": shown.version,
        "versions": versions,
        "contacts": contacts(report, shown, actor),
        "figures": read_figures(report, shown) if view in WITH_FIGURES else None,
        "rollups": read_rollups(report, shown) if view in WITH_FIGURES else [],
        "declared": read_declared(report, shown) if view in WITH_FIGURES else None,
        "tasks": read_tasks(report, shown) if view in WITH_FIGURES else None,
        "asked_again": _asked_again(report),
        "contact_changes": _contact_changes(report, shown, other),
        "pairs": _pairs(shown, other),
        "events": history(report, actor) if view == "history" else [],
        "dating": about_date,
        **act_buttons(report, actor, about_date.acts),
        "returned": last_return if report.status == "returned" else None,
        "compiles": compiles,
        "is_own": reading.is_own(report, actor),
        "can_edit": report.is_editable and reading.is_own(report, actor) and actor.can("report.edit"),
        "error": error,
        "reminders": sent_for(report, actor),
        "chases": chases_of(report, actor) if chases else [],
        "may_chase": chases,
        "can_chase": chasable(report),
        **basis,
    }


def _basis(report: Report, actor: Actor, shown: reading.Reading) -> dict[str, Any]:
    """What the text shown stands on, and where that has changed: of the working text, or of the sealed version."""
    if shown.version is None:
        rows = compilation.working_basis(report) if shown.passages else []
        return {"outdated": [row for row in rows if row.is_outdated], "tasks_below": tasks_below(rows)}
    found = compilation.shown_basis(shown.version, compilation.basis_of(shown.version), to=actor)
    return {
        "basis": found.rows,
        "elsewhere": found.elsewhere,
        "outdated": compilation.outdated_in(shown.version, found.rows),
        "tasks_below": tasks_below(found.rows),
    }


def _tabs(report: Report, view: str, versions: list[ReportVersion]) -> list[dict[str, Any]]:
    words = {
        "text": _("Contacts") if report.due.cycle.is_of_contacts else _("Text"),
        "changes": _("Changes since the version before"),
        "last": _("Beside the period before"),
        "history": _("History"),
    }
    return [
        {"url": f"{report_url(report)}?view={key}", "label": label, "active": key == view}
        for key, label in words.items()
        if key != "changes" or len(versions) > 1
    ]


def contacts(report: Report, shown: reading.Reading, actor: Actor) -> dict[str, Any] | None:
    """The table of contacts with what leads on from it: the workbook, and to whom it is open the one in full."""
    if shown.sheet is None:
        return None
    rows = Report.objects.visible_to(actor, "contacts.reveal").filter(pk=report.pk)
    return {
        "report": report,
        "sheet": shown.sheet,
        "columns": len(shown.sheet.fields) + 2,
        "version": shown.version,
        "in_full": actor.can("contacts.reveal") and rows.exists(),
    }


def _asked_again(report: Report) -> str:
    """Why contacts that were sent are owed once more, in the words of the event that says so."""
    if report.due.cycle.occasion != Occasion.CHANGES:
        return ""
    event = Event.objects.about("report", report.uid).filter(act="cycle.owe_again").first()
    return event.comment if event else ""


def _contact_changes(report: Report, shown: reading.Reading, other: ReportVersion | None) -> list[Difference]:
    """For the two comparing views: who is not who it was."""
    if other is None or shown.sheet is None:
        return []
    before = reading.read_version(report, other).sheet
    return differences(before, shown.sheet) if before else []


def _pairs(shown: reading.Reading, other: ReportVersion | None) -> list[dict[str, Any]]:
    """For the two comparing views: each section with the other text and the difference marked."""
    if other is None:
        return []
    before = {p.section.code: p.html for p in reading.version_passages(other)}
    return [
        {
            "section": p.section,
            "before": before.get(p.section.code, ""),
            "after": p.html,
            "marked": difference(before.get(p.section.code, ""), p.html),
            "other": other,
        }
        for p in shown.passages
    ]


class VersionView(ReportView):
    """One sealed version, as it was submitted."""

    def get(self, request: HttpRequest, uid: uuid.UUID, number: int) -> HttpResponse:
        report = self.report_or_404(uid)
        version = next((v for v in reading.readable_versions(report, self.actor) if v.number == number), None)
        if version is None:
            raise NotFound
        return render(request, "reporting/version.html", version_context(report, version, self.actor))


def version_context(report: Report, version: ReportVersion, actor: Actor) -> dict[str, Any]:
    label = _("Version %(number)d") % {"number": version.number}
    found = compilation.shown_basis(version, compilation.basis_of(version), to=actor)
    shown = reading.read_version(report, version)
    return {
        "report": report,
        "version": version,
        "crumbs": crumbs(report, ("", label)),
        "passages": shown.passages,
        "contacts": contacts(report, shown, actor),
        "figures": read_figures(report, shown),
        "rollups": read_rollups(report, shown),
        "declared": read_declared(report, shown),
        "tasks": read_tasks(report, shown),
        "tasks_below": tasks_below(found.rows),
        "superseded_by": _successor(report, version),
        "basis": found.rows,
        "elsewhere": found.elsewhere,
    }


def _successor(report: Report, version: ReportVersion) -> ReportVersion | None:
    """The version in force instead of one that was accepted before it."""
    in_force = report.accepted_version
    was_accepted = version.outcome == ReportVersion.Outcome.ACCEPTED
    return in_force if was_accepted and in_force and in_force.number > version.number else None


class CopiesView(PortalView):
    """What reviewing departments read (N15): compiled reports that were accepted."""

    action = "copy.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = (
            ReportVersion.objects.visible_to(self.actor, self.action)
            .copied()
            .select_related("report__due__unit", "report__due__cycle__programme", "report__due__pilot_area")
        )
        page = page_of(rows.order_by("-decided_at", "-id"), request, PAGE)
        return render(request, "reporting/copies.html", {"page_obj": page})


class CopyView(PortalView):
    action = "copy.view"

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = ReportVersion.objects.visible_to(actor, cls.action).copied()
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        version = (
            ReportVersion.objects.visible_to(self.actor, self.action)
            .copied()
            .filter(uid=uid)
            .select_related("seal", "submitted_by", "signed_by", "received_by", "decided_by", "report")
            .first()
        )
        if version is None:
            raise NotFound
        report = Report.objects.for_lists().get(pk=version.report_id)
        context = {
            **version_context(report, version, self.actor),
            "crumbs": [("../", _("Copies")), ("", str(report.title))],
        }
        return render(request, "reporting/version.html", context)
