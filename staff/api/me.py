"""Who is asking, and under which hat."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from accounts.models import Membership, Scope
from accounts.tokens import require_session
from portal.api_views import ApiView
from portal.errors import NotFound
from portal.http import HAT_KEY
from records.models import Notice
from staff.api.tokens import BY_SESSION
from staff.reading import Possible
from staff.serializers import HatIn, MeDetail
from staff.services import tokens


def me(by: Actor) -> dict[str, Any]:
    """What the frame around every page shows, and what a token opens."""
    hats = Membership.objects.current().filter(user=by.user).select_related("unit", "programme")
    is_token = by.scopes is not None
    acts = [
        Possible("wear", _("Work as"), needs_reason=False),
        Possible("make_token", _("Make a token"), needs_reason=False),
    ]
    return {
        "person": by.user,
        "language": get_language() or "",
        "hat": by.hat,
        "hats": [by.hat] if is_token else list(hats),
        "scopes": [scope for scope in Scope if scope.value in by.scopes] if by.scopes is not None else None,
        "offered_scopes": tokens.offered(by.hat),
        "unread_notices": Notice.objects.filter(user=by.user, read_at__isnull=True).count(),
        "actions": [] if is_token else acts,
    }


class MeRoom(ApiView):
    action_needed = "desk.view"
    serializer_class = MeDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """The person, the hat worn, the hats they could wear, the scopes of the token they came with."""
        return Response(MeDetail(me(self.actor)).data)


class MyHat(ApiView):
    action_needed = "desk.view"
    answers_are_kept = False  # what changes is the session, not a row
    serializer_class = HatIn

    @extend_schema(auth=BY_SESSION, responses=MeDetail)
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Put on another hat of one's own, for this session. A token has one hat and keeps it: 403."""
        require_session(self.actor)
        given = HatIn(data=request.data)
        given.is_valid(raise_exception=True)
        hats = Membership.objects.current().filter(user=self.actor.user).select_related("unit", "programme")
        hat = hats.filter(uid=given.validated_data["membership"]).first()
        if hat is None:
            raise NotFound
        request.session[HAT_KEY] = hat.pk
        return Response(MeDetail(me(Actor(self.actor.user, hat, self.actor.origin))).data)
