"""What is planned and judged year by year: annual plans of departments (N10), the government's assessment (N17)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet
from accounts.models import User
from pilots.models import Document, PilotArea
from plans.models.plans import Plan
from plans.models.tasks import Task
from records.journal import Subject
from records.models import Seal
from units.keys import PublicKey
from units.models import Unit


class AnnualStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")


class AnnualPlanQuerySet(ScopedQuerySet["AnnualPlan"]):
    def visible_to(self, actor: Actor, action: str) -> AnnualPlanQuerySet:
        """One's own; of others what was submitted once."""
        own = models.Q(unit=actor.hat.unit_id)
        return super().visible_to(actor, action).filter(own | models.Q(seal__isnull=False))


class AnnualPlan(PublicKey):
    """What one department will do for the plan in one year (N10), drawn from the tasks it leads.

    `department` is the office of the register, `name` what it is called where it is not in there. `unit` keeps the
    annual plan: the department itself, or the pilot's reporting unit for a department that has no account here.
    `receiver` is the pilot's reporting unit, `chain` it and everybody above.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="annual_plans")
    year = models.PositiveSmallIntegerField(_("year"))
    department = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("department"), max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="annual_plans")
    receiver = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    chain = ArrayField(models.BigIntegerField(), default=list)
    status = models.CharField(_("state"), max_length=10, choices=AnnualStatus.choices, default="draft")
    version = models.PositiveIntegerField(default=0)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="+")
    begun_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)

    objects: ClassVar = AnnualPlanQuerySet.as_manager()
    ACCESS = AccessPaths(programme="plan__programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        verbose_name = _("annual plan")
        ordering: ClassVar = ["-year", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "year", "name"],
                name="annual_plan_once",
                violation_error_message=_("This department has an annual plan for this year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.year}"

    def as_subject(self, *, internal: bool = False) -> Subject:
        with translation.override(settings.LANGUAGE_CODE):
            label = f"{self.plan.pilot_area.name}：{self.name} {self.year}"
        return Subject(
            kind="annual_plan", uid=self.uid, label=label, programme=self.plan.programme, unit=self.unit,
            receiver=None if internal else self.receiver,
        )  # fmt: skip

    @property
    def is_editable(self) -> bool:
        return self.status in (AnnualStatus.DRAFT, AnnualStatus.RETURNED)


class AnnualWriter(models.Model):
    """Who has ever written in an annual plan: nobody signs or approves what they wrote."""

    annual_plan = models.ForeignKey(AnnualPlan, models.CASCADE, related_name="writers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["annual_plan", "user"], name="annual_writer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.annual_plan}"


class AnnualTask(PublicKey):
    """One task in an annual plan: what is to be reached by the end of the year."""

    annual_plan = models.ForeignKey(AnnualPlan, models.CASCADE, related_name="rows")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    requirement = models.TextField(_("what is to be reached this year"), blank=True)
    percent = models.PositiveSmallIntegerField(_("progress at the end of the year, %"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["annual_plan_id", "task__path", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["annual_plan", "task"], name="annual_task_once"),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__lte=100), name="annual_task_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annual_plan} · {self.task}"


class Inclusion(models.TextChoices):
    INCLUDED = "included", _("included")
    NOT_INCLUDED = "not_included", _("not included")
    NOT_SAID = "not_said", _("not said yet")


class Assessment(PublicKey):
    """Whether the pilot's goals are part of the government's yearly assessment of responsibility, and its result (N17).

    One row for each pilot area and year; what is not there is a gap, and listed.
    """

    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="assessments")
    year = models.PositiveSmallIntegerField(_("year"))
    inclusion = models.CharField(_("in the yearly assessment"), max_length=12, choices=Inclusion.choices)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    document_text = models.CharField(_("document"), max_length=200, blank=True)
    assessed_by = models.CharField(_("assessed by"), max_length=120, blank=True)
    result = models.CharField(_("result"), max_length=120, blank=True)
    result_on = models.DateField(_("result of"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(programme="pilot_area__programme", unit="pilot_area__reporting_unit")

    class Meta:
        verbose_name = _("assessment of responsibility")
        ordering: ClassVar = ["-year", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pilot_area", "year"],
                name="assessment_once",
                violation_error_message=_("There is an entry for this pilot area and year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pilot_area} · {self.year}"
