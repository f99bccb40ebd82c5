"""What is reported, by whom, when: templates, cycles, dues, reports with their sealed versions, compilation."""

from reporting.models.contacts import VersionContact, VersionGroup, VersionMember
from reporting.models.cycles import (
    REPORT_KINDS,
    Cycle,
    CycleKind,
    CycleSource,
    Due,
    Occasion,
    Template,
    TemplatePurpose,
    TemplateSection,
)
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
    "REPORT_KINDS",
    "WITH_RECEIVER",
    "Basis",
    "Cycle",
    "CycleKind",
    "CycleSource",
    "Due",
    "Occasion",
    "Report",
    "ReportQuerySet",
    "ReportSection",
    "ReportStatus",
    "ReportVersion",
    "SectionRemark",
    "Standing",
    "Template",
    "TemplatePurpose",
    "TemplateSection",
    "VersionContact",
    "VersionGroup",
    "VersionMember",
    "VersionQuerySet",
    "VersionSection",
    "Writer",
    "overdue_now",
    "owed_now",
]
