"""What the page of a task needs for its part about who answers (templates/plans/_task_duties.html)."""

from __future__ import annotations

from typing import Any

from accounts.access import Actor
from plans.duties import duties_of_task
from plans.duty_matrix import tiers_of
from plans.models import Task


def duty_section(task: Task, actor: Actor) -> dict[str, Any]:
    """Tier by tier; of an ended task nobody answers any more."""
    return {"tiers": tiers_of(duties_of_task(task)) if task.ended_at is None else []}
