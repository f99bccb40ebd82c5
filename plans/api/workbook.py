"""A plan as a workbook: taken out, and brought back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from plans.plan_books import plan_book
from plans.plan_upload import refusal
from plans.serializers.workbook import PlanBookAnswer, PlanBookIn
from plans.services.workbook import bring_in
from plans.table_books import CONTENT_TYPE
from plans.tree import EDIT, reach_plan
from plans.views.answers import handed_out
from portal.api_schema import refuses
from portal.api_views import ApiView
from records.importing.forms import content_of


class PlanBook(BaseRenderer):
    """Says to clients that this room answers with a workbook; the view makes it itself."""

    media_type = CONTENT_TYPE
    format = "xlsx"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class PlanWorkbook(ApiView):
    action_needed = EDIT
    renderer_classes = (PlanBook, JSONRenderer)

    @extend_schema(responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The plan as a workbook (XLSX) to be filled in elsewhere: every row with what is known of it."""
        return handed_out(plan_book(reach_plan(uid, self.actor, EDIT)))


class PlanWorkbookRoom(ApiView):
    action_needed = EDIT
    serializer_class = PlanBookAnswer

    def get_parsers(self) -> list[Any]:
        """A file comes as a form."""
        return [MultiPartParser()]

    @extend_schema(
        operation_id="plans_workbook_bring_in",
        request={"multipart/form-data": PlanBookIn},
        responses=PlanBookAnswer,
        extensions=refuses(413),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Bring the workbook back: says what would change; with `store` all of it is stored, or nothing.

        While the plan is written every column counts and rows without a uid are added; later what was approved is
        refused cell by cell. 400 names every cell that cannot be taken in `cells` (`sheet`, `cell`, `message`).
        """
        plan = reach_plan(uid, self.actor, EDIT)
        given = PlanBookIn(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        store = given.validated_data["store"]
        upload = bring_in(plan.uid, file.name or "", content_of(file), store=store, by=self.actor)
        if upload.bad:
            raise refusal(upload)
        return Response(PlanBookAnswer(upload).data)
