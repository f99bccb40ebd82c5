"""Where a pilot area stands against its targets."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage


def standing(api: Recorder, stage: Stage) -> None:
    api.get("luzhou_drafter", f"pilots/{stage.pilot.uid}/standing/?day=2017-06-30")
