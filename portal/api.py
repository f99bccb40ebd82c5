"""What the API shares: who may call, errors as problem+json, pages, ETags. The API's addresses are in urls.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import require
from portal.errors import BadInput, Finding, Forbidden, NotFound, PortalError
from portal.http import actor_of, problem_json

if TYPE_CHECKING:  # REST framework reads its settings, and so this module, while its views are being imported
    from rest_framework.response import Response
    from rest_framework.views import APIView


LONGEST_NUMBER = 9
"""Digits of a version; more than the database's integers hold was never given out."""


class HatRequired(BasePermission):
    """Signed in, under a hat that has the view's action. A view that names none cannot be served."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        action = getattr(view, "action_needed", "")
        if not action:
            raise ImproperlyConfigured(f"{type(view).__name__} names no action.")
        require(actor_of(request._request), action)
        return True


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def _as_portal_error(error: Exception) -> PortalError | None:
    match error:
        case PortalError():
            return error
        case Http404() | exceptions.NotFound():
            return NotFound()
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            refused = Forbidden(_("Sign in first."))
            refused.code, refused.status = "not_signed_in", 401
            return refused
        case exceptions.PermissionDenied(detail=str(words)) if words.startswith("CSRF"):
            refused = Forbidden(_("Send the CSRF token in the header X-CSRFToken. You get it as a cookie at sign-in."))
            refused.code = "csrf"
            return refused
        case PermissionDenied() | exceptions.PermissionDenied():
            return Forbidden()
        case exceptions.ValidationError():
            return BadInput(findings=tuple(_findings(error.detail)))
        case exceptions.APIException():
            other = BadInput(str(error.detail))
            other.code, other.status = str(error.default_code), error.status_code
            return other
    return None


def _findings(detail: Any, target: str = "") -> list[Finding]:
    """DRF's nested error detail as a flat list."""
    if isinstance(detail, dict):
        return [f for key, value in detail.items() for f in _findings(value, f"{target}.{key}".strip("."))]
    if isinstance(detail, list):
        return [f for value in detail for f in _findings(value, target)]
    return [Finding(str(getattr(detail, "code", "invalid")), str(detail), target)]


def problem(error: Exception, context: dict[str, Any]) -> Any:
    """DRF's exception handler: everything a client can be told, as problem+json."""
    known = _as_portal_error(error)
    return problem_json(known) if known else None


def expected_version(request: Request) -> int | None:
    """The version the client saw, from If-Match: `"7"`. None when it sent none."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    number = given.removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise BadInput(_("If-Match must carry the ETag you were given, a number in quotes."))
    return int(number)


def required_version(request: Request) -> int:
    """The version the client saw; refused with 428 when it does not say, because it could overwrite blindly."""
    version = expected_version(request)
    if version is None:
        refused = BadInput(_('Say in If-Match which revision you changed: the ETag you were given, or "0" at first.'))
        refused.code, refused.status = "precondition_required", 428
        raise refused
    return version


def with_etag(response: Response, version: int) -> Response:
    response["ETag"] = f'"{version}"'
    return response
