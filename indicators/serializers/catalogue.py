"""The catalogue as the API shows and takes it: codes outward, figures as strings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from indicators.catalogue import CatalogueAct, Detail, Shown
from indicators.measures import Measure
from indicators.models import (
    AskedIndicator,
    Direction,
    FieldSource,
    Frequency,
    Indicator,
    IndicatorVersion,
    Relation,
    RollUpMethod,
    Series,
    Vintage,
)
from indicators.services.asked import LONGEST_SOURCE as LONGEST_ASKED_SOURCE
from indicators.services.asked import MOST, AskedNow
from indicators.services.catalogue import LONGEST_CODE, LONGEST_REASON
from indicators.version_facts import LONGEST, LONGEST_SOURCE, MOST_DECIMALS
from pilots.serializers import PilotBrief, UnitBrief
from units.models import Division, Sourced

NUMBER: Mapping[str, Any] = {"max_digits": 24, "decimal_places": MOST_DECIMALS}


def _figure(help_text: str = "") -> serializers.DecimalField:
    return serializers.DecimalField(
        **NUMBER, normalize_output=True, required=False, allow_null=True, default=None, help_text=help_text
    )


def _text(name: str, help_text: str = "") -> Any:
    return serializers.CharField(
        max_length=LONGEST[name], required=False, allow_blank=True, default="", help_text=help_text
    )


def _code(help_text: str) -> Any:
    return serializers.CharField(
        max_length=LONGEST_CODE, required=False, allow_blank=True, default="", help_text=help_text
    )


class IndicatorBrief(serializers.Serializer[Indicator]):
    code = serializers.CharField()
    name = serializers.CharField()


class MeasuredBrief(serializers.Serializer[Any]):
    """An indicator as it is meant in the period: of whatever has both `indicator` and `version`."""

    code = serializers.CharField(source="indicator.code")
    name = serializers.CharField(source="version.name")
    measure = serializers.ChoiceField(source="version.measure", choices=Measure.choices)
    measure_label = serializers.CharField(source="version.get_measure_display")
    is_rate = serializers.BooleanField(source="version.is_rate", help_text="true: given by numerator and denominator.")


class FieldSourceRow(serializers.Serializer[FieldSource]):
    """Where one field of a version comes from. A field without a row is the portal's own, or its keeper's."""

    field = serializers.CharField(help_text="`plan_2012` and `plan_2020` are what the national plan says; no targets.")
    said = serializers.CharField(help_text="As written there.")
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_fact = serializers.BooleanField(help_text="False: nobody could verify it; it takes no part in verdicts.")


class IndicatorVersionRow(serializers.Serializer[IndicatorVersion]):
    """What an indicator means in a span of time; figures are judged by the version of their period's end."""

    name = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    valid_from = serializers.DateField(source="since", allow_null=True, help_text="null: always")
    valid_until = serializers.DateField(source="until", allow_null=True, help_text="first day it no longer holds")
    group = serializers.CharField()
    measure = serializers.ChoiceField(choices=Measure.choices)
    measure_label = serializers.CharField(source="get_measure_display")
    precision = serializers.IntegerField(help_text="Decimals shown.")
    direction = serializers.ChoiceField(choices=Direction.choices)
    direction_label = serializers.CharField(source="get_direction_display")
    best_from = _figure()
    best_to = _figure()
    caliber = serializers.CharField()
    criterion = serializers.CharField(help_text="When a goal in words counts as done.")
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    frequency_label = serializers.CharField(source="get_frequency_display")
    department = UnitBrief(allow_null=True)
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=Division.Level.choices),
        help_text="It applies to places of these levels only; to all where empty.",
    )
    applies_by = IndicatorBrief(allow_null=True, help_text="It applies only where this one is above `applies_over`.")
    applies_over = _figure()
    method = serializers.ChoiceField(choices=RollUpMethod.choices)
    method_label = serializers.CharField(source="get_method_display")
    weight = IndicatorBrief(allow_null=True)
    numerator_name = serializers.CharField()
    denominator_name = serializers.CharField()
    numerator = IndicatorBrief(allow_null=True)
    denominator = IndicatorBrief(allow_null=True)
    scale = serializers.DecimalField(**NUMBER, normalize_output=True, help_text="numerator ÷ denominator × this.")
    part_measure = serializers.ChoiceField(choices=[("", ""), *Measure.choices])
    part_measure_label = serializers.CharField(source="get_part_measure_display")
    lowest = _figure("Lower values are impossible.")
    highest = _figure("Higher values are impossible.")
    is_cumulative = serializers.BooleanField(help_text="Counts on from a beginning: it cannot fall.")
    series = serializers.ChoiceField(choices=Series.choices)
    series_label = serializers.CharField(source="get_series_display")


