"""What was submitted, what the receiver said to it, and what a compiled report stands on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from pilots.models import Capacity
from records.models import Seal
from reporting.models.cycles import CycleKind, Due, TemplateSection
from reporting.models.reports import Report
from units.keys import PublicKey


class VersionQuerySet(ScopedQuerySet["ReportVersion"]):
    def copied(self) -> VersionQuerySet:
        """What reviewing departments may read (N15): compiled reports the owner of the programme accepted."""
        return self.filter(
            report__accepted_version=models.F("pk"),
            report__due__capacity=Capacity.COMPILER,
            report__due__receiver=models.F("report__due__cycle__programme__owner"),
        ).exclude(report__due__cycle__kind=CycleKind.CONTACTS)


class ReportVersion(PublicKey):
    """What was submitted: immutable text in columns, a seal for proof, a receipt number, and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("with the receiver")
        RECALLED = "recalled", _("recalled")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    seal = models.OneToOneField(Seal, models.PROTECT, related_name="+")
    receipt_number = models.CharField(_("receipt number"), max_length=40, unique=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    due_end = models.DateTimeField(help_text="The due instant at the time of submission.")
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)

    objects: ClassVar = VersionQuerySet.as_manager()
    ACCESS = AccessPaths(
        programme="report__due__cycle__programme",
        unit="report__due__unit",
        receiver="report__due__receiver",
        chain="report__due__chain",
    )

    class Meta:
        ordering: ClassVar = ["report_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="version_one_per_number"),
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(outcome="waiting"),
                name="version_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def was_late(self) -> bool:
        return self.submitted_at >= self.due_end


class VersionSection(models.Model):
    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="sections")
    section = models.ForeignKey(TemplateSection, models.PROTECT, related_name="+")
    html = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["version_id", "section__position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "section"], name="version_section_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.section}"


class SectionRemark(models.Model):
    """What the receiver says about one section when returning a version."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="remarks")
    section = models.ForeignKey(TemplateSection, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["version_id", "section__position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "section"], name="section_remark_once")]

    def __str__(self) -> str:
        return f"{self.section}: {self.text}"


class Standing(models.TextChoices):
    """How one expected report stood when a compiled version was submitted."""

    ACCEPTED = "accepted", _("accepted")
    SUBMITTED = "submitted", _("submitted, not accepted yet")
    LATE = "late", _("accepted, submitted late")
    WITHDRAWN = "withdrawn", _("withdrawn since")
    MISSING = "missing", _("missing")
    EXEMPT = "exempt", _("exempt")


class Basis(models.Model):
    """What a compiled report stands on: for each expected due, the version used, or that there was none.

    Rows without `version` belong to the working draft; on submission they are copied to the sealed version.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="basis")
    version = models.ForeignKey(ReportVersion, models.CASCADE, null=True, blank=True, related_name="basis")
    due = models.ForeignKey(Due, models.PROTECT, related_name="+")
    used = models.ForeignKey(ReportVersion, models.PROTECT, null=True, blank=True, related_name="used_in")
    standing = models.CharField(max_length=10, choices=Standing.choices)

    class Meta:
        ordering: ClassVar = ["report_id", "version_id", "due__unit__sort_key", "due_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "version", "due"], nulls_distinct=False, name="basis_once")
        ]

    def __str__(self) -> str:
        return f"{self.report} ← {self.due}"
