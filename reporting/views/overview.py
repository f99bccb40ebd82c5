"""Who has reported: sentences, a map, a table; everything leads downward."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Actor
from pilots.models import Capacity
from portal.errors import BadInput, NotFound, type_text
from portal.http import PortalView
from reporting import tiles
from reporting.chases import may_chase
from reporting.desk import to_decide
from reporting.filters.reports import IN_FORCE, MISSING
from reporting.models import Cycle, Occasion, Report
from reporting.overview import Below, Overview, SenderRow, cycles_for, overview
from reporting.services.contact_rounds import senders_left_out
from reporting.services.cycles import may_open
from reporting.views.base import report_url
from units.calendar import today


class OverviewView(PortalView):
    action = "cycle.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        cycles = list(cycles_for(self.actor))
        if not cycles:
            programme = self.actor.programme
            context = {"may_open": programme is not None and may_open(programme, self.actor)}
            return render(request, "reporting/overview_empty.html", context)
        cycle = _chosen(cycles, request.GET.get("cycle", ""))
        found = overview(self.actor, cycle)
        compiled = [row for row in found.rows if row.report.due.capacity == Capacity.COMPILER]
        shown: dict[str, Any] = {
            "overview": found,
            "cycles": cycles,
            "cycle": cycle,
            "sentences": _sentences(found, self.actor),
            "rows": sorted(found.rows, key=lambda row: (not row.report.is_overdue, row.report.due.unit.sort_key)),
            "may_open": may_open(cycle.programme, self.actor),
            "may_extend": self.actor.can("extension.blanket"),
            "chases": may_chase(self.actor, found.unit),
            "can_chase": any(row.chasing and row.chasing.can_chase for row in found.rows),
            **(_contacts(found, self.actor) if cycle.is_of_contacts else {}),
            "crumbs": [(reverse("reporting:overview"), _("Overview")), ("", cycle.name)],
            **(_map(compiled, cycle) if tiles.fits(row.report.due.unit for row in compiled) else {}),
        }
        return render(request, "reporting/overview.html", shown)


def _contacts(found: Overview, actor: Actor) -> dict[str, Any]:
    """Of a round of contacts: who is not asked, and whether it can be saved with phone numbers."""
    cycle = found.cycle
    looks_at_all = found.unit.pk == cycle.programme.owner_id
    asked_of_all = looks_at_all and cycle.occasion == Occasion.ROUND
    seen, in_full = (
        Report.objects.visible_to(actor, action).filter(due__cycle=cycle)
        for action in ("report.view", "contacts.reveal")
    )
    return {
        "left_out": senders_left_out(cycle.programme) if asked_of_all else [],
        "in_full": in_full.exists(),
        "can_save": seen.exists(),
    }


def _chosen(cycles: list[Cycle], given: str) -> Cycle:
    if not given:
        first = [c for c in cycles if not c.is_of_contacts] or cycles
        return next((c for c in first if c.opens_on <= today()), first[0])
    try:
        wanted = uuid.UUID(given)
    except ValueError as error:
        raise BadInput(_("This address names no period. Choose one from the list.")) from error
    found = next((c for c in cycles if c.uid == wanted), None)
    if found is None:
        raise NotFound
    return found


def _sentences(found: Overview, actor: Actor) -> list[dict[str, Any]]:
    """The findings first, each with the address of exactly the rows it counts; none about what nobody owes."""
    base = f"{reverse('reporting:reports')}?cycle={found.cycle.uid}"
    sentences = []
    if found.senders.expected:
        direct = f"{base}&capacity={Capacity.COMPILER}&receiver={found.unit.uid}"
        sentences.append(_senders_missing(found.senders, direct))
    if found.pilots.expected:
        sentences += _pilot_reports(found.pilots, f"{base}&capacity={Capacity.PILOT}")
    if actor.can("report.review"):
        sentences.append(_waiting(to_decide(actor).count()))
    return sentences


def _senders_missing(senders: Below, base: str) -> dict[str, Any]:
    return {
        "number": senders.missing,
        "text": ngettext("sender has not reported", "senders have not reported", senders.missing),
        "note": _("%(late)d overdue, of %(all)d") % {"late": senders.overdue, "all": senders.expected},
        "tone": "bad" if senders.overdue else "",
        "url": f"{base}&state={MISSING}",
    }


def _pilot_reports(pilots: Below, base: str) -> list[dict[str, Any]]:
    return [
        {
            "number": pilots.missing,
            "text": ngettext("pilot report is missing", "pilot reports are missing", pilots.missing),
            "note": _("%(late)d overdue, of %(all)d on record") % {"late": pilots.overdue, "all": pilots.expected},
            "tone": "bad" if pilots.overdue else "",
            "url": f"{base}&state={MISSING}",
        },
        {
            "number": pilots.accepted,
            "text": ngettext("pilot report is accepted", "pilot reports are accepted", pilots.accepted),
            "note": _("of %(all)d on record") % {"all": pilots.expected},
            "tone": "good",
            "url": f"{base}&state={IN_FORCE}",
        },
    ]


def _waiting(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "text": ngettext("report waits for you", "reports wait for you", number),
        "note": _("on your desk, of all periods: to sign for, to accept or to return"),
        "tone": "warn" if number else "",
        "url": reverse("desk"),
    }


def _map(compiled: list[SenderRow], cycle: Cycle) -> dict[str, Any]:
    """Tiles of 34 provinces and six extra senders, by the code of the sender's place (DOMAIN.md, tile map)."""
    by_code, names = {tiles.code_of(row.report.due.unit): row for row in compiled}, tiles.names()
    provinces, senders = (
        [
            _tile(by_code.get(tiles.full(code)), names.get(tiles.full(code), ""), code, place)
            for code, place in on.items()
        ]
        for on in (tiles.PROVINCES, tiles.SENDERS)
    )
    shown = {tile["state"] for tile in [*provinces, *senders]}
    words = {**dict(LEGEND), "none": NOT_ASKED} if cycle.is_of_contacts else dict(LEGEND)
    return {"tiles": provinces, "senders": senders, "legend": [(s, w) for s, w in words.items() if s in shown]}


