"""How far a task is, as its own page shows it."""

from __future__ import annotations

from typing import Any

from accounts.access import Actor
from plans.models import Task
from plans.progress_reading import history_of
from plans.services.progress import may_record, why_not


def progress_section(task: Task, by: Actor) -> dict[str, Any]:
    """For _task_progress.html: what was said, the newest first, and whether more can be said."""
    return {
        "progress": history_of(task) if task.is_leaf else [],
        "may_record": may_record(task, by),
        "why_no_progress": why_not(task),
    }
