"""Reports as the API shows them: uids outward, labels in the reader's language, and no rules."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.serializers.supplements import SupplementRow
from pilots.models import Capacity
from pilots.serializers import PilotBrief, UnitBrief
from plans.serializers.progress import LateTask, PlanMatter
from records.serializers import ActionRow
from reporting.compilation import BasisRow
from reporting.date_acts import DateAct
from reporting.desk import Desk, Task
from reporting.filters.reports import NOT_STARTED, STATES
from reporting.models import (
    REPORT_KINDS,
    Basis,
    Cycle,
    CycleKind,
    Occasion,
    Report,
    ReportStatus,
    ReportVersion,
    Standing,
)
from reporting.overview import Below, Overview, SenderRow
from reporting.reading import Accepted, Passage
from reporting.serializers.chases import ChasingBrief
from reporting.serializers.clock import ClockTime
from reporting.serializers.contacts import SheetDetail
from reporting.serializers.declared import WithPilotParts
from reporting.serializers.figures import FigureRow, ReportRollUpRow
from reporting.serializers.planning import HurryIn

STATE_WORDS = dict(STATES)
STATES_SHOWN = [(NOT_STARTED, STATE_WORDS[NOT_STARTED]), *ReportStatus.choices]


class CycleRow(serializers.Serializer[Cycle]):
    """One round of reporting."""

    uid = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    programme = serializers.CharField(source="programme.code")
    year = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=CycleKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    number = serializers.IntegerField(help_text="Of the rounds of contacts in one year; else 1.")
    occasion = serializers.ChoiceField(
        choices=Occasion.choices, help_text="`changes`: made by the portal when contacts changed that had been sent."
    )
    opens_on = serializers.DateField()
    pilots_due_on = serializers.DateField()
    compilers_due_on = serializers.DateField()
    date_source = serializers.CharField()
    by_rule = serializers.BooleanField(help_text="Its dates follow the rules, and move with them in the plan.")
    hurry_reason = serializers.CharField(help_text="Why the senders get less than the least time; else empty.")
    burden_hours = serializers.DecimalField(
        max_digits=6, decimal_places=1, allow_null=True, help_text="Hours one report takes, by the asker's estimate."
    )
    is_demo = serializers.BooleanField()


class CycleIn(HurryIn):
    """A period to open in the programme of the hat. The service checks it against what exists."""

    year = serializers.IntegerField(min_value=2014, max_value=2100)
    kind = serializers.ChoiceField(choices=REPORT_KINDS)
    opens_on = serializers.DateField()
    pilots_due_on = serializers.DateField()
    compilers_due_on = serializers.DateField()
    date_source = serializers.CharField(max_length=500, help_text="Whose dates these are; the notices give none.")


class CycleBrief(serializers.Serializer[Cycle]):
    uid = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CycleKind.choices)


class ReportRow(serializers.Serializer[Report]):
    """A report with its due. `version` is what transitions take in If-Match."""

    uid = serializers.UUIDField()
    title = serializers.CharField()
    cycle = CycleBrief(source="due.cycle")
    unit = UnitBrief(source="due.unit")
    receiver = UnitBrief(source="due.receiver")
    pilot_area = PilotBrief(source="due.pilot_area", allow_null=True)
    capacity = serializers.ChoiceField(source="due.capacity", choices=Capacity.choices)
    capacity_label = serializers.CharField(source="due.get_capacity_display")
    state = serializers.ChoiceField(choices=STATES_SHOWN)
    state_label = serializers.SerializerMethodField()
    version = serializers.IntegerField()
    due_uid = serializers.UUIDField(source="due.uid")
    due_on = serializers.DateField(source="due.due_on")
    due_time = ClockTime(source="due.due_time", allow_null=True, help_text="Beijing time; null: the whole day.")
    days_left = serializers.IntegerField(source="due.days_left", help_text="Working days; negative when passed.")
    is_owed = serializers.BooleanField()
    is_overdue = serializers.BooleanField()
    is_exempt = serializers.BooleanField(help_text="The receiver expects nothing, and nothing was sent.")
    days_late = serializers.IntegerField()
    accepted_version = serializers.IntegerField(source="accepted_version.number", default=None, allow_null=True)

    def get_state_label(self, report: Report) -> str:
        return str(STATE_WORDS[report.state])


class PassageRow(serializers.Serializer[Passage]):
    """One section as the reader may see it. `revision` is what PUT takes in If-Match (0: nothing stored yet)."""

    code = serializers.CharField(source="section.code")
    title = serializers.CharField(source="section.title")
    is_compulsory = serializers.BooleanField(source="section.is_compulsory")
    html = serializers.CharField()
    revision = serializers.IntegerField()
    remark = serializers.CharField(help_text="What the receiver said about it last.")


class AcceptedDetail(serializers.Serializer[Accepted]):
    """The version of a report that is in force, with its text."""

    number = serializers.IntegerField(source="version.number")
    receipt_number = serializers.CharField(source="version.receipt_number")
    submitted_at = serializers.DateTimeField(source="version.submitted_at")
    decided_at = serializers.DateTimeField(source="version.decided_at")
    sha256 = serializers.CharField(source="version.seal.sha256")
    sections = PassageRow(source="passages", many=True)


class DateActRow(serializers.Serializer[DateAct]):
    """What the reader may do about the date now; each asks for a reason."""

    name = serializers.CharField()
    label: Any = serializers.CharField()
    hint = serializers.CharField()
    path = serializers.SerializerMethodField(help_text="Where it is sent by POST.")

    def get_path(self, act: DateAct) -> str:
        return reverse(act.room, args=[self.context["report"].uid])


class VersionRow(serializers.Serializer[ReportVersion]):
    """A submitted version: receipt, seal, and what became of it."""

    uid = serializers.UUIDField()
    number = serializers.IntegerField()
    receipt_number = serializers.CharField()
    sha256 = serializers.CharField(source="seal.sha256")
    fingerprint = serializers.CharField(source="seal.fingerprint")
    signed_by = serializers.CharField(source="signed_by.name")
    signed_at = serializers.DateTimeField()
    submitted_by = serializers.CharField(source="submitted_by.name")
    submitted_at = serializers.DateTimeField()
    was_late = serializers.BooleanField()
    received_by = serializers.CharField(source="received_by.name", default=None, allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=ReportVersion.Outcome.choices)
    outcome_label = serializers.CharField(source="get_outcome_display")
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField()


class ReportDetail(WithPilotParts, ReportRow):
    """A report as its reader may see it (texts, versions and actions come from the context)."""

    signed_by = serializers.CharField(source="signed_by.name", default=None, allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    compiles = serializers.SerializerMethodField(help_text="Whether it is compiled from other reports.")
    shown_version = serializers.SerializerMethodField(
        help_text="The version the sections are from. null: being written."
    )
    sections = serializers.SerializerMethodField()
    contacts = serializers.SerializerMethodField(help_text="Of a report of contacts; else null.")
    figures = serializers.SerializerMethodField(help_text="Those of the text shown; the whole grid is in `figures/`.")
    rollups = serializers.SerializerMethodField(help_text="Of a compiled version: figures rolled up when it was sent.")
    versions = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    date_actions = serializers.SerializerMethodField(help_text="What may be done about the due date now.")

    def get_compiles(self, report: Report) -> bool:
        return bool(self.context["compiles"])

    def get_shown_version(self, report: Report) -> int | None:
        version: ReportVersion | None = self.context["reading"].version
        return version.number if version else None

    @extend_schema_field(PassageRow(many=True))
    def get_sections(self, report: Report) -> Any:
        return PassageRow(self.context["reading"].passages, many=True).data

    @extend_schema_field(SheetDetail(allow_null=True))
    def get_contacts(self, report: Report) -> Any:
        sheet = self.context["reading"].sheet
        return SheetDetail(sheet).data if sheet else None

    @extend_schema_field(FigureRow(many=True))
    def get_figures(self, report: Report) -> Any:
        return FigureRow(self.context["figures"], many=True).data

    @extend_schema_field(ReportRollUpRow(many=True))
    def get_rollups(self, report: Report) -> Any:
        return ReportRollUpRow(self.context["rollups"], many=True).data

    @extend_schema_field(VersionRow(many=True))
    def get_versions(self, report: Report) -> Any:
        return VersionRow(self.context["versions"], many=True).data

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, report: Report) -> Any:
        return ActionRow(self.context["actions"], many=True).data

    @extend_schema_field(DateActRow(many=True))
    def get_date_actions(self, report: Report) -> Any:
        return DateActRow(self.context["date_actions"], many=True, context={"report": report}).data


class DueBrief(serializers.Serializer[Any]):
    """An expected report: whose it is."""

    uid = serializers.UUIDField()
    unit = UnitBrief()
    pilot_area = PilotBrief(allow_null=True)


class BasisEntry(serializers.Serializer[Basis]):
    """What a sealed compiled version stands on."""

    due = DueBrief()
    used = serializers.CharField(source="used.receipt_number", default=None, allow_null=True, help_text="Receipt.")
    standing = serializers.ChoiceField(choices=Standing.choices)
    standing_label = serializers.SerializerMethodField()

    def get_standing_label(self, row: Basis | BasisRow) -> str:
        return str(Standing(row.standing).label)


class WorkingBasisEntry(BasisEntry):
    """What the compiled report being written stands on, and what it could take in."""

    usable = serializers.CharField(source="usable.receipt_number", default=None, allow_null=True, help_text="Receipt.")
    can_be_taken_in = serializers.BooleanField()
    is_outdated = serializers.BooleanField()


class WorkingBasis(serializers.Serializer[Any]):
    rows = WorkingBasisEntry(many=True)


class VersionDetail(WithPilotParts, VersionRow):
    """A sealed version with its text and its basis (from the context)."""

    corrects = serializers.IntegerField(source="corrects.number", default=None, allow_null=True)
    sections = serializers.SerializerMethodField()
    contacts = serializers.SerializerMethodField(help_text="Of a report of contacts; else null.")
    figures = serializers.SerializerMethodField(help_text="As submitted, with warnings and their answers.")
    rollups = serializers.SerializerMethodField(help_text="Of a compiled report: figures rolled up when it was sent.")
    basis = serializers.SerializerMethodField()
    basis_elsewhere = serializers.SerializerMethodField()

    @extend_schema_field(PassageRow(many=True))
    def get_sections(self, version: ReportVersion) -> Any:
        return PassageRow(self.context["passages"], many=True).data

    @extend_schema_field(SheetDetail(allow_null=True))
    def get_contacts(self, version: ReportVersion) -> Any:
        sheet = self.context["sheet"]
        return SheetDetail(sheet).data if sheet else None

    @extend_schema_field(FigureRow(many=True))
    def get_figures(self, version: ReportVersion) -> Any:
        return FigureRow(self.context["figures"], many=True).data

    @extend_schema_field(ReportRollUpRow(many=True))
    def get_rollups(self, version: ReportVersion) -> Any:
        return ReportRollUpRow(self.context["rollups"], many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_basis_elsewhere(self, version: ReportVersion) -> Any:
        """Of another programme's reports only how many stood how."""
        return self.context["elsewhere"]

    @extend_schema_field(BasisEntry(many=True))
    def get_basis(self, version: ReportVersion) -> Any:
        return BasisEntry(self.context["basis"], many=True).data


