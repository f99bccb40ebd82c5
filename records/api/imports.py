"""The API's rooms for imports: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import BadInput, Finding, NotFound
from records import workflow as engine
from records.importing import long, services
from records.importing.filters import ImportFilter
from records.importing.forms import content_of
from records.importing.kinds import kinds_for
from records.importing.serializers import (
    AnswersIn,
    ImportActIn,
    ImportDetail,
    ImportIn,
    ImportKindRow,
    ImportLine,
    ImportRow,
    MappingIn,
)
from records.importing.workflow import IMPORT, acts_for
from records.jobs.serializers import JobDetail
from records.models import ImportRun, Job

LINES = ("faults", "remarks", "changes")
VERSION = if_match("The import's version, in quotes.", required=True)


class ImportRoomView(ApiView):
    """What the rooms of one import share."""

    action_needed = services.ACTION

    def shown(self, run: ImportRun, status: int = 200) -> Response:
        context = {"actions": acts_for(run, self.actor), "outcome": services.outcome_in_words(run, self.actor)}
        return with_etag(Response(ImportDetail(run, context=context).data, status=status), run.version)


class ImportKindList(ApiView):
    action_needed = services.ACTION
    serializer_class = ImportKindRow
    pagination_class = None  # a handful, answered at once

    @extend_schema(responses=ImportKindRow(many=True), operation_id="import_kinds_list")
    def get(self, request: Request, **kwargs: Any) -> Response:
        """The kinds of lists you may bring in, each with its columns."""
        kinds: Any = kinds_for(self.actor)
        return Response(ImportKindRow(kinds, many=True).data)


class ImportList(ImportRoomView, ListAPIView[ImportRun]):
    """The lists brought in within your reach, newest first."""

    queryset = ImportRun.objects.none()
    serializer_class = ImportRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = ImportFilter
    ordering_fields: ClassVar = {"created_at": "created_at", "file_name": "file_name"}

    def get_parsers(self) -> list[Any]:
        """A file comes as a form."""
        return [MultiPartParser()]

    def get_queryset(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.visible_to(self.actor, self.action_needed).for_lists()

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": ImportIn},
        responses={201: ImportDetail},
        extensions=refuses(413),
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Bring in a list: it is read and checked, and nothing is stored before `actions/store/`.

        The answer counts what the list would do; `rows/` names every fault by row, cell and reason.
        """
        given = ImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        try:
            services.kind_for(data["kind"], self.actor)
        except NotFound as error:
            raise BadInput(findings=(Finding("unknown_kind", str(error), "kind"),)) from error
        file = data["file"]
        wanted = services.ListInput(data["kind"], file.name, content_of(file), data["sheet"], data["mapping"])
        return self.shown(services.start(wanted, by=self.actor), status=201)


class ImportRoom(ImportRoomView):
    serializer_class = ImportDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One list: what it would do or did, held against published totals, and what may be done now (`actions`)."""
        return self.shown(services.run_or_404(uid, self.actor))


class ImportRows(ApiView, ListAPIView[Any]):
    action_needed = services.ACTION
    queryset = ImportRun.objects.none()
    serializer_class = ImportLine
    query_parameters = ("show",)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "show", str, OpenApiParameter.QUERY, enum=LINES, default="faults", description="Which kind of line."
            )
        ],
        operation_id="imports_rows_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Row by row: its faults, what should be known about it, or what would change. Kept for a week."""
        run = services.run_or_404(self.kwargs["uid"], self.actor)
        show = request.query_params.get("show", LINES[0])
        if show not in LINES:
            words = _("Only these can be shown: %(names)s.") % {"names": ", ".join(LINES)}
            raise BadInput(words, findings=(Finding("unknown_lines", words, "show"),))
        outcome: Any = services.outcome_in_words(run, self.actor)
        page = self.paginate_queryset(outcome[show])
        return self.get_paginated_response(ImportLine(page, many=True).data)


class ImportMappingRoom(ImportRoomView):
    serializer_class = MappingIn

    @extend_schema(parameters=[VERSION], responses=ImportDetail, extensions=refuses(409, 428))
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Say which heading is which column; the list is checked again, and your office's next one is read alike."""
        services.run_or_404(uid, self.actor)
        version = required_version(request)
        given = MappingIn(data=request.data)
        given.is_valid(raise_exception=True)
        mapping = given.validated_data["mapping"]
        return self.shown(services.map_columns(uid, mapping, expected_version=version, by=self.actor))


class ImportAnswersRoom(ImportRoomView):
    serializer_class = AnswersIn

    @extend_schema(parameters=[VERSION], responses=ImportDetail, extensions=refuses(409, 428))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Choose among the suggestions made for single cells, and have the list checked again."""
        services.run_or_404(uid, self.actor)
        version = required_version(request)
        given = AnswersIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self.shown(services.answer(uid, given.filled(), expected_version=version, by=self.actor))


class ImportActRoom(ImportRoomView):
    serializer_class = ImportActIn

    @extend_schema(
        operation_id="imports_act",
        parameters=[VERSION],
        responses={200: ImportDetail, 202: JobDetail},
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of the import's `actions`: store, discard, undo.

        A list of more than 300 rows is stored and undone by a long job: the answer is 202 with the job, which
        `jobs/{uid}/` follows. All rows are stored or none: 422 while a fault is left. 409 `stale` when the list
        would do something else than it did when it was checked: look again, or send an empty list of `answers`,
        and decide anew.
        422 when it cannot be undone: the findings name, row by row, what stands on what it made.
        """
        run, transition = services.run_or_404(uid, self.actor), IMPORT[name]
        given = ImportActIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = engine.Request(
            name=transition.name,
            comment=given.validated_data["comment"],
            expected_version=required_version(request),
        )
        done = long.perform_or_start(run, wanted, by=self.actor)
        if isinstance(done, Job):
            return Response(JobDetail(done, context={"actor": self.actor}).data, status=202)
        return self.shown(services.run_or_404(uid, self.actor))
