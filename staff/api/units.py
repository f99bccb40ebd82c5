"""Units by their people: who works there, who administers, who may sign alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership, MembershipQuerySet
from portal.api import Ordering
from portal.api_schema import refuses
from portal.api_views import ApiView
from staff import reading, rules
from staff.filters import MembershipFilter, StaffedUnitFilter
from staff.serializers import (
    ExemptionIn,
    ExemptionRow,
    InvitationIn,
    MembershipRow,
    StaffedUnitRow,
    UnitStaffDetail,
)
from staff.services import exemptions, memberships
from units.models import Unit


class StaffedUnitList(ApiView, ListAPIView[Unit]):
    """The units whose people one may look at, and whether anybody administers them."""

    action_needed = "people.view"
    queryset = Unit.objects.none()
    serializer_class = StaffedUnitRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = StaffedUnitFilter
    ordering_fields = {"name": "sort_key", "people": "people"}  # noqa: RUF012 - as REST framework declares it

    def get_queryset(self) -> QuerySet[Unit]:
        return reading.units_seen(self.actor)


class UnitStaffRoom(ApiView):
    action_needed = "people.view"
    serializer_class = UnitStaffDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One unit's staff: who worked there formerly, the exemptions in force, and what may be done."""
        unit = reading.unit_seen(self.actor, uid)
        return Response(UnitStaffDetail(reading.unit_facts(self.actor, unit)).data)


class UnitPeopleList(ApiView, ListAPIView[Membership]):
    """Who holds which role at a unit, now and formerly (`held=now` leaves out the roles that have ended)."""

    action_needed = "people.view"
    queryset = Membership.objects.none()
    serializer_class = MembershipRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = MembershipFilter
    ordering_fields = {  # noqa: RUF012 - as REST framework declares it
        "name": "user__name", "role": "role", "started_at": "started_at",
    }  # fmt: skip

    def get_queryset(self) -> MembershipQuerySet:
        unit = reading.unit_seen(self.actor, self.kwargs["uid"])
        rows = rules.seen(self.actor).filter(unit=unit).select_related("user", "unit", "programme")
        return rows.order_by("user__name", "user_id", "programme_id", "role", "id")

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page's rows, and in one statement which of them may be changed."""
        self.page_rows = super().paginate_queryset(queryset)
        return self.page_rows

    def get_serializer_context(self) -> dict[str, Any]:
        rows = getattr(self, "page_rows", None) or []
        return {**super().get_serializer_context(), "changeable": reading.changeable_among(rows, self.actor)}


class UnitInvitations(ApiView):
    action_needed = "people.manage"
    serializer_class = InvitationIn

    @extend_schema(responses={201: MembershipRow})
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Give somebody a role here; somebody new gets a link by mail to set a password."""
        reading.unit_managed(self.actor, uid)
        given = InvitationIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = memberships.InvitationInput(unit_uid=uid, **given.validated_data)
        membership = memberships.invite(data, by=self.actor)
        return Response(_shown(membership, self), status=201)


class UnitExemption(ApiView):
    action_needed = "people.manage"
    serializer_class = ExemptionIn

    @extend_schema(responses={201: ExemptionRow}, extensions=refuses(422))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Let the one person who writes here also sign, in one programme; 422 when there are several."""
        exemption = exemptions.grant_solo_exemption(_exemption(request, uid, self), by=self.actor)
        return Response(ExemptionRow(exemption).data, status=201)


class UnitExemptionEnd(ApiView):
    action_needed = "people.manage"
    serializer_class = ExemptionIn

    @extend_schema(responses=ExemptionRow)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """From now on somebody else must sign what a person wrote; 409 when there is no exemption."""
        exemption = exemptions.end_solo_exemption(_exemption(request, uid, self), by=self.actor)
        return Response(ExemptionRow(exemption).data)


def _exemption(request: Request, uid: uuid.UUID, view: ApiView) -> exemptions.ExemptionInput:
    reading.unit_managed(view.actor, uid)
    given = ExemptionIn(data=request.data)
    given.is_valid(raise_exception=True)
    return exemptions.ExemptionInput(unit_uid=uid, **given.validated_data)


def _shown(membership: Membership, view: ApiView) -> Any:
    changeable = reading.changeable_among([membership], view.actor)
    return MembershipRow(membership, context={"changeable": changeable}).data
