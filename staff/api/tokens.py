"""API tokens: one's own, and those of a unit."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.cache import add_never_cache_headers
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken, ApiTokenQuerySet
from portal.api import Ordering
from portal.api_schema import refuses
from portal.api_views import ApiView
from staff import reading
from staff.filters import TokenFilter
from staff.serializers import RevocationIn, TokenIn, TokenMade, TokenRow
from staff.services import tokens

BY_SESSION: Any = [{"cookieAuth": []}]
"""No token makes, lists or revokes tokens."""


class TokenListView(ApiView, ListAPIView[ApiToken]):
    """What lists of tokens share."""

    queryset = ApiToken.objects.none()
    serializer_class = TokenRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = TokenFilter
    ordering_fields = {  # noqa: RUF012 - as REST framework declares it
        "name": "name", "created_at": "created_at", "expires_at": "expires_at", "last_used_at": "last_used_at",
    }  # fmt: skip

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}


class TokenList(TokenListView):
    action_needed = "token.manage"

    def get_queryset(self) -> ApiTokenQuerySet:
        return tokens.own(self.actor)

    @extend_schema(auth=BY_SESSION)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One's own tokens, whatever the hat, the newest first. Only for people who have signed in."""
        return super().get(request, *args, **kwargs)

    @extend_schema(auth=BY_SESSION, request=TokenIn, responses={201: TokenMade}, extensions=refuses(422))
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Make a token for the hat worn. Its text is in this answer only; 422 when there are twenty already."""
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        made = tokens.create(tokens.TokenInput(data["name"], tuple(data["scopes"]), data["days"]), by=self.actor)
        context = {"actor": self.actor, "text": made.text}
        response = Response(TokenMade(made.token, context=context).data, status=201)
        add_never_cache_headers(response)
        return response


class TokenRevocation(ApiView):
    action_needed = "token.manage"
    serializer_class = RevocationIn

    @extend_schema(auth=BY_SESSION, responses=TokenRow)
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Revoke one's own token, or with a reason one of the unit one administers. 409 when it was already."""
        tokens.seen(uid, self.actor)
        given = RevocationIn(data=request.data)
        given.is_valid(raise_exception=True)
        token = tokens.revoke(tokens.RevocationInput(uid, given.validated_data["reason"]), by=self.actor)
        return Response(TokenRow(token, context={"actor": self.actor}).data)


@extend_schema_view(get=extend_schema(auth=BY_SESSION))
class UnitTokenList(TokenListView):
    """The tokens made by the people of a unit, the newest first."""

    action_needed = "token.oversee"

    def get_queryset(self) -> ApiTokenQuerySet:
        unit = reading.unit_seen(self.actor, self.kwargs["uid"])
        return tokens.overseen(self.actor).filter(hat__unit=unit)