LEGEND: tuple[tuple[str, type_text], ...] = (
    ("overdue", gettext_lazy("overdue")),
    ("not_started", gettext_lazy("not started")),
    ("draft", gettext_lazy("being written or signed")),
    ("returned", gettext_lazy("returned")),
    ("submitted", gettext_lazy("submitted")),
    ("received", gettext_lazy("received")),
    ("accepted", gettext_lazy("accepted")),
    ("exempt", gettext_lazy("exempt")),
    ("none", gettext_lazy("not in the programme")),
)
NOT_ASKED = gettext_lazy("not asked")
TILE_STATES = {"signing": "draft", "signed": "draft", "recall_requested": "received"}


def _tile(row: SenderRow | None, name: str, code: str, place: tiles.Place) -> dict[str, Any]:
    tile: dict[str, Any] = {"code": code, "name": name, "row": place.row, "col": place.col}
    if row is None:
        return {**tile, "state": "none", "value": "", "url": ""}
    below = row.below
    return {
        **tile,
        "state": _tile_state(row.report),
        "value": f"{below.submitted}/{below.expected}" if below.expected else "",
        "url": report_url(row.report),
        "title": _tile_title(row),
    }


def _tile_state(report: Report) -> str:
    if report.is_exempt:
        return "exempt"
    return "overdue" if report.is_overdue else TILE_STATES.get(report.state, report.state)


def _tile_title(row: SenderRow) -> str:
    due, below = row.report.due, row.below
    if due.cycle.is_of_contacts:
        return _("%(unit)s: contacts due on %(day)s") % {"unit": due.unit.name, "day": due.due_on}
    return _("%(unit)s: %(have)d of %(all)d pilot reports on record submitted") % {
        "unit": due.unit.name,
        "have": below.submitted,
        "all": below.expected,
    }
