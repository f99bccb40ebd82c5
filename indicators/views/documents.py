"""The page of one document on the register: its elements, its clauses, and what cites them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators.targets import Citation, citations_of
from pilots import documents
from pilots.models import Clause, Document
from portal.http import PortalView


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause with what cites it."""

    clause: Clause
    cited_by: list[Citation]
    may_change: bool


class DocumentView(PortalView):
    action = documents.VIEW

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        document = documents.document_or_404(uid, self.actor)
        citations = citations_of(document, self.actor)
        clauses = list(document.clauses.all())
        kept = documents.clauses_kept(clauses, self.actor)
        context = {
            "document": document,
            "facts": _facts(document),
            "clauses": [
                ClauseShown(c, [one for one in citations if one.cited.clause_id == c.pk], c.pk in kept) for c in clauses
            ],
            "whole": [one for one in citations if one.cited.clause_id is None],
            "offers": {offer.name for offer in documents.offers_for(document, self.actor)},
            "crumbs": [(reverse("pilots:documents"), _("Documents")), ("", document.number or document.name)],
        }
        return render(request, "indicators/document.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and Document.objects.filter(**named).exists()


def _facts(document: Document) -> list[dict[str, Any]]:
    """The elements such documents carry (L13), each with what is known about it."""

    def day(value: Any) -> str:
        return value.isoformat() if value else ""

    shown = [
        (_("Document number"), document.number),
        (_("Index number"), document.index_number),
        (_("Kind of document"), document.kind),
        (_("Issued by"), document.issuer),
        (_("Signed on"), day(document.signed_on)),
        (_("Published on"), day(document.published_on)),
        (_("Validity"), document.get_validity_display()),
    ]
    facts = [{"label": label, "value": value} for label, value in shown]
    if document.dates_note:
        facts.append({"label": _("About the dates"), "value": document.dates_note})
    if document.note:
        facts.append({"label": _("Note"), "value": document.note})
    source = {"text": document.source, "verified": document.is_fact, "confidence": document.get_confidence_display()}
    entered = document.unit.name if document.unit else _("the portal's reference data")
    return [*facts, {"label": _("Entered by"), "value": entered, "source": source}]
