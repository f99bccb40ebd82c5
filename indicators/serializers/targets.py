"""Targets and baselines as the API shows and takes them: figures as strings, indicators by their codes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.measures import Measure
from indicators.models import Baseline, Comparison, FigureStatus, PathShape, Target
from indicators.serializers.catalogue import IndicatorBrief
from indicators.serializers.standing import Number, VintageBrief
from indicators.services.citing import FIRST_YEAR, LAST_YEAR, LONGEST_NOTE, LONGEST_REASON, LONGEST_WORDING, Saying
from indicators.services.targets import Demand
from indicators.targets import Citation, ShownBaseline, ShownTarget
from pilots.document_serializers import ClauseBrief, DocumentBrief
from pilots.serializers import PilotBrief
from units.models import Sourced

NUMBER = "As typed: 52.2, 42万, 80%."
SAYING = ("document", "clause", "as_written", "source", "note", "vintage")
DEMAND = ("comparison", "value", "value_to", "measure", "due_on", "shape", "is_year_inferred")
ANY_STATUS = [("", ""), *FigureStatus.choices]


class CitedRow(serializers.Serializer[Any]):
    """What targets and baselines have in common: whose, of what, who says so, and whether it stands."""

    uid = serializers.UUIDField()
    pilot_area = PilotBrief()
    indicator = IndicatorBrief()
    document = DocumentBrief(allow_null=True)
    clause = ClauseBrief(allow_null=True)
    as_written = serializers.CharField()
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_fact = serializers.BooleanField(help_text="false: nobody could verify it; it takes no part in verdicts")
    note = serializers.CharField()
    vintage = VintageBrief(allow_null=True, help_text="The edition of the series it was said in.")
    is_demo = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(
        source="recorded_by.name", default=None, allow_null=True, help_text="null: it came with the reference data."
    )
    ended_at = serializers.DateTimeField(allow_null=True, help_text="null while it stands.")
    ended_reason = serializers.CharField()
    follows = serializers.UUIDField(source="follows.uid", default=None, allow_null=True, help_text="What it replaced.")


class TargetRow(CitedRow):
    """A target of a pilot area, with its words and what the reader may do."""

    words = serializers.SerializerMethodField(help_text="What it demands.")
    due = serializers.SerializerMethodField(help_text="By when, in words.")
    comparison = serializers.ChoiceField(choices=Comparison.choices)
    comparison_label = serializers.CharField(source="get_comparison_display")
    value = Number(help_text="null: done or not done")
    value_to = Number(help_text="Of a range only.")
    measure = serializers.SerializerMethodField(help_text="Unit of the numbers.")
    due_on = serializers.DateField(allow_null=True, help_text="null: at all times")
    shape = serializers.ChoiceField(choices=PathShape.choices)
    shape_label = serializers.CharField(source="get_shape_display")
    is_year_inferred = serializers.BooleanField(help_text="The document does not give the year in that sentence.")
    actions = serializers.SerializerMethodField(help_text="What the reader may do: replace, end.")

    def get_words(self, target: Target) -> str:
        return self._shown(target).demand

    def get_due(self, target: Target) -> str:
        return self._shown(target).due

    @extend_schema_field(serializers.ChoiceField(choices=Measure.choices))
    def get_measure(self, target: Target) -> str:
        return _measure(self._shown(target))

    def get_actions(self, target: Target) -> list[str]:
        return list(self._shown(target).acts)

    def _shown(self, target: Target) -> ShownTarget:
        found: ShownTarget = self.context["shown"][target.pk]
        return found


class BaselineRow(CitedRow):
    """A baseline of a pilot area, with its words and what the reader may do."""

    words = serializers.SerializerMethodField(help_text="The value with its unit.")
    year = serializers.IntegerField()
    value = Number()
    measure = serializers.SerializerMethodField(help_text="Unit of the number.")
    status = serializers.ChoiceField(choices=ANY_STATUS, help_text="Empty: nobody says.")
    status_label = serializers.CharField(source="get_status_display")
    is_chosen = serializers.BooleanField(help_text="The path is drawn from this one.")
    actions = serializers.SerializerMethodField(help_text="What the reader may do: choose, end.")

    def get_words(self, baseline: Baseline) -> str:
        return self._shown(baseline).value

    @extend_schema_field(serializers.ChoiceField(choices=Measure.choices))
    def get_measure(self, baseline: Baseline) -> str:
        return _measure(self._shown(baseline))

    def get_actions(self, baseline: Baseline) -> list[str]:
        return list(self._shown(baseline).acts)

    def _shown(self, baseline: Baseline) -> ShownBaseline:
        found: ShownBaseline = self.context["shown"][baseline.pk]
        return found


def _measure(shown: ShownTarget | ShownBaseline) -> str:
    return shown.version.measure if shown.version else Measure.NONE.value


def target_rows(shown: list[ShownTarget]) -> Any:
    """Targets as the API shows them."""
    context = {"shown": {one.target.pk: one for one in shown}}
    rows: Any = [one.target for one in shown]
    return TargetRow(rows, many=True, context=context).data


def baseline_rows(shown: list[ShownBaseline]) -> Any:
    """Baselines as the API shows them."""
    context = {"shown": {one.baseline.pk: one for one in shown}}
    rows: Any = [one.baseline for one in shown]
    return BaselineRow(rows, many=True, context=context).data


class CitationOfDocument(serializers.Serializer[Citation]):
    """A target or a baseline that is taken from the document."""

    kind = serializers.ChoiceField(choices=["target", "baseline"])
    uid = serializers.UUIDField(source="cited.uid")
    pilot_area = PilotBrief(source="cited.pilot_area")
    indicator = IndicatorBrief(source="cited.indicator")
    clause = ClauseBrief(source="cited.clause", allow_null=True)
    words = serializers.CharField()
    as_written = serializers.CharField(source="cited.as_written")


class SayingIn(serializers.Serializer[Any]):
    """Who says so: a document on the register, or a source in words."""

    document = serializers.UUIDField(allow_null=True, default=None)
    clause = serializers.UUIDField(allow_null=True, default=None, help_text="With it the document can be left out.")
    as_written = serializers.CharField(max_length=LONGEST_WORDING, allow_blank=True, default="")
    source: Any = serializers.CharField(
        max_length=LONGEST_NOTE, allow_blank=True, default="", help_text="Required without a document."
    )
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")
    vintage = serializers.CharField(
        max_length=20, allow_blank=True, default="", help_text="Empty: the edition in force when it was said."
    )
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Why it is done; kept in the history.")

    def saying(self) -> Saying:
        return Saying(**{name: self.validated_data[name] for name in SAYING})


class TargetChangeIn(SayingIn):
    comparison = serializers.ChoiceField(choices=Comparison.choices)
    value = serializers.CharField(max_length=60, allow_blank=True, default="", help_text=NUMBER)
    value_to = serializers.CharField(max_length=60, allow_blank=True, default="", help_text="Of a range only.")
    measure = serializers.ChoiceField(
        choices=Measure.choices, allow_blank=True, default="", help_text="Empty: the indicator's own unit."
    )
    due_on = serializers.DateField(allow_null=True, default=None, help_text="null: at all times")
    shape = serializers.ChoiceField(choices=PathShape.choices, default=PathShape.LINEAR.value)
    is_year_inferred = serializers.BooleanField(default=False)

    def demand(self) -> Demand:
        return Demand(**{name: self.validated_data[name] for name in DEMAND})


class TargetIn(TargetChangeIn):
    indicator = serializers.CharField(max_length=60, help_text="Its `code`.")


class BaselineIn(SayingIn):
    indicator = serializers.CharField(max_length=60, help_text="Its `code`.")
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    value = serializers.CharField(max_length=60, help_text=NUMBER)
    measure = serializers.ChoiceField(
        choices=Measure.choices, allow_blank=True, default="", help_text="Empty: the indicator's own unit."
    )
    status = serializers.ChoiceField(
        choices=FigureStatus.choices, allow_blank=True, default="", help_text="Empty: nobody says."
    )
    is_chosen = serializers.BooleanField(
        default=False, help_text="Draw the path from it. The first of an indicator is chosen in any case."
    )


class CitedReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Kept in the history.")
