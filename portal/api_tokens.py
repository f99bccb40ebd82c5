"""How a machine says who it is: `Authorization: Bearer pp_…`. Secrets are neither logged nor answered."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.access import Actor
from accounts.models import ApiToken, User
from accounts.tokens import Refusal, note_use, prefix_of, recognise
from portal.errors import PortalError

log = structlog.get_logger("portal.token")
WINDOW = 60
FAILURES_OF_A_TOKEN = 10
FAILURES_OF_AN_ADDRESS = 100
"""Failed tries a minute. A client that goes on with one bad token does not shut out others at its address."""

WORDS = {
    Refusal.UNKNOWN: _("This token is not known. Check that all of it was copied, or make a new one."),
    Refusal.EXPIRED: _("This token has expired. Make a new one."),
    Refusal.REVOKED: _("This token was revoked. Make a new one."),
    Refusal.ENDED: _("The role this token belongs to has ended."),
}


class TokenRefused(PortalError):
    """401 with the stable code of the reason."""

    status = 401
    title = _("The token is not accepted")
    auth_header = 'Bearer realm="portal", error="invalid_token"'


class TokenAuthentication(BaseAuthentication):
    """A token before a session: who sends one means it, also in a browser that is signed in. It needs no CSRF token.

    Sets `actor` on the request, as the middleware does for sessions, with the scopes of the token.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        address = str(request.META.get("REMOTE_ADDR", ""))
        tries = _Tries(address, prefix_of(text.strip()))
        tries.refuse_too_many()
        found = recognise(text.strip())
        if isinstance(found, Refusal):
            tries.count()
            log.warning("token refused", code=found.value, prefix=prefix_of(text.strip()))
            refused = TokenRefused(WORDS[found])
            raise refused.known_as(found.value)
        note_use(found, address, timezone.now())
        origin = f"{getattr(request._request, 'origin', '')} token {found.prefix}".strip()[:120]
        request._request.actor = Actor(  # type: ignore[attr-defined]
            found.hat.user, found.hat, origin, frozenset(found.scopes)
        )
        return found.hat.user, found

    def authenticate_header(self, request: Request) -> str:
        """Makes REST framework answer 401, and not 403, to whoever shows neither token nor session."""
        return 'Bearer realm="portal"'


class _Tries:
    """Failed tries of this minute, by address with prefix, and by address."""

    def __init__(self, address: str, prefix: str) -> None:
        now = int(time.time())
        self.left_seconds = WINDOW - now % WINDOW
        minute = f"{address}:{now // WINDOW}"
        self.limits = {
            f"api:bad-token:{prefix}:{minute}": FAILURES_OF_A_TOKEN,
            f"api:bad-tokens:{minute}": FAILURES_OF_AN_ADDRESS,
        }

    def refuse_too_many(self) -> None:
        counted = cache.get_many(self.limits)
        if any(counted.get(key, 0) >= most for key, most in self.limits.items()):
            raise exceptions.Throttled(wait=self.left_seconds)

    def count(self) -> None:
        for key in self.limits:
            cache.add(key, 0, timeout=2 * WINDOW)
            try:
                cache.incr(key)
            except ValueError:  # the minute ended between the two
                continue


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The scheme in the OpenAPI document."""

    target_class = "portal.api_tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "pp_<prefix>_<secret>",
            "description": "A token made under “API tokens”: one role, within its scopes, until its day.",
        }
