"""What the places below come to: a figure with its coverage."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from indicators.models import Indicator, SupplementFigure
from indicators.services.observations import Bringing, record
from records.seals import seal
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from units.keys import new_uid

RATE = "resident-urbanization-rate"


def rollups(api: Recorder, stage: Stage) -> None:
    pilot, at = stage.pilot, dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
    figure = SupplementFigure(
        division=pilot.divisions.get(), indicator=Indicator.objects.get(code=RATE), year=2025, value=Decimal("50"),
        numerator=Decimal(50), denominator=Decimal(100), status="preliminary",
    )  # fmt: skip
    proof = seal("example", new_uid(), {"figures": 1}, at=at)
    record(Bringing(pilot.programme, pilot.reporting_unit, None, [], proof, at, None, is_demo=True), [figure])
    api.get("sichuan_reviewer", f"rollups/?division={pilot.province.uid}&indicator={RATE}&year=2025")
