"""Entering documents and their clauses in the register (L13). What came with the reference data stays as it is."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import Actor, require
from accounts.personal import line_of_text, lines_of_text, optional_line
from pilots.document_numbers import normalised, year_of
from pilots.documents import EDIT, citable_or_404, clause_or_404, kept_or_404
from pilots.models import Clause, Document, Validity
from portal.errors import Stale, WrongState, bad
from records.journal import Note, Subject, write
from units.calendar import today

LONGEST_TITLE = 200
LONGEST_NUMBER = 60
LONGEST_KIND = 20
LONGEST_NOTE = 2000
LONGEST_ANCHOR = 40
LONGEST_WORDING = 8000
FIRST_YEAR, LAST_YEAR = 1949, 2100
ANCHOR = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """What a document says of itself. `number` in any brackets; without one, `source` says where it can be found.

    `year` None: the year of the number, or of its dates. A day nobody has verified belongs into `dates_note`.
    """

    name_zh: str
    number: str = ""
    name_en: str = ""
    index_number: str = ""
    kind: str = ""
    issuer: str = ""
    year: int | None = None
    signed_on: dt.date | None = None
    published_on: dt.date | None = None
    dates_note: str = ""
    validity: str = Validity.UNKNOWN.value
    note: str = ""
    source: str = ""


FACTS = tuple(field.name for field in fields(DocumentInput))


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """Other facts for a document of one's own office. `version` is the one the writer saw."""

    document_uid: uuid.UUID
    version: int
    facts: DocumentInput


@dataclass(frozen=True, slots=True)
class ClauseInput:
    """A passage that can be cited: how the document heads it, and its wording. `anchor` '': the next number."""

    document_uid: uuid.UUID
    title_zh: str
    text: str = ""
    title_en: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """Another heading or wording. `version` is that of the document the writer saw."""

    clause_uid: uuid.UUID
    version: int
    title_zh: str
    text: str = ""
    title_en: str = ""


@transaction.atomic
def enter_document(data: DocumentInput, *, by: Actor) -> Document:
    """Put a document on the register. Raises Forbidden, BadInput, WrongState (its number is there already)."""
    require(by, EDIT)
    document = Document(**_checked(data), unit=by.unit, version=1)
    _save(document, new=True)
    _record("document.enter", document, by, _plain(document))
    return document


@transaction.atomic
def change_document(data: DocumentChange, *, by: Actor) -> Document:
    """Change an entry of one's own office. Raises NotFound, Stale (both sides in `extra`), BadInput, WrongState."""
    document = _locked(kept_or_404(data.document_uid, by))
    if document.version != data.version:
        mine = {name: _text(getattr(data.facts, name)) for name in FACTS}
        raise _stale(document, {"theirs": _plain(document), "mine": mine})
    before = _plain(document)
    for name, value in _checked(data.facts).items():
        setattr(document, name, value)
    after = _plain(document)
    changed = {name: [before[name], after[name]] for name in FACTS if before[name] != after[name]}
    if changed:
        document.version += 1
        _save(document)
        _record("document.change", document, by, changed)
    return document


@transaction.atomic
def add_clause(data: ClauseInput, *, by: Actor) -> Clause:
    """Add a passage that can be cited. Raises NotFound, BadInput, WrongState (the document has this anchor)."""
    document = _locked(citable_or_404(data.document_uid, by))
    highest: int = document.clauses.aggregate(last=Max("position"))["last"] or 0
    anchor = data.anchor.strip() or f"c{highest + 1}"
    if not ANCHOR.fullmatch(anchor) or len(anchor) > LONGEST_ANCHOR:
        raise bad("bad_anchor", _("Use small letters, digits and hyphens only, at most 40."), "anchor")
    if document.clauses.filter(anchor=anchor).exists():
        raise WrongState(_("This document has a clause of this name already."))
    clause = Clause(document=document, position=highest + 1, anchor=anchor, unit=by.unit, **_wording(data))
    clause.save(force_insert=True)
    _touch(document)
    _record("document.clause_add", document, by, {"clause": anchor, **_wording(data)})
    return clause


