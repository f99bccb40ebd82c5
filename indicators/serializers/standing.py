"""A pilot area's standing as the API shows it. Figures are strings; sentences are in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators import words
from indicators.calculations import Judgement, Point, Reason, Verdict, rounded
from indicators.figure_words import plain
from indicators.models import Absence, Baseline, Comparison, FigureStatus, Part, PathShape, Target, Vintage
from indicators.serializers.catalogue import MeasuredBrief
from indicators.standing_shapes import Break, IndicatorStanding, Line, Shown, Standing
from pilots.document_serializers import ClauseBrief, DocumentBrief

DIGITS = 6


class Number(serializers.DecimalField):
    """A figure as a string, without empty decimals; what was worked out is rounded to six."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=None, decimal_places=None, allow_null=True, **options)

    def to_representation(self, value: Decimal) -> str:
        return plain(rounded(Decimal(value), DIGITS))


class VintageBrief(serializers.Serializer[Vintage]):
    code = serializers.CharField()
    name = serializers.CharField()


class CitationRow(serializers.Serializer[Target]):
    """Who says so."""

    uid = serializers.UUIDField(help_text="Of the target.")
    document = DocumentBrief(allow_null=True)
    clause = ClauseBrief(allow_null=True)
    as_written = serializers.CharField()
    source: Any = serializers.CharField()
    note = serializers.CharField()
    is_fact = serializers.BooleanField(help_text="false: nobody could verify it; it takes no part in verdicts")
    is_demo = serializers.BooleanField()


class StandingBaseline(CitationRow):
    uid = serializers.UUIDField()
    year = serializers.IntegerField()
    value = Number()
    status = serializers.ChoiceField(choices=[("", ""), *FigureStatus.choices])
    status_label = serializers.SerializerMethodField()
    vintage = VintageBrief(allow_null=True)
    is_chosen = serializers.BooleanField(help_text="The path is drawn from this one.")

    def get_status_label(self, row: Baseline) -> str:
        return str(FigureStatus(row.status).label) if row.status else ""


class FigureBrief(serializers.Serializer[Shown]):
    """One figure of the series, as it counts for the reader."""

    uid = serializers.UUIDField(allow_null=True, help_text="Of the observation; null: put together from several places")
    year = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    part_label = serializers.SerializerMethodField()
    value = Number()
    numerator = Number()
    denominator = Number()
    absence = serializers.ChoiceField(choices=Absence.choices)
    absence_label = serializers.SerializerMethodField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=FigureStatus.choices)
    status_label = serializers.CharField()
    source: Any = serializers.CharField()
    vintage = VintageBrief(allow_null=True)
    is_published = serializers.BooleanField(help_text="true: from a published series; false: reported and accepted")
    is_fact = serializers.BooleanField()
    is_demo = serializers.BooleanField()

    def get_part_label(self, row: Shown) -> str:
        return str(Part(row.part).label)

    def get_absence_label(self, row: Shown) -> str:
        return str(Absence(row.absence).label)


class PathPoint(serializers.Serializer[Point]):
    day = serializers.DateField()
    value = Number()


class JudgementRow(serializers.Serializer[Judgement]):
    """`gap` and `gap_years`: + is better, whichever way is better. The paces are changes in a year, as they are."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    verdict_label = serializers.CharField(source="verdict.label")
    reason = serializers.ChoiceField(choices=Reason.choices)
    reason_label = serializers.CharField(source="reason.label")
    expected = Number()
    gap = Number()
    gap_years = Number()
    pace_needed = Number()
    pace_so_far = Number()


class OtherStartRow(serializers.Serializer[Any]):
    """The same target judged from another baseline on record."""

    baseline = serializers.UUIDField(source="baseline.uid")
    verdict = serializers.ChoiceField(source="judgement.verdict", choices=Verdict.choices)
    verdict_label = serializers.CharField(source="judgement.verdict.label")
    changes = serializers.BooleanField(help_text="Whether the verdict would be another one.")


class StandingTarget(serializers.Serializer[Line]):
    """One target, with everybody who says the same. Documents that differ give rows of their own."""

    comparison = serializers.ChoiceField(source="aim.comparison", choices=Comparison.choices)
    comparison_label = serializers.SerializerMethodField()
    value = Number(source="aim.value")
    value_to = Number(source="aim.value_to")
    due_on = serializers.DateField(source="aim.due_on", allow_null=True, help_text="null: it binds at all times")
    shape = serializers.ChoiceField(source="aim.shape", choices=PathShape.choices)
    shape_label = serializers.SerializerMethodField()
    is_year_inferred = serializers.BooleanField()
    is_fact = serializers.BooleanField(source="aim.is_fact")
    vintage = VintageBrief(allow_null=True)
    cited = CitationRow(many=True)
    path = PathPoint(many=True, help_text="The points the path goes through; empty where none can be drawn.")
    forecast = PathPoint(allow_null=True, help_text="What the pace so far comes to on the due day; null: unknown.")
    figure = FigureBrief(allow_null=True, help_text="The figure that is held against it.")
    judgement = JudgementRow()
    reason_text = serializers.SerializerMethodField(help_text="Why the verdict is what it is, in one sentence.")
    notes = serializers.SerializerMethodField(help_text="What has to be known besides, in sentences.")
    other_baselines = OtherStartRow(source="others", many=True)

    def get_comparison_label(self, line: Line) -> str:
        return str(Comparison(line.aim.comparison).label)

    def get_shape_label(self, line: Line) -> str:
        return str(PathShape(line.aim.shape).label)

    def get_reason_text(self, line: Line) -> str:
        return words.reason(line, self.context["version"])

    def get_notes(self, line: Line) -> list[str]:
        return words.notes(line, self.context["version"])


class BreakRow(serializers.Serializer[Break]):
    day = serializers.DateField(help_text="The first day of the newer edition.")
    before = VintageBrief()
    after = VintageBrief()


class IndicatorStandingRow(serializers.Serializer[IndicatorStanding]):
    """One indicator: its targets with their verdicts, baselines, the series, and where the series breaks."""

    indicator = MeasuredBrief(source="*")
    verdict = serializers.ChoiceField(
        choices=Verdict.choices, allow_null=True, help_text="Of the next target that falls due; null: there is none."
    )
    verdict_label = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    baselines = StandingBaseline(many=True)
    figures = FigureBrief(many=True)
    breaks = BreakRow(many=True)

    def get_verdict_label(self, one: IndicatorStanding) -> str:
        return str(one.verdict.label) if one.verdict else ""

    @extend_schema_field(StandingTarget(many=True))
    def get_targets(self, one: IndicatorStanding) -> Any:
        lines: Any = one.lines
        return StandingTarget(lines, many=True, context={"version": one.version}).data


class CountOfVerdict(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    verdict_label = serializers.CharField()
    count = serializers.IntegerField()


class PilotStanding(serializers.Serializer[Standing]):
    day = serializers.DateField()
    sees_reported = serializers.BooleanField(help_text="false: the figures are the published ones only")
    counts = serializers.SerializerMethodField()
    indicators = IndicatorStandingRow(many=True)

    @extend_schema_field(CountOfVerdict(many=True))
    def get_counts(self, standing: Standing) -> Any:
        rows = [{"verdict": v, "verdict_label": v.label, "count": n} for v, n in standing.counts.items()]
        return CountOfVerdict(rows, many=True).data
