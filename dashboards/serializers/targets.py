"""Tallies and positions as the API shows them: figures as strings, verdicts with their reasons."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dashboards import words
from dashboards.tallies import Tally
from indicators.calculations import Reason, Verdict
from indicators.measures import Measure
from indicators.models import Comparison, IndicatorVersion, Position
from indicators.serializers.catalogue import IndicatorBrief
from indicators.serializers.standing import Number

NONE: tuple[tuple[str, str], ...] = (("", ""),)
VERDICTS: tuple[tuple[str, Any], ...] = (*NONE, *Verdict.choices)


class TallyOut(serializers.Serializer[Tally]):
    """How many targets stand how. Of each pilot area and indicator the target that falls due next."""

    off_track = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    on_track = serializers.IntegerField()
    ahead = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Nobody can judge them yet.")
    judged = serializers.IntegerField(help_text="All but the unknown.")
    total = serializers.IntegerField()
    fell = serializers.IntegerField(help_text="Of those judged: worse than with the figure before.")
    rose = serializers.IntegerField(help_text="Better.")


class SideOut(serializers.Serializer[dict[str, Any]]):
    """The same of one indicator, sender, batch, category or region."""

    key = serializers.CharField(
        allow_blank=True, help_text="As the filters take it: code, `uid`, number, category or region; may be empty."
    )
    name = serializers.CharField(allow_blank=True)
    tally = TallyOut()


class DashboardOut(serializers.Serializer[dict[str, Any]]):
    """Where the targets below an office stand."""

    office: Any = serializers.CharField(help_text="From where one looks: your office, or the programme's owner.")
    office_uid = serializers.UUIDField()
    finding = serializers.CharField()
    whole = TallyOut()
    indicators = SideOut(many=True)
    senders = SideOut(many=True)
    batches = SideOut(many=True)
    categories = SideOut(many=True)
    regions = SideOut(many=True)


class PositionRow(serializers.Serializer[Position]):
    """Where one pilot area stands on one indicator today: the latest figure against the target that matters most."""

    pilot_area = serializers.UUIDField(source="pilot.pilot_area.uid")
    pilot_area_name = serializers.CharField(source="pilot.pilot_area.name")
    batch = serializers.IntegerField(source="pilot.batch.number", allow_null=True, default=None)
    indicator = IndicatorBrief()
    measure = serializers.SerializerMethodField(help_text="The unit of value, expected value, gap and target.")
    verdict = serializers.ChoiceField(choices=VERDICTS, help_text="Empty: no target is on record.")
    reason = serializers.ChoiceField(choices=[*NONE, *Reason.choices])
    verdict_label = serializers.SerializerMethodField()
    value = Number(help_text="Null where nobody has given a number.")
    figure_on = serializers.DateField(allow_null=True, help_text="The last day of the figure's period.")
    figure = serializers.UUIDField(allow_null=True, help_text="`uid` of a row of `observations/`.")
    is_reported = serializers.BooleanField(help_text="Accepted in the programme; else from a published series.")
    expected = Number(help_text="What the path to the target asks for on that day.")
    gap = Number(help_text="+ is better, whichever way is better.")
    gap_years = Number(help_text="The gap in years on the path.")
    comparison = serializers.ChoiceField(choices=[*NONE, *Comparison.choices])
    target = Number()
    target_to = Number(help_text="The upper end of a range.")
    due_on = serializers.DateField(allow_null=True)
    before_verdict = serializers.ChoiceField(
        choices=VERDICTS, help_text="What the figure before the latest said on its own day."
    )
    before_value = Number()
    before_on = serializers.DateField(allow_null=True)
    change = serializers.IntegerField(help_text="Steps better (+) or worse (-) since then.")
    is_demo = serializers.BooleanField()

    def get_measure(self, row: Position) -> str:
        versions: dict[int, IndicatorVersion] = self.context["meant"]
        return str(Measure(versions[row.indicator_id].measure).value)

    def get_verdict_label(self, row: Position) -> str:
        return words.verdict_chip(row).get("text", "")
