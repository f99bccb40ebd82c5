"""Rules about pilot areas: one small function each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, Value
from django.utils.translation import gettext as _

from accounts.access import Actor, Reach, units_for
from pilots.models import PilotArea, SelectionLimit
from portal.errors import Finding, RuleBroken
from units.models import Programme


def runs(programme: Programme, by: Actor, action: str) -> bool:
    """Whether the hat is of the office that owns the programme, and its role has the action there."""
    own = Reach.OWN in units_for(by, action) and programme.owner_id == by.hat.unit_id
    return own and by.hat.programme_id == programme.pk


def receivers_above(pilot: PilotArea) -> list[int]:
    """Everybody (ids of units) above the pilot area on today's route, its receiver first. Raises RuleBroken."""
    above = PilotArea.objects.way_of(pilot)
    if not above:
        text = _("No office receives from %(unit)s yet. Ask whoever keeps the programme to enter the route.")
        text %= {"unit": pilot.reporting_unit.name}
        raise RuleBroken(text, findings=(Finding("no_route", text, "pilot_area"),))
    return above


def selection_warnings(programme: Programme) -> Iterator[Finding]:
    """Where the number of towns chosen is outside what the opinion names (L11). Warnings only: 逐步扩大."""
    limits = {limit.chosen_by: limit for limit in SelectionLimit.objects.filter(programme=programme)}
    if not limits:
        return
    chosen = (
        PilotArea.objects.filter(programme=programme, selected_by__isnull=False)
        .values("selected_by", "selected_by__name_now")
        .annotate(
            towns=Count("id"),
            reasons=ArrayAgg(
                "beyond_limit_reason", distinct=True, filter=~Q(beyond_limit_reason=""), default=Value([])
            ),
        )
        .order_by("selected_by__sort_key")
    )
    for row in chosen:
        by_city = row["selected_by"] == programme.owner_id
        kind = SelectionLimit.ChosenBy.CITY if by_city else SelectionLimit.ChosenBy.COUNTY
        limit = limits.get(kind)
        if limit and not limit.minimum <= row["towns"] <= limit.maximum:
            yield Finding(
                "selection_limit",
                _words(row, limit),
                str(row["selected_by"]),
            )


def _words(row: Mapping[str, Any], limit: SelectionLimit) -> str:
    """The number against the limit; beyond it also the reason, or that there is none."""
    said = _("%(unit)s has chosen %(count)d towns; the opinion names %(low)d to %(high)d.") % {
        "unit": row["selected_by__name_now"],
        "count": row["towns"],
        "low": limit.minimum,
        "high": limit.maximum,
    }
    if row["towns"] < limit.minimum:
        return said
    if not row["reasons"]:
        return _("%(finding)s The reason for going beyond is missing.") % {"finding": said}
    return _("%(finding)s Reason given: %(reason)s") % {"finding": said, "reason": "; ".join(row["reasons"])}
