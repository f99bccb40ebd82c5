"""The register of documents (L13): what is on record, and what a reader may do to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Count, QuerySet
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


def kept_or_404(uid: uuid.UUID, actor: Actor) -> Document:
    """A document the actor's office keeps. Raises NotFound."""
    found = _document(uid)
    if found is None or not _keeps(found, actor):
        raise NotFound
    return found


def citable_or_404(uid: uuid.UUID, actor: Actor) -> Document:
    """A document to which the actor's office may add a clause. Raises NotFound."""
    found = _document(uid)
    if found is None or not _may_cite(found, actor):
        raise NotFound
    return found


def clause_or_404(uid: uuid.UUID, actor: Actor) -> Clause:
    """A clause the actor's office has entered. Raises NotFound."""
    found = Clause.objects.select_related("document").filter(uid=uid).first()
    if found is None or not _keeps(found, actor):
        raise NotFound
    return found


def offers_for(document: Document, actor: Actor) -> tuple[Offer, ...]:
    """What the reader may do to a document."""
    return (
        *([CHANGE] if _keeps(document, actor) else []),
        *([ADD_CLAUSE] if _may_cite(document, actor) else []),
    )


def clauses_kept(clauses: Sequence[Clause], actor: Actor) -> set[int]:
    """Which of the clauses (ids) the reader may change."""
    return {clause.pk for clause in clauses if _keeps(clause, actor)}


def _edits(actor: Actor) -> bool:
    return Reach.OWN in units_for(actor, EDIT)


def _keeps(entry: Document | Clause, actor: Actor) -> bool:
    """Whether the actor's office has entered it itself."""
    return _edits(actor) and entry.unit_id == actor.hat.unit_id


def _may_cite(document: Document, actor: Actor) -> bool:
    """Whether the actor's office may add a clause: to its own, and to what came with the reference data."""
    return _keeps(document, actor) or (_edits(actor) and document.unit_id is None)


def _document(uid: uuid.UUID) -> Document | None:
    found: Document | None = Document.objects.select_related("unit").filter(uid=uid).first()
    return found
