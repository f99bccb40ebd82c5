"""Tasks of a plan (目标 → 任务 → 举措), who answers for them, what they wait for, and how far they are."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import AccessPaths, Actor, ScopedQuerySet
from accounts.models import User
from indicators.models import Indicator
from pilots.models import Batch, Clause, Document, PilotArea
from plans.models.plans import Plan
from records.journal import Subject
from records.models import StoredFile
from units.keys import PublicKey
from units.models import Named, Sourced, Unit


class TaskField(PublicKey, Named, Sourced):
    """A field of work of a batch (N5: seven of the third, eight of the second). What cannot be sourced is open."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="task_fields")
    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=False, help_text="Kept by the programme's owner until it can be sourced.")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("field of work")
        ordering: ClassVar = ["batch_id", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "code"],
                name="task_field_once",
                violation_error_message=_("This batch has a field of this code already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    GOAL = "goal", _("goal")
    TASK = "task", _("task")
    MEASURE = "measure", _("measure")


BELOW = {Level.GOAL: Level.TASK, Level.TASK: Level.MEASURE}
"""Goal → task → measure (N9); a measure has no parts."""


class TaskState(models.TextChoices):
    NOT_STARTED = "not_started", _("not begun")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


class TaskQuerySet(ScopedQuerySet["Task"]):
    def visible_to(self, actor: Actor, action: str) -> TaskQuerySet:
        """As the plan; and for whoever has the action `task.own`, what their office or they themselves answer for."""
        rows = super().visible_to(actor, action)
        own = models.Q(plan__unit=actor.hat.unit_id)
        rows = rows.filter(own | models.Q(plan__seal__isnull=False))
        if action not in {"plan.view", "task.progress"} or not actor.can("task.own"):
            return rows
        duties = Duty.objects.filter(models.Q(unit=actor.hat.unit_id) | models.Q(person=actor.user.pk), ended_at=None)
        mine = self.model.objects.filter(plan__programme=actor.hat.programme_id).order_by()
        task = duties.values("task")
        ways = [mine.filter(**{f"{way}__in": task}).values("pk") for way in ("pk", "parent", "parent__parent")]
        # A union, not `OR`: each way has its index, and no list grows with what others plan.
        return self.filter(pk__in=rows.order_by().values("pk").union(*ways))

    def current(self) -> TaskQuerySet:
        """Without what a change request ended."""
        return self.filter(ended_at__isnull=True)

    def leaves(self) -> TaskQuerySet:
        """What has no parts: only these are worked on, scheduled and counted."""
        return self.filter(is_leaf=True)

    def open_on(self, day: dt.date) -> TaskQuerySet:
        """Leaves still to be done."""
        return self.current().leaves().exclude(state__in=(TaskState.DONE, TaskState.STOPPED))

    def overdue_on(self, day: dt.date) -> TaskQuerySet:
        return self.open_on(day).filter(finish_by__lt=day)


class Task(PublicKey, Named):
    """One row of a plan. `mark` is its number as the document writes it (“（二）2.”); `text` the wording, verbatim.

    What was approved (changes by request only): level, parent, mark, name, text, clause, fields, is_multi_plan, weight,
    due_on, evidence. What the pilot arranges itself (倒排): begins_on, days, what it waits for, milestones, duties.
    `path` orders a plan as a tree ("0001.0002"); `is_leaf`, `percent`, `state`, `finish_by` and `latest_start` are
    caches, kept by the services. The last two are the latest dates counted back from the due dates
    (plans/scheduling.py); without durations `finish_by` is the nearest due date of the task or what it is part of.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    level = models.CharField(_("level"), max_length=7, choices=Level.choices)
    position = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=40, db_collation="C")
    mark = models.CharField(_("number in the document"), max_length=20, blank=True)
    text = models.TextField(_("wording"), blank=True)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="tasks")
    fields = models.ManyToManyField(TaskField, blank=True, related_name="tasks")
    is_multi_plan = models.BooleanField(_("multi-plan integration (N7)"), default=False)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2, default=1)
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    evidence = models.TextField(_("what shows that it is done"), blank=True)
    begins_on = models.DateField(_("not before"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days it takes"), null=True, blank=True, help_text="Calendar days.")
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="tasks")
    is_leaf = models.BooleanField(default=True)
    finish_by = models.DateField(_("latest finish"), null=True, blank=True)
    latest_start = models.DateField(_("latest start"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=TaskState.choices, default="not_started")
    percent = models.DecimalField(_("progress"), max_digits=5, decimal_places=2, default=0)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects: ClassVar = TaskQuerySet.as_manager()
    ACCESS = AccessPaths(programme="plan__programme", unit="plan__unit", receiver="plan__receiver", chain="plan__chain")

    class Meta:
        verbose_name = _("task")
        ordering: ClassVar = ["plan_id", "path", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100), name="task_percent_between_0_and_100"
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="task_weight_not_negative"),
            models.CheckConstraint(
                condition=models.Q(level="goal", parent__isnull=True) | ~models.Q(level="goal"),
                name="task_goal_stands_on_top",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["plan", "path"], name="task_tree"),
            models.Index(
                fields=["finish_by", "id"], condition=models.Q(is_leaf=True, ended_at=None), name="task_leaf_by_date"
            ),
            models.Index(
                fields=["finish_by", "id"],
                condition=models.Q(is_leaf=True, ended_at=None, state__in=["not_started", "under_way"]),
                name="task_open_by_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.name}".strip()

    def as_subject(self, *, internal: bool = False) -> Subject:
        plan = self.plan
        with translation.override(settings.LANGUAGE_CODE):
            label = f"{plan.pilot_area.name}：{self}"
        return Subject(
            kind="task", uid=self.uid, label=label, programme=plan.programme, unit=plan.unit,
            receiver=None if internal else plan.receiver,
        )  # fmt: skip

    @property
    def depth(self) -> int:
        """0 for goals."""
        return self.path.count(".")

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.state not in (TaskState.DONE, TaskState.STOPPED)

    def is_overdue_on(self, day: dt.date) -> bool:
        return self.is_leaf and self.is_open and self.finish_by is not None and self.finish_by < day


class Dependency(PublicKey):
    """`task` cannot begin before `needs` is done and `lag_days` calendar days have passed. Only between leaves."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="needs")
    needs = models.ForeignKey(Task, models.CASCADE, related_name="needed_by")
    lag_days = models.PositiveSmallIntegerField(_("days between"), default=0)

    class Meta:
        ordering: ClassVar = ["task_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "needs"],
                name="dependency_once",
                violation_error_message=_("The task waits for this one already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(task=models.F("needs")),
                name="dependency_not_on_itself",
                violation_error_message=_("A task cannot wait for itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.needs} → {self.task}"


class Node(PublicKey, Named):
    """A milestone of a task (时间节点): a step on the way with its own date; `weight` is its share of the work."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="nodes")
    position = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("by"))
    weight = models.DecimalField(_("share of the work"), max_digits=6, decimal_places=2, default=1)
    done_on = models.DateField(_("reached on"), null=True, blank=True)
    evidence = models.CharField(_("what shows it"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("milestone")
        ordering: ClassVar = ["task_id", "due_on", "position", "id"]

    def __str__(self) -> str:
        return self.name


class Tier(models.TextChoices):
    """Who answers for a task (N8: 主要领导亲自抓、分管领导具体抓、职能部门抓落实; N10: 落实到人)."""

    PRINCIPAL = "principal", _("principal leader")
    DEPUTY = "deputy", _("leader in charge")
    LEAD = "lead", _("lead department")
    SUPPORT = "support", _("supporting department")
    PERSON = "person", pgettext_lazy("task", "responsible person")


class Duty(PublicKey):
    """One who answers for a task in a tier; ended, never changed.

    An office is one of the register (`unit`) or, until it is in there, a name; a person has an account (`person`; they
    are reminded) or is named. A duty of a goal or task holds for its parts unless they have their own in that tier.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="duties")
    tier = models.CharField(_("tier"), max_length=9, choices=Tier.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120, blank=True)
    post = models.CharField(_("post"), max_length=120, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["task_id", "tier", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(unit__isnull=True, person__isnull=True, name=""), name="duty_says_who"
            ),
            models.UniqueConstraint(
                fields=["task", "tier"],
                condition=models.Q(ended_at__isnull=True, tier__in=["principal", "lead"]),
                name="duty_one_principal_and_one_lead",
                violation_error_message=_("A task has one principal leader and one lead department."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}：{self.who}"

    @property
    def who(self) -> str:
        if self.person is not None:
            return str(self.person.name)
        return self.unit.name if self.unit is not None else self.name


class Progress(PublicKey):
    """What was said about a leaf at a moment; append-only. `percent` rests on milestones, or `reason` says why not."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="progress")
    state = models.CharField(_("state"), max_length=11, choices=TaskState.choices)
    percent = models.DecimalField(_("progress"), max_digits=5, decimal_places=2)
    by_nodes = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="What the milestones reached made of it then."
    )
    reason = models.CharField(_("why other than the milestones say"), max_length=300, blank=True)
    text = models.TextField(_("what happened"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["task", "-at"], name="progress_newest")]

    def __str__(self) -> str:
        return f"{self.task} · {self.percent} %"


PROGRESS_APPEND_ONLY = """
CREATE OR REPLACE FUNCTION plans_progress_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was said of progress is never changed or deleted';
END $$;
CREATE TRIGGER progress_append_only BEFORE UPDATE OR DELETE ON plans_progress
  FOR EACH ROW EXECUTE FUNCTION plans_progress_append_only();
"""
DROP_PROGRESS_APPEND_ONLY = """
DROP TRIGGER IF EXISTS progress_append_only ON plans_progress;
DROP FUNCTION IF EXISTS plans_progress_append_only();
"""


class SpatialStructure(PublicKey):
    """The spatial structure of a pilot area in words (“一主四副多点”, L2), version upon version."""

    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="spatial_structures")
    number = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("in short"), max_length=100)
    text = models.TextField(_("description"), blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("why it changed"), blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("spatial structure")
        ordering: ClassVar = ["pilot_area_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pilot_area", "number"], name="spatial_structure_once")
        ]

    def __str__(self) -> str:
        return self.name
