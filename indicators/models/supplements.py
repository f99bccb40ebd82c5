"""Figures given beside the reports: final ones that came after (数据补报), and figures for others to use (供数)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet
from accounts.models import User
from indicators.models.figures import DraftFigure
from pilots.models import PilotArea
from records.journal import Subject
from records.models import Seal
from units.keys import PublicKey
from units.models import Programme, Unit


class SupplementStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SIGNING = "signing", _("with the lead for signing")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted")
    OFFERED = "offered", _("open for use")
    WITHDRAWN = "withdrawn", _("withdrawn")


EDITABLE = (SupplementStatus.DRAFT, SupplementStatus.RETURNED)
"""The states in which rows can be chosen and filled in."""
FIXED = (SupplementStatus.SUBMITTED, SupplementStatus.ACCEPTED, SupplementStatus.OFFERED, SupplementStatus.WITHDRAWN)
"""The states in which the rows are those of the newest seal, unless they were discarded."""


class SupplementQuerySet(ScopedQuerySet["Supplement"]):
    def visible_to(self, actor: Actor, action: str) -> SupplementQuerySet:
        """One's own; of others what was sealed once. What an office is still writing is its own affair."""
        own = models.Q(unit=actor.hat.unit_id)
        return super().visible_to(actor, action).filter(own | models.Q(seal__isnull=False))

    def for_lists(self) -> SupplementQuerySet:
        return self.select_related("programme", "pilot_area__reporting_unit", "unit", "receiver")


class Supplement(PublicKey):
    """Figures of one pilot area's places from one office, outside the reports.

    FINAL goes up the route of the pilot area and counts once its receiver accepts it. SHARED comes from a department
    (a statistics bureau) and is offered, once signed, to whoever fills in figures of the same places: its `receiver`
    is the pilot area's reporting unit. `receiver` and `chain` are those of the day it was begun.
    """

    class Purpose(models.TextChoices):
        FINAL = "final", _("figures that came later")
        SHARED = "shared", _("figures for others to use")

    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="supplements")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="supplements")
    receiver = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    chain = ArrayField(models.BigIntegerField(), default=list)
    title = models.CharField(_("title"), max_length=200)
    reason = models.TextField(_("why these come now"), blank=True)
    status = models.CharField(_("state"), max_length=10, choices=SupplementStatus.choices, default="draft")
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

    objects: ClassVar = SupplementQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        verbose_name = _("figures beside the reports")
        ordering: ClassVar = ["-begun_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def as_subject(self, *, internal: bool = False) -> Subject:
        with translation.override(settings.LANGUAGE_CODE):
            label = f"{self.pilot_area.name}：{self.title}"
        return Subject(
            kind="supplement", uid=self.uid, label=label, programme=self.programme, unit=self.unit,
            receiver=None if internal else self.receiver,
        )  # fmt: skip

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_fixed(self) -> bool:
        """Whether the rows are those of the newest seal. What was discarded may have been changed after it."""
        is_discarded = self.status == SupplementStatus.WITHDRAWN and self.purpose == self.Purpose.FINAL
        return self.status in FIXED and not is_discarded


class SupplementWriter(models.Model):
    """Who has ever written in one: nobody signs or accepts what they wrote."""

    supplement = models.ForeignKey(Supplement, models.CASCADE, related_name="writers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["supplement", "user"], name="supplement_writer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.supplement}"


class SupplementFigure(DraftFigure):
    """One row of a supplement's grid."""

    supplement = models.ForeignKey(Supplement, models.CASCADE, related_name="figures")

    class Meta:
        ordering: ClassVar = ["supplement_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["supplement", "division", "indicator", "year", "part"], name="supplement_figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplement} · {self.indicator}"
