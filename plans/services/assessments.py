"""Recording whether a pilot's goals are part of the government's yearly assessment, by which document, with what result

(N17: 目标任务列入政府年度目标责任制考核). The pilot's office records it; nothing of it is approved.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import lines_of_text, optional_line
from accounts.tokens import require_scope
from pilots.documents import documents_seen
from pilots.models import Document, PilotArea
from plans.assessments import EDIT, FIRST_YEAR
from plans.models import Assessment, Inclusion
from portal.errors import NotFound, Stale, bad
from records.journal import Note, Subject, write
from units.calendar import office_day

LONGEST_DOCUMENT = 200
LONGEST_LINE = 120
LONGEST_NOTE = 2000
FACTS = ("inclusion", "document", "document_text", "assessed_by", "result", "result_on", "note")


@dataclass(frozen=True, slots=True)
class AssessmentInput:
    """What is to stand for one year. `document`: one of the register (uid), or `document_text` where it is not there.

    `result` as the government published it, in its own words; nothing is worked out from it.
    """

    inclusion: str
    document: uuid.UUID | None = None
    document_text: str = ""
    assessed_by: str = ""
    result: str = ""
    result_on: dt.date | None = None
    note: str = ""


@transaction.atomic
def record(
    pilot_uid: uuid.UUID, year: int, data: AssessmentInput, version: int, *, by: Actor, at: dt.datetime | None = None
) -> Assessment:
    """Enter or correct one year. `version` is the one the writer saw, 0 where there was no entry.

    Raises NotFound, BadInput (year, inclusion, document, result, …), Stale (theirs in `extra`).
    """
    require_scope(by, EDIT)
    pilots = PilotArea.objects.visible_to(by, EDIT).select_related("programme", "reporting_unit")
    pilot: PilotArea | None = pilots.select_for_update(of=("self",)).filter(uid=pilot_uid).first()
    if pilot is None:
        raise NotFound
    now = at or timezone.now()
    if not FIRST_YEAR <= year <= office_day(now).year:
        words = {"first": FIRST_YEAR, "last": office_day(now).year}
        raise bad("bad_year", _("Give a year from %(first)d to %(last)d.") % words, "year")
    row = Assessment.objects.select_related("document").filter(pilot_area=pilot, year=year).first()
    _refuse_stale(row, version)
    row = row or Assessment(pilot_area=pilot, year=year)
    for name, value in _checked(data, by, office_day(now)).items():
        setattr(row, name, value)
    row.version, row.recorded_at, row.recorded_by, row.is_demo = row.version + 1, now, by.user, by.user.is_demo
    row.save()
    write("assessment.record", _subject(row), by=by, at=now, note=Note(outcome=f"{year}", data=plain(row)))
    return row


def _refuse_stale(row: Assessment | None, version: int) -> None:
    stored = row.version if row else 0
    if stored != version:
        text = _("Somebody else has changed this entry since you opened it. Compare, then save once more.")
        raise Stale(text, extra={"version": stored, "theirs": plain(row) if row else {}})


def _checked(data: AssessmentInput, by: Actor, day: dt.date) -> dict[str, object]:
    """The facts by the names of the model."""
    if data.inclusion not in Inclusion.values:
        raise bad("unknown_inclusion", _("Choose whether it is included."), "inclusion")
    result = optional_line(data.result, "result", LONGEST_LINE)
    document_text = optional_line(data.document_text, "document_text", LONGEST_DOCUMENT)
    document = _document(data.document, by)
    if document is not None and document_text:
        text = _("Choose a document of the register or give its name, one of the two.")
        raise bad("document_twice", text, "document_text")
    if data.inclusion != Inclusion.INCLUDED and (result or data.result_on):
        raise bad("result_without", _("There is a result only where the goals are included."), "result")
    if data.result_on is not None and (not result or data.result_on > day):
        text = _("Give the day of the result, which is not in the future, together with the result.")
        raise bad("bad_result_day", text, "result_on")
    return {
        "inclusion": data.inclusion,
        "document": document,
        "document_text": document_text,
        "assessed_by": optional_line(data.assessed_by, "assessed_by", LONGEST_LINE),
        "result": result,
        "result_on": data.result_on,
        "note": lines_of_text(data.note, "note", LONGEST_NOTE),
    }


def _document(uid: uuid.UUID | None, by: Actor) -> Document | None:
    if uid is None:
        return None
    found: Document | None = documents_seen(by).filter(uid=uid).first()
    if found is None:
        raise bad("unknown_document", _("Choose a document of the register."), "document")
    return found


def plain(row: Assessment) -> dict[str, object]:
    """The facts of an entry in JSON shapes, for events and conflicts."""
    found = {name: getattr(row, name) for name in FACTS}
    found["document"] = str(row.document.uid) if row.document else None
    found["result_on"] = row.result_on.isoformat() if row.result_on else None
    return found


def _subject(row: Assessment) -> Subject:
    """Of the pilot area: in its office's history."""
    pilot = row.pilot_area
    return Subject(
        kind="assessment", uid=row.uid, label=f"{pilot.name_as_published} {row.year}", programme=pilot.programme,
        unit=pilot.reporting_unit, receiver=None,
    )  # fmt: skip
