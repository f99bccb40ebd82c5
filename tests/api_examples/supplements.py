"""Figures beside the reports: begun, chosen, filled in, on their way."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

CODE = "urban-resident-population"


def beside_the_reports(api: Recorder, stage: Stage) -> None:
    begun = {"purpose": "final", "pilot_area": str(stage.pilot.uid), "title": "2025年审定数", "reason": "年报之后审定"}
    made = api.post("luzhou_drafter", "supplements/", begun, status=201)
    path, place = f"supplements/{made['uid']}/", str(stage.pilot.divisions.get().uid)
    api.get("luzhou_drafter", f"{path}choices/?year=2025")
    row = {"division": place, "indicator": CODE, "year": 2025, "part": "year"}
    api.post("luzhou_drafter", f"{path}rows/", {"add": [row]})
    filled = {**row, "revision": 0, "value": "222.4", "status": "final", "source": "2025年统计公报"}
    api.put("luzhou_drafter", f"{path}figures/", {"rows": [filled]})
    api.get("luzhou_drafter", f"{path}figures/")
    api.post("luzhou_drafter", f"{path}actions/send_for_signing/", {"comment": ""}, saw=0)
    api.get("luzhou_lead", path)
    api.get("luzhou_drafter", "supplements/?which=mine")
