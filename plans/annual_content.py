"""What is sealed of an annual plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import User
from plans.models import AnnualPlan, AnnualTask


def content_of(row: AnnualPlan, signer: User, at: dt.datetime) -> dict[str, Any]:
    """Whose year, for whom, who signed, and each task with what is to be reached by the end of the year."""
    rows = row.rows.select_related("task").order_by("task__path", "id")
    return {
        "plan": row.plan.uid,
        "programme": row.plan.programme.code,
        "pilot_area": row.plan.pilot_area.uid,
        "edition": row.plan.edition,
        "year": row.year,
        "department": row.department.uid if row.department else None,
        "department_name": row.name,
        "unit": row.unit.uid,
        "unit_name": row.unit.name_now,
        "receiver": row.receiver.uid,
        "signed_by": signer.uid,
        "signed_at": at,
        "tasks": [_task(one) for one in rows],
    }


def _task(one: AnnualTask) -> dict[str, Any]:
    return {
        "task": one.task.uid,
        "mark": one.task.mark,
        "name": one.task.name_zh,
        "finish_by": one.task.finish_by.isoformat() if one.task.finish_by else None,
        "requirement": one.requirement,
        "percent": one.percent,
    }
