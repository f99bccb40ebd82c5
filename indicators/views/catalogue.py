"""Pages of the catalogue: the list, one indicator, and what is done to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor, require
from indicators.catalogue import (
    EDIT,
    KEEP,
    VIEW,
    act_needed,
    alike,
    detail,
    indicator_or_404,
    own_areas,
    seen,
    shown,
)
from indicators.catalogue_words import lines
from indicators.filters.catalogue import CatalogueFilter
from indicators.forms.catalogue import AskedForm, EndForm, MapForm, OwnForm, VersionForm
from indicators.models import Indicator, IndicatorVersion
from indicators.services.asked import AskedInput, AskedNow, asked_now, set_asked, sets_asked
from indicators.services.catalogue import (
    CountsTowards,
    NewOwn,
    NewVersion,
    OwnEnd,
    count_towards,
    end_own,
    latest_or_404,
    may_change,
    may_map,
    new_own,
    new_version,
)
from pilots.models import PilotArea
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView, listed
from units.models import Unit, in_language

PAGE = 50


class CatalogueView(PortalView):
    """The shared indicators and the own ones of the programme's pilot areas."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = seen(self.actor).order_by("plan_number", "sort_key", "id")
        found = listed(CatalogueFilter(request.GET, queryset=rows, actor=self.actor), request, PAGE)
        result = ngettext("%(count)d indicator", "%(count)d indicators", found.count) % {"count": found.count}
        areas = own_areas(self.actor)
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": shown(list(found.page.object_list), self.actor, areas),
            "result": result if found.is_valid else "",
            "may_add": bool(areas),
            "sets_asked": sets_asked(self.actor.programme, self.actor),
        }
        return render(request, "indicators/catalogue.html", context, status=found.status)


class IndicatorView(PortalView):
    """One indicator: what it means, since when, where each field comes from, what it hangs together with."""

    action = VIEW

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        found = detail(indicator_or_404(code, self.actor), self.actor)
        context = {
            "detail": found,
            "shown": found.shown,
            "versions": [(version, lines(version)) for version in found.versions],
            "crumbs": [(reverse("indicators:catalogue"), _("Catalogue of indicators")), ("", found.shown.version.name)],
        }
        return render(request, "indicators/catalogue_indicator.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and seen(actor).filter(code=named["code"]).exists()


class CataloguePage(ActPage):
    """An act on the catalogue."""

    revision = "version"
    made: Indicator | None = None

    def back(self) -> str:
        return reverse("indicators:catalogue")

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("indicators:catalogue"), _("Catalogue of indicators"))]


class OwnNewView(CataloguePage):
    """A pilot area defines an own indicator."""

    action = EDIT
    template = "indicators/catalogue_version.html"
    filled: OwnForm

    def prepare(self, **named: Any) -> None:
        self.areas = own_areas(self.actor)
        if not self.areas:
            raise NotFound

    def form(self, data: Any = None) -> forms.Form:
        own = Indicator.objects.filter(pilot_area__in=self.areas)
        self.filled = OwnForm(data, areas=self.areas, others=_others(own), departments=_offices(self.areas))
        return self.filled

    def words(self) -> tuple[str, str]:
        return _("Define an own indicator"), _("Save")

    def consequence(self) -> str:
        return _("Your reports ask for it from then on. It enters no wider roll-up until it is mapped.")

    def act(self, given: dict[str, Any]) -> str:
        area = next(row for row in self.areas if str(row.uid) == given["pilot_area"])
        data = NewOwn(area.uid, given["code"], self.filled.facts(), given["since"])
        self.made = new_own(data, by=self.actor)
        return _("Recorded: %(indicator)s.") % {"indicator": self.made.name}

    def back(self) -> str:
        return reverse("indicators:catalogue-indicator", args=[self.made.code]) if self.made else super().back()


class IndicatorAct(CataloguePage):
    """An act on one indicator."""

    indicator: Indicator

    def prepare(self, **named: Any) -> None:
        self.indicator = indicator_or_404(named["code"], self.actor)

    def back(self) -> str:
        return reverse("indicators:catalogue-indicator", args=[self.indicator.code])

    def trail(self) -> list[tuple[str, Any]]:
        return [*super().trail(), (self.back(), self.indicator.name)]

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        version = latest_or_404(indicator_or_404(self.indicator.code, self.actor))
        return [(line.label, line.value) for line in lines(version)]


