"""Who answers for what, as the API shows and takes it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.serializers import UnitBrief
from plans.duties import HeldDuty
from plans.duty_matrix import DutyMatrix, DutyRow, TierCell
from plans.models import Level, Tier
from plans.services.duties import LONGEST_NAME, LONGEST_POST


class DutyHolder(serializers.Serializer[HeldDuty]):
    """Somebody who answers, themselves or for the row above."""

    uid = serializers.UUIDField(source="duty.uid", help_text="Of the duty: what is released.")
    who = serializers.CharField(source="duty.who", help_text="Name of the office or person.")
    post = serializers.CharField(source="duty.post")
    unit = UnitBrief(source="duty.unit", allow_null=True, help_text="An office of the register.")
    has_account = serializers.SerializerMethodField(help_text="They are told and reminded.")
    inherited_from = serializers.SerializerMethodField(help_text="`uid` of the row above it comes from; null: its own.")
    since = serializers.DateTimeField(source="duty.recorded_at")

    def get_has_account(self, one: HeldDuty) -> bool:
        return one.duty.person_id is not None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_inherited_from(self, one: HeldDuty) -> str | None:
        return str(one.inherited_from.uid) if one.inherited_from else None


class DutyTier(serializers.Serializer[TierCell]):
    """One tier of a task."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    tier_label = serializers.CharField(source="tier.label")
    is_gap = serializers.BooleanField(help_text="Somebody has to answer here and nobody does.")
    holders = DutyHolder(many=True)


class TaskDuties(serializers.Serializer[Any]):
    """Who answers for one task, all five tiers; none for a task that has ended."""

    task = serializers.UUIDField()
    tiers = DutyTier(many=True)


class DutyLine(serializers.Serializer[DutyRow]):
    """One task of the plan with its tiers."""

    task = serializers.UUIDField(source="task.uid")
    mark = serializers.CharField(source="task.mark")
    name = serializers.CharField(source="task.name")
    level = serializers.ChoiceField(choices=Level.choices, source="task.level")
    level_label = serializers.CharField(source="task.get_level_display")
    is_leaf = serializers.BooleanField(source="task.is_leaf", help_text="Gaps are counted in these.")
    tiers = DutyTier(source="cells", many=True)


class TierGaps(serializers.Serializer[Any]):
    tier = serializers.ChoiceField(choices=Tier.choices)
    tier_label = serializers.CharField()
    gaps = serializers.IntegerField()


class DutySheet(serializers.Serializer[DutyMatrix]):
    """Tasks × tiers of a plan. No rows while another office is changing the plan."""

    leaves = serializers.IntegerField(help_text="Tasks without parts, whatever is filtered.")
    gaps = serializers.SerializerMethodField(help_text="Of the whole plan, whatever is filtered.")
    rows = DutyLine(many=True)

    @extend_schema_field(TierGaps(many=True))
    def get_gaps(self, matrix: DutyMatrix) -> Any:
        return [{"tier": tier.value, "tier_label": str(tier.label), "gaps": count} for tier, count in matrix.gaps]


class DutySheetAsked(serializers.Serializer[Any]):
    """What may be asked of the matrix."""

    show = serializers.ChoiceField(choices=["gaps"], required=False)
    tier = serializers.ChoiceField(choices=Tier.choices, required=False)


class DutyIn(serializers.Serializer[Any]):
    """Who is to answer in a tier: one of `unit`, `person`, `name`."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    unit = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of an office, for departments."
    )
    person = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of a person, for leaders and persons."
    )
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NAME)
    post = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_POST)


class DutyPerson(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class DutyHolders(serializers.Serializer[Any]):
    """Who can be named for the tasks of a plan; anybody else by name."""

    offices = UnitBrief(many=True)
    people = DutyPerson(many=True)
