"""The grid of a report's figures as a workbook: taken out, and brought back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_schema import refuses
from records.importing.forms import content_of
from reporting import figure_books
from reporting.api.base import ReportApiView
from reporting.api.contacts import BOOK, Workbook
from reporting.figure_upload import read_book, refusal
from reporting.figures import draft_grid, written_rows
from reporting.serializers.figure_books import FiguresBookAnswer, FiguresBookIn
from reporting.services.figures import save_report_figures
from reporting.views.contacts import handed_out


class FiguresBook(ReportApiView):
    action_needed = "report.edit"
    renderer_classes = (Workbook, JSONRenderer)

    @extend_schema(responses=BOOK)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The grid as a workbook (XLSX) to be filled in elsewhere: one row for each indicator of each place."""
        report = self.report_or_404(uid)
        return handed_out(figure_books.grid_export(report, draft_grid(report)))


class FiguresBookRoom(ReportApiView):
    action_needed = "report.edit"
    serializer_class = FiguresBookAnswer

    def get_parsers(self) -> list[Any]:
        """A file comes as a form."""
        return [MultiPartParser()]

    @extend_schema(
        operation_id="reports_figures_workbook",
        request={"multipart/form-data": FiguresBookIn},
        responses=FiguresBookAnswer,
        extensions=refuses(409, 413),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Bring the workbook back: says what would change; with `store` all of it is stored, or nothing.

        400 names every cell that cannot be taken in `cells` (`sheet`, `cell`, `message`), and nothing is stored then.
        """
        report = self.report_or_404(uid)
        grid = written_rows(report)
        given = FiguresBookIn(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        upload = read_book(report, grid, file.name or "", content_of(file))
        if upload.bad:
            raise refusal(upload)
        upload.stored = given.validated_data["store"]
        if upload.stored:
            save_report_figures(report.uid, upload.rows, by=self.actor)
        return Response(FiguresBookAnswer(upload).data)
