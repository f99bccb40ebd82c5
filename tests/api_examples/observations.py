"""Figures that count: a list of them, and one with what stands beside it."""

from __future__ import annotations

from indicators.models import Observation
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

RATE = "resident-urbanization-rate"


def observations(api: Recorder, stage: Stage) -> None:
    place = stage.pilot.divisions.get()
    api.get("luzhou_drafter", f"observations/?division={place.uid}&indicator={RATE}&year=2013")
    row = Observation.objects.published().get(division=place, indicator__code=RATE, year=2013, value="43.8")
    api.get("luzhou_drafter", f"observations/{row.uid}/")
