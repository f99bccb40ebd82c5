"""Change requests, editions and the acts on a plan: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from plans.change_workflow import CHANGE, available, perform
from plans.changes import (
    VIEW,
    differences_between,
    editions_of,
    listed_for,
    original_wanted,
    reach_change,
    reach_edition,
)
from plans.filters.changes import ChangeFilter
from plans.models import ChangeRequest, Plan
from plans.plan_workflow import PLAN
from plans.plan_workflow import available as available_of_plan
from plans.plan_workflow import perform as perform_plan
from plans.serializers.changes import (
    PlanChangeDetail,
    PlanChangeIn,
    PlanChangeItemIn,
    PlanChangeRow,
    PlanEditionDetail,
    PlanEditionDifferences,
    PlanEditionRow,
    PlanFileIn,
    PlanStanding,
    StepIn,
)
from plans.services.changes import ChangeInput, RowInput, begin_change, drop_row, edit_change, put_row
from plans.services.originals import bring_original, propose_original
from plans.tree import EDIT, reach_plan, shows_rows
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import NotFound, bad
from records import workflow as engine
from records.files import CONTENT_TYPES, MOST_BYTES, Incoming
from records.views.files import sent

VERSION = if_match("The `version` of what the write is about, in quotes.", required=True)
FROM = OpenApiParameter(
    "from", int, OpenApiParameter.QUERY, description="An earlier edition; left out: the one before."
)
BYTES: Any = {(200, kind): OpenApiTypes.BINARY for kind in CONTENT_TYPES.values()}
ROOM_FOR_A_FORM = 64 * 1024
"""Bytes of a form around its file."""


class AnyFile(BaseRenderer):
    """Says to clients that a room answers with a file; the view makes the answer itself."""

    media_type = "application/octet-stream"
    format = "file"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class FileRoom(ApiView):
    """A room that hands out a file and takes another: a form with a file (multipart/form-data)."""

    renderer_classes = (JSONRenderer, AnyFile)
    most_bytes = MOST_BYTES + ROOM_FOR_A_FORM

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()]

    @staticmethod
    def file_of(request: Request) -> Incoming:
        """The file sent; no more is read than shows that it is too large."""
        given = PlanFileIn(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        return Incoming(file.name or "", file.read(MOST_BYTES + 1))


class ChangeView(ApiView):
    """What the rooms of one request share."""

    action_needed = VIEW
    action_to_write = EDIT

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        change = reach_change(uid, self.actor)
        context = {"actions": available(change, self.actor), "actor": self.actor}
        return with_etag(Response(PlanChangeDetail(change, context=context).data, status=status), change.version)


class ChangeList(ApiView, ListAPIView[ChangeRequest]):
    """Requests to change approved plans, within your reach, newest first."""

    action_needed = VIEW
    queryset = ChangeRequest.objects.none()
    serializer_class = PlanChangeRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = ChangeFilter
    ordering_fields: ClassVar = {"begun_at": "begun_at", "submitted_at": "submitted_at"}

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        return listed_for(self.actor)


class PlanChanges(ChangeView, ListAPIView[ChangeRequest]):
    """Requests to change one plan, newest first."""

    queryset = ChangeRequest.objects.none()
    serializer_class = PlanChangeRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = ChangeFilter
    ordering_fields: ClassVar = {"begun_at": "begun_at", "submitted_at": "submitted_at"}

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        return listed_for(self.actor, reach_plan(self.kwargs["uid"], self.actor))

    @extend_schema(request=PlanChangeIn, responses={201: PlanChangeDetail}, extensions=refuses(404, 409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Begin a request to change an approved plan of your own unit. Next: its `rows/`.

        409 while the plan is not approved, and while another request of it is open.
        """
        reach_plan(uid, self.actor, EDIT)
        given = PlanChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        return self.shown(begin_change(uid, ChangeInput(**given.validated_data), by=self.actor).uid, status=201)


class ChangeRoom(ChangeView):
    serializer_class = PlanChangeDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One request: its rows before and after, its state, and what you may do now (`actions`)."""
        return self.shown(uid)

    @extend_schema(parameters=[VERSION], request=PlanChangeIn, responses=PlanChangeDetail, extensions=refuses(409, 428))
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Give it another title and reason, while it is written."""
        reach_change(uid, self.actor, EDIT)
        given = PlanChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        edit_change(uid, ChangeInput(**given.validated_data), required_version(request), by=self.actor)
        return self.shown(uid)


class RowWriting(ChangeView):
    """What writes one row."""

    serializer_class = PlanChangeItemIn

    def put_given(self, request: Request, uid: uuid.UUID, row: uuid.UUID | None) -> Response:
        reach_change(uid, self.actor, EDIT)
        given = PlanChangeItemIn(data=request.data)
        given.is_valid(raise_exception=True)
        put_row(uid, RowInput(**given.validated_data, row=row), required_version(request), by=self.actor)
        return self.shown(uid)


