"""A figure that counts, for tests that only need one. Invented, and says so."""

from __future__ import annotations

from decimal import Decimal

from indicators.models import Indicator, Observation
from reporting.models import Report


def an_accepted_figure(report: Report) -> Observation:
    """Of the report's pilot area, as if an earlier report had brought it; not in force, so nothing hangs on it."""
    due = report.due
    assert due.pilot_area
    found: Observation = Observation.objects.create(
        programme=due.cycle.programme, unit=due.unit, receiver=due.receiver, chain=due.chain,
        division=due.pilot_area.divisions.order_by("pk")[0], year=2012, value=Decimal("42.1"),
        indicator=Indicator.objects.get(code="resident-urbanization-rate"), status="estimate", source="虚构",
    )  # fmt: skip
    return found
