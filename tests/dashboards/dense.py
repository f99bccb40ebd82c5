"""Targets, baselines and figures for every pilot area on record. Invented by chance, the same each time, and say so."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from indicators import positions
from indicators.models import Baseline, FigureStatus, Indicator, Observation, Target
from pilots.models import PilotArea
from units.models import Programme

CODES = ("registered-urbanization-rate", "public-water-supply", "pension-coverage")
SOURCE = "虚构"


def dense(programme: Programme, codes: tuple[str, ...] = CODES) -> None:
    """A target for 2030, a baseline of 2020, figures of 2024 and 2025; here and there one of them is missing."""
    chance = random.Random(7)  # noqa: S311 - nothing secret
    indicators = list(Indicator.objects.filter(code__in=codes).order_by("code"))
    for pilot in PilotArea.objects.filter(programme=programme).shown().order_by("key"):
        place = pilot.divisions.order_by("pk").first()
        for indicator in indicators:
            facts = {"pilot_area": pilot, "indicator": indicator, "source": SOURCE}
            if chance.random() < 0.1:
                continue
            Target.objects.create(**facts, value=Decimal(80), due_on=dt.date(2030, 12, 31))
            if chance.random() < 0.85:
                Baseline.objects.create(**facts, value=Decimal(50), year=2020)
            for year in (2024, 2025):
                if place and chance.random() < 0.85:
                    _figure(place.pk, indicator, year, Decimal(chance.randint(48, 75)))
    positions.rebuild(programme)


def _figure(division: int, indicator: Indicator, year: int, value: Decimal) -> None:
    same = Observation.objects.filter(division=division, indicator=indicator, year=year, programme=None)
    if not same.exists():
        Observation.objects.create(
            division_id=division, indicator=indicator, year=year, value=value, source=SOURCE,
            status=FigureStatus.FINAL, is_in_force=True,
        )  # fmt: skip
