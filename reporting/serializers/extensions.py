"""More time as the API shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.serializers import UnitBrief
from records.serializers import ActionRow
from reporting.models import BlanketExtension, Extension, ExtensionStatus, Report
from reporting.serializers.reports import CycleBrief
from reporting.services.blanket import BlanketPreview, DayCount

SHOWN = 200
"""As many reports as a preview names; it counts all of them."""


class DatedReport(serializers.Serializer[Report]):
    """A report whose date is moved."""

    uid = serializers.UUIDField()
    title = serializers.CharField()
    due_on = serializers.DateField(source="due.due_on", help_text="The date that stands now.")


class ExtensionRow(serializers.Serializer[Extension]):
    """More time for one report: asked for and perhaps decided, or given unasked (`requested_by` null)."""

    uid = serializers.UUIDField()
    report = DatedReport(source="due.report")
    cycle = CycleBrief(source="due.cycle")
    unit = UnitBrief(source="due.unit")
    receiver = UnitBrief(source="due.receiver")
    status = serializers.ChoiceField(choices=ExtensionStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField(help_text="What an act on it takes in If-Match.")
    due_on_before = serializers.DateField(help_text="The date that stood when it was asked for or given.")
    asked_due_on = serializers.DateField()
    reason = serializers.CharField()
    requested_by = serializers.CharField(source="requested_by.name", default=None, allow_null=True)
    requested_at = serializers.DateTimeField()
    granted_due_on = serializers.DateField(allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField(help_text="What was said with the decision.")
    blanket = serializers.UUIDField(
        source="blanket.uid", default=None, allow_null=True, help_text="Of the extension of a region it came with."
    )


class ExtensionDetail(ExtensionRow):
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, extension: Extension) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class MoreTimeIn(serializers.Serializer[Any]):
    """More time for a report: the day it is to be due on, and why."""

    due_on = serializers.DateField(help_text="Later than the present date, at most a year away.")
    reason = serializers.CharField(max_length=4000)


class ExtensionActIn(serializers.Serializer[Any]):
    """What a decision may need."""

    comment = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="The reason, where the action says `needs_comment`."
    )
    due_on = serializers.DateField(
        required=False, help_text="For `grant`: the new date; left out, the one asked for is given."
    )


class BlanketIn(serializers.Serializer[Any]):
    """More time for a region."""

    region = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of a row of `divisions/`; null: all senders."
    )
    due_on = serializers.DateField(help_text="The date everybody gets whose present one is earlier.")
    reason = serializers.CharField(max_length=4000)


class BlanketRow(serializers.Serializer[BlanketExtension]):
    """More time that was given to a region."""

    uid = serializers.UUIDField()
    cycle = CycleBrief()
    unit = UnitBrief(help_text="The office that gave it.")
    region = serializers.CharField(source="region.name", default=None, allow_null=True)
    due_on = serializers.DateField()
    reason = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()
    count = serializers.IntegerField(help_text="How many reports it moved.")


class DueDayCount(serializers.Serializer[DayCount]):
    due_on = serializers.DateField()
    count = serializers.IntegerField()


class BlanketForecast(serializers.Serializer[BlanketPreview]):
    """What more time for a region would do now."""

    due_on = serializers.DateField()
    count = serializers.IntegerField(help_text="How many reports would be moved.")
    days = DueDayCount(many=True, help_text="From which dates, and how many from each.")
    requests = serializers.IntegerField(help_text="Open requests that would be granted with it.")
    own_date = serializers.DateField(allow_null=True, help_text="By when you owe in the same period.")
    is_late_for_giver = serializers.BooleanField(help_text="Whether they would be due after you: then think again.")
    moved = serializers.SerializerMethodField(help_text=f"The first {SHOWN} of them.")
    left_out = serializers.SerializerMethodField(
        help_text=f"Whose date is as late already, and so stays: the first {SHOWN}."
    )

    @extend_schema_field(DatedReport(many=True))
    def get_moved(self, preview: BlanketPreview) -> Any:
        rows: Any = preview.moved[:SHOWN]
        return DatedReport(rows, many=True).data

    @extend_schema_field(DatedReport(many=True))
    def get_left_out(self, preview: BlanketPreview) -> Any:
        rows: Any = preview.left_out[:SHOWN]
        return DatedReport(rows, many=True).data


class ExemptIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4000)


class ExemptEndIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4000)
    due_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Needed where the present date has passed."
    )


class ReportDates(serializers.Serializer[Report]):
    """The date of a report, after an act about it."""

    uid = serializers.UUIDField()
    first_due_on = serializers.DateField(source="due.first_due_on")
    due_on = serializers.DateField(source="due.due_on")
    dated_at = serializers.DateTimeField(source="due.dated_at", help_text="When the present date was given.")
    is_owed = serializers.BooleanField()
    is_exempt = serializers.BooleanField()
    exempt_reason = serializers.CharField(source="due.exempt_reason")
