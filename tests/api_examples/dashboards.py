"""Where targets stand: counts of an office, and the positions they are counted from."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage


def dashboards(api: Recorder, stage: Stage) -> None:
    api.get("sichuan_reviewer", "dashboard/?batch=1")
    api.get("sichuan_reviewer", "positions/?indicator=registered-urbanization-rate")
    api.get("sichuan_reviewer", "distribution/?indicator=registered-urbanization-rate")
