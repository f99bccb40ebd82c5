"""The API's rooms for one's own notices."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering
from portal.api_views import ApiView
from records import services
from records.filters import NoticeFilter
from records.models import Notice
from records.serializers import NoticeRow, NoticesMarked


class NoticeList(ApiView, ListAPIView[Notice]):
    """One's own notices, newest first."""

    action_needed = "desk.view"
    queryset = Notice.objects.none()
    serializer_class = NoticeRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = NoticeFilter
    ordering_fields: ClassVar = {"created_at": "created_at", "topic": "topic"}

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.filter(user=self.actor.user)


class NoticesRead(ApiView):
    action_needed = "desk.view"
    serializer_class = NoticesMarked

    @extend_schema(operation_id="notices_read_all", request=None)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Mark all of one's own notices as read; answers how many were not yet."""
        return Response(NoticesMarked({"marked": services.mark_all_read(by=self.actor)}).data)


class NoticeRead(ApiView):
    action_needed = "desk.view"
    serializer_class = NoticeRow

    @extend_schema(request=None)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Mark one notice as read; doing it again changes nothing."""
        notice = services.mark_read(uid, by=self.actor)
        notice.refresh_from_db()
        return Response(NoticeRow(notice).data)
