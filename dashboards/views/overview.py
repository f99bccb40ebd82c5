"""The dashboard: who has not reported, which targets are in danger, where, what changed; everything leads downward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import Select
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from dashboards import words
from dashboards.filters import SidesFilter
from dashboards.maps import tile_map
from dashboards.reading import Meanings, categories_for, meanings, newest_changes, newest_period, pilots_for
from dashboards.tallies import VIEW, Narrowed, Tallies, Tally, tallies, viewpoint
from indicators.models import PilotPosition, Position
from pilots.models import Batch, Region
from portal.http import PortalView
from reporting.desk import to_decide
from reporting.overview import senders_so_far
from units.models import Unit

CHANGES = 12


class DashboardView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        given = SidesFilter(request.GET, queryset=PilotPosition.objects.none(), actor=self.actor)
        is_valid = not given.is_bound or given.is_valid()
        found = tallies(self.actor, given.narrowed) if is_valid else Tallies()
        senders, batches = choices(
            given, found.by("category") if not given.narrowed.category else categories_for(self.actor)
        )
        changes = newest_changes(self.actor, CHANGES) if is_valid else []
        meant = meanings({*found.by("indicator"), *(row.indicator_id for row in changes)})
        asked = asked_of(request, given)
        urls = {unit: pilots_url({**asked, "sender": str(unit.uid)}) for unit in senders}
        by_sender = {unit: found.by("sender")[unit.pk] for unit in senders if unit.pk in found.by("sender")}
        context = {
            "form": given.form,
            "is_valid": is_valid,
            "office": viewpoint(self.actor),
            "found": found.whole,
            "finding": words.finding(found.whole),
            "sentences": sentences(self.actor, found.whole),
            "indicators": list(_by_indicator(found, meant, asked)),
            "senders_rows": [side_row(unit.name, tally, urls[unit]) for unit, tally in _worst_first(by_sender)],
            "sides": sides(found, batches, asked),
            "changes": [_change(row, meant) for row in changes],
            "map": tile_map(by_sender, urls),
            "own": own_rows(self.actor) if not found.whole.total else [],
            "query": urlencode(asked),
        }
        return render(request, "dashboards/overview.html", context, status=200 if is_valid else 400)


def asked_of(request: HttpRequest, given: SidesFilter) -> dict[str, str]:
    """What of the address the filter reads, for addresses that go on from here."""
    return {name: str(value) for name, value in request.GET.items() if name in given.filters and value}


def sentences(actor: Actor, whole: Tally) -> list[dict[str, Any]]:
    """In the order they are asked: reports, targets, changes, what waits. Each leads to exactly what it counts."""
    told = [one for one in (_reports(actor),) if one]
    if whole.total:
        told += [_behind(whole), _fell(whole)]
    if actor.can("report.review"):
        waiting = to_decide(actor).count()
        text = ngettext("report waits for you", "reports wait for you", waiting)
        told.append({"number": waiting, "text": text, "tone": "warn" if waiting else "", "url": reverse("desk")})
    return told


def _reports(actor: Actor) -> dict[str, Any] | None:
    """Of the newest period that has begun: those that send to this office and have not."""
    cycle = newest_period(actor)
    below = senders_so_far(actor, cycle) if cycle else None
    if cycle is None or below is None or not below.expected:
        return None
    return {
        "number": below.missing,
        "text": ngettext("sender has not reported", "senders have not reported", below.missing),
        "note": _("%(cycle)s: %(late)d overdue, of %(all)d")
        % {"cycle": cycle.name, "late": below.overdue, "all": below.expected},
        "tone": "bad" if below.overdue else "",
        "url": f"{reverse('reporting:overview')}?cycle={cycle.uid}",
    }


def _behind(whole: Tally) -> dict[str, Any]:
    told = {"off": whole.off_track, "judged": whole.judged, "total": whole.total}
    return {
        "number": whole.behind,
        "text": ngettext("target is at risk or off track", "targets are at risk or off track", whole.behind),
        "note": _("%(off)d off track; %(judged)d of %(total)d judged") % told,
        "tone": "bad" if whole.off_track else "warn" if whole.at_risk else "",
        "url": pilots_url({}),
    }


def _fell(whole: Tally) -> dict[str, Any]:
    return {
        "number": whole.fell,
        "text": ngettext("target fell since the figure before", "targets fell since the figure before", whole.fell),
        "note": _("%(rose)d rose") % {"rose": whole.rose},
        "tone": "warn" if whole.fell else "",
        "url": "#changes",
    }


def choices(given: SidesFilter, categories: Iterable[str]) -> tuple[list[Unit], list[Batch]]:
    """Senders and batches read once, for the filters' choices and for the tables. `categories`: to choose from."""
    form: Any = given.form
    senders, batches = list(form.fields["sender"].queryset), list(form.fields["batch"].queryset)
    none = ("", form.fields["sender"].empty_label)
    form.fields["sender"].widget.choices = [none, *((unit.uid, unit.name) for unit in senders)]
    form.fields["batch"].widget.choices = [none, *((batch.number, batch.name) for batch in batches)]
    asked = form.data.get("category", "") if form.is_bound else ""
    offered = sorted({*categories, asked} - {""})
    form.fields["category"].widget = Select(choices=[none, *((name, name) for name in offered)])
    return senders, batches


