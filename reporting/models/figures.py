"""The figures of a report: as they are written, as they were submitted, and those a compiled report rolled up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models import DraftFigure, Figure, FigureStatus, Indicator, Part
from reporting.models.reports import Report
from reporting.models.versions import ReportVersion


class ReportFigure(DraftFigure):
    """One row of a report's grid as it is being written."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")

    class Meta:
        ordering: ClassVar = ["report_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "division", "indicator", "year", "part"], name="report_figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.indicator}"


class VersionFigure(Figure):
    """A figure as it was submitted, with the warnings that then spoke and what the sender answered."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="figures")
    findings = models.JSONField(default=list, help_text="Of each warning: code, message and answer.")

    class Meta:
        ordering: ClassVar = ["version_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "division", "indicator", "year", "part"], name="version_figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.indicator}"


class VersionRollUp(models.Model):
    """A rolled-up figure as a compiled report was submitted with it: the value and its coverage then."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="rollups")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=4, choices=Part.choices)
    value = models.DecimalField(_("value"), max_digits=36, decimal_places=6, null=True)
    expected = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    not_applicable = models.PositiveIntegerField()
    status = models.CharField(max_length=11, choices=FigureStatus.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["version_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "indicator", "year", "part"], name="version_rollup_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.indicator}"