class IndicatorVersionDetail(IndicatorVersionRow):
    sources = FieldSourceRow(many=True, source="sources.all")


class CatalogueOffer(serializers.Serializer[CatalogueAct]):
    """What the reader may do now."""

    name = serializers.CharField()
    label: Any = serializers.CharField()


class IndicatorRow(serializers.Serializer[Shown]):
    """An indicator with the version of today; with the newest where none is of today."""

    uid = serializers.UUIDField(source="indicator.uid")
    code = serializers.CharField(source="indicator.code")
    name = serializers.CharField(source="version.name")
    plan_number = serializers.IntegerField(
        source="indicator.plan_number", allow_null=True, help_text="Among the main indicators of the national plan."
    )
    pilot_area = PilotBrief(source="indicator.pilot_area", allow_null=True, help_text="Whose own it is; null: shared.")
    mapped_to = IndicatorBrief(
        source="indicator.mapped_to", allow_null=True, help_text="What an own one counts towards in roll-ups."
    )
    is_ended = serializers.BooleanField()
    is_asked = serializers.SerializerMethodField()
    is_compulsory = serializers.SerializerMethodField()
    unverified = serializers.ListField(
        child=serializers.CharField(), help_text="Fields nobody could verify: no facts, and no part of verdicts."
    )
    current = IndicatorVersionRow(source="version")
    version = serializers.IntegerField(source="indicator.version", help_text="Send it in If-Match with a change.")
    actions = CatalogueOffer(many=True)

    def get_is_asked(self, row: Shown) -> bool:
        return row.asked is not None

    def get_is_compulsory(self, row: Shown) -> bool:
        return bool(row.asked and row.asked.is_compulsory)

    def to_representation(self, instance: Shown) -> Any:
        found = super().to_representation(instance)
        return {**found, "unverified": sorted(instance.unverified)}


