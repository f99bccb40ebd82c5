"""What changes a report: its sections, its transitions, and taking reports in."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.errors import NotFound
from records import workflow as engine
from reporting import compilation
from reporting.api.base import ReportApiView
from reporting.models import Report
from reporting.serializers.reports import ActIn, ReportDetail, SectionIn, SectionSaved, TakeIn, WorkingBasis
from reporting.services.compiling import take_in
from reporting.services.sections import SectionInput, save_section
from reporting.workflow import REPORT, perform


class SectionRoom(ReportApiView):
    action_needed = "report.edit"
    serializer_class = SectionIn

    @extend_schema(
        parameters=[if_match("The revision the text was changed from, in quotes.", required=True)],
        responses=SectionSaved,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, code: str, **kwargs: Any) -> Response:
        """Store one section. 409 when somebody else was first: whose change it was, and both texts."""
        revision = required_version(request)
        given = SectionIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = SectionInput(code, given.validated_data["html"], revision)
        row = save_section(uid, data, by=self.actor)
        return with_etag(Response(SectionSaved(row).data), row.revision)


class ActRoom(ReportApiView):
    serializer_class = ActIn

    @extend_schema(
        operation_id="reports_act",
        parameters=[if_match("The report's version the decision is about, in quotes.", required=True)],
        responses=ReportDetail,
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of the report's `actions`; answers with the report as it is then."""
        report, transition = self.report_or_404(uid), REPORT[name]
        given = ActIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        wanted = engine.Request(
            name=transition.name,
            comment=data.pop("comment"),
            expected_version=required_version(request),
            data=data,
        )
        perform(report, wanted, by=self.actor)
        return self.shown(self.report_or_404(uid))


class BasisRoom(ReportApiView):
    """What the text being written stands on: for whoever writes it."""

    action_needed = "report.edit"
    serializer_class = WorkingBasis

    @extend_schema(operation_id="reports_basis_retrieve")
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The working basis: for each expected report what is used, what could be, and how it stands."""
        return self._basis(self._compiled(uid))

    @extend_schema(
        operation_id="reports_basis_take_in", request=TakeIn, responses=WorkingBasis, extensions=refuses(409)
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Take the chosen reports' own words into the sections; answers with the working basis then."""
        report = self._compiled(uid)
        given = TakeIn(data=request.data)
        given.is_valid(raise_exception=True)
        take_in(report.uid, given.validated_data["dues"], by=self.actor)
        return self._basis(report)

    def _compiled(self, uid: uuid.UUID) -> Report:
        report = self.report_or_404(uid)
        if not report.source_cycles:
            raise NotFound
        return report

    def _basis(self, report: Report) -> Response:
        return Response(WorkingBasis({"rows": compilation.working_basis(report)}).data)
