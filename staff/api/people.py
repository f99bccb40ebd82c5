"""One person, their roles and their phone."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.cache import add_never_cache_headers
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership, User
from portal.api import required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from records.api import EventPages
from records.filters import EventFilter
from records.models import Event, EventQuerySet
from records.serializers import EventRow
from staff import reading
from staff.serializers import (
    AddressIn,
    MembershipRow,
    MoveIn,
    PersonDetail,
    PhoneIn,
    PhoneInFull,
    ReasonIn,
    RoleWithReasonIn,
)
from staff.services import addresses, memberships, people


class PersonApiView(ApiView):
    """A room about one person."""

    def shown(self, person: User) -> Response:
        """The person with what may be done now; the ETag is what a new phone number expects."""
        facts = reading.person_facts(self.actor, person)
        return with_etag(Response(PersonDetail(facts).data), person.version)


class PersonRoom(PersonApiView):
    action_needed = "people.view"
    serializer_class = PersonDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One person: roles within reach, the phone masked, and what may be done."""
        return self.shown(reading.person_seen(self.actor, uid))


class PersonEvents(ApiView, ListAPIView[Event]):
    """What administrators did to one person, newest first, as far as the reader may know."""

    action_needed = "people.view"
    queryset = Event.objects.none()
    serializer_class = EventRow
    pagination_class = EventPages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = EventFilter

    def get_queryset(self) -> EventQuerySet:
        return reading.events_of(self.actor, reading.person_seen(self.actor, self.kwargs["uid"]))


class PersonDeactivation(PersonApiView):
    action_needed = "people.manage"
    serializer_class = ReasonIn

    @extend_schema(responses=PersonDetail, extensions=refuses(422))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """End every role one administers; the account closes when none is left anywhere, and its tokens with it."""
        reading.person_managed(self.actor, uid)
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        person = people.deactivate(people.DeactivationInput(uid, given.validated_data["reason"]), by=self.actor)
        return self.shown(person)


class PersonReactivation(PersonApiView):
    action_needed = "people.manage"
    serializer_class = RoleWithReasonIn

    @extend_schema(responses=PersonDetail)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Open a closed account again, with a role in the unit where the person was last."""
        unit = reading.unit_to_return_to(self.actor, reading.person_managed(self.actor, uid))
        given = RoleWithReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = people.ReactivationInput(user_uid=uid, unit_uid=unit.uid, **given.validated_data)
        return self.shown(people.reactivate(data, by=self.actor).user)


class PersonPhone(PersonApiView):
    action_needed = "people.manage"
    serializer_class = PhoneIn

    @extend_schema(
        parameters=[if_match("The `version` of the person, in quotes.", required=True)],
        responses=PersonDetail,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Write or clear the phone number; it is stored encrypted, and the answer shows it masked."""
        reading.person_managed(self.actor, uid)
        given = PhoneIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = people.PhoneInput(uid, given.validated_data["phone"], required_version(request))
        return self.shown(people.set_phone(data, by=self.actor))


class PersonAddress(PersonApiView):
    action_needed = "people.manage"
    serializer_class = AddressIn

    @extend_schema(
        parameters=[if_match("The `version` of the person, in quotes.", required=True)],
        responses=PersonDetail,
        extensions=refuses(409, 422, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Correct the address of somebody whose mail is refused; what was refused is sent again. 422 where mail
        arrives, or where the person also works out of your reach."""
        reading.person_managed(self.actor, uid)
        given = AddressIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = addresses.AddressInput(uid, **given.validated_data, expected_version=required_version(request))
        return self.shown(addresses.correct_address(data, by=self.actor))


class PersonPhoneReveal(ApiView):
    action_needed = "people.reveal"
    answers_are_kept = False  # each look is written down, and no copy of the number is left
    serializer_class = PhoneInFull

    @extend_schema(request=None)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The phone number in full; that one looked is in the history."""
        response = Response(PhoneInFull({"phone": people.reveal_phone(uid, by=self.actor)}).data)
        add_never_cache_headers(response)
        return response


class MembershipApiView(ApiView):
    """A room about one role of one person."""

    action_needed = "people.manage"

    def shown(self, membership: Membership) -> Response:
        changeable = reading.changeable_among([membership], self.actor)
        return Response(MembershipRow(membership, context={"changeable": changeable}).data)


class MembershipMove(MembershipApiView):
    serializer_class = MoveIn

    @extend_schema(responses=MembershipRow, extensions=refuses(422))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """End this role and begin another one in its place; answers with the new one."""
        old = reading.membership_managed(self.actor, uid)
        given = MoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        unit_uid = wanted.pop("unit", old.unit.uid)
        data = memberships.MoveInput(membership_uid=uid, unit_uid=unit_uid, **wanted)
        return self.shown(memberships.move(data, by=self.actor))


class MembershipEnd(MembershipApiView):
    serializer_class = ReasonIn

    @extend_schema(responses=MembershipRow, extensions=refuses(422))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """End one role; what the person did stays under their name. API tokens made for this role end with it."""
        reading.membership_managed(self.actor, uid)
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        ended = memberships.end_membership(memberships.EndInput(uid, given.validated_data["reason"]), by=self.actor)
        return self.shown(ended)
