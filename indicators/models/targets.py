"""Where a pilot area is to be by when, from where it began, and which document says so (N16, L1–L4)."""

from __future__ import annotations

from typing import ClassVar, Generic, Self, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from indicators.models.catalogue import Indicator, Vintage
from indicators.models.figures import FigureStatus
from pilots.models import Clause, Document, PilotArea
from units.keys import PublicKey
from units.models import Programme, Sourced

M = TypeVar("M", bound=models.Model)


class StandingQuerySet(ScopedQuerySet[M], Generic[M]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)


class BaselineQuerySet(StandingQuerySet["Baseline"]):
    """Baselines, those that stand and those that ended."""


class TargetQuerySet(StandingQuerySet["Target"]):
    """Targets, those that stand and those that ended."""


class Cited(PublicKey, Sourced):
    """A figure a document gives about a pilot area. Never changed: a change ends it and begins the next.

    Several documents may give different figures for one thing; all of them stay.
    """

    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="%(class)ss")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="%(class)ss")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    as_written = models.CharField(_("as written"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_demo = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    ACCESS = AccessPaths(programme="pilot_area__programme", unit="pilot_area__reporting_unit")

    class Meta:
        abstract = True


class Comparison(models.TextChoices):
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    ABOUT = "about", _("about")
    RANGE = "range", _("from … to …")
    EXACTLY = "exactly", _("exactly")
    DONE = "done", _("done")


class PathShape(models.TextChoices):
    """How the way to a target is expected to run."""

    LINEAR = "linear", _("evenly")
    COMPOUND = "compound", _("at an even rate of growth")
    STEP = "step", _("at the end only")


class Baseline(Cited):
    """From where a pilot area began. `chosen`: the one its path is drawn from, where there are several."""

    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6)
    status = models.CharField(
        _("how settled"), max_length=11, choices=FigureStatus.choices, blank=True, help_text="Empty: nobody says."
    )
    vintage = models.ForeignKey(Vintage, models.PROTECT, null=True, blank=True, related_name="+")
    is_chosen = models.BooleanField(default=False)

    objects: ClassVar = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        ordering: ClassVar = ["pilot_area_id", "indicator_id", "year", "-is_chosen", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pilot_area", "indicator"],
                condition=models.Q(is_chosen=True, ended_at__isnull=True),
                name="baseline_one_chosen",
                violation_error_message=_("The path of an indicator is drawn from one baseline."),
            ),
            models.UniqueConstraint(
                fields=["pilot_area", "indicator", "year", "document"],
                condition=models.Q(document__isnull=False, ended_at__isnull=True),
                name="baseline_once_per_document",
                violation_error_message=_("This document gives a baseline of that year already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_area} {self.indicator} {self.year}: {self.value}"


class Target(Cited):
    """Where a pilot area is to be by a day. Without `due_on` it binds at all times (“3–5 towns”).

    `value_to` only for a range; no value at all for what is done or not done. `is_year_inferred`: the document
    does not give the year in this sentence, and `note` says what it is inferred from.
    """

    due_on = models.DateField(_("by"), null=True, blank=True)
    comparison = models.CharField(
        _("comparison"), max_length=10, choices=Comparison.choices, default=Comparison.AT_LEAST
    )
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6, null=True, blank=True)
    value_to = models.DecimalField(_("upper value"), max_digits=24, decimal_places=6, null=True, blank=True)
    shape = models.CharField(_("path"), max_length=10, choices=PathShape.choices, default=PathShape.LINEAR)
    vintage = models.ForeignKey(
        Vintage, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The edition of the series it was set in; figures of another cannot be held against it.",
    )  # fmt: skip
    is_year_inferred = models.BooleanField(default=False)

    objects: ClassVar = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        ordering: ClassVar = ["pilot_area_id", "indicator_id", "due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(comparison="done", value__isnull=True, value_to__isnull=True)
                | models.Q(comparison="range", value__isnull=False, value_to__isnull=False,
                           value__lt=models.F("value_to"))
                | models.Q(comparison__in=["at_least", "at_most", "about", "exactly"], value__isnull=False,
                           value_to__isnull=True),
                name="target_has_what_it_compares",
                violation_error_message=_("A range has two values, what is done has none, everything else has one."),
            ),
            models.UniqueConstraint(
                fields=["pilot_area", "indicator", "due_on", "document"],
                condition=models.Q(document__isnull=False, ended_at__isnull=True),
                nulls_distinct=False,
                name="target_once_per_document",
                violation_error_message=_("This document sets a target for that day already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pilot_area} {self.indicator} {self.due_on}"


class VerdictPolicy(models.Model):
    """When a figure counts as ahead, on track or at risk. The notices give no thresholds: these are configuration.

    Shares of the whole way from baseline to target by which a figure may differ from the expected path.
    """

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="verdict_policy")
    ahead_from = models.DecimalField(max_digits=5, decimal_places=4)
    on_track_within = models.DecimalField(max_digits=5, decimal_places=4)
    at_risk_within = models.DecimalField(max_digits=5, decimal_places=4)
    about_within = models.DecimalField(
        max_digits=5, decimal_places=4, help_text="A target of “about” is met within this share of its value."
    )
    is_ours = models.BooleanField(default=True, help_text="The portal's default, not a rule of any document.")
    source = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.programme)
