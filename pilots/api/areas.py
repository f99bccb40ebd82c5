"""The API's rooms for programmes, pilot areas, places and offices."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from pilots import facts
from pilots.filters import PilotAreaFilter
from pilots.models import Milestone, PilotArea
from pilots.serializers import (
    DivisionRow,
    MilestoneRow,
    PilotDetail,
    PilotRow,
    PlaceRow,
    ProgrammeDetail,
    ProgrammeRow,
    UnitRow,
)
from portal.api import Ordering
from portal.api_views import ApiView, Embed, EmbeddingList
from units.filters import DivisionFilter, ProgrammeFilter, UnitFilter
from units.models import UNVERIFIED, DivisionVersion, Programme, Unit


class ProgrammeList(ApiView, ListAPIView[Programme]):
    """The programmes in reach."""

    action_needed = "programme.view"
    queryset = Programme.objects.none()
    serializer_class = ProgrammeRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = ProgrammeFilter
    ordering_fields: ClassVar = {"code": "code", "name": "name_zh"}

    def get_queryset(self) -> QuerySet[Programme]:
        return facts.programmes_seen(self.actor)


class ProgrammeRoom(ApiView):
    action_needed = "programme.view"
    serializer_class = ProgrammeDetail

    def get(self, request: Request, code: str, **kwargs: Any) -> Response:
        """One programme: batches as published, coverage, milestones, limits."""
        programme = facts.programme_or_404(self.actor, code)
        return Response(ProgrammeDetail(programme, context=facts.programme_facts(programme, self.actor)).data)


class PilotFilters(DjangoFilterBackend):
    """Offers as choices only what occurs in the list, as the page does."""

    def get_filterset_kwargs(self, request: HttpRequest, queryset: Any, view: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "choices_from": queryset}


def _places(pilots: Sequence[PilotArea], actor: Actor) -> Mapping[int, list[facts.PlaceThenAndNow]]:
    return facts.places_of(pilots)


def _milestones(pilots: Sequence[PilotArea], actor: Actor) -> Mapping[int, list[Milestone]]:
    return facts.milestones_of(pilots)


class PilotList(EmbeddingList):
    """The pilot areas on record. What nobody could verify is not shown."""

    action_needed = "pilot.view"
    queryset = PilotArea.objects.none()
    serializer_class = PilotRow
    filter_backends = (PilotFilters, Ordering)
    filterset_class = PilotAreaFilter
    ordering_fields: ClassVar = {"name": "sort_key", "batch": "batch__number", "province": "province__sort_key"}
    embeds: ClassVar = {
        "places": Embed(PlaceRow, _places, "its places as approved and now"),
        "milestones": Embed(MilestoneRow, _milestones, "its dates"),
    }

    def get_queryset(self) -> QuerySet[PilotArea]:
        rows: QuerySet[PilotArea] = PilotArea.objects.visible_to(self.actor, self.action_needed).shown().for_lists()
        return rows.order_by("batch__number", "sort_key", "id")


class PilotRoom(ApiView):
    action_needed = "pilot.view"
    serializer_class = PilotDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One pilot area: its places when approved and now, its route, its milestones."""
        pilot = facts.pilot_or_404(self.actor, self.action_needed, uid)
        return Response(PilotDetail(pilot, context=facts.pilot_facts(pilot)).data)


class DivisionList(ApiView, ListAPIView[DivisionVersion]):
    """Places by their names and codes on a day."""

    action_needed = "programme.view"
    queryset = DivisionVersion.objects.none()
    serializer_class = DivisionRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = DivisionFilter
    ordering_fields: ClassVar = {"name": "division__sort_key", "code": "code"}

    def get_queryset(self) -> QuerySet[DivisionVersion]:
        rows = DivisionVersion.objects.select_related("division", "parent")
        return rows.order_by("division__sort_key", "division_id", "id")


class UnitList(ApiView, ListAPIView[Unit]):
    """Offices by their names now. What nobody could verify is not shown."""

    action_needed = "programme.view"
    queryset = Unit.objects.none()
    serializer_class = UnitRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = UnitFilter
    ordering_fields: ClassVar = {"name": "sort_key", "kind": "kind"}

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.exclude(UNVERIFIED).select_related("division").order_by("sort_key", "id")
