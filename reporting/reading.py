"""What a person may read of a report: the text being written, or which sealed version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from portal.errors import NotFound
from records.models import Event, EventQuerySet
from reporting.contacts import Sheet, live_sheet, version_sheet
from reporting.models import (
    WITH_RECEIVER,
    Cycle,
    CycleKind,
    Report,
    ReportSection,
    ReportVersion,
    SectionRemark,
    TemplateSection,
    VersionSection,
)

BEFORE = "_last_period"


@dataclass(frozen=True, slots=True)
class Passage:
    """One section as shown: its form, its text, and what the receiver said about it last."""

    section: TemplateSection
    html: str
    revision: int = 0
    length: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The version of a report that is in force, with its text: open to everybody who sees the report."""

    version: ReportVersion
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown of a report. `version` None: the text being written; no passages: nothing to read yet.

    `sheet`: the contacts, of a report of contacts. `is_live`: the text being written is shown, so its figures may be.
    """

    passages: tuple[Passage, ...]
    version: ReportVersion | None = None
    sheet: Sheet | None = None
    is_live: bool = False


def is_own(report: Report, actor: Actor) -> bool:
    return report.due.unit_id == actor.hat.unit_id


def sees_draft(report: Report, actor: Actor) -> bool:
    """Whether the text being written is open to this person (own unit, and the auditor); asked once of each report."""
    if not actor.can("report.draft"):
        return False
    if actor.hat.pk not in report.draft_open_to:
        found = Report.objects.visible_to(actor, "report.draft").filter(pk=report.pk).exists()
        report.draft_open_to[actor.hat.pk] = found
    return report.draft_open_to[actor.hat.pk]


def events_of(report: Report, actor: Actor) -> EventQuerySet:
    """What happened to a report: all of it to its own unit and the auditor, to others what went out of the unit."""
    events = Event.objects.about("report", report.uid)
    return events if is_own(report, actor) or sees_draft(report, actor) else events.known_beyond_the_unit()


def readable_versions(report: Report, actor: Actor) -> list[ReportVersion]:
    """Newest first: all to the sender and the auditor, what reached it to the receiver, what counts to those above."""
    needed = ("seal", "submitted_by", "signed_by", "received_by", "decided_by", "plan__plan")
    versions = report.versions.select_related(*needed)
    if is_own(report, actor) or sees_draft(report, actor):
        return list(versions)
    if report.due.receiver_id == actor.hat.unit_id:
        return list(versions.exclude(outcome=ReportVersion.Outcome.RECALLED))
    return list(versions.filter(outcome=ReportVersion.Outcome.ACCEPTED))


def readable_versions_of(reports: list[Report], actor: Actor) -> dict[int, list[ReportVersion]]:
    """The same of many reports by their id, in two statements; reports with none are left out."""
    known = {report.pk: report for report in reports}
    drafts = Report.objects.visible_to(actor, "report.draft").filter(pk__in=known).values_list("pk", flat=True)
    inside = set(drafts) if actor.can("report.draft") else set()
    found: dict[int, list[ReportVersion]] = {}
    for version in ReportVersion.objects.filter(report__in=known).order_by("report_id", "-number"):
        report = version.report = known[version.report_id]
        received = report.due.receiver_id == actor.hat.unit_id and version.outcome != ReportVersion.Outcome.RECALLED
        inner = is_own(report, actor) or report.pk in inside
        if inner or received or version.outcome == ReportVersion.Outcome.ACCEPTED:
            found.setdefault(report.pk, []).append(version)
    return found


def read(report: Report, actor: Actor, versions: list[ReportVersion]) -> Reading:
    """The text shown first: what is being written to its own unit, else the newest readable version."""
    if report.status not in WITH_RECEIVER and sees_draft(report, actor):
        sheet = live_sheet(report) if report.due.cycle.is_of_contacts else None
        return Reading(passages=live_passages(report, versions), sheet=sheet, is_live=True)
    if not versions:
        return Reading(passages=())
    return read_version(report, versions[0])


def read_version(report: Report, version: ReportVersion) -> Reading:
    """One sealed version, as it was submitted."""
    sheet = version_sheet(version) if report.due.cycle.is_of_contacts else None
    return Reading(version_passages(version), version, sheet)


def contacts_or_404(report: Report, actor: Actor, number: int | None) -> Reading:
    """A report of contacts with its sheet: the version asked for, else what its page shows. Raises NotFound."""
    if not report.due.cycle.is_of_contacts:
        raise NotFound
    versions = readable_versions(report, actor)
    if number is None:
        shown = read(report, actor, versions)
        if shown.sheet is None:
            raise NotFound(_("The contacts have not been sent yet."))
        return shown
    version = next((version for version in versions if version.number == number), None)
    if version is None:
        raise NotFound
    return read_version(report, version)


def held_against(report: Report, shown: Reading, versions: list[ReportVersion], view: str) -> ReportVersion | None:
    """What the text shown is compared with: the version before it (`changes`), or the period before (`last`)."""
    if view == "changes":
        before = [v for v in versions if shown.version is None or v.number < shown.version.number]
        return before[0] if before else None
    return last_period(report) if view == "last" else None


def live_passages(report: Report, versions: Sequence[ReportVersion] | None = None) -> tuple[Passage, ...]:
    """The text being written; with the receiver's remarks while the last version stands returned.

    `versions`: all of them, newest first, where they are read already.
    """
    texts = {row.section_id: row for row in ReportSection.objects.filter(report=report)}
    newest = report.versions.order_by("-number")[:1] if versions is None else versions[:1]
    remarks = {
        section: text
        for version in newest
        if version.outcome == ReportVersion.Outcome.RETURNED
        for section, text in SectionRemark.objects.filter(version=version).values_list("section_id", "text")
    }
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


def accepted_of(reports: Sequence[Report]) -> dict[int, Accepted]:
    """Report's key → its version in force; two statements, however many reports."""
    numbers = [report.accepted_version_id for report in reports if report.accepted_version_id]
    passages: dict[int, list[Passage]] = defaultdict(list)
    for row in VersionSection.objects.filter(version__in=numbers).select_related("section"):
        passages[row.version_id].append(Passage(row.section, row.html))
    versions = ReportVersion.objects.filter(pk__in=numbers).select_related("seal")
    return {version.report_id: Accepted(version, tuple(passages[version.pk])) for version in versions}


