"""Figures and targets for tests, in one line each. Sources are made up and say so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from indicators.models import Baseline, FigureStatus, Indicator, Observation, Target
from pilots.models import PilotArea, Route
from units.models import Division

LUZHOU = "national-1-510500"
SHARE = "registered-urbanization-rate"
"""An indicator without census editions."""


def luzhou() -> PilotArea:
    found: PilotArea = PilotArea.objects.get(key=LUZHOU)
    return found


def cleared(pilot: PilotArea, code: str = SHARE) -> None:
    """Nothing is on record about this indicator of the pilot area any more."""
    of_it = {"pilot_area": pilot, "indicator__code": code}
    now = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    Target.objects.filter(**of_it).update(ended_at=now, ended_reason="test")
    Baseline.objects.filter(**of_it).update(ended_at=now, ended_reason="test", is_chosen=False)
    rows = Observation.objects.filter(division__in=pilot.divisions.all(), indicator__code=code)
    rows.update(withdrawn_at=now, withdrawn_reason="test", is_in_force=False)


def a_target(pilot: PilotArea, value: str | None, year: int | None = 2017, code: str = SHARE, **fields: Any) -> Target:
    found: Target = Target.objects.create(
        pilot_area=pilot, indicator=Indicator.objects.get(code=code), value=None if value is None else Decimal(value),
        due_on=dt.date(year, 12, 31) if year else None, **{"source": "虚构", **fields},
    )  # fmt: skip
    return found


def a_baseline(pilot: PilotArea, value: str, year: int = 2013, code: str = SHARE, **fields: Any) -> Baseline:
    found: Baseline = Baseline.objects.create(
        pilot_area=pilot, indicator=Indicator.objects.get(code=code), value=Decimal(value), year=year,
        **{"source": "虚构", **fields},
    )  # fmt: skip
    return found


def a_figure(
    pilot: PilotArea, value: str | None, year: int, code: str = SHARE, *, accepted: bool = False,
    division: Division | None = None, **fields: Any,
) -> Observation:  # fmt: skip
    """Published, or accepted in the pilot area's programme, given by its own office to its province."""
    place = division or pilot.divisions.get()
    given: dict[str, Any] = {"source": "虚构", "status": FigureStatus.FINAL}
    if accepted:
        route = Route.objects.get(programme=pilot.programme, sender=pilot.reporting_unit, capacity="pilot")
        given |= {"programme": pilot.programme, "unit": pilot.reporting_unit, "receiver": route.receiver}
        given |= {"chain": [route.receiver_id]}
    found: Observation = Observation.objects.create(
        division=place, indicator=Indicator.objects.get(code=code), year=year, is_in_force=True,
        value=None if value is None else Decimal(value), **{**given, **fields},
    )  # fmt: skip
    return found
