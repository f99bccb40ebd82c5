"""Reports as they are written and move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from pilots.models import Capacity
from records.journal import Subject
from reporting.models.cycles import Cycle, CycleSource, Due, TemplateSection
from units.keys import PublicKey


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNING = "signing", _("with the lead for signing")
    SIGNED = "signed", _("signed")
    SUBMITTED = "submitted", _("submitted")
    RECEIVED = "received", _("received")
    RECALL_REQUESTED = "recall_requested", _("recall requested")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted")


EDITABLE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED})


WITH_RECEIVER = frozenset(
    {
        ReportStatus.SUBMITTED,
        ReportStatus.RECEIVED,
        ReportStatus.RECALL_REQUESTED,
        ReportStatus.ACCEPTED,
    }
)
"""States in which the sender owes nothing at the moment."""


def answered_now() -> models.Q:
    """Something is with the receiver, or an accepted version is in force: while it is corrected, it still counts."""
    return models.Q(status__in=WITH_RECEIVER) | models.Q(accepted_version__isnull=False)


def owed_now() -> models.Q:
    """Nothing is with the receiver, no accepted version is in force, and the sender is not exempt."""
    return ~answered_now() & models.Q(due__exempted_at__isnull=True)


def exempt_now() -> models.Q:
    """Nothing was sent, and nothing is expected: the receiver has exempted the sender."""
    return ~answered_now() & models.Q(due__exempted_at__isnull=False)


def overdue_now(at: dt.datetime | None = None) -> models.Q:
    """Owed although the due instant has passed."""
    return owed_now() & models.Q(due__due_end__lte=at or timezone.now())


def title_of(cycle: Cycle, capacity: str, who: str) -> str:
    """What a report is called: whose, on which period, in which capacity. In the active language."""
    if cycle.is_of_contacts:
        return pgettext("contacts", "%(who)s: %(cycle)s") % {"who": who, "cycle": cycle.name}
    if capacity == Capacity.COMPILER:
        return _("%(who)s: %(cycle)s compiled report") % {"who": who, "cycle": cycle.name}
    return _("%(who)s: %(cycle)s report") % {"who": who, "cycle": cycle.name}


class ReportQuerySet(ScopedQuerySet["Report"]):
    def for_lists(self) -> ReportQuerySet:
        """Everything a list row, a state and a due need, in one query."""
        return self.select_related(
            "due__cycle__programme",
            "due__unit__division",
            "due__receiver",
            "due__pilot_area",
            "accepted_version",
        )

    def with_sources(self) -> ReportQuerySet:
        """With `other_cycles`, so that `source_cycles` need not ask."""
        others = CycleSource.objects.filter(cycle=OuterRef("due__cycle"), unit=OuterRef("due__unit"))
        return self.annotate(other_cycles=ArraySubquery(others.order_by("source").values("source")))

    def owed(self) -> ReportQuerySet:
        return self.filter(owed_now())

    def overdue(self, at: dt.datetime | None = None) -> ReportQuerySet:
        return self.filter(overdue_now(at))


@dataclass(frozen=True, slots=True)
class Text:
    """One section of a report's form, with its text as it stands."""

    section: TemplateSection
    html: str
    length: int
    is_stored: bool


