"""The API's rooms for the register of documents."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.document_serializers import ClauseChangeIn, ClauseIn, DocumentDetail, DocumentIn, DocumentRow
from pilots.documents import (
    EDIT,
    VIEW,
    citable_or_404,
    clause_or_404,
    document_or_404,
    documents_seen,
    kept_or_404,
    offers_for,
)
from pilots.filters import DocumentFilter
from pilots.models import Document
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
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView

DOCUMENT_VERSION = if_match("The `version` of the document, in quotes.", required=True)


class DocumentApiView(ApiView):
    """A room everybody reads; what an office enters, it keeps itself."""

    action_needed = VIEW
    action_to_write = EDIT

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        """The document as it is now; the ETag is what a change of it, or of a clause, expects."""
        document = document_or_404(uid, self.actor)
        data = DocumentDetail(document, context={"offers": offers_for(document, self.actor)}).data
        return with_etag(Response(data, status=status), document.version)


class DocumentList(DocumentApiView, ListAPIView[Document]):
    queryset = Document.objects.none()
    serializer_class = DocumentRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = DocumentFilter
    ordering_fields: ClassVar = {"year": "year", "number": "number", "published_on": "published_on"}

    def get_queryset(self) -> QuerySet[Document]:
        return documents_seen(self.actor)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The documents targets, tasks and dates are taken from, the newest first."""
        return self.list(request, *args, **kwargs)

    @extend_schema(request=DocumentIn, responses={201: DocumentDetail}, extensions=refuses(409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter a document; your office keeps the entry. 409 when its number is on the register already."""
        given = DocumentIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self.shown(enter_document(DocumentInput(**given.validated_data), by=self.actor).uid, status=201)


class DocumentRoom(DocumentApiView):
    serializer_class = DocumentDetail

    @extend_schema(responses=DocumentDetail)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One document with its clauses. What cites it: `citations/` below it."""
        return self.shown(uid)

    @extend_schema(
        parameters=[DOCUMENT_VERSION], request=DocumentIn, responses=DocumentDetail, extensions=refuses(409, 428)
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change an entry of your own office. 409 when somebody was first, with `theirs` and `mine`.

        What came with the reference data cannot be changed here and answers 404.
        """
        kept_or_404(uid, self.actor)
        given = DocumentIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = DocumentInput(**given.validated_data)
        return self.shown(change_document(DocumentChange(uid, required_version(request), facts), by=self.actor).uid)


class DocumentClauses(DocumentApiView):
    action_needed = EDIT
    serializer_class = ClauseIn

    @extend_schema(request=ClauseIn, responses={201: DocumentDetail}, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Add a passage that can be cited, to a document of your own office or of the reference data.

        Answers with the document. 409 when it has a clause of that `anchor`.
        """
        citable_or_404(uid, self.actor)
        given = ClauseIn(data=request.data)
        given.is_valid(raise_exception=True)
        add_clause(ClauseInput(uid, **given.validated_data), by=self.actor)
        return self.shown(uid, status=201)


class ClauseRoom(DocumentApiView):
    action_needed = EDIT
    serializer_class = ClauseChangeIn

    @extend_schema(
        parameters=[DOCUMENT_VERSION], request=ClauseChangeIn, responses=DocumentDetail, extensions=refuses(409, 428)
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Correct a clause your own office has entered; answers with the document. 409 when somebody was first."""
        clause = clause_or_404(uid, self.actor)
        given = ClauseChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        change_clause(ClauseChange(uid, required_version(request), **given.validated_data), by=self.actor)
        return self.shown(clause.document.uid)
