"""Pilot areas side by side, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dashboards import comparing, words
from dashboards.books import comparison_book
from dashboards.comparing import LEAST, MOST, Comparison, Line
from dashboards.filters import LONGEST
from dashboards.tallies import VIEW
from indicators.models import PilotPosition, Position
from plans.views.answers import handed_out
from portal.errors import BadInput
from portal.http import PortalView


class CompareView(PortalView):
    """Two to six pilot areas; with fewer, how to choose them."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        given, text = request.GET.getlist("pilot"), request.GET.get("q", "").strip()[:LONGEST].replace("\x00", "")
        try:
            pilots, problem = comparing.chosen(self.actor, given), ""
        except BadInput as error:
            pilots, problem = [], str(error)
        found = comparing.compared(self.actor, pilots) if len(pilots) >= LEAST else None
        uids = [str(pilot.pilot_area.uid) for pilot in pilots]
        room = len(pilots) < MOST and not problem
        context = {
            "problem": problem,
            "pilots": [(pilot, _without(pilot, uids)) for pilot in pilots],
            "found": found,
            "heads": [_head(pilot, found) for pilot in pilots] if found else [],
            "lines": [_line(line, pilots) for line in found.lines] if found else [],
            "text": text,
            "offered": [
                (row, _address([*uids, str(row.pilot_area.uid)]))
                for row in (comparing.offered(self.actor, text, pilots) if room else [])
            ],
            "room": room,
            "most": MOST,
            "query": urlencode([("pilot", uid) for uid in uids]),
            "crumbs": [
                (reverse("dashboards:overview"), _("Dashboard")),
                (reverse("dashboards:pilots"), _("Pilot areas × indicators")),
                ("", _("Side by side")),
            ],
        }
        return render(request, "dashboards/compare.html", context, status=400 if problem else 200)


def _address(uids: Sequence[str]) -> str:
    query = urlencode([("pilot", uid) for uid in uids])
    return f"{reverse('dashboards:compare')}{'?' + query if query else ''}"


def _without(pilot: PilotPosition, uids: Sequence[str]) -> str:
    return _address([uid for uid in uids if uid != str(pilot.pilot_area.uid)])


def _head(pilot: PilotPosition, found: Comparison) -> dict[str, Any]:
    reports = found.reports.get(pilot.pk)
    return {
        "pilot": pilot,
        "url": reverse("indicators:pilot-figures", args=[pilot.pilot_area.uid]),
        "report": reports.current if reports else None,
    }


def _line(line: Line, pilots: Sequence[PilotPosition]) -> dict[str, Any]:
    return {
        "version": line.version,
        "cells": [
            _cell(line, place, cell, pilot) for place, (cell, pilot) in enumerate(zip(line.cells, pilots, strict=True))
        ],
    }


def _cell(line: Line, place: int, cell: Position | None, pilot: PilotPosition) -> dict[str, Any] | None:
    if cell is None:
        return None
    url = reverse("indicators:pilot-figures", args=[pilot.pilot_area.uid])
    return {
        "row": cell,
        "url": f"{url}#{line.version.indicator.code}",
        "chip": words.verdict_chip(cell),
        "value": words.value(cell, line.version),
        "when": words.since(cell),
        "gap": words.gap(cell, line.version),
        "demand": words.demand(cell, line.version),
        "is_best": place in line.best,
        "is_worst": place in line.worst,
    }


class CompareBookView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> FileResponse:
        pilots = comparing.chosen(self.actor, request.GET.getlist("pilot"))
        return handed_out(comparison_book(comparing.compared(self.actor, pilots)))
