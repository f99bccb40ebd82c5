"""Rules for dates, what goes with them and the ladder as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from pilots.models import Capacity
from pilots.serializers import UnitBrief
from portal.errors import Finding
from reporting.date_rules import Offer, ShownRule
from reporting.deadlines.facts import LONGEST_SOURCE, MOST_AFTER_HOLIDAY, MOST_WORKING_DAYS, OFFICE_ZONE, RuleFacts
from reporting.deadlines.wording import Yield, step_words
from reporting.models import (
    REPORT_KINDS,
    Anchor,
    Audience,
    DateFunction,
    DeadlinePolicy,
    OnNonWorking,
    ReminderStep,
)
from reporting.serializers.clock import ClockTime
from reporting.services.ladders import BOUNDS, FARTHEST_STEP, MOST_STEPS, Ladder, StepInput

OURS = "The portal's own proposal: no document says so."


class RuleYield(serializers.Serializer[Yield]):
    """The date a rule gives for the period of a year, by everybody's calendar; an office's closures can move it."""

    year = serializers.IntegerField()
    due_on = serializers.DateField(source="moment.day", default=None, allow_null=True)
    due_time = ClockTime(source="moment.time", default=None, allow_null=True, help_text="Office time; null: all day.")
    due_end = serializers.DateTimeField(
        source="moment.end", default=None, allow_null=True, help_text="The first instant that is late."
    )
    is_provisional = serializers.BooleanField(help_text="The public holidays of that year are not announced yet.")
    fault = serializers.CharField(help_text="Why there is no date; empty where there is one.")


class RuleOffer(serializers.Serializer[Offer]):
    """What the reader may do now."""

    name = serializers.CharField()
    label: Any = serializers.CharField()


class DateRuleRow(serializers.Serializer[ShownRule]):
    """A rule for due dates, in words and in figures, with the dates it gives this year and the next."""

    uid = serializers.UUIDField(source="rule.uid")
    programme = serializers.CharField(source="rule.programme.code")
    setter = UnitBrief(source="rule.setter", help_text="The owner of the programme, or an office for its own senders.")
    kind = serializers.ChoiceField(source="rule.kind", choices=REPORT_KINDS)
    kind_label = serializers.CharField(source="rule.get_kind_display")
    capacity = serializers.ChoiceField(source="rule.capacity", choices=Capacity.choices)
    capacity_label = serializers.CharField(source="rule.get_capacity_display")
    words = serializers.CharField()
    function = serializers.ChoiceField(source="rule.function", choices=DateFunction.choices)
    function_label = serializers.CharField(source="rule.get_function_display")
    month = serializers.IntegerField(source="rule.month", allow_null=True)
    day = serializers.IntegerField(source="rule.day", allow_null=True)
    weekday = serializers.IntegerField(source="rule.weekday", allow_null=True, help_text="0 is Monday.")
    nth = serializers.IntegerField(source="rule.nth", allow_null=True, help_text="1 to 4, or -1 for the last.")
    after = serializers.UUIDField(
        source="followed.uid", default=None, allow_null=True, help_text="The rule it counts from."
    )
    working_days = serializers.IntegerField(source="rule.working_days", allow_null=True)
    year_offset = serializers.IntegerField(source="rule.year_offset")
    time_of_day = ClockTime(source="rule.time_of_day", allow_null=True)
    zone = serializers.CharField(source="rule.zone")
    on_non_working = serializers.ChoiceField(source="rule.on_non_working", choices=OnNonWorking.choices)
    on_non_working_label = serializers.CharField(source="rule.get_on_non_working_display")
    after_holiday_days = serializers.IntegerField(source="rule.after_holiday_days", allow_null=True)
    is_ours = serializers.BooleanField(source="rule.is_ours", help_text=OURS)
    source: Any = serializers.CharField(source="rule.source")
    version = serializers.IntegerField(source="rule.version", help_text="Send it in If-Match with a change.")
    yields = RuleYield(many=True)
    actions = RuleOffer(many=True)


def _number(least: int, most: int, help_text: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=least, max_value=most, required=False, allow_null=True, default=None, help_text=help_text
    )


class DateRuleFactsIn(serializers.Serializer[RuleFacts]):
    """All of a rule. What the chosen function has no use for stays away or null: else it is refused."""

    function = serializers.ChoiceField(
        choices=DateFunction.choices,
        help_text="`fixed_date`: month, day. `nth_weekday`: month, weekday, nth. `after_due`: after, working_days.",
    )
    month = _number(1, 12)
    day = _number(1, 31, "29 February is the last day of February in a year that has none.")
    weekday = _number(0, 6, "0 is Monday.")
    nth = _number(-1, 4, "1 to 4, or -1 for the last.")
    after = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="uid of the rule it counts from: one's own, the owner's, or that of the office one reports to.",
    )
    working_days = _number(-MOST_WORKING_DAYS, MOST_WORKING_DAYS, "Negative: before it.")
    year_offset = serializers.IntegerField(
        min_value=-1, max_value=1, default=0, help_text="Years after that of the period."
    )
    time_of_day = ClockTime(required=False, allow_null=True, default=None, help_text="Null: until the end of the day.")
    zone = serializers.CharField(max_length=60, default=OFFICE_ZONE, help_text="Of the time: a name of the IANA list.")
    on_non_working = serializers.ChoiceField(choices=OnNonWorking.choices, default=OnNonWorking.NEXT)
    after_holiday_days = _number(1, MOST_AFTER_HOLIDAY, "With `after_holiday` only: 1 is the first working day.")
    source: Any = serializers.CharField(
        max_length=LONGEST_SOURCE, help_text="The document that sets this, or who decided it."
    )
    end_own_rules = serializers.BooleanField(
        default=False,
        help_text="End offices' own rules that would then be later than what these offices owe.",
    )


class DateRuleIn(DateRuleFactsIn):
    """A rule where the office has none yet."""

    kind = serializers.ChoiceField(choices=REPORT_KINDS)
    capacity = serializers.ChoiceField(choices=Capacity.choices)


class PolicyDetail(serializers.Serializer[DeadlinePolicy]):
    """What goes with all due dates of a programme. `version` is what PUT takes in If-Match."""

    programme = serializers.CharField(source="programme.code")
    open_days_before = serializers.IntegerField(help_text="A period opens this many days before the first due date.")
    least_fill_days = serializers.IntegerField(help_text="Least time to fill in, in working days.")
    return_days = serializers.IntegerField(help_text="A return is due again after this many working days.")
    chase_again_hours = serializers.IntegerField()
    send_at = ClockTime(help_text="Reminders go out at this office time.")
    is_ours = serializers.BooleanField(help_text=OURS)
    source: Any = serializers.CharField()
    version = serializers.IntegerField()


def _bounded(name: str) -> serializers.IntegerField:
    least, most = BOUNDS[name]
    return serializers.IntegerField(min_value=least, max_value=most)


class PolicyIn(serializers.Serializer[DeadlinePolicy]):
    """The whole policy."""

    open_days_before = _bounded("open_days_before")
    least_fill_days = _bounded("least_fill_days")
    return_days = _bounded("return_days")
    chase_again_hours = _bounded("chase_again_hours")
    send_at = ClockTime()
    source: Any = serializers.CharField(max_length=LONGEST_SOURCE)


class ReminderStepRow(serializers.Serializer[ReminderStep]):
    """One step: when, counted from what, and who is told."""

    uid = serializers.UUIDField()
    anchor = serializers.ChoiceField(choices=Anchor.choices)
    anchor_label = serializers.CharField(source="get_anchor_display")
    offset = serializers.IntegerField(help_text="Working days; negative before.")
    audience = serializers.ChoiceField(choices=Audience.choices)
    audience_label = serializers.CharField(source="get_audience_display")
    words = serializers.SerializerMethodField()
    is_ours = serializers.BooleanField(help_text=OURS)

    def get_words(self, step: ReminderStep) -> str:
        return step_words(step)


class LadderWarning(serializers.Serializer[Finding]):
    """What is allowed and probably not meant."""

    code = serializers.CharField()
    message = serializers.CharField()


class LadderDetail(serializers.Serializer[Ladder]):
    """The ladder of reminders of a programme. `version` is what PUT takes in If-Match."""

    programme = serializers.CharField(source="programme.code")
    version = serializers.IntegerField()
    steps = ReminderStepRow(many=True)
    warnings = LadderWarning(many=True)


class ReminderStepIn(serializers.Serializer[StepInput]):
    """One step."""

    anchor = serializers.ChoiceField(choices=Anchor.choices)
    offset = serializers.IntegerField(min_value=-FARTHEST_STEP, max_value=FARTHEST_STEP)
    audience = serializers.ChoiceField(choices=Audience.choices)


class LadderIn(serializers.Serializer[Ladder]):
    """The whole ladder: steps that are not in it are retired."""

    steps = serializers.ListField(child=ReminderStepIn(), max_length=MOST_STEPS)
