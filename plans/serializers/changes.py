"""Change requests, editions and guided plans as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.serializers import PilotBrief, UnitBrief
from plans.change_rows import compared, name_of
from plans.changes import rows_shown, shows_rows
from plans.guided import shows_document
from plans.models import (
    ChangeItem,
    ChangeRequest,
    ChangeStatus,
    GuidedKind,
    GuidedPlan,
    GuidedStatus,
    Plan,
    PlanEdition,
    PlanStatus,
)
from plans.plan_content import KINDS, Difference
from plans.services.changes import LONGEST_REASON, LONGEST_TITLE
from plans.services.guided import FIRST_YEAR, LAST_YEAR, LONGEST_NOTE
from records.models import FileKind, StoredFile
from records.serializers import ActionRow
from records.workflow import LONGEST_COMMENT

ITEM_KINDS = ChangeItem.Kind.choices


class PlanNamed(serializers.Serializer[Plan]):
    uid = serializers.UUIDField()
    title = serializers.CharField()


class StoredFileRow(serializers.Serializer[StoredFile]):
    """A file somebody brought; its bytes never change."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=FileKind.choices, help_text="By its content.")
    kind_label = serializers.CharField(source="get_kind_display")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()


class StepIn(serializers.Serializer[Any]):
    """What goes with an act."""

    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT,
        help_text="The reason or opinion, where the action says `needs_comment`.",
    )  # fmt: skip


class PlanStanding(PlanNamed):
    """Where a plan stands, and what you may do with it now."""

    status = serializers.ChoiceField(choices=PlanStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField(help_text="What an act on it takes in If-Match.")
    edition = serializers.IntegerField(help_text="Of the approved wording; 0 before the first.")
    original = StoredFileRow(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(help_text="What was said with the last decision.")
    sha256 = serializers.CharField(source="seal.sha256", default=None, allow_null=True, help_text="Of the last seal.")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, plan: Plan) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class FieldCompared(serializers.Serializer[Any]):
    """One field on both sides, in JSON; null where a side has no row."""

    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class PlanChangeItemRow(serializers.Serializer[ChangeItem]):
    """One row of a request: a task added, worded anew or moved, ended; with no task and `change`: the plan itself."""

    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ITEM_KINDS)
    kind_label = serializers.CharField(source="get_kind_display")
    task = serializers.UUIDField(source="task.uid", default=None, allow_null=True)
    name = serializers.SerializerMethodField()
    wanted = serializers.DictField(help_text="The fields that shall be otherwise; of an added row all.")
    fields_compared = serializers.SerializerMethodField()

    def get_name(self, item: ChangeItem) -> str:
        return name_of(item)

    @extend_schema_field(FieldCompared(many=True))
    def get_fields_compared(self, item: ChangeItem) -> Any:
        return FieldCompared(compared(item), many=True).data


