"""Pilot areas side by side as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dashboards.comparing import LEAST, MOST, Comparison, Line
from dashboards.serializers.targets import PositionRow
from indicators.models import PilotPosition
from indicators.serializers.catalogue import IndicatorBrief


class ComparisonIn(serializers.Serializer[dict[str, Any]]):
    pilot = serializers.ListField(
        child=serializers.UUIDField(), required=False,
        help_text=f"`uid` of pilot areas, one to each `pilot=`; {LEAST} to {MOST} of them.",
    )  # fmt: skip


class ComparedPilot(serializers.Serializer[PilotPosition]):
    pilot_area = serializers.UUIDField(source="pilot_area.uid")
    pilot_area_name = serializers.CharField(source="pilot_area.name")
    batch = serializers.IntegerField(source="batch.number", allow_null=True, default=None)
    category = serializers.CharField()
    region = serializers.CharField()
    off_track = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    on_track = serializers.IntegerField()
    ahead = serializers.IntegerField()
    unknown = serializers.IntegerField()


class ComparedLine(serializers.Serializer[Line]):
    """One indicator; `cells`, `best` and `worst` go by the order of the pilot areas, counted from nought."""

    indicator = IndicatorBrief(source="version.indicator")
    measure = serializers.CharField(source="version.measure")
    cells = PositionRow(many=True, help_text="Null where a pilot area has nothing on record.")
    best = serializers.ListField(child=serializers.IntegerField(), help_text="Empty where neither way is better.")
    worst = serializers.ListField(child=serializers.IntegerField())


class ComparisonOut(serializers.Serializer[Comparison]):
    pilots = ComparedPilot(many=True)
    lines = ComparedLine(many=True)
