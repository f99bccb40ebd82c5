"""The page of figures rolled up: one place, one period, every indicator; one step down for one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators import figure_words
from indicators.forms.rollups import PeriodForm
from indicators.models import FigureStatus, Part
from indicators.rollups.reading import Below, Rolled, below, newest_year, place_or_404, places_for, rolled_up
from portal.errors import NotFound
from portal.http import PortalView
from units.models import Division


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator as the page shows it."""

    rolled: Rolled
    value: str
    coverage: str
    share: str
    status: str
    notes: list[str]
    own: str
    url: str


@dataclass(frozen=True, slots=True)
class BelowRow:
    below: Below
    value: str
    coverage: str
    url: str


class RollUpsView(PortalView):
    """What the places below come to, with how many of them are in it."""

    action = "rollup.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PeriodForm(request.GET)
        is_valid = form.is_valid()
        given = form.cleaned_data if is_valid else {}
        place = place_or_404(given.get("place"), self.actor)
        year, part = given.get("year") or newest_year(place, self.actor), given.get("part") or Part.YEAR.value
        asked = {"place": place.uid, "year": year, "part": part}
        programme = self.actor.programme
        found = rolled_up(programme, place, year, part, self.actor) if programme and is_valid else []
        chosen = self._chosen(found, given.get("indicator", ""))
        steps = below(programme, place, chosen, year, part, self.actor) if programme and chosen else []
        context = {
            "place": place,
            "form": form if not is_valid else PeriodForm(initial=asked),
            "is_valid": is_valid,
            "period": f"{year} {Part(part).label}" if part != Part.YEAR else str(year),
            "rows": [_row(one, asked) for one in found],
            "has_any": any(one.coverage.expected for one in found),
            "chosen": chosen,
            "below": [_below(one, asked, chosen) for one in steps] if chosen else [],
            "crumbs": self._crumbs(place, asked),
        }
        return render(request, "indicators/rollups.html", context, status=200 if is_valid else 400)

    @staticmethod
    def _chosen(found: list[Rolled], code: str) -> Rolled | None:
        if not code:
            return None
        chosen = next((one for one in found if one.indicator.code == code), None)
        if chosen is None:
            raise NotFound
        return chosen

    def _crumbs(self, place: Division, asked: dict[str, Any]) -> list[tuple[str, str]]:
        """The places above, as far as they are in reach."""
        above = [int(pk) for pk in place.path_now.strip("/").split("/")[:-1] if pk]
        found = places_for(self.actor).in_bulk(above)
        trail = [(_url({**asked, "place": found[pk].uid}), found[pk].name) for pk in above if pk in found]
        return [*trail, ("", place.name)]

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and actor.hat.programme_id is not None


def _url(asked: dict[str, Any]) -> str:
    return f"{reverse('indicators:rollups')}?{urlencode(asked)}"


def _row(one: Rolled, asked: dict[str, Any]) -> Row:
    found = one.coverage
    share = figure_words.number(found.weight_share * 100, 1) if found.weight_share is not None else ""
    return Row(
        one,
        figure_words.amount(one.value, one.version) if one.value is not None else "",
        coverage_words(one),
        _("%(share)s %% of %(weight)s") % {"share": share, "weight": one.version.weight} if share else "",
        str(FigureStatus(one.row.status).label) if one.row and one.row.status else "",
        notes(one),
        figure_words.figure(one.own, one.version) if one.own else "",
        f"{_url({**asked, 'indicator': one.indicator.code})}#below",
    )


def coverage_words(one: Rolled) -> str:
    """`5 of 7`; those to which it does not apply are not among the seven."""
    return _("%(counted)d of %(of)d") % {"counted": one.coverage.counted, "of": one.coverage.of}


def notes(one: Rolled) -> list[str]:
    """What has to be known besides."""
    found = []
    if not one.is_rolled:
        found.append(_("Not rolled up: figures of this kind do not add up."))
    if one.is_mixed and one.row and one.row.oldest_vintage and one.row.newest_vintage:
        between = {"old": one.row.oldest_vintage.name, "new": one.row.newest_vintage.name}
        found.append(_("Mixed: figures of %(old)s and of %(new)s. Not comparable with either.") % between)
    if one.coverage.reported > one.coverage.counted and one.is_rolled:
        number = one.coverage.reported - one.coverage.counted
        found.append(_("%(number)d given, but not countable: parts or weight are missing.") % {"number": number})
    if one.coverage.not_applicable:
        found.append(_("Does not apply to %(number)d.") % {"number": one.coverage.not_applicable})
    if one.row and one.row.has_demo:
        found.append(_("With invented figures for showing the portal."))
    return found


def _below(one: Below, asked: dict[str, Any], chosen: Rolled) -> BelowRow:
    url = _url({**asked, "place": one.place.uid, "indicator": chosen.indicator.code})
    if one.figure:
        return BelowRow(
            one,
            figure_words.figure(one.figure, chosen.version),
            "",
            reverse("indicators:observation", args=[one.figure.uid]),
        )
    if one.is_pilot:
        return BelowRow(one, "", _("given") if one.has_figure else _("no accepted figure"), "")
    rolled = one.rolled
    value = figure_words.amount(rolled.value, rolled.version) if rolled and rolled.value is not None else ""
    return BelowRow(one, value, coverage_words(rolled) if rolled else "", url)
