"""The grid of a report's figures."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.serializers.grid import GridDetail, GridIn, inputs_of
from portal.api_schema import refuses
from portal.errors import Finding, RevisionMissing
from reporting.api.base import ReportApiView
from reporting.figures import draft_grid
from reporting.models import Report
from reporting.services.figures import save_report_figures


class FiguresRoom(ReportApiView):
    """The figures as they are being written: read within the office, written by its drafters."""

    action_needed = "report.draft"
    action_to_write = "report.edit"
    serializer_class = GridIn

    @extend_schema(operation_id="reports_figures_retrieve", responses=GridDetail)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The grid as it is being written: what is asked, what is said, what the checks find, last value and target.

        404 for a report that asks for no figures (compilers' come from below; see `rollups` of its versions).
        """
        return self._grid(self.report_or_404(uid))

    @extend_schema(operation_id="reports_figures_update", responses=GridDetail, extensions=refuses(409, 428))
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Store rows of the grid together or none of them; rows not named stay. Answers with the grid then.

        400 names each cell that cannot be read (`figure:<division>:<code>:<field>`). 409 when somebody else changed
        one of the rows first: `rows` has theirs and yours. A change of a figure empties its answers.
        """
        report = self.report_or_404(uid)
        given = GridIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = given.validated_data["rows"]
        missing = [f"rows.{number}.revision" for number, row in enumerate(rows) if "revision" not in row]
        if missing:
            text = _("Say of each row which revision you changed: the one you were given, or 0 at first.")
            raise RevisionMissing(text, findings=tuple(Finding("revision_missing", text, cell) for cell in missing))
        save_report_figures(report.uid, inputs_of(rows), by=self.actor)
        return self._grid(report)

    def _grid(self, report: Report) -> Response:
        return Response(GridDetail(draft_grid(report)).data)