class CopyRow(serializers.Serializer[ReportVersion]):
    """An accepted compiled report, as copied to reviewing departments."""

    uid = serializers.UUIDField()
    title = serializers.CharField(source="report.title")
    unit = UnitBrief(source="report.due.unit")
    cycle = CycleBrief(source="report.due.cycle")
    receipt_number = serializers.CharField()
    accepted_at = serializers.DateTimeField(source="decided_at")


class Counts(serializers.Serializer[Below]):
    expected = serializers.IntegerField()
    submitted = serializers.IntegerField()
    missing = serializers.IntegerField()
    accepted = serializers.IntegerField()
    overdue = serializers.IntegerField()


class SenderEntry(serializers.Serializer[SenderRow]):
    report = ReportRow()
    below = Counts()
    chasing = ChasingBrief(allow_null=True, help_text="For reviewers of the unit that receives; else null.")


class OverviewDetail(serializers.Serializer[Overview]):
    """Who has reported, as seen from one unit."""

    cycle = CycleRow()
    unit = UnitBrief()
    senders = Counts()
    pilots = Counts()
    rows = SenderEntry(many=True)


class TaskRow(serializers.Serializer[Task]):
    report = ReportRow()
    task = serializers.CharField(source="button", help_text="What is asked, in words.")
    extension = serializers.UUIDField(
        source="extension.uid", default=None, allow_null=True, help_text="The request for more time to decide on."
    )


