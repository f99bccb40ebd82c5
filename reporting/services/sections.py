"""Writing the sections of a report, safely for two people at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from portal.errors import BadInput, NotFound, Stale, WrongState
from reporting.models import EDITABLE, Report, ReportSection, TemplateSection, Writer
from reporting.texts import CleanText, clean

LARGEST_REVISION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SectionInput:
    """The new text of one section. `revision` is the one the writer began from (0: nothing stored yet)."""

    code: str
    html: str
    revision: int


@transaction.atomic
def save_section(
    report_uid: uuid.UUID, data: SectionInput, *, by: Actor, at: dt.datetime | None = None
) -> ReportSection:
    """Store one section. Raises Stale with whose change came first and both texts; nothing is lost then.

    Few statements on purpose, this runs while people type: lock, update, writer.
    `at` is given only when history is loaded.
    """
    return _save(editable_report(report_uid, by), data, by, at or timezone.now())


@transaction.atomic
def save_sections(
    report_uid: uuid.UUID, items: Iterable[SectionInput], *, by: Actor, at: dt.datetime | None = None
) -> list[ReportSection]:
    """Store several sections together or none of them (the form without JavaScript)."""
    report = editable_report(report_uid, by)
    now = at or timezone.now()
    return [_save(report, data, by, now) for data in items]


def editable_report(report_uid: uuid.UUID, by: Actor) -> Report:
    report = (
        Report.objects.visible_to(by, "report.edit")
        .select_for_update(of=("self",))
        .filter(uid=report_uid)
        .select_related("due__cycle", "due__pilot_area")
        .first()
    )
    if report is None:
        raise NotFound
    if report.status not in EDITABLE:
        raise WrongState(
            _(
                "The report is now “%(state)s” and cannot be edited. "
                "Your text is still on this page: copy it before you leave."
            )
            % {"state": report.get_status_display()}
        )
    return report


def _save(report: Report, data: SectionInput, by: Actor, now: dt.datetime) -> ReportSection:
    if data.revision < 0:
        raise BadInput(_("The revision is not a number from 0 on."))
    text = clean(data.html, target=data.code)
    changed = 0
    if data.revision < LARGEST_REVISION:  # a larger one no column holds: it goes the way of a stale one
        rows = ReportSection.objects.filter(report=report, section__code=data.code, revision=data.revision)
        changed = rows.update(
            html=text.html, length=text.length, revision=data.revision + 1, updated_by=by.user, updated_at=now
        )
    if not changed:
        return _create_or_conflict(report, data, text, by, now)
    note_writer(report, by, now)
    return ReportSection(report=report, html=text.html, length=text.length, revision=data.revision + 1, updated_at=now)


def _create_or_conflict(
    report: Report, data: SectionInput, text: CleanText, by: Actor, now: dt.datetime
) -> ReportSection:
    section = TemplateSection.objects.filter(template=report.due.cycle.template_id, code=data.code).first()
    if section is None:
        raise NotFound(_("This report has no section “%(code)s”.") % {"code": data.code})
    stored = ReportSection.objects.filter(report=report, section=section).select_related("updated_by").first()
    if stored is None and data.revision == 0:
        try:
            with transaction.atomic():
                stored = ReportSection.objects.create(
                    report=report, section=section, html=text.html, length=text.length, revision=1,
                    updated_by=by.user, updated_at=now,
                )  # fmt: skip
        except IntegrityError:
            stored = ReportSection.objects.select_related("updated_by").get(report=report, section=section)
        else:
            note_writer(report, by, now)
            return stored
    raise _conflict(stored, section, text)


def _conflict(stored: ReportSection | None, section: TemplateSection, text: CleanText) -> Stale:
    who = stored.updated_by.name if stored and stored.updated_by else "—"
    return Stale(
        _("%(who)s changed the section “%(title)s” while you were writing. Both texts are kept: choose, or merge them.")
        % {"who": who, "title": section.title},
        extra={
            "section": section.code,
            "revision": stored.revision if stored else 0,
            "theirs_html": stored.html if stored else "",
            "theirs_by": who,
            "theirs_at": stored.updated_at.isoformat() if stored and stored.updated_at else None,
            "mine_html": text.html,
        },
    )


def note_writer(report: Report, by: Actor, now: dt.datetime) -> None:
    Writer.objects.bulk_create([Writer(report=report, user=by.user)], ignore_conflicts=True)
    if report.begun_at is None:
        Report.objects.filter(pk=report.pk, begun_at__isnull=True).update(begun_at=now)
