"""What a report declares, and taking the tasks of the plan into its text."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.errors import NotFound
from reporting.api.base import ReportApiView
from reporting.declared import declared_of, declares
from reporting.models import Report
from reporting.serializers.declared import DeclaredDetail, DeclaredIn
from reporting.serializers.reports import SectionSaved
from reporting.services.declaring import save_declared
from reporting.services.task_text import take_tasks_in


class DeclarationsRoom(ReportApiView):
    """Red lines and commitments as they are being written: read within the office, written by its drafters."""

    action_needed = "report.draft"
    action_to_write = "report.edit"
    serializer_class = DeclaredIn

    @extend_schema(operation_id="reports_declarations_retrieve", responses=DeclaredDetail)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Red lines asked about, commitments of the report before to answer for, and those made until the next.

        The ETag is the revision PUT expects. 404 for a report that declares nothing: compilers' and sheets of contacts.
        """
        report = self._report(uid)
        found = declared_of(report)
        return with_etag(Response(DeclaredDetail(found).data), found.revision)

    @extend_schema(
        operation_id="reports_declarations_update",
        parameters=[if_match("The revision of the declarations, in quotes; 0 at first.", required=True)],
        responses=DeclaredDetail,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Store what is declared, together or not at all; parts left out stay as they are.

        400 names each row that cannot be (`red-<code>`, `line-<uid>`, `commitment-<number>`). 409 when somebody else
        was first: `theirs` is what stands there now. A report is sent only with every red line and every commitment
        of the report before answered.
        """
        report = self._report(uid)
        revision = required_version(request)
        given = DeclaredIn(data=request.data)
        given.is_valid(raise_exception=True)
        found = save_declared(report.uid, given.data_in(revision), by=self.actor)
        return with_etag(Response(DeclaredDetail(found).data), found.revision)

    def _report(self, uid: uuid.UUID) -> Report:
        report = self.report_or_404(uid)
        if not declares(report):
            raise NotFound
        return report


class TakeTasksRoom(ReportApiView):
    action_needed = "report.edit"
    serializer_class = SectionSaved

    @extend_schema(operation_id="reports_take_tasks_in", request=None, responses=SectionSaved, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Append what the tasks of the plan say today to the section on progress; answers with its new revision.

        404 where the pilot area has no approved plan.
        """
        row = take_tasks_in(self.report_or_404(uid).uid, by=self.actor)
        return with_etag(Response(SectionSaved(row).data), row.revision)
