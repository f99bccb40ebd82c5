"""A plan from nothing: begun, filled with rows; fields of work; the spatial structure."""

from __future__ import annotations

from plans.models import SpatialStructure, Task, TaskField
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.plans.plan_cast import A, a_plan, no_plan, task_of


def from_nothing(api: Recorder, stage: Stage) -> None:
    no_plan(stage.pilot)
    head = {"title": "试点方案要点（虚构）", "begins_on": "2026-01-01", "ends_on": "2026-12-31"}
    made = api.post("luzhou_drafter", "plans/", head | {"pilot_area": str(stage.pilot.uid)}, status=201)
    path = f"plans/{made['uid']}/"
    api.put("luzhou_drafter", path, head | {"title_en": "Key points (fictitious)"}, saw=0)
    goal = {"level": "goal", "mark": "一、", "name_zh": "供水（虚构）"}
    above = api.post("luzhou_drafter", f"{path}tasks/", goal, status=201)
    row = {"level": "task", "parent": above["uid"], "mark": "（一）", "name_zh": "管网（虚构）", "due_on": "2026-09-30"}
    task = api.post("luzhou_drafter", f"{path}tasks/", row, status=201)
    api.put("luzhou_drafter", f"tasks/{task['uid']}/", row | {"weight": "2.5"}, saw=1)
    api.post("luzhou_drafter", f"tasks/{task['uid']}/remove/")


def reading(api: Recorder, stage: Stage) -> None:
    plan = a_plan(pilot=stage.pilot)
    Task.objects.filter(plan=plan, name_zh__startswith="供水").update(is_multi_plan=True)
    api.get("sichuan_reviewer", "plans/?embed=summary")
    api.get("sichuan_reviewer", f"plans/{plan.uid}/")
    api.get("sichuan_reviewer", f"plans/{plan.uid}/tasks/")
    api.get("sichuan_reviewer", f"plans/{plan.uid}/multi-plan/")
    task = f"tasks/{task_of(plan, A).uid}/"
    api.get("sichuan_reviewer", task)
    api.put("luzhou_drafter", f"{task}indicators/", {"indicators": ["registered-urbanization-rate"]})


def fields_and_structure(api: Recorder, stage: Stage) -> None:
    TaskField.objects.filter(batch__number=1, batch__programme=stage.pilot.programme).delete()
    body = {"batch": 1, "code": "land", "name_zh": "土地（虚构）"}
    made = api.post("ndrc_reviewer", "task-fields/", body, status=201)
    named = {"name_zh": "土地（虚构）", "source": "某文件（虚构）"}
    api.put("ndrc_reviewer", f"task-fields/{made['uid']}/", named, saw=1)
    api.get("luzhou_drafter", "task-fields/")
    SpatialStructure.objects.filter(pilot_area=stage.pilot).delete()
    path = f"pilots/{stage.pilot.uid}/structures/"
    api.post("luzhou_drafter", path, {"name": "一主四副多点", "text": "（虚构）"}, saw=0, status=201)
    api.get("luzhou_drafter", path)
