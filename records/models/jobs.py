"""Work that takes longer than a page may: jobs with progress, and when each pass of the machinery last ran."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, Reach, ScopedQuerySet, units_for
from accounts.models import Membership
from records.subjects import Subject
from units.keys import PublicKey
from units.models import Programme, Unit


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class JobQuerySet(ScopedQuerySet["Job"]):
    def visible_to(self, actor: Actor, action: str) -> Self:
        """One's own jobs under this hat's office; everybody's where the reach has no bounds."""
        rows = super().visible_to(actor, action)
        return rows if Reach.EVERYWHERE in units_for(actor, action) else rows.filter(hat__user=actor.user)

    def in_state(self, state: str) -> JobQuerySet:
        """The rows whose `state` is this one."""
        return {
            JobState.DONE: self.filter(done_at__isnull=False),
            JobState.FAILED: self.filter(failed_at__isnull=False),
            JobState.CANCELLED: self.filter(cancelled_at__isnull=False),
            JobState.RUNNING: self.open().filter(claimed_at__isnull=False),
            JobState.WAITING: self.open().filter(claimed_at__isnull=True),
        }[JobState(state)]

    def open(self) -> JobQuerySet:
        """Neither done, failed nor cancelled."""
        return self.filter(done_at__isnull=True, failed_at__isnull=True, cancelled_at__isnull=True)


class Job(PublicKey):
    """Something long that a person asked for. What it does is a named function of `records.jobs`, `params` its input.

    State is told by the columns. A job whose worker died is claimed again when its heartbeat (`beat_at`) is old.
    """

    kind = models.SlugField(max_length=40)
    params = models.JSONField(default=dict, blank=True)
    label = models.CharField(max_length=300, blank=True, help_text="What it is about, in the words of the asker.")
    hat = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Where the outcome is to be seen.")
    again_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="tried_again")

    objects: ClassVar = JobQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit")

    class Meta:
        verbose_name = _("job")
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True, cancelled_at__isnull=True),
                name="job_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"

    @property
    def state(self) -> JobState:
        if self.cancelled_at is not None:
            return JobState.CANCELLED
        if self.failed_at is not None:
            return JobState.FAILED
        if self.done_at is not None:
            return JobState.DONE
        return JobState.WAITING if self.claimed_at is None else JobState.RUNNING

    @property
    def ended_at(self) -> dt.datetime | None:
        return self.done_at or self.failed_at or self.cancelled_at

    def as_subject(self, *, internal: bool = False) -> Subject:
        return Subject("job", self.uid, self.label, programme=self.programme, unit=self.unit)


class PassRecord(models.Model):
    """When a pass (an entry of beat) last ran, and how it went: one row for each name."""

    name = models.CharField(max_length=60, unique=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True, help_text="When it last found something to do.")
    count = models.BigIntegerField(default=0, help_text="How much it did when it last found something.")
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    runs = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
