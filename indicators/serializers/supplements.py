"""Figures beside the reports as the API shows and takes them. Figures are strings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.models import Absence, FigureStatus, Observation, Part, Supplement, SupplementStatus
from indicators.serializers.catalogue import MeasuredBrief
from indicators.serializers.grid import FigureFlaw, FigureOffer, GridRowIn
from indicators.serializers.standing import Number
from indicators.services.drafting import LARGEST_REVISION
from indicators.services.supplements import FIRST_YEAR, LONGEST_REASON, LONGEST_TITLE, MOST_ROWS
from indicators.supplement_checks import answered
from indicators.supplements import Choice, Row
from pilots.serializers import DivisionBrief, PilotBrief, UnitBrief
from records.serializers import ActionRow
from records.workflow import LONGEST_COMMENT

LATEST_YEAR = 2200


class SupplementRow(serializers.Serializer[Supplement]):
    """Figures of one pilot area from one office: `final` ones that came later, `shared` ones for others to use."""

    uid = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Supplement.Purpose.choices)
    purpose_label = serializers.CharField(source="get_purpose_display")
    title = serializers.CharField()
    reason = serializers.CharField(help_text="Why these come now.")
    pilot_area = PilotBrief()
    unit = UnitBrief(help_text="Who gives them.")
    receiver = UnitBrief(help_text="Of final ones: who accepts them. Of shared ones: who fills in figures there.")
    status = serializers.ChoiceField(choices=SupplementStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField(help_text="What an act on it takes in If-Match.")
    begun_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True, help_text="When it was signed and sent last.")
    decided_at = serializers.DateTimeField(allow_null=True)


class SupplementDetail(SupplementRow):
    begun_by = serializers.CharField(source="begun_by.name", default=None, allow_null=True)
    submitted_by = serializers.CharField(source="submitted_by.name", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    comment = serializers.CharField(help_text="What was said with the last decision.")
    sha256 = serializers.CharField(source="seal.sha256", default=None, allow_null=True, help_text="Of the last seal.")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ActionRow(many=True))
    def get_actions(self, supplement: Supplement) -> Any:
        return ActionRow(self.context["actions"], many=True).data


class SupplementIn(serializers.Serializer[Any]):
    """What is begun."""

    purpose = serializers.ChoiceField(choices=Supplement.Purpose.choices)
    pilot_area = serializers.UUIDField(help_text="`uid` of a row of `pilots/`.")
    title = serializers.CharField(max_length=LONGEST_TITLE)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")


class PastPeriodIn(serializers.Serializer[Any]):
    """A period that is over."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LATEST_YEAR)
    part = serializers.ChoiceField(choices=Part.choices, default=Part.YEAR)


class SupplementRowIn(PastPeriodIn):
    """One row: an indicator of a place in a period that is over."""

    division = serializers.UUIDField(help_text="`uid` of a place of the pilot area.")
    indicator = serializers.CharField(max_length=60, help_text="`code` of an indicator asked for there.")


class SupplementRowsIn(serializers.Serializer[Any]):
    """Rows to take in and to take out; what is in already stays as it is."""

    add = SupplementRowIn(many=True, required=False, default=list, max_length=MOST_ROWS)  # type: ignore[call-arg]
    remove = SupplementRowIn(many=True, required=False, default=list, max_length=MOST_ROWS)  # type: ignore[call-arg]


class SupplementFigureIn(GridRowIn, PastPeriodIn):
    """What one row is to say. A number or why there is none; a rate by its two parts. Nothing: taken back."""

    revision = serializers.IntegerField(
        min_value=0, max_value=LARGEST_REVISION, help_text="Of the row as you saw it; 0 where it was not stored."
    )
    status = serializers.ChoiceField(choices=FigureStatus.choices, default=FigureStatus.FINAL)


class SupplementFiguresIn(serializers.Serializer[Any]):
    """Rows to store, all of them or none."""

    rows = SupplementFigureIn(many=True, allow_empty=False, max_length=MOST_ROWS)  # type: ignore[call-arg]


class SupplementOnRecord(serializers.Serializer[Observation]):
    """The accepted figure of the same period that counts now."""

    uid = serializers.UUIDField()
    value = Number()
    absence = serializers.ChoiceField(choices=Absence.choices)
    status = serializers.ChoiceField(choices=FigureStatus.choices)
    status_label = serializers.CharField(source="get_status_display")


class SupplementFigureRow(serializers.Serializer[Row]):
    """One row of the sheet."""

    key = serializers.CharField(help_text="Place, indicator, year and part: what findings point at.")
    division = DivisionBrief(source="figure.division")
    indicator = MeasuredBrief(source="*")
    year = serializers.IntegerField(source="figure.year")
    part = serializers.ChoiceField(choices=Part.choices, source="figure.part")
    part_label = serializers.CharField(source="figure.get_part_display")
    revision = serializers.IntegerField(source="figure.revision")
    value = Number(source="figure.value")
    numerator = Number(source="figure.numerator")
    denominator = Number(source="figure.denominator")
    absence = serializers.ChoiceField(choices=Absence.choices, source="figure.absence")
    absence_label = serializers.CharField(source="figure.get_absence_display")
    reason = serializers.CharField(source="figure.reason")
    status = serializers.ChoiceField(choices=FigureStatus.choices, source="figure.status")
    status_label = serializers.CharField(source="figure.get_status_display")
    entered = serializers.CharField(source="figure.entered", help_text="As typed.")
    entered_measure = serializers.CharField(source="figure.entered_measure")
    source: Any = serializers.CharField(source="figure.source")
    note = serializers.CharField(source="figure.note")
    answers = serializers.SerializerMethodField(help_text="Code of a warning: what the writer says to it.")
    on_record = SupplementOnRecord(allow_null=True)
    offers = FigureOffer(many=True)
    findings = FigureFlaw(source="flaws", many=True)

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_answers(self, row: Row) -> dict[str, str]:
        """Those to warnings that still speak."""
        return {flaw.code: said for flaw in row.flaws if (said := answered(row.figure, flaw))}


class SupplementSheet(serializers.Serializer[Any]):
    """All rows; none while they are being changed by another office."""

    rows = SupplementFigureRow(many=True)


class SupplementChoice(serializers.Serializer[Choice]):
    """One figure that can be given, and the accepted one that counts now."""

    division = DivisionBrief(source="asked.division")
    indicator = MeasuredBrief(source="asked")
    year = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    part_label = serializers.SerializerMethodField()
    on_record = SupplementOnRecord(allow_null=True)
    is_settled = serializers.BooleanField(help_text="A final figure is on record.")
    is_chosen = serializers.BooleanField()

    def get_part_label(self, row: Choice) -> str:
        return str(Part(row.part).label)


class SupplementChoiceSheet(serializers.Serializer[Any]):
    rows = SupplementChoice(many=True)


class SupplementActIn(serializers.Serializer[Any]):
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT,
        help_text="The reason, where the action says `needs_comment`.",
    )  # fmt: skip
