"""The figures of a report: the grid, its form without JavaScript, rows that save themselves, the workbook both ways."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from indicators.grid import Grid, Place
from indicators.services.drafting import FigureInput
from portal.errors import BadInput, NotFound, PortalError, Stale
from portal.http import problem_json
from records.importing.forms import content_of
from reporting import figure_books
from reporting.figure_pages import (
    COLUMNS,
    Line,
    content,
    errors_by_row,
    heading,
    line_of,
    open_problems,
    read_form,
    read_rows,
    take_offer,
)
from reporting.figure_upload import Upload, read_book
from reporting.figures import draft_grid, has_grid, sheet_or_404, written_rows
from reporting.models import Report
from reporting.services.figures import save_report_figures
from reporting.views.base import ReportView, crumbs, report_url
from reporting.views.contacts import handed_out


class FiguresBaseView(ReportView):
    """A page about the figures of a report that has a grid."""

    action = "report.edit"

    def found(self, uid: uuid.UUID) -> tuple[Report, Grid]:
        """With everything beside the rows."""
        report = self.report_or_404(uid)
        return report, draft_grid(report)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Report.objects.visible_to(actor, cls.action).select_related("due__cycle", "due__pilot_area")
        report = rows.filter(uid=named["uid"]).first()
        return super().within_reach(actor, **named) and report is not None and has_grid(report)


class FiguresView(FiguresBaseView):
    """The grid, place by place; a plain form where there is no JavaScript."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report, grid = self.found(uid)
        if not report.is_editable:
            messages.info(
                request,
                _("This report is “%(state)s” and cannot be edited now.") % {"state": report.get_status_display()},
            )
            return redirect(report_url(report))
        return render(request, "reporting/figures.html", self.context(report, grid))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """All changed rows of a place at once. A refusal comes back with everything as it was typed."""
        _report, grid = self.found(uid)
        place = chosen_place(grid, request.GET.get("place", ""))
        lines = lines_in(place)
        given: list[FigureInput] = []
        try:
            given = typed_rows(request, lines)
            save_report_figures(uid, given, by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            return self._refused(request, uid, given, error)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.get_full_path())

    def _refused(
        self, request: HttpRequest, uid: uuid.UUID, given: Sequence[FigureInput], error: PortalError
    ) -> HttpResponse:
        """The grid again as it was filled in. After a conflict the next save replaces theirs knowingly."""
        report, grid = self.found(uid)
        theirs = {row["key"]: row for row in error.extra.get("rows", [])} if isinstance(error, Stale) else {}
        typed = {row.key: row for row in given}
        for key, found in theirs.items():
            typed[key] = replace(typed[key], revision=found["revision"])
        context = self.context(report, grid, typed, errors_by_row(error.findings))
        context["conflicts"] = [conflict(line, theirs[line.key]) for line in context["lines"] if line.key in theirs]
        context["problems"] = [] if theirs else problems_of(error)
        context["error"] = error
        response = render(request, "reporting/figures.html", context, status=error.status)
        add_never_cache_headers(response)
        return response

    def context(
        self,
        report: Report,
        grid: Grid,
        typed: dict[str, FigureInput] | None = None,
        errors: dict[str, dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        place = chosen_place(grid, self.request.GET.get("place", ""))
        groups = groups_of(place, typed or {}, errors or {})
        query = f"?place={place.division.uid}" if place else ""
        return {
            "report": report,
            "crumbs": crumbs(report, (reverse("reporting:edit", args=[report.uid]), _("Write")), ("", _("Figures"))),
            "grid": grid,
            "place": place,
            "tabs": place_tabs(grid, place),
            "groups": groups,
            "lines": [line for group in groups for line in group["lines"]],
            "columns": " ".join(COLUMNS),
            "headings": {name: heading(name) for name in COLUMNS},
            "save_url": reverse("reporting:figure-rows", args=[report.uid]) + query,
            "user_key": str(self.actor.user.uid),
            "problem_count": open_problems(grid),
            "may_edit": report.is_editable,
        }


class FigureRowsView(FiguresBaseView):
    """Rows that save themselves: stored together or not at all; the answer says what the checks then see."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        try:
            given = read_rows(request.POST.get("rows", ""))
            stored = save_report_figures(uid, given, by=self.actor)
        except Stale as error:
            return self._conflict(report, error)
        except PortalError as error:
            return problem_json(error)
        grid = written_rows(report)
        saved_at = max((row.updated_at for row in stored if row.updated_at), default=timezone.now())
        lines = lines_in(chosen_place(grid, request.GET.get("place", "")))
        return JsonResponse(
            {
                "rows": [{"key": row.key, "revision": kept.revision} for row, kept in zip(given, stored, strict=True)],
                "saved_at": timezone.localtime(saved_at).isoformat(),
                "grid": [{"key": line.key, "shown": line.shown, "checks": checks_html(line)} for line in lines],
                "count": f"{grid.filled}/{grid.asked}",
                "problems": open_problems(grid),
            }
        )

    def _conflict(self, report: Report, error: Stale) -> HttpResponse:
        """Of each row what the other one has stored, as the page's own cells hold it."""
        rows = {row.key: row for row in written_rows(report).rows}
        error.extra["rows"] = [
            {
                "key": found["key"],
                "revision": found["revision"],
                "by": found["theirs_by"],
                "at": found["theirs_at"],
                "content": content(line_of(rows[found["key"]])),
            }
            for found in error.extra.get("rows", [])
            if found["key"] in rows
        ]
        return problem_json(error)


def typed_rows(request: HttpRequest, lines: Sequence[Line]) -> list[FigureInput]:
    """What the plain form says; with it the row whose offer was pressed."""
    posted = {name: value.replace("\r\n", "\n") for name, value in request.POST.items() if isinstance(value, str)}
    given = read_form(posted, lines)
    key, _bar, offer = posted.get("take", "").rpartition("|")
    line = next((line for line in lines if line.key == key), None)
    if line is None:
        return given
    return [*(row for row in given if row.key != key), take_offer(line, offer)]


def chosen_place(grid: Grid, uid: str) -> Place | None:
    """The place asked for, else the first."""
    return next((place for place in grid.places if str(place.division.uid) == uid), next(iter(grid.places), None))


def groups_of(
    place: Place | None, typed: dict[str, FigureInput], errors: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    return [
        {
            "name": group.name,
            "lines": [line_of(row, typed.get(row.key), errors.get(row.key, {})) for row in group.rows],
        }
        for group in (place.groups if place else ())
    ]


def lines_in(place: Place | None) -> list[Line]:
    return [line for group in groups_of(place, {}, {}) for line in group["lines"]]


def place_tabs(grid: Grid, chosen: Place | None) -> list[dict[str, Any]]:
    """One tab a place, where there are several."""
    if len(grid.places) < 2:
        return []
    return [
        {
            "url": f"?place={place.division.uid}",
            "label": place.division.name,
            "active": place is chosen,
            "count": sum(row.is_asked and not row.is_given for group in place.groups for row in group.rows),
        }
        for place in grid.places
    ]


def problems_of(error: PortalError) -> list[tuple[str, str]]:
    return [(f.target, str(f.message)) for f in error.findings] or [("", str(error))]


def checks_html(line: Line) -> str:
    return render_to_string("reporting/_figure_checks.html", {"line": line}).strip()


def conflict(line: Line, theirs: dict[str, Any]) -> dict[str, Any]:
    """For the plain form: in which cells the stored row differs from what was typed."""
    stored = line_of(line.row)
    cells = [
        {"label": heading(name), "mine": line.said[name], "theirs": stored.said[name]}
        for name in COLUMNS
        if line.said[name] != stored.said[name]
    ]
    return {"name": line.row.version.name, "url": f"#{line.anchor}", "by": theirs["theirs_by"], "cells": cells}


class FiguresBookView(FiguresBaseView):
    """The grid as a workbook to be filled in elsewhere."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        report, grid = self.found(uid)
        return handed_out(figure_books.grid_export(report, grid))


class FiguresUploadView(FiguresBaseView):
    """A workbook comes back: every bad cell is named, what would change is shown, and only then stored."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        sheet_or_404(report)
        return self._page(request, report)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.report_or_404(uid)
        sheet_or_404(report)
        try:
            if "rows" in request.POST:
                return self._store(request, report)
            file = request.FILES.get("file")
            if file is None:
                raise BadInput(_("Choose the workbook first."))
            upload = read_book(report, written_rows(report), file.name or "", content_of(file))
            return self._page(request, report, upload)
        except NotFound:
            raise
        except PortalError as error:
            return self._page(request, report, error=error)

    def _store(self, request: HttpRequest, report: Report) -> HttpResponse:
        rows = read_rows(request.POST["rows"])
        save_report_figures(report.uid, rows, by=self.actor)
        text = ngettext("%(count)d row stored.", "%(count)d rows stored.", len(rows))
        messages.success(request, text % {"count": len(rows)})
        return redirect("reporting:figures", uid=report.uid)

    def _page(
        self, request: HttpRequest, report: Report, upload: Upload | None = None, error: PortalError | None = None
    ) -> HttpResponse:
        back = reverse("reporting:figures", args=[report.uid])
        context = {
            "report": report,
            "crumbs": crumbs(report, (back, _("Figures")), ("", _("Bring in a workbook"))),
            "upload": upload,
            "rows_json": json.dumps([sent_again(row) for row in upload.rows], ensure_ascii=False) if upload else "",
            "error": error,
            "problems": problems_of(error) if error else [],
            "back_url": back,
        }
        status = error.status if error else (400 if upload and upload.bad else 200)
        response = render(request, "reporting/figures_upload.html", context, status=status)
        add_never_cache_headers(response)
        return response


def sent_again(row: FigureInput) -> dict[str, Any]:
    """A row as `read_rows` reads it."""
    said = {name: getattr(row, name) for name in COLUMNS}
    return {
        **said,
        "division": str(row.division),
        "indicator": row.indicator,
        "revision": row.revision,
        "answers": dict(row.answers),
    }