class RelationRow(serializers.Serializer[Relation]):
    """`part`: `lower` is part of `upper`. `not_above`: `lower` is never above `upper`."""

    kind = serializers.ChoiceField(choices=Relation.Kind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    lower = IndicatorBrief()
    upper = IndicatorBrief()
    source: Any = serializers.CharField()


class VintageRow(serializers.Serializer[Vintage]):
    """One edition of a series; figures of two editions are not compared."""

    code = serializers.CharField()
    name = serializers.CharField()
    from_year = serializers.IntegerField()
    note = serializers.CharField()
    source: Any = serializers.CharField()


class IndicatorDetail(serializers.Serializer[Detail]):
    """One indicator: all its versions with the source of each field, and what it hangs together with."""

    indicator = IndicatorRow(source="shown")
    versions = IndicatorVersionDetail(many=True)
    relations = RelationRow(many=True)
    part_of = serializers.ListField(
        child=IndicatorBrief(), source="measured_by", help_text="Rates it is numerator or denominator of."
    )
    mapped = IndicatorBrief(many=True, help_text="Own indicators that count towards it.")
    vintages = VintageRow(many=True)


class IndicatorVersionIn(serializers.Serializer[Any]):
    """All that a version says. What the chosen direction and roll-up have no use for stays empty: else it is refused.

    Other indicators are named by their code.
    """

    name_zh: Any = serializers.CharField(max_length=LONGEST["name_zh"])
    name_en = _text("name_en")
    group_zh = _text("group_zh")
    group_en = _text("group_en")
    measure = serializers.ChoiceField(choices=Measure.choices, help_text="The unit its figures are kept in.")
    precision = serializers.IntegerField(min_value=0, max_value=MOST_DECIMALS, default=2)
    direction = serializers.ChoiceField(choices=Direction.choices, default=Direction.UP)
    best_from = _figure("With `range` only.")
    best_to = _figure("With `range` only.")
    caliber_zh = _text("caliber_zh")
    caliber_en = _text("caliber_en")
    criterion_zh = _text("criterion_zh", "Needed with `qualitative`.")
    criterion_en = _text("criterion_en")
    frequency = serializers.ChoiceField(choices=Frequency.choices, default=Frequency.YEARLY)
    department = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="uid of an office.")
    levels = serializers.ListField(
        child=serializers.ChoiceField(choices=Division.Level.choices), max_length=len(Division.Level), default=list
    )
    applies_by = _code("It applies only where this one is above `applies_over`.")
    applies_over = _figure()
    method = serializers.ChoiceField(choices=RollUpMethod.choices, default=RollUpMethod.NONE)
    weight = _code("Needed with `weighted`.")
    numerator_zh = _text("numerator_zh", "Needed with `ratio`, as are the denominator and `part_measure`.")
    numerator_en = _text("numerator_en")
    denominator_zh = _text("denominator_zh")
    denominator_en = _text("denominator_en")
    numerator = _code("The indicator that measures the numerator, where there is one.")
    denominator = _code("The indicator that measures the denominator, where there is one.")
    scale = serializers.DecimalField(
        max_digits=12, decimal_places=MOST_DECIMALS, default=Decimal(1), help_text="100 for %."
    )
    part_measure = serializers.ChoiceField(choices=Measure.choices, allow_blank=True, default="")
    lowest = _figure()
    highest = _figure()
    is_cumulative = serializers.BooleanField(default=False)
    series = serializers.ChoiceField(choices=Series.choices, default="")
    source: Any = serializers.CharField(
        max_length=LONGEST_SOURCE, help_text="Where what is new in it comes from: a document, or who decided it."
    )


class NewVersionIn(IndicatorVersionIn):
    """Another meaning, from a day on."""

    since = serializers.DateField(help_text="First day; later than that of the version before.")


class NewOwnIn(IndicatorVersionIn):
    """An own indicator of a pilot area."""

    pilot_area = serializers.UUIDField(help_text="uid of the pilot area.")
    code: Any = serializers.CharField(max_length=LONGEST_CODE, help_text="Small letters, digits, hyphens; for good.")
    since = serializers.DateField(required=False, allow_null=True, default=None, help_text="null: it always meant this")


class OwnEndIn(serializers.Serializer[Any]):
    """When it is asked no more, and why."""

    on = serializers.DateField(help_text="First day: a period that ends then or later has no cell for it.")
    reason: Any = serializers.CharField(max_length=LONGEST_REASON)


class CountsTowardsIn(serializers.Serializer[Any]):
    """What an own indicator counts towards."""

    to = _code("Code of a shared indicator; empty: none.")


class AskedIndicatorRow(serializers.Serializer[AskedIndicator]):
    """One indicator that reports are asked for."""

    indicator = IndicatorBrief()
    position = serializers.IntegerField()
    is_compulsory = serializers.BooleanField()
    source: Any = serializers.CharField()


class AskedDetail(serializers.Serializer[AskedNow]):
    """What the reports of a programme ask for, in its order. `version` is what PUT takes in If-Match."""

    programme = serializers.CharField(source="programme.code")
    version = serializers.IntegerField()
    rows = AskedIndicatorRow(many=True)


class AskedRowIn(serializers.Serializer[Any]):
    """One of them, by its code."""

    code: Any = serializers.CharField(max_length=LONGEST_CODE)
    is_compulsory = serializers.BooleanField(default=False)


class AskedIn(serializers.Serializer[Any]):
    """The whole list in its order: what is not in it is asked no more."""

    rows = serializers.ListField(child=AskedRowIn(), max_length=MOST)
    source: Any = serializers.CharField(max_length=LONGEST_ASKED_SOURCE)
