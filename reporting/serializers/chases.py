"""Chases and calls as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from pilots.serializers import UnitBrief
from reporting.chases import Chasing
from reporting.models import Chase
from reporting.services.chasing import LONGEST_NAME, LONGEST_NOTE, NotChased


class ReportBrief(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    title = serializers.CharField()


class ChaseRow(serializers.Serializer[Chase]):
    """A chase by message, or a call that was written down."""

    uid = serializers.UUIDField()
    report = ReportBrief(source="due.report")
    sender = UnitBrief(source="due.unit")
    means = serializers.ChoiceField(choices=Chase.Means.choices)
    means_label = serializers.CharField(source="get_means_display")
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()
    note = serializers.CharField(help_text="Of a message: what was written to the sender. Of a call: kept inside.")
    spoken_to = serializers.CharField()
    promised_on = serializers.DateField(allow_null=True)


class ChaseIn(serializers.Serializer[Any]):
    """Whom to chase: reports the reader's unit receives."""

    reports = serializers.ListField(child=serializers.UUIDField(), help_text="`uid` of reports; at most 500.")
    note = serializers.CharField(
        max_length=LONGEST_NOTE, required=False, allow_blank=True, default="", help_text="Written to the senders."
    )


class NotChasedRow(serializers.Serializer[NotChased]):
    """A report that was passed over, and why."""

    report = ReportBrief()
    code = serializers.CharField(help_text="`not_owed`, `not_open`, `too_soon` or `nobody`.")
    reason = serializers.CharField()
    again_at = serializers.DateTimeField(allow_null=True, help_text="Of `too_soon`: from when it can be chased again.")


class ChasedDetail(serializers.Serializer[Any]):
    chased = ChaseRow(source="rows", many=True)
    not_chased = NotChasedRow(source="passed_over", many=True)


class CallIn(serializers.Serializer[Any]):
    """A call about one report. The sender reads that there was one and what was promised, nothing else."""

    spoken_to = serializers.CharField(max_length=LONGEST_NAME)
    promised_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="From today on, at most a year ahead."
    )
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class ChasingBrief(serializers.Serializer[Chasing]):
    """What is to chase in a row of the overview; only for the unit that receives."""

    can_chase = serializers.BooleanField(help_text="Owed, in a period that is open, and somebody would get it.")
    last_at = serializers.DateTimeField(source="last.at", default=None, allow_null=True)
    promised_on = serializers.DateField(source="promise.promised_on", default=None, allow_null=True)
    has_drafter = serializers.BooleanField(allow_null=True, help_text="`null` where nothing is owed.")
    reaches_somebody = serializers.BooleanField(allow_null=True, help_text="`false`: nobody would get the message.")
