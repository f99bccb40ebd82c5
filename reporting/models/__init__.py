"""What is reported, by whom, when: templates, cycles, dues, reports with their sealed versions, compilation."""

from reporting.models.cycles import Cycle, CycleKind, CycleSource, Due, Template, TemplateSection
from reporting.models.reports import (
    EDITABLE,
    WITH_RECEIVER,
    Report,
    ReportQuerySet,
    ReportSection,
    ReportStatus,
    Writer,
    overdue_now,
    owed_now,
)
from reporting.models.versions import Basis, ReportVersion, SectionRemark, Standing, VersionQuerySet, VersionSection

__all__ = [
    "EDITABLE",
    "WITH_RECEIVER",
    "Basis",
    "Cycle",
    "CycleKind",
    "CycleSource",
    "Due",
    "Report",
    "ReportQuerySet",
    "ReportSection",
    "ReportStatus",
    "ReportVersion",
    "SectionRemark",
    "Standing",
    "Template",
    "TemplateSection",
    "VersionQuerySet",
    "VersionSection",
    "Writer",
    "overdue_now",
    "owed_now",
]
