"""The schedule of a plan, and arranging its tasks: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from plans.models import Dependency, Node, Task
from plans.serializers.schedule import ArrangementIn, NeedIn, NodeIn, ScheduleSheet, TaskArrangement
from plans.services.arranging import ArrangeInput, NeedInput, arrange, stop_waiting, wait_for
from plans.services.nodes import NodeInput, add_node, change_node, remove_node
from plans.timetable import timetable_of
from plans.tree import EDIT, VIEW, reach_plan, reach_task, shows_rows
from portal.api import required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import NotFound
from units.calendar import today

REVISION = if_match("The `revision` of the task as you saw it, in quotes.", required=True)


class PlanSchedule(ApiView):
    action_needed = VIEW
    serializer_class = ScheduleSheet

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The schedule of a plan, counted back from the due dates (倒排): all rows, the critical chain, warnings.

        A task of n days that begins on day d finishes on d + n - 1; the next begins on the day after, plus the days
        between. No rows while the sender is changing the plan.
        """
        return Response(ScheduleSheet(timetable_of(reach_plan(uid, self.actor), self.actor, today())).data)


class Arranged(ApiView):
    """What the rooms that arrange a task share: they answer how it stands now."""

    action_needed = VIEW
    action_to_write = EDIT
    serializer_class = TaskArrangement

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        task = reach_task(uid, self.actor)
        seen = Task.objects.visible_to(self.actor, VIEW).filter(plan=task.plan_id)
        if not shows_rows(task.plan, self.actor):
            raise NotFound
        shown: Any = task
        shown.sorted_needs = list(
            task.needs.filter(needs__in=seen.values("pk")).select_related("needs").order_by("needs__path", "id")
        )
        shown.sorted_nodes = list(task.nodes.order_by("due_on", "position", "id"))
        return with_etag(Response(TaskArrangement(shown).data, status=status), task.revision)

    def given(self, serializer: Any) -> Any:
        filled = serializer(data=self.request.data)
        filled.is_valid(raise_exception=True)
        return filled.validated_data


class Arrangement(Arranged):
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """How a task is arranged: its days, what it waits for, its milestones, and the dates counted from them."""
        return self.shown(uid)

    @extend_schema(
        operation_id="tasks_arrangement_save",
        parameters=[REVISION],
        request=ArrangementIn,
        responses=TaskArrangement,
        extensions=refuses(409, 422, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Say how many calendar days a task takes and before which day it cannot begin. Needs no approval.

        All dates of the plan are counted anew. 422 where the row has parts, 409 where somebody changed it first.
        """
        reach_task(uid, self.actor, EDIT)
        data = self.given(ArrangementIn)
        arrange(uid, ArrangeInput(**data), required_version(request), by=self.actor)
        return self.shown(uid)


class Needs(Arranged):
    action_needed = EDIT

    @extend_schema(
        operation_id="tasks_needs_add",
        request=NeedIn,
        responses={201: TaskArrangement},
        extensions=refuses(404, 409, 422),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Let a task wait for another one of its plan; given once more, the days between change. Needs no approval.

        422 names the tasks that would wait for each other.
        """
        reach_task(uid, self.actor, EDIT)
        wait_for(uid, NeedInput(**self.given(NeedIn)), by=self.actor)
        return self.shown(uid, status=201)


class NeedRemoval(Arranged):
    action_needed = EDIT

    @extend_schema(
        operation_id="task_needs_remove", request=None, responses=TaskArrangement, extensions=refuses(404, 409)
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Take a dependency away (`uid` of the dependency). Answers how the task stands now."""
        task = Dependency.objects.filter(uid=uid).values_list("task__uid", flat=True).first()
        stop_waiting(uid, by=self.actor)
        return self.shown(task or uid)


class Nodes(Arranged):
    action_needed = EDIT

    @extend_schema(
        operation_id="tasks_milestones_add",
        request=NodeIn,
        responses={201: TaskArrangement},
        extensions=refuses(404, 409, 422),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Set a milestone of a task. Needs no approval; that it was reached is said with the progress."""
        reach_task(uid, self.actor, EDIT)
        add_node(uid, NodeInput(**self.given(NodeIn)), by=self.actor)
        return self.shown(uid, status=201)


class NodeRoom(Arranged):
    action_needed = EDIT

    @extend_schema(
        operation_id="task_milestones_save",
        parameters=[REVISION],
        request=NodeIn,
        responses=TaskArrangement,
        extensions=refuses(404, 409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Word a milestone anew or move it (`uid` of the milestone, If-Match the `revision` of its task)."""
        task = task_of_node(uid)
        reach_task(task, self.actor, EDIT)
        data = self.given(NodeIn)
        change_node(uid, NodeInput(**data), required_version(request), by=self.actor)
        return self.shown(task)


class NodeRemoval(Arranged):
    action_needed = EDIT

    @extend_schema(
        operation_id="task_milestones_remove", request=None, responses=TaskArrangement, extensions=refuses(404, 409)
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Take a milestone away. 409 where it was reached: take that back with the progress first."""
        task = task_of_node(uid)
        remove_node(uid, by=self.actor)
        return self.shown(task)


def task_of_node(uid: uuid.UUID) -> uuid.UUID:
    """The task a milestone belongs to; whether it is within reach is asked of the task. Raises NotFound."""
    found: uuid.UUID | None = Node.objects.filter(uid=uid).values_list("task__uid", flat=True).first()
    if found is None:
        raise NotFound
    return found
