"""Contact rounds by the API: asking for them, reading what is sent, taking it out as workbooks."""

from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_views import ApiView
from portal.errors import NotFound
from reporting import exports, reading
from reporting.api.base import ReportApiView
from reporting.contact_changes import differences
from reporting.exports import CONTENT_TYPE
from reporting.serializers.contacts import ContactRoundIn, ContactsDetail
from reporting.serializers.reports import CycleRow
from reporting.services.contact_rounds import RoundInput, open_contact_round
from reporting.services.cycles import may_open
from reporting.views.contacts import handed_out, number_of

VERSION = OpenApiParameter(
    "version", {"type": "integer", "minimum": 1}, description="Number of a version; without it what the report shows."
)
COMPARE = OpenApiParameter(
    "compare",
    str,
    enum=("changes", "last"),
    description="Also how they differ: from the version before (`changes`), or from the round before (`last`).",
)
BOOK = {(200, CONTENT_TYPE): OpenApiTypes.BINARY}


class Workbook(BaseRenderer):
    """Says to clients that these rooms answer with a workbook; the views make it themselves."""

    media_type = CONTENT_TYPE
    format = "xlsx"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class ContactRoundOpening(ApiView):
    action_needed = "cycle.open"
    serializer_class = ContactRoundIn

    @extend_schema(operation_id="contact_rounds_open", responses={201: CycleRow})
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Ask for contacts: every sender with pilot areas then owes theirs. Only the owner of the programme may."""
        programme = self.actor.programme
        if programme is None or not may_open(programme, self.actor):
            raise NotFound
        given = ContactRoundIn(data=request.data)
        given.is_valid(raise_exception=True)
        cycle = open_contact_round(RoundInput(programme=programme, **given.validated_data), by=self.actor)
        return Response(CycleRow(cycle).data, status=201)


class ReportContacts(ReportApiView):
    serializer_class = ContactsDetail
    query_parameters = ("version", "compare")

    @extend_schema(parameters=[VERSION, COMPARE], responses=ContactsDetail)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The contacts of a report: live while its sender writes, sealed afterwards; 404 where nothing was sent yet."""
        report = self.report_or_404(uid)
        shown = reading.contacts_or_404(report, self.actor, number_of(request.query_params.get("version")))
        versions = reading.readable_versions(report, self.actor)
        other = reading.held_against(report, shown, versions, request.query_params.get("compare", ""))
        before = reading.read_version(report, other).sheet if other else None
        found = {
            "version": shown.version.number if shown.version else None,
            "contacts": shown.sheet,
            "compared_with": other.receipt_number if other else None,
            "changes": differences(before, shown.sheet) if before and shown.sheet else [],
        }
        return Response(ContactsDetail(found).data)


class ReportContactsBook(ReportApiView):
    renderer_classes = (Workbook, JSONRenderer)
    query_parameters = ("version",)

    @extend_schema(parameters=[VERSION], responses=BOOK)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The same as a workbook (XLSX), phone numbers masked."""
        number = number_of(request.query_params.get("version"))
        return handed_out(exports.report_export(self.report_or_404(uid), self.actor, number))


class ReportContactsBookInFull(ReportApiView):
    action_needed = "contacts.reveal"
    renderer_classes = (Workbook, JSONRenderer)
    query_parameters = ("version",)
    answers_are_kept = False  # phone numbers are not stored a second time, and each look counts

    @extend_schema(parameters=[VERSION], request=None, responses=BOOK)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The workbook with phone numbers in full. Each call is written down with the number of people."""
        number = number_of(request.query_params.get("version"))
        return handed_out(exports.report_export_in_full(self.report_or_404(uid), self.actor, number))


class CycleContactsBook(ApiView):
    action_needed = "report.view"
    renderer_classes = (Workbook, JSONRenderer)

    @extend_schema(responses=BOOK)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """A whole round of contacts as a workbook: the senders, then a sheet for each that has sent; masked."""
        return handed_out(exports.cycle_export(exports.round_or_404(self.actor, self.action_needed, uid), self.actor))


class CycleContactsBookInFull(ApiView):
    action_needed = "contacts.reveal"
    renderer_classes = (Workbook, JSONRenderer)
    answers_are_kept = False

    @extend_schema(request=None, responses=BOOK)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The same with phone numbers in full. Each call is written down with the number of people."""
        cycle = exports.round_or_404(self.actor, self.action_needed, uid)
        return handed_out(exports.cycle_export_in_full(cycle, self.actor))
