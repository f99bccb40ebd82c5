"""Places, offices, programmes and pilot areas as the API shows them: uids outward, labels in the reader's language."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.facts import Coverage, PlaceThenAndNow
from pilots.models import Batch, BatchTotal, Milestone, MilestoneKind, PilotArea, Region, SelectionLimit
from units.models import Division, DivisionVersion, Programme, Sourced, Unit


class UnitBrief(serializers.Serializer[Unit]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class DivisionBrief(serializers.Serializer[Division]):
    """A place as it is now."""

    uid = serializers.UUIDField()
    name = serializers.CharField()
    code = serializers.CharField(source="code_now")


class ParentOnDay(serializers.Serializer[Division]):
    """The place above, by its name and code on the day asked for."""

    uid = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    code = serializers.SerializerMethodField()

    def get_name(self, parent: Division) -> str:
        found = _on_day(parent)
        return found.name if found else parent.name

    def get_code(self, parent: Division) -> str:
        found = _on_day(parent)
        return found.code if found else ""


def _on_day(parent: Division) -> DivisionVersion | None:
    """The version the filter has fetched beside each parent (`units.filters.DivisionFilter`)."""
    versions: list[DivisionVersion] = getattr(parent, "on_day", [])
    return versions[0] if versions else None


class DivisionRow(serializers.Serializer[DivisionVersion]):
    """A place as it was on the day asked for."""

    uid = serializers.UUIDField(source="division.uid")
    level = serializers.ChoiceField(source="division.level", choices=Division.Level.choices)
    level_label = serializers.CharField(source="division.get_level_display")
    name = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    code = serializers.CharField(help_text="Official code; empty where none is known.")
    parent = ParentOnDay(allow_null=True)
    valid_from = serializers.DateField(source="since", allow_null=True, help_text="null: as far back as is known")
    valid_until = serializers.DateField(source="until", allow_null=True, help_text="first day it no longer held")
    source: Any = serializers.CharField()
    is_fictitious = serializers.BooleanField(source="division.is_fictitious")


class UnitRow(UnitBrief):
    """An office, by its name now."""

    kind = serializers.ChoiceField(choices=Unit.Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    division = DivisionBrief()
    closed_on = serializers.DateField(allow_null=True)
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_fictitious = serializers.BooleanField()


class BatchBrief(serializers.Serializer[Batch]):
    number = serializers.IntegerField()
    name = serializers.CharField()


class PilotBrief(serializers.Serializer[PilotArea]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class PilotRow(PilotBrief):
    """A pilot area on record."""

    name_as_published = serializers.CharField()
    name_en = serializers.CharField()
    programme = serializers.CharField(source="programme.code")
    batch = BatchBrief(allow_null=True)
    official_seq = serializers.IntegerField(allow_null=True)
    category = serializers.CharField(help_text="As published.")
    region = serializers.ChoiceField(choices=Region.choices, allow_blank=True)
    region_label = serializers.CharField(source="get_region_display")
    province = DivisionBrief()
    reporting_unit = UnitBrief()
    selected_by = UnitBrief(allow_null=True)
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_fictitious = serializers.BooleanField()


class PlaceVersion(serializers.Serializer[DivisionVersion]):
    name = serializers.CharField()
    code = serializers.CharField()
    parent = DivisionBrief(allow_null=True)


class PlaceRow(serializers.Serializer[PlaceThenAndNow]):
    """One division of a pilot area: when it was approved (`then`), and today (`now`; null: it is gone)."""

    uid = serializers.UUIDField(source="division.uid")
    then = PlaceVersion(allow_null=True)
    now = PlaceVersion(allow_null=True)
    successor = DivisionBrief(allow_null=True)
    changed = serializers.BooleanField()


class MilestoneRow(serializers.Serializer[Milestone]):
    kind = serializers.ChoiceField(choices=MilestoneKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    due_on = serializers.DateField()
    wording = serializers.CharField()
    source: Any = serializers.CharField()
    is_own = serializers.SerializerMethodField(help_text="The pilot area's own date, in place of the batch's.")

    def get_is_own(self, milestone: Milestone) -> bool:
        return milestone.pilot_area_id is not None


class PilotDetail(PilotRow):
    """A pilot area with its places then and now, its route and its milestones (from the context)."""

    note = serializers.CharField()
    beyond_limit_reason = serializers.CharField()
    reference_day = serializers.SerializerMethodField(help_text="The day `then` is asked of the places.")
    places = serializers.SerializerMethodField()
    route = serializers.SerializerMethodField(help_text="The offices a report passes, its own first.")
    milestones = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateField)
    def get_reference_day(self, pilot: PilotArea) -> str:
        return str(self.context["reference_day"])

    @extend_schema_field(PlaceRow(many=True))
    def get_places(self, pilot: PilotArea) -> Any:
        return PlaceRow(self.context["places"], many=True).data

    @extend_schema_field(UnitBrief(many=True))
    def get_route(self, pilot: PilotArea) -> Any:
        return UnitBrief(self.context["route"], many=True).data

    @extend_schema_field(MilestoneRow(many=True))
    def get_milestones(self, pilot: PilotArea) -> Any:
        return MilestoneRow(self.context["milestones"], many=True).data


class ProgrammeRow(serializers.Serializer[Programme]):
    code = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    owner = UnitBrief()


class TotalRow(serializers.Serializer[BatchTotal]):
    category = serializers.CharField()
    count = serializers.IntegerField()
    as_of = serializers.CharField()
    is_whole = serializers.BooleanField(help_text="Such rows add up to the batch.")
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)


class BatchRow(serializers.Serializer[Coverage]):
    """A batch as published, and how many of its pilot areas are on record."""

    number = serializers.IntegerField(source="batch.number")
    name = serializers.CharField(source="batch.name")
    document_number = serializers.CharField(source="batch.document_number")
    document_title = serializers.CharField(source="batch.document_title")
    approved_on = serializers.DateField(source="batch.approved_on", allow_null=True)
    on_record = serializers.IntegerField(source="have")
    published = serializers.IntegerField(allow_null=True, help_text="null: no total is known")
    totals = TotalRow(source="batch.totals.all", many=True)
    milestones = MilestoneRow(source="batch.milestones.all", many=True)


class LimitRow(serializers.Serializer[SelectionLimit]):
    chosen_by = serializers.ChoiceField(choices=SelectionLimit.ChosenBy.choices)
    chosen_by_label = serializers.CharField(source="get_chosen_by_display")
    minimum = serializers.IntegerField()
    maximum = serializers.IntegerField()
    clause = serializers.CharField()


class ProgrammeDetail(ProgrammeRow):
    """A programme with its batches, coverage, limits, and the departments that receive copies (from the context)."""

    batches = serializers.SerializerMethodField()
    departments = serializers.SerializerMethodField()
    limits = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    senders = serializers.SerializerMethodField(help_text="How many offices compile and send.")

    @extend_schema_field(BatchRow(many=True))
    def get_batches(self, programme: Programme) -> Any:
        return BatchRow(self.context["coverage"], many=True).data

    @extend_schema_field(UnitBrief(many=True))
    def get_departments(self, programme: Programme) -> Any:
        units: Any = [row.unit for row in self.context["departments"]]
        return UnitBrief(units, many=True).data

    @extend_schema_field(LimitRow(many=True))
    def get_limits(self, programme: Programme) -> Any:
        return LimitRow(self.context["limits"], many=True).data

    def get_warnings(self, programme: Programme) -> list[str]:
        return [str(warning) for warning in self.context["warnings"]]

    def get_senders(self, programme: Programme) -> int:
        return int(self.context["senders"])
