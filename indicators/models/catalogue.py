"""What is measured: indicators, their dated versions, where each field comes from, how they hang together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet, condition
from indicators.measures import Measure
from pilots.models import PilotArea
from units.keys import PublicKey
from units.models import FOREVER, Division, Named, Programme, Sourced, Unit, in_language


class IndicatorQuerySet(ScopedQuerySet["Indicator"]):
    def shared(self) -> IndicatorQuerySet:
        return self.filter(pilot_area__isnull=True)

    def visible_to(self, actor: Actor, action: str) -> IndicatorQuerySet:
        """The shared ones are everybody's who has the action; own ones as their pilot area."""
        if not actor.can(action):
            return self.none()
        return self.filter(condition(Indicator.ACCESS, actor, action) | models.Q(pilot_area__isnull=True))


class Indicator(PublicKey):
    """One thing that is measured, through all its versions. `name_now` and `sort_key` cache the newest.

    A pilot area may define its own; it counts in a wider roll-up only through `mapped_to`, a shared indicator.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    pilot_area = models.ForeignKey(
        PilotArea, models.PROTECT, null=True, blank=True, related_name="own_indicators",
        help_text="Whose own it is; none: shared by all.",
    )  # fmt: skip
    mapped_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="mapped",
        help_text="The shared indicator this own one counts towards in roll-ups.",
    )  # fmt: skip
    plan_number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Its number among the main indicators of the national plan."
    )
    name_now = models.CharField(max_length=200)
    name_en_now = models.CharField(max_length=200, blank=True)
    sort_key = models.CharField(max_length=300, db_index=True)
    version = models.PositiveIntegerField(default=0, help_text="Goes up with each change, for whoever edits.")

    objects: ClassVar = IndicatorQuerySet.as_manager()
    ACCESS = AccessPaths(programme="pilot_area__programme", unit="pilot_area__reporting_unit")

    class Meta:
        verbose_name = _("indicator")
        ordering: ClassVar = ["plan_number", "sort_key", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(mapped_to__isnull=True) | models.Q(pilot_area__isnull=False),
                name="indicator_only_own_ones_are_mapped",
            ),
            models.UniqueConstraint(
                fields=["plan_number"], condition=models.Q(plan_number__isnull=False), name="indicator_plan_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_now, self.name_en_now)


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("higher is better")
    DOWN = "down", _("lower is better")
    RANGE = "range", _("within a range is best")
    YES_NO = "yes_no", _("yes or no")
    QUALITATIVE = "qualitative", _("in words, with a criterion of completion")


class Frequency(models.TextChoices):
    YEARLY = "yearly", _("yearly")
    HALF_YEARLY = "half_yearly", _("half-yearly")


class RollUpMethod(models.TextChoices):
    """How the figures of places make the figure of the place they lie in."""

    SUM = "sum", _("sum")
    RATIO = "ratio", _("sum of numerators by sum of denominators")
    WEIGHTED = "weighted", _("mean weighted by another indicator")
    COUNT_YES = "count_yes", _("how many say yes")
    LATEST = "latest", _("the one given last")
    NONE = "none", _("not rolled up")


class Series(models.TextChoices):
    """What a figure's comparability hangs on: its vintages follow the censuses of this kind."""

    NONE = "", _("none")
    POPULATION = "population_census", _("population census")


