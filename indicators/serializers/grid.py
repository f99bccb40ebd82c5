"""A grid of figures as the API shows and takes it: figures as strings, places by uid, indicators by code."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.checks import Flaw
from indicators.grid import Grid, GridRow
from indicators.measures import Measure
from indicators.models import Absence, Comparison, DraftFigure, FigureStatus, Observation, Part, Target
from indicators.offers import OfferKind
from indicators.rows_typed import LENGTHS, LONGEST_ANSWER
from indicators.serializers.catalogue import MeasuredBrief
from indicators.serializers.standing import Number, VintageBrief
from indicators.services.drafting import MOST_ROWS, FigureInput
from indicators.typed import LONGEST
from pilots.serializers import DivisionBrief

SEVERITIES = [("error", "error"), ("warning", "warning")]


class Numbers(serializers.Serializer[Any]):
    """In the indicator's own unit; numerator and denominator of a rate in `part_measure`."""

    value = Number()
    numerator = Number()
    denominator = Number()


class FigureDetail(Numbers):
    """What is said: a number, or why there is none. Zero is a number; nothing entered is all null and empty."""

    absence = serializers.ChoiceField(choices=Absence.choices)
    absence_label = serializers.CharField(source="get_absence_display")
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=FigureStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    entered = serializers.CharField(help_text="As typed.")
    entered_measure = serializers.ChoiceField(choices=[("", ""), *Measure.choices], help_text="The unit typed in.")
    source: Any = serializers.CharField()
    note = serializers.CharField()


class TypedCells(serializers.Serializer[Any]):
    """What stands in the cells of a row as it would be sent again."""

    value = serializers.CharField(help_text="Empty where a rate is computed from its two parts.")
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    measure = serializers.CharField()


class EarlierFigure(serializers.Serializer[Observation]):
    """A figure in force of an earlier period."""

    uid = serializers.UUIDField()
    year = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    part_label = serializers.CharField(source="get_part_display")
    value = Number()
    status = serializers.ChoiceField(choices=FigureStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    vintage = VintageBrief(allow_null=True)


class NextTarget(serializers.Serializer[Target]):
    """The target that comes next, else the last one."""

    uid = serializers.UUIDField()
    due_on = serializers.DateField(allow_null=True, help_text="null: it binds at all times.")
    comparison = serializers.ChoiceField(choices=Comparison.choices)
    comparison_label = serializers.CharField(source="get_comparison_display")
    value = Number()
    value_to = Number()
    is_fact = serializers.BooleanField(help_text="false: nobody could verify it.")


class FigureOffer(Numbers):
    """A figure somebody else has given for this period; taken over by sending it, with its source."""

    kind = serializers.ChoiceField(choices=OfferKind.choices)
    kind_label = serializers.CharField()
    uid = serializers.UUIDField(help_text="Of the supplement, or of the published observation.")
    absence = serializers.ChoiceField(choices=Absence.choices)
    absence_label = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=FigureStatus.choices)
    status_label = serializers.CharField()
    source: Any = serializers.CharField(help_text="What to name as the source.")
    unit = serializers.CharField(help_text="The office that shares it; empty for published ones.")
    given_on = serializers.DateField()


class FigureFlaw(serializers.Serializer[Flaw]):
    """What a check found. An error stops the submission; a warning takes an answer under its `code`."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITIES)
    message = serializers.CharField()
    field: Any = serializers.CharField(help_text="The cell it is about.")


class GridRowDetail(serializers.Serializer[GridRow]):
    """One indicator of one place. `revision` is what PUT takes with the row (0: nothing stored yet)."""

    key = serializers.CharField(help_text="`<division uid>:<code>`, as findings name it.")
    division = DivisionBrief(source="asked.division")
    indicator = MeasuredBrief(source="asked")
    group = serializers.CharField(source="version.group")
    part_measure = serializers.ChoiceField(source="version.part_measure", choices=[("", ""), *Measure.choices])
    measures = serializers.ListField(child=serializers.CharField(), help_text="Units a number may be given in.")
    is_compulsory = serializers.BooleanField(source="asked.is_compulsory")
    is_own = serializers.BooleanField(source="asked.is_own")
    not_applicable = serializers.CharField(source="asked.not_applicable", help_text="Why it is not asked here, or “”.")
    revision = serializers.IntegerField()
    is_given = serializers.BooleanField()
    figure = serializers.SerializerMethodField()
    typed = TypedCells()
    answers = serializers.DictField(
        child=serializers.CharField(), help_text="Code of a warning → what the writer says to it."
    )
    findings = FigureFlaw(source="flaws", many=True)
    last = EarlierFigure(allow_null=True)
    trend = EarlierFigure(many=True)
    target = NextTarget(allow_null=True)
    offers = FigureOffer(many=True)

    @extend_schema_field(FigureDetail(allow_null=True))
    def get_figure(self, row: GridRow) -> Any:
        """Null where nothing was ever stored."""
        draft: DraftFigure | None = row.draft
        return FigureDetail(draft).data if draft else None


class GridDetail(serializers.Serializer[Grid]):
    """All rows in their order: place by place, the programme's indicators, then the pilot area's own."""

    year = serializers.IntegerField(source="sheet.year")
    part = serializers.ChoiceField(source="sheet.part", choices=Part.choices)
    period = serializers.CharField(help_text="In words.")
    asked = serializers.IntegerField(help_text="How many figures are expected.")
    filled = serializers.IntegerField(help_text="How many of them say something.")
    rows = GridRowDetail(many=True)


def _text(most: int, help_text: str = "") -> Any:
    return serializers.CharField(
        max_length=most, required=False, allow_blank=True, allow_null=True, default="", help_text=help_text
    )


class GridRowIn(serializers.Serializer[Any]):
    """One row, as somebody would type it. Everything empty takes back what was said."""

    division = serializers.UUIDField()
    indicator: Any = serializers.CharField(max_length=60, help_text="Its `code`.")
    revision = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="The one the row was changed from; 428 without."
    )
    value = _text(LONGEST, "A number as text: full-width digits, thousands, 万, % and a unit behind are understood.")
    numerator = _text(LONGEST)
    denominator = _text(LONGEST, "Of a rate; with both parts the rate need not be given.")
    measure = _text(12, "The unit of `value`, of a rate that of its parts; empty: the indicator's own.")
    absence = _text(14, "Why there is no number: `not_applicable` or `not_available`; then with a reason.")
    reason = _text(LENGTHS["reason"])
    status = serializers.ChoiceField(choices=FigureStatus.choices, default=FigureStatus.ESTIMATE)
    source: Any = _text(LENGTHS["source"])
    note = _text(LENGTHS["note"])
    answers = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_ANSWER),
        default=dict,
        help_text="Code of a warning → what you say to it. They stay only with a figure that does not change.",
    )


class GridIn(serializers.Serializer[Any]):
    rows = serializers.ListField(child=GridRowIn(), allow_empty=False, max_length=MOST_ROWS)


def inputs_of(rows: list[dict[str, Any]]) -> list[FigureInput]:
    """The rows of a checked `GridIn`, each with its revision; null is nothing said."""
    said: list[dict[str, Any]] = [{name: "" if value is None else value for name, value in row.items()} for row in rows]
    return [FigureInput(**row) for row in said]
