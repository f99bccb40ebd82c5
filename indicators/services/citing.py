"""What setting a target and setting a baseline have in common: who says so, the number, the event, telling people."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Role
from accounts.personal import lines_of_text, optional_line
from indicators.figure_words import plain
from indicators.models import Baseline, Indicator, IndicatorVersion, Target, Vintage
from indicators.services.observations import vintage_for
from indicators.targets import SET, meanings, settable
from indicators.typed import BadNumber, read_number
from pilots.models import Clause, Document, PilotArea
from pilots.services.contacts import about, receiver_of
from portal.errors import NotFound, bad
from records.journal import Note, write
from records.outbox import people_of
from records.telling import News, tell_each
from units.calendar import today
from units.models import Sourced

LONGEST_WORDING = 200
LONGEST_NOTE = 2000
LONGEST_REASON = 500
FIRST_YEAR, LAST_YEAR = 1949, 2100


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says so: a document on the register and perhaps its clause (uids), or a source in words; at least one.

    `as_written`: as it stands there. `vintage`: code of the edition of the series it was said in; '': the edition
    in force when the document was made, or today.
    """

    document: uuid.UUID | None = None
    clause: uuid.UUID | None = None
    as_written: str = ""
    source: str = ""
    note: str = ""
    vintage: str = ""


def locked(uid: uuid.UUID, by: Actor) -> PilotArea:
    """The pilot area whose targets the actor sets, held: two changes of one pilot area follow one another."""
    rows = PilotArea.objects.kept_by(by, SET).shown().for_lists()
    pilot: PilotArea | None = rows.select_for_update(of=("self",), no_key=True).filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def meant(code: str, pilot: PilotArea) -> tuple[Indicator, IndicatorVersion]:
    """The indicator of this code, shared or the pilot area's own, and what it means. Raises BadInput."""
    indicator = settable(pilot).filter(code=code).first()
    version = meanings([indicator.pk]).get(indicator.pk) if indicator else None
    if indicator is None or version is None:
        raise bad("unknown_indicator", _("Choose one of the indicators of this pilot area."), "indicator")
    return indicator, version


def said(saying: Saying, version: IndicatorVersion, year: int | None) -> dict[str, Any]:
    """What is stored about who says so. `year`: of the figure itself (a baseline); None: it is a target."""
    document, clause = _document(saying)
    source = lines_of_text(saying.source, "source", LONGEST_NOTE)
    if document is None and not source:
        raise bad("no_source", _("Say who says so: choose a document, or write down the source."), "document")
    return {
        "document": document,
        "clause": clause,
        "as_written": optional_line(saying.as_written, "as_written", LONGEST_WORDING),
        "source": source or (document.number or document.name if document else ""),
        "confidence": _confidence(document),
        "note": lines_of_text(saying.note, "note", LONGEST_NOTE),
        "vintage": _edition(saying.vintage, version, year or (document.year if document else None)),
    }


def _confidence(document: Document | None) -> str:
    """No more certain than the document: its own source is not named here any more."""
    if document is None:
        return Sourced.Confidence.MEDIUM.value
    return str(document.confidence) if document.is_fact else Sourced.Confidence.LOW.value


def _document(saying: Saying) -> tuple[Document | None, Clause | None]:
    document = Document.objects.filter(uid=saying.document).first() if saying.document else None
    if saying.document and document is None:
        raise bad("unknown_document", _("There is no such document on the register. Enter it there first."), "document")
    clause = Clause.objects.filter(uid=saying.clause).select_related("document").first() if saying.clause else None
    if saying.clause and (clause is None or (document and clause.document_id != document.pk)):
        raise bad("unknown_clause", _("This document has no such clause. Add it to the document first."), "clause")
    return document or (clause.document if clause else None), clause


def _edition(code: str, version: IndicatorVersion, year: int | None) -> Vintage | None:
    if not code:
        return vintage_for(version.series, year or today().year)
    found = Vintage.objects.filter(code=code, series=version.series).exclude(series="").first()
    if found is None:
        raise bad("unknown_vintage", _("This indicator's series has no such edition."), "vintage")
    return found


def number_in(text: str, measure: str, version: IndicatorVersion, field: str) -> Decimal:
    """The number typed, in the indicator's unit and within what is possible. Raises BadInput."""
    try:
        value = read_number(text, measure, version)
    except BadNumber as error:
        raise bad(error.code, error.message, field) from error
    low, high = version.lowest, version.highest
    if (low is not None and value < low) or (high is not None and value > high):
        text = _("%(name)s cannot be that: possible is %(low)s to %(high)s.") % {
            "name": version.name,
            "low": "…" if low is None else f"{low.normalize():f}",
            "high": "…" if high is None else f"{high.normalize():f}",
        }
        raise bad("impossible", text, field)
    return value


def reason_given(text: str) -> str:
    """Why it is done: compulsory, because figures are judged by it. Raises BadInput."""
    reason = lines_of_text(text, "reason", LONGEST_REASON)
    if not reason:
        raise bad("reason_missing", _("Give a reason."), "reason")
    return reason


def begun(by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Who wrote it down, and when."""
    return {"recorded_at": now, "recorded_by": by.user, "is_demo": by.user.is_demo}


def end(row: Target | Baseline, reason: str, now: dt.datetime) -> None:
    """It stands no longer; the row stays."""
    row.ended_at, row.ended_reason = now, reason
    row.save(update_fields=["ended_at", "ended_reason"])


def record(
    act: str, row: Target | Baseline, data: Mapping[str, Any], by: Actor, *, now: dt.datetime, what: Callable[[], str]
) -> None:
    """The event with its reason, and word to both ends: the pilot area's office and its receiver. `what`: in words."""
    pilot = row.pilot_area
    note = Note(outcome=row.indicator.code, comment=str(data["reason"]), data={"uid": str(row.uid), **data})
    write(act, about(pilot), by=by, note=note, at=now)
    people = people_of(pilot.reporting_unit, pilot.programme, (Role.DRAFTER, Role.LEAD))
    if receiver := receiver_of(pilot):
        people += people_of(receiver, pilot.programme, (Role.REVIEWER,))

    def values() -> Mapping[str, Any]:
        told = {"pilot": pilot.name, "indicator": row.indicator.name, "what": what()}
        return {**told, "who": by.user.name, "comment": data["reason"]}

    told = {person.pk: person for person in people if person.pk != by.user.pk}
    tell_each(told.values(), News(act, f"/pilots/{pilot.uid}/figures/", pilot.programme, values), at=now)


def as_texts(row: Target | Baseline, *names: str) -> dict[str, str]:
    """The fields named, with who says so, as events keep them: codes and plain numbers."""
    found = {name: getattr(row, name) for name in names}
    texts = {name: plain(value) if isinstance(value, Decimal) else value for name, value in found.items()}
    cited = {"document": row.document, "clause": row.clause.anchor if row.clause else "", "source": row.source}
    return {name: "" if value is None else str(value) for name, value in {**texts, **cited}.items()}
