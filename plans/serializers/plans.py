"""Plans and their rows as the API shows and takes them. Figures are strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.document_serializers import ClauseBrief, DocumentBrief
from pilots.serializers import PilotBrief, UnitBrief
from plans.models import Level, Plan, PlanStatus, SpatialStructure, Task, TaskField, TaskState
from plans.progress_reading import Summary
from plans.services.fields import LONGEST_CODE, LONGEST_SOURCE
from plans.services.plans import LONGEST_TITLE, MOST_INDICATORS
from plans.services.structure import LONGEST_NAME as LONGEST_SHORT
from plans.services.structure import LONGEST_REASON
from plans.task_edits import LONGEST_EVIDENCE, LONGEST_MARK, LONGEST_NAME, LONGEST_TEXT
from plans.tree import TreeRow
from records.serializers import ActionRow
from units.models import Sourced


def _percent(**more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=5, decimal_places=2, **more)


class PlanSummary(serializers.Serializer[Summary]):
    """The tasks of a plan counted today: those without parts, not ended."""

    leaves = serializers.IntegerField(help_text="Tasks without parts.")
    done = serializers.IntegerField()
    under_way = serializers.IntegerField()
    overdue = serializers.IntegerField(help_text="Open, and their latest finish is past.")
    slipping = serializers.IntegerField(help_text="Not overdue, but behind.")
    percent = _percent(allow_null=True, help_text="By weight; null where there is nothing to work on.")


class PlanRow(serializers.Serializer[Plan]):
    """The plan of a pilot area."""

    uid = serializers.UUIDField()
    pilot_area = PilotBrief()
    unit = UnitBrief(help_text="Who keeps it.")
    receiver = UnitBrief(help_text="Who approves it.")
    title = serializers.CharField()
    title_en = serializers.CharField()
    begins_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The day by which everything is to be done.")
    status = serializers.ChoiceField(choices=PlanStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    edition = serializers.IntegerField(help_text="Number of the approved wording; 0 before the first.")
    version = serializers.IntegerField(help_text="What an act on it, and a change of its head, takes in If-Match.")


class PilotPlanDetail(PlanRow):
    document = DocumentBrief(allow_null=True)
    source: Any = serializers.CharField(help_text="Where the plan was taken from, when it was not written here.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    submitted_by = serializers.CharField(source="submitted_by.name", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    comment = serializers.CharField(help_text="What was said with the last decision.")
    sha256 = serializers.CharField(source="seal.sha256", default=None, allow_null=True, help_text="Of the last seal.")
    is_editable = serializers.BooleanField(help_text="Its rows can be written; once approved by change request only.")
    summary = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(PlanSummary)
    def get_summary(self, plan: Plan) -> Any:
        return PlanSummary(self.context["summary"]).data

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, plan: Plan) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class PlanHeadIn(serializers.Serializer[Any]):
    """Title, dates and document of a plan."""

    title = serializers.CharField(max_length=LONGEST_TITLE)
    title_en = serializers.CharField(max_length=LONGEST_TITLE, required=False, allow_blank=True, default="")
    begins_on = serializers.DateField()
    ends_on = serializers.DateField()
    document = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of a row of `documents/`."
    )


class PilotPlanIn(PlanHeadIn):
    pilot_area = serializers.UUIDField(help_text="`uid` of a row of `pilots/`; one that has no plan yet.")


class FieldOfWork(serializers.Serializer[TaskField]):
    """A field of work (N5)."""

    uid = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    is_fact = serializers.BooleanField(help_text="False: not verified, and never shown as a fact.")


class TaskFieldRow(FieldOfWork):
    batch = serializers.IntegerField(source="batch.number", help_text="Number of the batch.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_open = serializers.BooleanField(help_text="Kept by the programme's owner until it can be sourced.")
    version = serializers.IntegerField()


class TaskFieldIn(serializers.Serializer[Any]):
    name_zh = serializers.CharField(max_length=LONGEST_NAME)
    name_en = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True, default="")
    source: Any = serializers.CharField(
        max_length=LONGEST_SOURCE, required=False, allow_blank=True, default="",
        help_text="The document that names it; without one it counts as not verified.",
    )  # fmt: skip


class TaskFieldNewIn(TaskFieldIn):
    batch = serializers.IntegerField(min_value=1, max_value=99, help_text="Number of a batch of one's programme.")
    code = serializers.CharField(max_length=LONGEST_CODE)


class TaskWording(serializers.Serializer[Task]):
    """What was approved of a row."""

    uid = serializers.UUIDField()
    level = serializers.ChoiceField(choices=Level.choices)
    level_label = serializers.CharField(source="get_level_display")
    mark = serializers.CharField(help_text="Its number as the document writes it.")
    name = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    is_multi_plan = serializers.BooleanField(help_text="Multi-plan integration (N7).")
    weight = serializers.DecimalField(max_digits=6, decimal_places=2)
    due_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField(help_text="What shows that it is done.")
    is_leaf = serializers.BooleanField(help_text="Without parts: only these are worked on, scheduled and counted.")
    revision = serializers.IntegerField(help_text="What a change of it takes in If-Match.")


class PlanTaskRow(serializers.Serializer[TreeRow]):
    """One row of the tree, with how it stands today."""

    parent: Any = serializers.SerializerMethodField(help_text="`uid` of the row it is part of; null for goals.")
    path = serializers.CharField(source="task.path", help_text="Orders the rows as a tree.")
    clause = serializers.CharField(source="clause_title", help_text="Heading of the passage it is taken from.")
    fields_of_work = FieldOfWork(source="fields", many=True)
    state = serializers.ChoiceField(source="line.state", choices=TaskState.choices)
    state_label = serializers.SerializerMethodField()
    percent = _percent(source="line.percent")
    finish_by = serializers.DateField(source="line.finish_by", allow_null=True, help_text="Latest finish.")
    overdue_days = serializers.IntegerField(source="line.overdue_days")
    is_slipping = serializers.BooleanField(source="line.is_slipping")
    is_within_reach = serializers.BooleanField(
        help_text="False: shown only because a task of the reader is part of it."
    )
    wording = TaskWording(source="task")

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_parent(self, row: TreeRow) -> Any:
        return self.context["uids"].get(row.task.parent_id)

    @extend_schema_field(serializers.CharField())
    def get_state_label(self, row: TreeRow) -> str:
        return str(TaskState(row.line.state).label)


class PlanTree(serializers.Serializer[Any]):
    """All rows in the order of the plan; none while another office is changing them."""

    rows = PlanTaskRow(many=True)


class MultiPlanSheet(PlanTree):
    """What a plan undertakes for multi-plan integration: its tagged rows and their parts."""

    leaves = serializers.IntegerField()
    done = serializers.IntegerField()
    overdue = serializers.IntegerField()


class PlanTaskDetail(TaskWording):
    """One row of a plan."""

    plan = serializers.UUIDField(source="plan.uid")
    pilot_area = PilotBrief(source="plan.pilot_area")
    parent: Any = serializers.UUIDField(source="parent.uid", default=None, allow_null=True)
    text = serializers.CharField(help_text="The wording, as it stands in the document.")
    clause = ClauseBrief(allow_null=True)
    fields_of_work = FieldOfWork(source="fields.all", many=True)
    indicators = serializers.SerializerMethodField(help_text="Codes of those it is measured by.")
    state = serializers.ChoiceField(choices=TaskState.choices)
    state_label = serializers.CharField(source="get_state_display")
    percent = _percent()
    begins_on = serializers.DateField(allow_null=True, help_text="Not before.")
    days = serializers.IntegerField(allow_null=True, help_text="Calendar days it takes.")
    finish_by = serializers.DateField(allow_null=True, help_text="Latest finish.")
    latest_start = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When a change request or its office ended it.")
    may_edit = serializers.SerializerMethodField(help_text="Its wording can be changed by you now.")
    may_arrange = serializers.SerializerMethodField(help_text="What needs no approval can be changed by you.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_indicators(self, task: Task) -> list[str]:
        return sorted(row.code for row in task.indicators.all())

    @extend_schema_field(serializers.BooleanField())
    def get_may_edit(self, task: Task) -> bool:
        return bool(self.context["may_edit"])

    @extend_schema_field(serializers.BooleanField())
    def get_may_arrange(self, task: Task) -> bool:
        return bool(self.context["may_arrange"])


class PlanTaskIn(serializers.Serializer[Any]):
    """One row as it is to be. What is left out has its default, also where the row exists."""

    level = serializers.ChoiceField(choices=Level.choices)
    parent: Any = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="A goal for tasks, a task for measures."
    )
    mark = serializers.CharField(max_length=LONGEST_MARK, required=False, allow_blank=True, default="")
    name_zh = serializers.CharField(max_length=LONGEST_NAME)
    name_en = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    clause = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of a clause of a document."
    )
    fields_of_work = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CODE), required=False, default=list, max_length=50,
        help_text="Codes of `task-fields/` of the pilot area's batch.",
    )  # fmt: skip
    is_multi_plan = serializers.BooleanField(default=False)
    weight = serializers.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1))
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    evidence = serializers.CharField(max_length=LONGEST_EVIDENCE, required=False, allow_blank=True, default="")
    after = serializers.UUIDField(
        required=False, allow_null=True, default=None,
        help_text="The neighbour it follows; the parent (a goal: the plan) to stand first; null: as it is, or last.",
    )  # fmt: skip


class TaskIndicators(serializers.Serializer[Any]):
    """By which indicators a task is measured: all of them."""

    indicators = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MOST_INDICATORS, help_text="Codes of `indicators/`."
    )


class StructureRow(serializers.Serializer[SpatialStructure]):
    """One version of the spatial structure of a pilot area (L2)."""

    number = serializers.IntegerField()
    name = serializers.CharField(help_text="In short: 一主四副多点.")
    text = serializers.CharField()
    document = DocumentBrief(allow_null=True)
    clause = ClauseBrief(allow_null=True)
    reason = serializers.CharField(help_text="Why it was another one from then on.")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(source="recorded_by.name", default=None, allow_null=True)


class StructureSheet(serializers.Serializer[Any]):
    """All versions, the newest first."""

    rows = StructureRow(many=True)


class StructureIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_SHORT)
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    clause = serializers.UUIDField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(
        max_length=LONGEST_REASON, required=False, allow_blank=True, default="",
        help_text="Required from the second version on.",
    )  # fmt: skip