@transaction.atomic
def change_clause(data: ClauseChange, *, by: Actor) -> Clause:
    """Correct heading or wording of a clause of one's own office. Raises NotFound, Stale, BadInput."""
    clause = clause_or_404(data.clause_uid, by)
    document = _locked(clause.document)
    clause.refresh_from_db()
    given, before = _wording(data), {name: getattr(clause, name) for name in ("title_zh", "title_en", "text")}
    if document.version != data.version:
        raise _stale(document, {"theirs": before, "mine": given})
    changed = {name: [before[name], value] for name, value in given.items() if before[name] != value}
    if changed:
        for name, value in given.items():
            setattr(clause, name, value)
        clause.save(update_fields=[*given])
        _touch(document)
        _record("document.clause_change", document, by, {"clause": clause.anchor, **changed})
    return clause


def _locked(document: Document) -> Document:
    """Changes of one document follow one another. `no_key`: a target that cites it meanwhile need not wait."""
    return Document.objects.select_for_update(no_key=True).get(pk=document.pk)


def _save(document: Document, *, new: bool = False) -> None:
    same = Document.objects.filter(number=document.number).exclude(number="").exclude(pk=document.pk).first()
    try:
        if same is None:
            with transaction.atomic():
                document.save(force_insert=new)
            return
    except IntegrityError:
        same = Document.objects.filter(number=document.number).first()
    name = same.name if same else document.number
    raise WrongState(_("A document of this number is on the register already: %(name)s.") % {"name": name})


def _touch(document: Document) -> None:
    document.version += 1
    document.save(update_fields=["version"])


def _checked(data: DocumentInput) -> dict[str, Any]:
    """What may be stored. Raises BadInput."""
    number = normalised(optional_line(data.number, "number", LONGEST_NUMBER))
    facts: dict[str, Any] = {
        "name_zh": line_of_text(data.name_zh, "name_zh", LONGEST_TITLE),
        "name_en": optional_line(data.name_en, "name_en", LONGEST_TITLE),
        "number": number,
        "index_number": optional_line(data.index_number, "index_number", LONGEST_NUMBER),
        "kind": optional_line(data.kind, "kind", LONGEST_KIND),
        "issuer": optional_line(data.issuer, "issuer", LONGEST_TITLE),
        "signed_on": data.signed_on,
        "published_on": data.published_on,
        "dates_note": optional_line(data.dates_note, "dates_note", LONGEST_TITLE),
        "validity": data.validity,
        "note": lines_of_text(data.note, "note", LONGEST_NOTE),
        "source": lines_of_text(data.source, "source", LONGEST_NOTE),
    }
    if not number and not facts["source"]:
        raise bad("nowhere", _("Give its number, or say in the source where it can be found."), "number")
    if data.validity not in Validity.values:
        raise bad("unknown_validity", _("Choose one of the offered ones."), "validity")
    _check_dates(data)
    facts["year"] = data.year or year_of(number) or _year_of_dates(data)
    if facts["year"] is not None and not FIRST_YEAR <= facts["year"] <= LAST_YEAR:
        raise bad("bad_year", _("Give the year in four digits."), "year")
    return facts


def _check_dates(data: DocumentInput) -> None:
    for name, day in (("signed_on", data.signed_on), ("published_on", data.published_on)):
        if day and day > today():
            raise bad("in_the_future", _("This day is still to come."), name)
    if data.signed_on and data.published_on and data.published_on < data.signed_on:
        raise bad("before_signing", _("It cannot be published before it is signed."), "published_on")


def _year_of_dates(data: DocumentInput) -> int | None:
    day = data.signed_on or data.published_on
    return day.year if day else None


def _wording(data: ClauseInput | ClauseChange) -> dict[str, str]:
    return {
        "title_zh": line_of_text(data.title_zh, "title_zh", LONGEST_TITLE),
        "title_en": optional_line(data.title_en, "title_en", LONGEST_TITLE),
        "text": lines_of_text(data.text, "text", LONGEST_WORDING),
    }


def _plain(document: Document) -> dict[str, str]:
    return {name: _text(getattr(document, name)) for name in FACTS}


def _text(value: Any) -> str:
    return str(value) if value is not None else ""


def _stale(document: Document, sides: dict[str, Any]) -> Stale:
    text = _("Somebody else has changed this document in the meantime. Compare, then save again.")
    return Stale(text, extra={"version": document.version, **sides})


def _record(act: str, document: Document, by: Actor, data: dict[str, Any]) -> None:
    subject = Subject("document", document.uid, str(document), by.programme, by.unit)
    write(act, subject, by=by, note=Note(outcome=document.number, data=data))
