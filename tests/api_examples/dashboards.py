"""Where targets stand: counts of an office, and the positions they are counted from."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage


def dashboards(api: Recorder, stage: Stage) -> None:
    api.get("sichuan_reviewer", "dashboard/?batch=1")
    api.get("sichuan_reviewer", "positions/?indicator=registered-urbanization-rate")
    api.get("sichuan_reviewer", "distribution/?indicator=registered-urbanization-rate")
    api.get("sichuan_reviewer", f"comparison/?pilot={stage.pilot.uid}", status=400)


def briefs(api: Recorder, stage: Stage) -> None:
    """One page each, and several in one PDF."""
    office = stage.report.due.receiver.uid
    api.get("sichuan_reviewer", f"pilots/{stage.pilot.uid}/brief/")
    api.get("ndrc_reviewer", f"units/{office}/brief/")
    pack = api.file("ndrc_reviewer", f"meeting-pack/?overview=true&office={office}&pilot={stage.pilot.uid}")
    assert pack.startswith(b"%PDF")
