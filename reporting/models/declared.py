"""What a pilot area declares with its report: the red lines (N6), what it commits itself to next, what became of that.

What is being written hangs on the report, what was submitted on the version; of the tasks of its plan a report keeps
nothing until it is submitted (they are read live), then how they stood.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from plans.models import Level, Plan, RedLine, Task, TaskState
from reporting.models.reports import Report
from reporting.models.versions import ReportVersion
from units.keys import new_uid

LONGEST_COMMITMENT = 300


class RedLineAnswer(models.TextChoices):
    """Whether a red line is kept; everything but a plain yes is explained."""

    KEPT = "kept", pgettext_lazy("red line", "kept")
    BREACHED = "breached", pgettext_lazy("red line", "not kept")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("red line", "does not apply here")


class CommitmentOutcome(models.TextChoices):
    """What became of a commitment by the time of the next report."""

    KEPT = "kept", pgettext_lazy("commitment", "kept")
    PARTLY = "partly", pgettext_lazy("commitment", "kept in part")
    NOT_KEPT = "not_kept", pgettext_lazy("commitment", "not kept")
    DROPPED = "dropped", pgettext_lazy("commitment", "dropped")


class Declarations(models.Model):
    """The lock of all a report declares: whoever saves says which revision they saw."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="declarations")
    revision = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.report} · {self.revision}"


class RedLineWords(models.Model):
    """What is said about one red line."""

    answer = models.CharField(_("answer"), max_length=14, choices=RedLineAnswer.choices)
    explanation = models.TextField(_("explanation"), blank=True)

    class Meta:
        abstract = True


class RedLineDeclaration(RedLineWords):
    """One red line in a report being written."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="red_lines")
    red_line = models.ForeignKey(RedLine, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["report_id", "red_line__position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "red_line"], name="red_line_declaration_once")
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.red_line}"


class VersionRedLine(RedLineWords):
    """One red line as it was declared; `name` is what it then said."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="red_lines")
    red_line = models.ForeignKey(RedLine, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.TextField()

    class Meta:
        ordering: ClassVar = ["version_id", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "red_line"], name="version_red_line_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.name}"


class CommitmentWords(models.Model):
    """One thing a pilot area undertakes until its next report. `line` names it through all versions and reports."""

    line = models.UUIDField(default=new_uid)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("commitment"), max_length=LONGEST_COMMITMENT)
    due_on = models.DateField(_("by"), null=True, blank=True)

    class Meta:
        abstract = True


class Commitment(CommitmentWords):
    """In a report being written."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="commitments")

    class Meta:
        verbose_name = _("commitment")
        ordering: ClassVar = ["report_id", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "line"], name="commitment_once")]

    def __str__(self) -> str:
        return self.text


class VersionCommitment(CommitmentWords):
    """As it was submitted."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="commitments")

    class Meta:
        ordering: ClassVar = ["version_id", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "line"], name="version_commitment_once")]

    def __str__(self) -> str:
        return self.text


class OutcomeWords(models.Model):
    """What became of one commitment of the report before, in a sentence."""

    line = models.UUIDField()
    outcome = models.CharField(_("what became of it"), max_length=8, choices=CommitmentOutcome.choices, blank=True)
    account = models.TextField(_("in a sentence"), blank=True)

    class Meta:
        abstract = True


class OutcomeDeclaration(OutcomeWords):
    """In a report being written."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="outcomes")

    class Meta:
        ordering: ClassVar = ["report_id", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "line"], name="outcome_once")]

    def __str__(self) -> str:
        return f"{self.report} · {self.get_outcome_display()}"


class VersionOutcome(OutcomeWords):
    """As it was submitted, with the commitment it answers."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="outcomes")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=LONGEST_COMMITMENT)
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["version_id", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "line"], name="version_outcome_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.text}"


class VersionPlan(models.Model):
    """How the plan of the pilot area stood on the day a version was submitted."""

    version = models.OneToOneField(ReportVersion, models.CASCADE, related_name="plan")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    day = models.DateField()
    leaves = models.PositiveIntegerField(help_text="Tasks without parts.")
    done = models.PositiveIntegerField()
    under_way = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    slipping = models.PositiveIntegerField()
    stopped = models.PositiveIntegerField()
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    def __str__(self) -> str:
        return f"{self.version} · {self.percent} %"

    @property
    def not_started(self) -> int:
        return self.leaves - self.done - self.under_way - self.stopped


class VersionTask(models.Model):
    """How one task of the plan stood then. `text`: what was said about it last since the report before."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="tasks")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=7, choices=Level.choices)
    depth = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=20, blank=True)
    name = models.TextField()
    is_leaf = models.BooleanField()
    state = models.CharField(max_length=11, choices=TaskState.choices)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    finish_by = models.DateField(null=True)
    overdue_days = models.PositiveIntegerField()
    is_slipping = models.BooleanField()
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["version_id", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "task"], name="version_task_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.mark} {self.name}".strip()
