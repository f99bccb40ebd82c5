"""Plans as the API shows them, and what it takes to carry one out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from pilots.models import Capacity
from pilots.serializers import PilotBrief, UnitBrief
from reporting.deadlines.differences import Outcome, Row
from reporting.models import CycleKind
from reporting.serializers.clock import ClockTime
from reporting.services.hurrying import LONGEST_REASON, MOST_HOURS, Hurry
from reporting.services.planning import PeriodPlan, YearPlan

HURRY = "Why the senders get less than the least time to fill in. Needed only then, and from a lead; they read it."
BURDEN = "Hours one report takes, by the asker's estimate; needed with `hurry_reason`."


class HurryIn(serializers.Serializer[Any]):
    """Why there is little time, where there is."""

    hurry_reason = serializers.CharField(max_length=LONGEST_REASON, default="", allow_blank=True, help_text=HURRY)
    burden_hours = serializers.DecimalField(
        max_digits=6,
        decimal_places=1,
        min_value=Decimal(0),
        max_value=MOST_HOURS,
        default=None,
        allow_null=True,
        help_text=BURDEN,
    )


class PlanIn(HurryIn):
    """Carry out what was shown."""

    digest = serializers.CharField(max_length=64, help_text="The `digest` of the plan that was read.")

    @property
    def hurry(self) -> Hurry:
        given = self.validated_data
        return Hurry(given["hurry_reason"], given["burden_hours"])


class DifferenceCounts(serializers.Serializer[Any]):
    """How many dues are, or were, added, moved, removed, kept because somebody has begun, and left as they are."""

    add = serializers.IntegerField()
    move = serializers.IntegerField()
    remove = serializers.IntegerField()
    kept = serializers.IntegerField()
    same = serializers.IntegerField()


class OwingRow(serializers.Serializer[Any]):
    """So many will owe in a capacity to one receiver."""

    capacity = serializers.ChoiceField(choices=Capacity.choices)
    capacity_label = serializers.CharField()
    receiver = UnitBrief()
    count = serializers.IntegerField()


class PeriodRow(serializers.Serializer[PeriodPlan]):
    """One period of a plan. `cycle` is empty where nothing exists yet."""

    kind = serializers.ChoiceField(choices=CycleKind.choices)
    kind_label = serializers.CharField(source="label")
    cycle = serializers.UUIDField(source="cycle.uid", default=None, allow_null=True)
    opens_on = serializers.DateField()
    pilots_due_on = serializers.DateField(source="timetable.dates.pilots_due_on")
    compilers_due_on = serializers.DateField(source="timetable.dates.compilers_due_on")
    date_source = serializers.CharField(source="timetable.source")
    is_ours = serializers.BooleanField(
        source="timetable.is_ours", help_text="The dates are the portal's own proposal: no document says so."
    )
    is_past = serializers.BooleanField(help_text="All of it was due before today: the plan leaves it alone.")
    has_work = serializers.BooleanField(help_text="Something is to be made or changed.")
    provisional_years = serializers.ListField(child=serializers.IntegerField(), source="timetable.provisional_years")
    fill_days = serializers.IntegerField(
        source="time.days",
        default=None,
        allow_null=True,
        help_text="Working days the first of those added or moved have to fill in.",
    )
    least_fill_days = serializers.IntegerField(source="time.least", default=None, allow_null=True)
    needs_reason = serializers.BooleanField(help_text="They have less than the least: `hurry_reason` is needed.")
    counts = DifferenceCounts(source="differences.counts")
    owing = serializers.SerializerMethodField()

    def get_owing(self, period: PeriodPlan) -> list[dict[str, Any]]:
        rows = [
            {"capacity": capacity, "capacity_label": Capacity(capacity).label, "receiver": unit, "count": count}
            for capacity, unit, count in period.differences.by_receiver()
        ]
        return list(OwingRow(rows, many=True).data)


class PlanDetail(serializers.Serializer[YearPlan]):
    """Who will owe what in a year, and what carrying it out would change. `digest` says which plan that is."""

    programme = serializers.CharField(source="programme.code")
    year = serializers.IntegerField()
    digest = serializers.CharField()
    needs_reason = serializers.BooleanField(help_text="Some senders get less than the least time.")
    provisional_years = serializers.ListField(
        child=serializers.IntegerField(), help_text="Years whose public holidays are not announced: dates may move."
    )
    periods = PeriodRow(many=True)


class PlanRow(serializers.Serializer[Row]):
    """One due: what is wanted, and what stands. No receiver: it is owed no more."""

    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    unit = UnitBrief()
    pilot_area = PilotBrief(allow_null=True)
    capacity = serializers.ChoiceField(choices=Capacity.choices)
    receiver = UnitBrief(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    due_time = ClockTime(allow_null=True)
    receiver_before = UnitBrief(allow_null=True)
    due_on_before = serializers.DateField(allow_null=True)
    due_time_before = ClockTime(allow_null=True)


class CyclePlanDetail(PeriodRow):
    """What one cycle owes against what it should owe; the first fifty dues of each outcome."""

    digest = serializers.CharField()
    year = serializers.IntegerField()
    rows = PlanRow(many=True, source="first_rows")
