"""What goes with a report beside its text and figures: red lines, commitments, and how the tasks of its plan stand."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.serializers.standing import Number
from plans.models import Level, TaskState
from reporting.declared import CommitmentRow, Declared, OutcomeRow, RedLineRow
from reporting.models import LONGEST_COMMITMENT, CommitmentOutcome, RedLineAnswer
from reporting.report_tasks import PilotTasks, ReportTask, ReportTasks, TasksBelow
from reporting.services.declaring import (
    LONGEST_ACCOUNT,
    MOST_COMMITMENTS,
    CommitmentInput,
    DeclaredInput,
    OutcomeInput,
    RedLineInput,
)

ANSWERS = [("", ""), *RedLineAnswer.choices]
OUTCOMES = [("", ""), *CommitmentOutcome.choices]


class RedLineSaid(serializers.Serializer[RedLineRow]):
    """One land-use red line (N6) with what is said about it; an empty answer: nothing yet."""

    code = serializers.CharField()
    name = serializers.CharField(help_text="Its wording now; of a submitted version that of then, in Chinese.")
    is_verified = serializers.BooleanField(source="red_line.is_fact")
    answer = serializers.ChoiceField(choices=ANSWERS)
    answer_label = serializers.CharField()
    explanation = serializers.CharField()


class CommitmentSaid(serializers.Serializer[CommitmentRow]):
    """One thing undertaken until the next report. `line` names it through all versions and reports."""

    line = serializers.UUIDField()
    text: Any = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)


class OutcomeSaid(serializers.Serializer[OutcomeRow]):
    """One commitment of the report before, and what is said to have become of it; empty: nothing yet."""

    line = serializers.UUIDField()
    text: Any = serializers.CharField(source="commitment.text")
    due_on = serializers.DateField(source="commitment.due_on", allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    outcome_label = serializers.CharField()
    account = serializers.CharField()


class DeclaredDetail(serializers.Serializer[Declared]):
    """All a report declares. `asked` red lines and commitments wait for an answer, `filled` have one."""

    revision = serializers.IntegerField(help_text="What PUT takes in If-Match; of a submitted version 0.")
    asked = serializers.IntegerField()
    filled = serializers.IntegerField()
    red_lines = RedLineSaid(many=True)
    outcomes = OutcomeSaid(many=True)
    commitments = CommitmentSaid(many=True)


class RedLineIn(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
    answer = serializers.ChoiceField(choices=ANSWERS, help_text="Empty takes back what was said.")
    explanation = serializers.CharField(
        max_length=LONGEST_ACCOUNT, required=False, allow_blank=True, default="", help_text="Anything but `kept` asks."
    )


class OutcomeIn(serializers.Serializer[Any]):
    line = serializers.UUIDField(help_text="Of a row of `outcomes`.")
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    account = serializers.CharField(max_length=LONGEST_ACCOUNT, required=False, allow_blank=True, default="")


class CommitmentIn(serializers.Serializer[Any]):
    line = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Left out: a new one.")
    text = serializers.CharField(max_length=LONGEST_COMMITMENT)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class DeclaredIn(serializers.Serializer[Any]):
    """Parts left out stay as they are; of red lines and outcomes those named change, commitments are all replaced."""

    red_lines = serializers.ListField(child=RedLineIn(), required=False, max_length=200)
    outcomes = serializers.ListField(child=OutcomeIn(), required=False, max_length=200)
    commitments = serializers.ListField(child=CommitmentIn(), required=False, max_length=MOST_COMMITMENTS)

    def data_in(self, revision: int) -> DeclaredInput:
        """What the service takes, of checked data."""
        said = self.validated_data
        return DeclaredInput(
            revision=revision,
            red_lines=[RedLineInput(**row) for row in said["red_lines"]] if "red_lines" in said else None,
            outcomes=[OutcomeInput(**row) for row in said["outcomes"]] if "outcomes" in said else None,
            commitments=[CommitmentInput(**row) for row in said["commitments"]] if "commitments" in said else None,
        )


class TaskCounts(serializers.Serializer[Any]):
    """Tasks without parts, counted."""

    leaves = serializers.IntegerField(help_text="All of them.")
    done = serializers.IntegerField()
    under_way = serializers.IntegerField()
    not_started = serializers.IntegerField()
    stopped = serializers.IntegerField()
    overdue = serializers.IntegerField()
    slipping = serializers.IntegerField()
    percent = Number(help_text="Of the whole, by weight. null: nothing to work on, or plans of several pilots.")


class ReportTaskRow(serializers.Serializer[ReportTask]):
    """One row of the plan as it stands, or stood when the version was submitted."""

    uid = serializers.UUIDField(source="task.uid")
    level = serializers.ChoiceField(choices=Level.choices)
    depth = serializers.IntegerField(help_text="0: on top.")
    mark = serializers.CharField(help_text="Its number in the document.")
    name = serializers.CharField()
    is_leaf = serializers.BooleanField()
    state = serializers.ChoiceField(choices=TaskState.choices)
    state_label = serializers.CharField()
    percent = Number()
    finish_by = serializers.DateField(allow_null=True)
    overdue_days = serializers.IntegerField()
    is_slipping = serializers.BooleanField()
    text: Any = serializers.CharField(help_text="What was said of it since the report before.")


class ReportTasksDetail(serializers.Serializer[ReportTasks]):
    """How the plan of the pilot area stands on a day, row by row."""

    plan = serializers.UUIDField(source="plan.uid")
    edition = serializers.IntegerField(help_text="Which approved wording of the plan.")
    day = serializers.DateField()
    is_draft = serializers.BooleanField(help_text="Read just now; kept when the report is submitted.")
    summary = TaskCounts()
    rows = ReportTaskRow(many=True)


class PilotTasksRow(serializers.Serializer[PilotTasks]):
    """How the plan of one pilot area stood in the version that is used."""

    pilot_area = serializers.CharField(source="name")
    receipt_number = serializers.CharField(source="version.receipt_number")
    day = serializers.DateField(source="summary.day")
    summary = TaskCounts()


class TasksBelowDetail(serializers.Serializer[TasksBelow]):
    total = TaskCounts()
    rows = PilotTasksRow(many=True)


class WithPilotParts(serializers.Serializer[Any]):
    """What pilot areas declare, and tasks; all from the context."""

    declared = serializers.SerializerMethodField(
        help_text="Of a pilot area's report: red lines, what became of the last commitments, new ones. Else null."
    )
    tasks = serializers.SerializerMethodField(help_text="Of a pilot area with an approved plan; else null.")
    tasks_below = serializers.SerializerMethodField(
        help_text="Of a compiled report: the plans of the pilot areas in the reports used. Else null."
    )

    @extend_schema_field(DeclaredDetail(allow_null=True))
    def get_declared(self, _row: Any) -> Any:
        return _or_null(DeclaredDetail, self.context.get("declared"))

    @extend_schema_field(ReportTasksDetail(allow_null=True))
    def get_tasks(self, _row: Any) -> Any:
        return _or_null(ReportTasksDetail, self.context.get("tasks"))

    @extend_schema_field(TasksBelowDetail(allow_null=True))
    def get_tasks_below(self, _row: Any) -> Any:
        return _or_null(TasksBelowDetail, self.context.get("tasks_below"))


def _or_null(shape: Any, found: Any) -> Any:
    return shape(found).data if found else None
