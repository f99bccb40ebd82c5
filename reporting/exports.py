"""Handing out contacts as workbooks: of one sender, or of a whole round; phone numbers in full are written down."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from accounts.access import Actor
from portal.errors import NotFound
from records.journal import Note, write
from reporting.contacts import Sheet, version_sheets
from reporting.models import Cycle, CycleKind, Report
from reporting.reading import Passage, contacts_or_404, readable_versions_of
from reporting.services.cycles import as_subject
from reporting.texts import plain
from reporting.workbooks import Page, workbook
from units.calendar import today

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


def report_export(report: Report, actor: Actor, number: int | None = None) -> File:
    """One sender's contacts, phones masked: the version asked for, else what its page shows. Raises NotFound."""
    return _file(_page(report, actor, number))


@transaction.atomic
def report_export_in_full(report: Report, actor: Actor, number: int | None = None) -> File:
    """The same with phone numbers. `report` is one the actor reaches for `contacts.reveal`; the look is an event."""
    page = replace(_page(report, actor, number), in_full=True)
    version = page.version.number if page.version else None
    data = {"people": _numbers(page.sheet), "version": version}
    write("report.export_phones", report.as_subject(), by=actor, note=Note(data=data))
    return _file(page)


def cycle_export(cycle: Cycle, actor: Actor) -> File:
    """A whole round as far as the reader may read it: the senders, then a sheet for each that has sent."""
    return _cycle_file(cycle, _reports(cycle, actor, "report.view"), actor)


@transaction.atomic
def cycle_export_in_full(cycle: Cycle, actor: Actor) -> File:
    """The same with the phone numbers of whoever is in reach of `contacts.reveal`; one event says how many."""
    return _cycle_file(cycle, _reports(cycle, actor, "contacts.reveal"), actor, in_full=True)


def round_or_404(actor: Actor, action: str, uid: uuid.UUID) -> Cycle:
    """A round of contacts of which the reader has at least one report in reach. Raises NotFound."""
    rounds = Cycle.objects.filter(kind=CycleKind.CONTACTS, uid=uid).select_related("programme__owner")
    reports = Report.objects.visible_to(actor, action).filter(due__cycle__uid=uid)
    found: Cycle | None = rounds.first()
    if found is None or not reports.exists():
        raise NotFound
    return found


def _reports(cycle: Cycle, actor: Actor, action: str) -> list[Report]:
    rows = Report.objects.visible_to(actor, action).filter(due__cycle=cycle).for_lists()
    return list(rows.select_related("due__cycle__contact_form").order_by("due__unit__sort_key", "id"))


def _cycle_file(cycle: Cycle, reports: list[Report], actor: Actor, *, in_full: bool = False) -> File:
    newest = {pk: versions[0] for pk, versions in readable_versions_of(reports, actor).items()}
    sheets = version_sheets(list(newest.values()))
    pages = [
        Page(report, sheets[newest[report.pk].pk], newest[report.pk], in_full=in_full)
        for report in reports
        if report.pk in newest
    ]
    if in_full:
        people = sum(_numbers(page.sheet) for page in pages)
        write("cycle.export_phones", as_subject(cycle), by=actor, note=Note(data={"people": people}))
    return File(f"{cycle.code}_{today()}.xlsx", workbook(pages, reports))


def _page(report: Report, actor: Actor, number: int | None) -> Page:
    found = contacts_or_404(report, actor, number)
    return Page(report, found.sheet or Sheet(), found.version, _remarks(found.passages))


def _remarks(passages: tuple[Passage, ...]) -> str:
    return "\n".join(plain(passage.html) for passage in passages if passage.html)


def _numbers(sheet: Sheet) -> int:
    """How many people's phone numbers are handed out."""
    return sum(bool(contact.numbers) for contact in sheet.people)


def _file(page: Page) -> File:
    due = page.report.due
    which = page.version.receipt_number if page.version else str(timezone.localdate())
    return File(f"{due.cycle.code}_{due.unit.name_now}_{which}.xlsx", workbook([page]))
