"""Annual plans and the yearly assessment, as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.document_serializers import DocumentBrief
from pilots.serializers import DivisionBrief, PilotBrief, UnitBrief
from plans.annual import YearLine, YearOf
from plans.assessments import FIRST_YEAR, LACKS, AssessmentLine, Lack
from plans.filters.years import LATEST_YEAR
from plans.models import AnnualPlan, AnnualStatus, Assessment, Inclusion
from plans.serializers.duties import DutyHolder
from plans.services.annual import FULL, LONGEST_REQUIREMENT, MOST_ROWS
from plans.services.assessments import LONGEST_DOCUMENT, LONGEST_LINE, LONGEST_NOTE
from plans.task_edits import LONGEST_NAME
from records.serializers import ActionRow
from records.workflow import LONGEST_COMMENT

LARGEST_REVISION = 2**31 - 1


class AnnualPlanRow(serializers.Serializer[AnnualPlan]):
    """What one department will do for a plan in one year."""

    uid = serializers.UUIDField()
    plan = serializers.UUIDField(source="plan.uid", help_text="`uid` of a row of `plans/`.")
    pilot_area = PilotBrief(source="plan.pilot_area")
    year = serializers.IntegerField()
    name = serializers.CharField(help_text="The department.")
    department = UnitBrief(allow_null=True, help_text="The department, where it is in the register of offices.")
    unit = UnitBrief(help_text="Who keeps it: the department, or the pilot's office for one that has nobody here.")
    receiver = UnitBrief(help_text="Who approves it.")
    status = serializers.ChoiceField(choices=AnnualStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField(help_text="What an act on it takes in If-Match.")
    begun_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class AnnualPlanDetail(AnnualPlanRow):
    begun_by = serializers.CharField(source="begun_by.name", default=None, allow_null=True)
    submitted_by = serializers.CharField(source="submitted_by.name", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    comment = serializers.CharField(help_text="What was said with the last decision.")
    sha256 = serializers.CharField(source="seal.sha256", default=None, allow_null=True, help_text="Of the last seal.")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, row: AnnualPlan) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class AnnualPlanIn(serializers.Serializer[Any]):
    """Which plan, year and department: `department`, or `name` of one that is not in the register."""

    plan = serializers.UUIDField(help_text="`uid` of a row of `plans/`; approved.")
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LATEST_YEAR)
    department = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="`uid` of an office.")
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NAME)


class AnnualLine(serializers.Serializer[YearLine]):
    """One task of the year."""

    task = serializers.UUIDField(source="row.task.uid")
    mark = serializers.CharField(source="row.task.mark")
    name = serializers.CharField(source="row.task.name")
    revision = serializers.IntegerField(source="row.revision")
    requirement = serializers.CharField(source="row.requirement", help_text="What is to be reached this year.")
    percent = serializers.IntegerField(
        source="row.percent", allow_null=True, help_text="Progress at the end of the year; null: not said."
    )
    begins = serializers.DateField(
        source="drawn.begins", default=None, allow_null=True, help_text="null: not in this year any more."
    )
    ends = serializers.DateField(source="drawn.ends", default=None, allow_null=True)
    is_left_over = serializers.BooleanField(
        source="drawn.is_left_over", default=False, help_text="It should have been done before this year."
    )
    persons = DutyHolder(many=True, help_text="Who answers in person.")


class AnnualSheet(serializers.Serializer[Any]):
    """All tasks; none while another office is changing them."""

    rows = AnnualLine(many=True)


class AnnualLineIn(serializers.Serializer[Any]):
    """What one task is to reach. A task the department leads in this year that is not in yet is taken in."""

    task = serializers.UUIDField()
    requirement = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_REQUIREMENT)
    percent = serializers.IntegerField(
        min_value=0, max_value=FULL, required=False, allow_null=True, default=None, help_text="null: not said yet."
    )
    revision = serializers.IntegerField(
        min_value=0, max_value=LARGEST_REVISION, help_text="Of the row as you saw it; 0 for one that was not in."
    )
    keep = serializers.BooleanField(required=False, default=True, help_text="false takes the task out.")


class AnnualSheetIn(serializers.Serializer[Any]):
    """Rows to store, all of them or none."""

    rows = AnnualLineIn(many=True, allow_empty=False, max_length=MOST_ROWS)  # type: ignore[call-arg]


class AnnualActIn(serializers.Serializer[Any]):
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT,
        help_text="The reason, where the action says `needs_comment`.",
    )  # fmt: skip


class DepartmentBrief(serializers.Serializer[Any]):
    """A department that leads something: one of the register, or a name."""

    name = serializers.CharField()
    unit = UnitBrief(allow_null=True)


class AnnualYear(serializers.Serializer[YearOf]):
    """The annual plans of a plan in one year, and who has tasks in it and none."""

    year = serializers.IntegerField()
    rows = AnnualPlanRow(many=True)
    without = DepartmentBrief(many=True)


class YearAsked(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LATEST_YEAR)


class AssessmentEntry(serializers.Serializer[Assessment]):
    """What is recorded for one pilot area and year."""

    uid = serializers.UUIDField()
    inclusion = serializers.ChoiceField(choices=Inclusion.choices)
    inclusion_label = serializers.CharField(source="get_inclusion_display")
    document = DocumentBrief(allow_null=True)
    document_text = serializers.CharField(help_text="The document, where it is not in the register.")
    assessed_by = serializers.CharField()
    result = serializers.CharField(help_text="As it was published.")
    result_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField(help_text="What a correction takes in If-Match.")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(source="recorded_by.name", default=None, allow_null=True)
    is_demo = serializers.BooleanField()


class AssessmentLack(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=[lack.value for lack in Lack])
    label: Any = serializers.CharField()


class AssessmentRow(serializers.Serializer[AssessmentLine]):
    """One pilot area in one year, and what is missing of it."""

    pilot_area = PilotBrief()
    province = DivisionBrief(source="pilot_area.province")
    year = serializers.IntegerField()
    assessment = AssessmentEntry(allow_null=True, help_text="null: nobody has entered anything.")
    lacks = serializers.SerializerMethodField(help_text="Empty: nothing is missing.")
    may_edit = serializers.BooleanField(help_text="Whether you may record it.")

    @extend_schema_field(AssessmentLack(many=True))
    def get_lacks(self, line: AssessmentLine) -> Any:
        return [{"code": lack.value, "label": str(LACKS[lack])} for lack in line.lacks]


class AssessmentIn(serializers.Serializer[Any]):
    """What is to stand for one year."""

    inclusion = serializers.ChoiceField(choices=Inclusion.choices)
    document = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of a row of `documents/`."
    )
    document_text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_DOCUMENT,
        help_text="The document's name, where it is not in the register.",
    )  # fmt: skip
    assessed_by = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_LINE)
    result = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_LINE)
    result_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)
