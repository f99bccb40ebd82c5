"""The API's rooms for history and notices."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_views import ApiView
from portal.errors import NotFound
from records import services
from records.filters import EventFilter
from records.models import Event, Notice
from records.serializers import EventRow, NoticeRow


class EventPages(CursorPagination):
    """Events only grow at one end: a cursor never shows one twice."""

    page_size = 50
    ordering = ("-at", "-id")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except ValidationError as error:  # a cursor somebody made up: it names no instant
            raise NotFound from error


class EventList(ApiView, ListAPIView[Event]):
    """The history of acts within reach, newest first."""

    action_needed = "history.view"
    queryset = Event.objects.none()
    serializer_class = EventRow
    pagination_class = EventPages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = EventFilter

    def get_queryset(self) -> QuerySet[Event]:
        found: QuerySet[Event] = Event.objects.visible_to(self.actor, self.action_needed)
        return found


class NoticeList(ApiView, ListAPIView[Notice]):
    """One's own notices, newest first."""

    action_needed = "desk.view"
    queryset = Notice.objects.none()
    serializer_class = NoticeRow

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.filter(user=self.actor.user)


class NoticeRead(ApiView):
    action_needed = "desk.view"
    serializer_class = NoticeRow

    @extend_schema(request=None)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Mark one notice as read; doing it again changes nothing."""
        notice = services.mark_read(uid, by=self.actor)
        notice.refresh_from_db()
        return Response(NoticeRow(notice).data)
