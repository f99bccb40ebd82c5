"""Pilot areas × indicators as a heat table, and one indicator across all pilot areas; both as files too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import words
from dashboards.books import heat_book, indicator_book, position_lines
from dashboards.filters import PilotFilter, PositionFilter, SidesFilter
from dashboards.reading import (
    HeatRow,
    Meanings,
    by_gap,
    categories_for,
    heat,
    meaning_or_404,
    meanings,
    pilots_for,
    positions_for,
)
from dashboards.tallies import VIEW, Narrowed, Tallies, tallies
from dashboards.views.overview import asked_of, choices, figures_url, side_row, sides
from indicators.models import Indicator, PilotPosition, Position
from plans.views.answers import handed_out
from portal.http import PortalView, listed

PAGE = 25
MOST = 1_000
"""So many are counted and paged through; beyond that a filter helps more than a page number."""
MOST_IN_BOOK = 5_000


class PilotsView(PortalView):
    """The heat table, those with the most targets in danger first."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        given = PilotFilter(request.GET, queryset=pilots_for(self.actor), actor=self.actor)
        found = listed(given, request, PAGE, MOST)
        choices(given, categories_for(self.actor))
        rows = heat(list(found.page))
        meant = meanings({pk for row in rows for pk in row.cells})
        result = ngettext("%(count)d pilot area", "%(count)d pilot areas", found.count) % {"count": found.count}
        if found.is_cut:
            result = _("the first %(count)d pilot areas") % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "columns": list(meant.values()),
            "rows": [_heat_row(row, meant) for row in rows],
            "result": result if found.is_valid else "",
            "query": request.GET.urlencode(),
        }
        return render(request, "dashboards/pilots.html", context, status=found.status)


def _heat_row(row: HeatRow, meant: Meanings) -> dict[str, Any]:
    return {
        "pilot": row.pilot,
        "url": reverse("indicators:pilot-figures", args=[row.pilot.pilot_area.uid]),
        "cells": [_cell(row.cells[pk], version) if pk in row.cells else None for pk, version in meant.items()],
    }


def _cell(row: Position, version: Any) -> dict[str, Any]:
    return {
        "row": row,
        "chip": words.verdict_chip(row),
        "value": words.value(row, version),
        "title": words.cell_title(row, version),
        "anchor": version.indicator.code,
        "name": version.name,
        "change": row.change,
    }


class PilotsBookView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """As filtered; a filter that says what cannot be exports nothing."""
        rows = heat(_pilots(request, self)[:MOST_IN_BOOK])
        return handed_out(heat_book(rows, meanings({pk for row in rows for pk in row.cells})))


def _pilots(request: HttpRequest, view: PortalView) -> list[PilotPosition]:
    given = PilotFilter(request.GET, queryset=pilots_for(view.actor), actor=view.actor)
    return list(given.qs) if not given.is_bound or given.is_valid() else []


class PositionsCsvView(PortalView):
    """Every position as a row, streamed: as many as there are."""

    action = VIEW

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        given = PositionFilter(request.GET, queryset=positions_for(self.actor), actor=self.actor)
        rows = given.qs if not given.is_bound or given.is_valid() else Position.objects.none()
        lines: Iterator[str] = position_lines(rows.order_by("pilot", "indicator"))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="positions.csv"'
        add_never_cache_headers(response)
        return response


class IndicatorView(PortalView):
    """One indicator across all pilot areas in reach, the furthest behind first."""

    action = VIEW

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        version = meaning_or_404(code)
        indicator = version.indicator
        rows = by_gap(positions_for(self.actor).filter(indicator=indicator))
        given = PositionFilter(request.GET, queryset=rows, actor=self.actor)
        del given.form.fields["indicator"]
        found = listed(given, request, PAGE, MOST)
        _senders, batches = choices(given, categories_for(self.actor))
        asked = asked_of(request, given)
        counts = _counts(self.actor, given, indicator) if found.is_valid else Tallies()
        context = {
            "version": version,
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "finding": words.finding(counts.whole),
            "coverage": words.coverage(counts.whole),
            "whole": side_row(version.name, counts.whole, ""),
            "sides": sides(counts, batches, asked),
            "rows": [_line(row, version) for row in found.page],
            "result": ngettext("%(count)d pilot area", "%(count)d pilot areas", found.count) % {"count": found.count},
            "query": urlencode({**asked, "indicator": indicator.code}),
            "query_sides": urlencode({name: asked[name] for name in SidesFilter.base_filters if name in asked}),
            "crumbs": [(reverse("dashboards:overview"), _("Dashboard")), ("", version.name)],
        }
        return render(request, "dashboards/indicator.html", context, status=found.status)


def _counts(actor: Any, given: PositionFilter, indicator: Indicator) -> Tallies:
    asked = given.narrowed
    return tallies(actor, Narrowed(indicator.pk, asked.sender, asked.batch, asked.category, asked.region))


def _line(row: Position, version: Any) -> dict[str, Any]:
    return {
        "row": row,
        "pilot": row.pilot.pilot_area,
        "url": figures_url(row),
        "chip": words.verdict_chip(row),
        "value": words.value(row, version),
        "when": words.since(row),
        "expected": words.expected(row, version),
        "gap": words.gap(row, version),
        "time": words.gap_time(row),
        "demand": words.demand(row, version),
        "due": words.due(row),
        "change": words.change(row),
    }


class IndicatorBookView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest, code: str) -> HttpResponse | FileResponse:
        version = meaning_or_404(code)
        rows = by_gap(positions_for(self.actor).filter(indicator=version.indicator))
        given = PositionFilter(request.GET, queryset=rows, actor=self.actor)
        found = list(given.qs[:MOST_IN_BOOK]) if not given.is_bound or given.is_valid() else []
        return handed_out(indicator_book(found, version))
