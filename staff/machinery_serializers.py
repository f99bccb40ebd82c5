"""The machinery as the API shows it: passes, the broker's queues, long jobs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from staff.services.machinery import Broker, PassState, QueueState
from staff.services.operations import JobsState


class PassRow(serializers.Serializer[PassState]):
    """One pass of the machinery: how often it should run, and when it last did."""

    name = serializers.CharField()
    name_label: Any = serializers.CharField(source="label")
    every_seconds = serializers.SerializerMethodField(help_text="The longest time between two runs.")
    late = serializers.BooleanField(help_text="It has not run when it should have.")
    failing = serializers.BooleanField(help_text="Its last run failed.")
    begun_at = serializers.DateTimeField(source="record.begun_at", default=None, allow_null=True)
    ended_at = serializers.DateTimeField(
        source="record.ended_at", default=None, allow_null=True, help_text="To the minute where it did nothing."
    )
    worked_at = serializers.DateTimeField(
        source="record.worked_at", default=None, allow_null=True, help_text="When it last found something to do."
    )
    count = serializers.IntegerField(source="record.count", default=0, help_text="How much it did then.")
    failed_at = serializers.DateTimeField(source="record.failed_at", default=None, allow_null=True)
    error = serializers.CharField(source="record.error", default="")

    def get_every_seconds(self, state: PassState) -> int:
        return int(state.interval.total_seconds())


class QueueRow(serializers.Serializer[QueueState]):
    name = serializers.CharField()
    waiting = serializers.IntegerField()
    late = serializers.BooleanField(help_text="So many wait that no worker can be taking them.")


class BrokerRow(serializers.Serializer[Broker]):
    """The broker's queues. `error`: why it could not be asked; empty where it answered."""

    error = serializers.CharField()
    in_hand = serializers.IntegerField(help_text="Tasks that workers hold.")
    queues = QueueRow(many=True)


class JobsRow(serializers.Serializer[JobsState]):
    """Long jobs of everybody."""

    waiting = serializers.IntegerField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="They wait, and none runs.")
    running = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Within a week.")
