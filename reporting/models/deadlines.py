"""When something is due: rules that are rows, what a programme allows, and more time that was asked for and given."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from pilots.models import Capacity
from records.journal import Subject
from reporting.models.cycles import Cycle, CycleKind, Due
from units.keys import PublicKey
from units.models import Division, Programme, Unit


class DateFunction(models.TextChoices):
    """The named functions of `reporting.deadlines.functions`; a rule chooses one and gives its parameters."""

    FIXED_DATE = "fixed_date", _("a fixed date")
    NTH_WEEKDAY = "nth_weekday", _("a weekday of a month")
    AFTER_DUE = "after_due", _("working days after another due date")


class OnNonWorking(models.TextChoices):
    """What becomes of a date that is no working day."""

    KEEP = "keep", _("stays where it is")
    NEXT = "next", _("moves to the next working day")
    PREVIOUS = "previous", _("moves to the working day before")
    AFTER_HOLIDAY = "after_holiday", _("moves to the n-th working day after the days off")


class DateRule(PublicKey):
    """By which rule reports of one kind and capacity are due to `setter` (N13, N14: the notices give no dates).

    The owner of the programme sets the rules of the programme. A receiver on the route may set its own for its
    senders, but never later than what it owes itself.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="date_rules")
    setter = models.ForeignKey(Unit, models.PROTECT, related_name="date_rules")
    kind = models.CharField(_("period"), max_length=10, choices=CycleKind.choices)
    capacity = models.CharField(_("capacity"), max_length=8, choices=Capacity.choices)
    function = models.CharField(_("rule"), max_length=12, choices=DateFunction.choices)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day of the month"), null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True, help_text="0 is Monday.")
    nth = models.SmallIntegerField(_("which one"), null=True, blank=True, help_text="1 to 4; -1 is the last.")
    year_offset = models.SmallIntegerField(_("years after that of the period"), default=0)
    after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    working_days = models.SmallIntegerField(_("working days"), null=True, blank=True)
    time_of_day = models.TimeField(_("time of day"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    on_non_working = models.CharField(
        _("on a day off"), max_length=14, choices=OnNonWorking.choices, default=OnNonWorking.NEXT
    )
    after_holiday_days = models.PositiveSmallIntegerField(_("n-th working day after"), null=True, blank=True)
    is_ours = models.BooleanField(default=False, help_text="The portal's own proposal: no document says so.")
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="setter")

    class Meta:
        verbose_name = _("rule for a date")
        ordering: ClassVar = ["programme_id", "setter_id", "kind", "-capacity"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "setter", "kind", "capacity"],
                name="date_rule_once",
                violation_error_message=_("There is a rule for this already. Change that one."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.get_kind_display()} {self.get_capacity_display()}"


class DeadlinePolicy(models.Model):
    """What goes with all dates of a programme: lead times, returns, chasing, the hour of reminders."""

    programme = models.OneToOneField(Programme, models.PROTECT, related_name="deadline_policy")
    open_days_before = models.PositiveSmallIntegerField(_("a period opens this many days before the first due date"))
    least_fill_days = models.PositiveSmallIntegerField(_("least time to fill in, in working days"))
    return_days = models.PositiveSmallIntegerField(_("a return is due again after this many working days"))
    chase_again_hours = models.PositiveSmallIntegerField(_("the same report is chased again after this many hours"))
    send_at = models.TimeField(_("reminders go out at"))
    is_ours = models.BooleanField(default=False)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("what goes with dates")

    def __str__(self) -> str:
        return str(self.programme)


class BlanketExtension(PublicKey):
    """More time for all who owe in a cycle and lie in a region, given at once with one reason."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="blankets")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="The office that gave it.")
    region = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("new date"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(programme="cycle__programme", unit="unit")

    class Meta:
        verbose_name = _("blanket extension")
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.cycle} {self.due_on}"


class ExtensionStatus(models.TextChoices):
    REQUESTED = "requested", _("asked for")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Extension(PublicKey):
    """More time for one due: asked for by the sender and decided by the receiver, or given on the receiver's own."""

    due = models.ForeignKey(Due, models.PROTECT, related_name="extensions")
    blanket = models.ForeignKey(BlanketExtension, models.PROTECT, null=True, blank=True, related_name="extensions")
    status = models.CharField(
        _("state"), max_length=10, choices=ExtensionStatus.choices, default=ExtensionStatus.REQUESTED
    )
    version = models.PositiveIntegerField(default=0)
    due_on_before = models.DateField(help_text="The date that stood when it was asked for or given.")
    asked_due_on = models.DateField(_("date asked for"))
    reason = models.TextField(_("reason"))
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    granted_due_on = models.DateField(_("date granted"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(
        programme="due__cycle__programme", unit="due__unit", receiver="due__receiver", chain="due__chain"
    )

    class Meta:
        verbose_name = _("extension")
        ordering: ClassVar = ["-requested_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["due"],
                condition=models.Q(status="requested"),
                name="extension_one_open",
                violation_error_message=_("More time has been asked for already, and is not decided yet."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.due} → {self.asked_due_on}"

    def as_subject(self, *, internal: bool = False) -> Subject:
        """What events keep: it happens to the report, so its history shows it."""
        del internal  # nothing about more time is internal to the sender: it goes to the receiver
        report = self.due.report
        with translation.override(settings.LANGUAGE_CODE):
            label = report.title
        return Subject("report", report.uid, label, self.due.cycle.programme, self.due.unit, self.due.receiver)
