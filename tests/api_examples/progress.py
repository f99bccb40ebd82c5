"""Tasks across plans, and how far they are."""

from __future__ import annotations

from plans.models import Node
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.plans.plan_cast import B, a_plan, task_of


def how_far(api: Recorder, stage: Stage) -> None:
    plan = a_plan(pilot=stage.pilot)
    task = task_of(plan, B)
    node = Node.objects.create(task=task, name_zh="管材到货（虚构）", due_on="2026-07-01", weight=3)
    Node.objects.create(task=task, name_zh="通水（虚构）", due_on="2026-08-01", weight=1)
    api.get("luzhou_drafter", "tasks/?state=overdue")
    reached = [{"milestone": str(node.uid), "on": "2026-06-10"}]
    said = {"state": "under_way", "text": "管材已到货（虚构）", "reached": reached}
    api.post("luzhou_drafter", f"tasks/{task.uid}/progress/", said, status=201)
    api.get("luzhou_drafter", f"tasks/{task.uid}/progress/")
    api.get("sichuan_reviewer", f"plans/{plan.uid}/progress/")
    api.get("sichuan_reviewer", "progress/")
    api.get("sichuan_reviewer", "progress/provinces/")
