"""Addresses of the calendar of working days, under /working-days/."""

from __future__ import annotations

from django.urls import path

from staff.views import working_days

urlpatterns = [
    path("", working_days.WorkingDaysView.as_view(), name="working-days"),
    path("announce/<int:year>/", working_days.AnnounceView.as_view(), name="working-days-announce"),
    path("days/enter/", working_days.EnterDaysView.as_view(), name="working-days-enter"),
    path("calendar-days/<uuid:uid>/remove/", working_days.RemoveDayView.as_view(), name="working-days-remove"),
]
