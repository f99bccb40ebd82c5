"""Implementation and action plans: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from plans.api.changes import BYTES, VERSION, FileRoom
from plans.filters.changes import GuidedFilter
from plans.guided import VIEW, listed_for, reach_guided, shows_document
from plans.guided_workflow import GUIDED, available, perform
from plans.models import GuidedPlan
from plans.serializers.changes import (
    GuidedPlanChangeIn,
    GuidedPlanDetail,
    GuidedPlanIn,
    GuidedPlanRow,
    PlanFileIn,
    StepIn,
)
from plans.services.guided import EDIT, GuidedInput, begin_guided, bring_document, edit_guided
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import refuses
from portal.api_views import ActorFilters, ApiView
from portal.errors import NotFound
from records import workflow as engine
from records.views.files import sent


class GuidedView(ApiView):
    """What the rooms of one share."""

    action_needed = VIEW
    action_to_write = EDIT

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        guided = reach_guided(uid, self.actor)
        context = {"actions": available(guided, self.actor), "actor": self.actor}
        return with_etag(Response(GuidedPlanDetail(guided, context=context).data, status=status), guided.version)


class GuidedList(GuidedView, ListAPIView[GuidedPlan]):
    """Implementation and action plans: those of your own unit, those it receives, those below; newest first."""

    queryset = GuidedPlan.objects.none()
    serializer_class = GuidedPlanRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = GuidedFilter
    ordering_fields: ClassVar = {"begun_at": "begun_at", "submitted_at": "submitted_at", "unit": "unit__sort_key"}

    def get_queryset(self) -> QuerySet[GuidedPlan]:
        return listed_for(self.actor)

    @extend_schema(request=GuidedPlanIn, responses={201: GuidedPlanDetail}, extensions=refuses(404, 422))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin an implementation or action plan of a pilot area of your own unit. Next: the document, at `file/`.

        422 where nobody receives from the pilot area.
        """
        given = GuidedPlanIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        pilot = data.pop("pilot_area")
        return self.shown(begin_guided(pilot, GuidedInput(**data), by=self.actor).uid, status=201)


class GuidedRoom(GuidedView):
    serializer_class = GuidedPlanDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One of them: its state, the opinion on it, and what you may do now (`actions`)."""
        return self.shown(uid)

    @extend_schema(
        parameters=[VERSION], request=GuidedPlanChangeIn, responses=GuidedPlanDetail, extensions=refuses(409, 428)
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change what is said of it, while it is a draft or returned."""
        reach_guided(uid, self.actor, EDIT)
        given = GuidedPlanChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        edit_guided(uid, GuidedInput(**given.validated_data), required_version(request), by=self.actor)
        return self.shown(uid)


class GuidedFile(FileRoom, GuidedView):
    serializer_class = PlanFileIn

    @extend_schema(operation_id="guided_plans_file", responses=BYTES)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        """The document; 404 where there is none yet, and while another office changes it."""
        guided = reach_guided(uid, self.actor)
        if guided.file is None or not shows_document(guided, self.actor):
            raise NotFound
        return sent(guided.file)

    @extend_schema(
        operation_id="guided_plans_file_bring",
        parameters=[VERSION],
        request={"multipart/form-data": PlanFileIn},
        responses=GuidedPlanDetail,
        extensions=refuses(409, 413, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Bring the document, or another one in its place. What it is, is told by its content; no classified matter."""
        reach_guided(uid, self.actor, EDIT)
        version = required_version(request)
        bring_document(uid, self.file_of(request), version, by=self.actor)
        return self.shown(uid)


class GuidedActRoom(GuidedView):
    action_to_write = ""
    serializer_class = StepIn

    @extend_schema(
        operation_id="guided_plans_act",
        parameters=[VERSION],
        responses=GuidedPlanDetail,
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of its `actions`. `agree` and `return` take the opinion as `comment`."""
        guided, transition = reach_guided(uid, self.actor), GUIDED[name]
        given = StepIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = engine.Request(transition.name, given.validated_data["comment"], required_version(request))
        perform(guided, wanted, by=self.actor)
        return self.shown(uid)
