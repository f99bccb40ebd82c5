"""The API's rooms for the catalogue of indicators and for what reports ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from indicators.catalogue import EDIT, KEEP, VIEW, act_needed, detail, indicator_or_404, seen, shown
from indicators.filters.catalogue import CatalogueFilter
from indicators.models import Indicator
from indicators.serializers.catalogue import (
    AskedDetail,
    AskedIn,
    CountsTowardsIn,
    IndicatorDetail,
    IndicatorRow,
    NewOwnIn,
    NewVersionIn,
    OwnEndIn,
)
from indicators.services.asked import AskedInput, AskedRow, asked_now, set_asked, sets_asked
from indicators.services.catalogue import (
    CountsTowards,
    NewOwn,
    NewVersion,
    OwnEnd,
    count_towards,
    end_own,
    may_change,
    may_map,
    new_own,
    new_version,
)
from indicators.version_facts import VersionFacts
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ActorFilters, ApiView
from portal.errors import NotFound

SAW = if_match("The `version` of the indicator, in quotes.", required=True)


class IndicatorApiView(ApiView):
    """A room about indicators, under a code where its address has one."""

    action_needed = VIEW

    def as_shown(self, indicator: Indicator, status: int = 200) -> Response:
        """The indicator as it is now; the ETag is what a change of it expects."""
        found = indicator_or_404(indicator.code, self.actor)
        body = IndicatorDetail(detail(found, self.actor)).data
        return with_etag(Response(body, status=status), found.version)


def facts_in(given: Mapping[str, Any], *beside: str) -> VersionFacts:
    """The version that was sent, without what stands beside it."""
    facts = {name: value for name, value in given.items() if name not in beside}
    return VersionFacts(**{**facts, "levels": tuple(facts["levels"])})


class IndicatorList(IndicatorApiView, ListAPIView[Indicator]):
    action_to_write = EDIT
    queryset = Indicator.objects.none()
    serializer_class = IndicatorRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = CatalogueFilter
    ordering_fields: ClassVar = {"name": "sort_key", "code": "code", "plan_number": "plan_number"}

    def get_queryset(self) -> QuerySet[Indicator]:
        return seen(self.actor).order_by("plan_number", "sort_key", "id")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The catalogue: shared indicators, and the own ones of the programme's pilot areas.

        `is_asked` says whether the reports of your programme ask for it.
        """
        rows: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        found: Any = shown(rows, self.actor)
        return self.get_paginated_response(IndicatorRow(found, many=True).data)

    @extend_schema(request=NewOwnIn, responses={201: IndicatorDetail}, extensions=refuses(404))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Define an own indicator of your pilot area; its reports ask for it besides what the programme asks.

        It enters a wider roll-up only when the owner of the programme maps it to a shared indicator.
        """
        given = NewOwnIn(data=request.data)
        given.is_valid(raise_exception=True)
        sent = given.validated_data
        facts = facts_in(sent, "pilot_area", "code", "since")
        made = new_own(NewOwn(sent["pilot_area"], sent["code"], facts, sent["since"]), by=self.actor)
        return self.as_shown(made, status=201)


class IndicatorRoom(IndicatorApiView):
    serializer_class = IndicatorDetail

    def get(self, request: Request, code: str, **kwargs: Any) -> Response:
        """One indicator: its versions with the source of each field, its relations, what counts towards it."""
        return self.as_shown(indicator_or_404(code, self.actor))


class IndicatorVersions(IndicatorApiView):
    serializer_class = IndicatorDetail

    @extend_schema(
        parameters=[SAW],
        request=NewVersionIn,
        responses={201: IndicatorDetail},
        extensions=refuses(404, 409, 428),
    )
    def post(self, request: Request, code: str, **kwargs: Any) -> Response:
        """A new meaning from a day on; earlier periods keep the one they had.

        An own indicator is changed by its pilot area, a shared one by whoever keeps the shared catalogue. The unit of
        measure stays: figures of earlier periods are kept in it.
        """
        found = indicator_or_404(code, self.actor)
        require(self.actor, act_needed(found))
        if not may_change(found, self.actor):
            raise NotFound
        given = NewVersionIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = facts_in(given.validated_data, "since")
        change = NewVersion(code, required_version(request), given.validated_data["since"], facts)
        return self.as_shown(new_version(change, by=self.actor), status=201)


class IndicatorEnd(IndicatorApiView):
    action_needed = EDIT
    serializer_class = IndicatorDetail

    @extend_schema(parameters=[SAW], request=OwnEndIn, responses=IndicatorDetail, extensions=refuses(404, 409, 428))
    def post(self, request: Request, code: str, **kwargs: Any) -> Response:
        """Stop asking an own indicator of your pilot area from a day on. Its figures stay."""
        if not may_change(indicator_or_404(code, self.actor), self.actor):
            raise NotFound
        given = OwnEndIn(data=request.data)
        given.is_valid(raise_exception=True)
        end = OwnEnd(code, required_version(request), **given.validated_data)
        return self.as_shown(end_own(end, by=self.actor))


class IndicatorMapping(IndicatorApiView):
    action_needed = KEEP
    serializer_class = IndicatorDetail

    @extend_schema(
        parameters=[SAW], request=CountsTowardsIn, responses=IndicatorDetail, extensions=refuses(404, 409, 422, 428)
    )
    def put(self, request: Request, code: str, **kwargs: Any) -> Response:
        """Say which shared indicator an own one counts towards in roll-ups. Only the owner of the programme may.

        Both must be measured alike (422). Roll-ups are computed anew.
        """
        if not may_map(indicator_or_404(code, self.actor), self.actor):
            raise NotFound
        given = CountsTowardsIn(data=request.data)
        given.is_valid(raise_exception=True)
        change = CountsTowards(code, required_version(request), given.validated_data["to"])
        return self.as_shown(count_towards(change, by=self.actor))


class AskedRoom(ApiView):
    action_needed = VIEW
    action_to_write = KEEP
    serializer_class = AskedDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """What the reports of your programme ask for, in its order."""
        programme = self.actor.programme
        if programme is None:
            raise NotFound
        now = asked_now(programme)
        return with_etag(Response(AskedDetail(now).data), now.version)

    @extend_schema(
        parameters=[if_match("The `version` of the list, in quotes.", required=True)],
        request=AskedIn,
        responses=AskedDetail,
        extensions=refuses(404, 409, 428),
    )
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Replace the whole list. Only the owner of the programme may; reports submitted keep what they said."""
        if not sets_asked(self.actor.programme, self.actor):
            raise NotFound
        given = AskedIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = tuple(AskedRow(**row) for row in given.validated_data["rows"])
        change = AskedInput(required_version(request), rows, given.validated_data["source"])
        now = set_asked(change, by=self.actor)
        return with_etag(Response(AskedDetail(now).data), now.version)
