"""The approved plan of a pilot area (方案要点, N4): its head, its sealed editions, and requests to change it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import AccessPaths, Actor, ScopedQuerySet
from accounts.models import User
from pilots.models import Document, PilotArea
from records.journal import Subject
from records.models import Seal, StoredFile
from units.keys import PublicKey
from units.models import Programme, Unit, in_language


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNING = "signing", _("with the lead for signing")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")


PLAN_EDITABLE = (PlanStatus.DRAFT, PlanStatus.RETURNED)
"""The states in which the plan itself is written. Once approved it changes by change request only (N4)."""


class PlanQuerySet(ScopedQuerySet["Plan"]):
    def visible_to(self, actor: Actor, action: str) -> PlanQuerySet:
        """One's own; of others what was sealed once. Offices and persons answering for a task see its plan."""
        own = models.Q(unit=actor.hat.unit_id)
        rows = super().visible_to(actor, action).filter(own | models.Q(seal__isnull=False))
        if action != "plan.view" or not actor.can("task.own"):
            return rows
        mine = self.model.objects.filter(programme=actor.hat.programme_id).order_by()
        ways = [mine.filter(tasks__duties__ended_at=None, **{way: whose}).values("pk") for way, whose in (
            ("tasks__duties__unit", actor.hat.unit_id), ("tasks__duties__person", actor.user.pk),
        )]  # fmt: skip
        # A union, not `OR`: each way has its index, and no list grows with what others plan.
        return self.filter(pk__in=rows.order_by().values("pk").union(*ways))

    def for_lists(self) -> PlanQuerySet:
        return self.select_related("programme", "pilot_area__batch", "unit", "receiver")


class Plan(PublicKey):
    """What a pilot area has undertaken: its key points as rows (`Task`), one plan for each pilot area.

    `version` is the optimistic lock of transitions, `edition` counts the approved wordings (0 before the first).
    `receiver` and `chain` are those of the day it was begun. The figures of progress are caches of the rows below,
    kept by `plans.services.progress` in the act's own transaction.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    pilot_area = models.OneToOneField(PilotArea, models.PROTECT, related_name="plan")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans")
    receiver = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    chain = ArrayField(models.BigIntegerField(), default=list)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    original = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    begins_on = models.DateField(_("begins on"), help_text="The first day on which work can be done.")
    ends_on = models.DateField(_("ends on"), help_text="The day by which everything is to be done.")
    source = models.TextField(_("source"), blank=True)
    status = models.CharField(_("state"), max_length=10, choices=PlanStatus.choices, default="draft")
    version = models.PositiveIntegerField(default=0)
    edition = models.PositiveSmallIntegerField(_("edition"), default=0)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="+")
    begun_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)
    percent = models.DecimalField(_("progress"), max_digits=5, decimal_places=2, null=True, blank=True)
    leaf_count = models.PositiveIntegerField(default=0, help_text="Tasks without parts, not ended.")
    done_count = models.PositiveIntegerField(default=0, help_text="Those of them that are done.")
    is_demo = models.BooleanField(default=False)

    objects: ClassVar = PlanQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        verbose_name = _("plan")
        ordering: ClassVar = ["pilot_area__sort_key", "id"]
        indexes: ClassVar = [GinIndex(fields=["chain"], name="plan_chain")]

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    def as_subject(self, *, internal: bool = False) -> Subject:
        with translation.override(settings.LANGUAGE_CODE):
            label = f"{self.pilot_area.name}：{self.title}"
        return Subject(
            kind="plan", uid=self.uid, label=label, programme=self.programme, unit=self.unit,
            receiver=None if internal else self.receiver,
        )  # fmt: skip

    @property
    def is_editable(self) -> bool:
        return self.status in PLAN_EDITABLE

    @property
    def is_approved(self) -> bool:
        return self.status == PlanStatus.APPROVED


class PlanWriter(models.Model):
    """Who has ever written in a plan: nobody signs or approves what they wrote."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="writers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "user"], name="plan_writer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.plan}"


class PlanEdition(PublicKey):
    """One approved wording of a plan, with the seal that holds it. The rows of `Task` are always the newest."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    change = models.ForeignKey("ChangeRequest", models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)
    content = models.JSONField(help_text="What was sealed, for reading and comparing: see plans/plan_content.py.")

    class Meta:
        ordering: ClassVar = ["plan_id", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plan_edition_once")]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"


class ChangeStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNING = "signing", _("with the lead for signing")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")


CHANGE_EDITABLE = (ChangeStatus.DRAFT, ChangeStatus.RETURNED)
CHANGE_OPEN = (ChangeStatus.DRAFT, ChangeStatus.SIGNING, ChangeStatus.SUBMITTED, ChangeStatus.RETURNED)


class ChangeRequestQuerySet(ScopedQuerySet["ChangeRequest"]):
    def visible_to(self, actor: Actor, action: str) -> ChangeRequestQuerySet:
        """One's own; of others what was submitted once."""
        own = models.Q(plan__unit=actor.hat.unit_id)
        return super().visible_to(actor, action).filter(own | models.Q(seal__isnull=False))


