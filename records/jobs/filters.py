"""Filters of long jobs; they live in the address."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from records.models import Job, JobQuerySet, JobState


class JobFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=JobState.choices, method="in_state")

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()

    def in_state(self, queryset: JobQuerySet, name: str, value: str) -> JobQuerySet:
        return queryset.in_state(value)
