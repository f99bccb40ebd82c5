"""Figures of reports as the API shows them: as they were submitted, and what a compiled report rolled up."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from indicators.models import FigureStatus, Part
from indicators.serializers.catalogue import IndicatorBrief
from indicators.serializers.grid import FigureDetail
from indicators.serializers.standing import Number
from pilots.serializers import DivisionBrief
from reporting.models import VersionRollUp


class AnsweredFinding(serializers.Serializer[Any]):
    """A warning that spoke when the version was submitted, and what the sender said to it."""

    code = serializers.CharField()
    message = serializers.CharField()
    answer = serializers.CharField()


class FigureRow(FigureDetail):
    """One figure of a report, in the indicator's own unit."""

    division = DivisionBrief()
    indicator = IndicatorBrief()
    year = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    part_label = serializers.CharField(source="get_part_display")
    findings = AnsweredFinding(
        many=True, default=[], help_text="Of a submitted version; what is being written is checked in `figures/`."
    )


class ReportRollUpRow(serializers.Serializer[VersionRollUp]):
    """A rolled-up figure as a compiled report was submitted with it, with its coverage then."""

    indicator = IndicatorBrief()
    year = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    part_label = serializers.CharField(source="get_part_display")
    value = Number(help_text="null: nothing could be counted, or its kind makes no sum.")
    expected = serializers.IntegerField(help_text="Places that should have a figure.")
    reported = serializers.IntegerField(help_text="Those that gave a number.")
    counted = serializers.IntegerField(help_text="Those that are in the value.")
    not_applicable = serializers.IntegerField()
    status = serializers.ChoiceField(
        choices=[("", ""), *FigureStatus.choices], help_text="The least settled of those counted."
    )
    status_label = serializers.CharField(source="get_status_display")
