"""Calendar subscriptions: one's own, making one, revoking one."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.cache import add_never_cache_headers
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api_schema import refuses
from portal.api_views import ApiView
from reporting.models import CalendarFeed
from reporting.serializers.dues import FeedIn, FeedMade, FeedRow
from reporting.services import feeds

BY_SESSION: Any = [{"cookieAuth": []}]
"""No token makes, lists or revokes subscriptions."""


class FeedList(ApiView, ListAPIView[CalendarFeed]):
    action_needed = "feed.manage"
    queryset = CalendarFeed.objects.none()
    serializer_class = FeedRow

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        return feeds.own(self.actor)

    @extend_schema(auth=BY_SESSION)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One's own calendar subscriptions, whatever the hat, the newest first. Only for people who have signed in."""
        return super().get(request, *args, **kwargs)

    @extend_schema(auth=BY_SESSION, request=FeedIn, responses={201: FeedMade}, extensions=refuses(422))
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Subscribe under the hat worn. The address is in this answer only; 422 when there are twenty already.

        It is fetched without signing in, and shows what the hat may see at that moment.
        """
        given = FeedIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = feeds.create(feeds.FeedInput(**given.validated_data), by=self.actor)
        response = Response(FeedMade(made.feed, context={"address": feeds.address_of(made.text)}).data, status=201)
        add_never_cache_headers(response)
        return response


class FeedRevocation(ApiView):
    action_needed = "feed.manage"
    serializer_class = FeedRow

    @extend_schema(auth=BY_SESSION, request=None)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Revoke one of one's own subscriptions: its address answers 404 from now on. 409 when it was already."""
        return Response(FeedRow(feeds.revoke(uid, by=self.actor)).data)
