"""The API's room for how mail comes to oneself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from portal.api_views import ApiView
from records import preferences
from records.serializers import PreferencesDetail, PreferencesIn

BY_SESSION: Any = [{"cookieAuth": []}]
"""What people choose for themselves is no token's business."""


class MyPreferences(ApiView):
    action_needed = "preferences.set"
    serializer_class = PreferencesDetail

    @extend_schema(operation_id="me_preferences_retrieve", auth=BY_SESSION)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """How mail comes to oneself, and what the next daily mail would hold now. Only after signing in."""
        return self._shown(self.actor.user)

    @extend_schema(operation_id="me_preferences_update", request=PreferencesIn, auth=BY_SESSION)
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Choose a mail at once for each notice, or one a day. Only for people who have signed in."""
        given = PreferencesIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = preferences.PreferencesInput(**given.validated_data)
        return self._shown(preferences.set_preferences(data, by=self.actor))

    def _shown(self, person: User) -> Response:
        return Response(PreferencesDetail({"person": person, "next_digest": preferences.next_digest(person)}).data)
