"""The calendar of working days as the API shows it and takes it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from pilots.serializers import UnitBrief
from staff.announcements import LONGEST_NAME, LONGEST_TEXT
from staff.rules import LONGEST_REASON
from staff.services.working_days import LONGEST_SOURCE
from staff.working_days import Layer, Span, WorkingYear
from units.models import AnnouncedYear, CalendarDay


class SpanRow(serializers.Serializer[Span]):
    """Days on end that are no ordinary ones. `uid` is there for a day that was entered by itself."""

    first = serializers.DateField()
    last = serializers.DateField()
    is_working = serializers.BooleanField()
    name = serializers.CharField()
    source: Any = serializers.CharField(help_text="Which announcement or decision says so.")
    layer = serializers.ChoiceField(choices=Layer.choices, help_text="Who says so; each lies over the one before.")
    layer_label = serializers.CharField(source="layer.label")
    is_in_force = serializers.BooleanField(help_text="`false`: a layer above says otherwise.")
    uid = serializers.UUIDField(source="row.uid", default=None, allow_null=True)
    can_remove = serializers.BooleanField()


class AnnouncementRow(serializers.Serializer[AnnouncedYear]):
    """A year that was entered because the library did not know it."""

    year = serializers.IntegerField()
    source: Any = serializers.CharField()
    version = serializers.IntegerField()


class WorkingYearDetail(serializers.Serializer[WorkingYear]):
    """A year by the calendar of the reader's unit. Days not named are working days from Monday to Friday."""

    year = serializers.IntegerField()
    unit = UnitBrief()
    is_provisional = serializers.BooleanField(
        help_text="Nobody has announced its public holidays yet: Monday to Friday stand in."
    )
    announcement = AnnouncementRow(allow_null=True)
    working_days = serializers.IntegerField(help_text="How many the year has.")
    can_announce = serializers.BooleanField()
    spans = SpanRow(many=True)


class AnnouncementIn(serializers.Serializer[Any]):
    """A year's announcement: one line for each span, as `2027-02-05 至 2027-02-11 休 春节` or `2027-02-20 班 春节`."""

    lines = serializers.CharField(
        max_length=LONGEST_TEXT, help_text="`休` or `off` for days off, `班` or `work` for make-up days."
    )
    source: Any = serializers.CharField(max_length=LONGEST_SOURCE)


class DaysIn(serializers.Serializer[Any]):
    """Days that are not what the calendar says so far."""

    day = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text="The last; else one day.")
    is_working = serializers.BooleanField()
    name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True, default="")
    source: Any = serializers.CharField(max_length=LONGEST_SOURCE)


class CalendarDayRow(serializers.Serializer[CalendarDay]):
    """A day that was entered. No unit: for everybody."""

    uid = serializers.UUIDField()
    unit = UnitBrief(allow_null=True)
    day = serializers.DateField()
    is_working = serializers.BooleanField()
    name = serializers.CharField()
    source: Any = serializers.CharField()


class DaysEntered(serializers.Serializer[Any]):
    days = CalendarDayRow(many=True)


class RemovalIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON)
