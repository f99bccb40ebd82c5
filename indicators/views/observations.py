"""The page of one figure: what it says, where it comes from, and what stands beside it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Actor
from indicators import figure_words
from indicators.measures import Measure
from indicators.models import FigureStatus, IndicatorVersion, Observation
from indicators.observed import VIEW, Observed, Rival, observation_or_404, observations, observed
from portal.http import PortalView

TONES = {
    FigureStatus.FINAL: ("good", "✓"),
    FigureStatus.PRELIMINARY: ("info", "◐"),
    FigureStatus.ESTIMATE: ("idle", "≈"),
}


class ObservationView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = observed(observation_or_404(uid, self.actor), self.actor)
        row = found.row
        context = {
            "found": found,
            "row": row,
            "value": said(row, found.version),
            "chip": chip(row) if row.value is not None else None,
            "facts": facts(found),
            "source": source(row),
            "others": [_other(rival) for rival in found.others],
            "crumbs": [
                (reverse("indicators:catalogue"), _("Indicators")),
                (reverse("indicators:catalogue-indicator", args=[row.indicator.code]), row.indicator.name),
                ("", f"{row.division} {row.period}"),
            ],
        }
        return render(request, "indicators/observation.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and observations(actor).filter(**named).exists()


def said(row: Observation, version: IndicatorVersion | None) -> str:
    """The number with its unit, as it is kept, or why there is none."""
    if version is None:
        return str(row.get_absence_display()) if row.value is None else figure_words.as_given(row.value)
    return figure_words.figure(row, version, exact=True)


def chip(row: Observation) -> dict[str, str]:
    tone, sign = TONES[FigureStatus(row.status)]
    return {"tone": tone, "sign": sign, "text": row.get_status_display()}


def source(row: Observation) -> dict[str, Any]:
    return {
        "text": row.source,
        "verified": row.is_fact,
        "confidence": row.get_confidence_display() if row.is_fact and not row.is_demo else "",
        "derived": row.note.startswith("推算"),
    }


def facts(found: Observed) -> list[dict[str, Any]]:
    """What is said, by whom, and how it came here; only what there is."""
    row, version = found.row, found.version
    given = [
        (_("Reason"), row.reason),
        *_parts(row, version),
        (_("As typed"), f"{row.entered} {_unit(row.entered_measure)}".strip() if row.entered else ""),
        (_("How settled"), row.get_status_display() if row.value is not None else ""),
        (_("Vintage"), row.vintage.name if row.vintage else ""),
        (_("Given by"), row.unit.name if row.unit else ""),
        (pgettext("a figure", "Accepted in"), row.programme.name if row.programme else _("none: a published figure")),
        (_("Recorded"), f"{timezone.localtime(row.recorded_at):%Y-%m-%d %H:%M}"),
        (_("Recorded by"), row.recorded_by.name if row.recorded_by else _("reference data")),
        (_("Document"), str(row.document) if row.document else ""),
        (_("Note"), row.note),
    ]
    return [{"label": label, "value": value} for label, value in given if value]


def _parts(row: Observation, version: IndicatorVersion | None) -> list[tuple[str, str]]:
    if row.numerator is None or row.denominator is None or version is None:
        return []
    parts = (
        (version.numerator_name or _("Numerator"), row.numerator),
        (version.denominator_name or _("Denominator"), row.denominator),
    )
    return [(name, figure_words.with_unit(figure_words.as_given(value), version.part_measure)) for name, value in parts]


def _unit(measure: str) -> str:
    return str(Measure(measure).label) if measure in Measure.values else measure


def _other(rival: Rival) -> dict[str, Any]:
    return {"rival": rival, "row": rival.row, "value": said(rival.row, rival.version), "source": source(rival.row)}