class IndicatorVersion(PublicKey, Named):
    """What an indicator means in a span of time (half-open). Figures are judged by the version of their period's end.

    `measure` is the unit figures are kept in, `precision` the decimals shown. For a rate the two `…_of` name what it
    is made of, in words, and the two foreign keys the indicators that measure them, where there are such.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="versions")
    valid = DateRangeField(default=FOREVER)
    group_zh = models.CharField(max_length=80, blank=True)
    group_en = models.CharField(max_length=80, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=12, choices=Measure.choices)
    precision = models.PositiveSmallIntegerField(_("decimals shown"), default=2)
    direction = models.CharField(_("direction"), max_length=12, choices=Direction.choices, default=Direction.UP)
    best_from = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    best_to = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    caliber_zh = models.TextField(_("definition"), blank=True)
    caliber_en = models.TextField(_("definition in English"), blank=True)
    criterion_zh = models.TextField(_("criterion of completion"), blank=True)
    criterion_en = models.TextField(_("criterion in English"), blank=True)
    frequency = models.CharField(_("frequency"), max_length=12, choices=Frequency.choices, default=Frequency.YEARLY)
    department = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    levels = ArrayField(
        models.CharField(max_length=12, choices=Division.Level.choices), default=list, blank=True,
        help_text="It applies to places of these levels only; to all where empty.",
    )  # fmt: skip
    applies_by = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="It applies only where this other indicator is above `applies_over`.",
    )  # fmt: skip
    applies_over = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    method = models.CharField(_("roll-up"), max_length=10, choices=RollUpMethod.choices, default=RollUpMethod.NONE)
    weight = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="What a weighted mean is weighted by, and coverage counted by.",
    )  # fmt: skip
    numerator_zh = models.CharField(max_length=120, blank=True)
    numerator_en = models.CharField(max_length=120, blank=True)
    denominator_zh = models.CharField(max_length=120, blank=True)
    denominator_en = models.CharField(max_length=120, blank=True)
    numerator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="+")
    denominator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="+")
    scale = models.DecimalField(
        max_digits=12, decimal_places=6, default=1, help_text="numerator ÷ denominator × this is the rate: 100 for %."
    )
    part_measure = models.CharField(
        max_length=12, choices=Measure.choices, blank=True, help_text="The unit of numerator and denominator."
    )
    lowest = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    highest = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    is_cumulative = models.BooleanField(default=False, help_text="Counts on from a beginning: it cannot fall.")
    series = models.CharField(max_length=20, choices=Series.choices, blank=True, default=Series.NONE)
    recorded_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of an indicator")
        ordering: ClassVar = ["indicator_id", "valid"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="indicator_one_version_at_a_time",
                expressions=[("indicator", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Two versions of one indicator overlap in time."),
            ),
            models.CheckConstraint(
                condition=models.Q(best_from__isnull=True)
                | models.Q(best_to__isnull=True)
                | models.Q(best_from__lte=models.F("best_to")),
                name="indicator_best_in_order",
                violation_error_message=_("The best range begins below where it ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(lowest__isnull=True)
                | models.Q(highest__isnull=True)
                | models.Q(lowest__lte=models.F("highest")),
                name="indicator_bounds_in_order",
                violation_error_message=_("The lowest possible value lies below the highest."),
            ),
            models.CheckConstraint(
                condition=~models.Q(method="weighted") | models.Q(weight__isnull=False),
                name="indicator_weighted_has_weight",
                violation_error_message=_("A weighted mean names the indicator it is weighted by."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def group(self) -> str:
        return in_language(self.group_zh, self.group_en)

    @property
    def caliber(self) -> str:
        return in_language(self.caliber_zh, self.caliber_en)

    @property
    def criterion(self) -> str:
        return in_language(self.criterion_zh, self.criterion_en)

    @property
    def numerator_name(self) -> str:
        return in_language(self.numerator_zh, self.numerator_en)

    @property
    def denominator_name(self) -> str:
        return in_language(self.denominator_zh, self.denominator_en)

    @property
    def is_rate(self) -> bool:
        """Whether it is asked for by numerator and denominator."""
        return self.method == RollUpMethod.RATIO

    @property
    def is_yes_no(self) -> bool:
        """Whether its figures are 1 and 0 for yes and no, or done and not done."""
        return self.direction in {Direction.YES_NO, Direction.QUALITATIVE}

    @property
    def since(self) -> dt.date | None:
        return self.valid.lower if self.valid else None

    @property
    def until(self) -> dt.date | None:
        return self.valid.upper if self.valid else None


class FieldSource(Sourced):
    """Where one field of a version comes from. A field without a row is ours, and says so; `field` is its name.

    `plan_2012` and `plan_2020` are no columns: `said` then holds what the national plan's table says for that year.
    """

    version = models.ForeignKey(IndicatorVersion, models.CASCADE, related_name="sources")
    field = models.CharField(max_length=30)
    said = models.CharField(max_length=120, blank=True, help_text="As written there.")

    class Meta:
        ordering: ClassVar = ["version_id", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "field"], name="field_source_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.field}"


class Relation(models.Model):
    """How two indicators hang together, for checks: a whole and its part, or one that is never above another."""

    class Kind(models.TextChoices):
        PART = "part", _("is part of")
        NOT_ABOVE = "not_above", _("is not above")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    lower = models.ForeignKey(Indicator, models.CASCADE, related_name="relations_up")
    upper = models.ForeignKey(Indicator, models.CASCADE, related_name="relations_down")
    source = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "lower", "upper"], name="relation_once"),
            models.CheckConstraint(condition=~models.Q(lower=models.F("upper")), name="relation_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.lower} {self.get_kind_display()} {self.upper}"


class Vintage(PublicKey, Named):
    """One edition of a series of figures: a census re-bases what came before (DOMAIN.md, ‘Figures’).

    `from_year`: the first year whose figures are of this edition unless they say otherwise.
    """

    code = models.SlugField(max_length=20, unique=True)
    series = models.CharField(max_length=20, choices=Series.choices)
    from_year = models.PositiveSmallIntegerField()
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta:
        verbose_name = _("vintage")
        ordering: ClassVar = ["series", "from_year"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["series", "from_year"], name="vintage_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def note(self) -> str:
        return in_language(self.note_zh, self.note_en)


def edition_of(editions: Iterable[Vintage], series: str, year: int) -> Vintage | None:
    """The edition a year's figures belong to unless they say otherwise; None before the first and without a series.

    `editions`: those of this series, and maybe of others, the newest first.
    """
    return next((row for row in editions if series and row.series == series and row.from_year <= year), None)


class AskedIndicator(models.Model):
    """An indicator that a programme's reports ask for (N16). A pilot area's own ones are asked of it besides."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="asked_indicators")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    is_compulsory = models.BooleanField(default=False)
    source = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["programme_id", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "indicator"],
                name="asked_indicator_once",
                violation_error_message=_("This programme asks for this indicator already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.indicator}"