class ChangeRequest(PublicKey):
    """What an approved plan shall say instead, and why: the only way to change it (N4). One open at a time.

    `based_on` is the edition it was written against.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="changes")
    title = models.CharField(_("title"), max_length=200)
    reason = models.TextField(_("reason"))
    based_on = models.PositiveSmallIntegerField()
    status = models.CharField(_("state"), max_length=10, choices=ChangeStatus.choices, default="draft")
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

    objects: ClassVar = ChangeRequestQuerySet.as_manager()
    ACCESS = AccessPaths(programme="plan__programme", unit="plan__unit", receiver="plan__receiver", chain="plan__chain")

    class Meta:
        verbose_name = _("change request")
        ordering: ClassVar = ["-begun_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(status__in=[status.value for status in CHANGE_OPEN]),
                name="change_request_one_open",
                violation_error_message=_("A change of this plan is under way already. Finish or withdraw it first."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def as_subject(self, *, internal: bool = False) -> Subject:
        with translation.override(settings.LANGUAGE_CODE):
            label = f"{self.plan.pilot_area.name}：{self.title}"
        return Subject(
            kind="plan_change", uid=self.uid, label=label, programme=self.plan.programme, unit=self.plan.unit,
            receiver=None if internal else self.plan.receiver,
        )  # fmt: skip

    @property
    def is_editable(self) -> bool:
        return self.status in CHANGE_EDITABLE


class ChangeWriter(models.Model):
    """Who has ever written in a change request: nobody signs or approves what they wrote."""

    change = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="writers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["change", "user"], name="change_writer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.change}"


class ChangeItem(PublicKey):
    """One row of a change request: a task added, worded anew, moved, or ended.

    `wanted` holds the fields that change, by the names and in the shapes of `plans.services.tasks.TaskInput`;
    `before` holds what the plan said in them when the row was written.
    """

    class Kind(models.TextChoices):
        ADD = "add", _("add")
        CHANGE = "change", _("change")
        END = "end", _("end")

    change = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    task = models.ForeignKey("Task", models.PROTECT, null=True, blank=True, related_name="+")
    wanted = models.JSONField(default=dict)
    before = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["change_id", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change", "task"],
                condition=models.Q(task__isnull=False),
                name="change_item_one_per_task",
                violation_error_message=_("This change request has a row for this task already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.change} · {self.get_kind_display()}"


class GuidedKind(models.TextChoices):
    """What the province guides the pilot to draw up (N11)."""

    IMPLEMENTATION = "implementation", _("implementation plan")
    ACTION = "action", _("action plan")


class GuidedStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    AGREED = "agreed", _("agreed")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")


class GuidedPlanQuerySet(ScopedQuerySet["GuidedPlan"]):
    def visible_to(self, actor: Actor, action: str) -> GuidedPlanQuerySet:
        """One's own; of others what was submitted once."""
        own = models.Q(unit=actor.hat.unit_id)
        return super().visible_to(actor, action).filter(own | models.Q(submitted_at__isnull=False))


class GuidedPlan(PublicKey):
    """An implementation plan (实施方案) or action plan (行动计划) as a document, with the receiver's opinion (N11)."""

    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="guided_plans")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    chain = ArrayField(models.BigIntegerField(), default=list)
    kind = models.CharField(_("kind"), max_length=14, choices=GuidedKind.choices)
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, help_text="None: for the whole pilot.")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("what the receiver should know"), blank=True)
    status = models.CharField(_("state"), max_length=10, choices=GuidedStatus.choices, default="draft")
    version = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    is_demo = models.BooleanField(default=False)

    objects: ClassVar = GuidedPlanQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        verbose_name = _("implementation or action plan")
        ordering: ClassVar = ["-begun_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def as_subject(self, *, internal: bool = False) -> Subject:
        with translation.override(settings.LANGUAGE_CODE):
            label = f"{self.pilot_area.name}：{self.title}"
        return Subject(
            kind="guided_plan", uid=self.uid, label=label, programme=self.programme, unit=self.unit,
            receiver=None if internal else self.receiver,
        )  # fmt: skip

    @property
    def is_editable(self) -> bool:
        return self.status in (GuidedStatus.DRAFT, GuidedStatus.RETURNED)
