"""The schedule of a plan and the arrangement of a task as the API shows and takes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from indicators.serializers.standing import Number
from plans.models import Dependency, Node, Task
from plans.services.arranging import MOST_DAYS
from plans.services.nodes import LARGEST_WEIGHT, LONGEST_EVIDENCE, LONGEST_NAME
from plans.timetable import Line, Timetable, Warned


class TaskNamed(serializers.Serializer[Task]):
    """A row of a plan, named."""

    uid = serializers.UUIDField()
    mark = serializers.CharField(help_text="Its number in the document.")
    name = serializers.CharField()


class TaskNeed(serializers.Serializer[Dependency]):
    """What a task waits for."""

    uid = serializers.UUIDField(help_text="Of the dependency.")
    task = TaskNamed(source="needs")
    lag_days = serializers.IntegerField(help_text="Calendar days that must pass between.")


class TaskNode(serializers.Serializer[Node]):
    """A milestone."""

    uid = serializers.UUIDField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    due_on = serializers.DateField()
    weight = Number(help_text="Its share of the work beside the other milestones of the task.")
    done_on = serializers.DateField(allow_null=True, help_text="When it was reached; said with the progress.")
    evidence = serializers.CharField()


class ScheduleLine(serializers.Serializer[Line]):
    """One row of the schedule, in the order of the plan. Rows with parts take their dates from these."""

    number = serializers.IntegerField(help_text="Counts the rows.")
    task = TaskNamed()
    is_leaf = serializers.BooleanField(source="task.is_leaf", help_text="No parts: worked on, scheduled and counted.")
    days = serializers.IntegerField(source="task.days", allow_null=True, help_text="Calendar days; null counts as 0.")
    begins_on = serializers.DateField(source="task.begins_on", allow_null=True, help_text="Not before this day.")
    due_on = serializers.DateField(source="task.due_on", allow_null=True, help_text="As approved, of this row itself.")
    earliest_start = serializers.DateField(source="row.earliest_start", default=None, allow_null=True)
    earliest_finish = serializers.DateField(source="row.earliest_finish", default=None, allow_null=True)
    latest_start = serializers.DateField(source="begins", allow_null=True, help_text="null without days.")
    latest_finish = serializers.DateField(source="ends", allow_null=True)
    slack = serializers.IntegerField(allow_null=True, help_text="Days to spare; below zero: days short.")
    is_critical = serializers.BooleanField(help_text="On the critical chain.")
    needs = TaskNeed(many=True)


class ScheduleWarning(serializers.Serializer[Warned]):
    """What the schedule warns of, in words."""

    code = serializers.CharField()
    message = serializers.CharField()


class ScheduleSheet(serializers.Serializer[Timetable]):
    """The schedule of a plan. `is_whole` false: you see the rows you answer for, and nothing is said of the whole."""

    begins_on = serializers.DateField(source="plan.begins_on")
    ends_on = serializers.DateField(source="plan.ends_on")
    is_whole = serializers.BooleanField()
    short = serializers.IntegerField(help_text="By how many days it cannot be met as arranged; 0: it can.")
    late = serializers.IntegerField(help_text="The same counted from today, with what is done so far.")
    slack = serializers.IntegerField(allow_null=True, help_text="Days to spare on the critical chain.")
    chain = serializers.ListField(
        child=serializers.UUIDField(), source="chain_uids", help_text="Tasks of the critical chain, in order."
    )
    warnings = ScheduleWarning(many=True)
    rows = ScheduleLine(source="lines", many=True)


class TaskArrangement(serializers.Serializer[Task]):
    """How one task is arranged, and the dates counted from it. Its `revision` is what a change takes in If-Match."""

    uid = serializers.UUIDField()
    revision = serializers.IntegerField()
    days = serializers.IntegerField(allow_null=True)
    begins_on = serializers.DateField(allow_null=True)
    latest_start = serializers.DateField(allow_null=True)
    finish_by = serializers.DateField(allow_null=True, help_text="Latest finish.")
    needs = TaskNeed(source="sorted_needs", many=True)
    milestones = TaskNode(source="sorted_nodes", many=True)


class ArrangementIn(serializers.Serializer[Any]):
    """Days and earliest day; what is left out or null is taken back."""

    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, allow_null=True, required=False, default=None)
    begins_on = serializers.DateField(allow_null=True, required=False, default=None)


class NeedIn(serializers.Serializer[Any]):
    """What it is to wait for."""

    needs = serializers.UUIDField(help_text="`uid` of another task of the same plan that has no parts.")
    lag_days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS, required=False, default=0)


class NodeIn(serializers.Serializer[Any]):
    """A milestone."""

    name_zh = serializers.CharField(max_length=LONGEST_NAME)
    name_en = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True, default="")
    due_on = serializers.DateField()
    weight = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=Decimal(0), max_value=LARGEST_WEIGHT, required=False,
        default=Decimal(1),
    )  # fmt: skip
    evidence = serializers.CharField(max_length=LONGEST_EVIDENCE, required=False, allow_blank=True, default="")
