"""What a person may read of a report: the text being written, or which sealed version."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q

from accounts.access import Actor
from records.models import Event, EventQuerySet
from reporting.models import (
    WITH_RECEIVER,
    CycleKind,
    Report,
    ReportSection,
    ReportVersion,
    SectionRemark,
    TemplateSection,
    VersionSection,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One section as shown: its form, its text, and what the receiver said about it last."""

    section: TemplateSection
    html: str
    revision: int = 0
    length: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown of a report. `version` None: the text being written; no passages: nothing to read yet."""

    passages: tuple[Passage, ...]
    version: ReportVersion | None = None


def is_own(report: Report, actor: Actor) -> bool:
    return report.due.unit_id == actor.hat.unit_id


def sees_draft(report: Report, actor: Actor) -> bool:
    """Whether the text being written is open to this person (own unit, and the auditor)."""
    return (
        Report.objects.visible_to(actor, "report.draft").filter(pk=report.pk).exists()
        if actor.can("report.draft")
        else False
    )


def events_of(report: Report, actor: Actor) -> EventQuerySet:
    """What happened to a report: all of it to its own unit and the auditor, to others what went out of the unit."""
    events = Event.objects.about("report", report.uid)
    return events if is_own(report, actor) or sees_draft(report, actor) else events.known_beyond_the_unit()


def readable_versions(report: Report, actor: Actor) -> list[ReportVersion]:
    """Newest first: all to the sender and the auditor, what reached it to the receiver, what counts to those above."""
    versions = report.versions.select_related("seal", "submitted_by", "signed_by", "received_by", "decided_by")
    if is_own(report, actor) or sees_draft(report, actor):
        return list(versions)
    if report.due.receiver_id == actor.hat.unit_id:
        return list(versions.exclude(outcome=ReportVersion.Outcome.RECALLED))
    return list(versions.filter(outcome=ReportVersion.Outcome.ACCEPTED))


def read(report: Report, actor: Actor, versions: list[ReportVersion]) -> Reading:
    """The text shown first: what is being written to its own unit, else the newest readable version."""
    if report.status not in WITH_RECEIVER and sees_draft(report, actor):
        return Reading(passages=live_passages(report))
    if not versions:
        return Reading(passages=())
    return Reading(passages=version_passages(versions[0]), version=versions[0])


def live_passages(report: Report) -> tuple[Passage, ...]:
    """The text being written; with the receiver's remarks while the last version stands returned."""
    texts = {row.section_id: row for row in ReportSection.objects.filter(report=report)}
    last = report.versions.order_by("-number").values_list("pk", "outcome").first()
    remarks = (
        dict(SectionRemark.objects.filter(version=last[0]).values_list("section_id", "text"))
        if last and last[1] == ReportVersion.Outcome.RETURNED
        else {}
    )
    return tuple(
        Passage(
            section=section,
            html=texts[section.pk].html if section.pk in texts else "",
            revision=texts[section.pk].revision if section.pk in texts else 0,
            length=texts[section.pk].length if section.pk in texts else 0,
            remark=remarks.get(section.pk, ""),
        )
        for section in report.due.cycle.template.sections.all()
    )


def version_passages(version: ReportVersion) -> tuple[Passage, ...]:
    remarks = {row.section_id: row.text for row in version.remarks.all()}
    return tuple(
        Passage(section=row.section, html=row.html, remark=remarks.get(row.section_id, ""))
        for row in VersionSection.objects.filter(version=version).select_related("section")
    )


def last_period(report: Report) -> ReportVersion | None:
    """The accepted version of the same sender's report of the period before, to write beside and compare with."""
    cycle = report.due.cycle
    earlier = Q(report__due__cycle__year__lt=cycle.year)
    if cycle.kind == CycleKind.YEAR_END:
        earlier |= Q(report__due__cycle__year=cycle.year, report__due__cycle__kind=CycleKind.MID_YEAR)
    return (
        ReportVersion.objects.filter(
            earlier,
            report__accepted_version=F("pk"),
            report__due__unit=report.due.unit_id,
            report__due__capacity=report.due.capacity,
            report__due__pilot_area=report.due.pilot_area_id,
            report__due__cycle__programme=cycle.programme_id,
        )
        .select_related("report__due__cycle__programme")
        .order_by("-report__due__cycle__year", "-report__due__cycle__kind")
        .first()
    )
