"""Progress as the API shows and takes it. Figures are strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from pilots.serializers import DivisionBrief, PilotBrief, UnitBrief
from plans.boards import Chapter, ProvinceRow
from plans.models import Plan, Progress, Task, TaskState
from plans.progress_rules import LONGEST_REASON, LONGEST_TEXT
from plans.serializers.plans import PlanSummary
from plans.task_lists import ListedTask
from plans.waiting import Matter, Waiting

MOST_NODES = 100


def _percent(**more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=5, decimal_places=2, **more)


class TaskBrief(serializers.Serializer[Task]):
    uid = serializers.UUIDField()
    mark = serializers.CharField(help_text="Its number in the document.")
    name = serializers.CharField()


class PlanMatter(serializers.Serializer[Waiting]):
    """A plan, a request to change one, an implementation or action plan, or a department's year, that waits."""

    kind = serializers.ChoiceField(choices=Matter.choices)
    kind_label = serializers.CharField(source="kind.label")
    uid = serializers.UUIDField()
    title = serializers.CharField()
    pilot_area = PilotBrief()
    state = serializers.CharField(source="status", help_text="`draft`, `returned`, `signing` or `submitted`.")
    since = serializers.DateTimeField(help_text="When it was begun.")


class LateTask(TaskBrief):
    """A task the reader or their office answers for and is late with."""

    pilot_area = PilotBrief(source="plan.pilot_area")
    finish_by = serializers.DateField()


class ListedTaskRow(serializers.Serializer[ListedTask]):
    """A task without parts, and how far it is today."""

    uid = serializers.UUIDField(source="task.uid")
    mark = serializers.CharField(source="task.mark", help_text="Its number in the document.")
    name = serializers.CharField(source="task.name")
    parent = TaskBrief(source="task.parent", allow_null=True, help_text="What it is part of.")
    plan = serializers.UUIDField(source="task.plan.uid", help_text="`uid` of the plan.")
    pilot_area = PilotBrief(source="task.plan.pilot_area")
    state = serializers.ChoiceField(source="task.state", choices=TaskState.choices)
    state_label = serializers.CharField(source="task.get_state_display")
    percent = _percent(source="line.percent")
    latest_start = serializers.DateField(source="task.latest_start", allow_null=True)
    finish_by = serializers.DateField(source="line.finish_by", allow_null=True, help_text="Its latest finish.")
    done_on = serializers.DateField(source="task.done_on", allow_null=True)
    overdue_days = serializers.IntegerField(source="line.overdue_days", help_text="0 while it is not overdue.")
    is_slipping = serializers.BooleanField(source="line.is_slipping", help_text="Not overdue, but behind.")
    lead_department = serializers.CharField(source="lead", help_text="Also from the row above; empty: nobody is named.")
    persons = serializers.ListField(child=serializers.CharField(), help_text="Who is responsible, by name.")


class ProgressRow(serializers.Serializer[Progress]):
    """What was said of a task at a moment; it is never changed."""

    uid = serializers.UUIDField()
    state = serializers.ChoiceField(choices=TaskState.choices)
    state_label = serializers.CharField(source="get_state_display")
    percent = _percent()
    by_nodes = _percent(allow_null=True, help_text="What the milestones reached made then; null without milestones.")
    reason = serializers.CharField(help_text="Why it is another percentage than the milestones make.")
    text = serializers.CharField(help_text="What happened.")
    done_on = serializers.DateField(allow_null=True)
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name", default=None, allow_null=True)
    unit = UnitBrief(allow_null=True)
    is_demo = serializers.BooleanField()


class TaskProgressSheet(serializers.Serializer[Any]):
    progress = ProgressRow(many=True, help_text="The newest first, the last fifty.")
    may_record = serializers.BooleanField(help_text="Whether you may say how far it is now.")


class ReachedIn(serializers.Serializer[Any]):
    milestone = serializers.UUIDField(help_text="`uid` of a milestone of the task.")
    on = serializers.DateField(allow_null=True, help_text="The day it was reached; null: not reached.")


class ProgressIn(serializers.Serializer[Any]):
    """How far a task is. Milestones not named stay as they are."""

    state = serializers.ChoiceField(choices=TaskState.choices)
    percent = _percent(
        required=False, allow_null=True, default=None, min_value=0, max_value=100,
        help_text="Left out: what the milestones make, or what the state says by itself.",
    )  # fmt: skip
    text = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default="",
        help_text="What happened; needed where there are no milestones.",
    )  # fmt: skip
    reason = serializers.CharField(
        max_length=LONGEST_REASON, required=False, allow_blank=True, default="",
        help_text="Needed where `percent` is not what the milestones make.",
    )  # fmt: skip
    done_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="Needed for `done`.")
    reached = serializers.ListField(child=ReachedIn(), required=False, default=list, max_length=MOST_NODES)


class ChapterRow(serializers.Serializer[Chapter]):
    task = TaskBrief()
    depth = serializers.IntegerField(help_text="0 for rows on top.")
    summary = PlanSummary()


class PlanProgressSheet(serializers.Serializer[Any]):
    """A plan by chapter: each row with parts, with what lies below it."""

    summary = PlanSummary(help_text="All rows you may see.")
    chapters = ChapterRow(many=True, help_text="In the order of the plan.")


class PilotProgressRow(serializers.Serializer[Plan]):
    """The approved plan of a pilot area and how far it is today."""

    plan = serializers.UUIDField(source="uid", help_text="`uid` of the plan.")
    title = serializers.CharField()
    pilot_area = PilotBrief()
    province = DivisionBrief(source="pilot_area.province")
    summary = PlanSummary()


class ProvinceProgress(serializers.Serializer[ProvinceRow]):
    """The pilot areas of a province together."""

    province = DivisionBrief()
    pilots = serializers.IntegerField(help_text="Approved plans.")
    leaves = serializers.IntegerField(help_text="Tasks without parts.")
    done = serializers.IntegerField()
    overdue = serializers.IntegerField()
    slipping = serializers.IntegerField()
    percent = _percent(allow_null=True, help_text="The mean of the pilot areas, each counting the same.")


class ProvinceProgressSheet(serializers.Serializer[Any]):
    rows = ProvinceProgress(many=True)
