"""The API's rooms for leading groups."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from pilots import groups
from pilots.api.contacts import KeptRoom, ProgrammeFilters
from pilots.contact_serializers import (
    GroupMemberEndIn,
    GroupMemberIn,
    LeadingGroupDetail,
    LeadingGroupFactsIn,
    LeadingGroupIn,
    LeadingGroupRow,
)
from pilots.filters import OfficeFilter
from pilots.models import LeadingGroup
from pilots.services.groups import (
    EndMemberInput,
    GroupFactsInput,
    GroupInput,
    MemberInput,
    add_member,
    change_group,
    create_group,
    end_member,
)
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from units.models import Unit


class GroupApiView(KeptRoom):
    def shown(self, group: LeadingGroup, status: int = 200) -> Response:
        """The group as it is now; the ETag is what a change of its facts expects."""
        context = {"tiers": groups.tiers(group), "formerly": groups.formerly(group)}
        data = LeadingGroupDetail(groups.group_seat(group, self.actor), context=context).data
        return with_etag(Response(data, status=status), group.version)


class GroupList(GroupApiView, ListAPIView[Unit]):
    queryset = Unit.objects.none()
    serializer_class = LeadingGroupRow
    filter_backends = (ProgrammeFilters, Ordering)
    filterset_class = OfficeFilter
    ordering_fields: ClassVar = {"unit": "sort_key"}

    def get_queryset(self) -> QuerySet[Unit]:
        return groups.offices(self.programme)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every office of the programme that should have a leading group, with it or with the gap."""
        units = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        seats = groups.group_seats(units, self.programme.pk, self.actor)
        rows: Any = [seats[unit.pk] for unit in units]
        return self.get_paginated_response(LeadingGroupRow(rows, many=True).data)

    @extend_schema(request=LeadingGroupIn, responses={201: LeadingGroupDetail}, extensions=refuses(404, 409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record the leading group of an office one keeps. 409 when there is one already."""
        given = LeadingGroupIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        group = create_group(GroupInput(facts.pop("unit"), **facts), by=self.actor)
        return self.shown(group, status=201)


class GroupRoom(GroupApiView):
    serializer_class = LeadingGroupDetail

    @extend_schema(responses=LeadingGroupDetail)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One leading group: its document, the people of its three tiers, and who was in it before."""
        return self.shown(groups.group_or_404(uid, self.actor))

    @extend_schema(
        parameters=[if_match("The `version` of the group, in quotes.", required=True)],
        request=LeadingGroupFactsIn,
        responses=LeadingGroupDetail,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change name and founding document. 409 when somebody was first, with `theirs` and `mine`."""
        groups.kept_or_404(uid, self.actor)
        given = LeadingGroupFactsIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = GroupFactsInput(uid, required_version(request), **given.validated_data)
        return self.shown(change_group(data, by=self.actor))


class MemberList(GroupApiView):
    action_needed = "contacts.edit"
    serializer_class = GroupMemberIn

    @extend_schema(request=GroupMemberIn, responses={201: LeadingGroupDetail}, extensions=refuses(422))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Add somebody to one of the three tiers; answers with the group. 422 for a second head."""
        groups.kept_or_404(uid, self.actor)
        given = GroupMemberIn(data=request.data)
        given.is_valid(raise_exception=True)
        add_member(MemberInput(uid, **given.validated_data), by=self.actor)
        return self.shown(groups.kept_or_404(uid, self.actor), status=201)


class MemberEnd(GroupApiView):
    action_needed = "contacts.edit"
    serializer_class = GroupMemberEndIn

    @extend_schema(request=GroupMemberEndIn, responses=LeadingGroupDetail, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Somebody leaves the group and stays in its history; answers with the group."""
        member = groups.member_or_404(uid, self.actor)
        given = GroupMemberEndIn(data=request.data)
        given.is_valid(raise_exception=True)
        end_member(EndMemberInput(uid, **given.validated_data), by=self.actor)
        return self.shown(groups.kept_or_404(member.group.uid, self.actor))
