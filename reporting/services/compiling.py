"""Taking the received reports into the compiled one (N14)."""

from __future__ import annotations

import datetime as dt
import html
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import BadInput
from records.journal import Note, write
from reporting.compilation import BasisRow, standing_of, working_basis
from reporting.models import Basis, Report, ReportSection, ReportVersion, VersionSection
from reporting.services.sections import editable_report, note_writer
from reporting.texts import clean


@transaction.atomic
def take_in(
    report_uid: uuid.UUID, due_uids: Iterable[uuid.UUID], *, by: Actor, at: dt.datetime | None = None
) -> list[BasisRow]:
    """Append the chosen reports' own words, under their names, to each section; note the versions used.

    Text already written stays as it is. Raises BadInput when nothing chosen can be taken in.
    """
    report = editable_report(report_uid, by)
    wanted = set(due_uids)
    rows = [row for row in working_basis(report) if row.due.uid in wanted and row.can_be_taken_in]
    if not rows:
        raise BadInput(
            _("Choose at least one accepted report that is not in the compiled one yet, or whose version has changed.")
        )
    _append(report, rows, by, at or timezone.now())
    for row in rows:
        Basis.objects.update_or_create(
            report=report,
            version=None,
            due=row.due,
            defaults={"used": row.usable, "standing": standing_of(row.usable, row.due)},
        )
    write(
        "report.take_in",
        report.as_subject(internal=True),
        by=by,
        at=at,
        note=Note(data={"receipts": [row.usable.receipt_number for row in rows if row.usable]}),
    )
    return rows


def _append(report: Report, rows: list[BasisRow], by: Actor, now: dt.datetime) -> None:
    stored = {row.section_id: row for row in report.sections.select_for_update()}
    texts = VersionSection.objects.filter(version__in=[row.usable for row in rows])
    by_version: dict[int, dict[str, str]] = {}
    for part in texts.select_related("section"):
        by_version.setdefault(part.version_id, {})[part.section.code] = part.html
    for section in report.due.cycle.template.sections.all():
        added = "".join(
            _entry(row.usable, by_version.get(row.usable.pk, {}).get(section.code, "")) for row in rows if row.usable
        )
        if not added:
            continue
        row = stored.get(section.pk) or ReportSection(report=report, section=section)
        text = clean(row.html + added, target=section.code)
        row.html, row.length, row.revision = text.html, text.length, row.revision + 1
        row.updated_by, row.updated_at = by.user, now
        row.save()
    note_writer(report, by, now)


def _entry(version: ReportVersion, text: str) -> str:
    """One pilot's words under its name; a later version says which it is, so that both can be told apart."""
    if not text:
        return ""
    due = version.report.due
    name = due.pilot_area.name_as_published if due.pilot_area else due.unit.name_now
    again = _(" (version %(number)d)") % {"number": version.number} if version.number > 1 else ""
    return f"<p><strong>{html.escape(name + again)}</strong></p>{text}"
