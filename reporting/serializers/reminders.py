"""Reminders as the API shows them."""

from __future__ import annotations

from rest_framework import serializers

from records.models import OutboxMessage
from reporting.models import Anchor, Audience, Reminder


class ReminderRow(serializers.Serializer[Reminder]):
    """One row of the ledger: a step of the ladder, told to one person by one channel, or overtaken by a later one."""

    uid = serializers.UUIDField(help_text="Also that of the message; a mail's Message-ID begins with it.")
    at = serializers.DateTimeField()
    due_end = serializers.DateTimeField(help_text="The first instant that was late when it was told.")
    anchor = serializers.ChoiceField(source="step.anchor", choices=Anchor.choices)
    anchor_label = serializers.CharField(source="step.get_anchor_display")
    offset = serializers.IntegerField(source="step.offset", help_text="Working days before (negative) or after.")
    audience = serializers.ChoiceField(source="step.audience", choices=Audience.choices)
    audience_label = serializers.CharField(source="step.get_audience_display")
    recipient = serializers.CharField(source="recipient.name")
    channel = serializers.ChoiceField(choices=OutboxMessage.Channel.choices)
    channel_label = serializers.CharField(source="get_channel_display")
    outcome = serializers.ChoiceField(choices=Reminder.Outcome.choices)
    outcome_label = serializers.CharField(source="get_outcome_display")
