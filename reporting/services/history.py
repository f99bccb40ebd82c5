"""Bringing in reports that were finished long ago: many at once, with the acts as they happened.

The rows are the same as if each act had been carried out on its day: sections, sealed version, events, basis.
Nobody is told: what is over needs nobody's attention. The table of transitions says whether the acts follow
on each other; the engine itself would take minutes for the hundreds of reports of closed cycles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.access import Actor
from portal.errors import RuleBroken
from records.journal import Note, unsaved
from records.models import Event, Seal
from records.seals import unsaved_seal
from reporting import compilation
from reporting.compilation import BasisRow
from reporting.models import (
    Basis,
    Report,
    ReportSection,
    ReportStatus,
    ReportVersion,
    TemplateSection,
    VersionSection,
)
from reporting.texts import clean
from reporting.workflow import REPORT, receipt_number, version_content

BATCH = 500
ACTS = ("send_for_signing", "sign", "submit", "receive", "accept")
"""The straight way of a report; one that was returned in between is carried through the engine instead."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One report that was accepted at the first go. `days` gives the instant of each act of ACTS."""

    report: Report
    texts: Mapping[str, str]
    drafter: Actor
    lead: Actor
    reviewer: Actor
    days: Mapping[str, dt.datetime]

    def actor_of(self, act: str) -> Actor:
        return {"sign": self.lead, "receive": self.reviewer, "accept": self.reviewer}.get(act, self.drafter)


@dataclass(frozen=True, slots=True)
class _Written:
    """A report on its way into the database."""

    item: Finished
    sections: list[tuple[TemplateSection, str, int]]
    basis: list[BasisRow]
    seal: Seal
    version: ReportVersion


@transaction.atomic
def record_finished(items: Sequence[Finished]) -> int:
    """Store the reports as accepted. Give pilot areas first and compilers in a later call: they stand on them.

    Raises RuleBroken when somebody would sign what they wrote themselves.
    """
    written = [_write(item) for item in items]
    Seal.objects.bulk_create((row.seal for row in written), batch_size=BATCH)
    ReportVersion.objects.bulk_create((row.version for row in written), batch_size=BATCH)
    ReportSection.objects.bulk_create((s for row in written for s in _sections(row)), batch_size=BATCH)
    VersionSection.objects.bulk_create(
        (
            VersionSection(version=row.version, section=section, html=html)
            for row in written
            for section, html, _length in row.sections
        ),
        batch_size=BATCH,
    )
    Basis.objects.bulk_create((b for row in written for b in _basis(row)), batch_size=BATCH)
    _finish(written)
    Event.objects.bulk_create(_events(written), batch_size=BATCH)
    return len(written)


def _write(item: Finished) -> _Written:
    report = item.report
    if item.lead.user.pk == item.drafter.user.pk:
        raise RuleBroken
    report.signed_by, report.signed_at = item.lead.user, item.days["sign"]
    texts = {code: clean(html, target=code) for code, html in item.texts.items()}
    sections = [
        (section, texts[section.code].html, texts[section.code].length)
        for section in report.due.cycle.template.sections.all()
    ]
    basis = _basis_of(report)
    content = version_content(report, 1, [(section.code, html) for section, html, _length in sections], basis)
    seal = unsaved_seal("report", report.uid, content, at=item.days["submit"])
    return _Written(item, sections, basis, seal, _version(item, seal))


def _basis_of(report: Report) -> list[BasisRow]:
    """Everything accepted so far counts as taken in; what is missing stays missing."""
    if not report.source_cycles:
        return []
    rows = []
    for due in compilation.expected_dues(report):
        version = compilation.usable_version(report, due)
        rows.append(BasisRow(due, version, version))
    return rows


def _version(item: Finished, seal: Seal) -> ReportVersion:
    report, days = item.report, item.days
    return ReportVersion(
        report=report,
        number=1,
        seal=seal,
        receipt_number=receipt_number(report, 1),
        submitted_by=item.drafter.user,
        submitted_at=days["submit"],
        signed_by=item.lead.user,
        signed_at=days["sign"],
        due_end=report.due.due_end,
        received_by=item.reviewer.user,
        received_at=days["receive"],
        outcome=ReportVersion.Outcome.ACCEPTED,
        decided_by=item.reviewer.user,
        decided_at=days["accept"],
    )


def _sections(row: _Written) -> Iterable[ReportSection]:
    for section, html, length in row.sections:
        yield ReportSection(
            report=row.item.report,
            section=section,
            html=html,
            length=length,
            revision=1,
            updated_by=row.item.drafter.user,
            updated_at=row.item.days["send_for_signing"],
        )


def _basis(row: _Written) -> Iterable[Basis]:
    """The working basis and the one fixed with the version, as after a submission."""
    for entry in row.basis:
        for version in (None, row.version):
            if version or entry.used:
                yield Basis(
                    report=row.item.report,
                    version=version,
                    due=entry.due,
                    used=entry.used,
                    standing=entry.standing,
                )


def _finish(written: Sequence[_Written]) -> None:
    """The reports' own columns. Their state is the one the last act leads to."""
    reports = []
    for row in written:
        report = row.item.report
        report.begun_at = row.item.days["send_for_signing"]
        report.accepted_version = row.version
        report.version = len(ACTS)
        reports.append(report)
    Report.objects.bulk_update(
        reports, ["version", "begun_at", "signed_by", "signed_at", "accepted_version"], batch_size=BATCH
    )
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(status=ReportStatus.ACCEPTED)


def _events(written: Sequence[_Written]) -> list[Event]:
    """In order of time, as the chain will have them."""
    events = [
        unsaved(
            f"report.{act}",
            row.item.report.as_subject(),
            by=row.item.actor_of(act),
            at=row.item.days[act],
            note=Note(outcome=outcome, data=_data(row, act)),
        )
        for row in written
        for act, outcome in _outcomes()
    ]
    return sorted(events, key=lambda event: event.at)


def _outcomes() -> list[tuple[str, str]]:
    """Each act with the step it takes, read from the one table of transitions."""
    state: str = ReportStatus.DRAFT
    steps = []
    for act in ACTS:
        transition = REPORT[act]
        if state not in transition.sources:
            raise RuleBroken
        steps.append((act, f"{state} → {transition.target}"))
        state = transition.target
    return steps


def _data(row: _Written, act: str) -> dict[str, object]:
    number, receipt = row.version.number, row.version.receipt_number
    if act == "submit":
        return {"receipt": receipt, "sha256": row.seal.sha256, "number": number}
    return {"receipt": receipt, "number": number} if act == "accept" else {}
