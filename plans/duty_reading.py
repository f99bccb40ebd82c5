"""Finding one duty within reach."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.access import Actor
from plans.models import Duty, Task
from plans.tree import EDIT
from portal.errors import NotFound


def duties_seen(by: Actor, action: str = EDIT) -> QuerySet[Duty]:
    """Those that stand, of tasks in reach."""
    tasks = Task.objects.visible_to(by, action).current().order_by()
    return Duty.objects.filter(ended_at=None, task__in=tasks.values("pk"))


def reach_duty(uid: uuid.UUID, by: Actor, action: str = EDIT) -> Duty:
    """One of them. Raises NotFound."""
    found = duties_seen(by, action).select_related("task__plan", "unit", "person").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