class VersionNewView(IndicatorAct):
    """Another meaning of an indicator from a day on."""

    action = VIEW
    template = "indicators/catalogue_version.html"
    filled: VersionForm
    latest: IndicatorVersion

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        require(self.actor, act_needed(self.indicator))
        if not may_change(self.indicator, self.actor):
            raise NotFound
        self.latest = latest_or_404(self.indicator)

    def form(self, data: Any = None) -> forms.Form:
        area = self.indicator.pilot_area
        own = Indicator.objects.filter(pilot_area=area) if area else Indicator.objects.none()
        others = [row for row in _others(own) if row.pk != self.indicator.pk]
        offices = _offices([area]) if area else _reviewing(self.actor)
        self.filled = VersionForm(data, of=self.latest, others=others, departments=_with(offices, self.latest))
        return self.filled

    def words(self) -> tuple[str, str]:
        return _("New version: %(indicator)s") % {"indicator": self.indicator.name}, _("Save")

    def consequence(self) -> str:
        return _("Earlier periods keep the version they had. Figures on record stay as they are.")

    def act(self, given: dict[str, Any]) -> str:
        data = NewVersion(self.indicator.code, given["version"], given["since"], self.filled.facts())
        new_version(data, by=self.actor)
        return _("The new version counts from %(day)s.") % {"day": given["since"]}


class OwnEndView(IndicatorAct):
    """A pilot area stops using an own indicator."""

    action = EDIT
    danger = True

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        if self.indicator.pilot_area_id is None or not may_change(self.indicator, self.actor):
            raise NotFound
        latest_or_404(self.indicator)

    def form(self, data: Any = None) -> forms.Form:
        return EndForm(data, initial={"version": self.indicator.version})

    def words(self) -> tuple[str, str]:
        return _("End %(indicator)s") % {"indicator": self.indicator.name}, _("End this indicator")

    def consequence(self) -> str:
        return _("Your reports ask for it no more from then on. Its figures stay.")

    def act(self, given: dict[str, Any]) -> str:
        end_own(OwnEnd(self.indicator.code, given["version"], given["on"], given["reason"]), by=self.actor)
        return _("It is not asked any more from %(day)s.") % {"day": given["on"]}


class OwnMapView(IndicatorAct):
    """The owner of the programme says what an own indicator counts towards."""

    action = KEEP

    def prepare(self, **named: Any) -> None:
        super().prepare(**named)
        if not may_map(self.indicator, self.actor):
            raise NotFound

    def form(self, data: Any = None) -> forms.Form:
        return MapForm(data, indicator=self.indicator, others=alike(self.indicator))

    def words(self) -> tuple[str, str]:
        return _("What %(indicator)s counts towards") % {"indicator": self.indicator.name}, _("Save")

    def consequence(self) -> str:
        return _("Its figures then count where a place has none of the shared one. Roll-ups are computed anew.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        now = indicator_or_404(self.indicator.code, self.actor)
        return [(_("Counts towards"), now.mapped_to.name if now.mapped_to else "—")]

    def act(self, given: dict[str, Any]) -> str:
        count_towards(CountsTowards(self.indicator.code, given["version"], given["to"]), by=self.actor)
        return _("What it counts towards is set.")


class AskedView(CataloguePage):
    """What the programme's reports ask for: one list, set as a whole."""

    action = KEEP
    template = "indicators/catalogue_asked.html"
    now: AskedNow
    filled: AskedForm

    def prepare(self, **named: Any) -> None:
        programme = self.actor.programme
        if programme is None or not sets_asked(programme, self.actor):
            raise NotFound
        self.now = asked_now(programme)

    def form(self, data: Any = None) -> forms.Form:
        asked = {row.indicator_id for row in self.now.rows}
        others = [row for row in _others(Indicator.objects.none()) if row.pk not in asked]
        self.filled = AskedForm(data, rows=self.now.rows, others=others, saw=self.now.version)
        return self.filled

    def words(self) -> tuple[str, str]:
        return _("What reports ask for"), _("Save")

    def consequence(self) -> str:
        return _("Reports being written ask for the new list at once; those submitted keep what they said.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        names = in_language("、", ", ").join(row.indicator.name for row in asked_now(self.now.programme).rows)
        return [(_("Asked now"), names)]

    def act(self, given: dict[str, Any]) -> str:
        set_asked(AskedInput(given["version"], self.filled.asked(), given["source"]), by=self.actor)
        return _("The list is set.")


def _others(own: QuerySet[Indicator]) -> list[Indicator]:
    """The shared indicators, and these own ones behind them."""
    shared = Indicator.objects.shared().order_by("plan_number", "sort_key", "id")
    return [*shared, *own.order_by("sort_key", "id")]


def _offices(areas: list[PilotArea]) -> list[Unit]:
    """The departments of the places of these pilot areas."""
    rows = Unit.objects.filter(division__pilot_areas__in=areas, closed_on__isnull=True).distinct()
    return list(rows.order_by("sort_key", "id"))


def _reviewing(by: Actor) -> list[Unit]:
    rows = Unit.objects.filter(pk__in=by.programme.reviewing_departments.values("unit")) if by.programme else None
    return list(rows.order_by("sort_key", "id")) if rows is not None else []


def _with(offices: list[Unit], version: IndicatorVersion) -> list[Unit]:
    """These, and the one that stands there already."""
    named = version.department
    return offices if named is None or named in offices else [*offices, named]
