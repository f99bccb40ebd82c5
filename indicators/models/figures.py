"""What all figures have in common: those being written, those submitted, those observed."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.models.catalogue import Indicator
from units.models import Division


class Part(models.TextChoices):
    """The part of a year a figure is about; a stock is as of its last day."""

    YEAR = "year", pgettext_lazy("period of a figure", "whole year")
    FIRST_HALF = "h1", pgettext_lazy("period of a figure", "first half")


def period_end(year: int, part: str) -> dt.date:
    """The last day of a period: what a stock is as of, and the day of the tree it is rolled up along."""
    return dt.date(year, 6, 30) if part == Part.FIRST_HALF else dt.date(year, 12, 31)


class FigureStatus(models.TextChoices):
    """How settled a figure is (DOMAIN.md): an estimate, then preliminary, then final."""

    ESTIMATE = "estimate", _("estimate")
    PRELIMINARY = "preliminary", _("preliminary")
    FINAL = "final", _("final")


RANK = {FigureStatus.ESTIMATE: 1, FigureStatus.PRELIMINARY: 2, FigureStatus.FINAL: 3}
"""Which of two figures counts: the more settled."""


class Absence(models.TextChoices):
    """Why there is no number. Zero is a number; nothing entered is neither of these."""

    NONE = "", _("a number")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    NOT_AVAILABLE = "not_available", _("not available")


class Figure(models.Model):
    """One indicator of one place in one period, in the indicator's unit, with what was typed.

    A rate has numerator and denominator in its version's `part_measure`. Yes or no, and done or not, are 1 and 0.
    """

    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    part = models.CharField(_("period"), max_length=4, choices=Part.choices, default=Part.YEAR)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6, null=True, blank=True)
    numerator = models.DecimalField(_("numerator"), max_digits=24, decimal_places=6, null=True, blank=True)
    denominator = models.DecimalField(_("denominator"), max_digits=24, decimal_places=6, null=True, blank=True)
    absence = models.CharField(_("why there is no number"), max_length=14, choices=Absence.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    status = models.CharField(
        _("how settled"), max_length=11, choices=FigureStatus.choices, default=FigureStatus.ESTIMATE
    )
    entered = models.CharField(max_length=60, blank=True, help_text="As typed.")
    entered_measure = models.CharField(max_length=12, blank=True, help_text="The unit it was typed in.")
    source = models.CharField(_("source"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        abstract = True

    @property
    def period(self) -> str:
        return f"{self.year}" if self.part == Part.YEAR else f"{self.year} {self.get_part_display()}"

    @property
    def period_end(self) -> dt.date:
        return period_end(self.year, self.part)

    @property
    def is_given(self) -> bool:
        """Whether anything is said at all: a number, or why there is none."""
        return self.value is not None or self.absence != Absence.NONE


class DraftFigure(Figure):
    """A figure being written, one row of a grid. `revision` is its own optimistic lock.

    `answers`: code of a warning → what the writer says to it; an answer is to the figure as it then was, so a change
    of the figure empties them.
    """

    answers = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


FIGURE_FIELDS: tuple[str, ...] = (
    "value", "numerator", "denominator", "absence", "reason", "status", "entered", "entered_measure", "source", "note",
)  # fmt: skip
"""What is said in one."""
