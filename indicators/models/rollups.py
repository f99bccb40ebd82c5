"""Figures of the places above, from those of the places in them (N16): kept as partial sums, so that they add up."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, Reach, units_for
from indicators.models.catalogue import Indicator, Vintage
from indicators.models.figures import FigureStatus, Part
from indicators.models.observations import Observation
from units.models import Division, Programme


class Expectation(models.Model):
    """How many places of a programme are expected to report below a place in a span of days, by their level.

    Of places in each other only the upper one counts. A cache, rebuilt whenever places, parents or pilot areas change.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    division = models.ForeignKey(Division, models.CASCADE, related_name="+")
    valid = DateRangeField()
    level = models.CharField(max_length=12, choices=Division.Level.choices)
    count = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["programme_id", "division_id", "valid", "level"]
        indexes: ClassVar = [models.Index(fields=["programme", "division"], name="expectation_of_place")]

    def __str__(self) -> str:
        return f"{self.division}: {self.count} {self.level}"


class RollUpQuerySet(models.QuerySet["RollUp"]):
    def visible_to(self, actor: Actor, action: str) -> RollUpQuerySet:
        """Roll-ups of one's own place and the places in it; of the whole programme for those who watch over it."""
        reaches = units_for(actor, action)
        rows = self.filter(programme=actor.hat.programme_id)
        if Reach.PROGRAMME in reaches:
            return rows
        if Reach.OWN in reaches:
            return rows.filter(division__path_now__startswith=actor.unit.division.path_now)
        return rows.none()


class RollUp(models.Model):
    """One indicator of one place in one period, from the places below: partial sums of the figures in force.

    `reported` gave a number, `counted` of them are in the figure (a rate without its parts is not), `expected` counts
    all that should, `not_applicable` those to which it does not apply. `calculations.rolled_value` is the figure.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    division = models.ForeignKey(Division, models.CASCADE, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=4, choices=Part.choices, default=Part.YEAR)
    expected = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    not_applicable = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=36, decimal_places=6)
    numerator = models.DecimalField(max_digits=36, decimal_places=6)
    denominator = models.DecimalField(max_digits=36, decimal_places=6)
    weighted = models.DecimalField(max_digits=60, decimal_places=12, help_text="Σ weight × value.")
    weight = models.DecimalField(max_digits=36, decimal_places=6, help_text="Σ weights of those counted.")
    weight_not_applicable = models.DecimalField(max_digits=36, decimal_places=6)
    latest = models.ForeignKey(Observation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    status = models.CharField(
        max_length=11, choices=FigureStatus.choices, blank=True, help_text="The least settled of those counted."
    )
    oldest_vintage = models.ForeignKey(Vintage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    newest_vintage = models.ForeignKey(Vintage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    has_demo = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = RollUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("roll-up")
        ordering: ClassVar = ["programme_id", "division_id", "indicator_id", "year", "part"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "division", "indicator", "year", "part"], name="rollup_once")
        ]

    def __str__(self) -> str:
        return f"{self.division} {self.indicator} {self.year}"
