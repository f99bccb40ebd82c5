"""Contacts and leading groups as the API shows them: phone numbers masked, but in the answer to a look."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.contacts import Answer, Row, Seat
from pilots.gaps import GAPS
from pilots.groups import GroupSeat, Offer
from pilots.models import Contact, ContactField, ContactForm, ContactKind, GroupMember, GroupRank
from pilots.serializers import BatchBrief, DivisionBrief, PilotBrief, UnitBrief
from pilots.services.contacts import LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT
from pilots.services.groups import LONGEST_DOCUMENT, LONGEST_GROUP_NAME
from portal.errors import Finding


class ContactOffer(serializers.Serializer[Offer]):
    """What the reader may do now."""

    name = serializers.CharField()
    label: Any = serializers.CharField()


class ContactGap(serializers.Serializer[Finding]):
    """Something that is missing."""

    code = serializers.ChoiceField(choices=list(GAPS.items()))
    message = serializers.CharField()
    target = serializers.CharField(help_text="`responsible`, `liaison.phone`, `group`: where it is missing.")


class ContactAnswer(serializers.Serializer[Answer]):
    """One field of the contact form with what is on record."""

    code = serializers.CharField(source="field.code")
    title = serializers.CharField(source="field.title")
    value = serializers.CharField(
        source="text", help_text="Phone numbers are masked; empty where nothing is on record."
    )


class ContactSeatRow(serializers.Serializer[Seat]):
    """One of the two people of a pilot area; `name` is null where there is nobody."""

    kind = serializers.ChoiceField(choices=ContactKind.choices)
    kind_label = serializers.CharField(source="kind.label")
    name = serializers.CharField(source="contact.name", default=None, allow_null=True)
    values = ContactAnswer(source="answers", many=True)
    since = serializers.DateField(source="contact.since", default=None, allow_null=True)
    recorded_at = serializers.DateTimeField(source="contact.recorded_at", default=None, allow_null=True)
    version = serializers.IntegerField(
        help_text="How many people were ever recorded here, 0 at first; send it in If-Match with a change."
    )
    gaps = ContactGap(many=True)
    actions = ContactOffer(source="offers", many=True)


class ContactSeatDetail(ContactSeatRow):
    pilot = PilotBrief()


class LeadingGroupBrief(serializers.Serializer[GroupSeat]):
    """The leading group of an office; everything is null where none is on record."""

    uid = serializers.UUIDField(source="group.uid", default=None, allow_null=True)
    name = serializers.CharField(source="group.name", default=None, allow_null=True)
    head = serializers.CharField(source="head.name", default=None, allow_null=True)
    document_number = serializers.CharField(source="group.document_number", default=None, allow_null=True)
    founded_on = serializers.DateField(source="group.founded_on", default=None, allow_null=True)
    changed_at = serializers.DateTimeField(source="group.changed_at", default=None, allow_null=True)
    gaps = ContactGap(many=True)
    actions = ContactOffer(source="offers", many=True)


class LeadingGroupRow(LeadingGroupBrief):
    """An office that should have a leading group, with it or with the gap."""

    unit = UnitBrief()
    is_demo = serializers.BooleanField(source="group.is_demo", default=False)


class GroupMemberRow(serializers.Serializer[GroupMember]):
    """Somebody in a leading group; `until` is the first day they no longer were, null while they are."""

    uid = serializers.UUIDField()
    rank = serializers.ChoiceField(choices=GroupRank.choices)
    rank_label = serializers.CharField(source="get_rank_display")
    name = serializers.CharField()
    post = serializers.CharField()
    department = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)


class LeadingGroupDetail(LeadingGroupRow):
    """A leading group with everybody in it, and everybody who was (both from the context)."""

    version = serializers.IntegerField(source="group.version", help_text="Send it in If-Match with a change.")
    programme = serializers.CharField(source="group.programme.code")
    members = serializers.SerializerMethodField(help_text="Head, deputies, members: the three tiers of the notice.")
    formerly = serializers.SerializerMethodField()

    @extend_schema_field(GroupMemberRow(many=True))
    def get_members(self, seat: GroupSeat) -> Any:
        members: Any = [member for tier in self.context["tiers"] for member in tier.members]
        return GroupMemberRow(members, many=True).data

    @extend_schema_field(GroupMemberRow(many=True))
    def get_formerly(self, seat: GroupSeat) -> Any:
        return GroupMemberRow(self.context["formerly"], many=True).data


class ContactRow(serializers.Serializer[Row]):
    """A pilot area with its two people and the leading group of its office."""

    pilot = PilotBrief()
    batch = BatchBrief(source="pilot.batch", allow_null=True)
    province = DivisionBrief(source="pilot.province")
    reporting_unit = UnitBrief(source="pilot.reporting_unit")
    responsible = ContactSeatRow()
    liaison = ContactSeatRow()
    leading_group = LeadingGroupBrief(source="group")
    gaps = ContactGap(many=True, help_text="All of them together.")
    updated_on = serializers.DateField(allow_null=True)


class OfficeGaps(serializers.Serializer[dict[str, Any]]):
    """An office with what is missing: of its leading group, and of the pilot areas it answers for."""

    unit = UnitBrief()
    leading_group = ContactGap(many=True)
    pilots = serializers.SerializerMethodField()

    class PilotGaps(PilotBrief):
        gaps = ContactGap(many=True)

    @extend_schema_field(PilotGaps(many=True))
    def get_pilots(self, row: dict[str, Any]) -> Any:
        return [{**PilotBrief(pilot).data, "gaps": ContactGap(gaps, many=True).data} for pilot, gaps in row["pilots"]]


class PastContact(serializers.Serializer[Contact]):
    """An entry of the history. Of people who have left no numbers are shown."""

    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ContactKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    name = serializers.CharField()
    post = serializers.CharField(source="values.post", default="")
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="The first day they no longer were; null while they are.")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(source="recorded_by.name", default=None, allow_null=True)


class ContactFieldRow(serializers.Serializer[ContactField]):
    code = serializers.CharField()
    title = serializers.CharField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=ContactField.Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    is_required = serializers.BooleanField(help_text="Without it a contact counts as incomplete; it is not refused.")


class ContactFormDetail(serializers.Serializer[ContactForm]):
    """What is asked about a contact today."""

    number = serializers.IntegerField()
    source: Any = serializers.CharField(help_text="Whose fields these are.")
    fields_asked = ContactFieldRow(source="fields.all", many=True)


class ContactIn(serializers.Serializer[Any]):
    """A person. What is left out of `values` is empty afterwards."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    values = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_TEXT),
        default=dict,
        help_text="By the codes of the contact form. A phone number given back masked stays, where the name stays too.",
    )
    since = serializers.DateField(
        default=None, allow_null=True, help_text="Null: today, or unchanged where the name is unchanged."
    )


class ContactRevealIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")


class NumbersInFull(serializers.Serializer[Any]):
    """The numbers of one person, by the codes of the contact form."""

    name = serializers.CharField()
    numbers = serializers.DictField(child=serializers.CharField())


class LeadingGroupFactsIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_GROUP_NAME)
    document_number = serializers.CharField(max_length=LONGEST_DOCUMENT, allow_blank=True, default="")
    founded_on = serializers.DateField(allow_null=True, default=None)


class LeadingGroupIn(LeadingGroupFactsIn):
    unit = serializers.UUIDField(help_text="The office whose leading group it is.")


class GroupMemberIn(serializers.Serializer[Any]):
    rank = serializers.ChoiceField(choices=GroupRank.choices)
    name = serializers.CharField(max_length=LONGEST_NAME)
    post = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")
    department = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")
    since = serializers.DateField(allow_null=True, default=None, help_text="Null: today.")


class GroupMemberEndIn(serializers.Serializer[Any]):
    until = serializers.DateField(
        allow_null=True, default=None, help_text="The first day no longer in the group. Null: today."
    )
