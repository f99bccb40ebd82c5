"""The API's rooms for the history of acts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from portal.api import SIZE_PARAM, size_of, with_size_documented
from portal.api_views import ApiView
from portal.errors import NotFound
from records.filters import EventFilter
from records.models import Event
from records.serializers import EventRow


class EventPages(CursorPagination):
    """Events only grow at one end: a cursor never shows one twice."""

    page_size_query_param = SIZE_PARAM
    ordering = ("-at", "-id")

    def get_page_size(self, request: Request) -> int:
        return size_of(request)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return with_size_documented(super().get_schema_operation_parameters(view))

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
