"""Who answers for what, annual plans of departments, the yearly assessment."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

OFFICE = "水务局（虚构）"


def responsibility(api: Recorder, stage: Stage) -> None:
    plan, task = f"plans/{stage.uids['plans']}/", f"tasks/{stage.uids['tasks']}/"
    api.get("luzhou_drafter", f"{plan}duty-holders/")
    named = {"tier": "person", "name": "某某（虚构）", "post": "科长"}
    api.post("luzhou_drafter", f"{task}duties/", named, status=201)
    api.get("luzhou_lead", f"{task}duties/")
    api.get("luzhou_lead", f"{plan}duties/?show=gaps&tier=principal")
    api.post("luzhou_drafter", f"duties/{stage.uids['duties']}/release/")


def year(api: Recorder, stage: Stage) -> None:
    plan, task = str(stage.uids["plans"]), str(stage.uids["tasks"])
    api.post("luzhou_drafter", f"tasks/{task}/duties/", {"tier": "person", "name": "某某（虚构）"}, status=201)
    made = api.post("luzhou_drafter", "annual-plans/", {"plan": plan, "year": 2026, "name": OFFICE}, status=201)
    path = f"annual-plans/{made['uid']}/"
    api.get("luzhou_drafter", f"{path}rows/")
    row = {"task": task, "requirement": "完成勘察并通过验收（虚构）", "percent": 100, "revision": 0}
    api.put("luzhou_drafter", f"{path}rows/", {"rows": [row]})
    api.post("luzhou_drafter", f"{path}draw/")
    api.post("luzhou_drafter", f"{path}actions/send/", {"comment": ""}, saw=0)
    api.post("luzhou_lead", f"{path}actions/approve/", {"comment": ""}, saw=1)
    api.get("sichuan_reviewer", path)
    api.get("sichuan_reviewer", "annual-plans/?year=2026")
    api.get("sichuan_reviewer", f"plans/{plan}/annual/?year=2026")


def discarded(api: Recorder, stage: Stage) -> None:
    begun = {"plan": str(stage.uids["plans"]), "year": 2026, "name": OFFICE}
    made = api.post("luzhou_drafter", "annual-plans/", begun, status=201)
    api.post("luzhou_drafter", f"annual-plans/{made['uid']}/discard/")


def assessment(api: Recorder, stage: Stage) -> None:
    path = f"pilots/{stage.pilot.uid}/assessments/2025/"
    api.get("luzhou_drafter", path)
    given = {"inclusion": "included", "document_text": "年度目标责任书（虚构）", "result": "优秀（虚构）"}
    api.put("luzhou_drafter", path, given, saw=0)
    api.get("sichuan_reviewer", "assessments/?year=2025")
