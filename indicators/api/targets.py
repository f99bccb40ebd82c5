"""The API's rooms for targets and baselines of pilot areas, and for what cites a document."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.filters.targets import BaselineFilter, TargetFilter
from indicators.models import Baseline, Target
from indicators.serializers.targets import (
    BaselineIn,
    BaselineRow,
    CitationOfDocument,
    CitedReasonIn,
    TargetChangeIn,
    TargetIn,
    TargetRow,
    baseline_rows,
    target_rows,
)
from indicators.services.baselines import (
    BaselineChoice,
    BaselineEnd,
    BaselineInput,
    choose_baseline,
    end_baseline,
    set_baseline,
)
from indicators.services.targets import (
    TargetEnd,
    TargetInput,
    TargetReplacement,
    end_target,
    replace_target,
    set_target,
)
from indicators.targets import (
    SEE,
    SET,
    baseline_or_404,
    baselines_of,
    citations_of,
    is_kept,
    kept_or_404,
    shown_baselines,
    shown_targets,
    shown_to,
    target_or_404,
    targets_in_reach,
    targets_of,
)
from pilots.documents import VIEW, document_or_404
from pilots.facts import pilot_or_404
from pilots.models import PilotArea
from portal.api_schema import refuses
from portal.api_streams import StreamedList, streams
from portal.api_views import ApiView


class CitedRoom(ApiView):
    """A room under a pilot area, which the whole programme reads and those on its route keep."""

    action_needed = SEE
    action_to_write = SET

    @cached_property
    def pilot(self) -> PilotArea:
        """Raises NotFound."""
        return pilot_or_404(self.actor, SEE, self.kwargs["uid"])

    def target(self, target: Target, status: int = 200) -> Response:
        row = target_or_404(target.uid, self.actor)
        return Response(target_rows(shown_targets([row], acts=True))[0], status=status)

    def baseline(self, baseline: Baseline, status: int = 200) -> Response:
        row = baseline_or_404(baseline.uid, self.actor)
        return Response(baseline_rows(shown_baselines([row], acts=True))[0], status=status)

    def reason(self) -> str:
        given = CitedReasonIn(data=self.request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data["reason"])


class ProgrammeTargets(StreamedList):
    action_needed = SEE
    queryset = Target.objects.none()
    serializer_class = TargetRow
    filter_backends = (DjangoFilterBackend,)
    filterset_class = TargetFilter

    def get_queryset(self) -> QuerySet[Target]:
        return targets_in_reach(self.actor)

    def told(self, rows: Any) -> list[Any]:
        return list(target_rows(shown_to(rows, self.actor)))

    @extend_schema(operation_id="targets_all", responses=streams(TargetRow))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The targets of all pilot areas of the programme that you see, one pilot area after the other.

        With `with_ended=true` also those that stand no longer.
        """
        return self.answered(request)


class TargetList(CitedRoom, ListAPIView[Target]):
    queryset = Target.objects.none()
    serializer_class = TargetRow
    filter_backends = (DjangoFilterBackend,)
    filterset_class = TargetFilter

    def get_queryset(self) -> QuerySet[Target]:
        return targets_of(self.pilot)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The targets of a pilot area, by indicator and day; two documents that disagree are two targets.

        With `with_ended=true` also those that stand no longer.
        """
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        shown = shown_targets(rows, acts=is_kept(self.pilot, self.actor))
        return self.get_paginated_response(target_rows(shown))

    @extend_schema(request=TargetIn, responses={201: TargetRow}, extensions=refuses(409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set a target, with the document that says so and a reason; the office and its receiver are told.

        409 when a target from the same source for the same day stands already: replace that one.
        """
        pilot = kept_or_404(self.kwargs["uid"], self.actor)
        given = TargetIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        data = TargetInput(pilot.uid, facts["indicator"], given.demand(), given.saying(), facts["reason"])
        return self.target(set_target(data, by=self.actor), status=201)


class TargetReplace(CitedRoom):
    action_needed = SET
    serializer_class = TargetChangeIn

    @extend_schema(request=TargetChangeIn, responses={201: TargetRow}, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """End a target and begin another in its place; answers with the new one. The same again changes nothing.

        409 when the target has been replaced or ended meanwhile.
        """
        target_or_404(uid, self.actor)
        given = TargetChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = TargetReplacement(uid, given.demand(), given.saying(), given.validated_data["reason"])
        return self.target(replace_target(data, by=self.actor), status=201)


class TargetEndRoom(CitedRoom):
    action_needed = SET
    serializer_class = CitedReasonIn

    @extend_schema(request=CitedReasonIn, responses=TargetRow, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """A target stands no longer; it stays in the history. 409 when it has ended already."""
        target_or_404(uid, self.actor)
        return self.target(end_target(TargetEnd(uid, self.reason()), by=self.actor))


class BaselineList(CitedRoom, ListAPIView[Baseline]):
    queryset = Baseline.objects.none()
    serializer_class = BaselineRow
    filter_backends = (DjangoFilterBackend,)
    filterset_class = BaselineFilter

    def get_queryset(self) -> QuerySet[Baseline]:
        return baselines_of(self.pilot)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The baselines of a pilot area, by indicator and year. Of several, the path is drawn from the chosen one.

        With `with_ended=true` also those that stand no longer.
        """
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        shown = shown_baselines(rows, acts=is_kept(self.pilot, self.actor))
        return self.get_paginated_response(baseline_rows(shown))

    @extend_schema(request=BaselineIn, responses={201: BaselineRow}, extensions=refuses(409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set a baseline, with the document that says so and a reason; the office and its receiver are told.

        409 when one of that year from the same source stands already.
        """
        pilot = kept_or_404(self.kwargs["uid"], self.actor)
        given = BaselineIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        names = ("indicator", "year", "value", "reason", "measure", "status", "is_chosen")
        data = BaselineInput(pilot.uid, saying=given.saying(), **{name: facts[name] for name in names})
        return self.baseline(set_baseline(data, by=self.actor), status=201)


class BaselineChoose(CitedRoom):
    action_needed = SET
    serializer_class = CitedReasonIn

    @extend_schema(request=CitedReasonIn, responses=BaselineRow, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Draw the indicator's path from this baseline; the one before stays on record. 409 when it has ended."""
        baseline_or_404(uid, self.actor)
        return self.baseline(choose_baseline(BaselineChoice(uid, self.reason()), by=self.actor))


class BaselineEndRoom(CitedRoom):
    action_needed = SET
    serializer_class = CitedReasonIn

    @extend_schema(request=CitedReasonIn, responses=BaselineRow, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """A baseline stands no longer; where it was the chosen one, choose another. 409 when it has ended already."""
        baseline_or_404(uid, self.actor)
        return self.baseline(end_baseline(BaselineEnd(uid, self.reason()), by=self.actor))


class DocumentCitations(ApiView):
    action_needed = VIEW
    serializer_class = CitationOfDocument
    pagination_class = None  # what a few clauses say, answered at once

    @extend_schema(responses=CitationOfDocument(many=True))
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The targets and baselines of your programme that are taken from a document and stand today."""
        rows: Any = citations_of(document_or_404(uid, self.actor), self.actor)
        return Response(CitationOfDocument(rows, many=True).data)
