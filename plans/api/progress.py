"""Tasks across plans and how far they are: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from plans.boards import by_province, chapters_of
from plans.filters.tasks import ProgressFilter, TaskFilter
from plans.models import Plan, Task
from plans.progress_reading import history_of, summaries_of
from plans.serializers.progress import (
    ListedTaskRow,
    PilotProgressRow,
    PlanProgressSheet,
    ProgressIn,
    ProvinceProgressSheet,
    TaskProgressSheet,
)
from plans.services.progress import RECORD, ProgressInput, may_record, record
from plans.task_lists import VIEW, approved_plans, listed_tasks, shown
from plans.tree import reach_plan, reach_task
from portal.api import Ordering
from portal.api_schema import refuses
from portal.api_streams import StreamedList, streams
from portal.api_views import ActorFilters, ApiView
from units.calendar import today


class TaskList(StreamedList):
    action_needed = VIEW
    queryset = Task.objects.none()
    serializer_class = ListedTaskRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = TaskFilter
    ordering_fields: ClassVar = {"finish_by": "finish_by", "percent": "percent", "latest_start": "latest_start"}

    def get_queryset(self) -> QuerySet[Task]:
        return listed_tasks(self.actor)

    def told(self, rows: Any) -> list[Any]:
        found: Any = shown(rows, today())
        return list(ListedTaskRow(found, many=True).data)

    @extend_schema(responses=streams(ListedTaskRow))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Tasks without parts of all approved plans in reach, the nearest latest finish first; without `state` what is
        still to be done. Overdue and slipping are worked out today.
        """
        return self.answered(request)


class TaskProgress(ApiView):
    action_needed = VIEW
    action_to_write = RECORD
    serializer_class = TaskProgressSheet

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        task = reach_task(uid, self.actor)
        said = history_of(task) if task.is_leaf else []
        sheet = {"progress": said, "may_record": may_record(task, self.actor)}
        return Response(TaskProgressSheet(sheet).data, status=status)

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What was said of the task, the newest first."""
        return self.shown(uid)

    @extend_schema(
        operation_id="tasks_progress_record",
        request=ProgressIn,
        responses={201: TaskProgressSheet},
        extensions=refuses(404, 409),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Say how far the task is; it counts at once, and stays in its history. Your office keeps the plan, or you
        answer for the task.

        409 for a row with parts, one that was ended, and while the plan is not approved. 400 names what does not fit:
        a percentage other than the milestones make needs a reason.
        """
        reach_task(uid, self.actor, RECORD)
        given = ProgressIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        reached = {row["milestone"]: row["on"] for row in data.pop("reached")}
        record(uid, ProgressInput(**data, reached=reached), by=self.actor)
        return self.shown(uid, status=201)


class PlanProgress(ApiView):
    action_needed = VIEW
    serializer_class = PlanProgressSheet

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The plan by chapter: each goal and task with the tasks below it counted; the percentage is by weight."""
        chapters, summary = chapters_of(reach_plan(uid, self.actor), self.actor, today())
        return Response(PlanProgressSheet({"chapters": chapters, "summary": summary}).data)


class PilotProgressList(StreamedList):
    action_needed = VIEW
    queryset = Plan.objects.none()
    serializer_class = PilotProgressRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = ProgressFilter
    ordering_fields: ClassVar = {"percent": "percent", "pilot_area": "pilot_area__sort_key"}

    def get_queryset(self) -> QuerySet[Plan]:
        return approved_plans(self.actor)

    def told(self, rows: Any) -> list[Any]:
        found = summaries_of(rows, today())
        for row in rows:
            row.summary = found[row.pk]
        return list(PilotProgressRow(rows, many=True).data)

    @extend_schema(responses=streams(PilotProgressRow))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Approved plans in reach with their tasks counted today, in the order of the pilot areas."""
        return self.answered(request)


class ProvinceProgressRoom(ApiView):
    action_needed = VIEW
    serializer_class = ProvinceProgressSheet

    def get(self, request: Request, **kwargs: Any) -> Response:
        """Approved plans in reach, counted by the province of their pilot area."""
        return Response(ProvinceProgressSheet({"rows": by_province(approved_plans(self.actor), today())}).data)