class Report(PublicKey):
    """What answers a due: one report, many sealed versions. `version` is the optimistic lock of transitions."""

    due = models.OneToOneField(Due, models.PROTECT, related_name="report")
    status = models.CharField(_("state"), max_length=20, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    version = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_sheet = models.CharField(
        max_length=64, blank=True, help_text="Digest of the contacts as they stood when they were signed for."
    )
    accepted_version = models.ForeignKey("ReportVersion", models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar = ReportQuerySet.as_manager()
    ACCESS = AccessPaths(
        programme="due__cycle__programme", unit="due__unit", receiver="due__receiver", chain="due__chain"
    )

    class Meta:
        verbose_name = _("report")
        ordering: ClassVar = ["due__due_end", "id"]
        indexes: ClassVar = [models.Index(fields=["status"], name="report_status")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Whose report, on which period, in which capacity."""
        due = self.due
        who = due.pilot_area.name if due.pilot_area else due.unit.name
        return title_of(due.cycle, due.capacity, who)

    @property
    def state(self) -> str:
        """The status as shown: a draft nobody has begun is 'not_started'."""
        if self.status == ReportStatus.DRAFT and self.begun_at is None:
            return "not_started"
        return self.status

    @cached_property
    def draft_open_to(self) -> dict[int, bool]:
        """By hat (id): whether the text being written is open under it. `reading.sees_draft` asks and remembers."""
        return {}

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_answered(self) -> bool:
        """The same as `answered_now()`, of one row."""
        return self.status in WITH_RECEIVER or self.accepted_version_id is not None

    @property
    def is_owed(self) -> bool:
        """The same as `owed_now()`, of one row."""
        return not self.is_answered and not self.due.is_exempt

    @property
    def is_exempt(self) -> bool:
        """The same as `exempt_now()`, of one row."""
        return not self.is_answered and self.due.is_exempt

    @property
    def is_being_corrected(self) -> bool:
        return self.accepted_version_id is not None and self.status != ReportStatus.ACCEPTED

    @property
    def is_overdue(self) -> bool:
        """Owed although the due date has passed. Computed on read, never stored."""
        return self.is_owed and self.due.due_end <= timezone.now()

    @property
    def days_late(self) -> int:
        """Working days since the due date; 0 when it is not overdue."""
        return max(0, -self.due.days_left) if self.is_overdue else 0

    @cached_property
    def source_cycles(self) -> list[int]:
        """The cycles (ids) it is compiled from: its own for a compiler, others by configuration (Luzhou).

        None for a report of contacts: its sheet is read from the register.
        """
        due = self.due
        if due.cycle.is_of_contacts:
            return []
        own = [due.cycle_id] if due.capacity == Capacity.COMPILER else []
        other: list[int] | None = getattr(self, "other_cycles", None)
        if other is None:
            rows = CycleSource.objects.filter(cycle=due.cycle_id, unit=due.unit_id).order_by("source_id")
            other = list(rows.values_list("source_id", flat=True))
        return [*own, *other]

    @cached_property
    def texts(self) -> list[Text]:
        """The sections of its form with what is stored in them, read once by one statement."""
        stored = ReportSection.objects.filter(report=self, section=OuterRef("pk"))
        rows = TemplateSection.objects.filter(template=self.due.cycle.template_id).annotate(
            html=Subquery(stored.values("html")), length=Subquery(stored.values("length"))
        )
        return [Text(row, row.html or "", row.length or 0, is_stored=row.html is not None) for row in rows]

    def as_subject(self, *, internal: bool = False) -> Subject:
        """What events keep. Acts internal to the unit name no receiver, so nobody above reads them.

        The label is kept for ever and sealed: one language, whoever acts.
        """
        with translation.override(settings.LANGUAGE_CODE):
            label = self.title
        return Subject(
            kind="report",
            uid=self.uid,
            label=label,
            programme=self.due.cycle.programme,
            unit=self.due.unit,
            receiver=None if internal else self.due.receiver,
        )


class ReportSection(models.Model):
    """One section as it is being written. `revision` is its own optimistic lock."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="sections")
    section = models.ForeignKey(TemplateSection, models.PROTECT, related_name="+")
    html = models.TextField(blank=True)
    length = models.PositiveIntegerField(default=0, help_text="Characters of text, without mark-up.")
    revision = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["report_id", "section__position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "section"], name="report_section_once")]

    def __str__(self) -> str:
        return f"{self.report} · {self.section}"


class Writer(models.Model):
    """Who has ever written in a report: nobody approves what they wrote."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="writers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "user"], name="writer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.report}"
