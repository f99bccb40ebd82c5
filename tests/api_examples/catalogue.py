"""The catalogue of indicators, and what reports ask for."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

FACTS = {
    "name_zh": "新落户农民工（虚构）", "name_en": "Settled migrant workers (made up)", "measure": "10k_persons",
    "precision": 1, "direction": "up", "frequency": "half_yearly", "method": "sum", "is_cumulative": True,
    "source": "测试：处务会议定",
}  # fmt: skip
LIST = [{"code": "resident-urbanization-rate", "is_compulsory": True}, {"code": "newly-settled-population"}]


def indicators(api: Recorder, stage: Stage) -> None:
    api.get("luzhou_drafter", "indicators/?q=城镇化率&asked=yes")
    api.get("luzhou_drafter", "indicators/resident-urbanization-rate/")
    own = {**FACTS, "pilot_area": str(stage.pilot.uid), "code": "settled-migrants", "since": "2026-01-01"}
    made = api.post("luzhou_drafter", "indicators/", own, status=201)
    path, saw = "indicators/settled-migrants/", made["indicator"]["version"]
    body = {**FACTS, "caliber_zh": "当年在本市城镇落户的农民工", "since": "2026-07-01"}
    changed = api.post("luzhou_lead", f"{path}versions/", body, saw=saw, status=201)
    saw = changed["indicator"]["version"]
    mapped = api.put("ndrc_reviewer", f"{path}mapping/", {"to": "newly-settled-population"}, saw=saw)
    end = {"on": "2027-01-01", "reason": "并入国家指标"}
    api.post("luzhou_lead", f"{path}end/", end, saw=mapped["indicator"]["version"])


def asked(api: Recorder, stage: Stage) -> None:
    del stage
    seen = api.get("luzhou_drafter", "asked-indicators/")
    body = {"rows": LIST, "source": "测试：处务会议定"}
    api.put("ndrc_reviewer", "asked-indicators/", body, saw=seen["version"])