class PlanChangeRow(serializers.Serializer[ChangeRequest]):
    """A request to change an approved plan."""

    uid = serializers.UUIDField()
    plan = PlanNamed()
    pilot_area = PilotBrief(source="plan.pilot_area")
    unit = UnitBrief(source="plan.unit", help_text="Who asks.")
    receiver = UnitBrief(source="plan.receiver", help_text="Who decides.")
    title = serializers.CharField()
    reason = serializers.CharField()
    based_on = serializers.IntegerField(help_text="The edition it was written against.")
    status = serializers.ChoiceField(choices=ChangeStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField(help_text="What every write on it takes in If-Match.")
    begun_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class PlanChangeDetail(PlanChangeRow):
    begun_by = serializers.CharField(source="begun_by.name", default=None, allow_null=True)
    submitted_by = serializers.CharField(source="submitted_by.name", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    comment = serializers.CharField(help_text="What was said with the last decision.")
    sha256 = serializers.CharField(source="seal.sha256", default=None, allow_null=True, help_text="Of the last seal.")
    is_shown = serializers.SerializerMethodField(help_text="False: its rows are being changed by another office.")
    items = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    def get_is_shown(self, change: ChangeRequest) -> bool:
        return shows_rows(change, self.context["actor"])

    @extend_schema_field(PlanChangeItemRow(many=True))
    def get_items(self, change: ChangeRequest) -> Any:
        rows: Any = rows_shown(change, self.context["actor"])
        return PlanChangeItemRow(rows, many=True).data

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, change: ChangeRequest) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class PlanChangeIn(serializers.Serializer[Any]):
    """What a request is called, and why the plan shall change."""

    title = serializers.CharField(max_length=LONGEST_TITLE)
    reason = serializers.CharField(max_length=LONGEST_REASON)


class PlanChangeItemIn(serializers.Serializer[Any]):
    """What the plan shall say of one task, or with `change` and no task of itself."""

    kind = serializers.ChoiceField(choices=ITEM_KINDS)
    task = serializers.UUIDField(allow_null=True, default=None, help_text="`uid` of the task; null: a new one.")
    wanted = serializers.DictField(
        default=dict,
        help_text=(
            "Of a task: `level`, `parent`, `mark`, `name_zh`, `name_en`, `text`, `clause`, `fields`, `is_multi_plan`, "
            "`weight`, `due_on`, `evidence`, `after`. Of the plan: `title`, `title_en`, `document`, `begins_on`, "
            "`ends_on`. Fields left out stay as they are."
        ),
    )


class PlanEditionRow(serializers.Serializer[PlanEdition]):
    """One approved wording of a plan."""

    number = serializers.IntegerField()
    approved_at = serializers.DateTimeField()
    approved_by = serializers.CharField(
        source="approved_by.name", default=None, allow_null=True, help_text="Null: entered from the document."
    )
    change = serializers.UUIDField(source="change.uid", default=None, allow_null=True)
    sha256 = serializers.CharField(source="seal.sha256")


class PlanEditionTask(serializers.Serializer[Any]):
    """One task as it was approved."""

    uid = serializers.UUIDField()
    level = serializers.CharField()
    parent: Any = serializers.UUIDField(allow_null=True)
    mark = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    text = serializers.CharField()
    clause = serializers.DictField(allow_null=True, help_text="`uid` and `name`.")
    fields_of_work = serializers.ListField(child=serializers.CharField(), source="fields", help_text="Codes.")
    is_multi_plan = serializers.BooleanField()
    weight = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()


class PlanEditionDetail(PlanEditionRow):
    title = serializers.CharField(source="content.title")
    title_en = serializers.CharField(source="content.title_en")
    begins_on = serializers.DateField(source="content.begins_on")
    ends_on = serializers.DateField(source="content.ends_on")
    document: Any = serializers.DictField(source="content.document", allow_null=True, help_text="`uid` and `name`.")
    original = serializers.DictField(
        source="content.original", allow_null=True, help_text="`name`, `size` and `sha256` of the file."
    )
    tasks = PlanEditionTask(source="content.tasks", many=True, help_text="In the order of the tree.")


class PlanDifferenceRow(serializers.Serializer[Difference]):
    """One row that is not the same in both editions."""

    kind = serializers.ChoiceField(choices=KINDS)
    uid = serializers.CharField(help_text="Of the task; empty for the plan itself.")
    mark = serializers.CharField()
    name = serializers.CharField()
    fields_compared = FieldCompared(source="fields", many=True)


class PlanEditionDifferences(serializers.Serializer[Any]):
    since = serializers.IntegerField()
    number = serializers.IntegerField()
    differences = PlanDifferenceRow(many=True)


class GuidedPlanRow(serializers.Serializer[GuidedPlan]):
    """An implementation plan or action plan, with the receiver's opinion."""

    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=GuidedKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    title = serializers.CharField()
    year = serializers.IntegerField(allow_null=True, help_text="Null: for the whole pilot.")
    pilot_area = PilotBrief()
    unit = UnitBrief(help_text="Who sends it.")
    receiver = UnitBrief(help_text="Who gives its opinion.")
    status = serializers.ChoiceField(choices=GuidedStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField(help_text="What every write on it takes in If-Match.")
    begun_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    opinion = serializers.CharField()


class GuidedPlanDetail(GuidedPlanRow):
    note = serializers.CharField(help_text="What the receiver should know.")
    submitted_by = serializers.CharField(source="submitted_by.name", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    file = serializers.SerializerMethodField(help_text="Null: none yet, or it is being changed by another office.")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(StoredFileRow(allow_null=True))
    def get_file(self, guided: GuidedPlan) -> Any:
        shown = guided.file if shows_document(guided, self.context["actor"]) else None
        return StoredFileRow(shown).data if shown else None

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, guided: GuidedPlan) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class GuidedPlanChangeIn(serializers.Serializer[Any]):
    """What the document is. The document itself: `file/`."""

    kind = serializers.ChoiceField(choices=GuidedKind.choices)
    title = serializers.CharField(max_length=LONGEST_TITLE)
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, allow_null=True, default=None)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")


class GuidedPlanIn(GuidedPlanChangeIn):
    pilot_area = serializers.UUIDField(help_text="`uid` of a row of `pilots/`: one of your own unit.")


class PlanFileIn(serializers.Serializer[Any]):
    """A form with a file (multipart/form-data)."""

    file = serializers.FileField(allow_empty_file=True, help_text="PDF, DOCX, XLSX, PNG or JPEG, at most 20 MB.")
