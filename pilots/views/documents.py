"""The register of documents: its list, and entering documents and clauses. One document's page is in `indicators`,
because it shows what cites it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilots import documents
from pilots.filters import DocumentFilter
from pilots.forms import ClauseForm, DocumentForm
from pilots.models import Clause, Document
from pilots.services.documents import (
    ClauseChange,
    ClauseInput,
    DocumentChange,
    DocumentInput,
    add_clause,
    change_clause,
    change_document,
    enter_document,
)
from portal.errors import Stale
from portal.http import ActPage, PortalView, listed

PAGE = 25


def document_url(document: Document) -> str:
    return reverse("indicators:document", args=[document.uid])


def trail(document: Document) -> list[tuple[str, Any]]:
    return [
        (reverse("pilots:documents"), _("Documents")),
        (document_url(document), document.number or document.name),
    ]


class DocumentsView(PortalView):
    action = documents.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        found = listed(DocumentFilter(request.GET, queryset=documents.documents_seen(self.actor)), request, PAGE)
        result = ngettext("%(count)d document", "%(count)d documents", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "result": result if found.is_valid else "",
            "may_enter": self.actor.can(documents.EDIT),
        }
        return render(request, "pilots/documents.html", context, status=found.status)


class DocumentAct(ActPage):
    action = documents.EDIT
    document: Document

    def back(self) -> str:
        return document_url(self.document)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.document)


class DocumentEnterView(ActPage):
    action = documents.EDIT

    def prepare(self, **named: Any) -> None:
        """The register is there for everybody who may enter."""

    def form(self, data: Any = None) -> forms.Form:
        return DocumentForm(data)

    def words(self) -> tuple[str, str]:
        return _("Enter a document"), _("Enter")

    def back(self) -> str:
        return reverse("pilots:documents")

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("pilots:documents"), _("Documents"))]

    def act(self, given: dict[str, Any]) -> HttpResponse:
        given.pop("version")
        return redirect(document_url(enter_document(DocumentInput(**given), by=self.actor)))


class DocumentChangeView(DocumentAct):
    revision = "version"

    def prepare(self, **named: Any) -> None:
        self.document = documents.kept_or_404(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        return DocumentForm(data, document=self.document)

    def words(self) -> tuple[str, str]:
        return _("Change the entry of %(document)s") % {"document": self.document}, _("Save")

    def act(self, given: dict[str, Any]) -> str:
        version = given.pop("version")
        change_document(DocumentChange(self.document.uid, version, DocumentInput(**given)), by=self.actor)
        return _("The entry is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        return _stored(error, DocumentForm())


class ClauseAddView(DocumentAct):
    def prepare(self, **named: Any) -> None:
        self.document = documents.citable_or_404(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        return ClauseForm(data)

    def words(self) -> tuple[str, str]:
        return _("Add a clause to %(document)s") % {"document": self.document}, _("Add")

    def act(self, given: dict[str, Any]) -> str:
        given.pop("version")
        clause = add_clause(ClauseInput(self.document.uid, **given), by=self.actor)
        return _("Can be cited now: %(clause)s.") % {"clause": clause.title}


class ClauseChangeView(DocumentAct):
    revision = "version"
    clause: Clause

    def prepare(self, **named: Any) -> None:
        self.clause = documents.clause_or_404(named["uid"], self.actor)
        self.document = self.clause.document

    def form(self, data: Any = None) -> forms.Form:
        return ClauseForm(data, clause=self.clause)

    def words(self) -> tuple[str, str]:
        return _("Change “%(clause)s”") % {"clause": self.clause.title}, _("Save")

    def consequence(self) -> str:
        return _("Whatever cites this clause cites its new wording. The history keeps the old one.")

    def act(self, given: dict[str, Any]) -> str:
        change_clause(ClauseChange(self.clause.uid, **given), by=self.actor)
        return _("The clause is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        return _stored(error, ClauseForm())


def _stored(error: Stale, form: forms.Form) -> list[tuple[Any, str]]:
    """What somebody else has saved meanwhile, with the labels of the form."""
    return [(form.fields[name].label, text) for name, text in error.extra["theirs"].items() if text]