def last_period(report: Report) -> ReportVersion | None:
    """The accepted version of the same sender's report of the period before, to write beside and compare with.

    Read once for each report object.
    """
    if BEFORE not in report.__dict__:
        report.__dict__[BEFORE] = _last_period(report)
    found: ReportVersion | None = report.__dict__[BEFORE]
    return found


def _last_period(report: Report) -> ReportVersion | None:
    cycle = report.due.cycle
    return (
        ReportVersion.objects.filter(
            _earlier(cycle),
            report__accepted_version=F("pk"),
            report__due__unit=report.due.unit_id,
            report__due__capacity=report.due.capacity,
            report__due__pilot_area=report.due.pilot_area_id,
            report__due__cycle__programme=cycle.programme_id,
        )
        .select_related("report__due__cycle__programme")
        .order_by("-report__due__cycle__year", "-report__due__cycle__kind", "-report__due__cycle__number")
        .first()
    )


def _earlier(cycle: Cycle) -> Q:
    """Periods of reports before this one; for contacts, the rounds of contacts before it."""
    before = Q(report__due__cycle__year__lt=cycle.year)
    of_contacts = Q(report__due__cycle__kind=CycleKind.CONTACTS)
    if cycle.is_of_contacts:
        before |= Q(report__due__cycle__year=cycle.year, report__due__cycle__number__lt=cycle.number)
        return of_contacts & before
    if cycle.kind == CycleKind.YEAR_END:
        before |= Q(report__due__cycle__year=cycle.year, report__due__cycle__kind=CycleKind.MID_YEAR)
    return ~of_contacts & before
