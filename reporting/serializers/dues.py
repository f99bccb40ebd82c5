"""What is due, calendar subscriptions and timeliness as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.models import Capacity
from pilots.serializers import PilotBrief, UnitBrief
from reporting.due_calendar import Counts, Day, Month, state_of
from reporting.filters.dues import STATES
from reporting.models import CalendarFeed, DueScope, FeedState, Report
from reporting.serializers.clock import ClockTime
from reporting.serializers.reports import STATES_SHOWN, CycleBrief
from reporting.services.feeds import LONGEST_NAME, acts
from reporting.timeliness import OUTCOMES, Timeliness, days_late

OUTCOME_WORDS = dict(OUTCOMES)


class ReportNamed(serializers.Serializer[Report]):
    uid = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES_SHOWN)


class DueRow(serializers.Serializer[Report]):
    """What one unit owes to another by when. Days are working days by the calendar of the unit that owes."""

    uid = serializers.UUIDField(source="due.uid")
    report = ReportNamed(source="*")
    cycle = CycleBrief(source="due.cycle")
    unit = UnitBrief(source="due.unit")
    receiver = UnitBrief(source="due.receiver")
    pilot_area = PilotBrief(source="due.pilot_area", allow_null=True)
    capacity = serializers.ChoiceField(source="due.capacity", choices=Capacity.choices)
    capacity_label = serializers.CharField(source="due.get_capacity_display")
    first_due_on = serializers.DateField(source="due.first_due_on", help_text="The date given first.")
    due_on = serializers.DateField(source="due.due_on", help_text="The date as it stands now.")
    due_time = ClockTime(source="due.due_time", allow_null=True, help_text="Beijing time; null: the whole day.")
    due_end = serializers.DateTimeField(source="due.due_end", help_text="The first instant that is late.")
    dated_at = serializers.DateTimeField(source="due.dated_at", help_text="When the present date was given.")
    days_left = serializers.IntegerField(source="due.days_left", help_text="Working days; negative when passed.")
    is_overdue = serializers.BooleanField()
    days_late = serializers.IntegerField()
    is_exempt = serializers.BooleanField(help_text="Nothing was sent, and nothing is expected.")
    state = serializers.SerializerMethodField()

    @extend_schema_field(
        serializers.ChoiceField(choices=STATES, help_text="How the due stands; `overdue` goes before `owed`.")
    )
    def get_state(self, report: Report) -> str:
        return state_of(report)


class CountsRow(serializers.Serializer[Counts]):
    """How many reports are due; each is owed, in or exempt, and `overdue` are among those owed."""

    count = serializers.IntegerField()
    units = serializers.IntegerField(help_text="How many units owe them.")
    owed = serializers.IntegerField()
    overdue = serializers.IntegerField()
    answered = serializers.IntegerField(help_text="In: with the receiver, or accepted.")
    exempt = serializers.IntegerField()


class DayRow(serializers.Serializer[Day]):
    """One day of the month, by the calendar of one's own office."""

    day = serializers.DateField()
    is_working = serializers.BooleanField()
    is_day_off = serializers.BooleanField(help_text="Off although Monday to Friday.")
    is_make_up = serializers.BooleanField(help_text="Worked although Saturday or Sunday.")
    counts = CountsRow()


class MonthDetail(serializers.Serializer[Month]):
    """A month and what is due on each of its days."""

    month = serializers.SerializerMethodField()
    is_provisional = serializers.BooleanField(help_text="The public holidays of its year are not announced yet.")
    days = DayRow(many=True)

    def get_month(self, month: Month) -> str:
        return f"{month.first:%Y-%m}"


class FeedIn(serializers.Serializer[CalendarFeed]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    scope = serializers.ChoiceField(choices=DueScope.choices, default=DueScope.OWN)


class FeedAct(serializers.Serializer[Any]):
    name = serializers.CharField()
    label: Any = serializers.CharField()


class FeedRow(serializers.Serializer[CalendarFeed]):
    """A subscription, without its address, which nobody can read again."""

    uid = serializers.UUIDField()
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=DueScope.choices)
    scope_label = serializers.CharField(source="get_scope_display")
    unit = UnitBrief(source="hat.unit")
    role = serializers.CharField(source="hat.role")
    language = serializers.CharField()
    prefix = serializers.CharField(help_text="The part of the address between `pf_` and the secret.")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    last_used_from = serializers.CharField(help_text="Network address.")
    revoked_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=FeedState.choices)
    state_label = serializers.CharField(source="state.label")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(FeedAct(many=True))
    def get_actions(self, feed: CalendarFeed) -> Any:
        return [{"name": name, "label": str(label)} for name, label in acts(feed)]


class FeedMade(FeedRow):
    address = serializers.SerializerMethodField(help_text="Where a calendar program finds it; in this answer only.")

    @extend_schema_field(serializers.URLField())
    def get_address(self, feed: CalendarFeed) -> str:
        return str(self.context["address"])


class TimelinessRow(serializers.Serializer[Timeliness]):
    """How the reports of one period and capacity came in. Days are working days by each sender's calendar.

    Each report is counted in exactly one of `first`, `later`, `late`, `missing`, `open` and `exempt`.
    """

    cycle = CycleBrief()
    capacity = serializers.ChoiceField(choices=Capacity.choices)
    capacity_label = serializers.CharField(source="capacity.label")
    expected = serializers.IntegerField(help_text="All but the exempt.")
    submitted = serializers.IntegerField(help_text="The sum of `first`, `later` and `late`.")
    first = serializers.IntegerField(help_text="First submitted by the date given first.")
    later = serializers.IntegerField(help_text="After it, but by a later date that had been given by then.")
    late = serializers.IntegerField(help_text="After the date that stood then.")
    median_days_late = serializers.FloatField(allow_null=True)
    longest_days_late = serializers.IntegerField(allow_null=True)
    missing = serializers.IntegerField(help_text="Not in, and the date has passed.")
    open = serializers.IntegerField(help_text="Not in, and not due yet.")
    exempt = serializers.IntegerField()
    overdue_again = serializers.IntegerField(help_text="Of those submitted: returned, and overdue again.")
    returns = serializers.IntegerField(help_text="How often reports were returned.")
    returned = serializers.IntegerField(help_text="How many reports that were.")
    extensions = serializers.IntegerField(help_text="How often more time was given.")
    extended = serializers.IntegerField(help_text="How many reports that were.")


class SenderTimeliness(serializers.Serializer[Any]):
    """How one report of a period came in."""

    report = ReportNamed(source="*")
    unit = UnitBrief(source="due.unit")
    receiver = UnitBrief(source="due.receiver")
    capacity = serializers.ChoiceField(source="due.capacity", choices=Capacity.choices)
    first_due_on = serializers.DateField(source="due.first_due_on")
    due_on = serializers.DateField(source="due.due_on")
    submitted_at = serializers.DateTimeField(
        allow_null=True, help_text="Of the first submission that was not recalled."
    )
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    outcome_label = serializers.SerializerMethodField()
    days_late = serializers.SerializerMethodField()
    returns = serializers.IntegerField()
    extensions = serializers.IntegerField()

    def get_outcome_label(self, row: Any) -> str:
        return str(OUTCOME_WORDS[row.outcome])

    def get_days_late(self, row: Any) -> int | None:
        return days_late(row)
