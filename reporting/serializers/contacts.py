"""Contacts as the API shows them: phone numbers masked, always."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.models import ContactField, ContactKind, GroupMember, GroupRank
from pilots.serializers import PilotBrief
from reporting.contact_changes import Difference
from reporting.contacts import Group, Row, Seat, Sheet
from reporting.serializers.planning import HurryIn

WHAT = (*ContactKind.choices, ("group", "leading group"))


class AskedField(serializers.Serializer[ContactField]):
    """One field of the form the round asks by."""

    code = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=ContactField.Kind.choices)
    is_required = serializers.BooleanField()


class SeatRow(serializers.Serializer[Seat]):
    """Who answers for a pilot area in one respect; `name` null: nobody is named."""

    kind = serializers.ChoiceField(choices=ContactKind.choices)
    kind_label: Any = serializers.CharField(source="label")
    name = serializers.CharField(source="contact.name", default=None, allow_null=True)
    since = serializers.DateField(source="contact.since", default=None, allow_null=True)
    answers = serializers.SerializerMethodField(help_text="By code of the field; phone numbers masked.")
    missing = serializers.SerializerMethodField(help_text="Codes of required fields that say nothing.")

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_blank=True)))
    def get_answers(self, seat: Seat) -> Any:
        return {asked.code: text for asked, text in seat.answers}

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, seat: Seat) -> Any:
        return [asked.code for asked in seat.missing]


class GroupPerson(serializers.Serializer[GroupMember]):
    rank = serializers.ChoiceField(choices=GroupRank.choices)
    rank_label = serializers.CharField(source="get_rank_display")
    name = serializers.CharField()
    post = serializers.CharField()
    department = serializers.CharField()


class GroupDetail(serializers.Serializer[Group]):
    """The leading group of the pilot area's office, head first."""

    name = serializers.CharField()
    document_number = serializers.CharField()
    founded_on = serializers.DateField(allow_null=True)
    members = GroupPerson(many=True)


class SheetRow(serializers.Serializer[Row]):
    pilot_area = PilotBrief(source="pilot")
    people = SeatRow(source="seats", many=True)
    leading_group = GroupDetail(source="group", allow_null=True)
    gaps = serializers.ListField(child=serializers.CharField(), help_text="What is missing, in words.")


class SheetDetail(serializers.Serializer[Sheet]):
    """The contacts a report sends: as they stand while it is being written, as they were sealed afterwards."""

    fields_asked = AskedField(source="fields", many=True)
    pilot_areas_with_gaps = serializers.IntegerField(source="gaps")
    rows = SheetRow(many=True)


class ChangeRow(serializers.Serializer[Difference]):
    """One thing about one pilot area that is not as it was; '' where there was, or is, nothing."""

    pilot_area = PilotBrief(source="pilot")
    what = serializers.ChoiceField(source="code", choices=WHAT)
    what_label: Any = serializers.CharField(source="what")
    before = serializers.CharField(allow_blank=True)
    now = serializers.CharField(allow_blank=True)
    fields_changed = serializers.ListField(source="fields", child=serializers.CharField(), help_text="Their titles.")


class ContactsDetail(serializers.Serializer[Any]):
    """The contacts of one report, and how they differ from an earlier version."""

    version = serializers.IntegerField(allow_null=True, help_text="null: as they stand now.")
    contacts = SheetDetail()
    compared_with = serializers.CharField(allow_null=True, help_text="Receipt number.")
    changes = ChangeRow(many=True)


class ContactRoundIn(HurryIn):
    """A round of contacts to ask for in the programme of the hat."""

    year = serializers.IntegerField(min_value=2014, max_value=2100)
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    date_source = serializers.CharField(max_length=500, help_text="Whose dates these are.")
