"""The register of documents (L13): what is on record, and what a reader may do to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, Reach, require, units_for
from pilots.groups import Offer
from pilots.models import Clause, Document
from portal.errors import NotFound

VIEW, EDIT = "document.view", "document.edit"
CHANGE = Offer("change", _("Change the entry"))
ADD_CLAUSE = Offer("add_clause", _("Add a clause"))


def documents_seen(actor: Actor) -> QuerySet[Document]:
    """The register, which all programmes share: the newest first, by number within a year."""
    require(actor, VIEW)
    counted = Document.objects.annotate(clause_count=Count("clauses"))
    return counted.select_related("unit").order_by("-year", "number", "id")


def document_or_404(uid: uuid.UUID, actor: Actor) -> Document:
    """One document with its clauses in order."""
    found = documents_seen(actor).prefetch_related("clauses").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def kept_by(actor: Actor) -> Q:
    """The documents an office keeps: those it has entered itself."""
    return Q(unit=actor.hat.unit_id) if _edits(actor) else Q(pk__in=[])


def citable_by(actor: Actor) -> Q:
    """The documents to which an office may add a clause: its own, and those that came with the reference data."""
    return kept_by(actor) | Q(unit__isnull=True) if _edits(actor) else Q(pk__in=[])


def kept_or_404(uid: uuid.UUID, actor: Actor) -> Document:
    return _one(Document.objects.filter(kept_by(actor)), uid)


def citable_or_404(uid: uuid.UUID, actor: Actor) -> Document:
    return _one(Document.objects.filter(citable_by(actor)), uid)


def clause_or_404(uid: uuid.UUID, actor: Actor) -> Clause:
    """A clause the actor's office has entered."""
    rows = Clause.objects.select_related("document").filter(uid=uid, unit=actor.hat.unit_id)
    found = rows.first() if _edits(actor) else None
    if found is None:
        raise NotFound
    return found


def offers_for(document: Document, actor: Actor) -> tuple[Offer, ...]:
    """What the reader may do to a document."""
    if not _edits(actor):
        return ()
    own = document.unit_id == actor.hat.unit_id
    return (*([CHANGE] if own else []), *([ADD_CLAUSE] if own or document.unit_id is None else []))


def clauses_kept(clauses: Sequence[Clause], actor: Actor) -> set[int]:
    """Which of the clauses (ids) the reader may change."""
    return {clause.pk for clause in clauses if _edits(actor) and clause.unit_id == actor.hat.unit_id}


def _edits(actor: Actor) -> bool:
    return Reach.OWN in units_for(actor, EDIT)


def _one(rows: QuerySet[Document], uid: uuid.UUID) -> Document:
    found = rows.select_related("unit").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
