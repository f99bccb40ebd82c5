"""For the access matrix: what row A of the plan waits for, and a milestone of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from plans.models import Dependency, Node, Plan
from tests.plans.plan_cast import A, C, task_of


def schedule_world(plan: Plan) -> dict[str, Any]:
    """The plan is that of `plan_world`."""
    need = Dependency.objects.create(task=task_of(plan, A), needs=task_of(plan, C))
    node = Node.objects.create(task=task_of(plan, A), name_zh="节点（虚构）", due_on=dt.date(2026, 5, 1))
    return {"dependencies": need.uid, "needs": need.uid, "milestones": node.uid}
