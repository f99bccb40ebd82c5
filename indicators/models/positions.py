"""Where pilot areas stand today, kept ready for whoever looks at many of them at once (N16, N2). Caches throughout.

`indicators.positions` alone writes them, in the transaction of what they follow from. `IS_CACHE`: nobody's work:
a list that is taken back takes them along.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet, condition
from indicators.models.catalogue import Indicator
from indicators.models.targets import Comparison
from pilots.models import Batch, PilotArea, Region
from units.models import Programme, Unit


class PilotPositionQuerySet(ScopedQuerySet["PilotPosition"]):
    """Pilot areas with their counts; in reach like the figures they come from."""

    def worst_first(self) -> PilotPositionQuerySet:
        return self.order_by("-off_track", "-at_risk", "sort_key", "pk")


class PilotPosition(models.Model):
    """How many targets of a pilot area stand how on `computed_on`; from `stale_on` the calendar may say otherwise.

    `chain`: everybody above it on that day's route, its receiver first. `fell` and `rose` count the targets whose
    verdict became worse or better with the latest figure.
    """

    pilot_area = models.OneToOneField(PilotArea, models.CASCADE, primary_key=True, related_name="position")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    receiver = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", db_index=False)
    chain = ArrayField(models.BigIntegerField(), default=list)
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="+", db_index=False)
    category = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=10, choices=Region.choices, blank=True)
    sort_key = models.CharField(max_length=300)
    off_track = models.PositiveSmallIntegerField(default=0)
    at_risk = models.PositiveSmallIntegerField(default=0)
    on_track = models.PositiveSmallIntegerField(default=0)
    ahead = models.PositiveSmallIntegerField(default=0)
    unknown = models.PositiveSmallIntegerField(default=0)
    fell = models.PositiveSmallIntegerField(default=0)
    rose = models.PositiveSmallIntegerField(default=0)
    computed_on = models.DateField()
    stale_on = models.DateField(db_index=True)

    objects: ClassVar = PilotPositionQuerySet.as_manager()
    IS_CACHE = True
    ACCESS = AccessPaths(programme="programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["chain"], name="pilot_position_chain"),
            models.Index(
                "programme", models.F("off_track").desc(), models.F("at_risk").desc(), "sort_key", "pilot_area",
                name="pilot_position_worst",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.pilot_area)

    @property
    def targets(self) -> int:
        """How many targets it has."""
        return self.off_track + self.at_risk + self.on_track + self.ahead + self.unknown


class PositionQuerySet(models.QuerySet["Position"]):
    def visible_to(self, actor: Actor, action: str) -> PositionQuerySet:
        """Those of the pilot areas in reach."""
        seen = PilotPosition.objects.filter(condition(PilotPosition.ACCESS, actor, action))
        return self.filter(programme=actor.hat.programme_id, pilot__in=seen.order_by().values("pk"))


class Position(models.Model):
    """One indicator of one pilot area: its latest figure against the target that matters most today.

    `verdict` is empty where no target is on record. `before_*` is what the figure before the latest said, judged on
    its own day against the same target; `change` how many steps better (+) or worse (-) the verdict is since.
    """

    pilot = models.ForeignKey(PilotPosition, models.CASCADE, related_name="positions", db_index=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    figure_on = models.DateField(null=True, help_text="The last day of the figure's period.")
    figure = models.UUIDField(null=True, help_text="Of the observation; none where several places were put together.")
    is_reported = models.BooleanField(default=False, help_text="Accepted in the programme; else published.")
    expected = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    gap = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    gap_years = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    comparison = models.CharField(max_length=10, choices=Comparison.choices, blank=True)
    target = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    target_to = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    due_on = models.DateField(_("by"), null=True)
    before_verdict = models.CharField(max_length=10, blank=True)
    before_value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    before_on = models.DateField(null=True)
    change = models.SmallIntegerField(default=0)
    is_demo = models.BooleanField(default=False)

    objects: ClassVar = PositionQuerySet.as_manager()
    IS_CACHE = True

    class Meta:
        ordering: ClassVar = ["pilot", "indicator"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["pilot", "indicator"], name="position_once")]
        indexes: ClassVar = [
            models.Index(fields=["programme", "indicator", "gap"], name="position_by_gap"),
            models.Index(
                "programme",
                models.F("figure_on").desc(),
                "change",
                "id",
                name="position_newest",
                condition=~models.Q(change=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot} {self.indicator}: {self.verdict}"


class PositionCount(models.Model):
    """How many targets below an office stand how, by everything they are sorted by; as sums of the positions.

    `sender`: who sends to the office on their way, itself a pilot area or not; none for pilot areas that send to it and
    compile for nobody. `is_direct`: the pilot area's own office sends to it.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    office = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    sender = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", db_index=False)
    is_direct = models.BooleanField()
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="+", db_index=False)
    category = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=10, choices=Region.choices, blank=True)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10)
    change = models.SmallIntegerField(default=0)
    count = models.IntegerField()

    IS_CACHE = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "programme", "office", "indicator", "sender", "is_direct", "batch", "category", "region",
                    "verdict", "change",
                ],
                nulls_distinct=False,
                name="position_count_once",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.office} {self.indicator} {self.verdict}: {self.count}"


class Freshness(models.Model):
    """The version of everything below an office: one more whenever a position of it has been written."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    office = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    number = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    IS_CACHE = True

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "office"], name="freshness_once")]

    def __str__(self) -> str:
        return f"{self.office}: {self.number}"
