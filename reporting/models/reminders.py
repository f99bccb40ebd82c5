"""The ladder of reminders, its ledger, and chasing by hand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from plans.models import Task
from records.models import OutboxMessage
from reporting.models.cycles import Due
from units.keys import PublicKey
from units.models import Programme, Unit


class Anchor(models.TextChoices):
    """What a step is counted from."""

    OPENING = "opening", _("the day the period opens")
    DUE = "due", _("the due date")
    TASK = "task", _("the day a task is to be finished")


class Audience(models.TextChoices):
    """Whom a step tells. The receiver is the one on the route, frozen on the due; nobody above it is ever told.

    Of tasks the responsible persons are told, and the office whose plan it is.
    """

    DRAFTERS = "drafters", _("the drafters of the unit that owes")
    LEADS = "leads", _("the leads of the unit that owes")
    RECEIVER = "receiver", _("the reviewers of the unit that receives")
    PERSONS = "persons", _("the responsible persons")


class ReminderStep(PublicKey):
    """One rung: so many working days before (negative) or after the day it is counted from. Retired, never deleted."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="reminder_steps")
    anchor = models.CharField(_("counted from"), max_length=8, choices=Anchor.choices, default=Anchor.DUE)
    offset = models.SmallIntegerField(_("working days"))
    audience = models.CharField(_("tells"), max_length=9, choices=Audience.choices)
    is_ours = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme")

    class Meta:
        verbose_name = _("step of the ladder")
        ordering: ClassVar = ["programme_id", "-anchor", "offset", "audience"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "anchor", "offset", "audience"],
                condition=models.Q(ended_at__isnull=True),
                name="reminder_step_once",
                violation_error_message=_("The ladder has this step already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.anchor} {self.offset:+d} {self.audience}"


class Reminder(PublicKey):
    """The ledger: one row for each due, date, step, recipient and channel. It is the only memory of what was sent.

    The date belongs to the key: whoever gets another date (returned, extended) is reminded of that one. A message
    in the outbox has the uid of its row here, and a mail's Message-ID is made of it.

    It is looked up by due only, through the index of its constraint; another index would only mislead the planner.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        OVERTAKEN = "overtaken", _("overtaken by a later step")

    due = models.ForeignKey(Due, models.CASCADE, related_name="reminders", db_index=False)
    due_end = models.DateTimeField(help_text="The date it was counted from: the due's at that time.")
    step = models.ForeignKey(ReminderStep, models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=OutboxMessage.Channel.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(
        programme="due__cycle__programme", unit="due__unit", receiver="due__receiver", chain="due__chain"
    )

    class Meta:
        verbose_name = _("reminder")
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["due", "due_end", "step", "recipient", "channel"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.due_id} {self.step_id} → {self.recipient_id}"


class TaskReminder(PublicKey):
    """The same ledger for tasks: one row for each task, latest date, step, recipient and channel."""

    Outcome = Reminder.Outcome

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    finish_by = models.DateField(help_text="The date it was counted from: the task's latest finish at that time.")
    step = models.ForeignKey(ReminderStep, models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=OutboxMessage.Channel.choices)
    outcome = models.CharField(max_length=10, choices=Reminder.Outcome.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder of a task")
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "finish_by", "step", "recipient", "channel"], name="task_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.step_id} → {self.recipient_id}"


class Chase(PublicKey):
    """Somebody at the receiver asked for what is owed (催报): by a message of the portal, or by a call written down."""

    class Means(models.TextChoices):
        MESSAGE = "message", _("message")
        CALL = "call", _("call")

    due = models.ForeignKey(Due, models.PROTECT, related_name="chases")
    means = models.CharField(_("how"), max_length=8, choices=Means.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="The office that chased.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(_("note"), blank=True)
    spoken_to = models.CharField(_("spoken to"), max_length=80, blank=True)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(programme="due__cycle__programme", receiver="unit")

    class Meta:
        verbose_name = _("chase")
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["due", "-at"], name="chase_of_due")]

    def __str__(self) -> str:
        return f"{self.means} {self.due_id} {self.at:%Y-%m-%d}"
