"""One indicator across pilot areas as a distribution and as small multiples; a pilot area's figures as files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from dashboards import spread_words
from dashboards.distribution import Distribution, distribution
from dashboards.filters import PilotFilter, PositionFilter
from dashboards.keeping import kept
from dashboards.reading import categories_for, meaning_or_404, pilots_for, positions_for
from dashboards.series_books import series_book, series_csv
from dashboards.tallies import VIEW
from dashboards.views.overview import asked_of, choices
from dashboards.views.pilots import MOST
from indicators.charts import Bounds, bounds_of, chart_of, joined
from indicators.forms.standing import DayForm
from indicators.measures import Measure
from indicators.models import Indicator, IndicatorVersion, Observation, Position
from indicators.standing import standing_of, standings_of
from indicators.standing_shapes import IndicatorStanding, Standing
from indicators.views.standing import Section, section
from pilots.facts import pilot_or_404
from pilots.models import PilotArea
from plans.views.answers import handed_out
from portal.errors import bad
from portal.http import PortalView, listed
from units.calendar import today

MULTIPLES = 24
"""Small charts on one page."""


def found_for(actor: Actor, given: PositionFilter, version: IndicatorVersion, asked: str) -> Distribution:
    """Kept by the version of the data: of many pilot areas it takes a while to sort them."""
    rows: QuerySet[Position] = given.qs
    return kept(actor, f"distribution {version.pk} {asked}", lambda: distribution(rows, version))


class DistributionView(PortalView):
    """How the latest figures of one indicator are spread."""

    action = VIEW

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        version = meaning_or_404(code)
        indicator = version.indicator
        rows = positions_for(self.actor).filter(indicator=indicator)
        given = PositionFilter(request.GET, queryset=rows, actor=self.actor)
        del given.form.fields["indicator"]
        is_valid = not given.is_bound or given.is_valid()
        _senders, batches = choices(given, categories_for(self.actor))
        asked = asked_of(request, given)
        query = urlencode(asked)
        found = found_for(self.actor, given, version, query) if is_valid else Distribution(0, 0, 0, {}, (), ())
        context = {
            "version": version,
            "form": given.form,
            "is_valid": is_valid,
            "found": found,
            **spread_words.told(found, version, {batch.pk: batch for batch in batches}),
            "query": query,
            "positions_query": urlencode({**asked, "indicator": code}),
            "crumbs": crumbs(version, _("Distribution")),
        }
        return render(request, "dashboards/distribution.html", context, status=200 if is_valid else 400)


def crumbs(version: IndicatorVersion, name: str) -> list[tuple[str, Any]]:
    return [
        (reverse("dashboards:overview"), _("Dashboard")),
        (reverse("dashboards:indicator", args=[version.indicator.code]), version.name),
        ("", name),
    ]


class TrendsView(PortalView):
    """One indicator of many pilot areas as small charts: shares on one scale, so that they can be compared by eye."""

    action = VIEW

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        version = meaning_or_404(code)
        indicator = version.indicator
        rows = pilots_for(self.actor).filter(positions__indicator=indicator)
        given = PilotFilter(request.GET, queryset=rows, actor=self.actor)
        found = listed(given, request, MULTIPLES, MOST)
        choices(given, categories_for(self.actor))
        pilots = [row.pilot_area for row in found.page]
        shown = trends(self.actor, pilots, indicator, version)
        context = {
            "version": version,
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "result": ngettext("%(count)d pilot area", "%(count)d pilot areas", found.count) % {"count": found.count},
            "is_shared_scale": version.measure == Measure.PERCENT,
            "charts": list(multiples(shown, is_shared=version.measure == Measure.PERCENT)),
            "query": urlencode(asked_of(request, given)),
            "crumbs": crumbs(version, _("Small multiples")),
        }
        return render(request, "dashboards/trends.html", context, status=found.status)


def trends(
    actor: Actor, pilots: list[PilotArea], indicator: Indicator, version: IndicatorVersion
) -> list[tuple[Standing, IndicatorStanding]]:
    """Where each stands on this indicator, as far as the reader sees figures; as many statements as for one."""
    needed = {indicator.pk, version.weight_id}
    seen = Observation.objects.visible_to(actor, VIEW).filter(indicator__in=needed - {None})
    standings = standings_of(pilots, today(), seen) if pilots else []
    return [(one, found) for one in standings for found in one.indicators if found.indicator.pk == indicator.pk]


def multiples(shown: Iterable[tuple[Standing, IndicatorStanding]], *, is_shared: bool) -> Iterable[dict[str, Any]]:
    rows = list(shown)
    bounds: Bounds | None = joined([bounds_of(one, ahead=False) for _standing, one in rows]) if is_shared else None
    for standing, one in rows:
        told: Section = section(one, standing)
        yield {
            "pilot": standing.pilot_area,
            "url": f"{reverse('indicators:pilot-figures', args=[standing.pilot_area.uid])}#{one.indicator.code}",
            "section": told,
            "chart": chart_of(one, standing.day, bounds or bounds_of(one, ahead=False)),
        }


class PilotFiguresFile(PortalView):
    """What the page of a pilot area's figures shows, as a file, as of the day asked for."""

    action = "indicator.view"

    def standing(self, request: HttpRequest, uid: uuid.UUID) -> Standing:
        """Raises BadInput for a day that is none, in the words of the page."""
        pilot, form = pilot_or_404(self.actor, self.action, uid), DayForm(request.GET)
        if not form.is_valid():
            raise bad("bad_day", " ".join(str(text) for text in form.errors["day"]), "day")
        day: dt.date = form.cleaned_data.get("day") or today()
        return standing_of(pilot, day, self.actor)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = PilotArea.objects.visible_to(actor, cls.action).shown()
        return super().within_reach(actor) and rows.filter(**named).exists()


class PilotFiguresBookView(PilotFiguresFile):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> FileResponse:
        return handed_out(series_book(self.standing(request, uid)))


class PilotFiguresCsvView(PilotFiguresFile):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        response = HttpResponse(series_csv(self.standing(request, uid)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="figures.csv"'
        add_never_cache_headers(response)
        return response