class ChangeRows(RowWriting):
    @extend_schema(
        operation_id="plan_changes_rows_put",
        parameters=[VERSION],
        request=PlanChangeItemIn,
        responses=PlanChangeDetail,
        extensions=refuses(409, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Say what the plan shall say of one task, or of itself. A row about the same task is replaced.

        400 names each field that is wrong, and says where nothing would change.
        """
        return self.put_given(request, uid, None)


class ChangeRowRoom(RowWriting):
    @extend_schema(
        parameters=[VERSION], request=PlanChangeItemIn, responses=PlanChangeDetail, extensions=refuses(409, 428)
    )
    def put(self, request: Request, uid: uuid.UUID, row: uuid.UUID, **kwargs: Any) -> Response:
        """Write one row anew. Its task stays the same."""
        return self.put_given(request, uid, row)


class ChangeRowRemoval(ChangeView):
    serializer_class = PlanChangeDetail

    @extend_schema(
        operation_id="plan_changes_rows_remove",
        parameters=[VERSION],
        request=None,
        responses=PlanChangeDetail,
        extensions=refuses(409, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, row: uuid.UUID, **kwargs: Any) -> Response:
        """Take one row out. 400 where another row is part of what it adds."""
        reach_change(uid, self.actor, EDIT)
        drop_row(uid, row, required_version(request), by=self.actor)
        return self.shown(uid)


class ChangeOriginal(FileRoom, ChangeView):
    serializer_class = PlanFileIn

    @extend_schema(operation_id="plan_changes_original", responses=BYTES)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The original file the request brings; 404 where it brings none."""
        return sent(original_wanted(reach_change(uid, self.actor), self.actor))

    @extend_schema(
        operation_id="plan_changes_original_bring",
        parameters=[VERSION],
        request={"multipart/form-data": PlanFileIn},
        responses=PlanChangeDetail,
        extensions=refuses(409, 413, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Another original file of the plan, as part of the request."""
        reach_change(uid, self.actor, EDIT)
        version = required_version(request)
        propose_original(uid, self.file_of(request), version, by=self.actor)
        return self.shown(uid)


class ChangeActRoom(ChangeView):
    action_to_write = ""
    serializer_class = StepIn

    @extend_schema(
        operation_id="plan_changes_act",
        parameters=[VERSION],
        responses=PlanChangeDetail,
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of its `actions`. `approve` makes the plan say so, and seals its next edition."""
        change, transition = reach_change(uid, self.actor), CHANGE[name]
        given = StepIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = engine.Request(transition.name, given.validated_data["comment"], required_version(request))
        perform(change, wanted, by=self.actor)
        return self.shown(uid)


class PlanStandingView(ApiView):
    """What the rooms of a plan's acts share."""

    action_needed = VIEW

    def shown(self, uid: uuid.UUID) -> Response:
        plan = reach_plan(uid, self.actor)
        data: Any = PlanStanding(plan, context={"actions": available_of_plan(plan, self.actor)}).data
        if not shows_rows(plan, self.actor):
            data = {**data, "original": None}
        return with_etag(Response(data), plan.version)


class PlanStandingRoom(PlanStandingView):
    serializer_class = PlanStanding

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Where the plan stands: its state, its edition, and what you may do with it now (`actions`)."""
        return self.shown(uid)


class PlanActRoom(PlanStandingView):
    serializer_class = StepIn

    @extend_schema(
        operation_id="plans_act", parameters=[VERSION], responses=PlanStanding, extensions=refuses(409, 422, 428)
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of the plan's `actions`. `approve` seals its first edition; then it changes by request only."""
        plan, transition = reach_plan(uid, self.actor), PLAN[name]
        given = StepIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = engine.Request(transition.name, given.validated_data["comment"], required_version(request))
        perform_plan(plan, wanted, by=self.actor)
        return self.shown(uid)


class PlanOriginal(FileRoom, PlanStandingView):
    action_to_write = EDIT
    serializer_class = PlanFileIn

    @extend_schema(operation_id="plans_original", responses=BYTES)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The file the plan was approved with; 404 where there is none, and while another office changes it."""
        plan = reach_plan(uid, self.actor)
        if plan.original is None or not shows_rows(plan, self.actor):
            raise NotFound
        return sent(plan.original)

    @extend_schema(
        operation_id="plans_original_bring",
        request={"multipart/form-data": PlanFileIn},
        responses=PlanStanding,
        extensions=refuses(409, 413),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Bring the original file of a plan that is being written. 409 once it is approved: ask for a change then."""
        reach_plan(uid, self.actor, EDIT)
        bring_original(uid, self.file_of(request), by=self.actor)
        return self.shown(uid)


class EditionList(ApiView):
    action_needed = VIEW
    serializer_class = PlanEditionRow
    pagination_class = None  # few, answered at once

    @extend_schema(operation_id="plans_editions_list", responses=PlanEditionRow(many=True))
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The approved wordings of a plan, newest first."""
        rows: Any = editions_of(reach_plan(uid, self.actor))
        return Response(PlanEditionRow(rows, many=True).data)


class EditionRoom(ApiView):
    action_needed = VIEW
    serializer_class = PlanEditionDetail

    def get(self, request: Request, uid: uuid.UUID, number: int, **kwargs: Any) -> Response:
        """One approved wording, as it was sealed."""
        return Response(PlanEditionDetail(reach_edition(reach_plan(uid, self.actor), number)).data)


class EditionDifferencesRoom(ApiView):
    action_needed = VIEW
    serializer_class = PlanEditionDifferences
    query_parameters = ("from",)

    @extend_schema(parameters=[FROM])
    def get(self, request: Request, uid: uuid.UUID, number: int, **kwargs: Any) -> Response:
        """What is otherwise in an edition than in an earlier one. 404 for the first."""
        plan: Plan = reach_plan(uid, self.actor)
        edition = reach_edition(plan, number)
        if number == 1:
            raise NotFound
        text = request.query_params.get("from", str(number - 1))
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            raise bad("no_such_edition", _("Choose an earlier edition of this plan."), "from")
        found = {"since": int(text), "number": number, "differences": differences_between(edition, int(text))}
        return Response(PlanEditionDifferences(found).data)
