"""Roll-ups as the API shows them: figures as strings, never without their coverage."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from indicators.calculations import Coverage
from indicators.measures import Measure
from indicators.models import FigureStatus, Part, RollUpMethod
from indicators.rollups.reading import Rolled
from indicators.serializers.catalogue import IndicatorBrief
from indicators.serializers.standing import Number, VintageBrief
from pilots.serializers import DivisionBrief


class CoverageRow(serializers.Serializer[Coverage]):
    """How much of what there should be is in the figure."""

    counted = serializers.IntegerField(help_text="Places whose figures are in it.")
    reported = serializers.IntegerField(help_text="Places that gave a number; some cannot be counted.")
    expected = serializers.IntegerField(help_text="Places of the programme below that should have a figure.")
    not_applicable = serializers.IntegerField(help_text="Places to which the indicator does not apply.")
    of = serializers.IntegerField(help_text="`expected` without `not_applicable`.")
    weight_share = Number(help_text="0 to 1; null where not every place's weight is known.")


class RollUpRow(serializers.Serializer[Rolled]):
    """One indicator of one place in one period, from the figures of the pilot areas below."""

    division = DivisionBrief(source="row.division")
    indicator = IndicatorBrief()
    programme: Any = serializers.CharField(source="row.programme.code")
    year = serializers.IntegerField(source="row.year")
    part = serializers.ChoiceField(source="row.part", choices=Part.choices)
    part_label = serializers.CharField(source="row.get_part_display")
    value = Number(help_text="In `measure`; null where nothing could be counted or the method makes no figure.")
    measure = serializers.ChoiceField(source="version.measure", choices=Measure.choices)
    method = serializers.ChoiceField(source="version.method", choices=RollUpMethod.choices)
    method_label = serializers.CharField(source="version.get_method_display")
    coverage = CoverageRow()
    status = serializers.ChoiceField(
        source="row.status", choices=[("", ""), *FigureStatus.choices], help_text="The least settled of those counted."
    )
    status_label = serializers.CharField(source="row.get_status_display")
    is_mixed = serializers.BooleanField(help_text="Figures of two vintages are in it: not comparable with either.")
    oldest_vintage = VintageBrief(source="row.oldest_vintage", allow_null=True)
    newest_vintage = VintageBrief(source="row.newest_vintage", allow_null=True)
    has_demo = serializers.BooleanField(source="row.has_demo", help_text="Invented figures are in it.")
    updated_at = serializers.DateTimeField(source="row.updated_at")
