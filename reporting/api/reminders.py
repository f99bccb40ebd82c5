"""The reminders sent for one report."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView

from reporting.api.base import ReportApiView
from reporting.models import Reminder
from reporting.reminders.reading import reminders_of
from reporting.serializers.reminders import ReminderRow


class ReportReminders(ReportApiView, ListAPIView[Reminder]):
    """The reminders of one report, newest first: to its own unit all of them, to others what the receiver was told."""

    queryset = Reminder.objects.none()
    serializer_class = ReminderRow

    def get_queryset(self) -> QuerySet[Reminder]:
        return reminders_of(self.report_or_404(self.kwargs["uid"]), self.actor)