class DeskDetail(serializers.Serializer[Desk]):
    """What is asked of the reader now, what came back, what they wait for, what falls due."""

    todo = TaskRow(many=True)
    returned = TaskRow(many=True)
    waiting = ReportRow(many=True)
    coming = ReportRow(many=True)
    supplements = SupplementRow(source="beside", many=True, help_text="Figures beside the reports that wait here.")
    plans = PlanMatter(source="matters", many=True, help_text="What waits for you in plans, the oldest first.")
    late_tasks = LateTask(source="late", many=True, help_text="Tasks of plans you or your office is late with.")


class Markup(serializers.CharField):
    """Text as people paste it. The service cleans it; refusing single characters would lose the rest."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)
        self.validators = []


class SectionIn(serializers.Serializer[Any]):
    html = Markup(help_text="Simple mark-up; anything else is taken out.")


class SectionSaved(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    saved_at = serializers.DateTimeField(source="updated_at")
    length = serializers.IntegerField(help_text="Characters, without mark-up.")


class ActIn(serializers.Serializer[Any]):
    """What an act may need: a reason; for a return also the new due date and remarks by section code."""

    comment = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="The reason, where the action says `needs_comment`."
    )
    due_on = serializers.DateField(
        required=False,
        help_text="For `return`: until when it is to be sent again; left out, the programme's rule gives the day.",
    )
    remarks = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="For `return`: code of a section → what is to be changed in it.",
    )


class TakeIn(serializers.Serializer[Any]):
    dues = serializers.ListField(child=serializers.UUIDField(), max_length=5000, help_text="`due.uid` of basis rows.")