def pilots_url(asked: Mapping[str, Any]) -> str:
    query = urlencode(asked)
    return f"{reverse('dashboards:pilots')}{'?' + query if query else ''}"


def _worst_first(found: Mapping[Unit, Tally]) -> list[tuple[Unit, Tally]]:
    return sorted(found.items(), key=lambda item: (-item[1].off_track, -item[1].at_risk, item[0].sort_key))


def _by_indicator(found: Tallies, meant: Meanings, asked: Mapping[str, str]) -> Any:
    """In the order of the catalogue; own indicators of pilot areas come with their pilot area, not here."""
    query = urlencode(asked)
    for pk, version in meant.items():
        tally = found.by("indicator").get(pk)
        if tally and version.indicator.pilot_area_id is None:
            url = reverse("dashboards:indicator", args=[version.indicator.code])
            yield side_row(version.name, tally, f"{url}{'?' + query if query else ''}")


def side_row(name: str, tally: Tally, url: str) -> dict[str, Any]:
    return {"name": name, "tally": tally, "url": url, "bar": words.bar(tally), "told": words.told(tally)}


def sides(found: Tallies, batches: list[Batch], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Distribution within batch, category and region; a side with one value alone says nothing."""
    named = {batch.pk: batch for batch in batches}
    sides = [
        {
            "title": _("By batch"),
            "rows": [
                side_row(named[pk].name, tally, pilots_url({**asked, "batch": named[pk].number}))
                for pk, tally in sorted(found.by("batch").items(), key=lambda item: item[0] or 0)
                if pk in named
            ],
        },
        {
            "title": _("By category"),
            "rows": [
                side_row(name or _("no category"), tally, pilots_url({**asked, "category": name}) if name else "")
                for name, tally in sorted(found.by("category").items())
            ],
        },
        {
            "title": _("By region"),
            "rows": [
                side_row(str(Region(code).label), tally, pilots_url({**asked, "region": code}))
                for code, tally in found.by("region").items()
                if code
            ],
        },
    ]
    return [side for side in sides if len(side["rows"]) > 1]


def _change(row: Position, meant: Meanings) -> dict[str, Any]:
    version = meant[row.indicator_id]
    return {
        "row": row,
        "pilot": row.pilot.pilot_area,
        "version": version,
        "chip": words.verdict_chip(row),
        "change": words.change(row),
        "value": words.value(row, version),
        "gap": words.gap(row, version),
        "when": words.since(row),
        "url": figures_url(row),
    }


def figures_url(row: Position) -> str:
    """Where the position is explained: the indicator among the pilot area's figures."""
    return f"{reverse('indicators:pilot-figures', args=[row.pilot.pilot_area.uid])}#{row.indicator.code}"


def own_rows(actor: Actor) -> list[dict[str, Any]]:
    """A pilot area's own place among the others of its batch: counts, without anybody's name."""
    own = pilots_for(actor).filter(unit=actor.hat.unit_id).first()
    programme = actor.programme
    if own is None or programme is None:
        return []
    from_here = Position.objects.filter(pilot=own).exclude(verdict="").select_related("pilot__pilot_area", "indicator")
    rows = list(from_here)
    meant = meanings(row.indicator_id for row in rows)
    others = tallies(actor, Narrowed(batch=own.batch_id), office=programme.owner_id).by("indicator")
    ordered = sorted(rows, key=lambda row: list(meant).index(row.indicator_id))
    return [
        {**_change(row, meant), "others": side_row("", others.get(row.indicator_id, Tally()), "")} for row in ordered
    ]
