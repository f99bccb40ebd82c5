"""The schedule of a plan, and arranging its tasks."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.plans.plan_cast import A, C, D, a_plan, task_of


def arranging(api: Recorder, stage: Stage) -> None:
    plan = a_plan(pilot=stage.pilot)
    a, c, d = (f"tasks/{task_of(plan, name).uid}/" for name in (A, C, D))
    api.put("luzhou_drafter", f"{a}arrangement/", {"days": 20, "begins_on": "2026-03-01"}, saw=0)
    api.put("luzhou_drafter", f"{c}arrangement/", {"days": 60}, saw=0)
    waits = {"needs": str(task_of(plan, C).uid), "lag_days": 5}
    needs = api.post("luzhou_drafter", f"{d}needs/", waits, status=201)["needs"]
    step = {"name_zh": "完成登记（虚构）", "due_on": "2026-10-31", "weight": "1"}
    nodes = api.post("luzhou_drafter", f"{d}milestones/", step, status=201)["milestones"]
    moved = {**step, "due_on": "2026-11-30"}
    api.put("luzhou_drafter", f"tasks/milestones/{nodes[0]['uid']}/", moved, saw=0)
    api.get("luzhou_drafter", f"{d}arrangement/")
    api.get("sichuan_reviewer", f"plans/{plan.uid}/schedule/")
    api.post("luzhou_drafter", f"tasks/milestones/{nodes[0]['uid']}/remove/")
    api.post("luzhou_drafter", f"tasks/needs/{needs[0]['uid']}/remove/")
