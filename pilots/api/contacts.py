"""The API's rooms for who answers for which pilot area, what is missing, and what is asked of a contact."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.cache import add_never_cache_headers
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from pilots import contacts, gaps, groups
from pilots.contact_serializers import (
    ContactFormDetail,
    ContactIn,
    ContactRevealIn,
    ContactRow,
    ContactSeatDetail,
    NumbersInFull,
    OfficeGaps,
    PastContact,
)
from pilots.filters import ContactFilter, OfficeFilter
from pilots.models import Contact, ContactQuerySet, PilotArea
from pilots.services.contacts import ContactInput, RevealInput, record_contact, reveal
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import NotFound
from units.models import Programme, Unit


class KeptRoom(ApiView):
    """A room the whole programme reads, and those on the route keep: reading and writing are two actions."""

    action_needed = "contacts.view"
    action_to_write = "contacts.edit"

    @property
    def programme(self) -> Programme:
        """The programme of the hat; every role that may come here has one."""
        if self.actor.programme is None:
            raise NotFound
        return self.actor.programme


class ProgrammeFilters(DjangoFilterBackend):
    """Offers as choices only what occurs in the programme, as the page does."""

    def get_filterset_kwargs(self, request: HttpRequest, queryset: Any, view: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "programme": view.actor.programme}


class ContactList(ApiView, ListAPIView[PilotArea]):
    """Every pilot area of the programme with its two people and the leading group of its office, by province."""

    action_needed = "contacts.view"
    queryset = PilotArea.objects.none()
    serializer_class = ContactRow
    filter_backends = (ProgrammeFilters, Ordering)
    filterset_class = ContactFilter
    ordering_fields: ClassVar = {"province": "province__sort_key", "batch": "batch__number", "name": "sort_key"}

    def get_queryset(self) -> QuerySet[PilotArea]:
        return contacts.pilots_seen(self.actor).order_by(*contacts.BY_PLACE)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        pilots = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows: Any = contacts.rows_of(pilots, self.actor)
        return self.get_paginated_response(ContactRow(rows, many=True).data)


class ContactRoom(KeptRoom):
    serializer_class = ContactSeatDetail

    @extend_schema(responses=ContactSeatDetail)
    def get(self, request: Request, uid: uuid.UUID, kind: str, **kwargs: Any) -> Response:
        """The responsible person or the liaison of a pilot area; the ETag is what a change expects."""
        return self._shown(contacts.pilot_or_404(uid, self.actor), kind)

    @extend_schema(
        parameters=[if_match("The `version` of the seat the change was made from, in quotes.", required=True)],
        request=ContactIn,
        responses=ContactSeatDetail,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, uid: uuid.UUID, kind: str, **kwargs: Any) -> Response:
        """Record a person: the present one ends that day and stays in the history; the same again changes nothing.

        409 when somebody was first: `theirs` and `mine` are in the answer, phone numbers masked in both.
        """
        pilot = contacts.kept_or_404(uid, self.actor, self.action_needed)
        contacts.seat_of(pilot, kind, self.actor)
        given = ContactIn(data=request.data)
        given.is_valid(raise_exception=True)
        seen = required_version(request)
        record_contact(ContactInput(uid, kind, seen=seen, **given.validated_data), by=self.actor)
        return self._shown(pilot, kind)

    def _shown(self, pilot: PilotArea, kind: str) -> Response:
        seat = contacts.seat_of(pilot, kind, self.actor)
        return with_etag(Response(ContactSeatDetail(seat).data), seat.version)


class ContactReveal(ApiView):
    action_needed = "contacts.reveal"
    answers_are_kept = False  # each look is written down, and no copy of the numbers is left
    serializer_class = ContactRevealIn

    @extend_schema(request=ContactRevealIn, responses=NumbersInFull)
    def post(self, request: Request, uid: uuid.UUID, kind: str, **kwargs: Any) -> Response:
        """The phone numbers of the present person in full; that one looked, and what for, is in the history."""
        given = ContactRevealIn(data=request.data)
        given.is_valid(raise_exception=True)
        shown = reveal(RevealInput(uid, kind, given.validated_data["reason"]), by=self.actor)
        response = Response(NumbersInFull({"name": shown.name, "numbers": shown.numbers}).data)
        add_never_cache_headers(response)
        return response


class ContactHistory(ApiView, ListAPIView[Contact]):
    """Everybody who is or was a contact of a pilot area, the latest entry first."""

    action_needed = "contacts.view"
    queryset = Contact.objects.none()
    serializer_class = PastContact

    def get_queryset(self) -> ContactQuerySet:
        return contacts.history_of(contacts.pilot_or_404(self.kwargs["uid"], self.actor))


class GapList(KeptRoom, ListAPIView[Unit]):
    """The offices where something is missing: of the contacts of their pilot areas, or of their leading group."""

    queryset = Unit.objects.none()
    serializer_class = OfficeGaps
    filter_backends = (ProgrammeFilters, Ordering)
    filterset_class = OfficeFilter
    ordering_fields: ClassVar = {"unit": "sort_key"}

    def get_queryset(self) -> QuerySet[Unit]:
        required = contacts.required_codes(self.programme.pk)
        return gaps.offices_lacking(groups.offices(self.programme), self.programme, gaps.ANY, required)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        units = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        seats = groups.group_seats(units, self.programme.pk)
        people = contacts.gaps_by_office(units, self.actor)
        rows: Any = [
            {"unit": unit, "leading_group": seats[unit.pk].gaps, "pilots": people.get(unit.pk, [])} for unit in units
        ]
        return self.get_paginated_response(OfficeGaps(rows, many=True).data)


class FormRoom(KeptRoom):
    serializer_class = ContactFormDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """What is asked about a contact today. The notice's annex was not published: the fields are the portal's."""
        form = contacts.newest_form(self.programme.pk)
        if form is None:
            raise NotFound
        return Response(ContactFormDetail(form).data)
