"""A distribution as the API shows it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dashboards.distribution import SPREAD_BY, Bin, Spread
from indicators.calculations import Verdict
from indicators.serializers.catalogue import IndicatorBrief
from indicators.serializers.standing import Number

SIDES = (("", "all"), *((side, side) for side in SPREAD_BY))


class BinOut(serializers.Serializer[Bin]):
    """How many figures lie from `low` up to, but without, `high`, by verdict."""

    low = Number()
    high = Number()
    total = serializers.IntegerField()
    off_track = serializers.IntegerField(source="counts.off_track")
    at_risk = serializers.IntegerField(source="counts.at_risk")
    on_track = serializers.IntegerField(source="counts.on_track")
    ahead = serializers.IntegerField(source="counts.ahead")
    unknown = serializers.IntegerField(
        source="counts.unknown", help_text=f"{Verdict.UNKNOWN.value}: nobody can judge them."
    )
    no_target = serializers.IntegerField(source="counts.no_target")


class SpreadOut(serializers.Serializer[Spread]):
    """Quartiles of those with a number: of all, of a batch (its number), a category or a region."""

    side = serializers.ChoiceField(choices=SIDES)
    key = serializers.CharField(allow_blank=True, allow_null=True)
    count = serializers.IntegerField()
    lowest = Number(source="five.lowest")
    first_quartile = Number(source="five.first_quartile")
    median = Number(source="five.median")
    third_quartile = Number(source="five.third_quartile")
    highest = Number(source="five.highest")


class YearCount(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    count = serializers.IntegerField()


class DistributionOut(serializers.Serializer[dict[str, Any]]):
    """How the latest figures of one indicator are spread; of each pilot area one."""

    indicator = IndicatorBrief()
    measure = serializers.CharField(help_text="The unit of all figures here.")
    finding = serializers.CharField()
    asked = serializers.IntegerField(help_text="Pilot areas with the indicator.")
    counted = serializers.IntegerField(help_text="Of them, those with a number.")
    demo = serializers.IntegerField(help_text="Of these, those whose figure is demo data.")
    years = YearCount(many=True, help_text="From which years the figures are.")
    bins = BinOut(many=True)
    spreads = SpreadOut(many=True)
