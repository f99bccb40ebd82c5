"""Figures that count as the API shows them: figures as strings, indicators by their codes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from indicators import words
from indicators.measures import Measure
from indicators.models import Absence, FigureStatus, Observation, Part
from indicators.observed import Observed, Rival, version_for
from indicators.serializers.catalogue import IndicatorBrief
from indicators.serializers.standing import Number, VintageBrief
from pilots.document_serializers import DocumentBrief
from pilots.serializers import DivisionBrief, UnitBrief
from records.models import Seal
from units.models import Sourced


class SealBrief(serializers.Serializer[Seal]):
    """The proof of what was submitted."""

    sha256 = serializers.CharField()
    fingerprint = serializers.CharField(help_text="The first sixteen digits, as printed on receipts.")


class ObservationRow(serializers.Serializer[Observation]):
    """One figure as it was accepted in a programme, or published. It never changes; it may be withdrawn once."""

    uid = serializers.UUIDField()
    division = DivisionBrief()
    indicator = IndicatorBrief()
    year = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    part_label = serializers.CharField(source="get_part_display")
    period_end = serializers.DateField(help_text="The day a stock is as of, and the indicator's version is of.")
    value = Number(help_text="In `measure`; null where there is no number, see `absence`.")
    measure = serializers.SerializerMethodField()
    numerator = Number(help_text="Of a rate, in `part_measure`.")
    denominator = Number()
    part_measure = serializers.SerializerMethodField()
    absence = serializers.ChoiceField(choices=[("", ""), *Absence.choices[1:]], help_text="Why there is no number.")
    absence_label = serializers.SerializerMethodField()
    reason = serializers.CharField(help_text="Why it is not applicable or not available.")
    status = serializers.ChoiceField(choices=FigureStatus.choices, help_text="How settled it is.")
    status_label = serializers.CharField(source="get_status_display")
    entered = serializers.CharField(help_text="As typed, or as published; in `entered_measure`, empty: in `measure`.")
    entered_measure = serializers.CharField()
    vintage = VintageBrief(allow_null=True, help_text="Its edition of the series; editions are not comparable.")
    programme: Any = serializers.CharField(
        source="programme.code", default=None, allow_null=True, help_text="null: a published figure."
    )
    unit = UnitBrief(allow_null=True, help_text="Who gave it.")
    seal = SealBrief(allow_null=True, help_text="What it was submitted with.")
    source: Any = serializers.CharField()
    document = DocumentBrief(allow_null=True)
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_fact = serializers.BooleanField(help_text="false: nobody could verify it; it settles no verdict.")
    note = serializers.CharField()
    is_demo = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="null while it stands.")
    withdrawn_reason = serializers.SerializerMethodField()
    is_in_force = serializers.BooleanField(help_text="Of all that stand for its key, the one that counts.")

    def get_measure(self, row: Observation) -> str:
        version = version_for(row, self.context["versions"])
        return version.measure if version else Measure.NONE.value

    def get_part_measure(self, row: Observation) -> str:
        version = version_for(row, self.context["versions"])
        return version.part_measure if version else ""

    def get_absence_label(self, row: Observation) -> str:
        return str(row.get_absence_display()) if row.absence else ""

    def get_withdrawn_reason(self, row: Observation) -> str:
        return words.withdrawn(row.withdrawn_reason) if row.withdrawn_at else ""


class OriginDetail(serializers.Serializer[Any]):
    """What brought a figure: the sealed version of a report, or figures given beside the reports."""

    label: Any = serializers.CharField()
    path = serializers.CharField(help_text="Its page in the portal.")
    receipt = serializers.CharField(help_text="The number it was taken in under.")
    submitted_at = serializers.DateTimeField(allow_null=True)


class RivalRow(serializers.Serializer[Rival]):
    """Another figure of the same place, indicator and period."""

    observation = ObservationRow(source="row")
    why = serializers.CharField(help_text="Why it counts, or does not.")
    origin = OriginDetail(allow_null=True)


class ObservationDetail(serializers.Serializer[Observed]):
    """One figure with where it comes from, and all others beside it."""

    observation = ObservationRow(source="row")
    why = serializers.CharField(source="this.why", help_text="Why it counts, or does not, among its like.")
    origin = OriginDetail(source="this.origin", allow_null=True, help_text="null: published, or out of your reach.")
    others = RivalRow(many=True, help_text="Accepted ones first; what was withdrawn is among them.")
