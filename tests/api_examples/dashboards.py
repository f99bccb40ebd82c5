"""Where targets stand: counts of an office, and the positions they are counted from."""

from __future__ import annotations

from indicators.models import PilotPosition
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage


def dashboards(api: Recorder, stage: Stage) -> None:
    api.get("sichuan_reviewer", "dashboard/?batch=1")
    api.get("sichuan_reviewer", "positions/?indicator=registered-urbanization-rate")
    api.get("sichuan_reviewer", "targets/?indicator=registered-urbanization-rate")
    api.get("sichuan_reviewer", "distribution/?indicator=registered-urbanization-rate")
    other = PilotPosition.objects.exclude(pk=stage.pilot.pk).filter(programme=stage.pilot.programme)
    beside = other.select_related("pilot_area").order_by("pilot_area__key")[0].pilot_area.uid
    api.get("ndrc_reviewer", f"comparison/?pilot={stage.pilot.uid}&pilot={beside}")
    api.get("ndrc_reviewer", f"comparison/?pilot={stage.pilot.uid}", status=422)


def briefs(api: Recorder, stage: Stage) -> None:
    """One page each, and several in one PDF."""
    office = stage.report.due.receiver.uid
    api.get("sichuan_reviewer", f"pilots/{stage.pilot.uid}/brief/")
    api.get("ndrc_reviewer", f"units/{office}/brief/")
    pack = api.file("ndrc_reviewer", f"meeting-pack/?overview=true&office={office}&pilot={stage.pilot.uid}")
    assert pack.startswith(b"%PDF")
