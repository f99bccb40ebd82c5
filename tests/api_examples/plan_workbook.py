"""A plan's workbook, taken out and brought back."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.plans.plan_cast import a_plan
from tests.reporting.figure_workbook import fill


def workbook(api: Recorder, stage: Stage) -> None:
    """Taken out, one duration filled in, brought back to be looked at."""
    path = f"plans/{a_plan(pilot=stage.pilot).uid}/workbook/"
    book = fill(api.file("luzhou_drafter", path), {"M8": "30"})
    api.upload("luzhou_drafter", f"{path}upload/", {"store": "false"}, "plan.xlsx", book, status=200)
