"""Taking the tasks of the plan into the text of a report: sentences made of the rows, for the drafter to edit."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import NotFound
from records.journal import Note, write
from reporting.models import Report, ReportSection, TemplateSection
from reporting.reference.template import PROGRESS
from reporting.report_tasks import tasks_now
from reporting.services.sections import editable_report, note_writer
from reporting.task_words import as_html
from reporting.texts import clean
from units.calendar import office_day


@transaction.atomic
def take_tasks_in(report_uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> ReportSection:
    """Append what the tasks say today to the section on progress, which is returned; what stands there stays.

    Raises NotFound where the report has no plan or no such section, WrongState, BadInput where it grows too long.
    """
    report, now = editable_report(report_uid, by), at or timezone.now()
    section = TemplateSection.objects.filter(template=report.due.cycle.template_id, code=PROGRESS).first()
    found = tasks_now(report, office_day(now))
    if found is None or section is None:
        raise NotFound(_("This report has no plan whose tasks could be taken in."))
    row = _appended(report, section, as_html(found), by, now)
    data = {"plan": str(found.plan.uid), "day": found.day.isoformat(), "tasks": found.summary.leaves}
    write("report.take_tasks_in", report.as_subject(internal=True), by=by, at=at, note=Note(data=data))
    return row


def _appended(report: Report, section: TemplateSection, html: str, by: Actor, now: dt.datetime) -> ReportSection:
    stored = ReportSection.objects.select_for_update().filter(report=report, section=section).first()
    row = stored or ReportSection(report=report, section=section)
    text = clean(row.html + html, target=section.code)
    row.html, row.length, row.revision = text.html, text.length, row.revision + 1
    row.updated_by, row.updated_at = by.user, now
    row.save()
    note_writer(report, by, now)
    return row
