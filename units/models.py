"""Places (divisions), offices (units) and the identity of a programme.

A place is not an office: 四川省 is a division, 四川省发展和改革委员会 a unit of it (DOMAIN.md).
Codes, names and parents of a place are dated; so are the names of an office.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from units.keys import PublicKey

FOREVER = DateRange(None, None, "[)")


def in_language(name_zh: str, name_en: str) -> str:
    """The name in the reader's language; Chinese where no English one is known."""
    if name_en and (get_language() or "").startswith("en"):
        return name_en
    return name_zh


class Named(models.Model):
    name_zh = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


class Sourced(models.Model):
    """Where a fact comes from. What is not verified is never shown as a fact."""

    class Confidence(models.TextChoices):
        HIGH = "high", _("verified")
        MEDIUM = "medium", _("reported")
        LOW = "low", _("not verified")

    source = models.TextField(_("source"), blank=True)
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta:
        abstract = True

    @property
    def is_fact(self) -> bool:
        return self.confidence != self.Confidence.LOW and "memory" not in self.source


UNVERIFIED = models.Q(confidence=Sourced.Confidence.LOW) | models.Q(source__contains="memory")
"""Rows whose facts nobody could verify: the same as `not is_fact`, of a set."""


class Listed(models.Model):
    """What the reference data and imported lists both write. A list that was brought in wins until it is undone."""

    by_import = models.BooleanField(
        default=False, help_text="A list brought in made or changed it: loading the reference data leaves it alone."
    )

    class Meta:
        abstract = True


class Division(PublicKey, Listed):
    """One place through all its names and codes. The columns `*_now` cache today's version."""

    class Level(models.TextChoices):
        NATION = "nation", _("nation")
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")

    key = models.CharField(max_length=80, unique=True, help_text="Stable key of the reference data.")
    level = models.CharField(max_length=12, choices=Level.choices)
    is_fictitious = models.BooleanField(default=False)
    name_now = models.CharField(max_length=200, db_index=True)
    name_en_now = models.CharField(max_length=200, blank=True)
    code_now = models.CharField(max_length=12, blank=True)
    parent_now = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children_now")
    path_now = models.CharField(max_length=200, blank=True, db_index=True, help_text="Ids from the top: /1/2/")
    sort_key = models.CharField(max_length=200, db_index=True)
    succeeded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering: ClassVar = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_now, self.name_en_now)

    def version_on(self, day: dt.date) -> DivisionVersion | None:
        """The name, code and parent as they were on a day; None where the place did not exist."""
        return self.versions.filter(valid__contains=day).select_related("parent").first()


class DivisionVersion(Named):
    """What a place was called, and to which it belonged, in a span of time (half-open; unknown start unbounded)."""

    division = models.ForeignKey(Division, models.CASCADE, related_name="versions")
    code = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    valid = DateRangeField(default=FOREVER)
    source = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["division_id", "valid"]
        indexes: ClassVar = [models.Index(fields=["code"], name="division_version_code")]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="division_one_version_at_a_time",
                expressions=[("division", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Two versions of one place overlap in time."),
            ),
            ExclusionConstraint(
                name="division_code_one_place_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=~models.Q(code=""),
                violation_error_message=_("Two places carry one code at the same time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"

    @property
    def since(self) -> dt.date | None:
        return self.valid.lower if self.valid else None

    @property
    def until(self) -> dt.date | None:
        """The first day it no longer holds; None while it does."""
        return self.valid.upper if self.valid else None


class Unit(PublicKey, Sourced, Listed):
    """An office of a place: it owes, receives and signs. Its current name is cached from `UnitName`."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("national department")
        COMMISSION = "commission", _("development and reform commission")
        LEADING_GROUP = "leading_group", _("leading-group office")
        DEPARTMENT = "department", _("department")
        GOVERNMENT = "government", _("government")

    key = models.CharField(max_length=120, unique=True, help_text="Stable key of the reference data.")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="units")
    name_now = models.CharField(max_length=200)
    name_en_now = models.CharField(max_length=200, blank=True)
    sort_key = models.CharField(max_length=300, db_index=True)
    is_fictitious = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)
    succeeded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering: ClassVar = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_now, self.name_en_now)

    def name_on(self, day: dt.date) -> str:
        row = self.names.filter(valid__contains=day).first()
        return row.name if row else self.name


class UnitName(Named, Sourced):
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names")
    valid = DateRangeField(default=FOREVER)

    class Meta:
        ordering: ClassVar = ["unit_id", "valid"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="unit_one_name_at_a_time",
                expressions=[("unit", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Two names of one office overlap in time."),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


class Programme(Named):
    """What an office acts under: the national pilots, or a city's own. Memberships and cycles carry it."""

    code = models.SlugField(max_length=20, unique=True)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="programmes")
    prefix = models.CharField(max_length=8, unique=True, help_text="Begins the receipt numbers.")
    purpose_zh = models.TextField(blank=True)
    purpose_en = models.TextField(blank=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def purpose(self) -> str:
        return in_language(self.purpose_zh, self.purpose_en)


class AnnouncedYear(PublicKey):
    """A year the library does not know yet whose public holidays were entered here. Until then it is provisional."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=300)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("announced year")
        ordering: ClassVar = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(PublicKey):
    """A day that is not what the library says: announced for everybody (no unit), or an office's own closure.

    The offices' calendar (units.calendar) lays an office's rows over everybody's, and both over the library.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="calendar_days")
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("occasion"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=300, help_text="Which announcement or decision says so.")
    announcement = models.ForeignKey(
        AnnouncedYear, models.PROTECT, null=True, blank=True, related_name="days",
        help_text="Entered with a whole year, and corrected with it; none where the day was entered by itself.",
    )  # fmt: skip

    class Meta:
        verbose_name = _("calendar day")
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "day"],
                nulls_distinct=False,
                name="calendar_day_once",
                violation_error_message=_("This day is already entered."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
